// SPDX-License-Identifier: Apache-2.0
// What policy and waivers make of the findings of all rules.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/finding.hpp"
#include "policy/organisation/policy.hpp"

namespace tidegate::organisation {

struct Situation {
  Days today = 0;
  std::vector<std::string> digests{};  // sha256 of the forms in which the plan is at hand
  bool complete = true;  // false: the input could not be judged; unused waivers say nothing then
};

// Severities. Findings of rules that are off disappear.
void apply_severities(const Policy& policy, std::vector<policy::Finding>& findings);

// Waivers: covered findings get their `waiver`; adds gate.waiver-expired and gate.waiver-unused.
void apply_waivers(const Policy& policy, const Situation& situation,
                   std::vector<policy::Finding>& findings);

// Does it name this finding, whatever its date, its limit and its plan?
bool names(const Waiver& waiver, const policy::Finding& finding);

// Why a waiver that names findings does not cover them; empty if it does. `count`: those that it
// names.
std::string find_objection(const Policy& policy, const Situation& situation, const Waiver& waiver,
                           std::size_t count);

// The waiver whose address is most like that of the finding, of the same rule first; for a hint
// only.
const Waiver* find_nearest_waiver(const std::vector<Waiver>& waivers,
                                  const policy::Finding& finding);

// The text whose sha256 says what decides: version of the tool, rules, catalogue, files. `files`:
// kind and sha256.
std::string digest_text(std::string_view version, std::string_view catalogue,
                        std::vector<std::pair<std::string, std::string>> files);

// Lines of the policy that probably mean something else; for the notes of the verdict.
std::vector<std::string> doubtful_lines(const Policy& policy, const Levels& custom);

}  // namespace tidegate::organisation
