// SPDX-License-Identifier: Apache-2.0
// The program deploy-gate under an organisation's policy and waivers: command line, exit codes, the
// schemas of both files, and what users of other tools complained about.
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "policy/organisation/policy.hpp"
#include "support/plan_text.hpp"
#include "support/schema.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

const std::string program = std::string(TIDEGATE_BIN_DIR) + "/deploy-gate";
const std::string now = "2026-11-27T08:00:00Z";
const std::string removed = R"(,"action_reason":"delete_because_no_resource_config")";
const std::string lake = "azurerm_storage_account.lake";

system::ProcessResult run(std::vector<std::string> words, const std::string& input = {}) {
  words.insert(words.begin(), program);
  const auto result = system::run_process({.argv = words, .input = input});
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
}

test::ChangeText removal(const std::string& address, const std::string& type = "azurerm_storage_account") {
  return {.address = address, .type = type, .before = R"({"name":"n"})", .extra_entry = removed};
}

class GatePolicy : public testing::Test {
 protected:
  // The words of `check` on this plan, at a fixed time.
  system::ProcessResult check(const test::PlanText& plan, std::vector<std::string> words = {}) {
    words.insert(words.begin(), {"check", "-"});
    words.insert(words.end(), {"--now", now});
    return run(words, test::render(plan));
  }
  std::string policy(const std::string& body) { return folder_.write("policy.yaml", "schema: tidegate/policy/1\n" + body); }
  std::string waivers(const std::string& entry) {
    return folder_.write("waivers.yaml", "schema: tidegate/waivers/1\nwaivers:\n  - " + entry + "\n");
  }
  static std::string entry(const std::string& address, const std::string& more = {}) {
    return "{rule: gate.stateful-destroy, address: '" + address + "', effect: delete, reason: copied, owner: data, expires: 2026-12-01" + more + "}";
  }
  static document::DocumentPtr json(const std::string& text) {
    const auto parsed = document::parse_json("verdict", text);
    EXPECT_TRUE(parsed.ok()) << text;
    return parsed.ok() ? *parsed : nullptr;
  }

  test::TemporaryFolder folder_{};
  const test::PlanText lost_lake_{.changes = {removal(lake)}};
};

TEST_F(GatePolicy, waiver_lets_its_finding_pass_and_the_verdict_names_it) {
  EXPECT_EQ(check(lost_lake_).exit_code, 10);
  const std::string file = waivers(entry(lake));
  EXPECT_EQ(check(lost_lake_, {"--waivers", file}).exit_code, 0);
  const auto verdict = json(check(lost_lake_, {"--waivers", file, "--format", "json"}).out);
  const document::Node root = verdict->root();
  const document::Node finding = root["findings"].at(0);
  EXPECT_EQ(finding["status"].as_string(), "waived");
  EXPECT_EQ(finding["waiver"]["file"].as_string(), file + ":3");
  const std::string sha256 = system::sha256_hex(*system::read_file(file));
  EXPECT_EQ(finding["waiver"]["sha256"].as_string(), sha256);
  EXPECT_EQ(root["policy"]["files"].at(0)["kind"].as_string(), "waivers");
  EXPECT_EQ(root["policy"]["files"].at(0)["sha256"].as_string(), sha256);
  EXPECT_EQ(root["input"]["notes"].at(0).as_string(), "judged as at 2026-11-27T08:00:00Z (--now)");
}

TEST_F(GatePolicy, expired_waiver_blocks_again) {
  const std::string file = waivers(entry(lake));
  const auto late = run({"check", "-", "--waivers", file, "--now", "2026-12-02T00:00:00Z"}, test::render(lost_lake_));
  EXPECT_EQ(late.exit_code, 10);
  EXPECT_NE(late.out.find("gate.waiver-expired"), std::string::npos);
  EXPECT_EQ(run({"check", "-", "--waivers", file, "--now", "2026-12-01T23:59:59Z"}, test::render(lost_lake_)).exit_code, 0);
}

