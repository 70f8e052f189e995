// SPDX-License-Identifier: Apache-2.0
#include "adf/check.hpp"

#include <algorithm>
#include <array>

#include "base/parallel.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using ObjectCheck = void (*)(const Factory&, const Object&, Diagnostics&);

constexpr std::array<ObjectCheck, 5> object_checks{check_name, check_activities, check_expressions,
                                                   check_values, check_trigger};

bool is_dash_free_kind(ObjectKind kind) {
  return kind == ObjectKind::dataset || kind == ObjectKind::linked_service ||
         kind == ObjectKind::data_flow;
}

bool is_named_kind(ObjectKind kind) {
  return is_dash_free_kind(kind) || kind == ObjectKind::pipeline;
}

}  // namespace

void check_factory(const Factory& factory, Diagnostics& diagnostics) {
  std::vector<Diagnostics> findings(factory.objects.size());
  for_each_index(findings.size(), [&](std::size_t i) {
    for (const ObjectCheck check : object_checks) check(factory, factory.objects[i], findings[i]);
  });
  for (Diagnostics& some : findings) diagnostics.append(std::move(some));
  check_reference_cycles(factory, diagnostics);
}

void check_name(const Factory&, const Object& object, Diagnostics& diagnostics) {
  constexpr std::string_view illegal = ".+?/<>*%&:\\";
  if (!is_named_kind(object.kind)) return;
  const document::Node node = object.root()["name"] ? object.root()["name"] : object.root();
  const std::size_t bad = object.name.find_first_of(illegal);
  if (bad != std::string::npos) {
    diagnostics.error("adf.illegal-name", node.location(),
                      "the name \"" + object.name + "\" holds '" + object.name[bad] + "'",
                      "Data Factory refuses . + ? / < > * % & : \\ in names");
  } else if (is_dash_free_kind(object.kind) && object.name.find('-') != std::string::npos) {
    diagnostics.warning("adf.dash-in-name", node.location(),
                        "the name \"" + object.name + "\" holds a dash",
                        "names of datasets, linked services and data flows should have none");
  }
}

std::vector<std::size_t> find_cycle(
    std::size_t count, const std::function<std::vector<std::size_t>(std::size_t)>& next) {
  enum class Mark : std::uint8_t { fresh, open, done };
  std::vector<Mark> marks(count, Mark::fresh);
  struct Frame {
    std::size_t node = 0;
    std::vector<std::size_t> rest{};
  };
  for (std::size_t start = 0; start < count; ++start) {
    if (marks[start] != Mark::fresh) continue;
    std::vector<Frame> path{{start, next(start)}};
    marks[start] = Mark::open;
    while (!path.empty()) {
      if (path.back().rest.empty()) {
        marks[path.back().node] = Mark::done;
        path.pop_back();
        continue;
      }
      const std::size_t to = path.back().rest.back();
      path.back().rest.pop_back();
      if (marks[to] == Mark::open) {
        std::vector<std::size_t> cycle;
        bool inside = false;
        for (const Frame& frame : path) {
          inside = inside || frame.node == to;
          if (inside) cycle.push_back(frame.node);
        }
        return cycle;
      }
      if (marks[to] == Mark::fresh) {
        marks[to] = Mark::open;
        path.push_back({to, next(to)});
      }
    }
  }
  return {};
}

void check_reference_cycles(const Factory& factory, Diagnostics& diagnostics) {
  const auto next = [&](std::size_t i) {
    std::vector<std::size_t> targets;
    const auto first =
        std::lower_bound(factory.references.begin(), factory.references.end(), i,
                         [](const Reference& r, std::size_t at) { return r.from < at; });
    for (auto it = first; it != factory.references.end() && it->from == i; ++it) {
      if (it->target) targets.push_back(*it->target);
    }
    return targets;
  };
  const std::vector<std::size_t> cycle = find_cycle(factory.objects.size(), next);
  if (cycle.empty()) return;
  std::string names;
  bool pipelines = true;
  for (const std::size_t i : cycle) {
    names += "\"" + factory.objects[i].name + "\" -> ";
    pipelines = pipelines && factory.objects[i].kind == ObjectKind::pipeline;
  }
  names += "\"" + factory.objects[cycle.front()].name + "\"";
  Location where = factory.objects[cycle.front()].root().location();
  const std::size_t target = cycle.size() > 1 ? cycle[1] : cycle.front();
  for (const Reference& reference : factory.references) {
    if (reference.from == cycle.front() && reference.target == target) {
      where = reference.node["referenceName"].location();
      break;
    }
  }
  diagnostics.error(pipelines ? "adf.execute-cycle" : "adf.reference-cycle", where,
                    (pipelines ? "pipelines call each other in a circle: "
                               : "objects refer to each other in a circle: ") +
                        names,
                    "remove one of the references");
}

void check_trigger(const Factory&, const Object& object, Diagnostics& diagnostics) {
  if (object.kind != ObjectKind::trigger) return;
  const document::Node recurrence = object.properties()["typeProperties"]["recurrence"];
  const document::Node start = recurrence["startTime"];
  if (!start.is_string() || start.as_string().starts_with('@')) return;
  const document::Node zone = recurrence["timeZone"];
  const bool utc = !zone.is_string() || equal_ignoring_case(zone.as_string(), "UTC");
  const bool z = ends_with_ignoring_case(start.as_string(), "Z");
  if (utc == z) return;
  diagnostics.error("adf.trigger-time-zone", start.location(),
                    utc ? "startTime \"" + std::string(start.as_string()) +
                              "\" must end in Z, because the time zone is UTC"
                        : "startTime \"" + std::string(start.as_string()) +
                              "\" ends in Z, but the time zone is " + std::string(zone.as_string()),
                    utc ? "add the Z" : "remove the Z: local times have no offset");
}

}  // namespace tidegate::adf
