// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/own.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "flavours/adf_databricks/own_factory.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;
using terraform::Block;
using terraform::Expression;
using terraform::Members;
using terraform::Value;

Members prevent_destroy() { return {{"prevent_destroy", true}}; }

Members tags(const Service& service) {
  Members all;
  for (const auto& [key, value] : tags_of(service)) all.emplace_back(key, value);
  return all;
}

std::string sentence_of_owner(const Service& service) {
  const service::ServiceManifest& m = service.manifest;
  return "service " + m.service + ", owner " + m.owner + ", domain " + m.domain;
}

Block map_container(const OwnContainer& one, const Service& service) {
  Block block{.type = "azurerm_storage_container", .name = one.name};
  block.body = {{"name", one.container},
                {"storage_account_id", Expression{"var." + one.variable}},
                {"container_access_type", "private"},
                {"metadata", tags(service)}};
  block.lifecycle = prevent_destroy();
  return block;
}

Value catalog_of(const std::string& catalog, const std::string& variable) {
  return variable.empty() ? Value(catalog) : Value(Expression{"var." + variable});
}

Block map_schema(const OwnSchema& one, const Service& service) {
  Block block{.type = "databricks_schema", .name = one.name};
  block.body = {{"catalog_name", catalog_of(one.catalog, one.variable)},
                {"name", one.schema},
                {"comment", (one.tables ? "Tables that a service produces: " : "Files of a service: ") + sentence_of_owner(service)},
                {"properties", tags(service)}};
  block.lifecycle = prevent_destroy();
  return block;
}

// A volume has no properties: whose it is stands in the comment.
Block map_volume(const OwnVolume& one, const Service& service) {
  Block block{.type = "databricks_volume", .name = one.name};
  block.body = {{"catalog_name", one.catalog},
                {"schema_name", one.schema_name.empty() ? Value(one.schema)
                                                        : Value(Expression{"databricks_schema." + one.schema_name + ".name"})},
                {"name", one.volume},
                {"volume_type", "MANAGED"},
                {"comment", (one.libraries ? "Libraries of a service: " : "Files that a service produces: ") + sentence_of_owner(service)}};
  block.lifecycle = prevent_destroy();
  return block;
}

// The factory reads and writes what the service produces, if the environment says so: whoever
// deploys must be allowed to assign roles.
Block map_access(const OwnContainer& one) {
  Block block{.type = "azurerm_role_assignment", .name = one.name};
  block.body = {{"count", Expression{"var.access_granted ? 1 : 0"}},
                {"scope", Expression{one.address() + ".id"}},
                {"role_definition_name", "Storage Blob Data Contributor"},
                {"principal_id", Expression{std::string(own_factory_address) + ".identity[0].principal_id"}},
                {"principal_type", "ServicePrincipal"}};
  return block;
}

}  // namespace

std::map<std::string, std::string> tags_of(const Service& service) {
  const service::ServiceManifest& m = service.manifest;
  return {{"service", m.service}, {"owner", m.owner}, {"domain", m.domain}};
}

std::vector<Block> map_own(const Service& service) {
  std::vector<Block> blocks;
  if (has_own_factory(service)) blocks.push_back(map_factory(service));
  for (const OwnContainer& one : own_containers(service)) {
    blocks.push_back(map_container(one, service));
    blocks.push_back(map_access(one));
  }
  for (const OwnSchema& one : own_schemas(service)) blocks.push_back(map_schema(one, service));
  for (const OwnVolume& one : own_volumes(service)) blocks.push_back(map_volume(one, service));
  return blocks;
}

void check_own(const Service& service, Diagnostics& diagnostics) {
  find_unsent(service, [&](const Node& member, const std::string& what) {
    diagnostics.warning("terraform.azurerm-loss", member.key_location(),
                        what + " is not sent: azurerm_data_factory has no argument for it",
                        "set it in the factory by hand, or take it out of the file");
  });
}

void add_own_variables(Service& service) {
  if (!has_own_factory(service)) return;
  std::vector<service::EnvironmentVariable>& all = service.bindings.variables;
  std::erase_if(all, [](const service::EnvironmentVariable& one) { return one.name == "data_factory_id" && !one.declared; });
  std::vector<service::EnvironmentVariable> more = factory_variables(service);
  for (const OwnContainer& one : own_containers(service)) {
    const auto known = std::ranges::find(more, one.variable, &service::EnvironmentVariable::name);
    if (known != more.end()) continue;
    more.push_back(required_variable(one.variable, "Resource id of the storage account behind " + one.linked_service,
                            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-example/providers/"
                            "Microsoft.Storage/storageAccounts/stexample"));
  }
  for (const OwnSchema& one : own_schemas(service)) {
    if (one.variable.empty() || std::ranges::find(more, one.variable, &service::EnvironmentVariable::name) != more.end()) continue;
    more.push_back(required_variable(one.variable, "Unity Catalog catalog of the tables behind " + one.linked_service, "example"));
  }
  if (!own_containers(service).empty()) {
    more.push_back({.name = "access_granted",
                    .type = "bool",
                    .required = false,
                    .description = "Give the data factory access to the containers of this service; who deploys must be "
                                   "allowed to assign roles",
                    .example = "false"});
  }
  for (service::EnvironmentVariable& one : more) {
    if (std::ranges::find(all, one.name, &service::EnvironmentVariable::name) == all.end()) all.push_back(std::move(one));
  }
  std::ranges::sort(all, {}, &service::EnvironmentVariable::name);
}

}  // namespace tidegate::flavours::adf_databricks
