// SPDX-License-Identifier: Apache-2.0
#include "policy/explain.hpp"

#include "base/text.hpp"
#include "policy/arm.hpp"
#include "policy/compare.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Comparison;
using catalogue::Entry;
using plan::Effect;

// The value at the end of the steps, through blocks that occur once.
std::string shown_at(Value value, const std::vector<std::string_view>& steps) {
  for (const std::string_view step : steps) {
    if (value.is_unknown()) break;
    value = value.unwrapped();
    if (value.node().is_array()) return counted(value.node().size(), "element");
    value = value.member(step);
  }
  return value.shown();
}

std::string wanted_text(const Entry& entry) {
  if (entry.comparison != Comparison::becomes)
    return std::string(catalogue::to_string(entry.comparison));
  return std::string(entry.from) + "->" + std::string(entry.to);
}

Compared compare_entry(const Entry& entry, const Value& before, const Value& after) {
  const std::vector<std::string_view> steps = catalogue::steps_of(entry.path);
  Compared out{.pattern = entry.pattern,
               .path = catalogue::shown_path(entry.path),
               .wanted = wanted_text(entry),
               .before = shown_at(before, steps),
               .after = shown_at(after, steps)};
  for (const Difference& difference : compare(entry, before, after)) {
    out.result = difference.unproven ? Compared::Result::unproven : Compared::Result::fires;
    out.path = difference.path;
    out.before = difference.before.shown();
    out.after = difference.after.shown();
    if (!difference.unproven) break;
  }
  return out;
}

// Values are compared on update, those of tier expiry also where the object begins to exist.
bool compares(const Subject& subject) {
  const Effect effect = subject.change.effect;
  if (effect == Effect::update) return true;
  return subject.tier == catalogue::Tier::expiry &&
         (effect == Effect::create || effect == Effect::replace || effect == Effect::create_forget);
}

}  // namespace

std::vector<Look> look_at(const Subject& subject, bool is_drift) {
  std::vector<Look> out;
  for (const Rule& rule : rules()) {
    const auto check = is_drift ? rule.drift : rule.change;
    if (check == nullptr) continue;
    Look look{.rule = rule.id};
    const bool is_update = subject.change.effect == Effect::update;
    const bool is_compared = !is_drift && compares(subject);
    for (const Entry& entry : is_compared ? entries_of(subject) : std::vector<Entry>()) {
      if ((rule.patterns >> static_cast<unsigned>(entry.pattern) & 1U) == 0) continue;
      if (!is_update && entry.pattern != 2 && entry.pattern != 3) continue;
      look.compared.push_back(
          compare_entry(entry, is_update ? subject.before : Value(), subject.after));
    }
    Report report;
    check(rule, subject, report);
    for (Finding& finding : report.findings()) {
      if (finding.level != Level::off) look.findings.push_back(std::move(finding));
    }
    out.push_back(std::move(look));
  }
  return out;
}

}  // namespace tidegate::policy
