// SPDX-License-Identifier: Apache-2.0
// What an organisation demands of every plan, beside the built-in rules: tags, a limit on
// deletions, a complete and recent plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plan/reader.hpp"
#include "policy/finding.hpp"
#include "policy/organisation/policy.hpp"

namespace tidegate::organisation {

// Looks at the changes on their way to the rules. Keeps findings only.
class Limits {
 public:
  explicit Limits(const Policy& policy) : policy_(policy) {}
  Limits(const Limits&) = delete;
  Limits& operator=(const Limits&) = delete;

  plan::PlanHandlers around(plan::PlanHandlers handlers);             // `this` must outlive them
  std::size_t rules() const;                                          // that the policy asks for
  std::vector<policy::Finding> finish(const plan::PlanFacts& facts);  // call once

 private:
  void check_tags(const plan::Change& change);

  const Policy& policy_;
  std::vector<policy::Finding> findings_{};
};

// A plan that covers a part only becomes a finding that warns, if the policy says so; one that
// Terraform could not finish stays a problem.
std::vector<policy::Finding> take_partial(const Policy& policy, plan::PlanFacts& facts);

// Code gate.plan-too-old, exit 14: older than `most`, from the future, or without a time.
std::optional<Diagnostic> check_age(const plan::PlanFacts& facts, const std::string& file,
                                    Seconds most, Seconds now);

}  // namespace tidegate::organisation
