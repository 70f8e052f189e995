// SPDX-License-Identifier: Apache-2.0
// Custom rules over a plan. Changes are looked at once and forgotten; what only a count over the
// whole plan can settle waits with its message. Findings are only added: built-in rules never see
// this.
#pragma once

#include <string>
#include <vector>

#include "policy/custom/conditions.hpp"
#include "policy/custom/rule.hpp"
#include "policy/finding.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy::custom {

class CustomEvaluator {
 public:
  // The rules must live as long as this.
  CustomEvaluator(std::vector<const CheckRule*> rules, const Settings& settings);

  void take(const plan::Change& change);  // of resource_changes; what does nothing is not looked at
  std::vector<Finding> finish();          // call once; not sorted
  std::size_t proven() const { return proven_; }  // findings that do not hang on something unknown

 private:
  struct Waiting {      // a change whose answer hangs on a count
    Finding finding{};  // message with \0 where the count belongs
    Truth match = Truth::yes;
    Leaves leaves{};
  };
  struct State {
    const CheckRule* rule = nullptr;
    std::vector<const Condition*> counts{};
    std::vector<Tally> tallies{};  // parallel to counts
    bool of_plan = false;          // looks at the plan as a whole
    std::vector<Waiting> waiting{};
  };
  void take_rule(State& state, const Subject& subject);
  void settle(State& state);

  Settings settings_;
  std::vector<State> states_{};
  std::vector<Finding> findings_{};
  std::size_t proven_ = 0;
};

}  // namespace tidegate::policy::custom
