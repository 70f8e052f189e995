// SPDX-License-Identifier: Apache-2.0
// The time of day, read in one place. Whatever decides gets it as a value.
#pragma once

#include <cstdint>

namespace tidegate::system {

std::int64_t seconds_since_epoch();  // UTC, since 1970-01-01

// Of a clock that never goes back; for durations only.
std::int64_t steady_milliseconds();

}  // namespace tidegate::system
