// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <array>
#include <tuple>
#include <utility>

#include "adf/factory.hpp"
#include "base/parallel.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"

namespace tidegate::adf {

namespace {

struct KindRow {
  ObjectKind kind = ObjectKind::pipeline;
  std::string_view folder{};  // as ADF Studio spells it
  std::string_view words{};
  std::string_view address{};
};

constexpr std::array kinds{
    KindRow{ObjectKind::pipeline, "pipeline", "pipeline", "pipeline"},
    KindRow{ObjectKind::dataset, "dataset", "dataset", "dataset"},
    KindRow{ObjectKind::linked_service, "linkedService", "linked service", "linked_service"},
    KindRow{ObjectKind::data_flow, "dataflow", "data flow", "data_flow"},
    KindRow{ObjectKind::trigger, "trigger", "trigger", "trigger"},
    KindRow{ObjectKind::integration_runtime, "integrationRuntime", "integration runtime",
            "integration_runtime"},
    KindRow{ObjectKind::credential, "credential", "credential", "credential"},
    KindRow{ObjectKind::factory, "factory", "factory", "factory"},
    KindRow{ObjectKind::managed_virtual_network, "managedVirtualNetwork", "managed virtual network",
            "network"},
    KindRow{ObjectKind::managed_private_endpoint, "managedPrivateEndpoint",
            "managed private endpoint", "endpoint"},
    KindRow{ObjectKind::synapse, "synapse", "Synapse object", "synapse"},
};

const KindRow& row_of(ObjectKind kind) { return kinds.at(static_cast<std::size_t>(kind)); }

ObjectKind kind_of_folder(std::string_view folder) {
  for (const KindRow& row : kinds) {
    if (equal_ignoring_case(row.folder, folder)) return row.kind;
  }
  return ObjectKind::synapse;
}

// The parsers of `document` speak of JSON in general; here every file is a Data Factory object.
Diagnostic as_adf(Diagnostic failure) {
  if (failure.code == "document.duplicate-key") {
    failure.code = "adf.duplicate-key";
  } else if (failure.code.starts_with("document.")) {
    failure.code = "adf.invalid-json";
  }
  return failure;
}

std::optional<Object> read_object(const system::FileTree& tree, const FactoryFile& file,
                                  Diagnostics& diagnostics) {
  Result<std::string> text = tree.read(file.path);
  if (!text) {
    diagnostics.add(text.failure());
    return std::nullopt;
  }
  Result<document::DocumentPtr> parsed = document::parse_json(file.path, std::move(*text));
  if (!parsed) {
    diagnostics.add(as_adf(parsed.failure()));
    return std::nullopt;
  }
  Object object{.kind = kind_of_folder(file.kind_folder), .file = file.path, .document = *parsed};
  const document::Node root = object.root();
  const document::Node exact = root["name"];
  const document::Node name = exact ? exact : root.find_ignoring_case("name");  // as the service reads it
  if (!root.is_object() || (name && !name.is_string()) ||
      (!name && !root["properties"].is_object() && object.kind != ObjectKind::factory)) {
    diagnostics.error("adf.not-an-object", root.location(),
                      "is no " + std::string(to_string(object.kind)) +
                          ": expected an object with \"name\" and \"properties\"",
                      "move the file out of the Data Factory folders, or complete it");
    return std::nullopt;
  }
  const std::string_view stem = file_stem(file.path);
  object.name = name.is_string() && !name.as_string().empty() ? std::string(name.as_string())
                                                              : std::string(stem);
  if (object.kind == ObjectKind::managed_private_endpoint) {
    object.network = std::string(file_name(parent_path(parent_path(file.path))));
  }
  if (!name || object.name != stem) {
    diagnostics.warning("adf.name-differs-from-file", name ? name.location() : root.location(),
                        name ? "the name is \"" + object.name + "\", the file is called \"" +
                                   std::string(stem) + "\""
                             : "there is no \"name\"; the file name is used",
                        "rename the file or the object, so that both agree");
  }
  return object;
}

}  // namespace

std::string_view to_string(ObjectKind kind) { return row_of(kind).words; }
std::string_view folder_of(ObjectKind kind) { return row_of(kind).folder; }
std::string_view address_kind(ObjectKind kind) { return row_of(kind).address; }

std::vector<document::Node> written_by_service(const Object& object, FactoryOwner owner) {
  std::vector<document::Node> found;
  for (const document::Node member : object.root()) {
    const std::string_view key = member.key();
    if (equal_ignoring_case(key, "id") || equal_ignoring_case(key, "etag") || equal_ignoring_case(key, "systemData")) {
      found.push_back(member);
    } else if (object.kind == ObjectKind::factory && equal_ignoring_case(key, "identity")) {
      if (owner == FactoryOwner::another) {
        found.push_back(member);
        continue;
      }
      for (const document::Node one : member) {
        if (equal_ignoring_case(one.key(), "principalId") || equal_ignoring_case(one.key(), "tenantId")) found.push_back(one);
      }
    }
  }
  return found;
}

const Object* Factory::find(ObjectKind kind, std::string_view name) const {
  const auto index = find_index(kind, name);
  return index ? &objects[*index] : nullptr;
}

std::optional<std::size_t> Factory::find_index(ObjectKind kind, std::string_view name) const {
  const auto found = index_.find({kind, to_lower(name)});
  if (found == index_.end()) return std::nullopt;
  return found->second;
}

std::vector<std::size_t> Factory::dependencies_of(std::size_t index) const {
  std::vector<std::size_t> needed;
  const auto first = std::lower_bound(
      references.begin(), references.end(), index,
      [](const Reference& reference, std::size_t i) { return reference.from < i; });
  for (auto it = first; it != references.end() && it->from == index; ++it) {
    if (it->target && *it->target != index) needed.push_back(*it->target);
  }
  std::sort(needed.begin(), needed.end());
  needed.erase(std::unique(needed.begin(), needed.end()), needed.end());
  return needed;
}

Factory read_factory(const system::FileTree& tree, std::string_view root,
                     const std::vector<FactoryFile>& files, Diagnostics& diagnostics) {
  Factory factory{.root = std::string(root)};
  using Wanted = std::pair<ObjectKind, const FactoryFile*>;
  std::vector<Wanted> wanted;
  for (const FactoryFile& file : files) {
    if (!file_name(file.path).starts_with('~') && ends_with_ignoring_case(file.path, ".json"))
      wanted.emplace_back(kind_of_folder(file.kind_folder), &file);
  }
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) {
    return std::tie(a.first, a.second->path) < std::tie(b.first, b.second->path);
  });
  std::vector<std::optional<Object>> objects(wanted.size());
  std::vector<Diagnostics> findings(wanted.size());
  for_each_index(wanted.size(),
                 [&](std::size_t i) { objects[i] = read_object(tree, *wanted[i].second, findings[i]); });
  factory.objects.reserve(wanted.size());
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    diagnostics.append(std::move(findings[i]));
    if (objects[i]) factory.objects.push_back(std::move(*objects[i]));
  }
  for (std::size_t i = 0; i < factory.objects.size(); ++i) {
    const Object& object = factory.objects[i];
    const std::string scope = object.network.empty() ? "" : to_lower(object.network) + "/";
    const auto placed =
        factory.index_.emplace(std::pair(object.kind, scope + to_lower(object.name)), i);
    if (placed.second || object.kind == ObjectKind::synapse) continue;
    diagnostics.error("adf.name-collision", object.root().location(),
                      std::string(to_string(object.kind)) + " \"" + object.name +
                          "\" is also defined in " + factory.objects[placed.first->second].file,
                      "names are compared without case: rename one of the two");
  }
  return factory;
}

}  // namespace tidegate::adf
