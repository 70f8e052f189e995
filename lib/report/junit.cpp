// SPDX-License-Identifier: Apache-2.0
// JUnit's XML as Jenkins and Azure Pipelines read it: a suite per code, a case per place.
#include <map>
#include <vector>

#include "base/build_server.hpp"
#include "base/text.hpp"
#include "report/report.hpp"

namespace tidegate::report {

namespace {

struct Suite {
  std::size_t tests = 0, failures = 0, skipped = 0;
  std::string body{};
};

// Errors and warnings fail, accepted findings are skipped, notes pass and say what they are.
void add_case(Suite& suite, const Finding& finding) {
  const Diagnostic& one = finding.diagnostic;
  const std::string text = xml_escaped(to_string(one.where) + ": " + printable(one.message) +
                                       (one.hint.empty() ? "" : "\n" + printable(one.hint)));
  ++suite.tests;
  suite.body += "    <testcase classname=\"" + xml_escaped(one.code) + "\" name=\"" + xml_escaped(to_string(one.where)) + "\">\n";
  if (finding.accepted) {
    ++suite.skipped;
    suite.body += "      <skipped>" + text + xml_escaped("\naccepted by " + printable(finding.accepted->owner) + " until " +
                                                         printable(finding.accepted->expires) + ": " +
                                                         printable(finding.accepted->reason)) + "</skipped>\n";
  } else if (one.severity == Severity::note) {
    suite.body += "      <system-out>" + text + "</system-out>\n";
  } else {
    ++suite.failures;
    suite.body += "      <failure type=\"" + std::string(to_string(one.severity)) + "\" message=\"" +
                  xml_escaped(printable(one.message)) + "\">" + text + "</failure>\n";
  }
  suite.body += "    </testcase>\n";
}

}  // namespace

std::string render_junit(const Report& report, const RenderOptions&) {
  std::map<std::string, Suite> suites;
  for (const Finding& finding : report.findings) add_case(suites[finding.diagnostic.code], finding);
  if (suites.empty()) {
    Suite& clean = suites["tidegate check"];
    clean.tests = 1;
    clean.body = "    <testcase classname=\"tidegate check\" name=\"no finding in " + counted(report.objects, "object") + "\"/>\n";
  }
  std::size_t tests = 0, failures = 0;
  std::string body;
  for (const auto& suite : suites) {
    tests += suite.second.tests;
    failures += suite.second.failures;
    body += "  <testsuite name=\"" + xml_escaped(suite.first) + "\" tests=\"" + std::to_string(suite.second.tests) + "\" failures=\"" +
            std::to_string(suite.second.failures) + "\" errors=\"0\" skipped=\"" + std::to_string(suite.second.skipped) + "\">\n" +
            suite.second.body + "  </testsuite>\n";
  }
  return without_commands("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tidegate check\" tests=\"" +
                              std::to_string(tests) + "\" failures=\"" + std::to_string(failures) + "\" errors=\"0\">\n" + body +
                              "</testsuites>\n", "&#35;");
}

}  // namespace tidegate::report
