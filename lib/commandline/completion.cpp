// SPDX-License-Identifier: Apache-2.0
// Each script walks over the words before the cursor: which command it is, whether the last word is an option that
// waits for its value, how many positional words there were. Tables made from the outline say what may come.
#include "commandline/completion.hpp"

#include <algorithm>
#include <functional>

namespace tidegate::commandline {

namespace {

using Kind = Value::Kind;

struct Listed {
  std::string words{};  // " key generate"; "" for the program itself
  const Outline* outline = nullptr;
};

// The program itself first.
void collect(const Outline& outline, const std::string& words, std::vector<Listed>& commands) {
  commands.push_back({.words = words, .outline = &outline});
  for (const Outline& child : outline.commands) collect(child, words + " " + child.name, commands);
}

std::string join_names(const std::vector<Word>& words) {
  std::string out;
  for (const Word& one : words) out += (out.empty() ? "" : " ") + one.name;
  return out;
}

std::string join_commands(const Outline& outline) {
  std::string out;
  for (const Outline& one : outline.commands) out += (out.empty() ? "" : " ") + one.name;
  return out;
}

std::string join_words(const std::vector<std::string>& words) {
  std::string out;
  for (const std::string& one : words) out += (out.empty() ? "" : " ") + one;
  return out;
}

// In single quotes of all three shells.
std::string quoted(std::string_view text) {
  std::string out = "'";
  for (const char c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

std::string function_of(const Outline& program) {
  std::string name = "_" + program.name;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// `'at word'|'at word'` of everything that `wanted` says yes to; "" of nothing.
std::string pattern_of(const std::vector<Listed>& commands, const std::function<bool(const Word&)>& wanted) {
  std::string out;
  for (const Listed& command : commands) {
    for (const Word& option : command.outline->options) {
      if (wanted(option)) out += (out.empty() ? "" : "|") + quoted(command.words + " " + option.name);
    }
  }
  return out;
}

// Lines of a `case`; `assign` writes what a value means in the shell.
using Assign = std::function<std::string(const Value&)>;

std::string command_lines(const std::vector<Listed>& commands) {
  std::string pattern;
  for (const Listed& command : commands) {
    if (!command.words.empty()) pattern += (pattern.empty() ? "" : "|") + quoted(command.words);
  }
  return pattern.empty() ? pattern : "      " + pattern + ") at=\"$at $word\" place=0; continue ;;\n";
}

std::string taking_lines(const std::vector<Listed>& commands) {
  const std::string pattern = pattern_of(commands, [](const Word& option) { return option.value.kind != Kind::none; });
  return pattern.empty() ? pattern : "      " + pattern + ") taken=\"$at $word\" ;;\n";
}

std::string value_lines(const std::vector<Listed>& commands, const Assign& assign) {
  std::string out;
  for (const Listed& command : commands) {
    for (const Word& option : command.outline->options) {
      const std::string meaning = assign(option.value);
      if (!meaning.empty()) out += "      " + quoted(command.words + " " + option.name) + ") " + meaning + " ;;\n";
    }
  }
  return out;
}

std::string place_lines(const std::vector<Listed>& commands, const Assign& assign) {
  std::string out;
  for (const Listed& command : commands) {
    const std::vector<Value>& places = command.outline->positional;
    for (std::size_t i = 0; i < places.size(); ++i) {
      const std::string meaning = assign(places[i]);
      if (meaning.empty()) continue;
      const bool more = command.outline->repeats && i + 1 == places.size();
      out += "      " + quoted(command.words + " " + (more ? std::string() : std::to_string(i))) + (more ? "[0-9]*" : "") + ") " + meaning + " ;;\n";
    }
  }
  return out;
}

std::string kind_word(const Value& value) {
  if (value.kind == Kind::file) return "kind=file";
  return value.kind == Kind::folder ? "kind=folder" : std::string();
}

std::string assign_text(const Value& value) {
  std::string out = kind_word(value);
  if (!value.words.empty()) out += (out.empty() ? "" : " ") + ("words=" + quoted(join_words(value.words)));
  return out;
}

// `=` is a word of its own in bash: `--format=json` is three.
std::string render_bash(const Outline& program, const std::vector<Listed>& commands) {
  const std::string name = function_of(program);
  std::string out = "# bash completion of " + program.name + ": . <(" + program.name + " completion bash)\n" + name +
                    "() {\n"
                    "  local IFS=$' \\t\\n' word= at= taken= value= kind= words= options= i place=0 line\n"
                    "  for ((i = 1; i < COMP_CWORD; i++)); do\n"
                    "    word=${COMP_WORDS[i]}\n"
                    "    if [[ $word == = ]]; then value=yes; continue; fi\n"
                    "    if [[ -n $taken$value ]]; then taken= value=; continue; fi\n"
                    "    case \"$at $word\" in\n" + command_lines(commands) +
                    "    esac\n"
                    "    case \"$at $word\" in\n" + taking_lines(commands) +
                    "      *) [[ $word == -?* ]] || ((place += 1)) ;;\n"
                    "    esac\n"
                    "  done\n"
                    "  word=${COMP_WORDS[COMP_CWORD]}\n"
                    "  if [[ $word == = ]]; then word= value=yes; fi\n"
                    "  if [[ -n $taken ]]; then\n"
                    "    case \"$taken\" in\n" + value_lines(commands, assign_text) +
                    "      *) ;;\n"
                    "    esac\n"
                    "  elif [[ -n $value ]]; then\n"
                    "    kind=file\n"
                    "  else\n"
                    "    case \"$at\" in\n";
  for (const Listed& command : commands) {
    out += "      " + quoted(command.words) + ") words=" + quoted(join_commands(*command.outline)) + " options=" +
           quoted(join_names(command.outline->options)) + " ;;\n";
  }
  return out +
         "    esac\n"
         "    case \"$at $place\" in\n" + place_lines(commands, assign_text) +
         "      *) ;;\n"
         "    esac\n"
         "    if [[ $word == -* || -z $words$kind ]]; then words=$options kind=; fi\n"
         "  fi\n"
         "  COMPREPLY=()\n"
         "  while IFS= read -r line; do COMPREPLY+=(\"$line\"); done < <(\n"
         "    [[ -z $words ]] || compgen -W \"$words\" -- \"$word\"\n"
         "    case \"$kind\" in file) compgen -f -- \"$word\" ;; folder) compgen -d -- \"$word\" ;; esac)\n"
         "  [[ -z $kind ]] || compopt -o filenames 2>/dev/null || true\n"
         "}\n"
         "complete -F " + name + " " + program.name + "\n";
}

// "name:description" of _describe
std::string described(const std::string& name, std::string description) {
  std::replace(description.begin(), description.end(), ':', ' ');
  std::replace(description.begin(), description.end(), '\n', ' ');
  return quoted(name + ":" + description);
}

std::string assign_array(const Value& value) {
  std::string out = kind_word(value);
  if (!value.words.empty()) out += (out.empty() ? "" : " ") + ("values=(" + join_words(value.words) + ")");
  return out;
}

// `path` and `words` have a meaning of their own in zsh.
std::string render_zsh(const Outline& program, const std::vector<Listed>& commands) {
  const std::string name = function_of(program);
  std::string out = "#compdef " + program.name + "\n# zsh completion of " + program.name + ": " + program.name +
                    " completion zsh > \"${fpath[1]}/_" + program.name + "\"\n" + name +
                    "() {\n"
                    "  local word= at= taken= kind= i place=0\n"
                    "  local -a values options commands\n"
                    "  for ((i = 2; i < CURRENT; i++)); do\n"
                    "    word=${words[i]}\n"
                    "    if [[ -n $taken ]]; then taken=; continue; fi\n"
                    "    case \"$at $word\" in\n" + command_lines(commands) +
                    "    esac\n"
                    "    case \"$at $word\" in\n" + taking_lines(commands) +
                    "      *) [[ $word == -?* ]] || ((place += 1)) ;;\n"
                    "    esac\n"
                    "  done\n"
                    "  if [[ -z $taken && $PREFIX == --*=* ]]; then\n"
                    "    taken=\"$at ${PREFIX%%=*}\"\n"
                    "    compset -P 1 '*='\n"
                    "  fi\n"
                    "  if [[ -n $taken && $PREFIX == *=* ]]; then\n"
                    "    compset -P 1 '*='\n"
                    "    kind=file\n"
                    "  elif [[ -n $taken ]]; then\n"
                    "    case \"$taken\" in\n" + value_lines(commands, assign_array) +
                    "      *) ;;\n"
                    "    esac\n"
                    "  else\n"
                    "    case \"$at\" in\n";
  for (const Listed& command : commands) {
    out += "      " + quoted(command.words) + ") commands=(";
    for (const Outline& child : command.outline->commands) out += "\n        " + described(child.name, child.description);
    out += ") options=(";
    for (const Word& option : command.outline->options) out += "\n        " + described(option.name, option.description);
    out += ") ;;\n";
  }
  return out +
         "    esac\n"
         "    case \"$at $place\" in\n" + place_lines(commands, assign_array) +
         "      *) ;;\n"
         "    esac\n"
         "    if [[ $PREFIX != -* && ( -n $kind || $#values -gt 0 || $#commands -gt 0 ) ]]; then options=(); else values=() kind= commands=(); fi\n"
         "  fi\n"
         "  (( $#commands )) && _describe command commands\n"
         "  (( $#options )) && _describe -o option options\n"
         "  (( $#values )) && compadd -a values\n"
         "  case $kind in file) _files ;; folder) _files -/ ;; esac\n"
         "}\n"
         "if [[ $funcstack[1] == " + name + " || $funcstack[1] == _" + program.name + " ]]; then " + name + " \"$@\"; else compdef " + name + " " + program.name + "; fi\n";
}

std::string fish_condition(const std::string& words) {
  if (words.empty()) return "__fish_use_subcommand";
  std::string condition;
  for (std::size_t begin = 1; begin < words.size();) {
    const std::size_t end = std::min(words.find(' ', begin), words.size());
    condition += (condition.empty() ? "" : "; and ") + ("__fish_seen_subcommand_from " + words.substr(begin, end - begin));
    begin = end + 1;
  }
  return condition;
}

// What follows an option, or stands for itself.
std::string fish_value(const Value& value) {
  std::string out = value.kind == Kind::file ? " -F" : " -f";
  if (value.kind == Kind::folder) out += " -a '(__fish_complete_directories)'";
  return value.words.empty() ? out : out + " -a " + quoted(join_words(value.words));
}

std::string render_fish(const Outline& program, const std::vector<Listed>& commands) {
  const std::string start = "complete -c " + program.name;
  std::string out = "# fish completion of " + program.name + ": " + program.name + " completion fish > ~/.config/fish/completions/" +
                    program.name + ".fish\n" + start + " -f\n";
  for (const Listed& command : commands) {
    const std::string line = start + " -n " + quoted(fish_condition(command.words));
    for (const Outline& child : command.outline->commands) out += line + " -a " + child.name + " -d " + quoted(child.description) + "\n";
    for (const Word& option : command.outline->options) {
      const bool is_long = option.name.starts_with("--");
      out += line + (is_long ? " -l " : " -s ") + option.name.substr(is_long ? 2 : 1);
      if (option.value.kind != Kind::none) out += " -r" + fish_value(option.value);
      out += " -d " + quoted(option.description) + "\n";
    }
    for (const Value& value : command.outline->positional) {
      if (value.kind != Kind::text) out += line + fish_value(value) + "\n";
    }
  }
  return out;
}

}  // namespace

const std::vector<std::string>& completion_shells() {
  static const std::vector<std::string> shells{"bash", "zsh", "fish"};
  return shells;
}

std::string render_completion(const Outline& program, const std::string& shell) {
  std::vector<Listed> commands;
  collect(program, "", commands);
  if (shell == "zsh") return render_zsh(program, commands);
  return shell == "fish" ? render_fish(program, commands) : render_bash(program, commands);
}

Command add_completion_command(const Command& program, std::string& shell) {
  const Command command = program.add_command("completion", "Print a script that completes the command line in a shell.");
  command.add_option("SHELL", shell, "bash, zsh or fish").required().one_of(completion_shells());
  return command;
}

}  // namespace tidegate::commandline
