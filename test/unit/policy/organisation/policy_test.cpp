// SPDX-License-Identifier: Apache-2.0
#include "policy/organisation/policy.hpp"

#include <gtest/gtest.h>

#include "policy/rules.hpp"
#include "unit/policy/organisation/support.hpp"

namespace tidegate::organisation {
namespace {

using policy::Level;
using test::PlanText;

std::string faults_of(const std::string& text) {
  Diagnostics faults;
  parse_policy(source(text), today, faults);
  for (const Diagnostic& fault : faults.items()) EXPECT_EQ(fault.exit, ExitCode::policy_broken) << fault.message;
  return lines(faults);
}

struct Wrong {
  const char* body;
  const char* place;     // of the fault
  const char* says;
};

TEST(Policy, every_fault_names_its_place_and_the_nearest_word) {
  const std::vector<Wrong> cases{
      {"severty: {}", "p.yaml:2:1", "did you mean \"severity\"?"},
      {"severity: {gate.stateful-destory: off}", "p.yaml:2:12", "did you mean \"gate.stateful-destroy\"?"},
      {"severity: {stateful-destroy: off}", "p.yaml:2:12", "did you mean \"gate.stateful-destroy\"?"},
      {"severity: {gate.unproven: blok}", "p.yaml:2:27", "did you mean \"block\"?"},
      {"severity: {gate.unproven: false}", "p.yaml:2:27", "is false, expected one of off, note, warn, block"},
      {"severity: {gate.waiver-expired: off}", "p.yaml:2:12", "cannot be changed"},
      {"severity: {gate.plan-incomplete: off}", "p.yaml:2:12", "exits 11 to 14"},
      {"severity: [a]", "p.yaml:2:11", "is a list, expected fields"},
      {"tiers: {azurerm_storage_account: dat}", "p.yaml:2:34", "did you mean \"data\"?"},
      {"tiers: {\"azurerm_*\": data}", "p.yaml:2:9", "patterns are not allowed here"},
      {"tiers: {azapi_resource: data}", "p.yaml:2:9", "name the ARM type"},
      {"stateless: [\"acme_*\"]", "p.yaml:2:13", "patterns are not allowed here"},
      {"stateless: acme_thing", "p.yaml:2:12", "write [acme_thing]"},
      {"tiers: {acme_x: data}\nstateless: [acme_x]", "p.yaml:3:13", "stands under tiers and under stateless"},
      {"required_tags: [7]", "p.yaml:2:17", "put it in quotes"},
      {"max_deletions: -1", "p.yaml:2:16", "expected a whole number from 0"},
      {"max_deletions: '3'", "p.yaml:2:16", "expected a whole number"},
      {"destroy_plans: yes", "p.yaml:2:16", "expected one of block, allow"},
      {"partial_plans: allow", "p.yaml:2:16", "expected one of refuse, warn"},
      {"max_age: 4", "p.yaml:2:10", "expected an age such as"},
      {"max_age: 4 hours", "p.yaml:2:10", "expected an age such as"},
      {"service_may_waive: [gate.watched-atribute]", "p.yaml:2:21", "did you mean \"gate.watched-attribute\"?"},
      {"service_may_waive: [gate.waiver-unused]", "p.yaml:2:21", "cannot be waived"},
      {"require_artifact: 'true'", "p.yaml:2:19", "expected true or false"},
      {"waivers: {}", "p.yaml:2:10", "expected a list"},
      {"max_age: 4h\nmax_age: 5h", "p.yaml:3:1", "occurs twice"},
      {"tiers: {Microsoft.X/y@2023-01-01: data}", "p.yaml:2:9", "is not the name of one type"},
  };
  for (const Wrong& one : cases) {
    const std::string faults = faults_of(std::string("schema: tidegate/policy/1\n") + one.body + "\n");
    EXPECT_NE(faults.find(std::string(one.place) + ": error: "), std::string::npos) << one.body << "\n" << faults;
    EXPECT_NE(faults.find(one.says), std::string::npos) << one.body << "\n" << faults;
  }
}

TEST(Policy, needs_its_schema) {
  EXPECT_NE(faults_of("").find("begin with schema: tidegate/policy/1"), std::string::npos);
  EXPECT_NE(faults_of("severity: {}").find("begin with schema: tidegate/policy/1"), std::string::npos);
  EXPECT_NE(faults_of("schema: tidegate/policy/2").find("expected tidegate/policy/1"), std::string::npos);
  EXPECT_NE(faults_of("schema: tidegate/waivers/1\nwaivers: []").find("give the file to the option it is for"), std::string::npos);
  EXPECT_EQ(faults_of("schema: tidegate/policy/1"), "");
}

// Promise 2: never an answer when no rule ran.
TEST(Policy, that_leaves_no_rule_on_is_broken) {
  std::string body = "schema: tidegate/policy/1\nseverity:\n";
  std::string one_left;
  for (const policy::Rule& rule : policy::rules()) {
    one_left = body;
    body += "  " + std::string(rule.id) + ": off\n";
  }
  EXPECT_NE(faults_of(body).find("every rule is off"), std::string::npos);
  EXPECT_EQ(faults_of(one_left), "");
}

TEST(Policy, sets_severities) {
  const auto level = [](const std::string& word) {
    return judge(lost_lake, policy_of("severity: {gate.stateful-destroy: " + word + "}")).lines();
  };
  EXPECT_EQ(level("block"), Lines{"block gate.stateful-destroy azurerm_storage_account.lake"});
  EXPECT_EQ(level("warn"), Lines{"warn gate.stateful-destroy azurerm_storage_account.lake"});
  EXPECT_EQ(level("note"), Lines{"note gate.stateful-destroy azurerm_storage_account.lake"});
  EXPECT_EQ(level("off"), Lines{});
  EXPECT_EQ(policy_of("severity: {gate.unproven: off, gate.repointed: off, gate.key-loss: warn}").skipped(),
            (Lines{"gate.repointed", "gate.unproven"}));
  // A rule of the developers is taken as it is named; whether it exists shows later.
  EXPECT_EQ(doubtful_lines(policy_of("severity: {sales.small-steps: off}"), {}).size(), 1U);
  EXPECT_EQ(doubtful_lines(policy_of("severity: {sales.small-steps: off}"), {{"sales.small-steps", Level::warn}}).size(), 0U);
}

TEST(Policy, severity_of_a_rule_holds_for_what_cannot_be_proved) {
  const PlanText plan{.changes = {{.address = "aws_kinesis_stream.s", .type = "aws_kinesis_stream", .actions = R"(["update"])",
                                   .before = R"({"retention_period":168})", .after = "{}", .unknown = R"({"retention_period":true})"}}};
  EXPECT_EQ(judge(plan, policy_of("")).lines(), Lines{"block gate.unproven aws_kinesis_stream.s"});
  EXPECT_EQ(judge(plan, policy_of("severity: {gate.retention-shortened: warn}")).lines(), Lines{"warn gate.unproven aws_kinesis_stream.s"});
  EXPECT_EQ(judge(plan, policy_of("severity: {gate.retention-shortened: off}")).lines(), Lines{});
  EXPECT_EQ(judge(plan, policy_of("severity: {gate.retention-shortened: off, gate.unproven: block}")).lines(),
            Lines{"block gate.unproven aws_kinesis_stream.s"});
}

TEST(Policy, classifies_types) {
  const auto first = [](const std::string& type, const std::string& body, const std::string& before = "{}") {
    test::ChangeText change = removal(type + ".x", type);
    change.before = before;
    const Lines found = judge({.changes = {change}}, policy_of(body)).lines();
    return found.empty() ? std::string("nothing") : found.front();
  };
  EXPECT_EQ(first("acme_bucket", ""), "block gate.unknown-type-destroy acme_bucket.x");
  EXPECT_EQ(first("acme_bucket", "stateless: [acme_bucket]"), "nothing");
  EXPECT_EQ(first("acme_bucket", "tiers: {acme_bucket: data}"), "block gate.stateful-destroy acme_bucket.x");
  EXPECT_EQ(first("acme_bucket", "tiers: {acme_bucket: config}"), "warn gate.stateful-destroy acme_bucket.x");
  EXPECT_EQ(first("acme_bucket", "stateless: [acme_bucke]"), "block gate.unknown-type-destroy acme_bucket.x");
  EXPECT_EQ(first("azurerm_virtual_network", "tiers: {azurerm_virtual_network: container}"), "block gate.container-destroy azurerm_virtual_network.x");
  EXPECT_EQ(first("azurerm_storage_account", "stateless: [azurerm_storage_account]"), "nothing");
  const std::string body = R"({"type":"Microsoft.Invented/things@2023-01-01"})";
  EXPECT_EQ(first("azapi_resource", "", body), "block gate.unknown-type-destroy azapi_resource.x");
  EXPECT_EQ(first("azapi_resource", "stateless: [microsoft.invented/THINGS]", body), "nothing");
  EXPECT_EQ(first("azapi_resource", "tiers: {Microsoft.Invented/things: key}", body), "block gate.key-loss azapi_resource.x");
}

TEST(Policy, protects_addresses_whatever_their_type_is) {
  const Policy policy = policy_of("protected_addresses: ['module.core.**', 'null_resource.seed', 'azurerm_storage_management_policy.*']");
  const auto level = [&](const std::string& address, const std::string& type, const std::string& actions = R"(["delete"])") {
    test::ChangeText change = removal(address, type);
    change.actions = actions;
    if (actions != R"(["delete"])") change.after = R"({"rule":[{"name":"all","enabled":true,"actions":[{"base_blob":[{"delete_after_days_since_modification_greater_than":1}]}]}]})";
    const Judged judged = judge({.changes = {change}}, policy);
    return judged.findings.empty() ? Level::off : judged.findings.front().level;
  };
  EXPECT_EQ(level("module.core.azurerm_virtual_network.v", "azurerm_virtual_network"), Level::block);
  EXPECT_EQ(level("azurerm_virtual_network.v", "azurerm_virtual_network"), Level::off);
  EXPECT_EQ(level("module.core.databricks_job.j", "databricks_job"), Level::block);
  EXPECT_EQ(level("module.core.databricks_job.j", "databricks_job", R"(["delete","create"])"), Level::block);
  EXPECT_EQ(level("databricks_job.j", "databricks_job"), Level::warn);
  EXPECT_EQ(level("null_resource.seed", "null_resource"), Level::block);
  EXPECT_EQ(level("null_resource.other", "null_resource"), Level::warn);
  // A policy that deletes later stays one, and can itself not be deleted.
  EXPECT_EQ(level("azurerm_storage_management_policy.p", "azurerm_storage_management_policy", R"(["create"])"), Level::block);
  EXPECT_EQ(level("azurerm_storage_management_policy.p", "azurerm_storage_management_policy"), Level::block);
  // The previous name counts, too.
  test::ChangeText moved = removal("module.new.azurerm_virtual_network.v", "azurerm_virtual_network");
  moved.extra_entry += R"(,"previous_address":"module.core.azurerm_virtual_network.v")";
  EXPECT_TRUE(judge({.changes = {moved}}, policy).is_blocked());
}

TEST(Policy, requires_tags) {
  const Policy policy = policy_of("required_tags: [owner]");
  const auto found = [&](const std::string& after, const std::string& unknown = "{}", const std::string& actions = R"(["create"])") {
    return judge({.changes = {{.address = "azurerm_virtual_network.v", .type = "azurerm_virtual_network", .actions = actions,
                               .before = "null", .after = after, .unknown = unknown}}}, policy).lines();
  };
  const Lines missing{"block gate.required-tags azurerm_virtual_network.v"};
  EXPECT_EQ(found(R"({"tags":{"owner":"a"}})"), Lines{});
  EXPECT_EQ(found(R"({"tags":null,"tags_all":{"owner":"a"}})"), Lines{});
  EXPECT_EQ(found(R"({"tags":null})"), missing);
  EXPECT_EQ(found(R"({"tags":{"Owner":"a"}})"), missing);
  EXPECT_EQ(found(R"({"tags":{"owner":""}})"), missing);
  EXPECT_EQ(found(R"({"labels":{}})"), missing);
  EXPECT_EQ(found(R"({"name":"n"})"), Lines{});            // cannot have tags
  EXPECT_EQ(found("{}", R"({"tags":true})"), missing);     // unknown until apply
  EXPECT_EQ(found(R"({"tags":{}})", R"({"tags":{"owner":true}})"), Lines{});
  EXPECT_EQ(found(R"({"tags":null})", "{}", R"(["no-op"])"), Lines{});
}

TEST(Policy, limits_deletions) {
  const PlanText plan{.changes = {removal("azurerm_virtual_network.a", "azurerm_virtual_network"),
                                  removal("azurerm_virtual_network.b", "azurerm_virtual_network"),
                                  {.address = "azurerm_virtual_network.c", .type = "azurerm_virtual_network",
                                   .actions = R"(["create","delete"])", .after = "{}"}}};
  EXPECT_EQ(judge(plan, policy_of("max_deletions: 3")).lines(), Lines{});
  EXPECT_EQ(judge(plan, policy_of("max_deletions: 2")).lines(), Lines{"block gate.too-many-deletions plan"});
  EXPECT_EQ(judge(plan, policy_of("max_deletions: 2\nseverity: {gate.too-many-deletions: warn}")).lines(),
            Lines{"warn gate.too-many-deletions plan"});
}

TEST(Policy, that_allows_destroy_plans_still_protects_data) {
  PlanText plan{.changes = {{.address = "azurerm_virtual_network.a", .type = "azurerm_virtual_network"}}};
  EXPECT_EQ(judge(plan, policy_of("")).lines(), Lines{"block gate.destroy-mode plan"});
  EXPECT_EQ(judge(plan, policy_of("destroy_plans: allow")).lines(), Lines{"note gate.destroy-mode plan"});
  plan.changes.push_back({});
  EXPECT_EQ(judge(plan, policy_of("destroy_plans: allow")).lines().front(), "block gate.stateful-destroy azurerm_storage_account.lake");
}

TEST(Policy, lets_partial_plans_warn_but_not_errored_ones) {
  PlanText plan;
  plan.flags = R"(,"complete":false,"errored":false)";
  EXPECT_EQ(judge(plan, policy_of("")).facts.problems.size(), 1U);
  EXPECT_EQ(judge(plan, policy_of("partial_plans: refuse")).facts.problems.size(), 1U);
  const Judged partial = judge(plan, policy_of("partial_plans: warn"));
  EXPECT_TRUE(partial.facts.problems.empty());
  EXPECT_EQ(partial.lines(), Lines{"warn gate.plan-incomplete plan"});
  plan.flags = R"(,"complete":false,"errored":true)";
  EXPECT_EQ(judge(plan, policy_of("partial_plans: warn")).facts.problems.size(), 1U);
  plan.flags = "";
  plan.has_changes = false;
  plan.configuration = R"({"root_module":{"resources":[{"address":"a_b.c","mode":"managed","type":"a_b"}]}})";
  EXPECT_EQ(judge(plan, policy_of("partial_plans: warn")).facts.problems.size(), 1U);  // errored, Terraform 1.4
}

TEST(Policy, knows_the_age_of_a_plan) {
  const Seconds now = *parse_time("2026-11-27T12:00:00Z");
  const auto fault = [&](const std::string& timestamp) {
    plan::PlanFacts facts;
    facts.timestamp = timestamp;
    const auto found = check_age(facts, "p.json", 4 * 3600, now);
    EXPECT_EQ(found ? found->exit : ExitCode::incomplete, ExitCode::incomplete);
    return found ? found->message : std::string();
  };
  EXPECT_EQ(fault("2026-11-27T08:00:00Z"), "");
  EXPECT_EQ(fault("2026-11-27T12:00:00Z"), "");
  EXPECT_NE(fault("2026-11-27T07:59:59Z").find("more than 4h before"), std::string::npos);
  EXPECT_NE(fault("2026-11-27T12:00:01Z").find("from the future"), std::string::npos);
  EXPECT_NE(fault("").find("does not say when it was made"), std::string::npos);
  EXPECT_NE(fault("yesterday").find("expected RFC 3339"), std::string::npos);
}

// What the rules print for the policy is a line of a policy, and it does what it says.
TEST(Policy, line_that_a_finding_prints_can_be_loaded) {
  const std::vector<std::pair<std::string, std::string>> types{
      {"acme_bucket", "{}"}, {"azapi_resource", R"({"type":"Microsoft.Invented/things.x@2023-01-01"})"}};
  for (const auto& type : types) {
    test::ChangeText change = removal(type.first + ".x", type.first);
    change.before = type.second;
    const Judged judged = judge({.changes = {change}}, policy_of(""));
    ASSERT_EQ(judged.findings.size(), 1U);
    const std::string& fix = judged.findings[0].fix;
    const std::size_t begin = fix.find("\nstateless: ");
    ASSERT_NE(begin, std::string::npos) << fix;
    const std::string line = fix.substr(begin + 1, fix.find('\n', begin + 1) - begin - 1);
    EXPECT_EQ(judge({.changes = {change}}, policy_of(line)).lines(), Lines{}) << line;
  }
  // A name that is none is not offered.
  test::ChangeText odd = removal("x.y", "a]: b");
  EXPECT_EQ(judge({.changes = {odd}}, policy_of("")).findings.at(0).fix.find("stateless"), std::string::npos);
}

TEST(Policy, names_types_that_look_mistyped) {
  EXPECT_EQ(doubtful_lines(policy_of("tiers: {azurerm_storage_acount: data}"), {}).size(), 1U);
  EXPECT_EQ(doubtful_lines(policy_of("tiers: {azurerm_storage_account: data, acme_bucket: data}"), {}).size(), 0U);
}

TEST(Policy, digest_depends_on_all_that_decides_and_not_on_order) {
  const std::string base = digest_text("1", "c", {{"policy", "a"}, {"waivers", "b"}});
  EXPECT_EQ(base, digest_text("1", "c", {{"waivers", "b"}, {"policy", "a"}}));
  EXPECT_NE(base, digest_text("2", "c", {{"policy", "a"}, {"waivers", "b"}}));
  EXPECT_NE(base, digest_text("1", "d", {{"policy", "a"}, {"waivers", "b"}}));
  EXPECT_NE(base, digest_text("1", "c", {{"policy", "b"}, {"waivers", "a"}}));
  for (const policy::Rule& rule : policy::rules()) EXPECT_NE(base.find("rule " + std::string(rule.id) + "\n"), std::string::npos);
  EXPECT_EQ(catalogue::tables_digest().size(), 64U);
}

}  // namespace
}  // namespace tidegate::organisation
