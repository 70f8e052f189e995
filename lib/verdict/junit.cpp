// SPDX-License-Identifier: Apache-2.0
// JUnit's XML as Jenkins and Azure Pipelines read it: a suite per rule, a case per change.
#include "base/text.hpp"
#include "verdict/shown.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {

namespace {

using policy::Finding;
using policy::Level;

struct Suite {
  std::string name{};
  std::size_t tests = 0, failures = 0, errors = 0, skipped = 0;
  std::string body{};

  std::string counts() const {
    return "tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"" +
           std::to_string(errors) + "\"";
  }

  void open_case(std::string_view test) {
    ++tests;
    body += "    <testcase classname=\"" + xml_escaped(name) + "\" name=\"" + xml_escaped(test) + "\"";
  }
};

std::string render(const Suite& suite) {
  return "  <testsuite name=\"" + xml_escaped(suite.name) + "\" " + suite.counts() + " skipped=\"" +
         std::to_string(suite.skipped) + "\">\n" + suite.body + "  </testsuite>\n";
}

void add_problems(Suite& suite, const Verdict& verdict) {
  for (const Diagnostic& problem : verdict.facts.problems) {
    ++suite.errors;
    suite.open_case(problem.code);
    suite.body += ">\n      <error type=\"" + xml_escaped(problem.code) + "\" message=\"" + xml_escaped(printable(problem.message)) + "\">" +
                  xml_escaped(printable(to_string(problem.where))) + "&#10;" + xml_escaped(printable(problem.hint)) + "</error>\n    </testcase>\n";
  }
}

std::string failure(const Finding& finding) {
  return "      <failure type=\"" + std::string(policy::to_string(finding.level)) + "\" message=\"" +
         xml_escaped(printable(finding.message)) + "\">" + xml_escaped(sentence_of(finding)) + "</failure>\n";
}

// What is open fails; a case of notes alone passes, a case of waived findings alone is skipped.
void add_case(Suite& suite, const Case& test) {
  suite.open_case(object_of(*test.first));
  suite.body += ">\n";
  std::string failures, skipped, notes;
  for (const Finding* finding : test.all) {
    if (finding->waiver) skipped += waiver_of(*finding) + "\n";
    else if (finding->level >= Level::warn) failures += failure(*finding);
    else notes += sentence_of(*finding) + "\n";
  }
  if (!failures.empty()) {
    ++suite.failures;
    suite.body += failures;
  } else if (test.worst == Level::off) {
    ++suite.skipped;
    suite.body += "      <skipped>" + xml_escaped(skipped) + "</skipped>\n";
    skipped.clear();
  }
  if (!(notes + skipped).empty()) suite.body += "      <system-out>" + xml_escaped(notes + skipped) + "</system-out>\n";
  suite.body += "    </testcase>\n";
}

}  // namespace

std::string render_junit(const Verdict& verdict, const RenderOptions&) {
  std::vector<Suite> suites;
  if (!is_judged(verdict)) {
    suites.push_back({.name = "deploy-gate"});
    add_problems(suites.back(), verdict);
  }
  for (const RuleResult& rule : by_rule(verdict)) {
    // Without a verdict a rule that found nothing has not passed.
    if (rule.cases.empty() && !is_judged(verdict)) continue;
    Suite& suite = suites.emplace_back();
    suite.name = printable(rule.id);
    for (const Case& test : rule.cases) add_case(suite, test);
    if (rule.cases.empty()) {
      suite.open_case("no finding in " + counted(verdict.facts.changed(), "change"));
      suite.body += "/>\n";
    }
  }
  Suite all;
  std::string body;
  for (const Suite& suite : suites) {
    all.tests += suite.tests;
    all.failures += suite.failures;
    all.errors += suite.errors;
    body += render(suite);
  }
  return without_commands("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"deploy-gate\" " + all.counts() + ">\n" +
                              body + "</testsuites>\n", "&#35;");
}

}  // namespace tidegate::verdict
