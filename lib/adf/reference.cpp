// SPDX-License-Identifier: Apache-2.0
// The generic walker: any object with `referenceName` and a `type` that ends in `Reference`. It
// finds all references of real factories, so no list of places is needed.
#include <array>
#include <functional>

#include "adf/factory.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

struct TypeRow {
  std::string_view type{};
  ObjectKind kind = ObjectKind::dataset;
};

// Of a Synapse workspace, and of nested settings: kept, not resolved.
constexpr std::array<std::string_view, 6> other_types{"NotebookReference",     "SparkJobDefinitionReference", "BigDataPoolReference",
                                                      "SqlPoolReference",      "SparkConfigurationReference", "KqlScriptReference"};

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

// Finds and resolves the references of one object.
class Resolver {
 public:
  Resolver(const Factory& factory, const std::set<std::string>& external,
           std::vector<Reference>& references, Diagnostics& diagnostics)
      : factory_(factory),
        external_(external),
        references_(references),
        diagnostics_(diagnostics) {}

  void run(std::size_t index) { walk(index, factory_.objects[index].root(), {}); }

 private:
  void walk(std::size_t from, const Node& node, std::string_view activity) {
    if (node.is_object()) {
      if (is_activity(node)) activity = node["name"].as_string();
      take(from, node, activity);
    }
    for (const Node child : node) {
      if (child.is_object() || child.is_array()) walk(from, child, activity);
    }
  }

  static bool is_activity(const Node& node) {
    const Node list = node.parent();
    return list.is_array() && ends_with_ignoring_case(list.key(), "activities") && node["name"].is_string() &&
           node["type"].is_string();
  }

  void take(std::size_t from, const Node& node, std::string_view activity) {
    const Node name = node["referenceName"];
    if (!name) return;
    const std::string_view type = node["type"].as_string();
    const TypeRow* row = nullptr;
    for (const TypeRow& candidate : types) {
      if (equal_ignoring_case(candidate.type, type)) row = &candidate;
    }
    if (row == nullptr) return check_type(node);
    Reference reference{.node = node, .activity = activity, .from = static_cast<std::uint32_t>(from), .kind = row->kind};
    if (!name.is_string() || name.as_string().starts_with('@')) {
      reference.dynamic = true;
      diagnostics_.note(
          "adf.dynamic-reference", name.location(),
          "the name of the " + std::string(to_string(row->kind)) + " is computed at run time",
          "nothing can be checked here");
    } else {
      reference.name = name.as_string();
      resolve(reference, name);
    }
    references_.push_back(reference);
  }

  void check_type(const Node& node) {
    const Node type = node["type"];
    const std::string_view text = type.as_string();
    if (!type.is_string() || text.find('@') != std::string_view::npos) return;
    for (const std::string_view other : other_types) {
      if (equal_ignoring_case(other, text)) return;
    }
    std::vector<std::string> names;
    for (const TypeRow& row : types) names.emplace_back(row.type);
    const auto nearest = find_nearest(text, names);
    if (!nearest && !ends_with_ignoring_case(text, "Reference")) return;  // an object of somebody else's
    diagnostics_.error("adf.unknown-value", type.location(),
                       "\"" + printable(text) + "\" is no type of a reference, so nothing can be found by it",
                       nearest ? "did you mean \"" + *nearest + "\"?" : "take one of " + join(names, ", "));
  }

  void resolve(Reference& reference, const Node& name) {
    if (const auto target = factory_.find_index(reference.kind, reference.name)) {
      reference.target = static_cast<std::uint32_t>(*target);
      const std::string& real = factory_.objects[*target].name;
      if (real != reference.name) {
        diagnostics_.note("adf.case-differs", name.location(),
                          "\"" + std::string(reference.name) + "\" is called \"" + real + "\"",
                          "spell it alike");
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
    const std::string message = std::string(to_string(reference.kind)) + " \"" +
                                std::string(reference.name) + "\" is not in " +
                                (factory_.root.empty() ? "the repository" : factory_.root + "/");
    if (reference.kind == ObjectKind::integration_runtime ||
        reference.kind == ObjectKind::credential) {
      reference.external = true;
      diagnostics_.note("adf.unresolved-reference", name.location(), message,
                        "the environment must supply it");
      return;
    }
    std::vector<std::string> names;
    for (const Object& object : factory_.objects) {
      if (object.kind == reference.kind) names.push_back(object.name);
    }
    const auto nearest = find_nearest(reference.name, names);
    diagnostics_.error(
        "adf.unresolved-reference", name.location(), message,
        nearest ? "did you mean \"" + *nearest + "\"?"
                : "add the file, or declare the name under adf.external in tidegate.yaml");
  }

  const Factory& factory_;
  const std::set<std::string>& external_;  // in lower case
  std::vector<Reference>& references_;
  Diagnostics& diagnostics_;
};

}  // namespace

void resolve_references(Factory& factory, const std::set<std::string>& external,
                        Diagnostics& diagnostics) {
  std::set<std::string> low;
  for (const std::string& name : external) low.insert(to_lower(name));
  struct Found {
    std::vector<Reference> references{};
    Diagnostics diagnostics{};
  };
  std::vector<Found> found(factory.objects.size());
  for_each_index(found.size(), [&](std::size_t i) {
    Resolver(factory, low, found[i].references, found[i].diagnostics).run(i);
  });
  std::size_t count = 0;
  for (const Found& object : found) count += object.references.size();
  factory.references.clear();
  factory.references.reserve(count);
  for (Found& object : found) {
    factory.references.insert(factory.references.end(), object.references.begin(),
                              object.references.end());
    diagnostics.append(std::move(object.diagnostics));
  }
}

}  // namespace tidegate::adf
