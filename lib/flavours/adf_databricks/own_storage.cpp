// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/own_storage.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>
#include <utility>

#include "base/text.hpp"
#include "flavours/adf_databricks/own.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

constexpr std::array<std::string_view, 3> storage_types{"AzureBlobFS", "AzureBlobStorage", "AzureDataLakeStoreGen2"};
constexpr std::array<std::string_view, 2> container_types{"azurerm_storage_container", "azurerm_storage_data_lake_gen2_filesystem"};
constexpr std::array<std::string_view, 1> schema_types{"databricks_schema"};
constexpr std::array<std::string_view, 1> volume_types{"databricks_volume"};
constexpr std::string_view delta_lake = "AzureDatabricksDeltaLake";
constexpr std::string_view volumes_root = "Volumes/";

// By the service's own Terraform, with that name as a literal.
const terraform::Declaration* find_declared(const Service& service, std::span<const std::string_view> types, std::string_view name) {
  for (const terraform::WrittenFile& file : service.written) {
    for (const terraform::Declaration& one : file.declarations) {
      if (one.kind != "resource" || std::ranges::find(types, one.type) == types.end()) continue;
      const terraform::Written* given = one.body.find("name");
      if (given != nullptr && given->text == name) return &one;
    }
  }
  return nullptr;
}

const adf::Object* find_linked(const Service& service, const std::string& name) {
  return service.factory.find(adf::ObjectKind::linked_service, name);
}

std::string_view type_of_linked(const Service& service, const std::string& name) {
  const adf::Object* linked = find_linked(service, name);
  return linked == nullptr ? std::string_view() : linked->properties()["type"].as_string();
}

bool is_storage(const Service& service, const std::string& linked) {
  return std::ranges::find(storage_types, type_of_linked(service, linked)) != storage_types.end();
}

std::string identifier(std::string_view name) {
  std::string out;
  for (const char c : name) out += (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ? c : '_';
  return out;
}

std::string_view first_step(std::string_view path) { return path.substr(0, path.find('/')); }

// catalog, schema, volume; empty: the path leads into no volume.
std::vector<std::string_view> volume_in(std::string_view path) {
  if (!path.starts_with(volumes_root)) return {};
  std::vector<std::string_view> steps = split(path.substr(volumes_root.size()), '/');
  if (steps.size() < 3 || steps[0].empty() || steps[1].empty() || steps[2].empty()) return {};
  steps.resize(3);
  return steps;
}

// catalog (or empty), schema, of a produced table.
std::vector<std::string_view> table_schema_in(std::string_view path) {
  std::vector<std::string_view> parts = split(path, path.find('/') == path.npos ? '.' : '/');
  if (parts.size() == 2) parts.insert(parts.begin(), std::string_view());
  if (parts.size() != 3 || parts[1].empty()) return {};
  parts.resize(2);
  return parts;
}

bool names_library_volume(const Service& service) {
  const service::ServiceManifest& m = service.manifest;
  return m.placement_jars != "workspace" && !m.volume_name.empty() && !service.jars.empty();
}

bool is_declared(const Service& service, const OwnVolume& volume) {
  return find_declared(service, volume_types, volume.volume) != nullptr;
}

// Without `schema_name`, which the schemas decide.
std::vector<OwnVolume> list_volumes(const Service& service) {
  std::vector<OwnVolume> out;
  const service::ServiceManifest& m = service.manifest;
  const auto add = [&](OwnVolume one) {
    const bool known = std::ranges::any_of(out, [&](const OwnVolume& other) {
      return other.catalog == one.catalog && other.schema == one.schema && other.volume == one.volume;
    });
    if (!known && !is_declared(service, one)) out.push_back(std::move(one));
  };
  if (names_library_volume(service)) {
    add({.catalog = m.volume_catalog, .schema = m.volume_schema, .volume = m.volume_name, .name = "libraries", .libraries = true});
  }
  if (!has_own_factory(service)) return out;
  for (const service::Produced& one : m.produces) {
    const std::vector<std::string_view> steps = volume_in(one.path);
    if (steps.empty() || one.shared || is_storage(service, one.linked_service)) continue;
    const std::string all = std::string(steps[0]) + "_" + std::string(steps[1]) + "_" + std::string(steps[2]);
    add({.catalog = std::string(steps[0]),
         .schema = std::string(steps[1]),
         .volume = std::string(steps[2]),
         .name = terraform::resource_name("volume", all)});
  }
  return out;
}

}  // namespace

bool has_own_factory(const Service& service) { return service.manifest.placement_factory == "own"; }