TEST_F(GatePolicy, broken_files_are_13_and_findings_are_listed_all_the_same) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--policy", policy("severty: {}")}, {"--waivers", folder_.write("w", "schema: tidegate/waivers/1\nwaivers: [{}]")},
           {"--waivers", folder_.write("w2", "schema: tidegate/waivers/1\nwaivers: [" + entry("**", ", max: 9") + "]")},
           {"--waivers", folder_.write("w3", "\xFF")}, {"--policy", folder_.write("p3", "require_artifact: true\nschema: tidegate/policy/1")},
           {"--service-policy", folder_.write("s", "schema: tidegate/policy/1\nseverity: {gate.stateful-destroy: off}")}}) {
    const auto result = check(lost_lake_, words);
    EXPECT_EQ(result.exit_code, 13) << words[1] << result.out;
    EXPECT_NE(result.out.find("POLICY-BROKEN"), std::string::npos);
    EXPECT_NE(result.out.find(words[1]), std::string::npos) << result.out;
    EXPECT_NE(result.out.find("gate.stateful-destroy   " + lake), std::string::npos);
    EXPECT_EQ(json(check(lost_lake_, {words[0], words[1], "--format", "json"}).out)->root()["exitCode"].as_integer(), 13);
  }
  // Before 11: whether the plan would do is not even the question.
  EXPECT_EQ(run({"check", "-", "--policy", policy("severty: {}")}, "{").exit_code, 13);
}

TEST_F(GatePolicy, wrong_words_are_64) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"--policy", "/no/such/file"}, {"--waivers", "/no/such/file"}, {"--waivers", "-"}, {"--service-policy", "/no/such/file"},
           {"--max-age", "4"}, {"--max-age", "PT4H"}}) {
    EXPECT_EQ(check(lost_lake_, words).exit_code, 64) << words[0] << " " << words[1];
  }
  EXPECT_EQ(run({"check", "-", "--now", "yesterday"}, test::render(lost_lake_)).exit_code, 64);
}

TEST_F(GatePolicy, severities_types_and_limits_of_the_policy_hold) {
  EXPECT_EQ(check(lost_lake_, {"--policy", policy("severity: {gate.stateful-destroy: warn}")}).exit_code, 0);
  const auto off = json(check(lost_lake_, {"--policy", policy("severity: {gate.stateful-destroy: off}"), "--format", "json"}).out);
  EXPECT_EQ(off->root()["rules"]["skipped"].at(0).as_string(), "gate.stateful-destroy");
  EXPECT_EQ(off->root()["findings"].size(), 0U);
  EXPECT_EQ(off->root()["policy"]["files"].at(0)["kind"].as_string(), "policy");
  const test::PlanText unknown{.changes = {removal("acme_thing.x", "acme_thing")}};
  EXPECT_EQ(check(unknown).exit_code, 10);
  EXPECT_EQ(check(unknown, {"--policy", policy("stateless: [acme_thing]")}).exit_code, 0);
  EXPECT_EQ(check(unknown, {"--policy", policy("stateless: [acme_thing]\nmax_deletions: 0")}).exit_code, 10);
  EXPECT_EQ(check(unknown, {"--policy", policy("waivers: [" + entry("x.y") + "]")}).exit_code, 10);
}

TEST_F(GatePolicy, old_plan_is_14) {
  test::PlanText plan;
  const auto exit_of = [&](const std::string& timestamp, std::vector<std::string> words) {
    plan.extra = timestamp.empty() ? "" : R"(,"timestamp":")" + timestamp + "\"";
    return check(plan, std::move(words)).exit_code;
  };
  EXPECT_EQ(exit_of("2026-11-27T04:00:00Z", {"--max-age", "4h"}), 0);
  EXPECT_EQ(exit_of("2026-11-27T03:59:59Z", {"--max-age", "4h"}), 14);
  EXPECT_EQ(exit_of("2026-11-27T08:00:01Z", {"--max-age", "4h"}), 14);
  EXPECT_EQ(exit_of("", {"--max-age", "4h"}), 14);
  EXPECT_EQ(exit_of("", {}), 0);
  EXPECT_EQ(exit_of("2026-11-27T07:00:00Z", {"--policy", policy("max_age: 30m")}), 14);
  EXPECT_EQ(exit_of("2026-11-27T07:00:00Z", {"--policy", policy("max_age: 30m"), "--max-age", "4h"}), 14);  // the shorter one
  EXPECT_EQ(exit_of("2026-11-27T07:45:00Z", {"--policy", policy("max_age: 4h"), "--max-age", "10m"}), 14);
  EXPECT_EQ(exit_of("2026-11-27T07:45:00Z", {"--policy", policy("max_age: 4h"), "--max-age", "30m"}), 0);
}

