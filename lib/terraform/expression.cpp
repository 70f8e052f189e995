// SPDX-License-Identifier: Apache-2.0
// Enough of the expression language to tell literals from the rest, and to find traversals: names
// that begin an expression and the names behind their dots. Texts with templates are walked into.
#include <algorithm>
#include <set>

#include "terraform/hcl_cursor.hpp"
#include "terraform/written.hpp"

namespace tidegate::terraform {

namespace {

constexpr int max_depth = 200;

class Scanner {
 public:
  Scanner(std::string_view text, Location where, std::vector<WrittenReference>& out)
      : in_(text, std::move(where)), out_(out) {}

  Written whole() {
    Written value = read(0);
    in_.skip_space();
    if (in_.at < in_.text.size()) {  // `1 + 2`: no literal
      value = {.where = value.where};
      scan_until('\0', 0);
    }
    return value;
  }

  Written whole_template() {
    Written value{.kind = Written::Kind::text, .text = std::string(in_.text), .where = in_.place()};
    if (in_.text.find("${") != in_.text.npos || in_.text.find("%{") != in_.text.npos) {
      if (skip_template('\0', 0)) value = {.where = value.where};
    }
    return value;
  }

 private:
  std::string name() {
    const std::size_t begin = in_.at;
    while (is_name(in_.peek())) ++in_.at;
    return std::string(in_.text.substr(begin, in_.at - begin));
  }

  // Up to `end` ('\0': to the end), which is taken; true if something is evaluated in between.
  bool skip_template(char end, int depth) {
    bool dynamic = false;
    while (in_.at < in_.text.size()) {
      if (end != '\0' && in_.peek() == '\\') {
        in_.at += 2;
      } else if (in_.looking_at("$${") || in_.looking_at("%%{")) {
        in_.at += 3;
      } else if (in_.looking_at("${") || in_.looking_at("%{")) {
        dynamic = true;
        in_.at += 2;
        scan_until('}', depth + 1);
      } else if (end != '\0' && in_.peek() == end) {
        ++in_.at;
        return dynamic;
      } else {
        ++in_.at;
      }
    }
    in_.at = std::min(in_.at, in_.text.size());
    return dynamic;
  }

  // Everything up to the closing bracket, which is taken.
  void scan_until(char close, int depth) {
    if (++nested_ > max_depth) {
      in_.at = in_.text.size();
    } else {
      scan_inside(close, depth);
    }
    --nested_;
  }

  void scan_inside(char close, int depth) {
    for (in_.skip_space(); in_.at < in_.text.size(); in_.skip_space()) {
      const char c = in_.peek();
      if (close != '\0' && c == close) {
        ++in_.at;
        return;
      }
      skip_part(depth);
    }
  }

  // A bracket with all that it holds, a string, a name, a number, or one other character.
  void skip_part(int depth) {
    const char c = in_.peek();
    if (c == '(' || c == '[' || c == '{') {
      ++in_.at;
      scan_until(c == '(' ? ')' : c == '[' ? ']' : '}', depth + 1);
    } else if (c == '"') {
      ++in_.at;
      skip_template('"', depth);
    } else if (in_.looking_at("<<") && (is_letter(in_.peek(2)) || in_.peek(2) == '-')) {
      heredoc(depth);
    } else if (is_letter(c)) {
      traversal();
    } else if (is_digit(c)) {  // 1e5 holds no name
      while (is_name(in_.peek()) || (in_.peek() == '.' && is_digit(in_.peek(1)))) ++in_.at;
    } else {
      ++in_.at;
    }
  }

  void heredoc(int depth) {
    in_.at += in_.peek(2) == '-' ? 3 : 2;
    const std::string word = name();
    std::size_t end = in_.at;  // the line that holds the word alone
    for (;;) {
      end = in_.text.find('\n', end);
      if (end == in_.text.npos) break;
      std::size_t first = ++end;
      while (first < in_.text.size() && (in_.text[first] == ' ' || in_.text[first] == '\t'))
        ++first;
      if (in_.text.substr(first).starts_with(word) &&
          (first + word.size() >= in_.text.size() || !is_name(in_.text[first + word.size()])))
        break;
    }
    const std::size_t stop = std::min(end, in_.text.size());
    const std::string_view all = in_.text;
    in_.text = all.substr(0, stop);
    skip_template('\0', depth);
    in_.text = all;
    in_.at = stop;
    in_.skip_space();
    name();
  }

  void traversal() {
    WrittenReference found{.where = in_.place()};
    found.steps.push_back(name());
    if (found.steps[0] == "for") return loop_names();
    for (;;) {
      if (in_.peek() == '.' && is_letter(in_.peek(1))) {
        ++in_.at;
        found.steps.push_back(name());
      } else if (in_.peek() == '.' && (is_digit(in_.peek(1)) || in_.peek(1) == '*')) {
        in_.at += 2;
        while (is_digit(in_.peek())) ++in_.at;
      } else if (in_.peek() == '[') {
        ++in_.at;
        scan_until(']', 1);
      } else {
        break;
      }
    }
    if (found.steps.size() > 1 && !local_.contains(found.steps[0])) out_.push_back(std::move(found));
  }

