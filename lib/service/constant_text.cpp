// SPDX-License-Identifier: Apache-2.0
// A recursive descent over the part of the expression language that can be constant. Whatever it
// does not know makes the rest of the text dynamic; it never guesses and never reports (module adf
// does).
#include "service/constant_text.hpp"

#include <vector>

#include "base/text.hpp"

namespace tidegate::service {

namespace {

constexpr int max_depth = 100;

class Folder {
 public:
  Folder(std::string_view text, const ParameterValue& parameter)
      : text_(text), parameter_(parameter) {}

  ConstantText fold() {
    if (text_.starts_with("@@")) return {.text = std::string(text_.substr(1))};
    if (text_.starts_with('@') && !text_.starts_with("@{")) return fold_expression();
    return fold_template();
  }

 private:
  ConstantText fold_expression() {
    at_ = 1;
    ConstantText value = expression(0);
    if (!value.complete) return value;  // the rest was not read
    skip_space();
    if (at_ != text_.size()) return {.text = "", .complete = false};
    return value;
  }

  // ( char | '@@{' | '@{' expr '}' )*
  ConstantText fold_template() {
    ConstantText out;
    while (at_ < text_.size()) {
      const std::string_view rest = text_.substr(at_);
      if (rest.starts_with("@@{")) {
        out.text += "@{";
        at_ += 3;
      } else if (rest.starts_with("@{")) {
        at_ += 2;
        const ConstantText inner = expression(0);
        out.text += inner.text;
        if (!inner.complete || !take('}')) return {.text = std::move(out.text), .complete = false};
      } else {
        out.text += text_[at_++];
      }
    }
    return out;
  }

  static ConstantText unknown() { return {.text = "", .complete = false}; }

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  bool at(char c) {
    skip_space();
    return at_ < text_.size() && text_[at_] == c;
  }
  std::string_view word() {
    skip_space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_word(text_[at_])) ++at_;
    return text_.substr(begin, at_ - begin);
  }
  static bool is_word(char c) {
    const char low = ascii_lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           static_cast<unsigned char>(c) >= 0x80U;
  }

  ConstantText expression(int depth) {
    if (depth > max_depth) return unknown();
    if (at('\'')) {
      ConstantText literal = string_literal();
      return at('.') || at('[') || at('?') ? unknown() : literal;
    }
    const std::string name = to_lower(word());
    if (name.empty() || !take('(')) return unknown();
    if (name == "dataset") return parameter_reference();
    if (name == "concat") return fold_concat(depth);
    return call(name, depth);
  }

  ConstantText string_literal() {
    ConstantText out;
    ++at_;
    while (at_ < text_.size()) {
      if (text_[at_] != '\'') {
        out.text += text_[at_++];
      } else if (text_.substr(at_).starts_with("''")) {
        out.text += '\'';
        at_ += 2;
      } else {
        ++at_;
        return out;
      }
    }
    return unknown();  // not closed
  }

  // dataset().name
  ConstantText parameter_reference() {
    if (!take(')') || !take('.')) return unknown();
    const std::string_view name = word();
    if (name.empty() || at('.') || at('[') || at('?')) return unknown();
    const std::optional<std::string> value = parameter_(name);
    return value ? ConstantText{.text = *value} : unknown();
  }

  // Keeps the constant prefix of its arguments.
  ConstantText fold_concat(int depth) {
    ConstantText out;
    do {
      const ConstantText argument = expression(depth + 1);
      out.text += argument.text;
      if (!argument.complete) return {.text = std::move(out.text), .complete = false};
    } while (take(','));
    return take(')') ? out : unknown();
  }

  ConstantText call(const std::string& name, int depth) {
    std::vector<std::string> arguments;
    do {
      ConstantText argument = expression(depth + 1);
      if (!argument.complete) return unknown();
      arguments.push_back(std::move(argument.text));
    } while (take(','));
    if (!take(')')) return unknown();
    if (name == "replace" && arguments.size() == 3) return replaced(arguments);
    if (arguments.size() != 1) return unknown();
    const std::string& text = arguments[0];
    if (name == "trim") return {.text = std::string(trim(text))};
    if (name == "tolower" && is_ascii(text)) return {.text = to_lower(text)};
    if (name == "toupper" && is_ascii(text)) return {.text = to_upper(text)};
    if (name == "string") return {.text = text};
    return unknown();
  }

  static bool is_ascii(std::string_view text) {
    for (const char c : text) {
      if (static_cast<unsigned char>(c) >= 0x80U) return false;
    }
    return true;
  }
  static std::string to_upper(std::string_view text) {
    std::string out(text);
    for (char& c : out) {
      if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
    }
    return out;
  }
  static ConstantText replaced(const std::vector<std::string>& arguments) {
    const std::string& from = arguments[1];
    if (from.empty()) return unknown();
    std::string out = arguments[0];
    for (std::size_t at = out.find(from); at != out.npos;
         at = out.find(from, at + arguments[2].size())) {
      out.replace(at, from.size(), arguments[2]);
    }
    return {.text = std::move(out)};
  }

  std::string_view text_;
  const ParameterValue& parameter_;
  std::size_t at_ = 0;
};

}  // namespace

ConstantText fold_text(std::string_view value, const ParameterValue& parameter) {
  return Folder(value, parameter).fold();
}

}  // namespace tidegate::service
