// SPDX-License-Identifier: Apache-2.0
// The scripts of `completion` in real shells: what is offered where the cursor stands.
#include <gtest/gtest.h>

#include <filesystem>

#include "base/text.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;
using test::TemporaryFolder;

struct Case {
  std::string line{};     // the last word is the one at the cursor
  std::string offered{};  // all of it, in any order
};

struct Program {
  std::string name{};
  std::vector<Case> cases{};
};

// Beside the scripts lie: a folder `folder`, a folder `fog`, files `file.json` and `two words`.
const std::vector<Program> all_programs{
    {"tidegate",
     {{"tidegate ver", "verify"},
      {"tidegate key ge", "generate"},
      {"tidegate build --previ", "--previous"},
      {"tidegate build --log-f", "--log-format"},
      {"tidegate --log-format ", "text json github azure"},
      {"tidegate --log-format json bui", "build"},
      {"tidegate build --log-format g", "github"},
      {"tidegate build --compression ", "gzip zstd"},
      {"tidegate build --compression=z", "zstd"},
      {"tidegate build --compression=", "gzip zstd"},
      {"tidegate build --compression zstd --out f", "fog folder"},
      {"tidegate build -o f", "fog folder"},
      {"tidegate build f", "fog folder"},
      {"tidegate build --previous f", "file.json fog folder"},
      {"tidegate verify t", "two words"},
      {"tidegate build --version f", ""},
      {"tidegate graph --format ", "dot svg html"},
      {"tidegate check --format=s", "sarif"},
      {"tidegate check --format sarif=f", "file.json fog folder"},
      {"tidegate rehearse x --format j", "json junit"},
      {"tidegate init --ci ", "github jenkins azure"},
      {"tidegate completion ", "bash zsh fish"},
      {"tidegate completion z", "zsh"},
      {"tidegate explain adf.unknown-", "adf.unknown-function adf.unknown-property adf.unknown-system-property adf.unknown-value"},
      {"tidegate explain f", "file.json fog folder"},
      {"tidegate explain adf.limit f", "fog folder"},
      {"tidegate check --explain gate.too-", "gate.too-many-deletions gate.too-old"},
      {"tidegate publish a b f", "file.json fog folder"},
      {"tidegate detect --", "--help --format --version --quiet --log-format"},
      {"tidegate list --q", "--quiet"},
      {"tidegate nothing-known --x", ""}}},
    {"deploy-gate",
     {{"deploy-gate cat", "catalogue"},
      {"deploy-gate check f", "file.json fog folder"},
      {"deploy-gate check x --format=s", "sarif"},
      {"deploy-gate check --color ", "auto always never"},
      {"deploy-gate check --artifact f", "fog folder"},
      {"deploy-gate check --waivers a --waivers f", "file.json fog folder"},
      {"deploy-gate waive x --rule gate.key", "gate.key-loss"},
      {"deploy-gate completion f", "fish"}}},
    {"tidegate-sandbox",
     {{"tidegate-sandbox --packs f", "fog folder"},
      {"tidegate-sandbox --control f", "file.json fog folder"},
      {"tidegate-sandbox pa", "pack"},
      {"tidegate-sandbox pack --out", "--output"},
      {"tidegate-sandbox completion ", "bash zsh fish"}}},
};

// The stand-in host is not built everywhere.
std::vector<Program> programs_here() {
  std::vector<Program> here = all_programs;
  std::erase_if(here, [](const Program& one) { return !fs::exists(std::string(TIDEGATE_BIN_DIR) + "/" + one.name); });
  return here;
}

class Completion : public testing::Test {
 protected:
  void SetUp() override {
    fs::create_directories(folder_.path() + "/folder");
    fs::create_directories(folder_.path() + "/fog");
    for (const char* name : {"file.json", "two words"}) folder_.write(name, "");
  }
  std::string script(const std::string& program, const std::string& shell) const {
    const auto printed = run_program(program, {"completion", shell});
    EXPECT_EQ(printed.exit_code, 0) << printed.err;
    return folder_.write("completion." + program + "." + shell, printed.out);
  }

  const TemporaryFolder folder_{};
};

// As readline cuts a line: at blanks, and `=` is a word of its own.
std::string bash_words(std::string_view line) {
  std::string out, word;
  const auto flush = [&](bool also_empty) {
    if (!word.empty() || also_empty) out += " '" + word + "'";
    word.clear();
  };
  for (const char c : line) {
    if (c == ' ' || c == '=') {
      flush(false);
      if (c == '=') out += " '='";
    } else {
      word += c;
    }
  }
  flush(!line.ends_with('='));
  return out;
}

