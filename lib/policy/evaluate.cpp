// SPDX-License-Identifier: Apache-2.0
#include "policy/evaluate.hpp"

#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "policy/references.hpp"

namespace tidegate::policy {

namespace {

using plan::Effect;

// `azurerm_x.y.id`, `azurerm_x.y[0].id` -> azurerm_x.y. Nothing for what is no resource of this module.
std::string referred_resource(std::string_view reference) {
  const std::vector<std::string> steps = address_steps(plan::without_keys(reference));
  return steps.size() < 2 || is_reserved_root(steps[0]) ? std::string() : steps[0] + "." + steps[1];
}

// What others name a new object by, where that is known before it exists.
constexpr std::array<std::string_view, 3> own_names{"bucket", "name", "id"};

std::string module_prefix(std::string_view address, std::string_view type) {
  const std::size_t at = address.rfind(std::string(type) + ".");
  return at == std::string_view::npos ? std::string() : std::string(address.substr(0, at));
}

}  // namespace

plan::PlanHandlers Evaluator::handlers() {
  plan::PlanHandlers handlers;
  handlers.change = [this](const plan::Change& change) { take_change(change); };
  handlers.drift = [this](const plan::Change& change) { take_drift(change); };
  handlers.action = [this](const plan::ActionInvocation& action) { actions_.push_back(action); };
  handlers.check = [this](const plan::FailedCheck& check) { checks_.push_back(check); };
  handlers.configured = [this](const plan::ConfiguredResource& resource) { take_configured(resource); };
  handlers.features = [this](std::string_view key, std::string_view json) { features_.take(key, json); };
  handlers.module_call = [this](std::string_view module, std::string_view json) { causes_.take_call(module, json); };
  handlers.module_output = [this](std::string_view module, std::string_view name, std::string_view json) {
    causes_.take_output(module, name, json);
  };
  handlers.module = [this](std::string_view address) { modules_.emplace(address); };
  handlers.changes_end = [this] {
    has_changes_ = true;
    causes_.end_changes();
  };
  handlers.wants_dependencies = [this] { return !has_changes_ || !containers_.empty(); };
  handlers.state = [this](const plan::StateObject& object) { take_state(object); };
  return handlers;
}

void Evaluator::take_change(const plan::Change& change) {
  const std::string plain = plan::without_keys(change.address);
  configured_effects_.add_current(plain, change.effect == Effect::create ? Effect::create : Effect::none);
  if (change.effect == Effect::none || change.effect == Effect::read) return;
  renames_.take(change);
  if (change.reason == "delete_because_count_index" || change.reason == "delete_because_each_key" ||
      change.reason == "delete_because_wrong_repetition") {
    shifted_[plain] |= change.reason == "delete_because_count_index";
  }
  const Subject subject = make_subject(change, settings_);
  causes_.take(subject);
  if (subject.tier == catalogue::Tier::container && (change.effect == Effect::destroy || change.effect == Effect::replace)) {
    containers_.insert(plain);
  }
  if (change.effect == Effect::create && subject.is_protected()) {
    for (const std::string_view name : own_names) {
      const std::string text = subject.after.member(name).as_text();
      if (!text.empty()) created_names_[plain].insert(text);
    }
  }
  for (const Rule& rule : table_) {
    if (rule.change != nullptr) rule.change(rule, subject, report_);
  }
}

void Evaluator::take_drift(const plan::Change& change) {
  const Subject subject = make_subject(change, settings_);
  for (const Rule& rule : table_) {
    if (rule.drift != nullptr) rule.drift(rule, subject, report_);
  }
}

void Evaluator::take_configured(const plan::ConfiguredResource& resource) {
  if (resource.has_provisioner) with_provisioner_.insert(resource.address);
  causes_.take_configured(resource);
  features_.take_configured(resource);
  const auto row = catalogue::find_type(resource.type);
  if (!row || row->tier != catalogue::Tier::expiry || resource.expressions.empty()) return;
  const auto parsed = document::parse_json("configuration", std::string(resource.expressions));
  if (!parsed) return;
  const document::Node root = (*parsed)->root();
  const std::string prefix = module_prefix(resource.address, resource.type);
  std::map<std::string, std::set<std::string>>& parents = referents_[resource.address];
  for (const std::string& argument : parent_arguments(row->forcing)) {
    for (const std::string& reference : references_in(root[argument])) {
      const std::string name = referred_resource(reference);
      parents[argument].insert(name.empty() ? std::string() : prefix + name);
    }
  }
}

// True only if there is at least one parent, every parent is a resource of the same module, and this
// plan creates every instance of it. An expression can choose between a new object and one that is
// there (`coalesce`): a value that the plan knows must be a name of a new one.
bool Evaluator::refers_only_to_new(const Report::Open& finding) const {
  const auto found = referents_.find(plan::without_keys(finding.address));
  if (found == referents_.end() || found->second.empty()) return false;
  for (const auto& [argument, parents] : found->second) {
    const auto known = finding.parents.find(argument);
    bool is_named = known == finding.parents.end();
    for (const std::string& parent : parents) {
      if (parent.empty() || configured_effects_.effect_of(parent) != Effect::create) return false;
      const auto names = created_names_.find(parent);
      is_named = is_named || (names != created_names_.end() && names->second.contains(known->second));
    }
    if (!is_named) return false;
  }
  return true;
}

void Evaluator::settle(const plan::PlanFacts& facts) {
  for (const Report::Open& open : report_.open()) {
    Finding& finding = report_.findings()[open.finding];
    switch (open.later) {
      case Report::Later::provisioner:
        if (!with_provisioner_.contains(plan::without_keys(open.address))) break;
        finding.level = Level::block;
        finding.message += " The configuration gives it a provisioner.";
        break;
      case Report::Later::referents:
        if (finding.effect != "create" || !refers_only_to_new(open)) break;
        finding.level = Level::note;
        finding.message += " What it applies to is created by the same plan.";
        break;
      case Report::Later::recreated: {
        const auto effect = facts.changes.effect_of(open.address);
        const bool anew = effect == Effect::create || effect == Effect::replace;
        if (!anew && !facts.refresh_only) break;
        finding.level = Level::block;
        finding.message += anew ? " This plan creates it anew." : " Refreshing erases the trace of it.";
        break;
      }
    }
  }
}

// Dependencies are written without keys, and are complete: those of what is in it, too.
void Evaluator::take_state(const plan::StateObject& object) {
  if (object.depends_on.empty()) return;
  const auto parsed = document::parse_json("depends_on", std::string(object.depends_on));
  if (!parsed) return;
  for (const document::Node parent : (*parsed)->root()) {
    const std::string address(parent.as_string());
    if (!has_changes_ || containers_.contains(address)) ++dependents_[address];
  }
}

// One element taken out of a counted list shifts all behind it; the same for keys of for_each.
void Evaluator::group_shifts() {
  for (std::size_t i = 0; i < report_.findings().size(); ++i) {
    Finding& finding = report_.findings()[i];
    if (finding.effect != "delete" && finding.effect != "replace") continue;
    const std::string plain = plan::without_keys(report_.origins()[i].address);
    const auto shift = shifted_.find(plain);
    if (shift == shifted_.end()) continue;
    finding.group = "list " + printable(plain);
    if (finding.effect == "replace" && shift->second) {
      finding.cause += (finding.cause.empty() ? "" : "; ") + std::string("the list behind count shifts");
    }
  }
}

// The outermost module around it that nothing calls any more.
std::string Evaluator::lost_module(const std::string& module) const {
  const std::vector<std::string> steps = address_steps(module);
  std::string address;
  for (std::size_t i = 0; i + 1 < steps.size(); i += 2) {
    address += (i > 0 ? "." : "") + steps[i] + "." + steps[i + 1];
    if (!modules_.contains(plan::without_keys(address))) return address;
  }
  return {};
}

// A module that goes takes what is in it along, other modules, too. Terraform gives objects of such a
// module the reason that their own block is gone; only the configuration tells.
void Evaluator::group_modules(const plan::PlanFacts& facts) {
  std::set<std::string> gone;
  for (std::size_t i = 0; i < report_.findings().size(); ++i) {
    Finding& finding = report_.findings()[i];
    const Report::Origin& origin = report_.origins()[i];
    const bool by_block = origin.reason == "delete_because_no_resource_config";
    if (by_block && finding.effect == "delete" && facts.kind == "plan") {
      const std::string module = lost_module(origin.module);
      if (!module.empty()) {
        finding.group = "module " + printable(module);
        if (!finding.cause.empty()) finding.cause = "its module is no longer in the configuration";
      }
    }
    if (finding.group.starts_with("module ")) gone.insert(finding.group);
  }
  for (Finding& finding : report_.findings()) {
    if (!finding.group.starts_with("module ")) continue;
    const auto outer = std::find_if(gone.begin(), gone.end(), [&](const std::string& group) {
      return finding.group.starts_with(group + ".");
    });
    if (outer != gone.end()) finding.group = *outer;
  }
}

void Evaluator::add_state_counts(const plan::PlanFacts& facts) {
  for (std::size_t i = 0; i < report_.findings().size(); ++i) {
    Finding& finding = report_.findings()[i];
    if (finding.rule == "gate.container-destroy") {
      const auto inside = dependents_.find(plan::without_keys(report_.origins()[i].address));
      if (inside != dependents_.end()) {
        finding.message += " " + counted(inside->second, "object") + " of the state " +
                           (inside->second == 1 ? "depends" : "depend") + " on it.";
      }
    }
    if (finding.level != Level::block || (finding.effect != "delete" && finding.effect != "replace")) continue;
    const auto count = facts.state_types.find(finding.type);
    if (count == facts.state_types.end()) continue;
    finding.message += " 1 of " + std::to_string(count->second) + " of this type in the state.";
  }
}

std::vector<Finding> Evaluator::finish(const plan::PlanFacts& facts) {
  const PlanView view{.facts = facts, .actions = actions_, .checks = checks_};
  for (const Rule& rule : table_) {
    if (rule.plan != nullptr) rule.plan(rule, view, report_);
  }
  settle(facts);
  causes_.complete(report_);
  group_shifts();
  group_modules(facts);
  features_.complete(report_);
  add_state_counts(facts);
  renames_.complete(report_, facts.terraform_version);
  std::vector<Finding> findings = std::move(report_.findings());
  std::erase_if(findings, [](const Finding& finding) { return finding.level == Level::off; });
  sort_findings(findings);
  return findings;
}

void sort_findings(std::vector<Finding>& findings) {
  std::sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    if (a.level != b.level) return a.level > b.level;
    return std::tie(a.rule, a.address, a.deposed, a.attribute, a.message) <
           std::tie(b.rule, b.address, b.deposed, b.attribute, b.message);
  });
}

}  // namespace tidegate::policy
