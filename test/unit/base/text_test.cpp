// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "base/result.hpp"
#include "base/text.hpp"

namespace tidegate {
namespace {

TEST(Text, finds_the_nearest_name) {
  const std::vector<std::string> names{"service", "owner", "produces", "consumes"};
  EXPECT_EQ(find_nearest("servcie", names), "service");
  EXPECT_EQ(find_nearest("Owner", names), "owner");
  EXPECT_EQ(find_nearest("zzz", names), std::nullopt);
}

// By the definition: every cell of the table, rows of the first text's beginnings.
std::size_t distance_by_definition(const std::string& a, const std::string& b) {
  std::vector<std::vector<std::size_t>> cells(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      if (i == 0 || j == 0) {
        cells[i][j] = i + j;
        continue;
      }
      const std::size_t same = a[i - 1] == b[j - 1] ? 0 : 1;
      cells[i][j] = std::min({cells[i - 1][j] + 1, cells[i][j - 1] + 1, cells[i - 1][j - 1] + same});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) cells[i][j] = std::min(cells[i][j], cells[i - 2][j - 2] + 1);
    }
  }
  return cells[a.size()][b.size()];
}

TEST(Text, finds_the_nearest_of_any_names) {
  std::mt19937_64 engine(7);  // NOLINT: the same every time
  const auto word = [&](std::size_t most) {
    std::string text(engine() % (most + 1), 'a');
    for (char& c : text) c = "abAx"[engine() % 4];
    return text;
  };
  for (int round = 0; round < 20000; ++round) {
    std::vector<std::string> names(1 + engine() % 6);
    const std::size_t longest = 3 + engine() % 12;
    for (std::string& name : names) name = word(longest);
    const std::string wanted = word(longest);
    std::size_t best = std::max<std::size_t>(1, wanted.size() / 3) + 1;
    std::optional<std::string> expected;
    for (const std::string& name : names) {
      const std::size_t distance = distance_by_definition(to_lower(wanted), to_lower(name));
      if (distance >= best) continue;
      best = distance;
      expected = name;
    }
    ASSERT_EQ(find_nearest(wanted, names), expected) << wanted << " among " << join(names, " ");
  }
}

TEST(Text, matches_globs) {
  EXPECT_TRUE(matches_glob("adf/pipeline/sandbox_*", "adf/pipeline/sandbox_1.json"));
  EXPECT_FALSE(matches_glob("adf/*", "adf/pipeline/x.json"));
  EXPECT_TRUE(matches_glob("adf/**", "adf/pipeline/x.json"));
  EXPECT_TRUE(matches_glob("**/x.json", "x.json"));
  EXPECT_TRUE(matches_glob("**/x.json", "a/b/x.json"));
  EXPECT_TRUE(matches_glob("**/b/*.json", "a/b/b/x.json"));
  EXPECT_TRUE(matches_glob("/Repos/*/sales", "/Repos/me@x/sales"));
  EXPECT_FALSE(matches_glob("/Repos/*/sales", "/Repos/a/b/sales"));
  EXPECT_TRUE(matches_glob("a[0]", "a[0]"));
  EXPECT_FALSE(matches_glob("", "x"));
  EXPECT_TRUE(matches_glob("", ""));
  EXPECT_TRUE(matches_glob("*", "x"));
  EXPECT_TRUE(matches_glob("?.pem", "a.pem"));
  EXPECT_TRUE(matches_glob("x?", "xy"));
  EXPECT_FALSE(matches_glob("x?", "x/"));
  EXPECT_TRUE(matches_glob("*", ""));
  EXPECT_FALSE(matches_glob("a*", ""));
  EXPECT_FALSE(matches_glob("*.pem", "a.pen"));
  EXPECT_FALSE(matches_glob("a*", "ba"));
}

TEST(Text, checks_utf8) {
  EXPECT_EQ(find_invalid_utf8("caf\xC3\xA9 \xF0\x9F\x8C\x8A"), std::nullopt);
  EXPECT_EQ(find_invalid_utf8("ab\xED\xA0\x80"), 2U);  // surrogate
  EXPECT_EQ(find_invalid_utf8("\xC0\x80"), 0U);        // overlong
  EXPECT_EQ(find_invalid_utf8("a\xE3\x82"), 1U);       // cut
}

TEST(Text, shows_control_characters) {
  EXPECT_EQ(printable("a\x1b[31m\n\xE2\x80\xAE"), "a\\u001b[31m\\u000a\\u202e");
  EXPECT_EQ(printable("\xFF" "caf\xC3\xA9"), "\\u00ff" "caf\xC3\xA9");
}

TEST(Text, shortens_between_characters) {
  EXPECT_EQ(shortened("short", 5), "short");
  EXPECT_EQ(shortened("longer", 4), "long…");
  EXPECT_EQ(shortened("a\xF0\x9F\x98\x80z", 3), "a…");
  EXPECT_EQ(shortened("\xC3\xA9\xC3\xA9", 2), "\xC3\xA9…");
}

TEST(Text, splits_paths) {
  EXPECT_EQ(file_name("a/b.json"), "b.json");
  EXPECT_EQ(parent_path("a/b.json"), "a");
  EXPECT_EQ(parent_path("b.json"), "");
  EXPECT_EQ(file_stem("a/b.x.json"), "b.x");
  EXPECT_EQ(join_path("", "x"), "x");
  EXPECT_EQ(join_path("a", "x"), "a/x");
}

TEST(Diagnostics, count_notes_that_nobody_wants) {
  Diagnostics all;
  all.note("a.early", {}, "kept");
  all.keep_no_notes();
  all.note("a.b", {}, "x");
  all.add({.code = "a.c", .severity = Severity::note, .message = "y"});
  int made = 0;
  const auto make = [&made]() -> Diagnostic { return {.code = "a.m", .message = std::to_string(++made)}; };
  all.note_by(make);
  EXPECT_EQ(made, 0);
  all.warning("a.d", {}, "z");
  Diagnostics found;
  found.note("a.e", {}, "x");
  found.error("a.f", {}, "y");
  all.append(std::move(found));
  Diagnostics part = all.empty_like_this();
  part.note("a.g", {}, "x");
  all.append(std::move(part));
  EXPECT_EQ(made, 0);
  EXPECT_EQ(all.dropped_notes(), 5U);
  ASSERT_EQ(all.items().size(), 3U);
  EXPECT_EQ(all.count(Severity::note), 6U);
  EXPECT_EQ(all.items().back().code, "a.f");
  Diagnostics kept = Diagnostics().empty_like_this();
  kept.note_by(make);
  ASSERT_EQ(kept.items().size(), 1U);
  EXPECT_EQ(render_diagnostic(kept.items().front()), "note: 1 [a.m]");
  all.raise(Severity::warning, Severity::error);
  EXPECT_EQ(all.count(Severity::error), 2U);
  EXPECT_EQ(all.count(Severity::warning), 0U);
  EXPECT_EQ(all.count(Severity::note), 6U);
}

TEST(Diagnostics, render_and_sort) {
  Diagnostics all;
  all.warning("b.two", {.file = "z.json", .line = 2, .column = 1}, "second");
  all.error("a.one", {.file = "a.json", .line = 10, .column = 4}, "first", "do this");
  all.sort();
  EXPECT_EQ(render_diagnostic(all.items()[0]), "a.json:10:4: error: first [a.one]\n  do this");
  EXPECT_EQ(all.count(Severity::error), 1U);
  EXPECT_TRUE(all.has_errors());
}

}  // namespace
}  // namespace tidegate
