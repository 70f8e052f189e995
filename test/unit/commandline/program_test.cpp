// SPDX-License-Identifier: Apache-2.0
#include "commandline/program.hpp"

#include <gtest/gtest.h>

namespace tidegate::commandline {
namespace {

using Words = std::vector<std::string>;

// A program with each kind of option.
struct Sample {
  Program program{"sail", "Carries freight.", "1.2"};
  std::string log = "text";
  bool quiet = false;
  std::string port{};
  std::string crew{};
  std::string chart{};
  Words holds{};
  Words crates{};
  Words handed_on{};
  bool dry = false, wet = false;
  int called_back = 0;
  std::string chosen{};

  Sample() {
    const Command root = program.root();
    root.require_command();
    root.accept_options_behind_commands();
    root.set_footer("Exit codes: few.");
    root.add_flag("-q,--quiet", quiet, "say little");
    root.add_option("--log", log, "of lines").one_of({"text", "json"});
    const Command load = root.add_command("load", "Take freight.");
    load.add_option("PORT", port, "where").required();
    load.add_option("CRATES", crates, "what");
    load.add_option("--hold", holds, "a hold; repeatable").one_word_each();
    load.add_option("--chart", chart, "of the sea").existing_file();
    load.add_option("-c,--crew", crew, "who").check(
        [](const std::string& name) { return name == "nobody" ? std::string("needs somebody") : std::string(); }, "NAME");
    const Option is_dry = load.add_flag("--dry", dry, "keep dry");
    load.add_flag("--wet", wet, "water it").excludes(is_dry);
    load.add_flag("--call", [this] { ++called_back; }, "call back");
    load.when_chosen([this] { chosen = "load " + port; });
    const Command tower = root.add_command("tower", "Signals.");
    tower.require_command();
    tower.add_command("light", "Make light.").when_chosen([this] { chosen = "light"; });
    root.add_command("tow", "Another program.").pass_on([this](const Words& words) {
      chosen = "tow";
      handed_on = words;
    });
  }

