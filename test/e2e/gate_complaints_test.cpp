// SPDX-License-Identifier: Apache-2.0
// What users of other tools that judge Terraform plans complained about must not happen here: one test for
// each complaint, named by its issue. Exemptions (conftest#545, #548, terraform-compliance#384, checkov#2814)
// and secrets in comments (terrateamio/action#702) are in gate_policy_test.cpp.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "support/plan_text.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

const std::string program = std::string(TIDEGATE_BIN_DIR) + "/deploy-gate";
const std::string removed = R"(,"action_reason":"delete_because_no_resource_config")";

system::ProcessResult run(std::vector<std::string> words, const std::string& input = {}) {
  words.insert(words.begin(), program);
  const auto result = system::run_process({.argv = words, .input = input});
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
}

system::ProcessResult check(const std::vector<test::ChangeText>& changes, std::vector<std::string> words = {}) {
  words.insert(words.begin(), {"check", "-"});
  return run(words, test::render(test::PlanText{.changes = changes}));
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

test::ChangeText removal(const std::string& address, const std::string& type, const std::string& before = R"({"name":"n"})") {
  return {.address = address, .type = type, .before = before, .extra_entry = removed};
}

class GateComplaints : public testing::Test {
 protected:
  std::string checks(const std::string& rules) {
    folder_.write("checks/a.yaml", "schema: tidegate/checks/1\n" + rules);
    return folder_.path() + "/checks";
  }
  test::TemporaryFolder folder_{};
};

// A rule with what its tests want, so that only the field in question can be wrong.
std::string rule(const std::string& type, const std::string& path, const std::string& severity = "severity") {
  return "rules:\n  - id: a.b\n    " + severity + ": block\n    match: {type: " + type + ", effect: [update]}\n    when: {path: " + path +
         ", equals: LRS}\n    message: \"{address}\"\n    tests:\n      - {expect: block, change: {after: {account_replication_type: LRS}}}\n"
         "      - {expect: pass, change: {after: {account_replication_type: GRS}}}\n";
}

// conftest#181, #298: a typing error in the name of a rule or namespace ran nothing, and nothing failed.
// conftest#952: a key that does not exist was undefined, and undefined passed.
TEST_F(GateComplaints, typing_error_is_never_a_rule_that_passes) {
  const std::string right = rule("azurerm_storage_account", "after.account_replication_type");
  EXPECT_EQ(check({}, {"--checks", checks(right)}).exit_code, 0);
  for (const auto& [wrong, hint] : std::vector<std::pair<std::string, std::string>>{
           {rule("azurerm_storage_acount", "after.account_replication_type"), "azurerm_storage_account"},
           {rule("azurerm_storage_account", "after.account_replicaton_type"), "account_replication_type"},
           {rule("azurerm_storage_account", "after.account_replication_type", "severty"), "did you mean severity?"},
           {"rule: []\n", "did you mean rules?"}}) {
    const auto result = check({}, {"--checks", checks(wrong)});
    EXPECT_EQ(result.exit_code, 13) << wrong << result.out;
    EXPECT_TRUE(has(result.out, hint)) << result.out;
  }
}

// conftest#141: success said nothing. conftest#387: an error looked like a failed policy.
// conftest#870: errors were hidden.
TEST_F(GateComplaints, success_speaks_and_errors_look_like_errors) {
  EXPECT_TRUE(has(check({}).out, "allowed: ")) << check({}).out;
  const auto blocked = check({removal("azurerm_storage_account.a", "azurerm_storage_account")});
  const auto broken = check({}, {"--checks", checks("rules: 7\n")});
  const auto unreadable = run({"check", "-"}, "{");
  EXPECT_EQ(blocked.exit_code, 10);
  EXPECT_EQ(broken.exit_code, 13);
  EXPECT_EQ(unreadable.exit_code, 11);
  EXPECT_TRUE(has(broken.out, "a.yaml:2:")) << broken.out;
  EXPECT_TRUE(has(unreadable.out, "gate.malformed-json")) << unreadable.out;
  for (const std::string format : {"text", "json", "sarif", "junit", "tap", "markdown", "github", "azure"}) {
    EXPECT_TRUE(has(run({"check", "-", "--format", format}, "{").out, "malformed")) << format;
  }
}

// checkov#5587: deletes were invisible. checkov#7675: a forgotten object was scanned as one full of nulls.
TEST_F(GateComplaints, deletes_are_seen_and_a_forgotten_object_is_judged_by_what_it_was) {
  EXPECT_TRUE(has(check({removal("aws_s3_bucket.b", "aws_s3_bucket")}).out, "gate.stateful-destroy"));
  test::ChangeText forgotten = removal("aws_s3_bucket.b", "aws_s3_bucket", R"({"bucket":"orders"})");
  forgotten.actions = R"(["forget"])";
  const auto result = check({forgotten}, {"--format", "json"});
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_TRUE(has(result.out, "gate.stateful-forget")) << result.out;
  EXPECT_FALSE(has(result.out, "gate.versioning-off")) << "nulls behind a forget are no values";
}

// checkov#35, cfn-guard#167: what could not be read was fine.
TEST_F(GateComplaints, unreadable_is_never_zero) {
  const std::string plan = test::render(test::PlanText{});
  for (const std::string& input : {std::string(), std::string("null"), std::string("[]"), std::string("{}"), std::string("not json"),
                                   plan.substr(0, plan.size() - 1), plan + plan, "x" + plan, std::string("PK\x03\x04")}) {
    EXPECT_EQ(run({"check", "-"}, input).exit_code, 11) << input.substr(0, 40);
  }
  EXPECT_EQ(run({"check", "/no/such/plan.json"}).exit_code, 64);
  EXPECT_EQ(run({"check", folder_.path()}).exit_code, 64);
}

// checkov#3754: a plan of 100 MB took forever. terraform-compliance#627: it ran out of memory.
TEST_F(GateComplaints, plan_of_a_hundred_megabytes_fits_into_little_memory) {
  const std::string file = folder_.path() + "/plan.json";
  {
    test::PlanText frame;
    frame.changes = {removal("azurerm_storage_account.last", "azurerm_storage_account")};
    const std::string text = test::render(frame);
    const std::string mark = R"("resource_changes":[)";
    const std::size_t at = text.find(mark) + mark.size();
    ASSERT_NE(at, std::string::npos + mark.size());
    std::ofstream out(file, std::ios::binary);
    out << text.substr(0, at);
    const std::string filler(3000, 'x');
    for (int i = 0; i < 32000; ++i) {
      out << test::render(test::ChangeText{.address = "azurerm_virtual_network.n" + std::to_string(i), .type = "azurerm_virtual_network",
                                           .actions = R"(["create"])", .before = "null", .after = R"({"name":")" + filler + "\"}"}) << ',';
    }
    out << text.substr(at);
  }
  ASSERT_GT(fs::file_size(file), 100'000'000U);
  const auto result = system::run_process({.argv = {"bash", "-c", std::string("ulimit -v ") + (test::is_sanitized ? "unlimited" : "300000") + R"( && exec "$0" check "$1" --format json)", program, file}});
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result->exit_code, 10) << result->err;
  EXPECT_TRUE(has(result->out, "azurerm_storage_account.last"));
  EXPECT_TRUE(has(result->out, "\"create\": 32000")) << result->out.substr(0, 2000);
}

