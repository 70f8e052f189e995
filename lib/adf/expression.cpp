// SPDX-License-Identifier: Apache-2.0
#include "adf/expression.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::adf {

namespace {

constexpr std::size_t depth_limit = 100;

bool is_white(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool is_beyond_ascii(char c) { return static_cast<unsigned char>(c) >= 0x80U; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  ParsedText take() { return std::move(out_); }

  // Parses one expression from `at` and returns where it ends, or nothing after an error.
  std::optional<std::size_t> parse(std::size_t at) {
    at_ = at;
    const auto root = expression(0);
    if (!root) return std::nullopt;
    skip();
    out_.roots.push_back(*root);
    return at_;
  }

  void close(Span span) { out_.spans.push_back(span); }

  bool fail(std::size_t at, std::string message) {
    if (!out_.error) out_.error = ExpressionError{.offset = at, .message = std::move(message)};
    return false;
  }

 private:
  using Index = std::optional<std::uint32_t>;

  bool done() const { return at_ >= text_.size(); }
  char here() const { return done() ? '\0' : text_[at_]; }
  void skip() {
    while (!done() && is_white(text_[at_])) ++at_;
  }

  Index add(Term term) {
    if (out_.terms.empty()) out_.terms.reserve(text_.size() / 8 + 1);  // about what it takes
    out_.terms.push_back(std::move(term));
    return static_cast<std::uint32_t>(out_.terms.size() - 1);
  }

  Index stop(std::size_t at, std::string message) {
    fail(at, std::move(message));
    return std::nullopt;
  }

  std::string found() const {
    if (done()) return "the end";
    std::size_t size = 1;
    while (at_ + size < text_.size() &&
           (static_cast<unsigned char>(text_[at_ + size]) & 0xC0U) == 0x80U)
      ++size;
    return "'" + std::string(text_.substr(at_, size)) + "'";
  }

  Index expression(std::size_t depth) {
    if (depth > depth_limit) return stop(at_, "more than 100 nested calls");
    Index value = primary(depth);
    while (value) {
      skip();
      if (here() == '?' && at_ + 1 < text_.size() &&
          (text_[at_ + 1] == '.' || text_[at_ + 1] == '['))
        ++at_;
      if (here() == '.') {
        value = member(*value);
      } else if (here() == '[') {
        value = subscript(*value, depth);
      } else {
        break;
      }
    }
    return value;
  }

  Index member(std::uint32_t object) {
    ++at_;
    skip();
    const std::size_t start = at_;
    while (!done() &&
           (is_letter(here()) || is_digit(here()) || is_beyond_ascii(here()) || here() == '$' ||
            here() == '#' || here() == '@' || (here() == '-' && at_ > start))) {
      ++at_;
    }
    if (at_ == start) return stop(at_, "found " + found() + ", expected a property name after '.'");
    return add({.kind = TermKind::member,
                .text = std::string(text_.substr(start, at_ - start)),
                .offset = start,
                .children = {object}});
  }

  Index subscript(std::uint32_t object, std::size_t depth) {
    const std::size_t start = at_++;
    const Index inner = expression(depth + 1);
    if (!inner) return std::nullopt;
    skip();
    if (here() != ']') return stop(at_, "found " + found() + ", expected ']'");
    ++at_;
    return add({.kind = TermKind::index, .offset = start, .children = {object, *inner}});
  }

  Index primary(std::size_t depth) {
    skip();
    const std::size_t start = at_;
    if (here() == '\'') return quoted();
    if (is_digit(here()) || here() == '-' || here() == '+') return number();
    if (!is_letter(here()))
      return stop(at_, "found " + found() + ", expected a function, a string or a number");
    while (!done() && (is_letter(here()) || is_digit(here()))) ++at_;
    std::string name(text_.substr(start, at_ - start));
    skip();
    if (here() != '(') {
      if (equal_ignoring_case(name, "true") || equal_ignoring_case(name, "false") ||
          equal_ignoring_case(name, "null")) {
        return add({.text = std::move(name), .offset = start});
      }
      return stop(at_, "found " + found() + ", expected '(' after \"" + name + "\"");
    }
    return call(std::move(name), start, depth);
  }

  Index call(std::string name, std::size_t start, std::size_t depth) {
    ++at_;
    Term term{.kind = TermKind::call, .text = std::move(name), .offset = start};
    skip();
    if (here() == ')') {
      ++at_;
      return add(std::move(term));
    }
    for (;;) {
      const Index argument = expression(depth + 1);
      if (!argument) return std::nullopt;
      term.children.push_back(*argument);
      skip();
      if (here() == ')') break;
      if (here() != ',')
        return stop(at_, "found " + found() + ", expected ',' or ')' in the call of " + term.text);
      ++at_;
    }
    ++at_;
    return add(std::move(term));
  }

  Index quoted() {
    const std::size_t start = at_++;
    std::string value;
    while (!done()) {
      if (here() == '\'') {
        if (at_ + 1 >= text_.size() || text_[at_ + 1] != '\'') {
          ++at_;
          return add({.text = std::move(value), .offset = start, .is_string = true});
        }
        ++at_;
      }
      value += text_[at_++];
    }
    return stop(start, "the string that starts here has no closing quote");
  }

  Index number() {
    const std::size_t start = at_;
    if (here() == '-' || here() == '+') ++at_;
    const std::size_t digits = at_;
    while (is_digit(here())) ++at_;
    if (at_ == digits) return stop(start, "found " + found() + ", expected a digit");
    if (here() == '.') {
      const std::size_t fraction = ++at_;
      while (is_digit(here())) ++at_;
      if (at_ == fraction) return stop(at_, "found " + found() + ", expected a digit after '.'");
    }
    if (here() == 'e' || here() == 'E') {
      ++at_;
      if (here() == '-' || here() == '+') ++at_;
      const std::size_t exponent = at_;
      while (is_digit(here())) ++at_;
      if (at_ == exponent)
        return stop(at_, "found " + found() + ", expected a digit in the exponent");
    }
    return add({.text = std::string(text_.substr(start, at_ - start)), .offset = start});
  }

  std::string_view text_;
  std::size_t at_ = 0;
  ParsedText out_{};
};

}  // namespace

ParsedText parse_expressions(std::string_view text) {
  if (text.find('@') == std::string_view::npos) return {};
  Parser parser(text);
  if (text.starts_with('@') && !text.starts_with("@@") && !text.starts_with("@{")) {
    const auto end = parser.parse(1);
    if (end && *end != text.size()) parser.fail(*end, "the expression ends here, but text follows");
    ParsedText whole = parser.take();
    whole.end = text.size();
    return whole;
  }
  std::size_t last = 0;
  std::size_t at = text.starts_with("@@") && !text.starts_with("@@{") ? 2 : 0;
  while (at + 1 < text.size()) {
    if (text.substr(at).starts_with("@@{")) {
      at += 3;
    } else if (text.substr(at).starts_with("@{")) {
      const auto end = parser.parse(at + 2);
      if (!end) return parser.take();
      if (*end >= text.size() || text[*end] != '}') {
        parser.fail(*end, "the interpolation has no closing '}'");
        return parser.take();
      }
      parser.close({.begin = at, .end = *end + 1});
      at = *end + 1;
      last = at;
    } else {
      ++at;
    }
  }
  ParsedText parts = parser.take();
  parts.end = last;
  return parts;
}

}  // namespace tidegate::adf
