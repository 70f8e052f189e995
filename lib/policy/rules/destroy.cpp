// SPDX-License-Identifier: Apache-2.0
// Rules on what a plan deletes, replaces or forgets. Every delete and replace of a listed type falls
// under exactly one of them, chosen by tier; import-replace comes on top.
#include <algorithm>

#include "base/text.hpp"
#include "document/write.hpp"
#include "policy/causes.hpp"
#include "policy/recovery.hpp"
#include "policy/rules.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Tier;
using plan::Effect;

bool is_loss(const Subject& subject) {
  return subject.change.effect == Effect::destroy || subject.change.effect == Effect::replace;
}

bool has_own_rule(Tier tier) {
  return tier == Tier::container || tier == Tier::key || tier == Tier::guard || tier == Tier::escape_hatch;
}

std::string deletes(const Subject& subject) {
  const bool replace = subject.change.effect == Effect::replace;
  const std::string_view fresh = subject.is_protected() || subject.is_unknown_type() ? "a new, empty one" : "a new one";
  std::string text = replace ? "Replacing deletes the object and creates " + std::string(fresh) : "The object is deleted";
  if (!subject.change.deposed.empty()) {
    text = "The deposed generation " + printable(subject.change.deposed) +
           " is deleted; it may be the one that holds the data";
  }
  return subject.reason.empty() ? text + "." : text + ": " + subject.reason + ".";
}

std::string reason_text(const Subject& subject) {
  const std::string& reason = subject.change.reason;
  if (reason == "delete_because_no_resource_config") return "its block is no longer in the configuration";
  if (reason == "delete_because_no_module") return "its module is no longer in the configuration";
  if (reason == "delete_because_count_index") return "count is lower than its index";
  if (reason == "delete_because_each_key") return "its key is no longer in for_each";
  if (reason == "delete_because_wrong_repetition") return "count, for_each or neither was changed";
  if (reason == "delete_because_no_move_target") return "it was moved to an address without configuration";
  return {};
}

std::string group_of(const Subject& subject) {
  const plan::Change& change = subject.change;
  if (change.reason == "delete_because_no_module") return "module " + printable(change.module_address);
  return {};
}

void complete(Finding& finding, const Subject& subject) {
  const bool replace = subject.change.effect == Effect::replace;
  finding.cause = replace ? forced_by(subject) : reason_text(subject);
  finding.recovery = recovery_of(subject);
  finding.group = group_of(subject);
  if (!finding.fix.empty()) return;
  finding.fix = replace ? "keep the old value; or create the new object beside the old one, copy, switch, retire"
                        : subject.change.deposed.empty() ? "keep the object" : "copy what it holds before the plan is applied";
}

// The whole id as HCL, for it has to work; what may be secret is left to the reader to look up.
std::string import_id(const Value& id) {
  if (!id.node().is_string() || id.shown() == "(hidden)" || id.is_sensitive()) return "\"…\"";
  std::string text;
  document::append_json_string(text, printable(id.node().as_string()));
  for (const std::string_view opening : {"${", "%{"}) {
    for (std::size_t at = text.find(opening); at != std::string::npos; at = text.find(opening, at + 3)) {
      text.insert(at, 1, opening[0]);
    }
  }
  return text;
}

void add_loss(const Rule& rule, const Subject& subject, Report& report, Level level) {
  if (level == Level::off) return;
  complete(report.add(rule, level, subject, deletes(subject)), subject);
}

}  // namespace

void check_destroy(const Rule& rule, const Subject& subject, Report& report) {
  if (subject.change.effect != Effect::destroy || !subject.tier || has_own_rule(*subject.tier)) return;
  add_loss(rule, subject, report, level_of(rule, subject));
}

void check_replace(const Rule& rule, const Subject& subject, Report& report) {
  if (subject.change.effect != Effect::replace || !subject.tier || has_own_rule(*subject.tier)) return;
  const Level level = *subject.tier == Tier::upload && !subject.is_protected_address ? Level::note : level_of(rule, subject);
  add_loss(rule, subject, report, level);
}

