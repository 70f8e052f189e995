// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/own.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <span>

#include "base/text.hpp"
#include "document/write.hpp"

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

const adf::Object* factory_object(const Service& service) {
  const auto& all = service.factory.objects;
  const auto found = std::ranges::find(all, adf::ObjectKind::factory, &adf::Object::kind);
  return found == all.end() ? nullptr : &*found;
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

Value global_parameters(const Node& declared) {
  Value::List list;
  for (const Node one : declared) {
    std::string type(one["type"].as_string());
    if (!type.empty()) type[0] = static_cast<char>(type[0] >= 'a' && type[0] <= 'z' ? type[0] - 32 : type[0]);
    const Node value = one["value"];  // the argument is a text, of whatever type the parameter is
    list.emplace_back(Members{{"name", one.key()},
                              {"type", type},
                              {"value", value.is_string() ? std::string(value.as_string())
                                                          : document::render_canonical_json(value)}});
  }
  return list;
}

Block map_factory(const Service& service) {
  Block block{.type = "azurerm_data_factory", .name = "factory"};
  block.body = {{"name", Expression{"var.data_factory_name"}},
                {"resource_group_name", Expression{"var.data_factory_resource_group"}},
                {"location", Expression{"var.data_factory_location"}},
                {"identity", Members{{"type", "SystemAssigned"}}}};
  const bool managed = std::ranges::any_of(service.factory.objects, [](const adf::Object& one) {
    return one.kind == adf::ObjectKind::managed_virtual_network || one.kind == adf::ObjectKind::managed_private_endpoint;
  });
  if (managed) block.body.emplace_back("managed_virtual_network_enabled", true);
  if (const adf::Object* object = factory_object(service)) {
    const Node declared = object->properties()["globalParameters"];
    if (declared.size() > 0) block.body.emplace_back("global_parameter", global_parameters(declared));
    if (equal_ignoring_case(object->properties()["publicNetworkAccess"].as_string(), "Disabled"))
      block.body.emplace_back("public_network_enabled", false);
  }
  block.body.emplace_back("tags", tags(service));
  block.lifecycle = prevent_destroy();
  return block;
}

// What the service writes into the file by itself, and what azurerm has an argument for; the
// connection to git belongs to the factory in which people write.
constexpr std::array<std::string_view, 7> sent_of_factory{
    "globalParameters", "publicNetworkAccess", "provisioningState", "createTime", "version",
    "repoConfiguration", "factoryStatistics"};

void not_sent(const Node& node, const std::string& what, Diagnostics& diagnostics) {
  diagnostics.warning("terraform.azurerm-loss", node.key_location(),
                      what + " is not sent: azurerm_data_factory has no argument for it",
                      "set it in the factory by hand, or take it out of the file");
}

// Beside `properties`. The location is a variable; the factory gets an identity of its own, and the service's tags.
void check_root_of_factory(const Node& root, Diagnostics& diagnostics) {
  const Node identity = root["identity"];
  if (identity["userAssignedIdentities"].size() > 0) not_sent(identity["userAssignedIdentities"], "the user-assigned identity of the factory", diagnostics);
  if (root["tags"].size() > 0) not_sent(root["tags"], "tags of the factory", diagnostics);
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

service::EnvironmentVariable variable(std::string name, std::string description, std::string example) {
  return {.name = std::move(name), .description = std::move(description), .example = std::move(example)};
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
  for (const adf::Object& object : service.factory.objects) {
    if (object.kind == adf::ObjectKind::factory) {
      for (const Node one : object.properties()) {
        if (std::ranges::find(sent_of_factory, one.key()) == sent_of_factory.end())
          not_sent(one, printable(one.key()) + " of the factory", diagnostics);
      }
      check_root_of_factory(object.root(), diagnostics);
    } else if (object.kind == adf::ObjectKind::managed_virtual_network) {
      const Node prevents = object.properties()["preventDataExfiltration"];
      if (prevents.as_boolean()) not_sent(prevents, "preventDataExfiltration of the managed network", diagnostics);
    }
  }
}

void add_own_variables(Service& service) {
  if (!has_own_factory(service)) return;
  std::vector<service::EnvironmentVariable>& all = service.bindings.variables;
  std::erase_if(all, [](const service::EnvironmentVariable& one) { return one.name == "data_factory_id" && !one.declared; });
  std::vector<service::EnvironmentVariable> more{
      variable("data_factory_name", "Name of the data factory of this service", "adf-example"),
      variable("data_factory_resource_group", "Resource group of the data factory", "rg-example"),
      variable("data_factory_location", "Azure region of the data factory", "westeurope")};
  for (const OwnContainer& one : own_containers(service)) {
    const auto known = std::ranges::find(more, one.variable, &service::EnvironmentVariable::name);
    if (known != more.end()) continue;
    more.push_back(variable(one.variable, "Resource id of the storage account behind " + one.linked_service,
                            "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-example/providers/"
                            "Microsoft.Storage/storageAccounts/stexample"));
  }
  for (const OwnSchema& one : own_schemas(service)) {
    if (one.variable.empty() || std::ranges::find(more, one.variable, &service::EnvironmentVariable::name) != more.end()) continue;
    more.push_back(variable(one.variable, "Unity Catalog catalog of the tables behind " + one.linked_service, "example"));
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