TEST_F(Completion, in_bash) {
  const auto bash = system::find_program("bash");
  ASSERT_TRUE(bash.has_value());
  for (const Program& program : programs_here()) {
    std::string function = "_" + program.name;
    std::replace(function.begin(), function.end(), '-', '_');
    std::string commands = "set -u\n. '" + script(program.name, "bash") + "'\n[[ $(complete -p " + program.name + ") == *' -F " + function + " '* ]]\n";
    for (const Case& one : program.cases) {
      commands += "COMP_WORDS=(" + bash_words(one.line) + "); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); " + function +
                  "; ((${#COMPREPLY[@]} == 0)) || printf '%s\\n' \"${COMPREPLY[@]}\" | tr '\\n' ' '; echo .\n";
    }
    const auto completed = system::run_process({.argv = {*bash, "-c", commands}, .directory = folder_.path()});
    ASSERT_TRUE(completed.ok());
    EXPECT_EQ(completed->exit_code, 0) << completed->err;
    const std::string text = completed->out;
    const std::vector<std::string_view> lines = split(text, '\n');
    ASSERT_EQ(lines.size(), program.cases.size() + 1) << text << completed->err;
    for (std::size_t i = 0; i < program.cases.size(); ++i) {
      const std::string expected = program.cases[i].offered;
      const auto sorted = [](std::string_view words) {
        std::vector<std::string_view> parts = split(words, ' ');
        std::sort(parts.begin(), parts.end());
        std::string out;
        for (const std::string_view part : parts) out += std::string(part) + " ";
        return std::string(trim(out));
      };
      EXPECT_EQ(sorted(lines[i].substr(0, lines[i].size() - 1)), sorted(expected)) << program.cases[i].line;
    }
  }
}

// zsh is asked in a terminal of its own, where it prints what it would offer.
TEST_F(Completion, in_zsh) {
  const auto zsh = system::find_program("zsh");
  if (!zsh) GTEST_SKIP() << "zsh is not installed";
  for (const Program& program : programs_here()) {
    // What is typed before the prompt stands there may be lost: the setup is read, and each prompt waited for.
    folder_.write(".zshrc",
                  "PS1='prompt''> ' PROMPT_EOL_MARK= LISTMAX=10000; unsetopt zle_bracketed_paste beep\n"
                  "autoload -Uz compinit; compinit -u -D\n"
                  "compadd() { if [[ ${@[(i)(-O|-A|-D)]} -le $# ]]; then builtin compadd \"$@\"; return; fi; local -a out; builtin compadd -A out \"$@\"; print -l -- \"offered:\"$^out >> offered; builtin compadd \"$@\"; }\n"
                  "bindkey '^I' complete-word; source '" + script(program.name, "zsh") + "'\n");
    std::string commands =
        "zmodload zsh/zpty\nexport ZDOTDIR=$PWD\nzpty shell zsh -d -i\n"
        "until zpty -r -m shell line '*prompt> *'; do :; done\n";
    for (std::size_t i = 0; i < program.cases.size(); ++i) {
      const std::string mark = std::to_string(i) + ".";  // printed behind the completion: the shell takes one after the other
      commands += "rm -f offered; zpty -w -n shell $'\\C-U'" + ("'" + program.cases[i].line + "'") + "$'\\t\\C-U'\"print fin''ished" + mark +
                  "\"$'\\n'\nuntil zpty -r -m shell line '*finished" + mark + "*prompt> *'; do :; done\n"
                  "[[ -e offered ]] && sed s/^offered:// offered | sort -u | tr '\\n' ' '; echo .\n";
    }
    const auto completed = system::run_process({.argv = {*zsh, "-f", "-c", commands}, .directory = folder_.path()});
    ASSERT_TRUE(completed.ok());
    const std::string text = completed->out;
    const std::vector<std::string_view> lines = split(text, '\n');
    ASSERT_EQ(lines.size(), program.cases.size() + 1) << text << completed->err;
    for (std::size_t i = 0; i < program.cases.size(); ++i) {
      for (const std::string_view word : split(program.cases[i].offered, ' ')) {
        if (word.empty()) continue;
        EXPECT_NE((" " + std::string(lines[i])).find(" " + std::string(word)), std::string::npos)
            << program.cases[i].line << " offers " << lines[i];
      }
    }
  }
}

TEST_F(Completion, scripts_for_fish_name_values_files_and_folders) {
  const std::string text = *system::read_file(script("tidegate", "fish"));
  for (const char* line : {"complete -c tidegate -f\n",
                           "complete -c tidegate -n '__fish_seen_subcommand_from build' -l compression -r -f -a 'gzip zstd' -d ",
                           "complete -c tidegate -n '__fish_seen_subcommand_from build' -l previous -r -F -d ",
                           "complete -c tidegate -n '__fish_seen_subcommand_from build' -s o -r -f -a '(__fish_complete_directories)' -d ",
                           "complete -c tidegate -n '__fish_seen_subcommand_from completion' -f -a 'bash zsh fish'\n",
                           "complete -c tidegate -n '__fish_seen_subcommand_from key; and __fish_seen_subcommand_from generate' -F\n",
                           "complete -c tidegate -n '__fish_seen_subcommand_from build' -l log-format -r -f -a 'text json github azure' -d "}) {
    EXPECT_NE(text.find(line), std::string::npos) << line;
  }
  const auto fish = system::find_program("fish");
  if (!fish) return;
  for (const Program& program : programs_here()) {
    for (const Case& one : program.cases) {
      const auto asked = system::run_process({.argv = {*fish, "-c", "source " + script(program.name, "fish") + "; complete -C '" + one.line + "' | string replace -r '\\t.*' ''"},
                                              .directory = folder_.path()});
      for (const std::string_view word : split(one.offered, ' ')) {
        if (word.empty() || one.line.find('=') != std::string::npos) continue;
        EXPECT_NE(asked->out.find(word), std::string::npos) << one.line << "\n" << asked->out;
      }
    }
  }
}

TEST_F(Completion, other_shells_are_refused) {
  for (const Program& program : programs_here()) EXPECT_EQ(run_program(program.name, {"completion", "tcsh"}).exit_code, 64);
}

}  // namespace
}  // namespace tidegate
