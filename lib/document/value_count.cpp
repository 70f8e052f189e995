// SPDX-License-Identifier: Apache-2.0
#include "document/value_count.hpp"

namespace tidegate::document {

void ValueCount::add(std::string_view piece) {
  bytes_ += piece.size();
  for (const char c : piece) {
    if (escaped_) {
      escaped_ = false;
    } else if (in_string_) {
      escaped_ = c == '\\';
      in_string_ = c != '"';
    } else if (c == '"') {
      in_string_ = true;
    } else if (c == ',' || c == '[' || c == '{') {
      ++values_;
    }
  }
}

}  // namespace tidegate::document
