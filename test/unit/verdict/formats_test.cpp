// SPDX-License-Identifier: Apache-2.0
// What each format says, and what none may say whatever a plan holds.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/xml.hpp"
#include "policy/evaluate.hpp"
#include "support/plan_text.hpp"
#include "support/verdict.hpp"
#include "verdict/shown.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {
namespace {

using policy::Finding;
using policy::Level;
using test::judge;
using test::PlanText;

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  for (std::size_t at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

// Findings as rules make them, without a plan.
Verdict with_findings(std::vector<Finding> findings) {
  plan::PlanFacts facts = judge(render(PlanText{})).facts;
  return make_verdict(std::move(facts), std::move(findings), policy::rules().size(), std::string(64, 'a'));
}

Finding finding(std::string address, Level level = Level::block) {
  return {.rule = "gate.stateful-destroy", .level = level, .address = std::move(address), .type = "aws_s3_bucket",
          .tier = "data", .effect = "delete", .message = "It goes.", .fix = "keep the object"};
}

Finding waived(Finding found) {
  found.waiver = {.owner = "team@example.org", .reason = "copied", .expires = "2026-12-01", .file = "w.yaml:3",
                  .sha256 = std::string(64, 'b')};
  return found;
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (std::size_t at = text.find(part); at != text.npos; at = text.find(part, at + part.size())) ++found;
  return found;
}

std::string rendered(std::string_view name, const Verdict& verdict) {
  return std::ranges::find(formats(), name, &Format::name)->render(verdict, {});
}

TEST(Formats, are_those_of_the_contract) {
  std::vector<std::string> names;
  for (const Format& format : formats()) names.emplace_back(format.name);
  EXPECT_EQ(names, (std::vector<std::string>{"text", "json", "sarif", "junit", "tap", "markdown", "github", "azure"}));
}

TEST(Formats, every_rule_says_what_it_looks_for) {
  std::set<std::string_view> known;
  for (const policy::Rule& rule : policy::rules()) {
    EXPECT_GT(rule.about.size(), 20U) << rule.id;
    EXPECT_FALSE(rule.about.ends_with('.')) << rule.id;
    EXPECT_TRUE(known.insert(rule.about).second) << rule.id;
  }
}

// --- what a plan may not do to a reader -------------------------------------------------------------

// One line of everything that some reader takes for more than text.
const std::string hostile = "CTRL::error::x ##vso[task.setvariable variable=a]b ##[add-mask]x a|b`c` <script>&amp; @team #12 100%0A;] "
                            "https://example.org \xE2\x80\xAE \xEF\xBB\xBF \xEF\xBF\xBF ~~~ *b* _i_ [l](u) CTRL";

Verdict hostile_verdict() {
  PlanText plan;
  plan.changes = {{.address = "azurerm_storage_account.x[\"" + hostile + "\"]", .before = R"({"name":"a"})"},
                  {.address = "aws_kinesis_stream.s[\"" + hostile + "\"]", .type = "aws_kinesis_stream", .actions = R"(["update"])",
                   .before = R"({"retention_period":168})", .after = R"({"retention_period":24})"},
                  {.address = "module.m.acme_thing.y[\"::warning::\"]", .type = "acme_thing", .actions = R"(["delete","create"])",
                   .before = R"({"name":")" + hostile + R"("})", .after = R"({"name":"n"})",
                   .extra_change = R"(,"replace_paths":[["name"]])"}};
  Verdict verdict = judge(replaced(render(plan), "CTRL", "\\u001b]0;x\\u0007\\r\\n::add-mask::y\\u0085"));
  EXPECT_EQ(verdict.findings.size(), 3U);
  Finding custom = finding("a.b");
  const std::string raw = replaced(hostile, "CTRL", "\x1B]0;x\x07\r\n::add-mask::y");
  custom.rule = "team.rule " + raw;
  custom.message = custom.cause = custom.recovery = raw;
  custom.fix = "first " + raw + "\n" + raw;
  verdict.findings.push_back(custom);
  custom = waived(custom);
  custom.address = "a.c";
  custom.waiver->owner = custom.waiver->reason = custom.waiver->file = raw;
  verdict.findings.push_back(custom);
  verdict.facts.notes.push_back(raw);
  return verdict;
}

void expect_harmless(std::string_view format, const std::string& output) {
  EXPECT_FALSE(find_invalid_utf8(output)) << format;
  EXPECT_EQ(output, replaced(output, "\r", "")) << format;
  for (const std::string_view line : split(output, '\n')) {
    EXPECT_EQ(printable(line), line) << format;
    if (format != "github") {
      EXPECT_FALSE(trim(line).starts_with("::")) << format << ": " << line;
    }
    EXPECT_EQ(line.find("##["), line.npos) << format << ": " << line;
    // Azure's own command at the beginning of a line is the only one.
    const std::size_t own = format == "azure" && line.starts_with("##vso[task.logissue type=") ? 1 : 0;
    EXPECT_EQ(count(line, "##vso["), own) << format << ": " << line;
  }
}

TEST(Canary, control_characters_and_commands_of_build_servers_reach_nobody) {
  const Verdict verdict = hostile_verdict();
  for (const Format& format : formats()) expect_harmless(format.name, format.render(verdict, {}));
  Verdict refused = verdict;
  const std::string raw = replaced(hostile, "CTRL", "\x1B]0;x\x07\r\n::add-mask::y");
  refused.facts.problems = {{.code = "gate.malformed-plan", .where = {.file = raw, .line = 3, .column = 4}, .message = raw, .hint = raw,
                             .exit = ExitCode::unreadable}};
  refused = make_verdict(refused.facts, refused.findings, refused.rules, refused.sha256);
  for (const Format& format : formats()) expect_harmless(format.name, format.render(refused, {}));
}

TEST(Canary, documents_stay_documents) {
  const Verdict verdict = hostile_verdict();
  EXPECT_TRUE(document::parse_json("v", rendered("json", verdict)).ok());
  const auto sarif = document::parse_json("v", rendered("sarif", verdict));
  ASSERT_TRUE(sarif.ok());
  // The characters are kept where the format can keep them.
  EXPECT_NE((*sarif)->root()["runs"].at(0)["results"].at(0)["message"]["text"].as_string().find("##vso[task"), std::string::npos);
  const auto junit = document::parse_xml("v", rendered("junit", verdict));
  ASSERT_TRUE(junit.ok()) << junit.failure().message;
}

TEST(Formats, give_the_same_bytes_twice) {
  for (const Format& format : formats()) {
    EXPECT_EQ(format.render(hostile_verdict(), {}), format.render(hostile_verdict(), {})) << format.name;
  }
}

// --- text -------------------------------------------------------------------------------------------

TEST(Text, groups_one_cause_and_keeps_a_warning_about_an_attribute_on_a_line) {
  std::vector<Finding> findings;
  for (const char* key : {"a", "b", "c", "d", "e"}) {
    findings.push_back(finding(std::string("azurerm_storage_container.zone[\"") + key + "\"]"));
    findings.back().group = "parent";
    findings.back().effect = "replace";
  }
  Finding stopped = finding("azurerm_data_factory_trigger_schedule.daily", Level::warn);
  stopped.rule = "gate.pipeline-stopped";
  stopped.attribute = "activated";
  stopped.before = "true";
  stopped.after = "false";
  findings.push_back(stopped);
  findings.push_back(waived(finding("azurerm_storage_account.tmp")));
  EXPECT_EQ(rendered("text", with_findings(findings)),
            R"(BLOCKED  5 objects would be replaced    plan sha256:aaaaaaaaaaaa…  0 changes

 block  gate.stateful-destroy   azurerm_storage_container.zone["a"]   replace
        It goes.
        type       aws_s3_bucket (data)
        with it    4 more replaced objects, same cause: azurerm_storage_container.zone["b"],
                   azurerm_storage_container.zone["c"], azurerm_storage_container.zone["d"], …
        instead    keep the object

 warn   gate.pipeline-stopped   azurerm_data_factory_trigger_schedule.daily   activated true -> false
 waived gate.stateful-destroy   azurerm_storage_account.tmp   delete   team@example.org, until 2026-12-01
        because    copied
        waiver     w.yaml:3

28 rules, 0 changes, 7 findings (1 waived). Exit 10.
)");
}

// --- SARIF ------------------------------------------------------------------------------------------

TEST(Sarif, maps_levels_places_fingerprints_and_waivers) {
  const Verdict verdict = with_findings({finding("a.b"), finding("a.c", Level::warn), finding("a.d", Level::note), waived(finding("a.e"))});
  const auto parsed = document::parse_json("v", rendered("sarif", verdict));
  ASSERT_TRUE(parsed.ok());
  const document::Node run = (*parsed)->root()["runs"].at(0);
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), policy::rules().size());
  const document::Node invocation = run["invocations"].at(0);
  EXPECT_TRUE(invocation["executionSuccessful"].as_boolean());
  EXPECT_EQ(invocation["exitCode"].as_integer(), 10);
  const document::Node results = run["results"];
  ASSERT_EQ(results.size(), 4U);
  const std::vector<std::string> levels{"error", "warning", "note", "error"};
  for (std::size_t i = 0; i < 4; ++i) {
    const document::Node result = results.at(i);
    EXPECT_EQ(result["level"].as_string(), levels[i]);
    EXPECT_EQ(result["partialFingerprints"]["tidegateFinding/v1"].as_string(), id_of(verdict.findings[i]));
    EXPECT_EQ(result["locations"].at(0)["logicalLocations"].at(0)["fullyQualifiedName"].as_string(), verdict.findings[i].address);
    const auto rule = static_cast<std::size_t>(result["ruleIndex"].as_integer().value_or(99));
    EXPECT_EQ(run["tool"]["driver"]["rules"].at(rule)["id"].as_string(), "gate.stateful-destroy");
    EXPECT_EQ(result["suppressions"].size(), i == 3 ? 1U : 0U);
  }
  EXPECT_EQ(results.at(3)["suppressions"].at(0)["justification"].as_string(),
            "waived by team@example.org until 2026-12-01: copied (w.yaml:3)");
}

