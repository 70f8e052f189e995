// SPDX-License-Identifier: Apache-2.0
// Values that mean the same to a provider.
#pragma once

#include <optional>
#include <string_view>

#include "sandbox/behaviour.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

// json: the same JSON value, order of members and white space aside; location: "West Europe" is
// westeurope; case_insensitive: ASCII letters. Other values than two texts: equal as they are.
bool means_the_same(Equality equality, const Value& a, const Value& b);

// "", 0, false, an empty collection: what SDKv2 states hold where nothing is written.
bool is_zero(const Value& value);

}  // namespace tidegate::sandbox
