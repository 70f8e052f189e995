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

struct Span {             // of an interpolation, from its `@{` to behind its `}`
  std::size_t begin = 0;
  std::size_t end = 0;
};

struct ParsedText {
  std::vector<Term> terms{};           // children before parents
  std::vector<std::uint32_t> roots{};  // one per expression in the text
  std::vector<Span> spans{};           // parallel to roots; none where the whole text is one expression
  std::size_t end = 0;                 // byte after the last expression, its `}` included
  std::optional<ExpressionError> error{};
};

// Nothing in the text: no terms, no error.
ParsedText parse_expressions(std::string_view text);

// What is known of every value of a text, whatever happens at run time. Folded are literals,
// interpolation, and concat, replace, toLower, toUpper, trim of what is known.
struct Folded {
  bool whole = false;      // prefix is the value, suffix the same
  std::string prefix{};    // every value begins with it
  std::string suffix{};    // every value ends in it
};

Folded fold_text(std::string_view text);  // nothing is known of a broken expression

// fold_text(text).suffix
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