TEST(Sarif, no_evaluation_is_a_failed_execution) {
  const auto parsed = document::parse_json("v", rendered("sarif", judge("{")));
  ASSERT_TRUE(parsed.ok());
  const document::Node invocation = (*parsed)->root()["runs"].at(0)["invocations"].at(0);
  EXPECT_FALSE(invocation["executionSuccessful"].as_boolean());
  ASSERT_EQ(invocation["toolExecutionNotifications"].size(), 1U);
  EXPECT_EQ(invocation["toolExecutionNotifications"].at(0)["level"].as_string(), "error");
}

// --- JUnit and TAP ----------------------------------------------------------------------------------

std::string attribute(const document::XmlNode& node, std::string_view name) {
  for (const auto& entry : node.attributes) {
    if (entry.first == name) return entry.second;
  }
  return "(none)";
}

// Sums of the suites; counted again, they must be those that the attributes say.
std::string junit_sums(const std::string& text) {
  const auto root = document::parse_xml("v", text);
  if (!root) return root.failure().message;
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  for (const document::XmlNode& suite : root->children) {
    std::size_t failed = 0, broken = 0, left_out = 0;
    for (const document::XmlNode& test : suite.children) {
      failed += test.find("failure") != nullptr;
      broken += test.find("error") != nullptr;
      left_out += test.find("skipped") != nullptr;
    }
    EXPECT_EQ(attribute(suite, "tests"), std::to_string(suite.children.size()));
    EXPECT_EQ(attribute(suite, "failures"), std::to_string(failed));
    EXPECT_EQ(attribute(suite, "errors"), std::to_string(broken));
    EXPECT_EQ(attribute(suite, "skipped"), std::to_string(left_out));
    tests += suite.children.size();
    failures += failed;
    errors += broken;
    skipped += left_out;
  }
  EXPECT_EQ(attribute(*root, "tests"), std::to_string(tests));
  EXPECT_EQ(attribute(*root, "failures"), std::to_string(failures));
  return std::to_string(root->children.size()) + " suites, " + std::to_string(tests) + " tests, " + std::to_string(failures) + " failed, " +
         std::to_string(errors) + " broken, " + std::to_string(skipped) + " skipped";
}