// terraform-compliance#498: what was skipped counted as passed. terraform-compliance#331: only the first
// violation was shown.
TEST_F(GateComplaints, nothing_is_skipped_in_silence_and_every_violation_is_shown) {
  const std::string off = folder_.write("policy.yaml", "schema: tidegate/policy/1\nseverity: {gate.capacity-shrunk: off}\n");
  EXPECT_TRUE(has(check({}, {"--policy", off, "--format", "json"}).out, "gate.capacity-shrunk")) << "a rule that is off is named";
  std::vector<test::ChangeText> gone;
  for (const char* name : {"a", "b", "c", "d"}) gone.push_back(removal(std::string("aws_s3_bucket.") + name, "aws_s3_bucket"));
  const auto result = check(gone);
  for (const test::ChangeText& change : gone) EXPECT_TRUE(has(result.out, change.address)) << change.address << "\n" << result.out;
}

// cfn-guard#402: an empty file of rules passed. atlantis#1550, #6844: so did a run of zero tests, and a
// program that checks had no way to say what it did.
TEST_F(GateComplaints, nothing_to_run_is_not_success) {
  EXPECT_EQ(check({}, {"--checks", checks("")}).exit_code, 13);
  EXPECT_EQ(check({}, {"--checks", checks("rules: []\n")}).exit_code, 13);
  fs::create_directories(folder_.path() + "/empty");
  EXPECT_EQ(check({}, {"--checks", folder_.path() + "/empty"}).exit_code, 13);
  EXPECT_EQ(run({"test", folder_.path() + "/empty"}).exit_code, 13);
  for (const auto& [answer, code] : std::vector<std::pair<std::string, int>>{
           {R"({"schema":"tidegate/exec/1","evaluated":2,"findings":[]})", 0}, {R"({"schema":"tidegate/exec/1","evaluated":0,"findings":[]})", 13}, {"", 13}, {"ok", 13}}) {
    folder_.write("checks/run.sh", "#!/bin/sh\ncat >/dev/null\necho '" + answer + "'\n");
    fs::permissions(folder_.path() + "/checks/run.sh", fs::perms::owner_all);
    const std::string command = checks("exec:\n  - {id: a.b, command: [checks/run.sh]}\n");
    const auto result = check({removal("azurerm_virtual_network.n", "azurerm_virtual_network")}, {"--checks", command});
    EXPECT_EQ(result.exit_code, code) << answer << "\n" << result.out;
  }
}

