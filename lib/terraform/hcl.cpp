// SPDX-License-Identifier: Apache-2.0
// A scanner, no parser of expressions: it knows where strings, templates, here-documents, comments
// and brackets end, so it finds the end of an argument without reading what it says.
#include "terraform/hcl.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"
#include "terraform/hcl_cursor.hpp"

namespace tidegate::terraform {

namespace {

constexpr int max_depth = 256;  // of brackets and templates inside each other

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

class Scanner {
 public:
  Scanner(const std::string& file, std::string_view text) : file_(file), text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  Result<HclBlock> parse() {
    HclBlock top{.where = {.file = file_}};
    if (!body(top, false, 0)) return failure();
    return top;
  }

 private:
  bool done() const { return at_ >= text_.size(); }
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool looking_at(std::string_view word) const { return text_.substr(at_).starts_with(word); }

  // Places are asked for in the order of the text, but for the one of a failure.
  Location place(std::size_t offset) {
    if (offset < counted_) {
      counted_ = line_start_ = 0;
      line_ = 1;
    }
    for (; counted_ < offset; ++counted_) {
      if (text_[counted_] != '\n') continue;
      ++line_;
      line_start_ = counted_ + 1;
    }
    const std::string_view line = text_.substr(line_start_, offset - line_start_);
    const auto continues = [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; };
    const auto inside = std::count_if(line.begin(), line.end(), continues);
    const auto column = 1 + line.size() - static_cast<std::size_t>(inside);
    return {.file = file_, .line = line_, .column = static_cast<std::uint32_t>(column)};
  }

  bool refuse(std::size_t offset, std::string message) {
    if (!wrong_) {
      wrong_ = Diagnostic{.code = "terraform.invalid-hcl",
                          .where = place(offset),
                          .message = std::move(message),
                          .hint = "`terraform fmt` shows where it stops understanding the file"};
    }
    return false;
  }

  Diagnostic failure() const { return *wrong_; }

  // Comments end before their newline, for a newline ends an argument.
  bool skip_comment() {
    if (peek() == '#' || looking_at("//")) {
      at_ = std::min(text_.find('\n', at_), text_.size());
      return true;
    }
    const std::size_t end = text_.find("*/", at_ + 2);
    if (end == std::string_view::npos) return refuse(at_, "this comment does not end");
    at_ = end + 2;
    return true;
  }
  bool at_comment() const { return peek() == '#' || looking_at("//") || looking_at("/*"); }

  bool skip_space(bool newlines) {
    while (!done()) {
      if (is_blank(peek()) || (newlines && peek() == '\n')) {
        ++at_;
      } else if (at_comment()) {
        if (!skip_comment()) return false;
      } else {
        break;
      }
    }
    return true;
  }

  std::string take_name() {
    const std::size_t begin = at_;
    while (!done() && is_name(peek())) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }

  // `${` or `%{` up to its brace; at_ stands on the brace.
  bool skip_template(int depth) {
    at_ += 2;
    return skip_until('}', depth);
  }

  bool skip_string(int depth) {
    const std::size_t begin = at_++;
    while (!done()) {
      const char c = peek();
      if (c == '"') {
        ++at_;
        return true;
      }
      if (c == '\n') break;
      if (looking_at("$${") || looking_at("%%{")) {
        at_ += 3;
      } else if (looking_at("${") || looking_at("%{")) {
        if (!skip_template(depth + 1)) return false;
      } else {
        at_ += c == '\\' ? 2 : 1;
      }
    }
    return refuse(begin, "this string does not end on its line");
  }

  bool skip_heredoc() {
    const std::size_t begin = at_;
    at_ += peek(2) == '-' ? 3 : 2;
    const std::string name = take_name();
    if (name.empty()) return refuse(begin, "expected a name behind <<");
    for (;;) {
      const std::size_t newline = text_.find('\n', at_);
      if (newline == std::string_view::npos)
        return refuse(begin, "this text has no line " + name + " at its end");
      at_ = newline + 1;
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      if (trim(text_.substr(at_, end - at_)) == name) {
        at_ = end;
        return true;
      }
    }
  }

