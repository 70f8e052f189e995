// SPDX-License-Identifier: Apache-2.0
// What users of other gates complained of must not happen here. Names carry the issue.
#include <gtest/gtest.h>

#include "base/text.hpp"
#include "policy/evaluate.hpp"
#include "support/plan_text.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {
namespace {

using test::ChangeText;
using test::PlanText;

Verdict judge(std::string_view text) {
  policy::Evaluator evaluator;
  plan::PlanReader reader({}, evaluator.handlers());
  reader.feed(text);
  plan::PlanFacts facts = reader.finish();
  auto findings = evaluator.finish(facts);
  return make_verdict(std::move(facts), std::move(findings), policy::rules().size(), std::string(64, 'a'));
}

Verdict judge(const PlanText& plan) { return judge(test::render(plan)); }

constexpr const char* removed = R"(,"action_reason":"delete_because_no_resource_config")";

ChangeText lost(const std::string& address, const std::string& type) {
  return {.address = address, .type = type, .before = "{}", .extra_entry = removed};
}

bool has(const Verdict& verdict, std::string_view rule, std::string_view address) {
  for (const policy::Finding& finding : verdict.findings) {
    if (finding.rule == rule && finding.address == address) return true;
  }
  return false;
}

// Exit 0 and no output on success.
TEST(Complaint, conftest_141_success_is_never_silent) {
  EXPECT_EQ(render_text(judge(PlanText{})), "allowed: " + std::to_string(policy::rules().size()) + " rules, 0 changes, 0 findings\n");
}

// An error looked like a failed rule; here words and codes differ.
TEST(Complaint, conftest_387_an_error_is_no_failure) {
  EXPECT_EQ(judge("{").word, "unreadable");
  EXPECT_EQ(to_int(judge("{").exit), 11);
  EXPECT_EQ(judge(PlanText{.changes = {lost("aws_s3_bucket.b", "aws_s3_bucket")}}).word, "blocked");
}

TEST(Complaint, conftest_870_every_error_is_shown) {
  PlanText plan{.changes = {{.actions = R"(["explode"])"}}, .flags = R"(,"complete":false,"errored":false)"};
  const std::string text = render_text(judge(plan));
  EXPECT_NE(text.find("gate.unknown-action"), std::string::npos) << text;
  EXPECT_NE(text.find("gate.plan-incomplete"), std::string::npos) << text;
}

TEST(Complaint, checkov_5587_deletes_are_seen) {
  const Verdict verdict = judge(PlanText{.changes = {lost("aws_s3_bucket.b", "aws_s3_bucket")}});
  EXPECT_EQ(verdict.exit, ExitCode::blocked);
  EXPECT_TRUE(has(verdict, "gate.stateful-destroy", "aws_s3_bucket.b"));
}

TEST(Complaint, checkov_7675_forget_is_judged_by_what_was_there) {
  const Verdict verdict = judge(PlanText{.changes = {{.address = "aws_s3_bucket.b", .type = "aws_s3_bucket", .actions = R"(["forget"])",
                                                      .before = R"({"id":"b"})", .extra_entry = removed}}});
  EXPECT_TRUE(has(verdict, "gate.stateful-forget", "aws_s3_bucket.b"));
}

TEST(Complaint, checkov_35_and_cfn_guard_167_unreadable_input_never_passes) {
  for (const char* text : {"", " ", "{", "[]", "null", "{}", R"({"resource_changes":[]})", "resource \"x\" \"y\" {}", "PK\x03\x04",
                           R"({"@level":"info"})", R"({"format_version":"1.0"})", R"({"format_version":"1.2","resource_changes":{}})"}) {
    EXPECT_EQ(judge(text).exit, ExitCode::unreadable) << text;
  }
}

TEST(Complaint, terraform_compliance_498_skipped_is_not_passed) {
  PlanText plan;
  plan.has_changes = false;
  plan.flags.clear();
  plan.prior_state = test::state_with({{"aws_s3_bucket.b", "aws_s3_bucket"}});
  EXPECT_EQ(judge(plan).exit, ExitCode::incomplete);
}

TEST(Complaint, terraform_compliance_331_a_later_violation_is_not_hidden) {
  const Verdict verdict = judge(PlanText{.changes = {lost("aws_s3_bucket.a", "aws_s3_bucket"), lost("databricks_job.j", "databricks_job"),
                                                     lost("aws_s3_bucket.z", "aws_s3_bucket")}});
  EXPECT_TRUE(has(verdict, "gate.stateful-destroy", "aws_s3_bucket.a"));
  EXPECT_TRUE(has(verdict, "gate.stateful-destroy", "databricks_job.j"));
  EXPECT_TRUE(has(verdict, "gate.stateful-destroy", "aws_s3_bucket.z"));
}

// prevent_destroy vanishes together with the block it stands in.
TEST(Complaint, terraform_17599_protection_does_not_vanish_with_its_block) {
  EXPECT_EQ(judge(PlanText{.changes = {lost("aws_dynamodb_table.t", "aws_dynamodb_table")}}).exit, ExitCode::blocked);
}

TEST(Complaint, terraform_1139_the_missing_last_snapshot_is_said) {
  ChangeText change = lost("aws_db_instance.d", "aws_db_instance");
  change.before = R"({"skip_final_snapshot":true})";
  const Verdict verdict = judge(PlanText{.changes = {change}});
  EXPECT_EQ(verdict.exit, ExitCode::blocked);
  EXPECT_EQ(verdict.findings.at(0).recovery, "no last snapshot (skip_final_snapshot)");
}

TEST(Complaint, azurerm_29266_a_database_in_a_lost_module_is_seen) {
  ChangeText change = lost("module.db.azurerm_mssql_database.d", "azurerm_mssql_database");
  change.extra_entry += R"(,"module_address":"module.db")";
  const Verdict verdict = judge(PlanText{.changes = {change}});
  EXPECT_EQ(verdict.exit, ExitCode::blocked);
  EXPECT_EQ(verdict.findings.at(0).group, "module module.db");
}

TEST(Complaint, databricks_3001_tables_replaced_by_an_upgrade_block) {
  const Verdict verdict = judge(PlanText{.changes = {{.address = "databricks_sql_table.t", .type = "databricks_sql_table",
                                                      .actions = R"(["delete","create"])", .before = "{}", .after = "{}"}}});
  EXPECT_TRUE(has(verdict, "gate.stateful-replace", "databricks_sql_table.t"));
}

TEST(Complaint, snowflake_1210_a_renamed_column_is_a_dropped_column) {
  const Verdict verdict = judge(PlanText{.changes = {{.address = "snowflake_table.t", .type = "snowflake_table", .actions = R"(["update"])",
                                                      .before = R"({"column":[{"name":"a","type":"INT"},{"name":"b","type":"INT"}]})",
                                                      .after = R"({"column":[{"name":"a","type":"INT"},{"name":"c","type":"INT"}]})"}}});
  EXPECT_EQ(verdict.exit, ExitCode::blocked);
  EXPECT_TRUE(has(verdict, "gate.element-removed", "snowflake_table.t"));
}

TEST(Complaint, terrateamio_702_no_secret_gets_into_a_comment) {
  ChangeText change{.address = "aws_db_instance.d", .type = "aws_db_instance", .actions = R"(["update"])",
                    .before = R"({"password":"hunter2","deletion_protection":true})",
                    .after = R"({"password":"hunter22","deletion_protection":false})",
                    .before_sensitive = R"({"password":true})", .after_sensitive = R"({"password":true})"};
  PlanText plan{.changes = {change}, .extra = R"(,"variables":{"password":{"value":"hunter2"}})"};
  const Verdict verdict = judge(plan);
  EXPECT_EQ(verdict.exit, ExitCode::blocked);
  EXPECT_EQ((render_text(verdict) + render_json(verdict)).find("hunter2"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::verdict