// trivy#7393: a plan was not recognised by its content, because its name was another. trivy#7098: of
// several instances of one block not all counted.
TEST_F(GateComplaints, name_of_the_file_does_not_matter_and_each_instance_counts) {
  const std::string type = "aws_s3_bucket_versioning";
  const auto weakened = [&](const std::string& key) {
    return test::ChangeText{.address = type + ".bucket[\"" + key + "\"]", .type = type, .actions = R"(["update"])",
                            .before = R"({"bucket":"b","versioning_configuration":[{"status":"Enabled"}]})",
                            .after = R"({"bucket":"b","versioning_configuration":[{"status":"Suspended"}]})",
                            .extra_entry = R"(,"index":")" + key + "\""};
  };
  const std::string text = test::render(test::PlanText{.changes = {weakened("b1"), weakened("b2")}});
  for (const char* name : {"plan.json", "tf_plan", "main.tf", "values.yaml", "-x.txt"}) {
    folder_.write(name, text);
    const auto result = run({"check", folder_.path() + "/" + name, "--format", "json"});
    EXPECT_EQ(result.exit_code, 10) << name;
    for (const char* key : {R"(bucket[\"b1\"])", R"(bucket[\"b2\"])"}) EXPECT_TRUE(has(result.out, key)) << name << key;
  }
}

// terraform#17599: protection goes together with the block it stands in. terraform#22544: it is a literal,
// the same in every environment.
TEST_F(GateComplaints, protection_stands_outside_of_the_block_and_differs_by_environment) {
  EXPECT_EQ(check({removal("azurerm_mssql_database.db", "azurerm_mssql_database")}).exit_code, 10);
  const std::vector<test::ChangeText> network{removal("azurerm_virtual_network.n", "azurerm_virtual_network")};
  const std::string production = folder_.write("p.yaml", "schema: tidegate/policy/1\nprotected_addresses: [azurerm_virtual_network.n]\n");
  const std::string test = folder_.write("t.yaml", "schema: tidegate/policy/1\n");
  EXPECT_EQ(check(network, {"--policy", production}).exit_code, 10);
  EXPECT_EQ(check(network, {"--policy", test}).exit_code, 0);
}

// azurerm#29266: a database went with its module. databricks#3001: an upgrade of the provider replaced tables.
// snowflake#1210: a new name for a column dropped the old one. terraform#1139: the last snapshot was skipped.
TEST_F(GateComplaints, data_of_databases_is_kept) {
  test::ChangeText module = removal("module.db.azurerm_mssql_database.db", "azurerm_mssql_database");
  module.extra_entry = R"(,"action_reason":"delete_because_no_module","module_address":"module.db")";
  EXPECT_EQ(check({module}).exit_code, 10);

  const test::ChangeText upgrade{.address = "databricks_sql_table.t", .type = "databricks_sql_table", .actions = R"(["delete","create"])",
                                 .before = R"({"name":"t","storage_location":""})", .after = R"({"name":"t"})",
                                 .extra_change = R"(,"replace_paths":[["storage_location"]])"};
  const auto replaced = check({upgrade});
  EXPECT_EQ(replaced.exit_code, 10);
  EXPECT_TRUE(has(replaced.out, "storage_location")) << replaced.out;

  const test::ChangeText renamed{.address = "snowflake_table.t", .type = "snowflake_table", .actions = R"(["update"])",
                                 .before = R"({"name":"t","column":[{"name":"ID","type":"NUMBER"},{"name":"AMOUNT","type":"NUMBER"}]})",
                                 .after = R"({"name":"t","column":[{"name":"ID","type":"NUMBER"},{"name":"TOTAL","type":"NUMBER"}]})"};
  const auto dropped = check({renamed});
  EXPECT_EQ(dropped.exit_code, 10) << dropped.out;
  EXPECT_TRUE(has(dropped.out, "AMOUNT")) << dropped.out;

  const test::ChangeText snapshot{.address = "aws_db_instance.d", .type = "aws_db_instance", .actions = R"(["update"])",
                                  .before = R"({"identifier":"d","skip_final_snapshot":false})", .after = R"({"identifier":"d","skip_final_snapshot":true})"};
  EXPECT_EQ(check({snapshot}).exit_code, 10);
  const auto last = check({removal("aws_db_instance.d", "aws_db_instance", R"({"identifier":"d","skip_final_snapshot":true})")});
  EXPECT_EQ(last.exit_code, 10);
  EXPECT_TRUE(has(last.out, "snapshot")) << last.out;
}

}  // namespace
}  // namespace tidegate
