// SPDX-License-Identifier: Apache-2.0
// Promise 4: a service can tighten the policy, never loosen it.
#include "policy/organisation/tighten.hpp"

#include <gtest/gtest.h>

#include <random>

#include "policy/rules.hpp"
#include "unit/policy/organisation/support.hpp"

namespace tidegate::organisation {
namespace {

using policy::Level;
using test::ChangeText;
using test::PlanText;

std::string faults_of(const std::string& organisation, const std::string& service, const Levels& custom = {}) {
  Diagnostics faults;
  tighten(policy_of(organisation), policy_of(service), custom, faults);
  for (const Diagnostic& fault : faults.items()) {
    EXPECT_EQ(fault.code, "gate.policy-loosened");
    EXPECT_EQ(fault.exit, ExitCode::policy_broken);
    EXPECT_GE(fault.where.line, 2U) << fault.message;
  }
  return lines(faults);
}

struct Case {
  const char* organisation;
  const char* service;
  const char* says;  // empty: tightens
};

TEST(Tighten, refuses_every_line_that_loosens) {
  const std::vector<Case> cases{
      {"", "severity: {gate.capacity-shrunk: block}", ""},
      {"", "severity: {gate.stateful-destroy: block}", ""},
      {"", "severity: {gate.stateful-destroy: warn}", "p.yaml:2:35: error: gate.stateful-destroy would be warn instead of block"},
      {"", "severity: {gate.capacity-shrunk: note}", "would be note instead of warn"},
      {"", "severity: {gate.watched-attribute: off}", "would be off instead of note"},
      {"", "severity: {gate.drift-data-lost: warn}", "would be warn instead of block"},
      {"severity: {gate.stateful-destroy: warn}", "severity: {gate.stateful-destroy: warn}", ""},
      {"severity: {gate.stateful-destroy: off}", "severity: {gate.stateful-destroy: block}", ""},
      {"severity: {gate.capacity-shrunk: block}", "severity: {gate.capacity-shrunk: warn}", "would be warn instead of block"},
      {"", "severity: {gate.waiver-unused: off}", "would be off instead of warn"},
      {"", "tiers: {acme_bucket: data}", ""},
      {"", "tiers: {acme_bucket: config}", "acme_bucket would count as config instead of unknown, which blocks"},
      {"", "tiers: {acme_bucket: messaging}", "instead of unknown"},
      {"", "tiers: {azurerm_virtual_network: messaging}", ""},
      {"", "tiers: {azurerm_storage_account: config}", "instead of data"},
      {"", "tiers: {azurerm_storage_account: logs}", "instead of data"},
      {"", "tiers: {azurerm_storage_account: key}", ""},
      {"", "tiers: {databricks_job: compute}", "instead of etl"},
      {"", "tiers: {databricks_job: data}", ""},
      {"", "tiers: {azurerm_storage_management_policy: data}", "instead of expiry"},
      {"", "tiers: {azurerm_kusto_script: data}", "instead of escape-hatch"},
      {"", "tiers: {Microsoft.Storage/storageAccounts: config}", "instead of"},
      {"tiers: {acme_bucket: config}", "tiers: {acme_bucket: config}", ""},
      {"tiers: {azurerm_virtual_network: data}", "tiers: {azurerm_virtual_network: config}", "instead of data"},
      {"", "stateless: [acme_bucket]", "acme_bucket would count as holding no data"},
      {"stateless: [acme_bucket]", "stateless: [acme_bucket]", ""},
      {"stateless: [acme_bucket]", "tiers: {acme_bucket: data}", ""},
      {"tiers: {acme_bucket: data}", "stateless: [acme_bucket]", "would count as holding no data"},
      {"", "protected_addresses: ['module.a.**']\nrequired_tags: [owner]", ""},
      {"", "max_deletions: 100", ""},
      {"max_deletions: 3", "max_deletions: 3", ""},
      {"max_deletions: 3", "max_deletions: 4", "max_deletions is 4, the organisation allows 3"},
      {"max_age: 4h", "max_age: 1h", ""},
      {"max_age: 4h", "max_age: 5h", "max_age is 5h, the organisation allows 4h"},
      {"", "destroy_plans: block", ""},
      {"", "destroy_plans: allow", "destroy_plans is allow"},
      {"destroy_plans: allow", "destroy_plans: allow", ""},
      {"", "partial_plans: warn", "partial_plans is warn"},
      {"partial_plans: warn", "partial_plans: refuse", ""},
      {"", "require_artifact: true", ""},
      {"require_artifact: true", "require_artifact: false", "require_artifact is false"},
      {"", "service_may_waive: [gate.unproven]", "let itself waive gate.unproven"},
      {"service_may_waive: [gate.unproven]", "service_may_waive: [gate.unproven]", ""},
      {"", "severity: {sales.small: warn}", "would be warn instead of block"},
  };
  for (const Case& one : cases) {
    const std::string faults = faults_of(one.organisation, one.service);
    EXPECT_EQ(faults.empty(), *one.says == '\0') << one.organisation << " | " << one.service << "\n" << faults;
    EXPECT_NE(faults.find(one.says), std::string::npos) << one.organisation << " | " << one.service << "\n" << faults;
  }
  EXPECT_EQ(faults_of("", "severity: {sales.small: warn}", {{"sales.small", Level::note}}), "");
  EXPECT_NE(faults_of("", "severity: {sales.small: off}", {{"sales.small", Level::note}}), "");
}

Policy merged(const std::string& organisation, const std::string& service) {
  Diagnostics faults;
  Policy out = tighten(policy_of(organisation), policy_of(service), {}, faults);
  EXPECT_EQ(lines(faults), "");
  return out;
}

TEST(Tighten, adds_up) {
  const Policy policy = merged("max_age: 4h\nrequired_tags: [owner]\nservice_may_waive: [gate.unproven, gate.repointed]\nseverity: {gate.repointed: off}",
                               "max_age: 1h\nrequired_tags: [team]\nservice_may_waive: [gate.unproven]\nmax_deletions: 2\n"
                               "severity: {gate.repointed: note}");
  EXPECT_EQ(policy.max_age, 3600);
  EXPECT_EQ(policy.required_tags, (Lines{"owner", "team"}));
  EXPECT_EQ(policy.max_deletions, 2U);
  EXPECT_EQ(policy.service_may_waive.size(), 1U);
  EXPECT_EQ(policy.skipped(), Lines{});  // switched on again
}

// A severity of the service raises; it never lowers a finding that the rule makes more severe.
TEST(Tighten, raises_only) {
  const PlanText plan{.changes = {removal("databricks_job.j", "databricks_job"), lost_lake.changes[0]}};
  EXPECT_EQ(judge(plan, merged("severity: {gate.stateful-destroy: warn}", "severity: {gate.stateful-destroy: block}")).lines(),
            (Lines{"block gate.stateful-destroy azurerm_storage_account.lake", "block gate.stateful-destroy databricks_job.j"}));
}

TEST(Tighten, waivers_of_a_service_count_only_where_the_organisation_says_so) {
  const std::string waivers = "waivers: [" + render(WaiverText{}) + "]";
  const Judged refused = judge(lost_lake, merged("", waivers));
  EXPECT_EQ(refused.lines(), (Lines{"block gate.stateful-destroy azurerm_storage_account.lake",
                                    "warn gate.waiver-unused azurerm_storage_account.lake"}));
  EXPECT_NE(refused.findings[0].message.find("does not let a service waive gate.stateful-destroy"), std::string::npos);
  EXPECT_TRUE(judge(lost_lake, merged("service_may_waive: [gate.stateful-replace]", waivers)).is_blocked());
  EXPECT_FALSE(judge(lost_lake, merged("service_may_waive: [gate.stateful-destroy]", waivers)).is_blocked());
  // The organisation's own entry needs no such leave.
  EXPECT_FALSE(judge(lost_lake, policy_of(waivers)).is_blocked());
}

// Whatever a service writes: if it is accepted, every finding of the organisation's policy is still there,
// at least as severe, and as open as before.
TEST(Tighten, never_loosens_any_generated_plan) {
  const std::vector<std::string> types{"azurerm_storage_account", "azurerm_virtual_network", "databricks_job", "acme_bucket", "null_resource",
                                       "azurerm_storage_management_policy", "azurerm_kusto_script", "aws_kinesis_stream", "azurerm_key_vault"};
  const std::vector<std::string> tiers{"data", "key", "config", "compute", "expiry", "escape-hatch", "guard", "upload"};
  const std::vector<std::string> words{"off", "note", "warn", "block"};
  std::size_t accepted = 0, refused = 0;
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::mt19937 random(seed);
    const auto one_of = [&](const std::vector<std::string>& list) { return list[random() % list.size()]; };
    const auto body = [&](std::size_t size) {
      std::string severity, tier, stateless, rest;
      for (std::size_t i = 0; i < size; ++i) {
        const std::string rule(policy::rules()[random() % policy::rules().size()].id);
        const std::string type = one_of(types);
        switch (random() % 5) {
          case 0: if (severity.find(rule) == severity.npos) severity += (severity.empty() ? "" : ", ") + rule + ": " + one_of(words); break;
          case 1: if ((tier + stateless).find(type) == tier.npos) tier += (tier.empty() ? "" : ", ") + type + ": " + one_of(tiers); break;
          case 2: if ((tier + stateless).find(type) == tier.npos) stateless += (stateless.empty() ? "" : ", ") + type; break;
          case 3: if (rest.find("max_d") == rest.npos) rest += "max_deletions: " + std::to_string(random() % 3) + "\n"; break;
          default: if (rest.find("waivers") == rest.npos) rest += "waivers: [" + render(WaiverText{}) + "]\n"; break;
        }
      }
      return "severity: {" + severity + "}\ntiers: {" + tier + "}\nstateless: [" + stateless + "]\n" + rest;
    };
    const Policy organisation = policy_of(body(random() % 4));
    const Policy service = policy_of(body(1 + random() % 2));
    Diagnostics faults;
    const Policy both = tighten(organisation, service, {}, faults);
    if (faults.has_errors()) {
      ++refused;
      continue;
    }
    ++accepted;
    PlanText plan;
    for (std::size_t i = 0; i < 4; ++i) {
      const std::string type = one_of(types);
      ChangeText change{.address = type + "." + std::to_string(i), .type = type, .before = R"({"retention_period":9})"};
      if (i == 0) change = lost_lake.changes[0];
      change.actions = one_of({R"(["delete"])", R"(["delete","create"])", R"(["update"])", R"(["create"])", R"(["forget"])", R"(["create","forget"])"});
      if (change.actions != R"(["delete"])" && change.actions != R"(["forget"])") change.after = R"({"retention_period":3})";
      plan.changes.push_back(change);
    }
    const Judged before = judge(plan, organisation);
    const Judged after = judge(plan, both);
    EXPECT_TRUE(!before.is_blocked() || after.is_blocked()) << body(0);
    for (const policy::Finding& finding : before.findings) {
      // A type that became protected is found by another rule; at its address nothing got milder.
      if (finding.rule.starts_with("gate.waiver-") || finding.waiver) continue;
      Level worst = Level::off;
      for (const policy::Finding& one : after.findings) {
        if (one.address == finding.address && !one.waiver) worst = std::max(worst, one.level);
      }
      EXPECT_GE(worst, finding.level) << "seed " << seed << " " << finding.rule << " " << finding.address << " " << finding.type;
    }
  }
  EXPECT_GT(accepted, 300U);
  EXPECT_GT(refused, 300U);
}

}  // namespace
}  // namespace tidegate::organisation
