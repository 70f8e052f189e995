// SPDX-License-Identifier: Apache-2.0
// Policies, waivers and plans as text, judged in memory.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "policy/evaluate.hpp"
#include "policy/organisation/apply.hpp"
#include "policy/organisation/limits.hpp"
#include "policy/organisation/policy.hpp"
#include "policy/organisation/tighten.hpp"
#include "support/plan_text.hpp"

namespace tidegate::organisation {

inline const Days today = *parse_date("2026-11-27");
inline const std::string digest(64, 'a');   // of the plan
inline const std::string removed = R"(,"action_reason":"delete_because_no_resource_config")";

inline SourceText source(std::string text, std::string file = "p.yaml") {
  return {.file = std::move(file), .text = std::move(text), .sha256 = std::string(64, 'f')};
}

inline std::string lines(const Diagnostics& faults) {
  std::string out;
  for (const Diagnostic& fault : faults.items()) out += render_diagnostic(fault) + "\n";
  return out;
}

// The body of a policy that must be right.
inline Policy policy_of(const std::string& body) {
  Diagnostics faults;
  Policy policy = parse_policy(source("schema: tidegate/policy/1\n" + body), today, faults);
  EXPECT_EQ(lines(faults), "") << body;
  return policy;
}

struct WaiverText {
  std::string rule = "gate.stateful-destroy";
  std::string address = "azurerm_storage_account.lake";
  std::string effect = "delete";
  std::string expires = "2026-12-01";
  std::string more{};          // further keys, each ", key: value"
};

inline std::string render(const WaiverText& waiver) {
  return "{rule: " + waiver.rule + ", address: '" + waiver.address + "', effect: " + waiver.effect +
         ", reason: copied, owner: data@example.org, expires: " + waiver.expires + waiver.more + "}";
}

inline Policy waivers_of(const std::vector<WaiverText>& waivers) {
  std::string body = "waivers:\n";
  for (const WaiverText& waiver : waivers) body += "  - " + render(waiver) + "\n";
  return policy_of(waivers.empty() ? "" : body);
}

struct Judged {
  std::vector<policy::Finding> findings{};
  plan::PlanFacts facts{};

  // "block gate.x address", or "waived gate.x address".
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const policy::Finding& finding : findings) {
      out.push_back((finding.waiver ? "waived" : std::string(to_string(finding.level))) + " " + finding.rule + " " + finding.address);
    }
    return out;
  }
  bool is_blocked() const {
    for (const policy::Finding& finding : findings) {
      if (finding.level == policy::Level::block && !finding.waiver) return true;
    }
    return !facts.problems.empty();
  }
};

// As deploy-gate does it.
inline Judged judge(const test::PlanText& text, const Policy& policy, Days day = today) {
  policy::Evaluator evaluator(policy.settings);
  Limits limits(policy);
  plan::PlanReader reader({}, limits.around(evaluator.handlers()));
  reader.feed(test::render(text));
  Judged out{.facts = reader.finish()};
  out.findings = evaluator.finish(out.facts);
  for (policy::Finding& finding : limits.finish(out.facts)) out.findings.push_back(std::move(finding));
  for (policy::Finding& finding : take_partial(policy, out.facts)) out.findings.push_back(std::move(finding));
  apply_severities(policy, out.findings);
  apply_waivers(policy, {.today = day, .digests = {digest}, .complete = out.facts.problems.empty()}, out.findings);
  return out;
}

inline test::ChangeText removal(const std::string& address, const std::string& type) {
  return {.address = address, .type = type, .before = "{}", .extra_entry = removed};
}

inline const test::PlanText lost_lake{.changes = {removal("azurerm_storage_account.lake", "azurerm_storage_account")}};

using Lines = std::vector<std::string>;

}  // namespace tidegate::organisation
