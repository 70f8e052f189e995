// SPDX-License-Identifier: Apache-2.0
// `dependsOn` of the activities: targets, circles, and conditions that exclude each other. What must
// have happened before an activity runs is a set of outcomes per activity: those of each dependency,
// and what that dependency itself needed if it ran at all. An empty set can never be met.
#include <map>

#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

constexpr std::uint8_t succeeded = 1, failed = 2, skipped = 4, any_outcome = 7;
constexpr std::size_t most_activities = 300;  // of pipelines whose conditions are combined

std::uint8_t outcomes_of(const Node& dependency) {
  std::uint8_t outcomes = 0;
  for (const Node condition : dependency["dependencyConditions"]) {
    const std::string_view word = condition.as_string();
    if (equal_ignoring_case(word, "Succeeded")) outcomes |= succeeded;
    else if (equal_ignoring_case(word, "Failed")) outcomes |= failed;
    else if (equal_ignoring_case(word, "Skipped")) outcomes |= skipped;
    else if (equal_ignoring_case(word, "Completed")) outcomes |= succeeded | failed;
    else return any_outcome;  // an expression, or a word that is not known
  }
  return outcomes == 0 ? any_outcome : outcomes;
}

class Checker {
 public:
  Checker(const Facts& facts, Diagnostics& diagnostics)
      : activities_(facts.activities), diagnostics_(diagnostics) {}

  void run() {
    for (std::size_t i = 0; i < activities_.size(); ++i) check_targets(i);
    if (check_cycles() && activities_.size() <= most_activities) check_conditions();
  }

 private:
  void check_targets(std::size_t i) {
    for (const Node dependency : activities_[i].node["dependsOn"]) {
      const Node conditions = dependency["dependencyConditions"];
      if (conditions.is_array() && conditions.begin() == conditions.end()) {
        diagnostics_.error("adf.dependency-cycle", conditions.location(),
                           words_of(activities_[i]) + " waits for an outcome of \"" +
                               std::string(dependency["activity"].as_string()) + "\", but none is named",
                           "name Succeeded, Failed, Skipped or Completed");
      }
      const Node name = dependency["activity"];
      if (name.is_string() && find_sibling(i, name.as_string()) == Activity::none) undefined(i, name);
    }
  }

  std::size_t find_sibling(std::size_t i, std::string_view name) const {
    for (const std::uint32_t other : activities_[i].after) {
      if (equal_ignoring_case(activities_[other].name, name)) return other;
    }
    return Activity::none;
  }

  void undefined(std::size_t i, const Node& name) {
    std::vector<std::string> names;
    for (const Activity& other : activities_) {
      if (other.list == activities_[i].list) names.emplace_back(other.name);
    }
    const auto nearest = find_nearest(name.as_string(), names);
    diagnostics_.error("adf.undefined-dependency", name.location(),
                       "activity \"" + std::string(activities_[i].name) + "\" depends on \"" +
                           std::string(name.as_string()) + "\", which is not beside it",
                       nearest ? "did you mean \"" + *nearest + "\"?"
                               : "dependsOn sees activities of the same list only");
  }

  bool check_cycles() {
    std::vector<std::vector<std::uint32_t>> next;
    next.reserve(activities_.size());
    for (const Activity& activity : activities_) next.push_back(activity.after);
    const auto cycles = find_cycles(next, 20);
    for (const std::vector<std::size_t>& cycle : cycles) {
      std::string names;
      for (const std::size_t i : cycle) names += "\"" + std::string(activities_[i].name) + "\" -> ";
      names += "\"" + std::string(activities_[cycle.front()].name) + "\"";
      diagnostics_.error("adf.dependency-cycle", activities_[cycle.front()].node["dependsOn"].location(),
                         "activities wait for each other: " + names, "remove one of the dependencies");
    }
    return cycles.empty();
  }

  using Needs = std::map<std::size_t, std::uint8_t>;

  // Activities before those that wait for them.
  std::vector<std::size_t> in_order() const {
    std::vector<std::size_t> order;
    std::vector<std::uint8_t> marks(activities_.size(), 0);
    for (std::size_t start = 0; start < activities_.size(); ++start) {
      std::vector<std::size_t> stack{start};
      while (!stack.empty()) {
        const std::size_t i = stack.back();
        if (marks[i] != 0) {
          stack.pop_back();
          if (marks[i] == 1) order.push_back(i);
          marks[i] = 2;
          continue;
        }
        marks[i] = 1;
        for (const std::uint32_t other : activities_[i].after) {
          if (marks[other] == 0) stack.push_back(other);
        }
      }
    }
    return order;
  }

  void check_conditions() {
    std::vector<Needs> needs(activities_.size());
    for (const std::size_t i : in_order()) {
      Node first;
      std::size_t clash = Activity::none;
      for (const Node dependency : activities_[i].node["dependsOn"]) {
        const std::size_t other = find_sibling(i, dependency["activity"].as_string());
        if (other == Activity::none) continue;
        const std::uint8_t outcomes = outcomes_of(dependency);
        if (!merge(needs[i], other, outcomes)) clash = other;
        if ((outcomes & skipped) == 0) {
          for (const auto& need : needs[other]) {
            if (!merge(needs[i], need.first, need.second)) clash = need.first;
          }
        }
        if (clash != Activity::none) {
          first = dependency;
          break;
        }
      }
      if (clash == Activity::none) continue;
      diagnostics_.warning("adf.unreachable-activity", first.location(),
                           words_of(activities_[i]) + " never runs: its conditions want different outcomes of \"" +
                               std::string(activities_[clash].name) + "\" at once",
                           "all dependencies must be met: use Completed, or two activities");
      needs[i].clear();  // those after it are judged by what else they need
    }
  }

  static bool merge(Needs& needs, std::size_t activity, std::uint8_t outcomes) {
    std::uint8_t& known = needs.emplace(activity, any_outcome).first->second;
    known &= outcomes;
    return known != 0;
  }

  const std::vector<Activity>& activities_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_dependencies(const Subject& subject, Diagnostics& diagnostics) {
  if (!subject.facts.activities.empty()) Checker(subject.facts, diagnostics).run();
}

}  // namespace tidegate::adf