std::vector<OwnContainer> own_containers(const Service& service) {
  std::vector<OwnContainer> out;
  if (!has_own_factory(service)) return out;
  std::set<std::string> seen, names;
  for (const service::Produced& one : service.manifest.produces) {
    if (one.shared || !is_storage(service, one.linked_service)) continue;
    const std::string& linked = find_linked(service, one.linked_service)->name;
    std::string container(first_step(one.path));
    if (container.empty() || find_declared(service, container_types, container) != nullptr ||
        !seen.insert(linked + "/" + container).second)
      continue;
    std::string name = terraform::resource_name("container", container);
    if (!names.insert(name).second) {  // of another account
      name = terraform::resource_name("container", linked + "_" + container);
      names.insert(name);
    }
    out.push_back({.linked_service = linked,
                   .variable = identifier(linked) + "_storage_account_id",
                   .container = std::move(container),
                   .name = std::move(name)});
  }
  return out;
}

std::vector<OwnSchema> own_schemas(const Service& service) {
  std::vector<OwnSchema> out;
  if (!has_own_factory(service)) return out;
  const auto add = [&](OwnSchema one) {
    const auto known = std::ranges::find_if(out, [&](const OwnSchema& other) {
      return other.catalog == one.catalog && other.variable == one.variable && other.schema == one.schema;
    });
    if (known == out.end() && find_declared(service, schema_types, one.schema) == nullptr) out.push_back(std::move(one));
  };
  for (const service::Produced& one : service.manifest.produces) {
    if (one.shared || type_of_linked(service, one.linked_service) != delta_lake) continue;
    const std::vector<std::string_view> parts = table_schema_in(one.path);
    if (parts.empty()) continue;
    const std::string catalog(parts[0]), schema(parts[1]);
    add({.linked_service = one.linked_service,
         .variable = catalog.empty() ? identifier(one.linked_service) + "_catalog" : std::string(),
         .catalog = catalog,
         .schema = schema,
         .name = terraform::resource_name("schema", catalog.empty() ? schema : catalog + "_" + schema),
         .tables = true});
  }
  for (const OwnVolume& one : list_volumes(service)) {
    add({.catalog = one.catalog,
         .schema = one.schema,
         .name = one.libraries ? "libraries" : terraform::resource_name("schema", one.catalog + "_" + one.schema)});
  }
  return out;
}

std::vector<OwnVolume> own_volumes(const Service& service) {
  std::vector<OwnVolume> out = list_volumes(service);
  if (out.empty()) return out;
  const std::vector<OwnSchema> schemas = own_schemas(service);
  for (OwnVolume& one : out) {
    const auto schema = std::ranges::find_if(schemas, [&](const OwnSchema& other) {
      return other.variable.empty() && other.catalog == one.catalog && other.schema == one.schema;
    });
    if (schema != schemas.end()) one.schema_name = schema->name;
  }
  return out;
}

bool owns_library_volume(const Service& service) {
  const std::vector<OwnVolume> all = list_volumes(service);
  return !all.empty() && all.front().libraries;
}

std::vector<std::string> protected_addresses(const Service& service) {
  std::set<std::string> all;
  if (has_own_factory(service)) all.insert(own_factory_address);
  for (const OwnContainer& one : own_containers(service)) all.insert(one.address());
  for (const OwnSchema& one : own_schemas(service)) all.insert("databricks_schema." + one.name);
  for (const OwnVolume& one : own_volumes(service)) all.insert("databricks_volume." + one.name);
  const auto add_declared = [&](std::span<const std::string_view> types, std::string_view name) {
    const terraform::Declaration* one = name.empty() ? nullptr : find_declared(service, types, name);
    if (one != nullptr) all.insert(one->type + "." + one->name);
  };
  for (const service::Produced& one : service.manifest.produces) {
    // Of a linked service of others only the name is known.
    const std::string_view type = type_of_linked(service, one.linked_service);
    const bool tables = type.empty() || type == delta_lake, files = type.empty() || type != delta_lake;
    const std::vector<std::string_view> volume = is_storage(service, one.linked_service) ? std::vector<std::string_view>() : volume_in(one.path), schema = table_schema_in(one.path);
    if (!volume.empty()) {
      add_declared(volume_types, volume[2]);
      continue;
    }
    if (files) add_declared(container_types, first_step(one.path));
    if (tables && !schema.empty()) add_declared(schema_types, schema[1]);
  }
  if (names_library_volume(service)) add_declared(volume_types, service.manifest.volume_name);
  return {all.begin(), all.end()};
}

}  // namespace tidegate::flavours::adf_databricks
