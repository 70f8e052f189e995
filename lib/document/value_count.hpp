// SPDX-License-Identifier: Apache-2.0
// How many values a JSON text has at most, told piece by piece before anything is kept of it. A reader of text from
// strangers asks first: a parsed value takes 16 bytes and more, and two bytes of text can be one.
#pragma once

#include <cstdint>
#include <string_view>

namespace tidegate::document {

class ValueCount {
 public:
  // Texts that are written with one value a line have more bytes than this for each.
  static constexpr std::uint64_t bytes_a_value = 16;
  static constexpr std::uint64_t always_allowed = 4096;  // values of a small text

  void add(std::string_view piece);

  std::uint64_t bytes() const { return bytes_; }
  // Never less than there are: brackets that open, and commas, outside of strings.
  std::uint64_t values() const { return values_; }
  bool is_dense() const { return values_ > always_allowed + bytes_ / bytes_a_value; }

 private:
  std::uint64_t bytes_ = 0;
  std::uint64_t values_ = 1;
  bool in_string_ = false;
  bool escaped_ = false;
};

}  // namespace tidegate::document
