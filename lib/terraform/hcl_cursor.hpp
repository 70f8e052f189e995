// SPDX-License-Identifier: Apache-2.0
// A place in the text of an HCL expression, for those who walk through it from the front to the
// end.
#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>
#include <utility>

#include "base/diagnostic.hpp"

namespace tidegate::terraform {

// Identifiers: UAX #31 with dashes; every byte of a character above ASCII counts as a letter.
constexpr bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
constexpr bool is_digit(char c) { return c >= '0' && c <= '9'; }
constexpr bool is_name(char c) { return is_letter(c) || is_digit(c) || c == '-'; }

struct HclCursor {
  // `where`: of the first byte of the text; line 0 where there is no file.
  HclCursor(std::string_view expression, Location where)
      : text(expression), counted_at_(std::move(where)) {}

  bool done() const { return at >= text.size(); }
  char peek(std::size_t ahead = 0) const {  // '\0' behind the end
    return at + ahead < text.size() ? text[at + ahead] : '\0';
  }
  bool looking_at(std::string_view word) const {
    return !done() && text.substr(at).starts_with(word);
  }

  // Of `at`, in characters. Places are asked for in the order of the text.
  Location place() {
    if (counted_at_.line == 0) return counted_at_;
    for (; counted_ < at && counted_ < text.size(); ++counted_) {
      if (text[counted_] == '\n') {
        ++counted_at_.line;
        counted_at_.column = 1;
      } else if ((static_cast<unsigned char>(text[counted_]) & 0xC0U) != 0x80U) {
        ++counted_at_.column;
      }
    }
    return counted_at_;
  }

  // White space, new lines and comments.
  void skip_space() {
    for (;;) {
      const char c = peek();
      if (c == ' ' || c == '\t' || c == '\r' || c == '\n') {
        ++at;
      } else if (c == '#' || looking_at("//")) {
        at = std::min(text.find('\n', at), text.size());
      } else if (looking_at("/*")) {
        const std::size_t end = text.find("*/", at + 2);
        at = end == std::string_view::npos ? text.size() : end + 2;
      } else {
        return;
      }
    }
  }

  std::string_view text;
  std::size_t at = 0;

 private:
  std::size_t counted_ = 0;  // up to here for counted_at_
  Location counted_at_;
};

}  // namespace tidegate::terraform
