// SPDX-License-Identifier: Apache-2.0
// Enough of the expression language to tell literals from the rest, and to find traversals: names
// that begin an expression and the names behind their dots. Texts with templates are walked into.
#include <algorithm>
#include <set>

#include "terraform/written.hpp"

namespace tidegate::terraform {

namespace {

constexpr int max_depth = 200;

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '-'; }

class Scanner {
 public:
  Scanner(std::string_view text, Location where, std::vector<WrittenReference>& out)
      : text_(text), counted_at_(std::move(where)), out_(out) {}

  Written whole() {
    Written value = read(0);
    skip_space();
    if (at_ < text_.size()) {  // `1 + 2`: no literal
      value = {.where = value.where};
      scan_until('\0', 0);
    }
    return value;
  }

  Written whole_template() {
    Written value{.kind = Written::Kind::text, .text = std::string(text_), .where = place()};
    if (text_.find("${") != text_.npos || text_.find("%{") != text_.npos) {
      if (skip_template('\0', 0)) value = {.where = value.where};
    }
    return value;
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool looking_at(std::string_view word) const {
    return at_ < text_.size() && text_.substr(at_).starts_with(word);
  }

  Location place() {
    if (counted_at_.line == 0) return counted_at_;  // generated: there is no file yet
    for (; counted_ < at_ && counted_ < text_.size(); ++counted_) {
      if (text_[counted_] == '\n') {
        ++counted_at_.line;
        counted_at_.column = 1;
      } else if ((static_cast<unsigned char>(text_[counted_]) & 0xC0U) != 0x80U) {
        ++counted_at_.column;
      }
    }
    return counted_at_;
  }

  void skip_space() {
    for (;;) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at_;
      } else if (c == '#' || looking_at("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (looking_at("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == text_.npos ? text_.size() : end + 2;
      } else {
        return;
      }
    }
  }

