// SPDX-License-Identifier: Apache-2.0
// The planned value of an object.
#pragma once

#include <string_view>

#include "sandbox/behaviour.hpp"
#include "sandbox/schema.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

// Of a new object (`prior` null) everything computed that is not written becomes unknown; of one
// that is there, only what is computed in parts that are new. Defaults, values that mean the same,
// blocks that are kept, digests of files.
Value planned_value(const Block& block, const TypeRules& rules, const Value& prior,
                    const Value& proposed, const Value& configuration);

// Computed values that every update makes anew; not those that are written.
Value with_volatile_unknown(const Block& block, const TypeRules& rules, const Value& planned,
                            const Value& configuration);

bool same_by_rule(const TypeRules& rules, std::string_view path, const Value& a, const Value& b);

}  // namespace tidegate::sandbox
