// SPDX-License-Identifier: Apache-2.0
// The generic walker: any object with `referenceName` and a `type` that ends in `Reference`. It finds
// all references of real factories, so no list of places is needed.
#include <array>
#include <functional>

#include "adf/factory.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

struct TypeRow {
  std::string_view type{};
  ObjectKind kind = ObjectKind::dataset;
};

constexpr std::array types{
    TypeRow{"DatasetReference", ObjectKind::dataset},
    TypeRow{"LinkedServiceReference", ObjectKind::linked_service},
    TypeRow{"IntegrationRuntimeReference", ObjectKind::integration_runtime},
    TypeRow{"PipelineReference", ObjectKind::pipeline},
    TypeRow{"DataFlowReference", ObjectKind::data_flow},
    TypeRow{"CredentialReference", ObjectKind::credential},
    TypeRow{"TriggerReference", ObjectKind::trigger},
    TypeRow{"ManagedVirtualNetworkReference", ObjectKind::managed_virtual_network},
};

class Resolver {
 public:
  Resolver(Factory& factory, const std::set<std::string>& external, Diagnostics& diagnostics)
      : factory_(factory), diagnostics_(diagnostics) {
    for (const std::string& name : external) external_.insert(to_lower(name));
  }

  void run() {
    for (std::size_t i = 0; i < factory_.objects.size(); ++i) walk(i, factory_.objects[i].root(), {});
  }

 private:
  void walk(std::size_t from, const Node& node, std::string_view activity) {
    if (node.is_object()) {
      const Node name = node["name"];
      if (name.is_string() && node["type"].is_string() && node.parent().is_array()) {
        const std::string_view list = node.parent().key();
        if (ends_with_ignoring_case(list, "activities")) activity = name.as_string();
      }
      take(from, node, activity);
    }
    for (const Node child : node) {
      if (child.is_object() || child.is_array()) walk(from, child, activity);
    }
  }

  void take(std::size_t from, const Node& node, std::string_view activity) {
    const Node name = node["referenceName"];
    const std::string_view type = node["type"].as_string();
    if (!name || !ends_with_ignoring_case(type, "Reference")) return;
    const TypeRow* row = nullptr;
    for (const TypeRow& candidate : types) {
      if (equal_ignoring_case(candidate.type, type)) row = &candidate;
    }
    if (row == nullptr) return;  // Synapse kinds: kept, not checked
    Reference reference{.from = from, .node = node, .kind = row->kind, .activity = std::string(activity)};
    if (!name.is_string() || name.as_string().starts_with('@')) {
      reference.dynamic = true;
      diagnostics_.note("adf.dynamic-reference", name.location(),
                        "the name of the " + std::string(to_string(row->kind)) + " is computed at run time",
                        "nothing can be checked here");
    } else {
      reference.name = std::string(name.as_string());
      resolve(reference, name);
    }
    factory_.references.push_back(std::move(reference));
  }

  void resolve(Reference& reference, const Node& name) {
    reference.target = factory_.find_index(reference.kind, reference.name);
    if (reference.target) {
      const std::string& real = factory_.objects[*reference.target].name;
      if (real != reference.name) {
        diagnostics_.note("adf.case-differs", name.location(),
                          "\"" + reference.name + "\" is called \"" + real + "\"", "spell it alike");
      }
      return;
    }
    const bool built_in = (reference.kind == ObjectKind::integration_runtime &&
                           equal_ignoring_case(reference.name, "AutoResolveIntegrationRuntime")) ||
                          (reference.kind == ObjectKind::managed_virtual_network &&
                           equal_ignoring_case(reference.name, "default"));
    if (built_in) return;
    if (external_.contains(to_lower(reference.name))) {
      reference.external = true;
      return;
    }
    report(reference, name);
  }

  void report(Reference& reference, const Node& name) {
    const std::string message = std::string(to_string(reference.kind)) + " \"" + reference.name + "\" is not in " +
                                (factory_.root.empty() ? "the repository" : factory_.root + "/");
    if (reference.kind == ObjectKind::integration_runtime || reference.kind == ObjectKind::credential) {
      reference.external = true;
      diagnostics_.note("adf.unresolved-reference", name.location(), message, "the environment must supply it");
      return;
    }
    std::vector<std::string> names;
    for (const Object& object : factory_.objects) {
      if (object.kind == reference.kind) names.push_back(object.name);
    }
    const auto nearest = find_nearest(reference.name, names);
    diagnostics_.error("adf.unresolved-reference", name.location(), message,
                       nearest ? "did you mean \"" + *nearest + "\"?"
                               : "add the file, or declare the name under adf.external in tidegate.yaml");
  }

  Factory& factory_;
  Diagnostics& diagnostics_;
  std::set<std::string> external_{};
};

}  // namespace

void resolve_references(Factory& factory, const std::set<std::string>& external, Diagnostics& diagnostics) {
  factory.references.clear();
  Resolver(factory, external, diagnostics).run();
}

}  // namespace tidegate::adf
