// SPDX-License-Identifier: Apache-2.0
// For people: a line for each part of the life, then whatever is not as it should be.
#include <algorithm>

#include "base/text.hpp"
#include "rehearsal/report.hpp"
#include "rehearsal/shown.hpp"

namespace tidegate::rehearsal {

namespace {

// Steps that share a line.
std::string_view part_of(const Step& step) {
  if (step.phase == "upgrade") return "upgrade";
  const bool check = step.name == "extract" || step.name == "stand-ins" || step.name == "init" ||
                     step.name == "validate" || step.name == "test" || step.name == "gate tests";
  return check ? "check" : "new";
}

std::string item(const Step& step) {
  std::string out = step.name + " ";
  switch (step.outcome) {
    case Outcome::passed:
      out += step.summary.empty() ? "ok" : printable(step.summary);
      break;
    case Outcome::failed:
      out += "FAILED";
      break;
    case Outcome::blocked:
      out += "BLOCKED";
      break;
    case Outcome::skipped:
      out += "skipped";
      break;
  }
  return out;
}

void add_steps(const Report& report, std::string& out) {
  // Where lines break must not depend on how long something took.
  constexpr std::size_t width = 110, usual_time = 7;
  std::size_t places = 0;
  std::string_view part;
  std::string line;
  const auto flush = [&] {
    if (!line.empty()) out += line + "\n";
    line.clear();
  };
  for (const Step& step : report.steps) {
    const std::string text = item(step);
    const std::string time = step.outcome == Outcome::skipped ? "" : " " + seconds(step.ms);
    if (part_of(step) != part || places + text.size() > width) {
      flush();
      const bool first = part_of(step) != part;
      part = part_of(step);
      line = first && part == "upgrade" && report.previous
                 ? "  upgrade from " + printable(report.previous->version)
                 : "  " + std::string(first ? part : "");
      line.resize(std::max<std::size_t>(line.size(), 9), ' ');
      places = line.size();
    }
    const std::string gap = line.back() == ' ' ? " " : "   ";
    line += gap + text + time;
    places += gap.size() + text.size() + usual_time;
  }
  flush();
}

void add_failures(const Report& report, std::string& out) {
  for (const Step& step : report.steps) {
    if (step.outcome != Outcome::failed) continue;
    // A diagnostic repeats the sentence, with its place and what to do.
    const bool is_repeated = step.detail.find(step.summary) != std::string::npos;
    out += "\n" + name_of(step) + " failed" + (is_repeated ? "" : ": " + printable(step.summary)) + "\n";
    if (!step.detail.empty()) out += indented(step.detail) + "\n";
  }
  for (const TestCase& test : report.tests) {
    if (test.outcome != Outcome::failed) continue;
    out += "\n" + printable(test.file) + (test.run.empty() ? "" : " run " + printable(test.run)) +
           " failed, " + counted(test.messages.size(), "message") + " of " +
           counted(test.assertions, "assertion") + "\n";
    for (const std::string& message : test.messages) out += indented(message) + "\n";
  }
}

void add_plans(const Report& report, std::string& out) {
  for (const PlanReport& plan : report.plans) {
    if (plan.verdict.empty() || plan.verdict == "allowed") continue;
    out += "\n" + indented(plan.text) + "\n";
  }
}

}  // namespace

std::string render_text(const Report& report) {
  if (!report.skipped.empty()) return "SKIPPED: " + report.skipped + "\n";
  std::string out = report.command + " " + printable(report.artifact.name) + " " +
                    printable(report.artifact.version);
  if (!report.engine.empty()) {
    out += "   " + report.engine + " " + report.engine_version;
    if (!report.stand_ins.empty()) out += ", stand-ins: " + stand_ins_of(report);
  }
  out += "\n";
  add_steps(report, out);
  add_failures(report, out);
  add_plans(report, out);
  for (const std::string& limit : report.limits) out += "  limit: " + printable(limit) + "\n";
  if (!report.kept.empty()) out += "  kept in " + printable(report.kept) + "\n";
  out += std::string(report.word());
  if (report.exit != ExitCode::success) {
    out += " (exit " + std::to_string(to_int(report.exit)) + ")";
  }
  return out + "\n";
}

}  // namespace tidegate::rehearsal
