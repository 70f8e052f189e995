// SPDX-License-Identifier: Apache-2.0
// Which deploy-gate a checks file needs: the first release that knows everything in it. An older one would refuse the
// file with the name of a word, and nobody could tell a typo from a program that is too old.
#pragma once

#include <span>
#include <string_view>

#include "base/version_number.hpp"
#include "policy/custom/rule.hpp"

namespace tidegate::policy::custom {

struct Feature {
  std::string_view name{};  // a field of the format or a kind of condition
  bool (*is_used)(const ChecksFile&) = nullptr;
  Version since{};
};

// What words.hpp does not have: a new field of the format needs a line there.
std::span<const Feature> features();

Version lowest_gate(const ChecksFile& file);  // `file` without errors

}  // namespace tidegate::policy::custom
