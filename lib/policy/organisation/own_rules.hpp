// SPDX-License-Identifier: Apache-2.0
// Rules that exist only because an organisation says something: limits of its policy, and what
// becomes of waivers. One constexpr list in own_rules.cpp.
#pragma once

#include <span>
#include <string_view>

#include "policy/finding.hpp"

namespace tidegate::organisation {

struct OwnRule {
  std::string_view id{};
  policy::Level level = policy::Level::block;
  bool severity = true;  // a policy may set its severity
  bool waivable = true;
};

std::span<const OwnRule> own_rules();

inline constexpr std::string_view required_tags_rule = "gate.required-tags";
inline constexpr std::string_view deletions_rule = "gate.too-many-deletions";
inline constexpr std::string_view expired_rule = "gate.waiver-expired";
inline constexpr std::string_view unused_rule = "gate.waiver-unused";

}  // namespace tidegate::organisation
