// SPDX-License-Identifier: Apache-2.0
// The expression language of Data Factory (adf.md, section 5): a string value that starts with `@`
// is an expression, `@{…}` inside a string is interpolation, `@@` and `@@{` are literal. Source:
// Microsoft, "Expressions and functions in Azure Data Factory".
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::adf {

enum class TermKind : std::uint8_t {
  literal,  // string, number, true, false, null: `text` is the decoded value
  call,     // name(arguments)
  member,   // children[0].text
  index,    // children[0][children[1]]
};

struct Term {
  TermKind kind = TermKind::literal;
  std::string text{};                     // value, function or member name
  std::size_t offset = 0;                 // of its first byte in the string value
  bool is_string = false;                 // literal in quotes
  std::vector<std::uint32_t> children{};  // indices into Expression::terms
};

struct ExpressionError {
  std::size_t offset = 0;
  std::string message{};  // what was found, what was expected
};

struct ParsedText {
  std::vector<Term> terms{};           // children before parents
  std::vector<std::uint32_t> roots{};  // one per expression in the text
  std::size_t end = 0;                 // byte after the last expression, its `}` included
  std::optional<ExpressionError> error{};
};

// Nothing in the text: no terms, no error.
ParsedText parse_expressions(std::string_view text);

// What every value of `text` ends in, whatever happens at run time: the literals at the end of an
// interpolated text or of `concat`. The whole text where nothing is evaluated; "" if unknown.
std::string constant_suffix(std::string_view text);

struct Function {
  std::string_view name{};  // lower case
  std::uint8_t least = 0;
  std::uint8_t most = 0;  // 255: no limit
};

// The 84 functions and the system roots (pipeline, activity, …), without case.
const Function* find_function(std::string_view name);
std::vector<std::string> function_names();

}  // namespace tidegate::adf
