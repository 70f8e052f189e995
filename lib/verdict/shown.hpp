// SPDX-License-Identifier: Apache-2.0
// What the renderers share: findings of one cause together, rules that had a say.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/build_server.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {

// Findings of one cause and one level. Pointers into the verdict. Waived ones stand alone.
struct Group {
  const policy::Finding* first = nullptr;
  std::vector<const policy::Finding*> others{};
};

std::vector<Group> grouped(std::span<const policy::Finding> findings);  // in the order of the first ones

// "12 more replaced objects, same cause"; "" without others.
std::string blast_radius(const Group& group);

// All findings of one rule on one object. Pointers into the verdict.
struct Case {
  const policy::Finding* first = nullptr;
  std::vector<const policy::Finding*> all{};
  policy::Level worst = policy::Level::off;  // of the open ones; off: all are waived
};

// A rule that was evaluated, or that has a finding all the same.
struct RuleResult {
  std::string id{};
  std::vector<Case> cases{};
};

// Built-in rules in the order of their table without those that are switched off, then others that
// have findings, by id.
std::vector<RuleResult> by_rule(const Verdict& verdict);

bool is_judged(const Verdict& verdict);               // false: rules without a finding mean nothing
std::string about_rule(std::string_view id);          // one sentence; "" for rules that are not built in
std::string object_of(const policy::Finding& finding);  // address, and which generation
// "retention_period 168 -> 24", or "" when no attribute decides.
std::string change_of(const policy::Finding& finding);
std::string sentence_of(const policy::Finding& finding);  // message, cause, recovery, fix in one text
std::string shown_lines(std::string_view text);           // printable, line ends stay
std::string waiver_of(const policy::Finding& finding);    // who, until when, why

}  // namespace tidegate::verdict
