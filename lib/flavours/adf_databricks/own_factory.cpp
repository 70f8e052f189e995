// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/own_factory.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "document/write.hpp"
#include "flavours/adf_databricks/map_object.hpp"
#include "flavours/adf_databricks/own.hpp"
#include "validation/test_file.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;
using terraform::Block;
using terraform::Expression;
using terraform::Members;
using terraform::Part;
using terraform::Value;
using Parts = std::vector<Part>;

std::optional<std::size_t> factory_index(const Service& service) {
  const auto& all = service.factory.objects;
  const auto found = std::ranges::find(all, adf::ObjectKind::factory, &adf::Object::kind);
  if (found == all.end()) return std::nullopt;
  return static_cast<std::size_t>(found - all.begin());
}

Node root_of(const Service& service) {
  const auto index = factory_index(service);
  return index ? service.factory.objects[*index].root() : Node();
}

const service::BoundLeaf* leaf_of(const Service& service, const Node& node) {
  const auto index = factory_index(service);
  if (!index || !node) return nullptr;
  return service::find_leaf(service::leaves_of(service.bindings, *index), node);
}

// --- texts with what bindings put into them ---

void append(Parts& parts, std::string_view text) {
  if (text.empty()) return;
  if (!parts.empty() && !parts.back().is_expression) {
    parts.back().text += text;
  } else {
    parts.push_back({.text = std::string(text)});
  }
}

void append(Parts& parts, const Parts& more) {
  for (const Part& part : more) {
    if (part.is_expression) {
      parts.push_back(part);
    } else {
      append(parts, part.text);
    }
  }
}

// Of a string.
Parts parts_of(const Service& service, const Node& text) {
  Parts parts;
  const service::BoundLeaf* leaf = leaf_of(service, text);
  if (leaf == nullptr) {
    append(parts, text.as_string());
  } else if (!leaf->whole.empty()) {
    parts.push_back({.text = "var." + leaf->whole, .is_expression = true});
  } else {
    const Value value = bound_value(*leaf);
    append(parts, std::get<terraform::Template>(value.data()).parts);
  }
  return parts;
}

Value value_of(Parts parts) {
  if (parts.empty()) return Value("");
  if (parts.size() > 1) return terraform::Template{std::move(parts)};
  return parts[0].is_expression ? Value(Expression{parts[0].text}) : Value(parts[0].text);
}

// Canonical JSON; bound leaves are encoded when the plan is made.
void append_json(const Service& service, const Node& node, Parts& parts) {
  const service::BoundLeaf* leaf = leaf_of(service, node);
  std::string text;
  if (leaf != nullptr) {
    if (leaf->whole.empty()) {
      for (const Part& part : parts_of(service, node))
        text += (text.empty() ? "" : ", ") +
                (part.is_expression ? part.text : validation::quoted(part.text));
      text = "join(\"\", [" + text + "])";
    } else {
      text = "var." + leaf->whole;
    }
    parts.push_back({.text = "jsonencode(" + text + ")", .is_expression = true});
  } else if (node.is_object()) {
    std::map<std::string_view, Node> members;
    for (const Node member : node) members.emplace(member.key(), member);
    const char* before = "{";
    for (const auto& [key, member] : members) {
      text = before;
      document::append_json_string(text, key);
      append(parts, text + ":");
      append_json(service, member, parts);
      before = ",";
    }
    append(parts, members.empty() ? "{}" : "}");
  } else if (node.is_array()) {
    append(parts, "[");
    bool first = true;
    for (const Node element : node) {
      if (!first) append(parts, ",");
      first = false;
      append_json(service, element, parts);
    }
    append(parts, "]");
  } else {
    append(parts, document::render_canonical_json(node));
  }
}

Value global_parameters(const Service& service, const Node& declared) {
  Value::List list;
  for (const Node one : declared) {
    std::string type(one["type"].as_string());
    if (!type.empty())
      type[0] = static_cast<char>(type[0] >= 'a' && type[0] <= 'z' ? type[0] - 32 : type[0]);
    const Node value = one["value"];  // the argument is a text, of whatever type the parameter is
    Parts parts;
    if (value.is_string()) {
      parts = parts_of(service, value);
    } else {
      append_json(service, value, parts);
    }
    list.emplace_back(
        Members{{"name", one.key()}, {"type", type}, {"value", value_of(std::move(parts))}});
  }
  return list;
}

