// SPDX-License-Identifier: Apache-2.0
// Of the front of a text, from which it is taken away.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace tidegate {

// Exactly `count` digits, at most nine; nothing is taken if they are not there.
constexpr std::optional<int> take_digits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  int value = 0;
  for (const char c : text.substr(0, count)) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  text.remove_prefix(count);
  return value;
}

constexpr bool take_char(std::string_view& text, char wanted) {
  if (!text.starts_with(wanted)) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace tidegate
