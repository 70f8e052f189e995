// SPDX-License-Identifier: Apache-2.0
// The judge is git itself: `git check-ignore` on generated patterns and paths.
#include "repository/patterns.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <charconv>
#include <random>

#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate::repository {
namespace {

using Lines = std::vector<std::string>;
using Effect = Patterns::Effect;

bool takes(const Lines& lines, std::string_view path) {
  const auto decision = Patterns(lines).decide(path);
  return decision && decision->taken;
}

TEST(Patterns, names_in_any_folder_and_from_the_top) {
  EXPECT_TRUE(takes({"x.md"}, "x.md"));
  EXPECT_TRUE(takes({"x.md"}, "a/b/x.md"));
  EXPECT_TRUE(takes({"/x.md"}, "x.md"));
  EXPECT_FALSE(takes({"/x.md"}, "a/x.md"));
  EXPECT_TRUE(takes({"a/*.md"}, "a/x.md"));
  EXPECT_FALSE(takes({"a/*.md"}, "b/a/x.md"));
  EXPECT_FALSE(takes({"a/*"}, "a.md"));
  EXPECT_TRUE(takes({"a/*"}, "a/b/c"));  // the folder b
}

TEST(Patterns, folders) {
  EXPECT_TRUE(takes({"docs/"}, "docs/a/b.md"));
  EXPECT_TRUE(takes({"docs/"}, "x/docs/b.md"));
  EXPECT_FALSE(takes({"docs/"}, "docs"));
  EXPECT_TRUE(takes({"docs/"}, "docs/"));
  EXPECT_TRUE(takes({"docs"}, "docs/a"));
}

TEST(Patterns, the_last_one_decides_but_folders_keep_what_they_have) {
  EXPECT_FALSE(takes({"docs/*", "!docs/a.md"}, "docs/a.md"));
  EXPECT_TRUE(takes({"docs/*", "!docs/a.md"}, "docs/b.md"));
  EXPECT_TRUE(takes({"docs/", "!docs/a.md"}, "docs/a.md"));
  EXPECT_TRUE(takes({"!a.md", "*.md"}, "a.md"));
  EXPECT_EQ(Patterns({"*.md", "!a.md", "a*"}).decide("x/a.md")->pattern, 2U);
}

TEST(Patterns, two_stars) {
  EXPECT_TRUE(takes({"a/**/b"}, "a/b"));
  EXPECT_TRUE(takes({"a/**/b"}, "a/x/y/b"));
  EXPECT_TRUE(takes({"**/b/c"}, "b/c"));
  EXPECT_TRUE(takes({"a/**"}, "a/b/c"));
  EXPECT_FALSE(takes({"a/**"}, "a"));
  EXPECT_FALSE(takes({"a/**/"}, "a/b"));
}

TEST(Patterns, nothing_is_decided_by_comments_and_empty_lines) {
  for (const char* line : {"", "#x", "!", "/", "  ", "!/"})
    EXPECT_FALSE(Patterns({line}).decide("#x")) << line;
  EXPECT_TRUE(takes({"\\#x"}, "#x"));
  EXPECT_TRUE(takes({"\\!x"}, "!x"));
  EXPECT_TRUE(takes({"x  "}, "x"));
  EXPECT_TRUE(takes({"x\\ "}, "x "));
}

TEST(Patterns, what_each_one_is_good_for) {
  const std::vector<std::string_view> paths{"a/x.md", "a/y.md", "b/z.txt", "c/sub/"};
  const auto effects = [&](const Lines& lines) { return Patterns(lines).select(paths).effects; };
  using Effects = std::vector<Effect>;
  EXPECT_EQ(effects({"*.md", "nothing"}), (Effects{Effect::decides, Effect::fits_none}));
  EXPECT_EQ(effects({"a/", "!a/x.md"}), (Effects{Effect::decides, Effect::overruled}));
  EXPECT_EQ(effects({"a/*", "!a/x.md"}), (Effects{Effect::decides, Effect::decides}));
  EXPECT_EQ(effects({"!z.txt", "b/*"}), (Effects{Effect::overruled, Effect::decides}));
  EXPECT_EQ(effects({"!z.txt"}), (Effects{Effect::overruled}));
  EXPECT_EQ(effects({"sub/"}), (Effects{Effect::decides}));
  EXPECT_EQ(Patterns({"a/*", "!x.md"}).select(paths).taken,
            (std::vector<bool>{false, true, false, false}));
}

TEST(Patterns, many_stars_end_soon) {
  std::string pattern, path;
  for (int i = 0; i < 60; ++i) {
    pattern += "**/a*a*a*/";
    path += "aaaaaaaaaaaaaaaaaaaa/";
  }
  EXPECT_FALSE(takes({pattern + "b"}, path + "c"));
}

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::string pattern() {
    std::string out = one_of({"", "", "", "!", "!"});
    out += one_of({"", "", "/"});
    const std::size_t segments = 1 + random_() % 3;
    for (std::size_t i = 0; i < segments; ++i) {
      if (i > 0) out += "/";
      out += random_() % 4 == 0 ? "**" : name_glob();
    }
    return out + one_of({"", "", "/", " ", "\\ "});
  }
  std::string path() {
    std::string out;
    const std::size_t segments = 1 + random_() % 4;
    for (std::size_t i = 0; i < segments; ++i) out += (i > 0 ? "/" : "") + name();
    return out;
  }