// --- what belongs to one environment: the file says only that it is there ---

bool has_own_identities(const Node& root) {
  return root["identity"]["userAssignedIdentities"].size() > 0 ||
         root["identity"]["type"].as_string().find("UserAssigned") != std::string_view::npos;
}
Node key_of(const Node& root) { return root["properties"]["encryption"]["keyName"]; }
Node vault_of_key(const Node& root) { return root["properties"]["encryption"]["vaultBaseUrl"]; }
Node version_of_key(const Node& root) { return root["properties"]["encryption"]["keyVersion"]; }
Node identity_of_key(const Node& root) {
  return root["properties"]["encryption"]["identity"]["userAssignedIdentity"];
}
Node catalogue_of(const Node& root) {
  return root["properties"]["purviewConfiguration"]["purviewResourceId"];
}

constexpr char identities_variable[] = "data_factory_identity_ids";
constexpr char key_variable[] = "data_factory_key_id";
constexpr char key_identity_variable[] = "data_factory_key_identity_id";
constexpr char catalogue_variable[] = "data_factory_purview_id";

// No binding says otherwise.
bool stands_for(const Service& service, std::string_view variable, const Node& node) {
  const service::BoundLeaf* leaf = leaf_of(service, node);
  return leaf == nullptr || leaf->whole == variable;
}

// The id of the key: https://<vault>/keys/<name>[/<version>].
Value key_id(const Service& service, const Node& root) {
  if (stands_for(service, key_variable, vault_of_key(root)))
    return Expression{std::string("var.") + key_variable};
  Parts parts = parts_of(service, vault_of_key(root));
  if (parts.back().is_expression) {
    parts.back().text = "trimsuffix(" + parts.back().text + ", \"/\")";
  } else if (parts.back().text.ends_with('/')) {
    parts.back().text.pop_back();
  }
  append(parts, "/keys/");
  append(parts, parts_of(service, key_of(root)));
  if (!version_of_key(root).as_string().empty()) {
    append(parts, "/");
    append(parts, parts_of(service, version_of_key(root)));
  }
  return value_of(std::move(parts));
}

// Names of tags are compared without case by Azure. What the service says of itself wins.
bool is_tag_of_service(const Service& service, std::string_view name) {
  const auto own = tags_of(service);
  return std::ranges::any_of(own,
                             [&](const auto& one) { return equal_ignoring_case(one.first, name); });
}

Members tags_of_factory(const Service& service) {
  std::map<std::string, Value> all;
  for (const auto& [key, value] : tags_of(service)) all.emplace(key, value);
  for (const Node tag : sent_tags(service))
    all.emplace(tag.key(), value_of(parts_of(service, tag)));
  Members members;
  for (const auto& [key, value] : all) members.emplace_back(key, value);
  return members;
}

Members identity(const Node& root) {
  if (!has_own_identities(root)) return {{"type", "SystemAssigned"}};
  return {{"type", "SystemAssigned, UserAssigned"},
          {"identity_ids", Expression{std::string("var.") + identities_variable}}};
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

}  // namespace

service::EnvironmentVariable required_variable(std::string name, std::string description,
                                               std::string example) {
  return {.name = std::move(name),
          .description = std::move(description),
          .example = std::move(example)};
}

std::vector<Node> sent_tags(const Service& service) {
  std::vector<Node> all;
  for (const Node tag : root_of(service)["tags"])
    if (tag.is_string() && !is_tag_of_service(service, tag.key())) all.push_back(tag);
  return all;
}