  // Past everything up to and with `closing`, whatever stands in between.
  bool skip_until(char closing, int depth) {
    const std::size_t begin = at_;
    if (depth > max_depth) return refuse(begin, "more brackets inside each other than allowed");
    while (!done()) {
      const char c = peek();
      if (c == closing) {
        ++at_;
        return true;
      }
      if (c == '}' || c == ']' || c == ')') break;
      if (!skip_one(c, depth)) return false;
    }
    return refuse(begin, std::string("expected ") + closing);
  }

  // One string, bracket, comment, here-document or character of an expression.
  bool skip_one(char c, int depth) {
    if (c == '"') return skip_string(depth);
    if (c == '{' || c == '[' || c == '(') {
      ++at_;
      return skip_until(c == '{' ? '}' : c == '[' ? ']' : ')', depth + 1);
    }
    if (at_comment()) return skip_comment();
    if (looking_at("<<") && (is_letter(peek(2)) || (peek(2) == '-' && is_letter(peek(3)))))
      return skip_heredoc();
    ++at_;
    return true;
  }

  // The expression of an argument ends with its line, or before the brace of a one-line block.
  bool argument(HclBlock& block, std::string name, Location where) {
    ++at_;  // =
    if (!skip_space(false)) return false;
    const std::size_t begin = at_;
    Location value = place(begin);
    std::size_t end = at_;  // behind the last character that is no space and no comment
    while (!done() && peek() != '\n' && peek() != '}') {
      const bool counts = !is_blank(peek()) && !at_comment();
      if (!skip_one(peek(), 0)) return false;
      if (counts) end = at_;
    }
    if (begin == end) return refuse(begin, "expected a value for " + printable(name));
    block.arguments.push_back({.name = std::move(name),
                               .text = std::string(text_.substr(begin, end - begin)),
                               .where = std::move(where),
                               .value = std::move(value)});
    return true;
  }

  bool label(HclBlock& block) {
    if (peek() != '"') {
      block.labels.push_back(take_name());
      return true;
    }
    const std::size_t begin = at_ + 1;
    if (!skip_string(0)) return false;
    block.labels.emplace_back(text_.substr(begin, at_ - 1 - begin));
    return true;
  }

  bool item(HclBlock& parent, int depth) {
    const std::size_t begin = at_;
    if (!is_letter(peek()))
      return refuse(begin, "expected the name of an argument or block, found \"" +
                               printable(text_.substr(begin, 1)) + "\"");
    std::string name = take_name();
    Location where = place(begin);
    if (!skip_space(false)) return false;
    if (peek() == '=' && peek(1) != '=') return argument(parent, std::move(name), std::move(where));
    HclBlock block{.type = std::move(name), .where = std::move(where)};
    while (is_letter(peek()) || peek() == '"') {
      if (!label(block) || !skip_space(false)) return false;
    }
    if (peek() != '{') return refuse(at_, "expected = or { behind " + printable(block.type));
    ++at_;
    if (!body(block, true, depth + 1)) return false;
    parent.blocks.push_back(std::move(block));
    return true;
  }

  bool body(HclBlock& block, bool braced, int depth) {
    const std::size_t begin = at_;
    if (depth > max_depth) return refuse(begin, "more blocks inside each other than allowed");
    for (;;) {
      if (!skip_space(true)) return false;
      if (done()) return !braced || refuse(begin, "the block " + printable(block.type) + " does not end");
      if (braced && peek() == '}') {
        ++at_;
        return true;
      }
      if (!item(block, depth)) return false;
    }
  }

  const std::string& file_;
  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t counted_ = 0, line_start_ = 0;  // lines are counted up to here
  std::uint32_t line_ = 1;
  std::optional<Diagnostic> wrong_{};
};

}  // namespace

const HclArgument* HclBlock::find(std::string_view name) const {
  const auto found = std::find_if(arguments.begin(), arguments.end(),
                                  [&](const HclArgument& argument) { return argument.name == name; });
  return found == arguments.end() ? nullptr : &*found;
}

Result<HclBlock> parse_hcl(const std::string& file, std::string_view text) {
  return Scanner(file, text).parse();
}

}  // namespace tidegate::terraform
