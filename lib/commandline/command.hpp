// SPDX-License-Identifier: Apache-2.0
// What may stand on a command line. A Command or an Option is a handle: copies name the same thing, and live as long
// as its Program. Bound variables must live until the parse; they keep their value when the option is not given.
#pragma once

#include <functional>
#include <string>
#include <vector>

namespace CLI {  // of the parser; nothing else of it is seen here
class App;
class Option;
}  // namespace CLI

namespace tidegate::commandline {

// What may stand where a word is expected, as far as a shell can offer it.
struct Value {
  enum class Kind { none, text, words, file, folder };  // none: of a flag
  Kind kind = Kind::none;
  std::vector<std::string> words{};  // these, or others; beside `file` also
};

struct Values;  // of a program's options

class Option {
 public:
  Option required() const;
  Option one_of(const std::vector<std::string>& words) const;
  Option existing_file() const;
  // `fault` says what is wrong with a word, nothing if it is good. Help shows `kind` beside the name of the option.
  Option check(const std::function<std::string(const std::string&)>& fault, const std::string& kind = "") const;
  // Of a list: one word each time it is given, so that it does not take the positional words behind it.
  Option one_word_each() const;
  Option excludes(const Option& other) const;
  // For completion only: any other word is taken as well. Of both, words and files are offered.
  Option suggest(const std::vector<std::string>& words) const;
  Option suggest_files() const;
  Option suggest_folders() const;

 private:
  friend class Command;
  Option(CLI::Option* option, Values* values) : option_(option), values_(values) {}
  CLI::Option* option_;
  Values* values_;
};

struct Word {
  std::string name{};  // "--out", "-o", "build"
  std::string description{};
  Value value{};       // of an option
};

// What is said of a command, in the order of the help.
struct Outline {
  std::string name{};
  std::string description{};
  std::vector<Word> options{};  // each name of its own, long before short; also those of the program that may stand behind
  std::vector<Value> positional{};
  bool repeats = false;         // the last positional word may come again
  std::vector<Outline> commands{};
};

class Command {
 public:
  Command add_command(const std::string& name, const std::string& description) const;
  // `names`: "--out", "-o,--out", or "DIR" for positional words, which come in the order they are added.
  Option add_option(const std::string& names, std::string& value, const std::string& description) const;
  // As many words as follow, and again; behind `--` all words are positional.
  Option add_option(const std::string& names, std::vector<std::string>& values, const std::string& description) const;
  Option add_flag(const std::string& names, bool& given, const std::string& description) const;
  Option add_flag(const std::string& names, const std::function<void()>& given, const std::string& description) const;

  void require_command() const;                         // exactly one of its own
  void allow_one_command() const;                        // one of its own, or none
  void accept_options_behind_commands() const;          // its options; for commands that are added later
  void set_footer(const std::string& text) const;          // of its help
  void when_chosen(const std::function<void()>& call) const;  // after the variables are set
  // All words behind the command belong to another program: none is understood here, not even --help.
  void pass_on(const std::function<void(const std::vector<std::string>&)>& words) const;

  Outline outline() const;

 private:
  friend class Program;
  Command(CLI::App* app, Values* values) : app_(app), values_(values) {}
  CLI::App* app_;
  Values* values_;
};

}  // namespace tidegate::commandline