TEST_F(GatePolicy, digest_changes_with_what_decides_and_only_then) {
  const auto digest = [&](std::vector<std::string> words) {
    words.insert(words.end(), {"--format", "json"});
    return std::string(json(check(lost_lake_, words).out)->root()["policy"]["digest"].as_string());
  };
  const std::string bare = digest({});
  EXPECT_EQ(bare.size(), 64U);
  const std::string one = digest({"--policy", policy("max_deletions: 3")});
  EXPECT_NE(one, bare);
  EXPECT_EQ(digest({"--policy", folder_.write("same-under-another-name", "schema: tidegate/policy/1\nmax_deletions: 3")}), one);
  EXPECT_NE(digest({"--policy", policy("max_deletions: 4")}), one);
  const std::string a = folder_.write("a", "schema: tidegate/waivers/1\nwaivers: []");
  const std::string b = folder_.write("b", "schema: tidegate/waivers/1\nwaivers: [] # b");
  EXPECT_EQ(digest({"--waivers", a, "--waivers", b}), digest({"--waivers", b, "--waivers", a}));
  EXPECT_EQ(digest({}), bare);
}

TEST_F(GatePolicy, many_documents_are_judged_one_by_one) {
  const std::string good = test::render(test::PlanText{});
  const std::string bad = test::render(lost_lake_);
  EXPECT_EQ(run({"check", "-"}, good + "\n" + bad).exit_code, 11);
  EXPECT_EQ(run({"check", "-", "--many"}, good + "\n" + good).exit_code, 0);
  EXPECT_EQ(run({"check", "-", "--many"}, good).exit_code, 0);
  const auto result = run({"check", "-", "--many"}, good + bad + "\n\n" + good);
  EXPECT_EQ(result.exit_code, 10);
  EXPECT_NE(result.out.find("document 1 of 3\nallowed"), std::string::npos) << result.out;
  EXPECT_NE(result.out.find("document 2 of 3\nBLOCKED"), std::string::npos);
  // The worst answer is the one that could not tell.
  EXPECT_EQ(run({"check", "-", "--many"}, bad + good.substr(0, good.size() - 1)).exit_code, 11);
  EXPECT_EQ(run({"check", "-", "--many"}, bad + "tail").exit_code, 11);
  EXPECT_EQ(run({"check", "-", "--many"}, bad + "}").exit_code, 11);
  EXPECT_EQ(run({"check", "-", "--many"}, good + "[" + good + "]").exit_code, 11);
  EXPECT_EQ(run({"check", "-", "--many"}, "").exit_code, 11);
  test::PlanText partial;
  partial.flags = R"(,"complete":false)";
  EXPECT_EQ(run({"check", "-", "--many"}, bad + test::render(partial)).exit_code, 14);
  EXPECT_EQ(run({"check", "-", "--many", "--format", "json"}, good + bad).out,
            run({"check", "-", "--format", "json"}, good).out + run({"check", "-", "--format", "json"}, bad).out);
  EXPECT_EQ(run({"check", "-", "--many", "--quiet"}, good + good).out, "");
}

