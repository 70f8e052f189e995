// SPDX-License-Identifier: Apache-2.0
// Rules on drift, on the plan as a whole, and on secrets in any change.
#include "base/text.hpp"
#include "policy/rules.hpp"

namespace tidegate::policy {

using catalogue::Tier;
using plan::Effect;

void check_drift(const Rule& rule, const Subject& subject, Report& report) {
  if (subject.change.effect != Effect::destroy) return;
  if (!subject.is_protected() && !subject.is_unknown_type()) return;
  Finding& finding = report.add(rule, Level::warn, subject,
                                "The object was deleted behind Terraform's back. Its data is gone or on its way out; an "
                                "empty twin ends the recovery.");
  finding.effect = "drift-delete";
  finding.fix = "restore it first (soft delete, undrop, backup), then plan again";
  const bool grave = !subject.tier || *subject.tier == Tier::data || *subject.tier == Tier::container ||
                     *subject.tier == Tier::key || *subject.tier == Tier::backup;
  if (grave) report.settle_later(Report::Later::recreated, subject);
}

void check_destroy_mode(const Rule& rule, const PlanView& view, Report& report) {
  if (!view.facts.destroy_plan) return;
  const std::size_t count = view.facts.effects[static_cast<std::size_t>(Effect::destroy)];
  Finding& finding = report.add_plan(rule, Level::block, "plan",
                                     "This is a destroy plan: it deletes every object (" + std::to_string(count) + ").");
  finding.fix = "plan without -destroy; an environment that may be torn down needs destroy_plans: allow in the policy";
}

void check_checks(const Rule& rule, const PlanView& view, Report& report) {
  for (const plan::FailedCheck& check : view.checks) {
    std::string text = check.status == "error" ? "The check could not be evaluated" : "The check fails";
    for (const std::string& message : check.messages) {
      text += ": " + (looks_secret(message) ? std::string("(hidden)") : shortened(printable(message), 200));
    }
    report.add_plan(rule, Level::warn, printable(check.address), text + ".");
  }
}

namespace {

// The first unmasked text that looks like a secret, by path; the text itself is never shown.
// `path`: where it was found, put together on the way back.
bool find_secret(const Value& value, std::string& path) {
  if (value.is_sensitive()) return false;
  if (value.node().is_string()) return looks_secret(value.node().as_string());
  if (value.node().is_array()) {
    for (const Value& element : value.elements()) {
      if (find_secret(element, path)) return true;
    }
  }
  if (value.node().is_object()) {
    for (const auto& member : value.members()) {
      if (!find_secret(member.second, path)) continue;
      path = shortened(printable(member.first), 80) + (path.empty() ? "" : "." + path);
      return true;
    }
  }
  return false;
}

}  // namespace

void check_secrets(const Rule& rule, const Subject& subject, Report& report) {
  const Effect effect = subject.change.effect;
  if (effect != Effect::create && effect != Effect::update && effect != Effect::replace) return;
  std::string path;
  if (!find_secret(subject.after, path)) return;
  Finding& finding = report.add(rule, Level::warn, subject, "The value of " + path + " looks like a secret and is not marked sensitive.");
  finding.attribute = path;
  finding.fix = "mark the variable or output it comes from as sensitive, keep it in a key vault, and rotate it";
}

}  // namespace tidegate::policy
