// SPDX-License-Identifier: Apache-2.0
#include "buildpack/cli/completion.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <vector>

namespace tidegate::cli {

namespace {

struct Command {
  std::string words{};  // "build", "key generate"; "" for the program itself
  std::string description{};
  std::vector<std::pair<std::string, std::string>> options{};   // name, description
  std::vector<std::pair<std::string, std::string>> children{};  // name, description
  bool files = false;
};

void collect(const CLI::App& app, const std::string& words, std::vector<Command>& commands) {
  Command command{.words = words, .description = app.get_description()};
  for (const CLI::Option* option : app.get_options()) {
    if (option->get_positional()) command.files = true;
    for (const std::string& name : option->get_lnames()) command.options.emplace_back("--" + name, option->get_description());
    for (const std::string& name : option->get_snames()) command.options.emplace_back("-" + name, option->get_description());
  }
  std::vector<const CLI::App*> children = app.get_subcommands([](const CLI::App*) { return true; });
  for (const CLI::App* child : children) command.children.emplace_back(child->get_name(), child->get_description());
  commands.push_back(std::move(command));
  for (const CLI::App* child : children) collect(*child, words + (words.empty() ? "" : " ") + child->get_name(), commands);
}

std::string joined(const Command& command) {
  std::string out;
  for (const auto& one : command.children) out += (out.empty() ? "" : " ") + one.first;
  for (const auto& one : command.options) out += (out.empty() ? "" : " ") + one.first;
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
    for (const auto* list : {&command.children, &command.options}) {
      for (const auto& one : *list) {
        std::string text = one.first + ":" + one.second;
        std::replace(text.begin() + static_cast<std::ptrdiff_t>(one.first.size()) + 1, text.end(), ':', ' ');
        out += "\n      " + quoted(text);
      }
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
    for (const auto& child : command.children) {
      out += "complete -c tidegate -n " + quoted(condition) + " -a " + child.first + " -d " + quoted(child.second) + "\n";
    }
    for (const auto& option : command.options) {
      const bool is_long = option.first.starts_with("--");
      out += "complete -c tidegate -n " + quoted(condition) + (is_long ? " -l " : " -s ") + option.first.substr(is_long ? 2 : 1) + " -d " + quoted(option.second) + "\n";
    }
  }
  return out;
}

}  // namespace

std::string render_completion(const CLI::App& app, const std::string& shell) {
  std::vector<Command> commands;
  collect(app, "", commands);
  if (shell == "zsh") return render_zsh(commands);
  return shell == "fish" ? render_fish(commands) : render_bash(commands);
}

void add_completion(CLI::App& app, Action& action) {
  auto shell = std::make_shared<std::string>();
  CLI::App* command = app.add_subcommand("completion", "Print a script that completes the command line in a shell.");
  command->add_option("SHELL", *shell, "bash, zsh or fish")->required()->check(CLI::IsMember({"bash", "zsh", "fish"}));
  command->callback([shell, &app, &action] {
    const std::string text = render_completion(app, *shell);
    action = [text](Context& context) {
      context.terminal.out(text);
      return ExitCode::success;
    };
  });
}

}  // namespace tidegate::cli
