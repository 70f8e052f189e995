// SPDX-License-Identifier: Apache-2.0
// `tidegate/policy/1`: docs/formats/policy.md. The file of the organisation, and in the same form
// the file of a service, which may only tighten it (tighten.hpp).
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/version_number.hpp"
#include "document/node.hpp"
#include "policy/finding.hpp"
#include "policy/organisation/waiver.hpp"
#include "policy/subject.hpp"

namespace tidegate::organisation {

using Levels = std::map<std::string, policy::Level, std::less<>>;

struct Policy {
  Levels severity{};            // of a rule: replaces its own
  Levels at_least{};            // of a rule: raises its own; what a service asks for
  policy::Settings settings{};  // tiers, stateless, protected_addresses
  std::vector<std::string> required_tags{};
  std::optional<std::size_t> max_deletions{};  // deletes and replaces of one plan
  bool allow_destroy_plans = false;
  bool allow_partial_plans = false;
  std::optional<Seconds> max_age{};
  std::set<std::string, std::less<>> service_may_waive{};
  bool require_artifact = false;
  std::vector<Waiver> waivers{};
  // Where a key stands: "max_age", "severity/gate.unproven", "tiers/TYPE", "stateless/TYPE".
  std::map<std::string, Location, std::less<>> places{};

  // Ids of built-in rules that are switched off, sorted.
  std::vector<std::string> skipped() const;
};

// Faults: gate.policy-invalid and those of waivers, all with exit 13. With faults the policy must
// not be used.
Policy parse_policy(const SourceText& source, Days today, Diagnostics& faults);

// The first deploy-gate that knows every key of a policy; keys that none knows do not count.
Version lowest_gate(const document::Node& policy);

}  // namespace tidegate::organisation
