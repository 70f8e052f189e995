// SPDX-License-Identifier: Apache-2.0
// Activities of a pipeline: names, dependsOn, containers, nesting.
#include <algorithm>
#include <array>
#include <map>

#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

class Collector {
 public:
  explicit Collector(std::vector<Activity>& out) : out_(out) {}

  void collect(const Node& list, std::size_t parent) {
    if (!list.is_array()) return;
    const std::size_t number = lists_++;
    std::vector<std::size_t> mine;
    for (const Node node : list) {
      if (!node.is_object()) continue;
      mine.push_back(out_.size());
      out_.push_back({.node = node,
                      .name = node["name"].as_string(),
                      .type = node["type"].as_string(),
                      .parent = parent,
                      .list = number});
    }
    for (const std::size_t index : mine) {
      const Node properties = out_[index].node["typeProperties"];
      for (const char* inner :
           {"activities", "ifTrueActivities", "ifFalseActivities", "defaultActivities"}) {
        collect(properties[inner], index);
      }
      for (const Node branch : properties["cases"]) collect(branch["activities"], index);
    }
  }

 private:
  std::vector<Activity>& out_;
  std::size_t lists_ = 0;
};

// The name, or an activity without one as a whole.
Location place_of(const Activity& activity) {
  const Node name = activity.node["name"];
  return name ? name.location() : activity.node.location();
}

bool is_loop(std::string_view type) { return type == "ForEach" || type == "Until"; }

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

void check_containers(const std::vector<Activity>& activities, Diagnostics& diagnostics) {
  for (const Activity& activity : activities) {
    if (is_loop(activity.type) && activity.node["typeProperties"]["activities"].size() == 0) {
      diagnostics.error(
          "adf.empty-container", place_of(activity),
          std::string(activity.type) + " \"" + std::string(activity.name) + "\" holds no activity",
          "add one, or remove the container");
    }
    if (!is_loop(activity.type)) continue;
    for (std::size_t up = activity.parent; up != Activity::none; up = activities[up].parent) {
      if (!is_loop(activities[up].type)) continue;
      diagnostics.error("adf.nested-loop", place_of(activity),
                        std::string(activity.type) + " \"" + std::string(activity.name) +
                            "\" lies inside " + std::string(activities[up].type) + " \"" +
                            std::string(activities[up].name) + "\"",
                        "a loop cannot hold a loop: move the inner one to a pipeline of its own");
      break;
    }
  }
}

void check_dependencies(const std::vector<Activity>& activities, Diagnostics& diagnostics) {
  std::map<std::pair<std::size_t, std::string>, std::size_t> siblings;
  for (std::size_t i = 0; i < activities.size(); ++i) {
    siblings.emplace(std::pair(activities[i].list, to_lower(activities[i].name)), i);
  }
  std::vector<std::vector<std::size_t>> edges(activities.size());
  for (std::size_t i = 0; i < activities.size(); ++i) {
    for (const Node dependency : activities[i].node["dependsOn"]) {
      const Node name = dependency["activity"];
      if (!name.is_string()) continue;
      const auto found = siblings.find({activities[i].list, to_lower(name.as_string())});
      if (found != siblings.end()) {
        edges[i].push_back(found->second);
        continue;
      }
      std::vector<std::string> names;
      for (const Activity& other : activities) {
        if (other.list == activities[i].list) names.emplace_back(other.name);
      }
      const auto nearest = find_nearest(name.as_string(), names);
      diagnostics.error("adf.undefined-dependency", name.location(),
                        "activity \"" + std::string(activities[i].name) + "\" depends on \"" +
                            std::string(name.as_string()) + "\", which is not beside it",
                        nearest ? "did you mean \"" + *nearest + "\"?"
                                : "dependsOn sees activities of the same list only");
    }
  }
  const auto cycle = find_cycle(activities.size(), [&](std::size_t i) { return edges[i]; });
  if (cycle.empty()) return;
  std::string names;
  for (const std::size_t i : cycle) names += "\"" + std::string(activities[i].name) + "\" -> ";
  names += "\"" + std::string(activities[cycle.front()].name) + "\"";
  diagnostics.error("adf.dependency-cycle", activities[cycle.front()].node["dependsOn"].location(),
                    "activities wait for each other: " + names, "remove one of the dependencies");
}

}  // namespace

std::vector<Activity> activities_of(const Object& pipeline) {
  std::vector<Activity> all;
  Collector(all).collect(pipeline.properties()["activities"], Activity::none);
  return all;
}

void check_activities(const Factory&, const Object& object, Diagnostics& diagnostics) {
  if (object.kind != ObjectKind::pipeline) return;
  const std::vector<Activity> activities = activities_of(object);
  check_unique(activities, diagnostics);
  check_containers(activities, diagnostics);
  check_dependencies(activities, diagnostics);
}

}  // namespace tidegate::adf
