// SPDX-License-Identifier: Apache-2.0
#include "policy/organisation/own_rules.hpp"

#include <array>

namespace tidegate::organisation {

namespace {

using policy::Level;

constexpr std::array<OwnRule, 4> table{{
    {.id = required_tags_rule, .level = Level::block},
    {.id = deletions_rule, .level = Level::block},
    // As severe as what the waiver no longer covers.
    {.id = expired_rule, .level = Level::block, .severity = false, .waivable = false},
    {.id = unused_rule, .level = Level::warn, .waivable = false},
}};

}  // namespace

std::span<const OwnRule> own_rules() { return table; }

}  // namespace tidegate::organisation
