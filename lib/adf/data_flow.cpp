// SPDX-License-Identifier: Apache-2.0
#include "adf/data_flow.hpp"

#include <set>

#include "base/text.hpp"

namespace tidegate::adf {

namespace {

enum class TokenKind : std::uint8_t { word, text, arrow, parameter, sign, end };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text{};
  std::size_t offset = 0;
};

bool is_word(char c) {
  return (ascii_lower(c) >= 'a' && ascii_lower(c) <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

class Tokens {
 public:
  explicit Tokens(std::string_view text) : text_(text) {}

  Token take() {
    skip();
    if (at_ >= text_.size()) return {.offset = at_};
    const std::size_t start = at_;
    const char c = text_[at_];
    if (c == '\'' || c == '"' || c == '`') return quoted(c);
    if (text_.substr(at_).starts_with("~>")) {
      at_ += 2;
      return token(TokenKind::arrow, start);
    }
    if (c == '$') return parameter();
    ++at_;
    if (!is_word(c)) return token(TokenKind::sign, start);
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return token(TokenKind::word, start);
  }

 private:
  Token token(TokenKind kind, std::size_t start) const {
    return {.kind = kind, .text = text_.substr(start, at_ - start), .offset = start};
  }

  void skip() {
    for (;;) {
      while (at_ < text_.size() && static_cast<unsigned char>(text_[at_]) <= 0x20U) ++at_;
      const std::string_view rest = text_.substr(std::min(at_, text_.size()));
      if (rest.starts_with("/*")) {
        const std::size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (rest.starts_with("//")) {
        const std::size_t end = text_.find('\n', at_);
        at_ = end == std::string_view::npos ? text_.size() : end;
      } else {
        return;
      }
    }
  }

  // A backslash takes the next character with it. A text without end goes to the end of the script.
  Token quoted(char quote) {
    const std::size_t start = at_++;
    while (at_ < text_.size() && text_[at_] != quote) at_ += text_[at_] == '\\' ? 2 : 1;
    at_ = std::min(at_ + 1, text_.size());
    return token(TokenKind::text, start);
  }

  // `$name`; `$$`, `$0` and `$#` mean columns.
  Token parameter() {
    const std::size_t start = at_++;
    if (at_ >= text_.size() || !is_word(text_[at_]) || (text_[at_] >= '0' && text_[at_] <= '9')) {
      while (at_ < text_.size() && (text_[at_] == '$' || text_[at_] == '#' || is_word(text_[at_]))) ++at_;
      return token(TokenKind::sign, start);
    }
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return token(TokenKind::parameter, start);
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

class Parser {
 public:
  explicit Parser(std::string_view text) {
    Tokens tokens(text);
    do {
      all_.push_back(tokens.take());
      if (all_.back().kind == TokenKind::parameter) use(all_.back());
    } while (all_.back().kind != TokenKind::end);
  }

  Script run() {
    if (equal_ignoring_case(here().text, "parameters") && all_[at_ + 1].text == "{") read_parameters();
    while (here().kind != TokenKind::end) {
      const std::size_t start = at_;
      if (!read_statement() && at_ == start) ++at_;
    }
    return std::move(script_);
  }

 private:
  const Token& here() const { return all_[at_]; }
  bool is(std::string_view sign) const { return here().kind == TokenKind::sign && here().text == sign; }

  void use(const Token& token) {
    std::string name(token.text.substr(1));
    if (seen_.insert(name).second) script_.uses.push_back({.name = std::move(name), .offset = token.offset});
  }

  // Leaves the place behind the bracket that closes the one here.
  void skip_brackets() {
    std::size_t depth = 0;
    do {
      if (here().kind == TokenKind::sign) {
        if (here().text == "(" || here().text == "{" || here().text == "[") ++depth;
        if (here().text == ")" || here().text == "}" || here().text == "]") --depth;
      }
      ++at_;
    } while (depth > 0 && here().kind != TokenKind::end);
  }

  void read_parameters() {
    at_ += 2;
    while (here().kind != TokenKind::end && !is("}")) {
      if (here().kind != TokenKind::word) {
        ++at_;
        continue;
      }
      ScriptParameter parameter{.name = std::string(here().text)};
      ++at_;
      // `as type`, a type of a type in brackets of its own, then the default.
      while (here().kind == TokenKind::word) ++at_;
      while (is("[")) skip_brackets();
      if (is("(")) {
        parameter.has_default = true;
        skip_brackets();
      }
      while (here().kind != TokenKind::end && !is(",") && !is("}")) {
        if (is("(") || is("[") || is("{")) skip_brackets();
        else ++at_;
      }
      script_.parameters.push_back(std::move(parameter));
    }
    if (is("}")) ++at_;
  }

  // stream [@out]
  bool read_input(ScriptName& input) {
    if (here().kind != TokenKind::word) return false;
    input = {.name = std::string(here().text), .offset = here().offset};
    ++at_;
    if (!is("@")) return true;
    ++at_;
    if (here().kind != TokenKind::word) return false;
    input.name += "@" + std::string(here().text);
    ++at_;
    return true;
  }

  bool read_statement() {
    ScriptStream stream;
    ScriptName word;
    while (read_input(word)) {
      if (is("(")) {  // `a, b union(` : the word before the bracket is the operation
        stream.operation = word.name;
        break;
      }
      stream.inputs.push_back(word);
      if (is(",")) ++at_;
    }
    if (stream.operation.empty()) return false;
    skip_brackets();
    if (here().kind != TokenKind::arrow) return false;
    ++at_;
    if (here().kind != TokenKind::word) return false;
    stream.name = {.name = std::string(here().text), .offset = here().offset};
    ++at_;
    if (is("@")) {
      ++at_;
      if (is("(")) ++at_;
      while (here().kind == TokenKind::word) {
        stream.outputs.emplace_back(here().text);
        ++at_;
        if (!is(",")) break;
        ++at_;
      }
      if (is(")")) ++at_;
    }
    script_.streams.push_back(std::move(stream));
    return true;
  }

  std::vector<Token> all_{};
  std::size_t at_ = 0;
  Script script_{};
  std::set<std::string> seen_{};
};

}  // namespace

Script parse_script(std::string_view text) { return Parser(text).run(); }

std::string script_of(const Object& data_flow) {
  if (equal_ignoring_case(data_flow.properties()["type"].as_string(), "WranglingDataFlow")) return {};
  const document::Node properties = data_flow.properties()["typeProperties"];
  if (properties["script"].is_string()) return std::string(properties["script"].as_string());
  std::string text;
  for (const document::Node line : properties["scriptLines"]) text += std::string(line.as_string()) + "\n";
  return text;
}

}  // namespace tidegate::adf
