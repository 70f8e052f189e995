// SPDX-License-Identifier: Apache-2.0
// The meaning of conditions and selectors on one change. Counts are over the whole plan: what they
// answer is not known yet, so a condition gives the answers of its other parts, to be joined later.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "policy/custom/rule.hpp"
#include "policy/custom/truth.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy::custom {

Truth matches(const Selector& selector, const Subject& subject);

// How many changes a selector matches: surely, and perhaps.
struct Tally {
  std::size_t sure = 0;
  std::size_t perhaps = 0;
  std::string shown() const;  // "3", "3 to 5"
};

// The counts of a condition in the order in which they stand.
std::vector<const Condition*> counts_of(const Condition& condition);
bool looks_at_changes(const Condition& condition);  // anything but counts in it

// Answers of everything but counts, in the order in which it stands; paths that are unknown.
struct Leaves {
  std::vector<Truth> answers{};
  std::string unknown_path{};  // the first
};
Leaves look(const Condition& condition, const Subject& subject);

// `tallies` nothing: counts are not known yet.
Truth join(const Condition& condition, const Leaves& leaves, const std::vector<Tally>* tallies);

// The value at a path. Lists of one element are passed; nothing behind one of several.
struct Reached {
  Value value{};
  bool several = false;
};
Reached reach(const Value& from, const std::vector<std::string>& steps);

}  // namespace tidegate::policy::custom