void check_container(const Rule& rule, const Subject& subject, Report& report) {
  if (!is_loss(subject) || subject.tier != Tier::container) return;
  Finding& finding = report.add(rule, Level::block, subject, deletes(subject) + " Everything in it goes with it.");
  complete(finding, subject);
  if (subject.change.effect == Effect::destroy) finding.fix = "move what is in it first; or " + finding.fix;
}

void check_key(const Rule& rule, const Subject& subject, Report& report) {
  if (is_loss(subject) && subject.tier == Tier::key) {
    Finding& finding = report.add(rule, Level::block, subject, deletes(subject) + " Data that needs it becomes unreadable.");
    complete(finding, subject);
    return;
  }
  check_comparators(rule, subject, report);
}

void check_guard(const Rule& rule, const Subject& subject, Report& report) {
  if (is_loss(subject) && subject.tier == Tier::guard) {
    Finding& finding = report.add(rule, Level::block, subject,
                                  subject.change.effect == Effect::replace
                                      ? "The guard is deleted and created anew; until then nothing protects the data."
                                      : "The guard is deleted: the next plan can delete the data.");
    complete(finding, subject);
    return;
  }
  check_comparators(rule, subject, report);
}

void check_unknown_type(const Rule& rule, const Subject& subject, Report& report) {
  if (!is_loss(subject) || !subject.is_unknown_type()) return;
  Finding& finding = report.add(rule, Level::block, subject,
                                deletes(subject) + " Nobody has said whether the type " + subject.type +
                                    " holds data, so it counts as if it did.");
  complete(finding, subject);
  if (!is_type_name(subject.type)) return;
  finding.fix = "if it holds none, the organisation's policy may say so:\nstateless: [" + subject.type + "]";
  if (subject.type != subject.change.type) return;  // names of ARM types resemble none
  if (const auto nearest = catalogue::find_nearest_type(subject.change.type)) {
    finding.fix += "\na listed type of similar name is " + *nearest;
  }
}

void check_forget(const Rule& rule, const Subject& subject, Report& report) {
  if (subject.change.effect != Effect::forget) return;
  if (!subject.is_protected() && !subject.is_unknown_type()) return;
  Finding& finding = report.add(rule, Level::warn, subject,
                                "The object stays, but Terraform no longer manages or protects it.");
  finding.fix = "to take it back, put its block back and add:\nimport {\n  to = " + printable(subject.change.address) +
                "\n  id = " + import_id(subject.before.member("id")) + "\n}";
}

void check_create_forget(const Rule& rule, const Subject& subject, Report& report) {
  if (subject.change.effect != Effect::create_forget || subject.is_stateless) return;
  Finding& finding = report.add(rule, level_of(rule, subject), subject,
                                "A new, empty object takes the place of the old one, which is left behind unmanaged.");
  finding.cause = forced_by(subject);
  finding.fix = "keep the value that forces a new object, or give the old one its new address in a `moved` block; if both shall stay, "
      "publish a new major version of the contract and switch the readers first";
}

void check_import_replace(const Rule& rule, const Subject& subject, Report& report) {
  const bool lost = is_loss(subject) || subject.change.effect == Effect::create_forget;
  if (!subject.change.importing || !lost) return;
  Finding& finding = report.add(rule, Level::block, subject,
                                "An object that was never in the state is imported and replaced in one step.");
  finding.cause = forced_by(subject);
  finding.recovery = recovery_of(subject);
  finding.fix = "import it alone first, and make the configuration agree with what is there";
}

// Block, unless it is one of the two types that do nothing without a provisioner.
void check_hatch_loss(const Rule& rule, const Subject& subject, Report& report) {
  if (!is_loss(subject) || subject.tier != Tier::escape_hatch) return;
  const bool idle = (subject.change.type == "null_resource" || subject.change.type == "terraform_data") &&
                    !subject.is_protected_address;
  Finding& finding = report.add(rule, idle ? Level::warn : Level::block, subject, deletes(subject));
  complete(finding, subject);
  finding.fix = std::string(rule.instead);
  if (idle) report.settle_later(Report::Later::provisioner, subject);
}

}  // namespace tidegate::policy
