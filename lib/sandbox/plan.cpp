// SPDX-License-Identifier: Apache-2.0
// The decisions of a plan. Core has merged configuration and prior state already (proposed new
// state): what is left is which values become unknown, which stay although something else is
// written, and what must be replaced.
#include <algorithm>

#include "sandbox/condition.hpp"
#include "sandbox/difference.hpp"
#include "sandbox/engine.hpp"
#include "sandbox/pattern.hpp"
#include "sandbox/planned_value.hpp"

namespace tidegate::sandbox {

namespace {

// Attributes that the configuration may name: every one of them replaces an object without update.
std::vector<std::string> arguments_of(const Block& block) {
  std::vector<std::string> out;
  for (const Attribute& attribute : block.attributes) {
    if ((attribute.required || attribute.optional) && !attribute.write_only)
      out.push_back(attribute.name);
  }
  for (const NestedBlock& nested : block.blocks) {
    if (nested.name != "timeouts") out.push_back(nested.name);
  }
  return out;
}

std::vector<AttributePath> replacing_places(const Block& block, const TypeRules& rules,
                                            const Value& prior, const Value& planned) {
  std::vector<AttributePath> out;
  const auto search = [&](const std::string& path) {
    return differing_places(block, path, prior, planned, [&](const Value& a, const Value& b) {
      return same_by_rule(rules, path, a, b);
    });
  };
  std::vector<std::string> paths = rules.no_update ? arguments_of(block) : rules.force_new;
  for (const std::string& path : paths) {
    for (AttributePath& place : search(path)) {
      if (std::find(out.begin(), out.end(), place) == out.end()) out.push_back(std::move(place));
    }
  }
  for (const ConditionalForceNew& rule : rules.force_new_when) {
    if (!rule.when.exists()) continue;
    if (!holds(rule.when, rule.path, prior, planned)) continue;
    for (AttributePath& place : search(rule.path)) {
      if (std::find(out.begin(), out.end(), place) == out.end()) out.push_back(std::move(place));
    }
  }
  return out;
}

}  // namespace

Planned Engine::plan(const Connection& /*connection*/, std::string_view type, const Value& prior,
                     const Value& proposed, const Value& configuration,
                     std::string_view prior_private) const {
  const TypeRules rules = behaviour_->of(type);
  Planned out{.private_data = std::string(prior_private), .legacy = rules.legacy};
  const auto failure =
      control_->failure(type, Operation::plan, proposed.is_null() ? prior : proposed);
  if (failure) {
    out.state = prior;
    out.findings.push_back(
        {.summary = failure->message,
         .detail = "The control file of this rehearsal says so for " + std::string(type) + "."});
    return out;
  }
  if (proposed.is_null()) return out;  // T11
  const Block& block = pack_->schema(SchemaKind::resource, type)->block;
  out.state = planned_value(block, rules, prior, proposed, configuration);
  if (prior.is_null()) return out;
  out.replace = replacing_places(block, rules, prior, out.state);
  const bool changed = !(out.state == prior);
  if (changed) out.state = with_volatile_unknown(block, rules, out.state, configuration);
  return out;
}

}  // namespace tidegate::sandbox
