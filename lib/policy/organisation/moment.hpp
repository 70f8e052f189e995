// SPDX-License-Identifier: Apache-2.0
// Dates, times and ages as policies and plans write them, in the proleptic Gregorian calendar and
// UTC. The clock is elsewhere: whoever calls hands "now" in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tidegate::organisation {

using Seconds = std::int64_t;  // since 1970-01-01T00:00:00Z
using Days = std::int64_t;     // since 1970-01-01

std::optional<Days> parse_date(std::string_view text);     // exactly YYYY-MM-DD
std::optional<Seconds> parse_time(std::string_view text);  // RFC 3339; fractions are cut off
std::optional<Seconds> parse_age(std::string_view text);   // 90s, 30m, 4h, 7d; more than 0
Days day_of(Seconds time);
std::string to_date(Days day);
std::string to_time(Seconds time);  // 2026-11-27T08:00:00Z
std::string to_age(Seconds age);    // the largest unit that is exact

}  // namespace tidegate::organisation
