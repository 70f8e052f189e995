// SPDX-License-Identifier: Apache-2.0
// The renderers of findings, by what they write; schemas and real readers judge them in test/e2e.
#include "report/report.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "report/pages.hpp"

namespace tidegate::report {
namespace {

Report sample() {
  Report report{.service = "orders", .commit = "unknown", .folder = "svc", .objects = 3, .exit = ExitCode::build_failed};
  report.findings.push_back({.diagnostic = {.code = "adf.limit",
                                            .severity = Severity::warning,
                                            .where = {.file = "adf/b.json", .line = 2, .column = 3},
                                            .message = "too ##vso[x] many, really: 5%"}});
  report.findings.push_back({.diagnostic = {.code = "adf.invalid-json",
                                            .severity = Severity::error,
                                            .where = {.file = "adf/a b.json", .line = 1, .column = 7, .pointer = "/x"},
                                            .message = "found <x> & \"y\"",
                                            .hint = "remove\x1b it"}});
  report.findings.push_back({.diagnostic = {.code = "adf.unused-object", .severity = Severity::note, .where = {.file = "adf/c.json"}, .message = "unused"}});
  report.findings.push_back({.diagnostic = {.code = "adf.limit", .severity = Severity::warning, .where = {.file = "adf/d.json", .line = 9}, .message = "m"},
                             .accepted = Acceptance{.reason = "known", .owner = "team", .expires = "2026-12-31"}});
  sort_findings(report.findings);
  return report;
}

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

TEST(Text, shows_what_counts_and_on_demand_the_rest) {
  EXPECT_EQ(render_text(sample()),
            "adf/a b.json:1:7: error: found <x> & \"y\" [adf.invalid-json]\n  remove\\u001b it\n"
            "adf/b.json:2:3: warning: too ##vso[x] many, really: 5% [adf.limit]\n"
            "1 error, 1 warning, 1 note, 1 accepted (--notes shows them)\n");
  Report counted = sample();
  counted.dropped_notes = 4;
  EXPECT_TRUE(has(render_text(counted), "1 error, 1 warning, 5 notes, 1 accepted (--notes shows them)\n"));
  const std::string all = render_text(sample(), {.notes = true});
  EXPECT_TRUE(has(all, "adf/c.json: note: unused [adf.unused-object]\n")) << all;
  EXPECT_TRUE(has(all, "adf/d.json:9: warning: m [adf.limit]\n  accepted by team until 2026-12-31: known\n")) << all;
  EXPECT_TRUE(all.ends_with("1 error, 1 warning, 1 note, 1 accepted\n"));
}

TEST(Json, holds_everything) {
  const auto parsed = document::parse_json("x", render_json(sample()));
  ASSERT_TRUE(parsed.ok());
  const document::Node root = (*parsed)->root();
  EXPECT_EQ(root["schema"].as_string(), "tidegate/findings/1");
  EXPECT_EQ(root["exitCode"].as_integer(), 20);
  EXPECT_EQ(root["counts"]["accepted"].as_integer(), 1);
  EXPECT_EQ(root["findings"].size(), 4U);
  EXPECT_EQ(root["findings"].at(0)["pointer"].as_string(), "/x");
  EXPECT_EQ(root["findings"].at(1)["message"].as_string(), "too ##vso[x] many, really: 5%");
  EXPECT_EQ(root["findings"].at(3)["accepted"]["reason"].as_string(), "known");
  EXPECT_FALSE(root["findings"].at(2)["line"].exists());
}

TEST(Sarif, names_places_from_the_top_of_the_repository) {
  const auto parsed = document::parse_json("x", render_sarif(sample()));
  ASSERT_TRUE(parsed.ok());
  const document::Node run = (*parsed)->root()["runs"].at(0);
  const document::Node first = run["results"].at(0);
  EXPECT_EQ(first["locations"].at(0)["physicalLocation"]["artifactLocation"]["uri"].as_string(), "svc/adf/a%20b.json");
  EXPECT_EQ(first["locations"].at(0)["physicalLocation"]["region"]["startColumn"].as_integer(), 7);
  EXPECT_EQ(run["results"].at(3)["suppressions"].at(0)["status"].as_string(), "accepted");
  EXPECT_EQ(run["tool"]["driver"]["rules"].size(), 3U);
  EXPECT_TRUE(run["tool"]["driver"]["rules"].at(0)["help"]["markdown"].as_string().starts_with("# adf.invalid-json\n"));
}

TEST(Sarif, tells_equal_findings_apart) {
  Report report = sample();
  report.findings.push_back(report.findings.front());
  const auto parsed = document::parse_json("x", render_sarif(report));
  ASSERT_TRUE(parsed.ok());
  const document::Node results = (*parsed)->root()["runs"].at(0)["results"];
  EXPECT_NE(results.at(0)["partialFingerprints"]["tidegateFinding/v1"].as_string(),
            results.at(4)["partialFingerprints"]["tidegateFinding/v1"].as_string());
}

TEST(Junit, has_a_suite_per_code) {
  const std::string text = render_junit(sample());
  EXPECT_TRUE(has(text, "<testsuites name=\"tidegate check\" tests=\"4\" failures=\"2\" errors=\"0\">")) << text;
  EXPECT_TRUE(has(text, "<testsuite name=\"adf.limit\" tests=\"2\" failures=\"1\" errors=\"0\" skipped=\"1\">")) << text;
  EXPECT_TRUE(has(text, "found &lt;x&gt; &amp; &quot;y&quot;")) << text;
  EXPECT_FALSE(has(text, "##vso[")) << text;
  EXPECT_TRUE(has(render_junit({.objects = 2}), "no finding in 2 objects"));
}

TEST(Annotations, stand_at_their_place_and_are_few) {
  const std::string github = render_github(sample());
  EXPECT_TRUE(github.starts_with("::error file=svc/adf/a b.json,line=1,col=7,title=adf.invalid-json::found")) << github;
  EXPECT_TRUE(has(github, "too # #vso[x] many, really: 5%25\n")) << github;
  EXPECT_TRUE(has(github, "::notice title=tidegate check::1 error, 1 warning, 1 note, 1 accepted\n")) << github;
  const std::string azure = render_azure(sample());
  EXPECT_TRUE(azure.starts_with("##vso[task.logissue type=error;sourcepath=svc/adf/a b.json;linenumber=1;columnnumber=7;code=adf.invalid-json]")) << azure;
  EXPECT_TRUE(has(azure, "note: adf/c.json: adf.unused-object: unused\n")) << azure;
  Report many = sample();
  for (int i = 0; i < 20; ++i) many.findings.push_back(many.findings.back());
  many.findings.resize(3);
  for (int i = 0; i < 20; ++i) many.findings.push_back(many.findings[1]);
  EXPECT_TRUE(has(render_github(many), "; 13 more are not shown here\n")) << render_github(many);
}

TEST(Formats, are_found_by_name) {
  std::string names;
  for (const Format& format : formats()) names += std::string(format.name) + " ";
  EXPECT_EQ(names, "text json sarif junit github azure ");
}

TEST(Pages, are_compiled_in) {
  ASSERT_TRUE(find_page("adf.limit").has_value());
  EXPECT_TRUE(find_page("adf.limit")->starts_with("# adf.limit\n"));
  EXPECT_FALSE(find_page("adf.unheard-of").has_value());
  EXPECT_GT(pages().size(), 150U);
  EXPECT_EQ(summary_of("adf.undefined-dependency"), "dependsOn names an activity that is not in the same list.");
  for (const Page& page : pages()) EXPECT_FALSE(summary_of(page.code).empty()) << page.code;
}

}  // namespace
}  // namespace tidegate::report
