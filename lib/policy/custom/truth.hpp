// SPDX-License-Identifier: Apache-2.0
// Kleene's three values: a condition that depends on something unknown holds, does not hold, or
// cannot be told.
#pragma once

#include <algorithm>
#include <cstdint>

namespace tidegate::policy::custom {

enum class Truth : std::uint8_t { no, unknown, yes };  // in this order: and is min, or is max

constexpr Truth truth(bool holds) { return holds ? Truth::yes : Truth::no; }
constexpr Truth both(Truth a, Truth b) { return std::min(a, b); }
constexpr Truth either(Truth a, Truth b) { return std::max(a, b); }
constexpr Truth opposite(Truth a) { return a == Truth::unknown ? a : truth(a == Truth::no); }

}  // namespace tidegate::policy::custom
