// SPDX-License-Identifier: Apache-2.0
// How every rule looks at one change, and which values it compares: the same rules as in
// evaluate.hpp, one at a time. What only the rest of the plan can settle is not settled here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/rules.hpp"

namespace tidegate::policy {

struct Compared {  // one entry of the catalogue
  int pattern = 0;
  std::string path{};
  std::string wanted{};  // decrease, remove, "true -> false", …
  std::string before{};  // shown values
  std::string after{};
  enum class Result { silent, fires, unproven } result = Result::silent;
};

struct Look {
  std::string_view rule{};
  std::vector<Compared> compared{};
  std::vector<Finding> findings{};
};

// One for each rule that looks at changes (`is_drift`: at what refreshing found).
std::vector<Look> look_at(const Subject& subject, bool is_drift);

}  // namespace tidegate::policy
