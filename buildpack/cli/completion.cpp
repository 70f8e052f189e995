// SPDX-License-Identifier: Apache-2.0
#include "buildpack/cli/completion.hpp"

#include <algorithm>
#include <memory>
#include <vector>

namespace tidegate::cli {

namespace {

using commandline::Outline;
using commandline::Word;

struct Command {
  std::string words{};  // "build", "key generate"; "" for the program itself
  const Outline* outline = nullptr;
};

// Its commands and its options.
std::vector<Word> choices_of(const Command& command) {
  std::vector<Word> choices;
  for (const Outline& child : command.outline->commands) choices.push_back({child.name, child.description});
  choices.insert(choices.end(), command.outline->options.begin(), command.outline->options.end());
  return choices;
}

// The program itself first, with no words.
void collect(const Outline& outline, const std::string& words, std::vector<Command>& commands) {
  commands.push_back({.words = words, .outline = &outline});
  for (const Outline& child : outline.commands) {
    collect(child, words + (words.empty() ? "" : " ") + child.name, commands);
  }
}

std::string joined(const Command& command) {
  std::string out;
  for (const Word& one : choices_of(command)) out += (out.empty() ? "" : " ") + one.name;
  return out;
}

std::string render_bash(const std::vector<Command>& commands) {
  std::string out =
      "# bash completion of tidegate: . <(tidegate completion bash)\n"
      "_tidegate() {\n"
      "  local word=${COMP_WORDS[COMP_CWORD]} path= i choices=\n"
      "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
      "    case ${COMP_WORDS[i]} in -*) ;; *) case \"$path ${COMP_WORDS[i]}\" in\n";
  for (const Command& command : commands) {
    if (!command.words.empty()) out += "      ' " + command.words + "') path=' " + command.words + "' ;;\n";
  }
  out += "    esac ;; esac\n  done\n  case \"$path\" in\n";
  for (const Command& command : commands) {
    out += "    '" + (command.words.empty() ? std::string() : " " + command.words) + "') choices='" + joined(command) + "' ;;\n";
  }
  return out +
         "  esac\n"
         "  COMPREPLY=($(compgen -W \"$choices\" -- \"$word\"))\n"
         "  [ ${#COMPREPLY[@]} -gt 0 ] || COMPREPLY=($(compgen -f -- \"$word\"))\n"
         "}\n"
         "complete -o filenames -F _tidegate tidegate\n";
}

// In single quotes of zsh and fish.
std::string quoted(std::string text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string render_zsh(const std::vector<Command>& commands) {
  std::string out =
      "#compdef tidegate\n"
      "# zsh completion of tidegate: tidegate completion zsh > \"${fpath[1]}/_tidegate\"\n"
      "_tidegate() {\n"
      "  local path= i\n"
      "  local -a choices\n"
      "  for ((i = 2; i < CURRENT; i++)); do\n"
      "    case \"$path ${words[i]}\" in\n";
  for (const Command& command : commands) {
    if (!command.words.empty()) out += "      ' " + command.words + "') path=' " + command.words + "' ;;\n";
  }
  out += "    esac\n  done\n  case \"$path\" in\n";
  for (const Command& command : commands) {
    out += "    '" + (command.words.empty() ? std::string() : " " + command.words) + "') choices=(";
    for (const Word& one : choices_of(command)) {
      std::string text = one.name + ":" + one.description;
      std::replace(text.begin() + static_cast<std::ptrdiff_t>(one.name.size()) + 1, text.end(), ':', ' ');
      out += "\n      " + quoted(text);
    }
    out += ") ;;\n";
  }
  return out + "  esac\n  _describe tidegate choices || _files\n}\n_tidegate \"$@\"\n";
}

std::string render_fish(const std::vector<Command>& commands) {
  std::string out = "# fish completion of tidegate: tidegate completion fish > ~/.config/fish/completions/tidegate.fish\n";
  for (const Command& command : commands) {
    std::string condition = "__fish_use_subcommand";
    if (!command.words.empty()) {
      condition.clear();
      std::size_t begin = 0;
      while (begin < command.words.size()) {
        const std::size_t end = std::min(command.words.find(' ', begin), command.words.size());
        condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + command.words.substr(begin, end - begin));
        begin = end + 1;
      }
    }
    for (const Outline& child : command.outline->commands) {
      out += "complete -c tidegate -n " + quoted(condition) + " -a " + child.name + " -d " + quoted(child.description) + "\n";
    }
    for (const Word& option : command.outline->options) {
      const bool is_long = option.name.starts_with("--");
      out += "complete -c tidegate -n " + quoted(condition) + (is_long ? " -l " : " -s ") + option.name.substr(is_long ? 2 : 1) + " -d " + quoted(option.description) + "\n";
    }
  }
  return out;
}

}  // namespace

std::string render_completion(const Outline& program, const std::string& shell) {
  std::vector<Command> commands;
  collect(program, "", commands);
  if (shell == "zsh") return render_zsh(commands);
  return shell == "fish" ? render_fish(commands) : render_bash(commands);
}

void add_completion(commandline::Command app, Action& action) {
  auto shell = std::make_shared<std::string>();
  const commandline::Command command = app.add_command("completion", "Print a script that completes the command line in a shell.");
  command.add_option("SHELL", *shell, "bash, zsh or fish").required().one_of({"bash", "zsh", "fish"});
  command.when_chosen([shell, app, &action] {
    const std::string text = render_completion(app.outline(), *shell);
    action = [text](Context& context) {
      context.terminal.out(text);
      return ExitCode::success;
    };
  });
}

}  // namespace tidegate::cli
