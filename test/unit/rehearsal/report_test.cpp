// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/report.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "document/xml.hpp"
#include "rehearsal/engine.hpp"
#include "rehearsal/gate.hpp"

namespace tidegate::rehearsal {
namespace {

Report blocked() {
  Report report{.artifact = {"orders", "1.4.0", std::string(64, 'a')},
                .previous = ArtifactName{"orders", "1.3.2", std::string(64, 'b')},
                .engine = "terraform",
                .engine_version = "1.15.5",
                .stand_ins = {{"azure/azapi", "2.12.0"}, {"hashicorp/azurerm", "5.2.0"}}};
  report.steps = {{.phase = "new", .name = "init", .ms = 50},
                  {.phase = "new", .name = "test", .ms = 1234, .summary = "3 files, 9 assertions"},
                  {.phase = "new", .name = "plan", .summary = "3 to add"},
                  {.phase = "upgrade", .name = "plan", .summary = "1 to replace"},
                  {.phase = "upgrade",
                   .name = "gate",
                   .outcome = Outcome::blocked,
                   .exit = 10,
                   .summary = "1 object would be replaced"}};
  report.plans = {{.phase = "upgrade",
                   .counts = "1 to replace",
                   .verdict = "blocked",
                   .text = "BLOCKED  1 object\n\n block  x | <y> & `z`"}};
  report.limits = {"a_x.y: not known"};
  report.exit = ExitCode::blocked;
  return report;
}

Report failed() {
  Report report{.artifact = {"orders", "1.4.0", ""}, .exit = ExitCode::build_failed};
  report.steps = {{.phase = "new",
                   .name = "test",
                   .outcome = Outcome::failed,
                   .exit = 1,
                   .summary = "1 run failed"},
                  {.phase = "new", .name = "gate tests", .outcome = Outcome::skipped}};
  report.tests = {{.file = "tests/a.tftest.json",
                   .run = "bodies",
                   .outcome = Outcome::failed,
                   .assertions = 4,
                   .messages = {"body <differs>\nvalue \x1b[31m"}},
                  {.file = "tests/a.tftest.json", .run = "triggers", .assertions = 2}};
  return report;
}

TEST(Report, text_has_a_line_for_each_part_of_the_life) {
  EXPECT_EQ(render_text(blocked()),
            "rehearse orders 1.4.0   terraform 1.15.5, stand-ins: azapi 2.12.0, azurerm 5.2.0\n"
            "  check   init ok 0.05 s   test 3 files, 9 assertions 1.23 s\n"
            "  new     plan 3 to add 0.00 s\n"
            "  upgrade from 1.3.2   plan 1 to replace 0.00 s   gate BLOCKED 0.00 s\n"
            "\n"
            "  BLOCKED  1 object\n"
            "\n"
            "   block  x | <y> & `z`\n"
            "  limit: a_x.y: not known\n"
            "blocked (exit 10)\n");
}

TEST(Report, text_shows_what_failed) {
  const std::string text = render_text(failed());
  EXPECT_NE(text.find("test FAILED 0.00 s   gate tests skipped\n"), std::string::npos) << text;
  EXPECT_NE(text.find("tests/a.tftest.json run bodies failed, 1 message of 4 assertions\n"
                      "  body <differs>\n  value \\u001b[31m\n"),
            std::string::npos)
      << text;
  EXPECT_TRUE(text.ends_with("failed (exit 20)\n"));
}

TEST(Report, says_when_nothing_was_rehearsed) {
  Report report{.skipped = "terraform not found (PATH, --terraform); nothing was rehearsed",
                .exit = ExitCode::unsupported};
  EXPECT_EQ(render_text(report),
            "SKIPPED: terraform not found (PATH, --terraform); nothing was rehearsed\n");
  EXPECT_EQ(report.word(), "skipped");
  EXPECT_NE(render_junit(report).find("<skipped/>"), std::string::npos);
}

TEST(Report, json_and_junit_are_well_formed) {
  for (const Report& report : {blocked(), failed()}) {
    const auto json = document::parse_json("report", render_json(report));
    ASSERT_TRUE(json.ok());
    EXPECT_EQ((*json)->root()["result"].as_string(), report.word());
    EXPECT_EQ((*json)->root()["steps"].size(), report.steps.size());
    const auto xml = document::parse_xml("report", render_junit(report));
    ASSERT_TRUE(xml.ok()) << xml.failure().message;
    EXPECT_EQ(xml->attributes[2].second, report.tests.empty() ? "1" : "2");  // failures
  }
}

TEST(Report, markdown_escapes_and_fences) {
  const std::string text = render_markdown(blocked());
  EXPECT_NE(text.find("### Rehearsal of orders 1.4.0: blocked\n"), std::string::npos) << text;
  EXPECT_NE(text.find("| upgrade: gate | blocked | 1 object would be replaced | 0.00 s |"),
            std::string::npos);
  EXPECT_NE(text.find("```text\nBLOCKED  1 object\n"), std::string::npos);
  EXPECT_NE(text.find("- a\\_x.y: not known"), std::string::npos);
}

TEST(Engine, is_known_by_what_it_says) {
  const auto terraform = parse_engine("t", "Terraform v1.15.5\non linux_amd64\n");
  ASSERT_TRUE(terraform.ok());
  EXPECT_EQ(terraform->name + " " + terraform->version, "terraform 1.15.5");
  EXPECT_TRUE(check_engine(*terraform).ok());
  const auto tofu = parse_engine("t", "OpenTofu v1.7.9\n");
  ASSERT_TRUE(tofu.ok());
  EXPECT_EQ(check_engine(*tofu).failure().code, "rehearsal.terraform-too-old");
  EXPECT_EQ(check_engine(*parse_engine("t", "Terraform v1.6.6")).failure().exit,
            ExitCode::unsupported);
  EXPECT_EQ(parse_engine("t", "hello").failure().code, "rehearsal.terraform-missing");
}

TEST(Engine, failures_lose_their_frame) {
  EXPECT_EQ(said({.exit_code = 1, .out = "out", .err = "╷\n│ Error: x\n│ \n│   on a.tf\n╵\n"}),
            "Error: x\n\n  on a.tf");
  EXPECT_EQ(said({.exit_code = 1, .out = "out\n"}), "out");
}

TEST(Gate, tests_of_checks_become_cases) {
  const auto cases = parse_check_tests(
      "ok      a.b  3 of 3 tests passed\nfailed  a.c  1 of 2 tests passed\nok      a.d  a program; "
      "it "
      "runs with a plan only\n2 rules\n");
  ASSERT_EQ(cases.size(), 3U);
  EXPECT_EQ(cases[0].assertions, 3U);
  EXPECT_EQ(cases[1].outcome, Outcome::failed);
  EXPECT_EQ(cases[1].run, "a.c");
  EXPECT_EQ(cases[2].assertions, 0U);
}

TEST(Gate, made_up_plans_are_about_what_is_protected) {
  const auto contract = document::parse_json("c", R"({"addresses": ["azapi_resource.dataset_d"]})");
  const auto protect =
      document::parse_json("p", R"({"addresses": ["azurerm_storage_container.c", "azurerm_x.*"]})");
  EXPECT_EQ(protected_addresses({*contract, nullptr}, *protect),
            (std::vector<std::string>{"azapi_resource.dataset_d", "azurerm_storage_container.c"}));
  const auto plan =
      document::parse_json("plan", render_made_up_plan("azapi_resource.dataset_d", true));
  ASSERT_TRUE(plan.ok());
  const document::Node change = (*plan)->root()["resource_changes"].at(0);
  EXPECT_EQ(change["change"]["actions"].size(), 2U);
  EXPECT_EQ(change["change"]["before"]["type"].as_string(),
            "Microsoft.DataFactory/factories/datasets@2018-06-01");
}

}  // namespace
}  // namespace tidegate::rehearsal
