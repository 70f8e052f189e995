// SPDX-License-Identifier: Apache-2.0
#include "databricks/tokens.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::databricks {
namespace {

constexpr std::size_t longest_name = 256;  // bytes in ${…}; bounds the look ahead

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool is_name_part(char c) { return is_name_start(c) || is_digit(c); }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f'; }

class Scanner {
 public:
  Scanner(std::string_view text, Range range, CellKind language, Tokens& out)
      : text_(text.substr(0, range.end)), at_(range.begin), language_(language), out_(out) {}

  void run() {
    while (at_ < text_.size()) step();
  }

 private:
  char peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  bool follows(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool is(CellKind language) const { return language_ == language; }

  void step() {
    const char c = peek();
    if (is_space(c)) {
      if (c == '\n') line_start_ = true;
      ++at_;
      return;
    }
    if (const std::size_t size = continued_line(); size > 0) {
      at_ += size;
      return;
    }
    if (skip_comment()) return;
    if (line_start_ && is_line_magic()) {
      skip_line();
      return;
    }
    line_start_ = false;
    if (is_name_start(c)) return name_or_prefix();
    if (is_digit(c)) return number();
    if (c == '"' || c == '\'' || (c == '`' && !is(CellKind::python))) return quoted(at_);
    if (is(CellKind::sql) && c == '$' && peek(1) == '{') return substitution();
    punctuation();
  }

  // Bytes of a backslash and the line end behind it, or 0.
  std::size_t continued_line() const {
    if (peek() != '\\') return 0;
    if (peek(1) == '\n') return 2;
    return peek(1) == '\r' && peek(2) == '\n' ? 3 : 0;
  }

  void punctuation() {
    const char c = peek();
    if (c == '(' || c == '[' || c == '{') ++depth_;
    if ((c == ')' || c == ']' || c == '}') && depth_ > 0) --depth_;
    add(TokenKind::punctuation, at_, at_ + 1);
    ++at_;
  }

  // IPython: "%pip install x", "!ls" at the start of a statement of a Python cell.
  bool is_line_magic() const {
    if (!is(CellKind::python) || depth_ > 0) return false;
    if (peek() == '!') return true;
    return peek() == '%' && (is_name_start(peek(1)) || peek(1) == '%');
  }

  void skip_line() { at_ = std::min(text_.find('\n', at_), text_.size()); }

  bool skip_comment() {
    switch (language_) {
      case CellKind::python:
      case CellKind::r:
        if (peek() != '#') return false;
        skip_line();
        return true;
      case CellKind::scala:
        if (follows("//")) return skip_line(), true;
        return skip_block_comment();
      case CellKind::sql:
        if (follows("--")) return skip_line(), true;
        return skip_block_comment();
      case CellKind::run:
      case CellKind::files:
      case CellKind::other:
        return false;
    }
    return false;
  }

  bool skip_block_comment() {  // they nest, in Scala and in Spark SQL
    if (!follows("/*")) return false;
    std::size_t open = 0;
    while (at_ < text_.size()) {
      if (follows("/*")) {
        ++open;
        at_ += 2;
      } else if (follows("*/")) {
        at_ += 2;
        if (--open == 0) return true;
      } else {
        ++at_;
      }
    }
    return true;
  }

  void name_or_prefix() {
    const std::size_t begin = at_;
    while (is_name_part(peek())) ++at_;
    const std::string_view name = text_.substr(begin, at_ - begin);
    if ((peek() == '"' || peek() == '\'') && is_string_prefix(name)) return quoted(begin);
    add(TokenKind::identifier, begin, at_);
  }

  bool is_string_prefix(std::string_view name) const {
    switch (language_) {
      case CellKind::python:
        return name.size() <= 2 && name.find_first_not_of("rRbBuUfF") == std::string_view::npos;
      case CellKind::scala:
        return peek() == '"';  // any interpolator
      case CellKind::sql:
        return name == "r" || name == "R";
      case CellKind::r:
        return (name == "r" || name == "R") && is_r_raw();
      case CellKind::run:
      case CellKind::files:
      case CellKind::other:
        return false;
    }
    return false;
  }

  bool is_r_raw() const {  // r"(…)", r"---[…]---"
    std::size_t ahead = 1;
    while (peek(ahead) == '-') ++ahead;
    return peek(ahead) == '(' || peek(ahead) == '[' || peek(ahead) == '{';
  }

  void number() {
    const std::size_t begin = at_;
    while (is_name_part(peek()) || (peek() == '.' && is_digit(peek(1)))) ++at_;
    add(TokenKind::number, begin, at_);
  }

  void substitution() {
    const std::size_t close =
        text_.substr(0, at_ + 2 + longest_name).find_first_of("}${\n", at_ + 2);
    if (close == std::string_view::npos || text_[close] != '}') {
      ++at_;
      return;
    }
    out_.substitutions.push_back({narrow(at_ + 2), narrow(close)});
    at_ = close + 1;
  }

  // at_ is the quote; `begin` the first byte of a prefix, or the quote itself.
  void quoted(std::size_t begin) {
    const std::string_view prefix = text_.substr(begin, at_ - begin);
    const char quote = peek();
    if (is(CellKind::scala) && quote == '\'') return scala_apostrophe();
    Token token{.kind = TokenKind::string, .quote = quote, .begin = narrow(begin)};
    token.raw = is_raw(prefix, quote);
    token.formatted = is(CellKind::python) && prefix.find_first_of("fF") != std::string_view::npos;
    if (is(CellKind::r) && !prefix.empty()) return r_raw_string(token);
    const bool scala_interpolation = is(CellKind::scala) && !prefix.empty() && quote == '"';
    const bool may_be_block = is(CellKind::python) || (is(CellKind::scala) && quote == '"');
    if (may_be_block && peek(1) == quote && peek(2) == quote) {
      token.block = true;
      if (is(CellKind::scala)) token.raw = true;
    }
    at_ += token.block ? 3 : 1;
    token.text_begin = narrow(at_);
    while (at_ < text_.size()) {
      if (at_end(token)) break;
      if (peek() == '\\' && (!token.raw || is(CellKind::python))) {
        at_ = std::min(at_ + std::max<std::size_t>(2, continued_line()), text_.size());
      } else if (token.formatted && peek() == '{') {
        python_expression(token);
      } else if (scala_interpolation && peek() == '$') {
        scala_expression(token);
      } else if (is(CellKind::sql) && peek() == '$' && peek(1) == '{') {
        token.interpolated = true;
        substitution();
      } else {
        ++at_;
      }
    }
    finish(token);
  }

  bool is_raw(std::string_view prefix, char quote) const {
    if (quote == '`') return true;
    if (is(CellKind::scala)) return prefix == "raw";
    return prefix.find_first_of("rR") != std::string_view::npos;
  }

  // True at the closing quote, or where text of one line ends without one.
  bool at_end(const Token& token) {
    if (token.block) {
      const char q = token.quote;
      if (peek() != q || peek(1) != q || peek(2) != q) return false;
      while (peek(3) == q && is(CellKind::scala)) ++at_;  // """a"""" ends with a quote
      return true;
    }
    if (peek() == '\n' && !is(CellKind::r) && !is(CellKind::sql)) return true;
    return peek() == token.quote;
  }

  void finish(Token token) {
    token.text_end = narrow(at_);
    if (at_ < text_.size() && peek() == token.quote) at_ += token.block ? 3 : 1;
    at_ = std::min(at_, text_.size());
    token.end = narrow(at_);
    out_.tokens.push_back(token);
  }

  void python_expression(Token& token) {
    if (peek(1) == '{') {
      at_ += 2;
      return;
    }
    embed(token, at_ + 1);
  }

  void scala_expression(Token& token) {
    if (peek(1) == '$') {
      at_ += 2;
    } else if (peek(1) == '{') {
      embed(token, at_ + 2);
    } else {
      if (is_name_start(peek(1))) token.interpolated = true;
      ++at_;
    }
  }

  // The expression from `begin` to its brace, on one line unless the string is a block.
  void embed(Token& token, std::size_t begin) {
    token.interpolated = true;
    std::size_t open = 1;
    std::size_t end = begin;
    for (; end < text_.size(); ++end) {
      const char c = text_[end];
      if (c == '{') ++open;
      if (c == '}' && --open == 0) break;
      if (!token.block && (c == '\n' || c == token.quote)) break;
    }
    out_.embedded.push_back({narrow(begin), narrow(end)});
    at_ = end < text_.size() && text_[end] == '}' ? end + 1 : end;
  }

  void scala_apostrophe() {  // 'x', '\n', or the start of a symbol
    std::size_t length = 0;
    if (peek(1) == '\\') {
      const std::size_t close = text_.find_first_of("'\n", at_ + 3);
      if (close != std::string_view::npos && text_[close] == '\'') length = close + 1 - at_;
    } else {
      std::size_t next = 2;  // one character of any length
      while (next < 5 && (static_cast<unsigned char>(peek(next)) & 0xC0U) == 0x80U) ++next;
      if (peek(1) != '\n' && peek(next) == '\'') length = next + 1;
    }
    if (length == 0) return punctuation();
    Token token{.kind = TokenKind::string, .quote = '\'', .begin = narrow(at_)};
    token.text_begin = narrow(at_ + 1);
    token.text_end = narrow(at_ + length - 1);
    at_ += length;
    token.end = narrow(at_);
    out_.tokens.push_back(token);
  }

  void r_raw_string(Token token) {
    const char quote = peek();
    std::size_t dashes = 1;
    while (peek(dashes) == '-') ++dashes;
    const char open = peek(dashes);
    const char close = open == '(' ? ')' : open == '[' ? ']' : '}';
    std::string ending(1, close);
    ending.append(dashes - 1, '-').append(1, quote);
    token.text_begin = narrow(at_ + dashes + 1);
    const std::size_t end = text_.find(ending, token.text_begin);
    token.text_end = narrow(std::min(end, text_.size()));
    at_ = end == std::string_view::npos ? text_.size() : end + ending.size();
    token.end = narrow(at_);
    out_.tokens.push_back(token);
  }

  void add(TokenKind kind, std::size_t begin, std::size_t end) {
    out_.tokens.push_back({.kind = kind, .begin = narrow(begin), .end = narrow(end)});
  }
  static std::uint32_t narrow(std::size_t value) { return static_cast<std::uint32_t>(value); }

  std::string_view text_;
  std::size_t at_ = 0;
  CellKind language_;
  Tokens& out_;
  bool line_start_ = true;
  std::size_t depth_ = 0;
};

// Number of hexadecimal digits after the letter of an escape, 0 for other letters.
std::size_t hex_digits(char letter) {
  return letter == 'x' ? 2 : letter == 'u' ? 4 : letter == 'U' ? 8 : 0;
}

std::optional<char32_t> parse_hex(std::string_view digits) {
  char32_t value = 0;
  for (const char c : digits) {
    const char low = ascii_lower(c);
    if (is_digit(low)) {
      value = value * 16 + static_cast<char32_t>(low - '0');
    } else if (low >= 'a' && low <= 'f') {
      value = value * 16 + static_cast<char32_t>(low - 'a' + 10);
    } else {
      return std::nullopt;
    }
  }
  const bool scalar = value <= 0x10FFFF && (value < 0xD800 || value > 0xDFFF);
  return scalar ? std::optional(value) : std::nullopt;
}

// The escape at `at` (its backslash) of a string; returns the bytes it takes.
std::size_t append_escape(std::string& out, std::string_view body, std::size_t at) {
  if (at + 1 >= body.size()) {
    out += '\\';
    return 1;
  }
  const char c = body[at + 1];
  if (const std::size_t digits = hex_digits(c); digits > 0 && at + 2 + digits <= body.size()) {
    if (const auto value = parse_hex(body.substr(at + 2, digits))) {
      append_utf8(out, *value);
      return 2 + digits;
    }
  }
  switch (c) {
    case 'n':
      out += '\n';
      break;
    case 't':
      out += '\t';
      break;
    case 'r':
      out += '\r';
      break;
    case '\n':
      break;  // a continued line
    case '\\':
    case '"':
    case '\'':
    case '`':
      out += c;
      break;
    default:
      out.append({'\\', c});
  }
  return 2;
}

}  // namespace

void Tokens::clear() {
  tokens.clear();
  embedded.clear();
  substitutions.clear();
}

void scan_tokens(std::string_view text, Range range, CellKind language, Tokens& out) {
  out.clear();
  Scanner(text, range, language, out).run();
}

std::string decode_string(std::string_view text, const Token& token) {
  const std::string_view body = text.substr(token.text_begin, token.text_end - token.text_begin);
  std::string out;
  out.reserve(body.size());
  for (std::size_t i = 0; i < body.size();) {
    if (body[i] == '\\' && !token.raw) {
      i += append_escape(out, body, i);
    } else if (token.formatted && !token.interpolated && (body[i] == '{' || body[i] == '}') &&
               i + 1 < body.size() && body[i + 1] == body[i]) {
      out += body[i];
      i += 2;
    } else {
      out += body[i];
      ++i;
    }
  }
  return out;
}

}  // namespace tidegate::databricks
