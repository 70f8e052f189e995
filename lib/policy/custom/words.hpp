// SPDX-License-Identifier: Apache-2.0
// The words of a test: `{path: after.days, less_than: 30}`. A new one needs: a line in words.cpp,
// its meaning in conditions.cpp, a line in docs/formats/checks.md and in checks.schema.json; the release of deploy-gate
// that is the first to know it stands in the row.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/version_number.hpp"

namespace tidegate::policy::custom {

enum class Word : std::uint8_t {
  equals,
  not_equals,
  in,
  not_in,
  matches,
  starts_with,
  ends_with,
  contains,
  less_than,
  more_than,
  at_least,
  at_most,
  set,
  has_any_key,
  has_all_keys,
  changed,
  increased,
  decreased,
  added,
  removed,
  becomes
};

// What stands behind the word.
enum class Operand : std::uint8_t {
  value,
  values,
  expression,
  text,
  scalar,
  quantity,
  boolean,
  keys,
  only_true
};

struct WordRow {
  std::string_view name{};
  Word word = Word::equals;
  Operand operand = Operand::value;
  bool two_sides = false;  // compares before with after: its path has no side
  Version since{0, 1, 0};  // deploy-gate knows it from there on
};

std::span<const WordRow> words();
const WordRow* find_word(std::string_view name);
std::string_view to_string(Word word);
std::string_view to_string(Operand operand);  // for messages: "a list of values"

}  // namespace tidegate::policy::custom
