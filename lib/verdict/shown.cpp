// SPDX-License-Identifier: Apache-2.0
#include "verdict/shown.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "base/text.hpp"
#include "policy/rules.hpp"

namespace tidegate::verdict {

using policy::Finding;
using policy::Level;

std::vector<Group> grouped(std::span<const Finding> findings) {
  std::vector<Group> groups;
  std::map<std::pair<Level, std::string_view>, std::size_t> known;
  for (const Finding& finding : findings) {
    if (finding.group.empty() || finding.waiver) {
      groups.push_back({.first = &finding});
      continue;
    }
    const auto added = known.emplace(std::pair(finding.level, std::string_view(finding.group)), groups.size());
    if (added.second) groups.push_back({.first = &finding});
    else groups[added.first->second].others.push_back(&finding);
  }
  return groups;
}

std::string blast_radius(const Group& group) {
  if (group.others.empty()) return {};
  std::set<std::string> objects, effects;
  for (const Finding* finding : group.others) {
    objects.insert(object_of(*finding));
    effects.insert(finding->effect);
  }
  std::string what = "finding";
  if (effects == std::set<std::string>{"replace"}) what = "replaced object";
  else if (effects == std::set<std::string>{"delete"}) what = "deleted object";
  else return std::to_string(group.others.size()) + " more " + what + (group.others.size() == 1 ? "" : "s") + ", same cause";
  return std::to_string(objects.size()) + " more " + what + (objects.size() == 1 ? "" : "s") + ", same cause";
}

std::vector<RuleResult> by_rule(const Verdict& verdict) {
  std::vector<RuleResult> results;
  std::map<std::string, std::size_t, std::less<>> places;
  for (const policy::Rule& rule : policy::rules()) {
    if (std::find(verdict.skipped.begin(), verdict.skipped.end(), rule.id) != verdict.skipped.end()) continue;
    places.emplace(rule.id, results.size());
    results.push_back({.id = std::string(rule.id)});
  }
  std::set<std::string> others;
  for (const Finding& finding : verdict.findings) {
    if (!places.contains(finding.rule)) others.insert(finding.rule);
  }
  for (const std::string& id : others) {
    places.emplace(id, results.size());
    results.push_back({.id = id});
  }
  std::map<std::pair<std::string, std::string>, std::size_t> known;
  for (const Finding& finding : verdict.findings) {
    std::vector<Case>& cases = results[places.find(finding.rule)->second].cases;
    const auto added = known.emplace(std::pair(finding.rule, finding.address + '\n' + finding.deposed), cases.size());
    if (added.second) cases.push_back({.first = &finding});
    Case& found = cases[added.first->second];
    found.all.push_back(&finding);
    if (!finding.waiver) found.worst = std::max(found.worst, finding.level);
  }
  return results;
}

bool is_judged(const Verdict& verdict) { return verdict.facts.problems.empty(); }

std::string about_rule(std::string_view id) {
  const policy::Rule* rule = policy::find_rule(id);
  return rule == nullptr ? std::string() : std::string(rule->about);
}

std::string object_of(const Finding& finding) {
  return printable(finding.address) + (finding.deposed.empty() ? "" : " (deposed " + printable(finding.deposed) + ")");
}

std::string change_of(const Finding& finding) {
  if (finding.attribute.empty()) return {};
  if (finding.before.empty() && finding.after.empty()) return printable(finding.attribute);
  return printable(finding.attribute + " " + finding.before + " -> " + finding.after);
}

std::string sentence_of(const Finding& finding) {
  std::string text = printable(finding.message);
  if (!finding.cause.empty()) text += "\nforced by: " + printable(finding.cause);
  if (!finding.recovery.empty()) text += "\nrecovery: " + printable(finding.recovery);
  std::string_view name = "\ninstead: ";
  if (finding.fix.empty()) return text;
  for (const std::string_view line : split(finding.fix, '\n')) {
    text += std::string(name) + printable(line);
    name = "\n  ";
  }
  return text;
}

std::string shown_lines(std::string_view text) {
  std::string out;
  for (const std::string_view line : split(text, '\n')) out += (out.empty() ? "" : "\n") + printable(line);
  return out;
}

std::string waiver_of(const Finding& finding) {
  if (!finding.waiver) return {};
  return printable("waived by " + finding.waiver->owner + " until " + finding.waiver->expires + ": " +
                   finding.waiver->reason + " (" + finding.waiver->file + ")");
}

}  // namespace tidegate::verdict
