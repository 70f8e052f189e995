// SPDX-License-Identifier: Apache-2.0
// TAP version 13 (its readers know no later one), a line per rule: a blocking finding is not ok, a
// warning is a TODO (shown, but no failure), waived is a SKIP.
#include <algorithm>

#include "base/text.hpp"
#include "document/yaml_text.hpp"
#include "verdict/shown.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {

namespace {

using policy::Finding;
using policy::Level;

// A description ends at `#`; a text that begins with a number would be taken for one.
std::string description(std::string_view text) {
  std::string out;
  for (const char c : printable(text)) {
    if (c == '#' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

std::string quoted(std::string_view text) {
  std::string out;
  document::append_yaml_string(out, text);  // diagnostics of TAP are YAML
  return out;
}

struct Tally {
  Level worst = Level::off;
  std::size_t open = 0, waived = 0;
};

Tally tally_of(const RuleResult& rule) {
  Tally tally;
  for (const Case& test : rule.cases) {
    tally.worst = std::max(tally.worst, test.worst);
    for (const Finding* finding : test.all) ++(finding->waiver ? tally.waived : tally.open);
  }
  return tally;
}

void add_details(std::string& out, const RuleResult& rule) {
  if (rule.cases.empty()) return;
  out += "  ---\n  findings:\n";
  for (const Case& test : rule.cases) {
    for (const Finding* finding : test.all) {
      out += "    - address: " + quoted(object_of(*finding)) + "\n      severity: " + std::string(policy::to_string(finding->level)) + "\n";
      if (finding->waiver) out += "      waived: " + quoted(waiver_of(*finding)) + "\n";
      out += "      message: " + quoted(printable(finding->message)) + "\n";
      if (!finding->fix.empty()) out += "      instead: " + quoted(shown_lines(finding->fix)) + "\n";
    }
  }
  out += "  ...\n";
}

void add_rule(std::string& out, const RuleResult& rule, std::size_t number, bool judged) {
  const Tally tally = tally_of(rule);
  const bool fails = tally.worst == Level::block || tally.worst == Level::warn;
  out += (fails ? "not ok " : "ok ") + std::to_string(number) + " - " + description(rule.id);
  if (tally.open > 0) out += ": " + counted(tally.open, "finding");
  if (tally.waived > 0) out += ", " + std::to_string(tally.waived) + " waived";
  if (tally.worst == Level::warn) out += " # TODO warns only";
  else if (tally.open == 0 && tally.waived > 0) out += " # SKIP waived";
  else if (tally.open == 0 && !judged) out += " # SKIP not judged";
  out += "\n";
  add_details(out, rule);
}

}  // namespace

std::string render_tap(const Verdict& verdict, const RenderOptions&) {
  const std::vector<RuleResult> rules = by_rule(verdict);
  const std::vector<Diagnostic>& problems = verdict.facts.problems;
  std::string out = "TAP version 13\n1.." + std::to_string(rules.size() + problems.size()) + "\n";
  std::size_t number = 0;
  for (const Diagnostic& problem : problems) {
    out += "not ok " + std::to_string(++number) + " - " + description(problem.code) + "\n  ---\n  message: " +
           quoted(printable(problem.message)) + "\n  at: " + quoted(printable(to_string(problem.where))) + "\n";
    if (!problem.hint.empty()) out += "  instead: " + quoted(printable(problem.hint)) + "\n";
    out += "  ...\n";
  }
  for (const RuleResult& rule : rules) add_rule(out, rule, ++number, is_judged(verdict));
  out += "# " + verdict.word + ": " + printable(verdict.reason) + "\n";
  return without_commands(std::move(out), " #");
}

}  // namespace tidegate::verdict