TEST(Junit, has_a_suite_per_rule_and_a_case_per_change) {
  EXPECT_EQ(junit_sums(rendered("junit", with_findings({}))), "28 suites, 28 tests, 0 failed, 0 broken, 0 skipped");
  Finding other = finding("a.b");
  other.attribute = "x";
  Finding custom = finding("a.b");
  custom.rule = "team.rule";
  EXPECT_EQ(junit_sums(rendered("junit", with_findings({finding("a.b"), other, finding("a.c", Level::warn), finding("a.d", Level::note),
                                                        waived(finding("a.e")), custom}))),
            "29 suites, 32 tests, 3 failed, 0 broken, 1 skipped");
}

TEST(Junit, without_a_verdict_no_rule_has_passed) {
  EXPECT_EQ(junit_sums(rendered("junit", judge("{"))), "1 suites, 1 tests, 0 failed, 1 broken, 0 skipped");
}

TEST(Junit, a_rule_that_is_switched_off_has_no_suite) {
  Verdict verdict = with_findings({});
  verdict.skipped = {"gate.watched-attribute"};
  EXPECT_EQ(junit_sums(rendered("junit", verdict)), "27 suites, 27 tests, 0 failed, 0 broken, 0 skipped");
}

// The lines that are results; the plan line must announce them.
std::vector<std::string> tap_lines(const std::string& text) {
  std::vector<std::string> lines;
  const auto all = split(text, '\n');
  EXPECT_EQ(all[0], "TAP version 13");
  for (const std::string_view line : all) {
    if (!line.starts_with("ok ") && !line.starts_with("not ok ")) continue;
    lines.emplace_back(line);
    EXPECT_NE(line.find("ok " + std::to_string(lines.size()) + " - "), line.npos) << line;
  }
  EXPECT_EQ(all[1], "1.." + std::to_string(lines.size()));
  return lines;
}

