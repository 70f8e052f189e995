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

// Arguments whose values are those of one environment, and so variables: the file says only that
// they are there.
bool has_own_identities(const Node& root) {
  return root["identity"]["userAssignedIdentities"].size() > 0 ||
         root["identity"]["type"].as_string().find("UserAssigned") != std::string_view::npos;
}
Node key_of(const Node& root) { return root["properties"]["encryption"]["keyName"]; }
Node identity_of_key(const Node& root) {
  return root["properties"]["encryption"]["identity"]["userAssignedIdentity"];
}
Node catalogue_of(const Node& root) {
  return root["properties"]["purviewConfiguration"]["purviewResourceId"];
}

// Names of tags are compared without case by Azure. What the service says of itself wins.
bool is_tag_of_service(const Service& service, std::string_view name) {
  const auto own = tags_of(service);
  return std::ranges::any_of(own,
                             [&](const auto& one) { return equal_ignoring_case(one.first, name); });
}

Members tags_of_factory(const Service& service, const Node& root) {
  std::map<std::string, std::string> all = tags_of(service);
  for (const Node tag : root["tags"]) {
    if (tag.is_string() && !is_tag_of_service(service, tag.key()))
      all.emplace(tag.key(), tag.as_string());
  }
  Members members;
  for (const auto& [key, value] : all) members.emplace_back(key, value);
  return members;
}

Members identity(const Node& root) {
  if (!has_own_identities(root)) return {{"type", "SystemAssigned"}};
  return {{"type", "SystemAssigned, UserAssigned"},
          {"identity_ids", Expression{"var.data_factory_identity_ids"}}};
}

Block map_factory(const Service& service) {
  const adf::Object* object = factory_object(service);
  const Node root = object != nullptr ? object->root() : Node();

  Block block{.type = "azurerm_data_factory", .name = "factory"};
  block.body = {{"name", Expression{"var.data_factory_name"}},
                {"resource_group_name", Expression{"var.data_factory_resource_group"}},
                {"location", Expression{"var.data_factory_location"}},
                {"identity", identity(root)}};
  const bool managed = std::ranges::any_of(service.factory.objects, [](const adf::Object& one) {
    return one.kind == adf::ObjectKind::managed_virtual_network || one.kind == adf::ObjectKind::managed_private_endpoint;
  });
  if (managed) block.body.emplace_back("managed_virtual_network_enabled", true);
  const Node properties = root["properties"];
  if (properties["globalParameters"].size() > 0)
    block.body.emplace_back("global_parameter", global_parameters(properties["globalParameters"]));
  if (equal_ignoring_case(properties["publicNetworkAccess"].as_string(), "Disabled"))
    block.body.emplace_back("public_network_enabled", false);
  if (key_of(root))
    block.body.emplace_back("customer_managed_key_id", Expression{"var.data_factory_key_id"});
  if (identity_of_key(root))
    block.body.emplace_back("customer_managed_key_identity_id",
                            Expression{"var.data_factory_key_identity_id"});
  if (catalogue_of(root))
    block.body.emplace_back("purview_id", Expression{"var.data_factory_purview_id"});
  block.body.emplace_back("tags", tags_of_factory(service, root));
  block.lifecycle = prevent_destroy();
  return block;
}

// What the service writes into the file by itself, and what azurerm has an argument for; the
// connection to git belongs to the factory in which people write.
constexpr std::array<std::string_view, 9> sent_of_factory{
    "globalParameters",  "publicNetworkAccess", "encryption", "purviewConfiguration",
    "provisioningState", "createTime",          "version",    "repoConfiguration",
    "factoryStatistics"};
// Beside `properties`; the location is a variable, the name that of the resource.
constexpr std::array<std::string_view, 10> sent_of_root{
    "name", "properties", "location", "identity", "tags", "id", "etag", "eTag", "type", "$schema"};

bool is_one_of(std::string_view name, std::span<const std::string_view> names) {
  return std::ranges::find(names, name) != names.end();
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

void find_unsent(const Service& service,
                 const std::function<void(const Node& member, const std::string& what)>& take) {
  for (const adf::Object& object : service.factory.objects) {
    if (object.kind == adf::ObjectKind::factory) {
      for (const Node one : object.properties()) {
        if (!is_one_of(one.key(), sent_of_factory))
          take(one, printable(one.key()) + " of the factory");
      }
      for (const Node one : object.root()) {
        if (!is_one_of(one.key(), sent_of_root))
          take(one, printable(one.key()) + " of the factory");
      }
      for (const Node tag : object.root()["tags"]) {
        if (is_tag_of_service(service, tag.key()))
          take(tag, "tag " + printable(tag.key()) + ", which is one of the service's own,");
        else if (!tag.is_string())
          take(tag, "tag " + printable(tag.key()) + ", which is no text,");
      }
    } else if (object.kind == adf::ObjectKind::managed_virtual_network) {
      const Node prevents = object.properties()["preventDataExfiltration"];
      if (prevents.as_boolean()) take(prevents, "preventDataExfiltration of the managed network");
    }
  }
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
  std::vector<service::EnvironmentVariable> more{
      variable("data_factory_name", "Name of the data factory of this service", "adf-example"),
      variable("data_factory_resource_group", "Resource group of the data factory", "rg-example"),
      variable("data_factory_location", "Azure region of the data factory", "westeurope")};
  if (const adf::Object* object = factory_object(service)) {
    const std::string group =
        "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-example/providers/";
    const std::string user = group + "Microsoft.ManagedIdentity/userAssignedIdentities/id-example";
    if (has_own_identities(object->root()))
      more.push_back(
          {.name = "data_factory_identity_ids",
           .type = "set(string)",
           .description = "Resource ids of the user-assigned identities of the data factory",
           .example = "[\"" + user + "\"]"});
    if (key_of(object->root()))
      more.push_back(variable("data_factory_key_id", "Key Vault key that encrypts the data factory",
                              "https://kv-example.vault.azure.net/keys/example"));
    if (identity_of_key(object->root()))
      more.push_back(variable("data_factory_key_identity_id",
                              "User-assigned identity that reads this key", user));
    if (catalogue_of(object->root()))
      more.push_back(variable("data_factory_purview_id", "Purview account of the data factory",
                              group + "Microsoft.Purview/accounts/pv-example"));
  }
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
