// SPDX-License-Identifier: Apache-2.0
// JUnit's XML as Jenkins and Azure Pipelines read it: one suite of steps, one for each test file.
#include <algorithm>
#include <cstdio>

#include "base/text.hpp"
#include "rehearsal/report.hpp"
#include "rehearsal/shown.hpp"

namespace tidegate::rehearsal {

namespace {

// Of text that is printable apart from line ends. U+FFFE and U+FFFF are no characters of XML.
std::string escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (text.substr(at).starts_with("\xEF\xBF") && at + 2 < text.size() &&
        static_cast<unsigned char>(text[at + 2]) >= 0xBEU) {
      out += static_cast<unsigned char>(text[at + 2]) == 0xBEU ? "\\ufffe" : "\\uffff";
      at += 2;
    } else if (c == '&') {
      out += "&amp;";
    } else if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '"') {
      out += "&quot;";
    } else if (c == '\n') {
      out += "&#10;";
    } else {
      out += c;
    }
  }
  return out;
}

struct Suite {
  std::string name{};
  std::size_t tests = 0, failures = 0, skipped = 0;
  std::string body{};

  void add(std::string_view test, std::int64_t ms, Outcome outcome, std::string_view message,
           std::string_view detail) {
    ++tests;
    body += "    <testcase classname=\"" + escaped(printable(name)) + "\" name=\"" +
            escaped(printable(test)) + "\"";
    if (ms > 0) {
      const std::string rest = std::to_string(1000 + ms % 1000).substr(1);
      body += " time=\"" + std::to_string(ms / 1000) + "." + rest + "\"";
    }
    switch (outcome) {
      case Outcome::passed:
        body += "/>\n";
        return;
      case Outcome::skipped:
        ++skipped;
        body += ">\n      <skipped/>\n    </testcase>\n";
        return;
      case Outcome::failed:
      case Outcome::blocked:
        break;
    }
    ++failures;
    body += ">\n      <failure type=\"" + std::string(to_string(outcome)) + "\" message=\"" +
            escaped(printable(message)) + "\">" + escaped(lines_of(detail)) +
            "</failure>\n    </testcase>\n";
  }

  std::string counts() const {
    return "tests=\"" + std::to_string(tests) + "\" failures=\"" + std::to_string(failures) +
           "\" errors=\"0\"";
  }
};

std::string first_line(std::string_view text) {
  return std::string(text.substr(0, text.find('\n')));
}

Suite steps_of(const Report& report) {
  Suite suite{.name = report.command + " " + report.artifact.name + " " + report.artifact.version};
  for (const Step& step : report.steps) {
    std::string detail = step.detail;
    for (const PlanReport& plan : report.plans) {
      if (step.outcome == Outcome::blocked && plan.phase == step.phase) detail = plan.text;
    }
    suite.add(name_of(step), step.ms, step.outcome, step.summary, detail);
  }
  if (!report.skipped.empty()) suite.add(report.skipped, 0, Outcome::skipped, "", "");
  return suite;
}

std::vector<Suite> tests_of(const Report& report) {
  std::vector<Suite> suites;
  for (const TestCase& test : report.tests) {
    auto suite = std::ranges::find(suites, test.file, &Suite::name);
    if (suite == suites.end()) suite = suites.insert(suites.end(), Suite{.name = test.file});
    const std::string all = join(test.messages, "\n\n");
    suite->add(test.run.empty() ? "file" : test.run, 0, test.outcome,
               test.messages.empty() ? "failed" : first_line(test.messages.front()), all);
  }
  return suites;
}

}  // namespace

std::string render_junit(const Report& report) {
  std::vector<Suite> suites = tests_of(report);
  suites.insert(suites.begin(), steps_of(report));
  Suite all;
  std::string body;
  for (const Suite& suite : suites) {
    all.tests += suite.tests;
    all.failures += suite.failures;
    body += "  <testsuite name=\"" + escaped(printable(suite.name)) + "\" " + suite.counts() +
            " skipped=\"" + std::to_string(suite.skipped) + "\">\n" + suite.body +
            "  </testsuite>\n";
  }
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"tidegate\" " +
         all.counts() + ">\n" + body + "</testsuites>\n";
}

}  // namespace tidegate::rehearsal
