// SPDX-License-Identifier: Apache-2.0
// Messages that a build server shows beside a run: its formats github and azure share which ones
// are shown, the most important ten, and the line that says how many are not.
#pragma once

#include <string>
#include <vector>

#include "verdict/verdict.hpp"

namespace tidegate::verdict {

struct Annotation {
  policy::Level level = policy::Level::block;
  std::string title{};    // code of the rule or problem
  std::string text{};     // lines
};

inline constexpr std::size_t most_annotations = 10;

// Problems, then open findings (one for all of one cause), most severe first; at most ten.
std::vector<Annotation> annotations(const Verdict& verdict);

// "blocked: 1 object would be deleted; 12 more findings are not shown here; 1 is waived".
std::string summary(const Verdict& verdict);

}  // namespace tidegate::verdict
