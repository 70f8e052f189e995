// SPDX-License-Identifier: Apache-2.0
// One comparator entry of the catalogue (`P1 a.b decrease`) against the two sides of a change. Steps
// pass through lists of blocks; elements pair by an identifying member, else as a multiset.
#pragma once

#include <string>
#include <vector>

#include "catalogue/types.hpp"
#include "policy/value.hpp"

namespace tidegate::policy {

struct Difference {
  std::string path{};       // as a person writes it: rule["a"].filters.prefix_match
  Value before{};
  Value after{};
  bool unproven = false;    // unknown or not comparable: counts as unsafe
  std::string element{};    // of a collection: what is gone
};

std::vector<Difference> compare(const catalogue::Entry& entry, const Value& before, const Value& after);

// Elements of two lists, paired. An element without partner has an absent other side.
struct Pair {
  std::string name{};       // value of the identifying member, or empty
  Value before{};
  Value after{};
};

std::vector<Pair> pair_elements(const Value& before, const Value& after);

}  // namespace tidegate::policy