 private:
  std::string one_of(const Lines& words) { return words[random_() % words.size()]; }
  std::string name() {
    std::string out = one_of(
        {"a", "b", "ab", "a.c", "!", "#a", "]", "-", "A", "a b", "\xC3\xA4", "1", "[a]", "a\\"});
    if (random_() % 3 == 0) out += one_of({"a", "c", ".md", "-"});
    return out;
  }
  std::string name_glob() {
    std::string out;
    const std::size_t pieces = 1 + random_() % 3;
    for (std::size_t i = 0; i < pieces; ++i)
      out += one_of({"a",
                     "b",
                     "a",
                     ".c",
                     "?",
                     "*",
                     "[ab]",
                     "[!a]",
                     "[^b-z]",
                     "[]a]",
                     "[a-]",
                     "[[:alpha:]]",
                     "[[:digit:][:upper:]]",
                     "[[:no:]]",
                     "[a",
                     "\\a",
                     "\\*",
                     "\\[",
                     "#",
                     "!",
                     "-",
                     "[\\]]",
                     "[a/b]",
                     "[--c]",
                     "[[:a]",
                     "\xC3\xA4",
                     ".md",
                     "[[::]a]",
                     "[b-a]"});
    while (out.find("**") != std::string::npos)
      out.erase(out.find("**"), 1);  // git reads them in two ways, after a plain beginning
    return out;
  }
  std::mt19937 random_;
};

TEST(Patterns, git_decides_the_same) {
  const test::TemporaryFolder folder;
  test::git(folder.path(), {"init", "-q"});
  for (unsigned seed = 1; seed <= 40; ++seed) {
    Generator generator(seed);
    Lines lines, paths;
    for (int i = 0; i < 6; ++i) lines.push_back(generator.pattern());
    for (int i = 0; i < 150; ++i) paths.push_back(generator.path());
    std::sort(paths.begin(), paths.end());
    std::string ignore, names;
    for (const std::string& line : lines) ignore += line + "\n";
    for (const std::string& path : paths) names += path + '\0';
    folder.write(".gitignore", ignore);
    folder.write(".git/names", names);
    const auto result =
        system::run_process({.argv = {"sh", "-c",
                                      "cd \"$0\" && git -c core.excludesFile= check-ignore "
                                      "--no-index -v -n -z --stdin < .git/names",
                                      folder.path()}});
    ASSERT_TRUE(result.ok());
    std::vector<std::string> words;  // source, line, pattern, path of each
    for (std::size_t at = 0; at < result->out.size(); at = result->out.find('\0', at) + 1)
      words.emplace_back(result->out.substr(at, result->out.find('\0', at) - at));
    ASSERT_EQ(words.size(), paths.size() * 4) << result->err;
    const Patterns patterns(lines);
    const Patterns::Selection selection = patterns.select({paths.begin(), paths.end()});
    for (std::size_t i = 0; i < paths.size(); ++i) {
      std::size_t line = 0;
      std::from_chars(words[i * 4 + 1].data(), words[i * 4 + 1].data() + words[i * 4 + 1].size(),
                      line);
      const auto decision = patterns.decide(paths[i]);
      EXPECT_EQ(decision ? decision->pattern + 1 : 0, line)
          << "seed " << seed << " path `" << paths[i] << "` git: " << words[i * 4 + 2]
          << " ours: " << (decision ? lines[decision->pattern] : "none");
      EXPECT_EQ(selection.taken[i], decision && decision->taken);
    }
  }
}

}  // namespace
}  // namespace tidegate::repository
