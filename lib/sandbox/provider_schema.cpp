// SPDX-License-Identifier: Apache-2.0
#include "sandbox/provider_schema.hpp"

#include <algorithm>
#include <optional>
#include <vector>

#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::sandbox {

namespace {

using document::JsonWriter;
using document::Node;

constexpr std::string_view default_host = "registry.terraform.io/";

Diagnostic bad(const Node& node, std::string message) {
  return {.code = "sandbox.bad-schema",
          .where = node.location(),
          .message = std::move(message),
          .hint = "give the output of `terraform providers schema -json`",
          .exit = ExitCode::unreadable};
}

std::string_view short_address(std::string_view address) {
  if (address.starts_with(default_host)) address.remove_prefix(default_host.size());
  return address;
}

// Reads with one failure for all: the first one.
class Reader {
 public:
  const std::optional<Diagnostic>& failure() const { return failure_; }

  Schema schema(const Node& json) {
    Schema out;
    out.version = json["version"].as_integer().value_or(0);
    if (!json["block"].is_object()) fail(json, "a schema has no block");
    out.block = block(json["block"]);
    return out;
  }

  Function function(const std::string& name, const Node& json) {
    Function out{.name = name};
    for (const Node parameter : json["parameters"])
      out.parameters.push_back(parameter_of(parameter));
    if (const Node variadic = json["variadic_parameter"]; variadic.is_object())
      out.variadic = std::make_shared<const FunctionParameter>(parameter_of(variadic));
    out.result = type(json["return_type"], json);
    return out;
  }

 private:
  void fail(const Node& node, std::string message) {
    if (!failure_) failure_ = bad(node, std::move(message));
  }

  Type type(const Node& json, const Node& owner) {
    if (!json.exists()) {
      fail(owner, "has no type");
      return {};
    }
    Result<Type> read = read_type(json);
    if (read) return std::move(*read);
    if (!failure_) failure_ = read.failure();
    return {};
  }

  FunctionParameter parameter_of(const Node& json) {
    return {.name = std::string(json["name"].as_string()),
            .type = type(json["type"], json),
            .allow_null = json["is_nullable"].as_boolean()};
  }

  // NestingMode of blocks; of nested attributes all but group.
  Nesting nesting(const Node& json, bool attribute) {
    const std::string_view name = json["nesting_mode"].as_string();
    if (name == "list") return Nesting::list;
    if (name == "set") return Nesting::set;
    if (name == "map") return Nesting::map;
    if (name == "group" && !attribute) return Nesting::group;
    if (name != "single") fail(json, "unknown nesting_mode; expected single, list, set or map");
    return Nesting::single;
  }

  Attribute attribute(const Node& json) {
    Attribute out{.name = std::string(json.key()),
                  .required = json["required"].as_boolean(),
                  .optional = json["optional"].as_boolean(),
                  .computed = json["computed"].as_boolean(),
                  .sensitive = json["sensitive"].as_boolean(),
                  .write_only = json["write_only"].as_boolean()};
    const Node nested = json["nested_type"];
    if (!nested.is_object()) {
      out.type = type(json["type"], json);
      return out;
    }
    auto inner = std::make_shared<NestedType>();
    inner->nesting = nesting(nested, true);
    inner->attributes = attributes(nested["attributes"]);
    out.type = type_of(*inner);
    out.nested = std::move(inner);
    return out;
  }

  std::vector<Attribute> attributes(const Node& json) {
    std::vector<Attribute> out;
    for (const Node one : json) out.push_back(attribute(one));
    std::sort(out.begin(), out.end(),
              [](const Attribute& a, const Attribute& b) { return a.name < b.name; });
    return out;
  }

  std::uint64_t count(const Node& json) {
    if (!json.exists()) return 0;
    const auto value = json.as_integer();
    if (!value || *value < 0) fail(json, "no count");
    return value && *value > 0 ? static_cast<std::uint64_t>(*value) : 0;
  }

  Block block(const Node& json) {
    Block out;
    out.attributes = attributes(json["attributes"]);
    for (const Node nested : json["block_types"]) {
      out.blocks.push_back({.name = std::string(nested.key()),
                            .nesting = nesting(nested, false),
                            .block = block(nested["block"]),
                            .min_items = count(nested["min_items"]),
                            .max_items = count(nested["max_items"])});
    }
    std::sort(out.blocks.begin(), out.blocks.end(),
              [](const NestedBlock& a, const NestedBlock& b) { return a.name < b.name; });
    return out;
  }

