// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/words.hpp"

#include <algorithm>
#include <array>

namespace tidegate::policy::custom {

namespace {

constexpr std::array<WordRow, 21> table{{
    {"equals", Word::equals, Operand::value},
    {"not_equals", Word::not_equals, Operand::value},
    {"in", Word::in, Operand::values},
    {"not_in", Word::not_in, Operand::values},
    {"matches", Word::matches, Operand::expression},
    {"starts_with", Word::starts_with, Operand::text},
    {"ends_with", Word::ends_with, Operand::text},
    {"contains", Word::contains, Operand::scalar},
    {"less_than", Word::less_than, Operand::quantity},
    {"more_than", Word::more_than, Operand::quantity},
    {"at_least", Word::at_least, Operand::quantity},
    {"at_most", Word::at_most, Operand::quantity},
    {"set", Word::set, Operand::boolean},
    {"has_any_key", Word::has_any_key, Operand::keys},
    {"has_all_keys", Word::has_all_keys, Operand::keys},
    {"changed", Word::changed, Operand::only_true, true},
    {"increased", Word::increased, Operand::only_true, true},
    {"decreased", Word::decreased, Operand::only_true, true},
    {"added", Word::added, Operand::only_true, true},
    {"removed", Word::removed, Operand::only_true, true},
    {"becomes", Word::becomes, Operand::scalar, true},
}};

}  // namespace

std::span<const WordRow> words() { return table; }

const WordRow* find_word(std::string_view name) {
  const auto found = std::find_if(table.begin(), table.end(),
                                  [&](const WordRow& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

std::string_view to_string(Word word) { return table[static_cast<std::size_t>(word)].name; }

std::string_view to_string(Operand operand) {
  switch (operand) {
    case Operand::value:
      return "a value";
    case Operand::values:
      return "a list of values";
    case Operand::expression:
      return "a regular expression (RE2)";
    case Operand::text:
      return "a text";
    case Operand::scalar:
      return "a text, number or boolean";
    case Operand::quantity:
      return "a number or a duration such as P30D or 720h";
    case Operand::boolean:
      return "true or false";
    case Operand::keys:
      return "a list of keys";
    case Operand::only_true:
      return "true";
  }
  return "a value";
}

}  // namespace tidegate::policy::custom