TEST_F(GatePolicy, printed_waiver_lets_exactly_this_change_pass) {
  const std::string address = R"(module.m["it's"].azurerm_storage_account.z["*.a \"b\""])";
  const test::PlanText plan{.changes = {removal(address), removal("azurerm_storage_account.other")}};
  const std::string text = test::render(plan);
  const auto waive = [&](const std::string& at, const std::string& rule, const std::string& day) {
    return run({"waive", at, "--in", "-", "--rule", rule, "--owner", "data: #1", "--reason", "it's \"copied\"\n", "--expires", day, "--now", now}, text);
  };
  const auto printed = waive(address, "gate.stateful-destroy", "2026-12-24");
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  const std::string file = folder_.write("printed.yaml", printed.out);
  const auto still = run({"check", "-", "--waivers", file, "--now", now}, text);
  EXPECT_EQ(still.exit_code, 10);
  EXPECT_NE(still.out.find("waived gate.stateful-destroy   module.m"), std::string::npos) << still.out;
  EXPECT_NE(still.out.find("block  gate.stateful-destroy   azurerm_storage_account.other"), std::string::npos) << still.out;
  const std::string second = folder_.write("second.yaml", waive("azurerm_storage_account.other", "gate.stateful-destroy", "2026-12-24").out);
  EXPECT_EQ(run({"check", "-", "--waivers", file, "--waivers", second, "--now", now}, text).exit_code, 0);
  // Another plan, even with the same changes, is not meant.
  test::PlanText again = plan;
  again.terraform_version = R"("1.11.5")";
  EXPECT_EQ(run({"check", "-", "--waivers", file, "--waivers", second, "--now", now}, test::render(again)).exit_code, 10);
  // Nothing is open there.
  for (const auto& refused : {waive(address, "gate.stateful-replace", "2026-12-24"), waive(lake, "gate.stateful-destroy", "2026-12-24"),
                              waive(address, "gate.stateful-destory", "2026-12-24"), waive(address, "gate.stateful-destroy", "2027-06-01"),
                              waive(address, "gate.stateful-destroy", "2026-11-26"), waive(address, "gate.stateful-destroy", "soon"),
                              waive("**", "gate.stateful-destroy", "2026-12-24"), waive(address, "gate.plan-incomplete", "2026-12-24")}) {
    EXPECT_EQ(refused.exit_code, 64) << refused.out;
    EXPECT_EQ(refused.out, "");
    EXPECT_FALSE(refused.err.empty());
  }
  const auto waived = run({"waive", address, "--in", "-", "--rule", "gate.stateful-destroy", "--owner", "o", "--reason", "r", "--expires",
                           "2026-12-24", "--now", now, "--waivers", file}, text);
  EXPECT_EQ(waived.exit_code, 64);  // it is waived already
  const auto cut = run({"waive", address, "--in", "-", "--rule", "gate.stateful-destroy", "--owner", "o", "--reason", "r", "--expires",
                        "2026-12-24", "--now", now}, text.substr(0, 100));
  EXPECT_EQ(cut.exit_code, 11);
}

TEST_F(GatePolicy, whole_plan_can_be_waived) {
  const test::PlanText plan{.changes = {{.address = "azurerm_virtual_network.v", .type = "azurerm_virtual_network"}}};
  const auto printed = run({"waive", "plan", "--in", "-", "--rule", "gate.destroy-mode", "--owner", "o", "--reason", "r", "--expires",
                            "2026-12-24", "--now", now}, test::render(plan));
  ASSERT_EQ(printed.exit_code, 0) << printed.err;
  EXPECT_EQ(check(plan).exit_code, 10);
  EXPECT_EQ(check(plan, {"--waivers", folder_.write("w.yaml", printed.out)}).exit_code, 0);
}

TEST_F(GatePolicy, explains_a_change) {
  const test::PlanText plan{.changes = {{.address = "aws_kinesis_stream.s", .type = "aws_kinesis_stream", .actions = R"(["update"])",
                                         .before = R"({"retention_period":168,"encryption_type":"KMS"})",
                                         .after = R"({"retention_period":24,"encryption_type":"KMS"})"}}};
  const std::string text = test::render(plan);
  const std::string expired = waivers("{rule: gate.retention-shortened, address: aws_kinesis_stream.s, effect: update, reason: r, owner: o, expires: 2026-11-01}");
  const auto result = run({"explain", "aws_kinesis_stream.s", "--in", "-", "--now", now, "--waivers", expired}, text);
  EXPECT_EQ(result.exit_code, 0);
  for (const char* part : {"aws_kinesis_stream.s   update", "  gate.retention-shortened   1 finding", "retention_period (decrease)   168 -> 24   fires",
                           "nearest waiver", "it expired on 2026-11-01", "gate.stateful-destroy\n"}) {
    EXPECT_NE(result.out.find(part), std::string::npos) << part << "\n" << result.out;
  }
  const auto near = run({"explain", "aws_kinesis_stream.t", "--in", "-"}, text);
  EXPECT_EQ(near.exit_code, 64);
  EXPECT_NE(near.err.find("did you mean aws_kinesis_stream.s?"), std::string::npos);
  EXPECT_EQ(run({"explain", "a.b", "--in", "-"}, "{").exit_code, 11);
  EXPECT_EQ(run({"explain", "a.b"}, text).exit_code, 64);
  // A deposed generation is told apart, a move is found under both names.
  test::PlanText moved{.changes = {removal(lake), removal(lake)}};
  moved.changes[0].extra_entry = R"(,"deposed":"deadbeef")";
  moved.changes[1].extra_entry += R"(,"previous_address":"azurerm_storage_account.old")";
  EXPECT_NE(run({"explain", lake, "--in", "-"}, test::render(moved)).out.find("  deposed   deadbeef"), std::string::npos);
  EXPECT_NE(run({"explain", "azurerm_storage_account.old", "--in", "-"}, test::render(moved)).out.find("block  gate.stateful-destroy"), std::string::npos);
}