Block map_factory(const Service& service) {
  const Node root = root_of(service);
  Block block{.type = "azurerm_data_factory", .name = "factory"};
  block.body = {{"name", Expression{"var.data_factory_name"}},
                {"resource_group_name", Expression{"var.data_factory_resource_group"}},
                {"location", Expression{"var.data_factory_location"}},
                {"identity", identity(root)}};
  const bool managed = std::ranges::any_of(service.factory.objects, [](const adf::Object& one) {
    return one.kind == adf::ObjectKind::managed_virtual_network ||
           one.kind == adf::ObjectKind::managed_private_endpoint;
  });
  if (managed) block.body.emplace_back("managed_virtual_network_enabled", true);
  const Node properties = root["properties"];
  if (properties["globalParameters"].size() > 0)
    block.body.emplace_back("global_parameter",
                            global_parameters(service, properties["globalParameters"]));
  if (equal_ignoring_case(properties["publicNetworkAccess"].as_string(), "Disabled"))
    block.body.emplace_back("public_network_enabled", false);
  if (key_of(root)) block.body.emplace_back("customer_managed_key_id", key_id(service, root));
  if (const Node node = identity_of_key(root))
    block.body.emplace_back("customer_managed_key_identity_id", value_of(parts_of(service, node)));
  if (const Node node = catalogue_of(root))
    block.body.emplace_back("purview_id", value_of(parts_of(service, node)));
  block.body.emplace_back("tags", tags_of_factory(service));
  block.lifecycle = {{"prevent_destroy", true}};
  return block;
}

void bind_factory(Service& service) {
  if (!has_own_factory(service)) return;
  const auto index = factory_index(service);
  if (!index) return;
  const Node root = root_of(service);
  std::vector<service::BoundLeaf>& leaves = service.bindings.leaves;
  const auto place_of_leaf = [](const service::BoundLeaf& leaf) {
    return std::pair(leaf.object, leaf.node.index());
  };
  const auto bind = [&](const Node& node, const char* variable) {
    if (!node || leaf_of(service, node) != nullptr) return;
    const std::string below = node.pointer() + "/";
    std::erase_if(leaves,
                  [&](const service::BoundLeaf& leaf) {  // what stands for the whole does for parts
                    return leaf.object == *index && leaf.node.pointer().starts_with(below);
                  });
    service::BoundLeaf leaf{
        .object = *index, .node = node, .whole = variable, .rule = "binding.derived"};
    const auto place = std::ranges::upper_bound(leaves, place_of_leaf(leaf), {}, place_of_leaf);
    leaves.insert(place, std::move(leaf));
  };
  bind(root["identity"]["userAssignedIdentities"], identities_variable);
  if (key_of(root)) bind(vault_of_key(root), key_variable);
  bind(identity_of_key(root), key_identity_variable);
  bind(catalogue_of(root), catalogue_variable);
}

std::vector<service::EnvironmentVariable> factory_variables(const Service& service) {
  std::vector<service::EnvironmentVariable> all{
      required_variable("data_factory_name", "Name of the data factory of this service",
                        "adf-example"),
      required_variable("data_factory_resource_group", "Resource group of the data factory",
                        "rg-example"),
      required_variable("data_factory_location", "Azure region of the data factory", "westeurope")};
  const Node root = root_of(service);
  const std::string group =
      "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/rg-example/providers/";
  const std::string user = group + "Microsoft.ManagedIdentity/userAssignedIdentities/id-example";
  if (has_own_identities(root))
    all.push_back(
        {.name = identities_variable,
         .type = "set(string)",
         .description = "Resource ids of the user-assigned identities of the data factory",
         .example = "[\"" + user + "\"]"});
  if (key_of(root) && stands_for(service, key_variable, vault_of_key(root)))
    all.push_back(required_variable(key_variable, "Key Vault key that encrypts the data factory",
                                    "https://kv-example.vault.azure.net/keys/example"));
  if (identity_of_key(root) && stands_for(service, key_identity_variable, identity_of_key(root)))
    all.push_back(required_variable(key_identity_variable,
                                    "User-assigned identity that reads this key", user));
  if (catalogue_of(root) && stands_for(service, catalogue_variable, catalogue_of(root)))
    all.push_back(required_variable(catalogue_variable, "Purview account of the data factory",
                                    group + "Microsoft.Purview/accounts/pv-example"));
  return all;
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

}  // namespace tidegate::flavours::adf_databricks