  std::optional<Diagnostic> failure_{};
};

Result<Node> find_provider(const Node& root, std::string_view address) {
  const Node all = root["provider_schemas"];
  if (!all.is_object()) return bad(root, "there is no provider_schemas");
  std::string names;
  for (const Node provider : all) {
    if (short_address(provider.key()) == short_address(address)) return provider;
    names += (names.empty() ? "" : ", ") + std::string(short_address(provider.key()));
  }
  if (address.empty() && all.size() == 1) return *all.begin();
  if (address.empty())
    return bad(all, "there are several providers, name one with --provider: " + names);
  return bad(all, "there is no provider " + std::string(address) + "; there are: " + names);
}

// --- writing ---

void write_type(JsonWriter& json, const Type& type) {
  const auto parsed = document::parse_json("type", "[" + type_json(type) + "]");
  if (parsed) json.key("type").node((*parsed)->root().at(0));
}

const char* name_of(Nesting nesting) {
  switch (nesting) {
    case Nesting::single:
      return "single";
    case Nesting::group:
      return "group";
    case Nesting::list:
      return "list";
    case Nesting::set:
      return "set";
    case Nesting::map:
      return "map";
  }
  return "single";
}

void write_attributes(JsonWriter& json, const std::vector<Attribute>& attributes) {
  json.key("attributes").begin_object();
  for (const Attribute& attribute : attributes) {
    json.key(attribute.name).begin_object();
    const auto flag = [&](const char* name, bool value) {
      if (value) json.member_boolean(name, true);
    };
    flag("computed", attribute.computed);
    if (attribute.nested != nullptr) {
      json.key("nested_type").begin_object();
      write_attributes(json, attribute.nested->attributes);
      json.member("nesting_mode", name_of(attribute.nested->nesting)).end_object();
    }
    flag("optional", attribute.optional);
    flag("required", attribute.required);
    flag("sensitive", attribute.sensitive);
    if (attribute.nested == nullptr) write_type(json, attribute.type);
    flag("write_only", attribute.write_only);
    json.end_object();
  }
  json.end_object();
}

void write_block(JsonWriter& json, const Block& block) {
  json.begin_object();
  if (!block.attributes.empty()) write_attributes(json, block.attributes);
  if (!block.blocks.empty()) {
    json.key("block_types").begin_object();
    for (const NestedBlock& nested : block.blocks) {
      json.key(nested.name).begin_object().key("block");
      write_block(json, nested.block);
      if (nested.max_items > 0)
        json.member("max_items", static_cast<std::int64_t>(nested.max_items));
      if (nested.min_items > 0)
        json.member("min_items", static_cast<std::int64_t>(nested.min_items));
      json.member("nesting_mode", name_of(nested.nesting)).end_object();
    }
    json.end_object();
  }
  json.end_object();
}

void write_schema(JsonWriter& json, const Schema& schema) {
  json.begin_object().key("block");
  write_block(json, schema.block);
  json.member("version", schema.version).end_object();
}

void write_schemas(JsonWriter& json, const char* name,
                   const std::map<std::string, Schema, std::less<>>& schemas) {
  if (schemas.empty()) return;
  json.key(name).begin_object();
  for (const auto& schema : schemas) {
    json.key(schema.first);
    write_schema(json, schema.second);
  }
  json.end_object();
}

void write_parameter(JsonWriter& json, const FunctionParameter& parameter) {
  json.begin_object();
  if (parameter.allow_null) json.member_boolean("is_nullable", true);
  json.member("name", parameter.name);
  write_type(json, parameter.type);
  json.end_object();
}

void write_functions(JsonWriter& json,
                     const std::map<std::string, Function, std::less<>>& functions) {
  if (functions.empty()) return;
  json.key("functions").begin_object();
  for (const auto& entry : functions) {
    const Function& function = entry.second;
    json.key(entry.first).begin_object().key("parameters").begin_array();
    for (const FunctionParameter& parameter : function.parameters) write_parameter(json, parameter);
    json.end_array();
    const auto parsed = document::parse_json("type", "[" + type_json(function.result) + "]");
    if (parsed) json.key("return_type").node((*parsed)->root().at(0));
    if (function.variadic != nullptr) {
      json.key("variadic_parameter");
      write_parameter(json, *function.variadic);
    }
    json.end_object();
  }
  json.end_object();
}

}  // namespace

Result<ProviderSchema> read_provider_schema(const document::Document& json,
                                            std::string_view address) {
  const Result<Node> found = find_provider(json.root(), address);
  if (!found) return found.failure();
  const Node provider = *found;
  ProviderSchema out{.address = std::string(short_address(provider.key()))};
  Reader reader;
  out.provider = reader.schema(provider["provider"]);
  for (const Node one : provider["resource_schemas"])
    out.resources.emplace(std::string(one.key()), reader.schema(one));
  for (const Node one : provider["data_source_schemas"])
    out.data_sources.emplace(std::string(one.key()), reader.schema(one));
  for (const Node one : provider["ephemeral_resource_schemas"])
    out.ephemerals.emplace(std::string(one.key()), reader.schema(one));
  for (const Node one : provider["functions"]) {
    const std::string name(one.key());
    out.functions.emplace(name, reader.function(name, one));
  }
  if (reader.failure()) return *reader.failure();
  return out;
}

std::string render_provider_schema(const ProviderSchema& schema) {
  std::string out;
  JsonWriter json(out, false);
  json.begin_object().member("format_version", "1.0").key("provider_schemas").begin_object();
  const bool has_host = schema.address.find('/') != schema.address.rfind('/');
  json.key(has_host ? schema.address : std::string(default_host) + schema.address).begin_object();
  write_schemas(json, "data_source_schemas", schema.data_sources);
  write_schemas(json, "ephemeral_resource_schemas", schema.ephemerals);
  write_functions(json, schema.functions);
  json.key("provider");
  write_schema(json, schema.provider);
  write_schemas(json, "resource_schemas", schema.resources);
  json.end_object().end_object().end_object();
  return out;
}

}  // namespace tidegate::sandbox