  // `for k, v in`: names of their own from here on.
  void loop_names() {
    for (in_.skip_space(); is_letter(in_.peek()) || in_.peek() == ','; in_.skip_space()) {
      if (in_.peek() == ',') {
        ++in_.at;
        continue;
      }
      std::string word = name();
      if (word == "in") return;
      local_.insert(std::move(word));
    }
  }

  // One value: a literal, a list or an object of them, else unknown with its references taken.
  Written read(int depth) {
    in_.skip_space();
    Written value{.where = in_.place()};
    const char c = in_.peek();
    if (depth > max_depth) return value;
    if (c == '"') return quoted(std::move(value), depth);
    if (c == '[') return list(std::move(value), depth);
    if (c == '{') return object(std::move(value), depth);
    const std::size_t begin = in_.at;
    if (is_digit(c) || (c == '-' && is_digit(in_.peek(1)))) {
      ++in_.at;
      while (is_name(in_.peek()) || in_.peek() == '.' || in_.peek() == '+') ++in_.at;
      value.kind = Written::Kind::number;
    } else if (is_letter(c)) {
      const std::string word = name();
      const char behind = in_.peek();
      const bool plain = behind != '.' && behind != '[' && behind != '(';
      if (plain && (word == "true" || word == "false")) value.kind = Written::Kind::boolean;
      if (plain && word == "null") value.kind = Written::Kind::null;
      if (value.kind == Written::Kind::unknown) in_.at = begin;
    }
    if (value.kind != Written::Kind::unknown)
      value.text = std::string(in_.text.substr(begin, in_.at - begin));
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  // Is this the end of the value: nothing, a comma, a bracket, or (inside of braces) a new line?
  bool ends_here() {
    const std::size_t before = in_.at = std::min(in_.at, in_.text.size());
    in_.skip_space();
    const char c = in_.peek();
    const bool line = in_.text.substr(before, in_.at - before).find('\n') != in_.text.npos;
    return in_.at >= in_.text.size() || c == ',' || c == ']' || c == '}' ||
           (line && is_letter(c)) || (line && c == '"');
  }

  // An expression after all: everything up to the end of this value.
  void rest(Written& value, std::size_t begin, int depth) {
    value = {.where = value.where};
    in_.at = begin;
    for (;;) {
      const char c = in_.peek();
      if (in_.at >= in_.text.size() || c == ',' || c == ']' || c == '}') return;
      if (c == '\n' && ends_here()) return;
      if (c == '#' || in_.looking_at("//") || in_.looking_at("/*")) {
        in_.skip_space();
      } else {
        skip_part(depth);
      }
    }
  }

  Written quoted(Written value, int depth) {
    const std::size_t begin = in_.at++;
    const bool dynamic = skip_template('"', depth);
    if (!dynamic) {
      value.kind = Written::Kind::text;
      const std::size_t end = in_.at > begin + 1 ? in_.at - begin - 2 : 0;
      value.text = std::string(in_.text.substr(begin + 1, end));
    }
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  bool is_loop() {
    const std::size_t before = in_.at;
    in_.skip_space();
    const bool found = in_.looking_at("for") && !is_name(in_.peek(3));
    in_.at = before;
    return found;
  }

  Written list(Written value, int depth) {
    const std::size_t begin = in_.at++;
    if (is_loop()) {
      scan_until(']', depth + 1);
    } else {
      value.kind = Written::Kind::list;
      for (in_.skip_space(); in_.at < in_.text.size() && in_.peek() != ']'; in_.skip_space()) {
        const std::size_t before = in_.at;
        value.items.push_back(read(depth + 1));
        in_.skip_space();
        if (in_.peek() == ',') ++in_.at;
        if (in_.at == before) ++in_.at;
      }
      ++in_.at;
    }
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  Written object(Written value, int depth) {
    const std::size_t begin = in_.at++;
    if (is_loop()) {
      scan_until('}', depth + 1);
      return value;
    }
    value.kind = Written::Kind::object;
    for (in_.skip_space(); in_.at < in_.text.size() && in_.peek() != '}'; in_.skip_space()) {
      const std::size_t before = in_.at;
      WrittenMember member{.where = in_.place(), .form = WrittenMember::Form::argument};
      if (in_.peek() == '"') {
        member.name = quoted_key();
      } else if (in_.peek() == '(') {
        ++in_.at;
        scan_until(')', depth + 1);
      } else {
        member.name = name();
      }
      in_.skip_space();
      if (in_.peek() == '=' || in_.peek() == ':') {
        ++in_.at;
        member.value = read(depth + 1);
        value.members.push_back(std::move(member));
      }
      in_.skip_space();
      if (in_.peek() == ',') ++in_.at;
      if (in_.at == before) ++in_.at;
    }
    ++in_.at;
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  std::string quoted_key() {
    const std::size_t begin = ++in_.at;
    skip_template('"', 1);
    return std::string(in_.text.substr(begin, in_.at - begin - 1));
  }

  HclCursor in_;
  int nested_ = 0;  // open scan_until
  std::vector<WrittenReference>& out_;
  std::set<std::string> local_{};  // names of `for`
};

}  // namespace

Written read_expression(std::string_view text, const Location& where,
                        std::vector<WrittenReference>& references) {
  return Scanner(text, where, references).whole();
}

Written read_template(std::string_view text, const Location& where,
                      std::vector<WrittenReference>& references) {
  return Scanner(text, where, references).whole_template();
}

}  // namespace tidegate::terraform