TEST_F(GatePolicy, catalogue_says_why_an_unknown_type_is_unsafe_and_what_can_be_recovered) {
  const auto unknown = run({"catalogue", "acme_bucket"});
  EXPECT_NE(unknown.out.find("What cannot be proved safe counts as unsafe"), std::string::npos);
  const std::string line = "stateless: [acme_bucket]";
  EXPECT_NE(unknown.out.find(line), std::string::npos);
  EXPECT_EQ(check({.changes = {removal("acme_bucket.b", "acme_bucket")}}, {"--policy", policy(line)}).exit_code, 0);
  EXPECT_NE(run({"catalogue", "azurerm_key_vault"}).out.find("recovery  soft_delete_retention_days, 7 to 90"), std::string::npos);
  EXPECT_NE(run({"catalogue", "aws_kinesis_stream"}).out.find("count it as not recoverable"), std::string::npos);
}

// --- what users of other tools complained about ---------------------------------------------------

// conftest#545: an exception for one thing let the whole file pass. terraform-compliance#384: there was no
// way to exempt one resource.
TEST_F(GatePolicy, exemption_of_one_resource_frees_nothing_else) {
  const test::PlanText plan{.changes = {removal(lake), removal("azurerm_storage_account.lake2"), removal("module.a." + lake),
                                        {.address = lake, .actions = R"(["update"])", .before = R"({"account_replication_type":"GZRS"})",
                                         .after = R"({"account_replication_type":"LRS"})"}}};
  const auto result = check(plan, {"--waivers", waivers(entry(lake)), "--format", "json"});
  EXPECT_EQ(result.exit_code, 10);
  const auto verdict = json(result.out);
  std::size_t waived = 0, open = 0;
  for (const document::Node finding : verdict->root()["findings"]) {
    const bool mine = finding["address"].as_string() == lake && finding["effect"].as_string() == "delete";
    EXPECT_EQ(finding["status"].as_string(), mine ? "waived" : "open");
    ++(mine ? waived : open);
  }
  EXPECT_EQ(waived, 1U);
  EXPECT_EQ(open, 3U);
}

// conftest#548: an exception was counted although nothing had failed.
TEST_F(GatePolicy, exemption_without_a_failure_is_not_counted_but_said) {
  const auto result = check({}, {"--waivers", waivers(entry(lake)), "--format", "json"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out.find("\"waived\""), std::string::npos);
  EXPECT_NE(result.out.find("gate.waiver-unused"), std::string::npos);
}

// checkov#2814: suppressions got lost on plans, where modules, keys and moves give objects other names.
TEST_F(GatePolicy, exemption_is_found_under_every_name_that_a_plan_uses) {
  const std::string address = R"(module.team["a.b"].module.lake[0].azurerm_storage_account.lake["raw"])";
  test::PlanText plan{.changes = {removal(address)}};
  EXPECT_EQ(check(plan, {"--waivers", waivers(entry(address))}).exit_code, 0);
  plan.changes[0].extra_entry += R"(,"previous_address":"azurerm_storage_account.lake")";
  EXPECT_EQ(check(plan, {"--waivers", waivers(entry(lake))}).exit_code, 0);
  EXPECT_EQ(check(plan, {"--waivers", waivers(entry("module.team[\"a.b\"].**", ", max: 1"))}).exit_code, 0);
}

// terrateamio/action#702: secrets showed in comments.
TEST_F(GatePolicy, no_output_holds_a_sensitive_value) {
  const test::PlanText plan{.changes = {{.address = "azurerm_storage_account.s", .actions = R"(["delete","create"])",
                                         .before = R"({"name":"hunter2","account_replication_type":"GZRS","tags":{"k":"hunter2"}})",
                                         .after = R"({"name":"hunter2x","account_replication_type":"LRS"})", .before_sensitive = R"({"name":true,"tags":true})",
                                         .after_sensitive = R"({"name":true})", .extra_change = R"(,"replace_paths":[["name"]])"},
                                        {.address = "aws_kinesis_stream.s", .type = "aws_kinesis_stream", .actions = R"(["update"])",
                                         .before = R"({"retention_period":168,"kms_key_id":"hunter2"})", .after = R"({"retention_period":"hunter2"})",
                                         .before_sensitive = R"({"kms_key_id":true})", .after_sensitive = R"({"retention_period":true})"}}};
  const std::string text = test::render(plan);
  const std::string org = policy("required_tags: [owner]\nmax_deletions: 0");
  std::size_t words = 0;
  for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
           {"check", "-", "--policy", org}, {"check", "-", "--policy", org, "--format", "json"}, {"explain", "azurerm_storage_account.s", "--in", "-"},
           {"explain", "aws_kinesis_stream.s", "--in", "-", "--policy", org},
           {"waive", "azurerm_storage_account.s", "--in", "-", "--rule", "gate.stateful-replace", "--owner", "o", "--reason", "r", "--expires", "2026-12-01", "--now", now}}) {
    const auto result = run(command, text);
    EXPECT_EQ((result.out + result.err).find("hunter2"), std::string::npos) << command[0] << "\n" << result.out;
    words += result.out.size();
  }
  EXPECT_GT(words, 2000U);
}

