// SPDX-License-Identifier: Apache-2.0
// Bytes that come in calls of any length, handed on in pieces of one size.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate {

// Appends `bytes` to `piece`. Whenever `size` bytes are together, calls give_away(), which empties `piece`.
template <class GiveAway>
Status collect(std::string& piece, std::string_view bytes, std::size_t size, const GiveAway& give_away) {
  while (!bytes.empty()) {
    const std::size_t part = std::min(size - piece.size(), bytes.size());
    piece += bytes.substr(0, part);
    bytes.remove_prefix(part);
    if (piece.size() < size) continue;
    if (Status status = give_away(); !status) return status;
  }
  return Done{};
}

}  // namespace tidegate
