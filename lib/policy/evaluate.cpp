// SPDX-License-Identifier: Apache-2.0
#include "policy/evaluate.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "document/parse.hpp"

namespace tidegate::policy {

namespace {

using plan::Effect;

// All references in the expressions of a resource; only in `wanted` arguments, if any are named.
void collect_references(const document::Node& node, std::vector<std::string>& out) {
  if (node.is_array()) {
    for (const document::Node child : node) collect_references(child, out);
  }
  if (!node.is_object()) return;
  for (const document::Node child : node) {
    if (child.key() != "references") {
      collect_references(child, out);
      continue;
    }
    for (const document::Node reference : child) out.emplace_back(reference.as_string());
  }
}

// `azurerm_x.y.id`, `azurerm_x.y[0].id` -> azurerm_x.y. Nothing for what is no resource of this module.
std::string referred_resource(std::string_view reference) {
  for (const char* other : {"var.", "local.", "module.", "data.", "each.", "count.", "path.", "terraform.", "self."}) {
    if (reference.starts_with(other)) return {};
  }
  const std::string plain = plan::without_keys(reference);
  const std::vector<std::string_view> steps = split(plain, '.');
  return steps.size() < 2 ? std::string() : std::string(steps[0]) + "." + std::string(steps[1]);
}

// What the object belongs to: the argument that names its parent forces a replacement.
std::vector<std::string> parent_arguments(std::string_view forcing) {
  std::vector<std::string> out;
  if (forcing == "-" || forcing == "*") return out;
  for (std::string_view word : split(forcing, ',')) {
    if (word.ends_with('?')) word.remove_suffix(1);
    if (!word.empty() && word != "name") out.emplace_back(word);
  }
  return out;
}

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
  return handlers;
}

void Evaluator::take_change(const plan::Change& change) {
  const std::string plain = plan::without_keys(change.address);
  configured_effects_.add_current(plain, change.effect == Effect::create ? Effect::create : Effect::none);
  if (change.effect == Effect::none || change.effect == Effect::read) return;
  renames_.take(change);
  if (change.reason == "delete_because_count_index") shifted_.insert(plain);
  const Subject subject = make_subject(change, settings_);
  for (const Rule& rule : rules()) {
    if (rule.change != nullptr) rule.change(rule, subject, report_);
  }
}

void Evaluator::take_drift(const plan::Change& change) {
  const Subject subject = make_subject(change, settings_);
  for (const Rule& rule : rules()) {
    if (rule.drift != nullptr) rule.drift(rule, subject, report_);
  }
}

void Evaluator::take_configured(const plan::ConfiguredResource& resource) {
  if (resource.has_provisioner) with_provisioner_.insert(resource.address);
  const auto row = catalogue::find_type(resource.type);
  if (!row || row->tier != catalogue::Tier::expiry || resource.expressions.empty()) return;
  const auto parsed = document::parse_json("configuration", resource.expressions);
  std::vector<std::string> references;
  if (parsed) {
    const document::Node root = (*parsed)->root();
    for (const std::string& argument : parent_arguments(row->forcing)) collect_references(root[argument], references);
  }
  const std::string prefix = module_prefix(resource.address, resource.type);
  std::vector<std::string>& known = referents_[resource.address];
  for (const std::string& reference : references) {
    const std::string name = referred_resource(reference);
    known.push_back(name.empty() ? std::string() : prefix + name);
  }
}

// True only if there is at least one parent, every parent is a resource of the same module, and this
// plan creates every instance of it.
bool Evaluator::refers_only_to_new(const std::string& address) const {
  const auto found = referents_.find(plan::without_keys(address));
  if (found == referents_.end() || found->second.empty()) return false;
  return std::all_of(found->second.begin(), found->second.end(), [this](const std::string& parent) {
    return !parent.empty() && configured_effects_.effect_of(parent) == Effect::create;
  });
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
        if (finding.effect != "create" || !refers_only_to_new(open.address)) break;
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

// One element taken out of a counted list shifts all behind it.
void Evaluator::group_shifts() {
  for (Finding& finding : report_.findings()) {
    if (finding.effect != "delete" && finding.effect != "replace") continue;
    const std::string plain = plan::without_keys(finding.address);
    if (!shifted_.contains(plain)) continue;
    finding.group = "list " + plain;
    if (finding.effect == "replace") finding.cause += (finding.cause.empty() ? "" : "; ") + std::string("the list behind count shifts");
  }
}

void Evaluator::add_state_counts(const plan::PlanFacts& facts) {
  for (Finding& finding : report_.findings()) {
    if (finding.level != Level::block || (finding.effect != "delete" && finding.effect != "replace")) continue;
    const auto count = facts.state_types.find(finding.type);
    if (count == facts.state_types.end()) continue;
    finding.message += " 1 of " + std::to_string(count->second) + " of this type in the state.";
  }
}

std::vector<Finding> Evaluator::finish(const plan::PlanFacts& facts) {
  const PlanView view{.facts = facts, .actions = actions_, .checks = checks_};
  for (const Rule& rule : rules()) {
    if (rule.plan != nullptr) rule.plan(rule, view, report_);
  }
  settle(facts);
  group_shifts();
  add_state_counts(facts);
  renames_.complete(report_.findings());
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