// --- schemas ---------------------------------------------------------------------------------------

class GatePolicySchema : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  }
};

bool reader_accepts(const std::string& yaml) {
  Diagnostics faults;
  const organisation::Days today = *organisation::parse_date("2026-11-27");
  if (yaml.find("tidegate/waivers/") != std::string::npos) organisation::parse_waivers({.file = "f", .text = yaml}, today, faults);
  else organisation::parse_policy({.file = "f", .text = yaml}, today, faults);
  return !faults.has_errors();
}

std::string as_json(const std::string& yaml) {
  const auto parsed = document::parse_yaml("f", yaml);
  return parsed ? document::render_canonical_json((*parsed)->root()) : "\"" + parsed.failure().code + "\"";
}

void expect_agreement(const std::string& schema, const std::vector<std::string>& texts, std::size_t right) {
  std::vector<std::string> documents;
  for (const std::string& text : texts) documents.push_back(as_json(text));
  const std::vector<std::string> answers = test::validate(schema, documents);
  ASSERT_EQ(answers.size(), texts.size()) << answers[0];
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    EXPECT_EQ(answers[i] == "ok", reader_accepts(texts[i])) << texts[i] << "\nschema: " << answers[i];
    accepted += answers[i] == "ok";
  }
  EXPECT_EQ(accepted, right);
}

TEST_F(GatePolicySchema, schema_and_reader_agree_on_policies) {
  std::vector<std::string> texts;
  for (const char* body :
       {"", "severity: {}", "severity: {gate.unproven: warn}", "severity: {sales.x: off}", "max_deletions: 0", "max_age: 007h",
        "tiers: {Microsoft.X/y: data, a_b: escape-hatch}", "stateless: [a_b]", "protected_addresses: ['**']", "required_tags: [owner]",
        "destroy_plans: allow", "partial_plans: warn", "service_may_waive: []", "require_artifact: true", "waivers: []",
        // wrong ones
        "severity: []", "severity:", "severity: {unproven: warn}", "severity: {gate.unproven: error}", "severity: {'a b.c': off}", "max_deletions: -1",
        "max_deletions: 1.5", "max_deletions: '1'", "max_age: 0h", "max_age: 4", "max_age: 4w", "max_age: 1h30m", "tiers: {azapi_resource: data}",
        "tiers: {'a b': data}", "tiers: {a_b: protected}", "stateless: [azapi_resource]", "stateless: ['a_*']", "stateless: {}", "stateless: [1]",
        "protected_addresses: ['']", "required_tags: owner", "destroy_plans: true", "partial_plans: block", "require_artifact: 1", "waivers: {}",
        "waivers: [a]", "service_may_waive: [all]", "more: 1", "schem: 1"}) {
    texts.push_back("schema: tidegate/policy/1\n" + std::string(body));
  }
  texts.insert(texts.end(), {"", "[]", "severity: {}", "schema: tidegate/policy/2"});
  expect_agreement("policy.schema.json", texts, 15);
}

