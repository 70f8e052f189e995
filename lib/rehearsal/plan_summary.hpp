// SPDX-License-Identifier: Apache-2.0
// `terraform show -json` of a plan -> what a rehearsal says about it.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/node.hpp"
#include "plan/change.hpp"

namespace tidegate::rehearsal {

struct PlannedChange {
  std::string address{};
  std::string type{};
  plan::Effect effect = plan::Effect::none;
  std::vector<std::string>
      attributes{};  // paths that differ, of update and replace: body.properties.x
};

struct PlanSummary {
  std::vector<PlannedChange> changes{};  // of managed objects that do something; plan's order
  std::vector<std::string> outputs{};    // that change

  std::size_t count(plan::Effect effect) const;
  bool only_creates() const;
  bool empty() const { return changes.empty() && outputs.empty(); }
};

// Codes: those of plan::PlanReader.
Result<PlanSummary> summarise_plan(std::string_view json);

// "37 to add, 1 to change, 1 to replace, 2 to destroy, 1 to forget" or "no changes".
std::string counts_of(const PlanSummary& summary);

// What the stand-in providers cannot tell about these changes, from the behaviour files: one
// sentence for each object that is changed in place and whose type is not described, or whose
// changed attribute follows a rule that no condition states.
std::vector<std::string> find_limits(const PlanSummary& summary,
                                     std::span<const document::DocumentPtr> behaviour);

}  // namespace tidegate::rehearsal
