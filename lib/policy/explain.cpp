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

Compared compared(const Entry& entry, const Value& before, const Value& after,
                  const std::string& prefix, const std::vector<Difference>& differences) {
  const std::vector<std::string_view> steps = catalogue::steps_of(entry.path);
  Compared out{.pattern = entry.pattern,
               .path = prefix + catalogue::shown_path(entry.path),
               .wanted = wanted_text(entry),
               .before = shown_at(before, steps),
               .after = shown_at(after, steps)};
  for (const Difference& difference : differences) {
    out.result = difference.unproven ? Compared::Result::unproven : Compared::Result::fires;
    out.path = difference.path;
    out.before = difference.before.shown();
    out.after = difference.after.shown();
    if (!difference.unproven) break;
  }
  return out;
}

// The entries of one rule, of the Terraform type and of the ARM type.
std::vector<Compared> compare_entries(const Rule& rule, const Subject& subject) {
  std::vector<Compared> out;
  const bool is_update = subject.change.effect == Effect::update;
  const Value before = is_update ? subject.before : Value();
  const auto belongs = [&](const Entry& entry) {
    const bool is_of_rule = (rule.patterns >> static_cast<unsigned>(entry.pattern) & 1U) != 0;
    return is_of_rule && (is_update || entry.pattern == 2 || entry.pattern == 3);
  };
  for (std::size_t i = 0; subject.row && i < subject.row->entry_count; ++i) {
    const Entry entry = catalogue::entry_of(*subject.row, i);
    if (!belongs(entry)) continue;
    out.push_back(compared(entry, before, subject.after, {}, compare(entry, before, subject.after)));
  }
  const ArmBody old_body(before);
  const ArmBody new_body(subject.after);
  for (const Entry& entry : arm_entries(subject)) {
    if (!belongs(entry)) continue;
    out.push_back(compared(entry, old_body.value(), new_body.value(), "body.",
                           ArmBody::compare(entry, old_body, new_body)));
  }
  return out;
}

}  // namespace

std::vector<Look> look_at(const Subject& subject, bool is_drift) {
  std::vector<Look> out;
  const bool is_compared = !is_drift && (subject.change.effect == Effect::update || creates_expiry(subject));
  for (const Rule& rule : rules()) {
    const auto check = is_drift ? rule.drift : rule.change;
    if (check == nullptr) continue;
    Look look{.rule = rule.id};
    if (is_compared) look.compared = compare_entries(rule, subject);
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