TEST_F(GatePolicySchema, schema_and_reader_agree_on_waivers) {
  const std::string right = "rule: gate.unproven, address: a_b.c, effect: delete, reason: r, owner: o, expires: 2026-12-01";
  const auto with = [&](const std::string& old, const std::string& fresh) {
    std::string text = right;
    text.replace(text.find(old), old.size(), fresh);
    return text;
  };
  std::vector<std::string> texts;
  for (const std::string& body :
       {right, right + ", max: 3", right + ", plan: sha256:" + std::string(64, 'a'), with("delete", "none"), with("gate.unproven", "sales.x"),
        with("rule: gate.unproven, ", ""), with("address: a_b.c, ", ""), with("effect: delete, ", ""), with("reason: r, ", ""),
        with("owner: o, ", ""), with(", expires: 2026-12-01", ""), with("delete", "destroy"), with("owner: o", "owner: 7"), with("reason: r", "reason: ' '"),
        with("2026-12-01", "2026-13-01"), with("2026-12-01", "2026-1-01"), with("2026-12-01", "1.12.2026"), right + ", max: 0", right + ", max: x",
        right + ", plan: sha256:AB", right + ", until: 1", with("gate.unproven", "unproven"), with("gate.unproven", "'*'")}) {
    texts.push_back("schema: tidegate/waivers/1\nwaivers: [{" + body + "}]");
  }
  texts.insert(texts.end(), {"schema: tidegate/waivers/1\nwaivers: []", "schema: tidegate/waivers/1", "schema: tidegate/waivers/1\nwaivers:",
                             "schema: tidegate/waivers/1\nwaivers: []\nmore: 1", "schema: tidegate/waivers/2\nwaivers: []"});
  expect_agreement("waivers.schema.json", texts, 6);
}

// What a schema cannot say: which rules there are, calendars, today, patterns.
TEST_F(GatePolicySchema, reader_refuses_what_the_schemas_cannot_say) {
  const std::string head = "schema: tidegate/waivers/1\nwaivers: [{effect: delete, reason: r, owner: o, ";
  for (const std::string& text : {head + "rule: gate.unprovn, address: a.b, expires: 2026-12-01}]", head + "rule: gate.unproven, address: '**', max: 2, expires: 2026-12-01}]",
                                  head + "rule: gate.unproven, address: 'a.*', expires: 2026-12-01}]", head + "rule: gate.unproven, address: a.b, expires: 2026-02-30}]",
                                  head + "rule: gate.unproven, address: a.b, expires: 2027-12-01}]"}) {
    EXPECT_EQ(test::validate("waivers.schema.json", {as_json(text)}), std::vector<std::string>{"ok"}) << text;
    EXPECT_FALSE(reader_accepts(text)) << text;
  }
}

TEST_F(GatePolicySchema, examples_of_the_documents_are_right) {
  for (const std::string name : {"policy", "waivers"}) {
    const std::string page = *system::read_file(TIDEGATE_SOURCE_DIR "/docs/formats/" + name + ".md");
    const std::size_t begin = page.find("```yaml\n") + 8;
    const std::string example = page.substr(begin, page.find("```", begin) - begin);
    EXPECT_TRUE(reader_accepts(example)) << example;
    EXPECT_EQ(test::validate(name + ".schema.json", {as_json(example)}, true), std::vector<std::string>{"ok"});
  }
}

TEST_F(GatePolicySchema, verdicts_under_a_policy_validate) {
  const test::TemporaryFolder folder;
  const std::string policy = folder.write("p.yaml", "schema: tidegate/policy/1\nseverity: {gate.unproven: off}\nmax_deletions: 0\nwaivers:\n  - {rule: gate.stateful-destroy, "
                                                    "address: azurerm_storage_account.lake, effect: delete, reason: r, owner: o, expires: 2026-12-01}");
  const std::string broken = folder.write("b.yaml", "schema: tidegate/policy/1\nseverty: {}");
  for (const std::string& file : {policy, broken}) {
    const auto result = run({"check", "-", "--policy", file, "--format", "json", "--now", now}, test::render(test::PlanText{.changes = {removal(lake)}}));
    EXPECT_EQ(test::validate("verdict.schema.json", {result.out}, true), std::vector<std::string>{"ok"}) << result.out;
  }
}

}  // namespace
}  // namespace tidegate
