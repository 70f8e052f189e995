// SPDX-License-Identifier: Apache-2.0
// Activities of a pipeline by themselves: names, containers, nesting, states, time limits.
#include <map>

#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

bool is_loop(const Activity& activity) {
  return activity.kind == ActivityKind::for_each || activity.kind == ActivityKind::until;
}

bool is_branch(const Activity& activity) {
  return activity.kind == ActivityKind::if_condition || activity.kind == ActivityKind::switch_;
}

void check_unique(const std::vector<Activity>& activities, Diagnostics& diagnostics) {
  std::map<std::string, const Activity*> seen;
  for (const Activity& activity : activities) {
    const auto placed = seen.emplace(to_lower(activity.name), &activity);
    if (placed.second || activity.name.empty()) continue;
    diagnostics.error("adf.duplicate-activity", place_of(activity),
                      "activity \"" + std::string(activity.name) +
                          "\" has the name of the one in line " +
                          std::to_string(place_of(*placed.first->second).line),
                      "names are unique in the whole pipeline, containers included");
  }
}

// The nearest container around `activity` that `is` holds for, or null.
template <class Is>
const Activity* find_around(const std::vector<Activity>& activities, const Activity& activity, Is is) {
  for (std::size_t up = activity.parent; up != Activity::none; up = activities[up].parent) {
    if (is(activities[up])) return &activities[up];
  }
  return nullptr;
}

bool is_empty_container(const Activity& activity) {
  const Node properties = activity.properties();
  if (is_loop(activity)) return properties["activities"].begin() == properties["activities"].end();
  if (!is_branch(activity)) return false;
  for (const Node list : properties) {
    if (list.key() == "cases") {
      for (const Node branch : list) {
        if (branch["activities"].begin() != branch["activities"].end()) return false;
      }
    } else if (ends_with_ignoring_case(list.key(), "activities") && list.begin() != list.end()) {
      return false;
    }
  }
  return true;
}

// Of cases with one value the first is taken: what the others hold never runs.
void check_cases(const Activity& activity, Diagnostics& diagnostics) {
  std::map<std::string_view, Node> seen;
  for (const Node one : activity.properties()["cases"]) {
    const Node value = one["value"];
    if (!value.is_string() || value.as_string().find('@') != std::string_view::npos) continue;
    const auto placed = seen.emplace(value.as_string(), value);
    if (placed.second) continue;
    diagnostics.warning("adf.duplicate-case", value.location(),
                        words_of(activity) + " has the case \"" + printable(value.as_string()) + "\" of line " +
                            std::to_string(placed.first->second.location().line) + " once more",
                        "give it the value that is meant, or join the two");
  }
}

void check_container(const std::vector<Activity>& all, const Activity& activity, Diagnostics& diagnostics) {
  if (is_empty_container(activity)) {
    diagnostics.error("adf.empty-container", place_of(activity), words_of(activity) + " holds no activity",
                      "add one, or remove the container");
  }
  if (is_loop(activity)) {
    if (const Activity* outer = find_around(all, activity, is_loop)) {
      diagnostics.error("adf.nested-loop", place_of(activity),
                        words_of(activity) + " lies inside " + words_of(*outer),
                        "a loop cannot hold a loop: move the inner one to a pipeline of its own");
    }
  } else if (is_branch(activity)) {
    check_cases(activity, diagnostics);
    if (const Activity* outer = find_around(all, activity, is_branch)) {
      diagnostics.warning("adf.nested-condition", place_of(activity),
                          words_of(activity) + " lies inside " + words_of(*outer),
                          "If and Switch hold neither If nor Switch: move the inner one to a pipeline of its own");
    }
  } else if (activity.parent != Activity::none && equal_ignoring_case(activity.type, "Validation")) {
    diagnostics.error("adf.nested-validation", place_of(activity),
                      words_of(activity) + " lies inside " + words_of(all[activity.parent]),
                      "Validation works outside of containers only");
  }
}

void check_state(const Activity& activity, Diagnostics& diagnostics) {
  const Node state = activity.node["state"];
  if (equal_ignoring_case(state.as_string(), "Inactive")) {
    const std::string_view mark = activity.node["onInactiveMarkAs"].as_string();
    diagnostics.note("adf.inactive-activity", state.location(),
                     words_of(activity) + " is switched off" +
                         (mark.empty() ? "" : " and counts as " + std::string(mark)),
                     "remove it, or switch it on");
  }
  const Node timeout = activity.node["policy"]["timeout"];
  if (timeout.as_string() == "7.00:00:00") {
    diagnostics.note("adf.default-timeout", timeout.location(),
                     words_of(activity) + " may hang for seven days: that is the editor's old default",
                     "write down how long it may take");
  }
}

}  // namespace

void check_activities(const Subject& subject, Diagnostics& diagnostics) {
  if (subject.object.kind != ObjectKind::pipeline) return;
  const std::vector<Activity>& activities = subject.facts.activities;
  if (activities.empty()) {
    const Node name = subject.object.root()["name"];
    diagnostics.note("adf.no-activities", name ? name.location() : subject.object.root().location(),
                     "pipeline \"" + subject.object.name + "\" has no activity", "add one, or remove the pipeline");
  }
  check_unique(activities, diagnostics);
  for (const Activity& activity : activities) {
    check_container(activities, activity, diagnostics);
    check_state(activity, diagnostics);
  }
}

}  // namespace tidegate::adf