  std::optional<Answer> parse(const Words& words) { return program.parse(words); }
};

std::string first_line(const std::string& text) { return text.substr(0, text.find('\n')); }

// The first line of standard error, with the exit code checked.
std::string complaint(const Words& words) {
  Sample sample;
  const std::optional<Answer> answer = sample.parse(words);
  if (!answer) return "none";
  EXPECT_EQ(answer->exit, ExitCode::usage);
  EXPECT_EQ(answer->out, "");
  EXPECT_NE(answer->err.find("\n\n"), std::string::npos) << answer->err;
  EXPECT_NE(answer->err.find("Usage: sail"), std::string::npos) << answer->err;
  EXPECT_EQ(sample.chosen, "");
  return first_line(answer->err);
}

TEST(CommandLine, fills_variables_and_calls_the_chosen_command) {
  Sample sample;
  EXPECT_FALSE(sample.parse({"load", "--hold", "1", "Bergen", "salt", "--hold", "2", "fish", "-c", "Ada", "--wet", "--call"}));
  EXPECT_EQ(sample.chosen, "load Bergen");
  EXPECT_EQ(sample.crates, (Words{"salt", "fish"}));
  EXPECT_EQ(sample.holds, (Words{"1", "2"}));
  EXPECT_EQ(sample.crew, "Ada");
  EXPECT_TRUE(sample.wet);
  EXPECT_FALSE(sample.dry);
  EXPECT_EQ(sample.called_back, 1);
  EXPECT_EQ(sample.log, "text");
  EXPECT_FALSE(sample.quiet);
}

TEST(CommandLine, takes_arguments_as_main_gets_them) {
  Sample sample;
  const std::vector<const char*> arguments{"/bin/other-name", "tower", "light"};
  EXPECT_FALSE(sample.program.parse(static_cast<int>(arguments.size()), arguments.data()));
  EXPECT_EQ(sample.chosen, "light");
  Sample none;
  EXPECT_EQ(none.program.parse(0, nullptr)->exit, ExitCode::usage);
}

TEST(CommandLine, options_of_the_program_may_stand_behind_a_command) {
  Sample sample;
  EXPECT_FALSE(sample.parse({"load", "Bergen", "--log", "json", "-q"}));
  EXPECT_EQ(sample.log, "json");
  EXPECT_TRUE(sample.quiet);
}

TEST(CommandLine, words_behind_two_dashes_are_positional) {
  Sample sample;
  EXPECT_FALSE(sample.parse({"load", "Bergen", "--", "--dry", "-x"}));
  EXPECT_EQ(sample.crates, (Words{"--dry", "-x"}));
  EXPECT_FALSE(sample.dry);
}

TEST(CommandLine, hands_all_words_on) {
  Sample sample;
  EXPECT_FALSE(sample.parse({"tow", "pack", "--help", "-q", "--version"}));
  EXPECT_EQ(sample.chosen, "tow");
  EXPECT_EQ(sample.handed_on, (Words{"pack", "--help", "-q", "--version"}));
  EXPECT_FALSE(sample.quiet);
}

TEST(CommandLine, says_what_is_wrong) {
  EXPECT_EQ(complaint({}), "sail: A subcommand is required");
  EXPECT_EQ(complaint({"tower"}), "sail: A subcommand is required");
  EXPECT_EQ(complaint({"load"}), "sail: PORT is required");
  EXPECT_EQ(complaint({"load", "Bergen", "--log", "xml"}), "sail: --log: xml not in {text,json}");
  EXPECT_EQ(complaint({"load", "Bergen", "--chart", "/no/chart"}), "sail: --chart: File does not exist: /no/chart");
  EXPECT_EQ(complaint({"load", "Bergen", "--crew", "nobody"}), "sail: --crew: needs somebody");
  EXPECT_EQ(complaint({"load", "Bergen", "--dry", "--wet"}), "sail: --dry excludes --wet");
  EXPECT_EQ(complaint({"load", "Bergen", "--nothing"}), "sail: The following argument was not expected: --nothing");
  EXPECT_EQ(complaint({"fly"}), "sail: A subcommand is required");
}

TEST(CommandLine, answers_help_of_the_chosen_command) {
  Sample sample;
  const std::optional<Answer> whole = sample.parse({"--help"});
  ASSERT_TRUE(whole);
  EXPECT_EQ(whole->exit, ExitCode::success);
  EXPECT_EQ(whole->err, "");
  EXPECT_EQ(whole->out, sample.program.help());
  EXPECT_TRUE(whole->out.starts_with("Carries freight.\nUsage: sail [OPTIONS] SUBCOMMAND\n")) << whole->out;
  EXPECT_NE(whole->out.find("Exit codes: few."), std::string::npos) << whole->out;
  const std::string load = Sample().parse({"load", "--help"})->out;
  EXPECT_TRUE(load.starts_with("Take freight.\nUsage: sail load [OPTIONS] PORT [CRATES...]\n")) << load;
  EXPECT_NE(load.find("-c,--crew TEXT:NAME"), std::string::npos) << load;
  EXPECT_NE(load.find("--chart TEXT:FILE"), std::string::npos) << load;
}

TEST(CommandLine, answers_the_version) {
  Sample sample;
  const std::optional<Answer> version = sample.parse({"--version"});
  ASSERT_TRUE(version);
  EXPECT_EQ(version->exit, ExitCode::success);
  EXPECT_EQ(version->out, "sail 1.2\n");
  EXPECT_EQ(version->err, "");
  EXPECT_EQ(Program("raft", "Floats.").parse({"--version"})->exit, ExitCode::usage);
}

TEST(CommandLine, a_program_without_commands_is_sound) {
  const Program program("raft", "Floats.");
  bool chosen = false;
  program.root().allow_one_command();
  program.root().add_command("sink", "Go down.").when_chosen([&chosen] { chosen = true; });
  EXPECT_FALSE(program.parse(Words{}));
  EXPECT_FALSE(chosen);
  EXPECT_FALSE(program.parse({"sink"}));
  EXPECT_TRUE(chosen);
}

TEST(CommandLine, lists_all_commands_and_options) {
  const Sample sample;
  const Outline outline = sample.program.root().outline();
  EXPECT_EQ(outline.name, "sail");
  EXPECT_EQ(outline.description, "Carries freight.");
  Words names;
  for (const Word& word : outline.options) names.push_back(word.name);
  EXPECT_EQ(names, (Words{"--help", "-h", "--version", "--quiet", "-q", "--log"}));
  ASSERT_EQ(outline.commands.size(), 3U);
  EXPECT_EQ(outline.commands[0].name, "load");
  EXPECT_EQ(outline.commands[0].description, "Take freight.");
  for (const Word& word : outline.commands[0].options) EXPECT_TRUE(word.name.starts_with("-")) << word.name;
  EXPECT_EQ(outline.commands[1].commands.at(0).name, "light");
  EXPECT_TRUE(outline.commands[2].options.empty());
}

}  // namespace
}  // namespace tidegate::commandline
