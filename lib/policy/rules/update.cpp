// SPDX-License-Identifier: Apache-2.0
// In-place changes that lose data: the entries of the catalogue, evaluated once a rule. Run on update;
// P2 and P3 of tier expiry also on create, because there the create is the danger.
#include <set>

#include "policy/arm.hpp"
#include "policy/compare.hpp"
#include "policy/rules.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Entry;
using catalogue::Tier;
using plan::Effect;

bool has_pattern(const Rule& rule, int pattern) { return (rule.patterns >> static_cast<unsigned>(pattern) & 1U) != 0; }

const Rule* rule_of_pattern(int pattern) {
  for (const Rule& rule : rules()) {
    if (has_pattern(rule, pattern)) return &rule;
  }
  return nullptr;
}

// Entries describe bodies of azurerm attributes; those of azapi only say that the body changed, which
// is worth a word only where the type is not known to be a mere definition.
bool applies(const Entry& entry, const Subject& subject) {
  if (subject.change.type != "azapi_resource" || entry.pattern != 15) return true;
  return subject.is_protected() || subject.is_unknown_type() || subject.tier == Tier::escape_hatch;
}

std::string change_text(const Difference& difference) {
  if (!difference.element.empty()) return difference.path + " loses " + difference.element;
  return difference.path + " " + difference.before.shown() + " -> " + difference.after.shown();
}

Level level_at(const Rule& rule, const Subject& subject) {
  if (rule.id == std::string_view("gate.escape-hatch")) return Level::warn;
  // It may change any object of ARM, one with data, too.
  const bool any_object = subject.change.type == "azapi_update_resource";
  if (any_object && (rule.scale == Scale::protected_blocks || rule.scale == Scale::expiry_blocks)) return Level::block;
  return level_of(rule, subject);
}

void add_difference(const Rule& rule, const Entry& entry, const Subject& subject, const Difference& difference, Report& report) {
  std::string message(rule.says);
  if (!message.empty() && message[0] >= 'a' && message[0] <= 'z') message[0] = static_cast<char>(message[0] - 'a' + 'A');
  message += ": " + change_text(difference);
  if (!entry.note.empty()) message += " (" + std::string(entry.note) + ")";
  Finding& finding = report.add(rule, level_at(rule, subject), subject, message + ".");
  finding.attribute = difference.path;
  finding.before = difference.before.shown();
  finding.after = difference.after.shown();
}

// Calls `use` for every difference of the entries that `wanted` picks.
template <class Wanted, class Use>
void each_difference(const Subject& subject, const Value& before, Wanted wanted, Use use) {
  for (std::size_t i = 0; subject.row && i < subject.row->entry_count; ++i) {
    const Entry entry = catalogue::entry_of(*subject.row, i);
    if (!wanted(entry) || !applies(entry, subject)) continue;
    for (const Difference& difference : compare(entry, before, subject.after)) use(entry, difference);
  }
  const std::vector<Entry> of_body = arm_entries(subject);
  if (of_body.empty()) return;
  const ArmBody old_body(before);
  const ArmBody new_body(subject.after);
  for (const Entry& entry : of_body) {
    if (!wanted(entry)) continue;
    for (const Difference& difference : ArmBody::compare(entry, old_body, new_body)) use(entry, difference);
  }
}

void check_entries(const Rule& rule, const Subject& subject, const Value& before, Report& report) {
  std::set<std::string> seen;  // two entries of one path that fire together are one finding
  each_difference(
      subject, before, [&](const Entry& entry) { return has_pattern(rule, entry.pattern); },
      [&](const Entry& entry, const Difference& difference) {
        if (difference.unproven || !seen.insert(difference.path).second) return;
        add_difference(rule, entry, subject, difference, report);
      });
}

// The catalogue knows the attributes of azurerm types, not the bodies of ARM: any other body may delete more.
bool changes_expiry_body(const Subject& subject) {
  if (subject.tier != Tier::expiry || subject.change.effect != Effect::update) return false;
  if (!subject.change.type.starts_with("azapi_")) return false;
  const ArmBody after(subject.after);
  return after.value().holds_unknown() || after.value().normal_form() != ArmBody(subject.before).value().normal_form();
}

constexpr std::string_view know_earlier =
    "give the attribute a value that is known when planning, or apply what it depends on first";

}  // namespace

bool creates_expiry(const Subject& subject) {
  const Effect effect = subject.change.effect;
  return subject.tier == Tier::expiry &&
         (effect == Effect::create || effect == Effect::replace || effect == Effect::create_forget);
}

void check_comparators(const Rule& rule, const Subject& subject, Report& report) {
  if (subject.change.effect == Effect::update) check_entries(rule, subject, subject.before, report);
}

void check_expiry(const Rule& rule, const Subject& subject, Report& report) {
  if (changes_expiry_body(subject)) {
    Finding& finding = report.add(rule, level_of(rule, subject), subject, "A policy that deletes data later is changed: body.");
    finding.attribute = "body";
    return;
  }
  if (!creates_expiry(subject)) return check_comparators(rule, subject, report);
  const std::size_t first = report.findings().size();
  bool has_entries = false;
  std::set<std::string> seen;
  each_difference(
      subject, Value(), [&](const Entry& entry) { return has_pattern(rule, entry.pattern); },
      [&](const Entry& entry, const Difference& difference) {
        if (!seen.insert(difference.path).second) return;
        add_difference(rule, entry, subject, difference, report);
        report.settle_later(Report::Later::referents, subject);
      });
  for (std::size_t i = 0; subject.row && i < subject.row->entry_count; ++i) {
    has_entries = has_entries || has_pattern(rule, catalogue::entry_of(*subject.row, i).pattern);
  }
  if (report.findings().size() != first || has_entries) return;
  report.add(rule, level_of(rule, subject), subject, "A policy that deletes data later is created.");
  report.settle_later(Report::Later::referents, subject);
}

void check_unproven(const Rule& rule, const Subject& subject, Report& report) {
  std::set<std::string> seen;
  if (const auto found = deletes_others(subject); found && found->unproven) {
    Finding& finding = report.add(rule, Level::block, subject,
                                  "It cannot be shown that it deletes nothing: " + found->path +
                                      " is not in the plan; it stands for gate.escape-hatch.");
    finding.stands_for = "gate.escape-hatch";
    finding.attribute = found->path;
    finding.fix = std::string(know_earlier);
    seen.insert(found->path + finding.stands_for);
  }
  if (subject.change.effect != Effect::update) return;
  each_difference(
      subject, subject.before, [](const Entry&) { return true; },
      [&](const Entry& entry, const Difference& difference) {
        const Rule* stands_for = rule_of_pattern(entry.pattern);
        if (!difference.unproven || stands_for == nullptr || entry.pattern == 0) return;
        if (!seen.insert(difference.path + std::string(stands_for->id)).second) return;
        Finding& finding = report.add(rule, level_at(*stands_for, subject), subject,
                                      "It cannot be shown that this is harmless: " + change_text(difference) +
                                          "; it stands for " + std::string(stands_for->id) + ".");
        finding.stands_for = std::string(stands_for->id);
        finding.attribute = difference.path;
        finding.before = difference.before.shown();
        finding.after = difference.after.shown();
        finding.fix = difference.after.is_unknown() ? std::string(know_earlier) : std::string(stands_for->instead);
      });
}

}  // namespace tidegate::policy
