// SPDX-License-Identifier: Apache-2.0
// The documents show what the programs do: every ```console block is run again, and every
// subcommand and option is documented. TIDEGATE_ACCEPT=1 writes what was found into the documents.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "base/text.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "support/transcript.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;

const std::string root = TIDEGATE_SOURCE_DIR;

std::vector<std::string> documents(const std::vector<std::string>& places) {
  std::vector<std::string> found;
  for (const std::string& place : places) {
    if (fs::is_regular_file(root + "/" + place)) {
      found.push_back(place);
      continue;
    }
    for (const auto& entry : fs::recursive_directory_iterator(root + "/" + place)) {
      if (entry.path().extension() == ".md") {
        found.push_back(fs::relative(entry.path(), root).string());
      }
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

std::string read(const std::string& document) { return *system::read_file(root + "/" + document); }

// The first words of the lines below "Subcommands:".
std::vector<std::string> subcommands(const std::string& help) {
  std::vector<std::string> names;
  bool below = false;
  for (const std::string_view line : split(help, '\n')) {
    if (below && line.starts_with("  ") && line.size() > 2 && line[2] != ' ') {
      const std::string_view rest = line.substr(2);
      names.emplace_back(rest.substr(0, rest.find(' ')));
    } else {
      below = line == "Subcommands:";
    }
  }
  return names;
}

// "tidegate --help", "tidegate build --help", …: every help there is, and its text.
std::vector<std::pair<std::string, std::string>> helps() {
  std::vector<std::pair<std::string, std::string>> all;
  for (const std::string program : {"tidegate", "deploy-gate"}) {
    all.emplace_back(program + " --help", run_program(program, {"--help"}).out);
    for (const std::string& name : subcommands(all.back().second)) {
      const std::string help = run_program(program, {name, "--help"}).out;
      all.emplace_back(program + " " + name + " --help", help);
      if (help.find("Usage: " + program + " " + name + " ") == help.npos) continue;  // another program
      for (const std::string& below : subcommands(help)) {
        all.emplace_back(program + " " + name + " " + below + " --help",
                         run_program(program, {name, below, "--help"}).out);
      }
    }
  }
  return all;
}

std::set<std::string> long_options(std::string_view text) {
  std::set<std::string> found;
  for (std::size_t at = text.find("--"); at != text.npos; at = text.find("--", at + 2)) {
    if (at > 0 && (text[at - 1] == '-' || text[at - 1] == '|')) continue;  // rules and tables
    std::size_t end = at + 2;
    while (end < text.size() && ((text[end] >= 'a' && text[end] <= 'z') || text[end] == '-')) ++end;
    if (end > at + 2) found.emplace(text.substr(at, end - at));
  }
  return found;
}

TEST(Document, shows_what_the_programs_print) {
  const bool accept = std::getenv("TIDEGATE_ACCEPT") != nullptr;
  std::size_t steps_run = 0;
  std::string accepted, without_terraform;
  for (const std::string& document : documents({"README.md", "docs"})) {
    const std::string text = read(document);
    if (text.find("```console\n") == text.npos) continue;
    const bool rehearses = text.find("$ tidegate rehearse -") == text.npos &&
                           text.find("$ tidegate rehearse ") != text.npos;
    if (rehearses && !test::find_terraform()) {
      without_terraform += " " + document;
      continue;
    }
    const test::TemporaryFolder folder;
    fs::create_directory_symlink(root, folder.path() + "/tidegate");
    std::string rewritten;
    const auto steps = test::run_document(text, folder.path(), rewritten);
    ASSERT_TRUE(steps.ok()) << document << ": " << steps.failure().message;
    steps_run += steps->size();
    if (accept) {
      // All steps or none, so that the digests in a document belong together.
      const bool differs = std::any_of(steps->begin(), steps->end(), [](const test::Step& step) {
        return test::masked(step.found) != test::masked(step.expected);
      });
      if (differs) {
        accepted += " " + document;
        ASSERT_TRUE(system::write_file(root + "/" + document, rewritten).ok());
      }
      continue;
    }
    for (const test::Step& step : *steps) {
      EXPECT_EQ(test::masked(step.found), test::masked(step.expected))
          << document << ": $ " << step.command;
    }
  }
  if (accept) GTEST_SKIP() << "accepted:" << (accepted.empty() ? " nothing new" : accepted);
  EXPECT_GT(steps_run, 10U);
  if (!without_terraform.empty()) GTEST_SKIP() << "no Terraform for" << without_terraform;
}

TEST(Document, shows_the_help_of_every_command) {
  std::set<std::string> shown;
  for (const std::string& document : documents({"docs/cli.md", "docs/cli"})) {
    const std::string text = read(document);
    for (const std::string_view line : split(text, '\n')) {
      if (line.starts_with("$ ")) shown.emplace(line.substr(2));
    }
  }
  const auto all = helps();
  EXPECT_GE(all.size(), 8U);
  for (const auto& help : all) {
    std::string name = help.first.substr(0, help.first.size() - 7);
    if (name == "tidegate sandbox") name = "tidegate-sandbox";  // it becomes that program
    EXPECT_NE(help.second.find("Usage: " + name), std::string::npos)
        << help.first << " prints\n"
        << help.second;
    EXPECT_TRUE(shown.contains(help.first)) << "no document shows `" << help.first << "`";
  }
  for (const std::string& command : shown) {
    if (!command.ends_with(" --help")) continue;
    const bool exists =
        std::any_of(all.begin(), all.end(), [&](const auto& h) { return h.first == command; });
    EXPECT_TRUE(exists) << command << " is documented but is no command";
  }
}

TEST(Document, names_only_options_that_exist) {
  // Of git, tar, CMake, conftest, cosign and pack, which documents name, too.
  std::set<std::string> known{"--filter",         "--depth", "--unshallow", "--object-format",
                              "--no-edit",        "--owner", "--group",     "--numeric-owner",
                              "--mtime",          "--build", "--preset",    "--no-recursion",
                              "--blocking-factor", "--no-fail", "--all-namespaces", "--output",
                              "--parser", "--show-builtin-errors", "--bundle", "--insecure-ignore-tlog", "--type", "--init",
                              "--builder", "--buildpack", "--env"};
  for (const auto& help : helps()) known.merge(long_options(help.second));
  EXPECT_TRUE(known.contains("--worktree") && known.contains("--reduced"));
  for (const std::string& document : documents({"README.md", "CONTRIBUTING.md", "docs"})) {
    if (document == "docs/architecture.md") continue;  // draws arrows
    for (const std::string& option : long_options(read(document))) {
      EXPECT_TRUE(known.contains(option))
          << document << " names " << option << ", which no help names";
    }
  }
}

// "  blocked = 10," -> 10
TEST(Document, lists_every_exit_code) {
  const std::string header = read("lib/base/exit_code.hpp");
  const std::string document = read("docs/cli.md");
  std::set<std::string> known, listed;
  for (const std::string_view line : split(header, '\n')) {
    const std::size_t equals = line.find(" = ");
    if (!line.starts_with("  ") || equals == line.npos) continue;
    known.emplace(line.substr(equals + 3, line.find(',') - equals - 3));
  }
  for (const std::string_view line : split(document, '\n')) {
    const std::vector<std::string_view> cells = split(line, '|');
    if (cells.size() == 4 &&
        trim(cells[1]).find_first_not_of("0123456789") == std::string_view::npos) {
      listed.emplace(trim(cells[1]));
    }
  }
  EXPECT_EQ(listed, known);
  EXPECT_GT(known.size(), 10U);
}

TEST(Document, links_lead_somewhere) {
  std::size_t links = 0;
  for (const std::string& document :
       documents({"README.md", "CONTRIBUTING.md", "docs", "fixtures", "lib"})) {
    const std::string text = read(document);
    for (std::size_t at = text.find("]("); at != text.npos; at = text.find("](", at + 2)) {
      const std::string target = text.substr(at + 2, text.find_first_of(")#\n", at + 2) - at - 2);
      if (target.empty() || target.find(':') != target.npos) continue;
      ++links;
      EXPECT_TRUE(fs::exists(root + "/" + join_path(parent_path(document), target)))
          << document << " links to " << target;
    }
  }
  EXPECT_GT(links, 20U);
}

TEST(Document, transcripts_are_compared_but_for_digests_and_sizes) {
  EXPECT_EQ(test::masked("sha256:0123456789abcdef ok"), "sha256:<hex> ok");
  EXPECT_EQ(test::masked("45 files, 35506 bytes"), "45 files, <n> bytes");
  EXPECT_EQ(test::masked("init ok 0.12 s   1.2.3 12.5 s"), "init ok <t> s   1.2.3 12.5 s");
  EXPECT_EQ(test::masked("a 12 b 1.2.0-g0123456789ab.tar.gz"), "a 12 b 1.2.0-g<hex>.tar.gz");
  const test::TemporaryFolder folder;
  std::string rewritten;
  const std::string text =
      "<!-- setup\nmkdir a\n-->\n```console\n$ cd a\n$ pwd | sed 's,.*/,,'\nb\n$ exit "
      "3\n```\nend\n";
  const auto steps = test::run_document(text, folder.path(), rewritten);
  ASSERT_TRUE(steps.ok());
  ASSERT_EQ(steps->size(), 3U);
  EXPECT_EQ((*steps)[1].expected, "b");
  EXPECT_EQ((*steps)[1].found, "a");
  EXPECT_EQ((*steps)[2].found, "(exit 3)");
  EXPECT_EQ(rewritten,
            "<!-- setup\nmkdir a\n-->\n```console\n$ cd a\n$ pwd | sed 's,.*/,,'\na\n$ exit "
            "3\n(exit 3)\n```\nend\n");
}

}  // namespace
}  // namespace tidegate