  std::string name() {
    const std::size_t begin = at_;
    while (is_name(peek())) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // Up to `end` ('\0': to the end), which is taken; true if something is evaluated in between.
  bool skip_template(char end, int depth) {
    bool dynamic = false;
    while (at_ < text_.size()) {
      if (end != '\0' && peek() == '\\') {
        at_ += 2;
      } else if (looking_at("$${") || looking_at("%%{")) {
        at_ += 3;
      } else if (looking_at("${") || looking_at("%{")) {
        dynamic = true;
        at_ += 2;
        scan_until('}', depth + 1);
      } else if (end != '\0' && peek() == end) {
        ++at_;
        return dynamic;
      } else {
        ++at_;
      }
    }
    at_ = std::min(at_, text_.size());
    return dynamic;
  }

  // Everything up to the closing bracket, which is taken.
  void scan_until(char close, int depth) {
    if (++nested_ > max_depth) {
      at_ = text_.size();
    } else {
      scan_inside(close, depth);
    }
    --nested_;
  }

  void scan_inside(char close, int depth) {
    for (skip_space(); at_ < text_.size(); skip_space()) {
      const char c = peek();
      if (close != '\0' && c == close) {
        ++at_;
        return;
      }
      skip_part(depth);
    }
  }

  // A bracket with all that it holds, a string, a name, a number, or one other character.
  void skip_part(int depth) {
    const char c = peek();
    if (c == '(' || c == '[' || c == '{') {
      ++at_;
      scan_until(c == '(' ? ')' : c == '[' ? ']' : '}', depth + 1);
    } else if (c == '"') {
      ++at_;
      skip_template('"', depth);
    } else if (looking_at("<<") && (is_letter(peek(2)) || peek(2) == '-')) {
      heredoc(depth);
    } else if (is_letter(c)) {
      traversal();
    } else if (is_digit(c)) {  // 1e5 holds no name
      while (is_name(peek()) || (peek() == '.' && is_digit(peek(1)))) ++at_;
    } else {
      ++at_;
    }
  }

  void heredoc(int depth) {
    at_ += peek(2) == '-' ? 3 : 2;
    const std::string word = name();
    std::size_t end = at_;  // the line that holds the word alone
    for (;;) {
      end = text_.find('\n', end);
      if (end == text_.npos) break;
      std::size_t first = ++end;
      while (first < text_.size() && (text_[first] == ' ' || text_[first] == '\t')) ++first;
      if (text_.substr(first).starts_with(word) &&
          (first + word.size() >= text_.size() || !is_name(text_[first + word.size()])))
        break;
    }
    const std::size_t stop = std::min(end, text_.size());
    const std::string_view all = text_;
    text_ = all.substr(0, stop);
    skip_template('\0', depth);
    text_ = all;
    at_ = stop;
    skip_space();
    name();
  }

  void traversal() {
    WrittenReference found{.where = place()};
    found.steps.push_back(name());
    if (found.steps[0] == "for") return loop_names();
    for (;;) {
      if (peek() == '.' && is_letter(peek(1))) {
        ++at_;
        found.steps.push_back(name());
      } else if (peek() == '.' && (is_digit(peek(1)) || peek(1) == '*')) {
        at_ += 2;
        while (is_digit(peek())) ++at_;
      } else if (peek() == '[') {
        ++at_;
        scan_until(']', 1);
      } else {
        break;
      }
    }
    if (found.steps.size() > 1 && !local_.contains(found.steps[0])) out_.push_back(std::move(found));
  }

  // `for k, v in`: names of their own from here on.
  void loop_names() {
    for (skip_space(); is_letter(peek()) || peek() == ','; skip_space()) {
      if (peek() == ',') {
        ++at_;
        continue;
      }
      std::string word = name();
      if (word == "in") return;
      local_.insert(std::move(word));
    }
  }

  // One value: a literal, a list or an object of them, else unknown with its references taken.
  Written read(int depth) {
    skip_space();
    Written value{.where = place()};
    const char c = peek();
    if (depth > max_depth) return value;
    if (c == '"') return quoted(std::move(value), depth);
    if (c == '[') return list(std::move(value), depth);
    if (c == '{') return object(std::move(value), depth);
    const std::size_t begin = at_;
    if (is_digit(c) || (c == '-' && is_digit(peek(1)))) {
      ++at_;
      while (is_name(peek()) || peek() == '.' || peek() == '+') ++at_;
      value.kind = Written::Kind::number;
    } else if (is_letter(c)) {
      const std::string word = name();
      const char behind = peek();
      const bool plain = behind != '.' && behind != '[' && behind != '(';
      if (plain && (word == "true" || word == "false")) value.kind = Written::Kind::boolean;
      if (plain && word == "null") value.kind = Written::Kind::null;
      if (value.kind == Written::Kind::unknown) at_ = begin;
    }
    if (value.kind != Written::Kind::unknown) value.text = std::string(text_.substr(begin, at_ - begin));
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  // Is this the end of the value: nothing, a comma, a bracket, or (inside of braces) a new line?
  bool ends_here() {
    const std::size_t before = at_ = std::min(at_, text_.size());
    skip_space();
    const char c = peek();
    const bool line = text_.substr(before, at_ - before).find('\n') != text_.npos;
    return at_ >= text_.size() || c == ',' || c == ']' || c == '}' || (line && is_letter(c)) ||
           (line && c == '"');
  }

  // An expression after all: everything up to the end of this value.
  void rest(Written& value, std::size_t begin, int depth) {
    value = {.where = value.where};
    at_ = begin;
    for (;;) {
      const char c = peek();
      if (at_ >= text_.size() || c == ',' || c == ']' || c == '}') return;
      if (c == '\n' && ends_here()) return;
      if (c == '#' || looking_at("//") || looking_at("/*")) {
        skip_space();
      } else {
        skip_part(depth);
      }
    }
  }

  Written quoted(Written value, int depth) {
    const std::size_t begin = at_++;
    const bool dynamic = skip_template('"', depth);
    if (!dynamic) {
      value.kind = Written::Kind::text;
      const std::size_t end = at_ > begin + 1 ? at_ - begin - 2 : 0;
      value.text = std::string(text_.substr(begin + 1, end));
    }
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  bool is_loop() {
    const std::size_t before = at_;
    skip_space();
    const bool found = looking_at("for") && !is_name(peek(3));
    at_ = before;
    return found;
  }

  Written list(Written value, int depth) {
    const std::size_t begin = at_++;
    if (is_loop()) {
      scan_until(']', depth + 1);
    } else {
      value.kind = Written::Kind::list;
      for (skip_space(); at_ < text_.size() && peek() != ']'; skip_space()) {
        const std::size_t before = at_;
        value.items.push_back(read(depth + 1));
        skip_space();
        if (peek() == ',') ++at_;
        if (at_ == before) ++at_;
      }
      ++at_;
    }
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  Written object(Written value, int depth) {
    const std::size_t begin = at_++;
    if (is_loop()) {
      scan_until('}', depth + 1);
      return value;
    }
    value.kind = Written::Kind::object;
    for (skip_space(); at_ < text_.size() && peek() != '}'; skip_space()) {
      const std::size_t before = at_;
      WrittenMember member{.where = place(), .form = WrittenMember::Form::argument};
      if (peek() == '"') {
        member.name = quoted_key();
      } else if (peek() == '(') {
        ++at_;
        scan_until(')', depth + 1);
      } else {
        member.name = name();
      }
      skip_space();
      if (peek() == '=' || peek() == ':') {
        ++at_;
        member.value = read(depth + 1);
        value.members.push_back(std::move(member));
      }
      skip_space();
      if (peek() == ',') ++at_;
      if (at_ == before) ++at_;
    }
    ++at_;
    if (!ends_here()) rest(value, begin, depth);
    return value;
  }

  std::string quoted_key() {
    const std::size_t begin = ++at_;
    skip_template('"', 1);
    return std::string(text_.substr(begin, at_ - begin - 1));
  }

  std::string_view text_;
  std::size_t at_ = 0;
  int nested_ = 0;           // open scan_until
  std::size_t counted_ = 0;  // counted_at_ is the place of this byte
  Location counted_at_;
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
