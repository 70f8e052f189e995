// SPDX-License-Identifier: Apache-2.0
// A token scanner for Python, Scala, SQL and R: enough to tell code from comments and text, no
// grammar. Any input gives tokens; unterminated text ends with the line or the cell.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/cells.hpp"

namespace tidegate::databricks {

enum class TokenKind : std::uint8_t { identifier, string, number, punctuation };

struct Token {
  TokenKind kind = TokenKind::punctuation;
  char quote = 0;              // of a string: " ' or `
  bool block = false;          // triple-quoted
  bool raw = false;            // escapes are plain text
  bool interpolated = false;   // holds at least one expression
  bool formatted = false;      // Python f-string: {{ is {
  std::uint32_t begin = 0;     // with prefix and quotes
  std::uint32_t end = 0;
  std::uint32_t text_begin = 0;  // of a string: between the quotes
  std::uint32_t text_end = 0;
};

struct Range {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

struct Tokens {
  std::vector<Token> tokens{};
  std::vector<Range> embedded{};       // expressions inside interpolated strings: code again
  std::vector<Range> substitutions{};  // SQL: the name in ${name}, in code and in strings

  void clear();
};

// Tokens of text[range), appended to nothing: `out` is cleared first.
void scan_tokens(std::string_view text, Range range, CellKind language, Tokens& out);

// What a string token means: quotes removed, escapes resolved.
std::string decode_string(std::string_view text, const Token& token);

}  // namespace tidegate::databricks
