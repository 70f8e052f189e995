// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/plan_summary.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "plan/reader.hpp"

namespace tidegate::rehearsal {

namespace {

using document::Node;
using plan::Effect;

constexpr std::size_t most_attributes = 20;  // of one object

bool is_unknown(const Node& unknown) { return unknown.is_boolean() && unknown.as_boolean(); }

// Null and absent are equal, as in Terraform's own comparison of objects.
bool is_nothing(const Node& node) { return !node.exists() || node.is_null(); }

void compare(const std::string& path, const Node& before, const Node& after, const Node& unknown,
             std::vector<std::string>& found) {
  if (found.size() >= most_attributes) return;
  if (is_unknown(unknown)) {
    found.push_back(path);
    return;
  }
  if (is_nothing(before) && is_nothing(after) && !unknown.is_object()) return;
  const bool objects = before.is_object() && after.is_object();
  const bool lists = before.is_array() && after.is_array() && before.size() == after.size();
  if (!objects && !lists) {
    if (is_nothing(before) != is_nothing(after) || !document::equal_values(before, after)) {
      found.push_back(path);
    }
    return;
  }
  std::size_t index = 0;
  for (const Node member : after) {
    const std::string step = objects ? std::string(member.key()) : std::to_string(index);
    const Node old = objects ? before[member.key()] : before.at(index);
    const Node later = objects ? unknown[member.key()] : unknown.at(index);
    compare(path.empty() ? step : path + "." + step, old, member, later, found);
    ++index;
  }
  if (!objects) return;
  for (const Node old : before) {  // gone
    if (after[old.key()].exists() || is_nothing(old)) continue;
    const std::string step(old.key());
    if (unknown[old.key()].exists() || found.size() < most_attributes) {
      found.push_back(path.empty() ? step : path + "." + step);
    }
  }
}

std::vector<std::string> outputs_of(std::string_view json) {
  std::vector<std::string> found;
  const auto parsed = document::parse_json("plan.json", std::string(json), {.max_depth = 1024});
  if (!parsed) return found;
  for (const Node output : (*parsed)->root()["output_changes"]) {
    const Node actions = output["actions"];
    if (actions.at(0).as_string() != "no-op") found.emplace_back(output.key());
  }
  return found;
}

bool is_below(std::string_view path, std::string_view rule) {
  return path == rule ||
         (path.size() > rule.size() && path.starts_with(rule) && path[rule.size()] == '.');
}

// Element numbers are no part of the paths of rules.
std::string without_numbers(std::string_view path) {
  std::string out;
  for (const std::string_view step : split(path, '.')) {
    if (step.find_first_not_of("0123456789") == step.npos) continue;
    out += (out.empty() ? "" : ".") + std::string(step);
  }
  return out;
}

void add_rules(const PlannedChange& change, const Node& rules, std::vector<std::string>& limits) {
  for (const Node rule : rules) {
    if (rule["when"].exists()) continue;  // is followed
    const std::string_view path = rule["path"].as_string();
    const bool touched = std::ranges::any_of(change.attributes, [&](const std::string& attribute) {
      return is_below(without_numbers(attribute), path);
    });
    if (!touched) continue;
    limits.push_back(change.address + ": " + std::string(path) +
                     " is changed in place here; in the real provider " +
                     std::string(rule["text"].as_string()));
  }
}

}  // namespace

std::size_t PlanSummary::count(Effect effect) const {
  return static_cast<std::size_t>(std::ranges::count(changes, effect, &PlannedChange::effect));
}

bool PlanSummary::only_creates() const { return count(Effect::create) == changes.size(); }

Result<PlanSummary> summarise_plan(std::string_view json) {
  PlanSummary summary;
  plan::PlanHandlers handlers;
  handlers.change = [&](const plan::Change& change) {
    if (change.effect == Effect::none || change.effect == Effect::read) return;
    PlannedChange one{.address = change.address, .type = change.type, .effect = change.effect};
    if (change.effect == Effect::update || change.effect == Effect::replace) {
      compare("", change.before, change.after, change.after_unknown, one.attributes);
    }
    summary.changes.push_back(std::move(one));
  };
  plan::PlanReader reader({.file = "plan"}, std::move(handlers));
  reader.feed(json);
  const plan::PlanFacts facts = reader.finish();
  for (const Diagnostic& problem : facts.problems) {
    if (problem.exit != ExitCode::incomplete) return problem;
  }
  summary.outputs = outputs_of(json);
  return summary;
}

std::string counts_of(const PlanSummary& summary) {
  constexpr std::array<std::pair<Effect, std::string_view>, 6> words{
      {{Effect::create, "to add"},
       {Effect::update, "to change"},
       {Effect::replace, "to replace"},
       {Effect::destroy, "to destroy"},
       {Effect::forget, "to forget"},
       {Effect::create_forget, "to create anew and forget"}}};
  std::vector<std::string> parts;
  for (const auto& word : words) {
    const std::size_t count = summary.count(word.first);
    if (count > 0) parts.push_back(std::to_string(count) + " " + std::string(word.second));
  }
  if (!parts.empty()) return join(parts, ", ");
  return summary.outputs.empty() ? "no changes" : "only outputs change";
}

std::vector<std::string> find_limits(const PlanSummary& summary,
                                     std::span<const document::DocumentPtr> behaviour) {
  std::vector<std::string> limits;
  for (const PlannedChange& change : summary.changes) {
    if (change.effect != Effect::update) continue;
    bool described = false;
    for (const document::DocumentPtr& file : behaviour) {
      const Node entry = file->root()[change.type];
      described = described || entry.exists();
      add_rules(change, entry["force_new_when"], limits);
    }
    if (!described) {
      limits.push_back(change.address + ": what a change does to a " + change.type +
                       " is not known here; it is changed in place");
    }
  }
  return limits;
}

}  // namespace tidegate::rehearsal
