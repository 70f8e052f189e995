// SPDX-License-Identifier: Apache-2.0
// For a comment on a pull request: a table of steps, then what is not as it should be.
#include <algorithm>

#include "base/text.hpp"
#include "rehearsal/report.hpp"
#include "rehearsal/shown.hpp"

namespace tidegate::rehearsal {

namespace {

// In a cell of a table, and outside of code: nothing that Markdown or HTML would take for its own.
std::string cell(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      if (std::string_view("|`*_[]\\#").find(c) != std::string_view::npos) out += '\\';
      out += c;
    }
  }
  return out;
}

// A block that ends only where we end it.
std::string fenced(std::string_view text) {
  const std::string lines = lines_of(text);
  std::size_t longest = 2, run = 0;
  for (const char c : lines) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fence + "text\n" + lines + "\n" + fence + "\n";
}

}  // namespace

std::string render_markdown(const Report& report) {
  if (!report.skipped.empty()) return "**Rehearsal skipped**: " + cell(report.skipped) + "\n";
  std::string out = "### " + std::string(report.command == "test" ? "Tests of " : "Rehearsal of ") +
                    cell(report.artifact.name) + " " + cell(report.artifact.version) + ": " +
                    std::string(report.word()) + "\n\n";
  if (report.previous) out += "Upgrade from " + cell(report.previous->version) + ". ";
  out += cell(report.engine) + " " + cell(report.engine_version) +
         ", stand-ins: " + cell(stand_ins_of(report)) +
         "\n\n| step | outcome | | time |\n|---|---|---|---|\n";
  for (const Step& step : report.steps) {
    out += "| " + cell(name_of(step)) + " | " + std::string(to_string(step.outcome)) + " | " +
           cell(step.summary) + " | " + seconds(step.ms) + " |\n";
  }
  for (const Step& step : report.steps) {
    if (step.detail.empty() || step.outcome != Outcome::failed) continue;
    out += "\n**" + cell(name_of(step)) + "**\n\n" + fenced(step.detail);
  }
  for (const TestCase& test : report.tests) {
    if (test.outcome != Outcome::failed) continue;
    out += "\n**" + cell(test.file) + " " + cell(test.run) + "**\n\n" +
           fenced(join(test.messages, "\n\n"));
  }
  for (const PlanReport& plan : report.plans) {
    if (!plan.verdict.empty() && plan.verdict != "allowed") out += "\n" + fenced(plan.text);
  }
  if (!report.limits.empty()) out += "\nLimits of this rehearsal:\n\n";
  for (const std::string& limit : report.limits) out += "- " + cell(limit) + "\n";
  return out;
}

}  // namespace tidegate::rehearsal
