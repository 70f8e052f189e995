// SPDX-License-Identifier: Apache-2.0
// Feeds a plan through the rules. Give `handlers()` to the reader, then call `finish`. Changes are
// looked at once and forgotten; kept are findings, addresses of creates for rename detection (bounded),
// and what the configuration says about replaced objects.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "plan/reader.hpp"
#include "policy/causes.hpp"
#include "policy/features.hpp"
#include "policy/renames.hpp"
#include "policy/rules.hpp"

namespace tidegate::policy {

void sort_findings(std::vector<Finding>& findings);  // level, rule, address, deposed, attribute

class Evaluator {
 public:
  // `table` must outlive the evaluator; tests give it tables with mistakes.
  explicit Evaluator(Settings settings = {}, std::span<const Rule> table = rules())
      : settings_(std::move(settings)), table_(table) {}
  Evaluator(const Evaluator&) = delete;
  Evaluator& operator=(const Evaluator&) = delete;

  plan::PlanHandlers handlers();
  // Sorted: level, then rule, address, deposed, attribute. Call once.
  std::vector<Finding> finish(const plan::PlanFacts& facts);

 private:
  void take_change(const plan::Change& change);
  void take_drift(const plan::Change& change);
  void take_configured(const plan::ConfiguredResource& resource);
  void settle(const plan::PlanFacts& facts);
  bool refers_only_to_new(const Report::Open& finding) const;
  void take_state(const plan::StateObject& object);
  void group_shifts();
  void group_modules(const plan::PlanFacts& facts);
  std::string lost_module(const std::string& module) const;
  void add_state_counts(const plan::PlanFacts& facts);

  Settings settings_;
  std::span<const Rule> table_;
  Report report_{};
  Renames renames_{};
  Causes causes_{};
  Features features_{};
  bool has_changes_ = false;                              // all of them have been taken
  std::set<std::string, std::less<>> modules_{};          // that the configuration calls, without keys
  std::set<std::string> containers_{};                    // that are lost, without keys
  std::map<std::string, std::size_t> dependents_{};       // objects of the state that depend on it
  std::vector<plan::ActionInvocation> actions_{};
  std::vector<plan::FailedCheck> checks_{};
  std::set<std::string> with_provisioner_{};              // addresses without keys
  // Of resources of tier expiry: what the arguments that name their parents refer to.
  std::map<std::string, std::map<std::string, std::set<std::string>>> referents_{};
  std::map<std::string, std::set<std::string>> created_names_{};  // without keys; of protected tiers
  plan::AddressIndex configured_effects_{};               // by address without keys: create, or anything else
  std::map<std::string, bool> shifted_{};                 // without keys: instances went; true: count is lower
};

}  // namespace tidegate::policy
