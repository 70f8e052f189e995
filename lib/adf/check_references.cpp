// SPDX-License-Identifier: Apache-2.0
// The graph of all objects: circles, and objects that nothing uses.
#include <algorithm>

#include "adf/check.hpp"

namespace tidegate::adf {

namespace {

void report_cycle(const Factory& factory, const Index& index, const std::vector<std::size_t>& cycle,
                  Diagnostics& diagnostics) {
  std::string names;
  bool pipelines = true;
  for (const std::size_t i : cycle) {
    names += "\"" + factory.objects[i].name + "\" -> ";
    pipelines = pipelines && factory.objects[i].kind == ObjectKind::pipeline;
  }
  names += "\"" + factory.objects[cycle.front()].name + "\"";
  const Facts& facts = index.facts[cycle.front()];
  const std::size_t target = cycle.size() > 1 ? cycle[1] : cycle.front();
  Location where = factory.objects[cycle.front()].root().location();
  for (std::size_t i = facts.first_reference; i < facts.end_reference; ++i) {
    if (factory.references[i].target != target) continue;
    where = factory.references[i].node["referenceName"].location();
    break;
  }
  diagnostics.error(pipelines ? "adf.execute-cycle" : "adf.reference-cycle", where,
                    (pipelines ? "pipelines call each other in a circle: "
                               : "objects refer to each other in a circle: ") +
                        names,
                    "remove one of the references");
}

bool may_be_unused(ObjectKind kind) {
  return kind == ObjectKind::dataset || kind == ObjectKind::linked_service || kind == ObjectKind::data_flow;
}

}  // namespace

void check_reference_cycles(const Factory& factory, const Index& index, Diagnostics& diagnostics) {
  std::vector<std::vector<std::uint32_t>> next(factory.objects.size());
  for (const Reference& reference : factory.references) {
    if (reference.target) next[reference.from].push_back(static_cast<std::uint32_t>(*reference.target));
  }
  for (std::vector<std::uint32_t>& targets : next) {
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
  }
  for (const auto& cycle : find_cycles(next, 20)) report_cycle(factory, index, cycle, diagnostics);
}

void check_unused_objects(const Factory& factory, const Index& index, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < factory.objects.size(); ++i) {
    const Object& object = factory.objects[i];
    if (index.is_target[i] || !may_be_unused(object.kind)) continue;
    const document::Node name = object.root()["name"];
    diagnostics.note("adf.unused-object", name ? name.location() : object.root().location(),
                     std::string(to_string(object.kind)) + " \"" + object.name + "\" is used by nothing",
                     "remove it, if nothing outside needs it");
  }
}

}  // namespace tidegate::adf
