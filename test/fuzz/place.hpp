// SPDX-License-Identifier: Apache-2.0
// What the fuzz targets assert about places.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace tidegate::fuzz {

inline void require(bool condition) {
  if (!condition) std::abort();
}

// `line` and `column` count from 1, columns in code points; the place behind the last character of
// a line is inside. 0:0, the file as a whole, is not.
inline bool is_inside(std::string_view text, std::uint32_t line, std::uint32_t column) {
  if (line == 0 || column == 0) return false;
  for (; line > 1; --line) {
    const std::size_t end = text.find('\n');
    if (end == std::string_view::npos) return false;
    text.remove_prefix(end + 1);
  }
  text = text.substr(0, text.find('\n'));
  std::uint32_t characters = 0;
  for (const char c : text) {
    if ((static_cast<unsigned char>(c) & 0xC0U) != 0x80U) ++characters;
  }
  return column <= characters + 1;
}

}  // namespace tidegate::fuzz
