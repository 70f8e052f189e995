// SPDX-License-Identifier: Apache-2.0
// `types:` of a checks file: resource types of the team's own, or stricter tiers of known ones.
#pragma once

#include "base/diagnostic.hpp"
#include "policy/custom/rule.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy::custom {

// True if an object of a type that counts as `given` is never treated more softly as `wanted`.
// `given` nothing: stateless, or with `unknown` a type in no list (its delete and replace are
// blocked).
bool is_as_strict(std::optional<catalogue::Tier> given, bool unknown, catalogue::Tier wanted);

// Adds the types of `file` to `settings`. Code gate.check-loosens (exit 13) for one that is softer
// than what settings or catalogue say.
void add_types(const ChecksFile& file, Settings& settings, Diagnostics& diagnostics);

}  // namespace tidegate::policy::custom
