// SPDX-License-Identifier: Apache-2.0
#include "verdict/verdict.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "plan/fingerprint.hpp"
#include "policy/evaluate.hpp"
#include "support/plan_text.hpp"
#include "support/verdict.hpp"

namespace tidegate::verdict {
namespace {

using test::judge;
using test::PlanText;

const PlanText blocked{.changes = {{.before = R"({"name":"stlake"})",
                                    .extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"},
                                   {.address = "aws_kinesis_stream.s", .type = "aws_kinesis_stream", .actions = R"(["update"])",
                                    .before = R"({"retention_period":168})", .after = R"({"retention_period":24})"}}};

TEST(Verdict, precedence_is_11_12_14_10_0) {
  EXPECT_EQ(judge(render(PlanText{})).exit, ExitCode::success);
  EXPECT_EQ(judge(render(blocked)).exit, ExitCode::blocked);
  PlanText plan = blocked;
  plan.flags = R"(,"complete":false)";
  EXPECT_EQ(judge(render(plan)).exit, ExitCode::incomplete);
  EXPECT_EQ(judge(render(plan)).findings.size(), 2U);  // listed all the same
  plan.changes.push_back({.address = "a.b", .actions = R"(["vanish"])"});
  EXPECT_EQ(judge(render(plan)).exit, ExitCode::unsupported);
  plan.changes.push_back({.address = "a.c", .actions = "[]"});
  const Verdict worst = judge(render(plan));
  EXPECT_EQ(worst.exit, ExitCode::unreadable);
  EXPECT_EQ(worst.facts.problems.size(), 3U);
  EXPECT_EQ(worst.word, "unreadable");
}

TEST(Text, success_is_one_line_with_figures) {
  EXPECT_EQ(render_text(judge(render(PlanText{}))), "allowed: 28 rules, 0 changes, 0 findings\n");
}

TEST(Text, a_blocked_plan_says_what_why_and_what_instead) {
  EXPECT_EQ(render_text(judge(render(blocked))),
            R"(BLOCKED  1 object would be deleted, 1 other finding that can lose data    plan sha256:aaaaaaaaaaaa…  2 changes

 block  gate.retention-shortened   aws_kinesis_stream.s   update
        Data or old versions are kept for a shorter time: retention_period 168 -> 24.
        type       aws_kinesis_stream (messaging)
        instead    keep the old value

 block  gate.stateful-destroy   azurerm_storage_account.lake   delete
        The object is deleted: all blobs/files/queues/tables/ADLS data.
        type       azurerm_storage_account (data)
        forced by  its block is no longer in the configuration
        recovery   no blob soft delete; none of it outlives the account, which itself can be restored for 14
                   days if its name is not used again
        instead    keep the object
                   or let it go without deleting it:
                   removed {
                     from = azurerm_storage_account.lake
                     lifecycle {
                       destroy = false
                     }
                   }

28 rules, 2 changes, 2 findings. Exit 10.
)");
}

TEST(Text, a_problem_names_code_place_and_way_out) {
  EXPECT_EQ(render_text(judge("{\"a\":\n x}")),
            R"(UNREADABLE  byte 7: not valid JSON, expected a value    plan sha256:aaaaaaaaaaaa…  0 changes

 error  gate.malformed-json   p.json:2:2
        byte 7: not valid JSON, expected a value
        instead    give the output of: terraform show -json tfplan

28 rules, 0 changes, 0 findings. Exit 11.
)");
}

TEST(Text, colour_only_on_demand) {
  EXPECT_EQ(render_text(judge(render(blocked))).find('\x1B'), std::string::npos);
  EXPECT_NE(render_text(judge(render(blocked)), {.colour = true}).find("\x1B[31mBLOCKED\x1B[0m"), std::string::npos);
}

TEST(Json, holds_verdict_input_changes_and_findings) {
  const std::string text = render_json(judge(render(blocked)));
  const auto parsed = document::parse_json("v", text);
  ASSERT_TRUE(parsed.ok());
  const document::Node root = (*parsed)->root();
  EXPECT_EQ(root["schema"].as_string(), "tidegate/verdict/1");
  EXPECT_EQ(root["verdict"].as_string(), "blocked");
  EXPECT_EQ(root["exitCode"].as_integer(), 10);
  EXPECT_EQ(root["input"]["kind"].as_string(), "plan");
  EXPECT_EQ(root["input"]["effects"].as_string().size(), 64U);
  EXPECT_EQ(root["changes"]["delete"].as_integer(), 1);
  EXPECT_EQ(root["changes"]["update"].as_integer(), 1);
  ASSERT_EQ(root["findings"].size(), 2U);
  const document::Node finding = root["findings"].at(0);
  EXPECT_EQ(finding["rule"].as_string(), "gate.retention-shortened");
  EXPECT_EQ(finding["severity"].as_string(), "block");
  EXPECT_EQ(finding["attribute"].as_string(), "retention_period");
  EXPECT_EQ(finding["before"].as_string(), "168");
  EXPECT_EQ(finding["id"].as_string(),
            plan::to_hex(plan::fingerprint("gate.retention-shortened\naws_kinesis_stream.s\n\nretention_period")));
}

TEST(Json, same_plan_same_bytes) {
  EXPECT_EQ(render_json(judge(render(blocked))), render_json(judge(render(blocked))));
}

// Sensitive values, variables and whatever looks like a secret are in no output.
TEST(Canary, never_appears_in_any_format) {
  const std::string secret = "P@ssw0rd!hunter2";
  PlanText plan;
  plan.extra = R"(,"variables":{"v":{"value":")" + secret + R"("}})";
  const std::string object = R"({"retention_period":"hunter2 168","name":"P@ssw0rd!hunter2","deletion_protection":true})";
  const std::string changed = R"({"retention_period":"hunter2 24","name":"P@ssw0rd!hunter2x","deletion_protection":false})";
  const std::string mask = R"({"retention_period":true,"name":true,"id":true})";
  for (const char* type : {"aws_kinesis_stream", "aws_db_instance", "acme_bucket", "azapi_resource", "null_resource"}) {
    for (const char* actions : {R"(["delete"])", R"(["update"])", R"(["delete","create"])", R"(["create"])", R"(["forget"])"}) {
      plan.changes.push_back({.address = std::string(type) + ".x", .type = type, .actions = actions, .before = object, .after = changed,
                              .before_sensitive = mask, .after_sensitive = mask,
                              .extra_change = R"(,"replace_paths":[["name"],["retention_period"]])"});
    }
  }
  plan.changes.push_back({.type = "aws_kinesis_stream", .actions = R"(["update"])", .before = R"({"retention_period":"hunter2"})",
                          .after = R"({"retention_period":"P@ssw0rd"})", .before_sensitive = "null", .after_sensitive = "true"});
  const Verdict verdict = judge(render(plan));
  EXPECT_GT(verdict.findings.size(), 10U);
  for (const Format& format : formats()) {
    const std::string output = format.render(verdict, {});
    EXPECT_EQ(output.find("hunter2"), std::string::npos) << format.name;
    EXPECT_EQ(output.find("ssw0rd"), std::string::npos) << format.name;
  }
}

TEST(Verdict, a_waived_finding_blocks_no_more_and_is_still_shown) {
  Verdict verdict = judge(render(blocked));
  for (policy::Finding& finding : verdict.findings) {
    finding.waiver = {.owner = "team@example.org", .reason = "copied", .expires = "2026-12-01", .file = "w.yaml:3", .sha256 = std::string(64, 'b')};
  }
  const Verdict again = make_verdict(verdict.facts, verdict.findings, verdict.rules, verdict.sha256);
  EXPECT_EQ(again.exit, ExitCode::success);
  EXPECT_EQ(again.count(policy::Level::block), 0U);
  EXPECT_NE(render_text(again).find(" waived gate.stateful-destroy   azurerm_storage_account.lake   delete   team@example.org, until 2026-12-01\n        because    copied\n"),
            std::string::npos) << render_text(again);
  EXPECT_NE(render_json(again).find(R"("status": "waived")"), std::string::npos) << render_json(again);
}

TEST(Verdict, a_broken_policy_outranks_everything) {
  PlanText plan = blocked;
  plan.changes.push_back({.address = "a.c", .actions = "[]"});
  const Verdict verdict = judge(render(plan));
  const Verdict broken = make_verdict(verdict.facts, verdict.findings, verdict.rules, verdict.sha256,
                                      {{.code = "gate.policy-invalid", .message = "no", .exit = ExitCode::policy_broken}});
  EXPECT_EQ(broken.exit, ExitCode::policy_broken);
  EXPECT_EQ(broken.word, "policy-broken");
  EXPECT_EQ(broken.findings.size(), 2U);
}

}  // namespace
}  // namespace tidegate::verdict
