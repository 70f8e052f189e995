// SPDX-License-Identifier: Apache-2.0
// Numbers of any size and durations, compared exactly. `P30D`, `720h`, `604800s`, `7.00:00:00` are
// durations and compare with each other; months and years compare only among themselves. Dates and times
// (UTC) of one shape compare in time.
#pragma once

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::policy {

bool is_zero_number(std::string_view number_text);
std::string normal_number(std::string_view number_text);  // equal text exactly for equal numbers

enum class Order { less, equal, greater, unclear };

// Texts of two scalars. Unclear: not both numbers, durations of one kind, or moments of one shape.
Order compare_quantities(std::string_view a, std::string_view b);
bool is_quantity(std::string_view text);
bool is_zero_quantity(std::string_view text);             // 0, 0.0, PT0S, 0h

// By the orders of data/stateful-catalogue: redundancy, editions, sizes with equal letters.
Order compare_ranks(std::string_view a, std::string_view b);

}  // namespace tidegate::policy
