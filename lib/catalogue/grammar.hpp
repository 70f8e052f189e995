// SPDX-License-Identifier: Apache-2.0
// The grammar of the column `dangerous_in_place_changes` (data/README.md). Used by the generator at
// build time, and by whoever defines entries at run time.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::catalogue {

enum class Comparison : std::uint8_t {
  decrease, increase, zero, remove, add, set, change, rename, widen, downgrade, becomes
};

std::string_view to_string(Comparison comparison);

struct ParsedEntry {
  int pattern = 0;                    // 0 to 17: the P number of the design
  std::vector<std::string> steps{};   // a step `a["k"]` is split in two: a, k
  Comparison comparison = Comparison::change;
  std::string from{};                 // of `A->B`; may be empty
  std::string to{};
  std::string note{};
};

// A cell of the table; "-" gives no entries. Code catalogue.bad-entry, message names the entry.
Result<std::vector<ParsedEntry>> parse_entries(std::string_view cell);

}  // namespace tidegate::catalogue
