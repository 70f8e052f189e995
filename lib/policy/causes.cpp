// SPDX-License-Identifier: Apache-2.0
// The configuration names, for every argument, what its expression refers to. A chain follows these
// references from the argument that forces a replacement: to a replaced resource and from there to what
// forces that one, through the inputs and outputs of modules, or to a variable or local, where it ends.
#include "policy/causes.hpp"

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "policy/references.hpp"

namespace tidegate::policy {

namespace {

constexpr int deepest = 8;

// The module that calls this one: module.a["k"].module.b -> module.a["k"].
std::string caller_of(const std::string& module) {
  const std::vector<std::string> steps = address_steps(module);
  std::string out;
  for (std::size_t i = 0; i + 2 < steps.size(); ++i) out += (i > 0 ? "." : "") + steps[i];
  return out;
}

std::string inside(const std::string& module, std::string_view name) {
  return module.empty() ? std::string(name) : module + "." + std::string(name);
}

}  // namespace

std::vector<Forced> forced_paths(const Subject& subject) {
  std::vector<Forced> out;
  for (const document::Node path : subject.change.replace_paths) {
    Value before = subject.before;
    Value after = subject.after;
    Forced forced;
    for (const document::Node step : path) {
      if (step.is_number()) {
        const auto index = static_cast<std::size_t>(step.as_integer().value_or(0));
        const auto at = [&](const Value& value) {
          const std::vector<Value> inner = value.elements();
          return index < inner.size() ? inner[index] : Value();
        };
        before = at(before);
        after = after.is_unknown() ? after : at(after);
        forced.path += "[" + std::string(step.number_text()) + "]";
        continue;
      }
      if (forced.argument.empty()) forced.argument = std::string(step.as_string());
      before = before.member(step.as_string());
      after = after.member(step.as_string());
      forced.path += (forced.path.empty() ? "" : ".") + printable(step.as_string());
    }
    forced.values = before.shown() + " -> " + after.shown();
    out.push_back(std::move(forced));
  }
  return out;
}

namespace {

std::string reason_of(const plan::Change& change) {
  if (change.reason == "replace_because_tainted") return "the object is marked as tainted";
  if (change.reason == "replace_by_request") return "-replace on the command line";
  if (change.reason == "replace_by_triggers") return "replace_triggered_by";
  return {};
}

}  // namespace

std::string forced_by(const Subject& subject) {
  std::string text;
  for (const Forced& forced : forced_paths(subject)) {
    text += (text.empty() ? "" : ", ") + forced.path + " " + forced.values;
  }
  return text.empty() ? reason_of(subject.change) : text;
}

void Causes::take(const Subject& subject) {
  const plan::Change& change = subject.change;
  if (change.effect != plan::Effect::replace && change.effect != plan::Effect::create_forget) return;
  if (!change.deposed.empty()) return;
  Replaced replaced{.module = change.module_address, .plain = plan::without_keys(change.address),
                    .reason = reason_of(change), .forced = forced_paths(subject)};
  instances_[replaced.plain].push_back(change.address);
  replaced_.emplace(change.address, std::move(replaced));
}

// What stands before the changes in the text has to be kept until it is known what they are.
void Causes::take_configured(const plan::ConfiguredResource& resource) {
  if (resource.expressions.empty() || !wants_configuration()) return;
  if (has_changes_ && !instances_.contains(resource.address)) return;
  const auto parsed = document::parse_json("configuration", std::string(resource.expressions));
  if (!parsed) return;
  References& known = arguments_[resource.address];
  for (const document::Node argument : (*parsed)->root()) {
    std::vector<std::string> references = references_in(argument);
    if (!references.empty()) known.emplace(argument.key(), std::move(references));
  }
}

void Causes::take_call(std::string_view module, std::string_view json) {
  if (!wants_configuration()) return;
  const auto parsed = document::parse_json("configuration", std::string(json));
  if (!parsed) return;
  References& known = inputs_[std::string(module)];
  for (const document::Node argument : (*parsed)->root()) {
    std::vector<std::string> references = references_in(argument);
    if (!references.empty()) known.emplace(argument.key(), std::move(references));
  }
}

void Causes::take_output(std::string_view module, std::string_view name, std::string_view json) {
  if (!wants_configuration()) return;
  const auto parsed = document::parse_json("configuration", std::string(json));
  if (!parsed) return;
  std::vector<std::string> references = references_in((*parsed)->root());
  if (!references.empty()) outputs_[std::string(module)].emplace(name, std::move(references));
}

// The instance that a reference means: the one it names, else the first that is replaced.
std::string Causes::find_replaced(std::string_view reference, const std::string& module) const {
  const std::vector<std::string> steps = address_steps(reference);
  if (steps.size() < 2 || is_reserved_root(steps[0])) return {};
  const std::string exact = inside(module, steps[0] + "." + steps[1]);
  if (replaced_.contains(exact)) return exact;
  if (steps[1].ends_with(']')) return {};  // another instance than the one that is named
  const auto found = instances_.find(plan::without_keys(exact));
  if (found == instances_.end()) return {};
  std::string first;
  for (const std::string& address : found->second) {
    if (replaced_.find(address)->second.module != module) continue;
    if (first.empty() || address < first) first = address;
  }
  return first;
}

Causes::Step Causes::follow_one(const std::string& reference, const std::string& module, int depth) const {
  Step step{.text = " <- " + printable(reference)};
  if (depth > deepest) return step;
  const std::vector<std::string> steps = address_steps(reference);
  if (const std::string parent = find_replaced(reference, module); !parent.empty()) {
    Step above = describe(parent, depth + 1);
    const bool is_path = !above.text.empty() && !above.text.starts_with(" (");
    return {.text = " <- " + printable(parent) + (is_path ? "." : "") + above.text,
            .replaced = above.replaced.empty() ? parent : above.replaced};
  }
  if (steps.size() < 2) return step;
  if (steps[0] == "var" && !module.empty()) {
    const auto call = inputs_.find(plan::without_keys(module));
    if (call == inputs_.end()) return step;
    const auto input = call->second.find(steps[1]);
    if (input == call->second.end()) return step;
    Step above = follow(input->second, caller_of(module), depth + 1);
    step.text = " <- " + printable(module) + ".var." + printable(steps[1]) + above.text;
    step.replaced = above.replaced;
  }
  if (steps[0] == "module" && steps.size() >= 3) {
    const std::string callee = inside(module, "module." + steps[1]);
    const auto known = outputs_.find(plan::without_keys(callee));
    if (known == outputs_.end()) return step;
    const auto output = known->second.find(plan::without_keys(steps[2]));
    if (output == known->second.end()) return step;
    Step above = follow(output->second, callee, depth + 1);
    step.text += above.text;
    step.replaced = above.replaced;
  }
  return step;
}

// Of several references the one that leads to a replaced object, else to a variable, else the first.
Causes::Step Causes::follow(const std::vector<std::string>& references, const std::string& module, int depth) const {
  Step best;
  int best_rank = 3;
  for (const std::string& reference : references) {
    Step step = follow_one(reference, module, depth);
    const int rank = !step.replaced.empty() ? 0 : step.text.find("var.") != std::string::npos ? 1 : 2;
    if (rank >= best_rank) continue;
    best_rank = rank;
    best = std::move(step);
  }
  return best;
}

// `name "a" -> "b" <- var.name`, or the reason in parentheses.
Causes::Step Causes::describe(const std::string& address, int depth) const {
  const Replaced& replaced = replaced_.find(address)->second;
  Step best;
  const auto known = arguments_.find(replaced.plain);
  for (const Forced& forced : replaced.forced) {
    Step step;
    if (known != arguments_.end() && depth <= deepest) {
      const auto argument = known->second.find(forced.argument);
      if (argument != known->second.end()) step = follow(argument->second, replaced.module, depth + 1);
    }
    // An object that is fed by a replaced one follows it: what it gets is not known yet and says nothing.
    const bool is_led = !step.replaced.empty();
    step.text = forced.path + (is_led ? "" : " " + forced.values) + step.text;
    if (best.text.empty() || (is_led && best.replaced.empty())) best = std::move(step);
  }
  if (best.text.empty() && !replaced.reason.empty()) best.text = " (" + replaced.reason + ")";
  return best;
}

void Causes::complete(Report& report) const {
  std::set<std::string> leaders;
  std::map<std::string, std::string> led;  // address -> the object it follows
  std::vector<Finding>& findings = report.findings();
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const std::string& address = report.origins()[i].address;
    const bool replaced = findings[i].effect == "replace" || findings[i].effect == "create-forget";
    if (!replaced || findings[i].cause.empty() || !replaced_.contains(address)) continue;
    const Step step = describe(address, 0);
    if (step.text.empty() || step.text.starts_with(" (")) continue;
    const std::size_t paths = replaced_.find(address)->second.forced.size();
    findings[i].cause = paths > 1 && step.replaced.empty() ? findings[i].cause : step.text;
    if (step.replaced.empty()) continue;
    leaders.insert(step.replaced);
    led.emplace(address, step.replaced);
  }
  for (std::size_t i = 0; i < findings.size(); ++i) {
    const std::string& address = report.origins()[i].address;
    if (findings[i].effect != "replace" || !findings[i].group.empty()) continue;
    const auto leader = led.find(address);
    if (leader != led.end()) findings[i].group = "replaced with " + printable(leader->second);
    else if (leaders.contains(address)) findings[i].group = "replaced with " + printable(address);
  }
}

}  // namespace tidegate::policy