TEST(Tap, has_a_line_per_rule) {
  Finding warning = finding("a.c", Level::warn);
  warning.rule = "gate.stateful-forget";
  Finding skipped = waived(finding("a.d"));
  skipped.rule = "gate.key-loss";
  const auto lines = tap_lines(rendered("tap", with_findings({finding("a.b"), warning, skipped})));
  ASSERT_EQ(lines.size(), policy::rules().size());
  EXPECT_EQ(lines[0], "not ok 1 - gate.stateful-destroy: 1 finding");
  EXPECT_EQ(lines[1], "ok 2 - gate.stateful-replace");
  EXPECT_EQ(lines[3], "ok 4 - gate.key-loss, 1 waived # SKIP waived");
  EXPECT_EQ(lines[5], "not ok 6 - gate.stateful-forget: 1 finding # TODO warns only");
}

TEST(Tap, without_a_verdict_no_rule_is_ok) {
  const auto lines = tap_lines(rendered("tap", judge("{")));
  EXPECT_EQ(lines[0], "not ok 1 - gate.malformed-json");
  EXPECT_EQ(lines[1], "ok 2 - gate.stateful-destroy # SKIP not judged");
}

// --- annotations ------------------------------------------------------------------------------------

TEST(Github, escapes_data_and_properties) {
  Finding found = finding("a.b[\"50%,x:y\"]");
  found.rule = "team.rule,a:b";
  found.message = "one\ntwo";
  EXPECT_EQ(rendered("github", with_findings({found})),
            "::error title=team.rule%2Ca%3Ab::a.b[\"50%25,x:y\"]: one\\u000atwo%0Ainstead: keep the object\n"
            "::notice title=deploy-gate::blocked: 1 object would be deleted; plan sha256:" + std::string(64, 'a') + "\n");
}

