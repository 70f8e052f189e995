// SPDX-License-Identifier: Apache-2.0
#include "verdict/verdict.hpp"

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "plan/fingerprint.hpp"

namespace tidegate::verdict {

namespace {

using policy::Finding;
using policy::Level;

std::string_view word_of(ExitCode exit) {
  switch (exit) {
    case ExitCode::success: return "allowed";
    case ExitCode::blocked: return "blocked";
    case ExitCode::policy_broken: return "policy-broken";
    case ExitCode::unsupported: return "unsupported";
    case ExitCode::incomplete: return "incomplete";
    default: return "unreadable";
  }
}

bool loses_object(const Finding& finding) { return finding.effect == "delete" || finding.effect == "replace"; }

// "2 objects with data would be deleted, 1 dangerous change".
std::string blocked_reason(const std::vector<Finding>& findings) {
  std::vector<std::string> deleted, replaced;
  std::size_t others = 0;
  for (const Finding& finding : findings) {
    if (finding.level != Level::block || finding.waiver) continue;
    const std::string object = finding.address + "\n" + finding.deposed;
    if (!loses_object(finding)) ++others;
    else (finding.effect == "delete" ? deleted : replaced).push_back(object);
  }
  const auto distinct = [](std::vector<std::string>& objects) {
    std::sort(objects.begin(), objects.end());
    return static_cast<std::size_t>(std::unique(objects.begin(), objects.end()) - objects.begin());
  };
  std::vector<std::string> parts;
  if (const std::size_t count = distinct(replaced); count > 0) parts.push_back(counted(count, "object") + " would be replaced");
  if (const std::size_t count = distinct(deleted); count > 0) parts.push_back(counted(count, "object") + " would be deleted");
  if (others > 0) parts.push_back(counted(others, parts.empty() ? "finding" : "other finding") + " that can lose data");
  return join(parts, ", ");
}

}  // namespace

std::size_t Verdict::count(Level level) const {
  return static_cast<std::size_t>(std::count_if(findings.begin(), findings.end(), [&](const Finding& finding) {
    return finding.level == level && !finding.waiver;
  }));
}

Verdict make_verdict(plan::PlanFacts facts, std::vector<Finding> findings, std::size_t rules, std::string sha256,
                     std::vector<Diagnostic> broken) {
  Verdict verdict{.sha256 = std::move(sha256), .rules = rules, .facts = std::move(facts), .findings = std::move(findings)};
  std::vector<Diagnostic>& problems = verdict.facts.problems;
  problems.insert(problems.begin(), std::make_move_iterator(broken.begin()), std::make_move_iterator(broken.end()));
  if (!verdict.facts.problems.empty()) {
    verdict.exit = verdict.facts.problems.front().exit;
    verdict.reason = verdict.facts.problems.front().message;
  } else if (verdict.count(Level::block) > 0) {
    verdict.exit = ExitCode::blocked;
    verdict.reason = blocked_reason(verdict.findings);
  } else {
    verdict.exit = ExitCode::success;
    verdict.reason = counted(verdict.findings.size(), "finding") + ", none blocks";
  }
  verdict.word = std::string(word_of(verdict.exit));
  return verdict;
}

std::string id_of(const Finding& finding) {
  std::string text = finding.rule;
  for (const std::string* part : {&finding.address, &finding.deposed, &finding.attribute}) {
    text += '\n';
    text += *part;
  }
  return plan::to_hex(plan::fingerprint(text));
}

}  // namespace tidegate::verdict