TEST(Azure, escapes_data_and_properties) {
  Finding found = finding("a.b[\"50%;x\"]");
  found.rule = "team.rule;a]b";
  EXPECT_EQ(rendered("azure", with_findings({found, finding("a.c", Level::warn), finding("a.d", Level::note)})),
            "##vso[task.logissue type=error;code=team.rule%3Ba%5Db]a.b[\"50%AZP25;x\"]: It goes.%0Ainstead: keep the object\n"
            "##vso[task.logissue type=warning;code=gate.stateful-destroy]a.c: It goes.%0Ainstead: keep the object\n"
            "note: gate.stateful-destroy: a.d: It goes. instead: keep the object\n"
            "deploy-gate: blocked: 1 object would be deleted; plan sha256:" + std::string(64, 'a') + "\n");
}

TEST(Annotations, are_ten_at_most_and_say_how_many_are_not_shown) {
  std::vector<Finding> findings;
  for (int i = 0; i < 14; ++i) findings.push_back(finding("a.b" + std::to_string(i)));
  findings.push_back(waived(finding("a.c")));
  const Verdict verdict = with_findings(findings);
  const std::string github = rendered("github", verdict);
  EXPECT_EQ(count(github, "::error "), 10U);
  EXPECT_NE(github.find("; 4 more are not shown here; 1 waived; plan"), std::string::npos) << github;
  const std::string azure = rendered("azure", verdict);
  EXPECT_EQ(count(azure, "##vso[task.logissue type=error"), 10U);
  EXPECT_NE(azure.find("; 4 more are not shown here; 1 waived; plan"), std::string::npos) << azure;
}

// --- Markdown ---------------------------------------------------------------------------------------

TEST(Markdown, leaves_no_character_that_means_something) {
  Finding found = finding("a.b[\"x|y`z<b>@team #7 *s* http://h\"]");
  found.fix = "moved {\n  from = a[\"<\"]\n\n  to = b\n}";
  const std::string text = rendered("markdown", with_findings({found}));
  EXPECT_NE(text.find("<code>a.b&#91;&#34;x&#124;y&#96;z&#60;b&#62;@&#8203;team &#35;&#8203;7 &#42;s&#42; http:&#8203;&#47;/h&#34;&#93;</code> | delete |\n"),
            std::string::npos) << text;
  EXPECT_NE(text.find("<pre>moved {\n  from = a&#91;&#34;&#60;&#34;&#93;\n  to = b\n}</pre>"), std::string::npos) << text;
}

TEST(Markdown, is_cut_below_the_limit_of_a_comment_and_counts_what_is_left_out) {
  std::vector<Finding> findings;
  for (const std::size_t all : {1U, 2U, 5U, 6U, 7U, 10U, 20U, 40U, 100U, 300U, 2000U}) {
    while (findings.size() < all) {
      const std::size_t i = findings.size();
      findings.push_back(finding("a.b[\"" + std::string(i, '|') + std::to_string(i) + "\"]"));
      if (i > 30) continue;
      findings.back().cause = findings.back().recovery = std::string(5000, '<');
      findings.back().fix = std::string(i % 2 == 0 ? 500 : 20'000, '&') + "\n" + std::string(20'000, '&');
    }
    const std::string text = rendered("markdown", with_findings(findings));
    EXPECT_LT(text.size(), 65'000U) << all;
    // What is not in the table, and what has no details, is counted.
    const std::size_t rows = count(text, "| block |"), folds = count(text, "<details>");
    EXPECT_EQ(folds, count(text, "</details>")) << all;
    EXPECT_GE(folds, std::min<std::size_t>(all, 2)) << all;
    EXPECT_EQ(text.find("and " + std::to_string(all - rows) + " more, not shown in this table") != text.npos, rows < all) << all;
    EXPECT_EQ(text.find("details of " + std::to_string(all - folds) + " more, left out") != text.npos, folds < all) << all;
  }
}

TEST(Markdown, problems_are_cut_as_well) {
  Verdict verdict = with_findings({finding("a.b")});
  for (int i = 0; i < 500; ++i) {
    verdict.facts.problems.push_back({.code = "gate.unknown-action", .message = std::string(9000, '<'), .exit = ExitCode::unsupported});
  }
  const std::string text = rendered("markdown", make_verdict(verdict.facts, verdict.findings, 27, verdict.sha256));
  EXPECT_LT(text.size(), 65'000U);
  EXPECT_NE(text.find("and more problems"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::verdict
