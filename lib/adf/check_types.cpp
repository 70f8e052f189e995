// SPDX-License-Identifier: Apache-2.0
// Objects against the published types: required properties, unknown properties, types and values. Names
// are compared without case, and a value that is computed at run time is not looked into: compared
// exactly, the types refuse half of all live factories.
#include <array>

#include "adf/check.hpp"
#include "adf/types.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

struct Extra {
  std::string_view type{};
  std::string_view property{};
};

// Written by ADF Studio or older versions, and accepted by the service.
constexpr std::array extras{
    Extra{"Pipeline", "lastPublishTime"},
    Extra{"ParameterSpecification", "identity"},
    Extra{"ExecuteDataFlowActivityTypeProperties", "cacheSinks"},
    Extra{"DataFlowReference", "cacheSinks"},
    Extra{"DataFlowSource", "script"},
    Extra{"DataFlowSink", "script"},
    Extra{"Transformation", "script"},
    Extra{"CopyActivityTypeProperties", "cloudDataMovementUnits"},
    Extra{"SynapseNotebookActivityTypeProperties", "snapshot"},
    Extra{"AzureDatabricksLinkedServiceTypeProperties", "clusterOption"},
    Extra{"AzureDatabricksDeltaLakeDatasetTypeProperties", "schema"},
    Extra{"JsonWriteSettings", "quoteAllText"},
    Extra{"FactoryProperties", "globalConfigurations"},
    Extra{"OracleSource", "convertDecimalToInteger"},
    Extra{"AmazonRdsForOracleSource", "convertDecimalToInteger"},
};

// Properties of datasets of version 1 of the service.
constexpr std::array<std::string_view, 4> left_over{"published", "availability", "external", "policy"};

bool is_expression(const Node& node) {
  return node.is_object() && equal_ignoring_case(node["type"].as_string(), "Expression") &&
         (node["value"].exists() || node["content"].exists());
}

class Walker {
 public:
  Walker(const Object& object, Diagnostics& diagnostics) : object_(object), diagnostics_(diagnostics) {}

  void walk(const Node& node, TypeId id) {
    if (id == 0) return;
    const SchemaType type = schema_type(id);
    switch (type.kind) {
      case TypeKind::any:
        return;
      case TypeKind::array:
        if (!node.is_array() || type.element == 0) return;
        for (const Node child : node) walk(child, type.element);
        return;
      case TypeKind::object:
        if (node.is_object() && !is_expression(node)) walk_object(node, id, 0, type);
        return;
      case TypeKind::variant:
        if (node.is_object() && !is_expression(node)) walk_variant(node, id, type);
        return;
      case TypeKind::values:
        if (node.is_string()) check_value(node, id, type.closed);
        return;
    }
  }

 private:
  void check_value(const Node& node, TypeId id, bool closed) {
    const std::string_view text = node.as_string();
    if (is_value(id, text) || text.find('@') != std::string_view::npos) return;
    const std::vector<std::string> values = value_names(id);
    const auto nearest = find_nearest(text, values);
    const Node holder = node.parent();
    diagnostics_.add({.code = "adf.unknown-value",
                      .severity = closed ? Severity::error : Severity::warning,
                      .where = node.location(),
                      .message = "\"" + printable(text) + "\" is no value of " +
                                 std::string(holder.is_array() ? holder.key() : node.key()) + ": expected " + join(values, ", "),
                      .hint = nearest ? "did you mean \"" + *nearest + "\"?" : closed ? "take one of these" : "take one of these, unless the service knows it"});
  }

  void walk_variant(const Node& node, TypeId id, const SchemaType& type) {
    const Node word = node.find_ignoring_case(type.discriminator);
    if (!word.is_string()) {
      if (!word) missing(node, type.discriminator, type.name);
      return;
    }
    if (word.as_string().find('@') != std::string_view::npos) return;
    const auto found = find_variant(id, word.as_string());
    if (!found) {
      const auto nearest = find_nearest(word.as_string(), variant_names(id));
      diagnostics_.note("adf.unknown-property", word.location(),
                        "the type \"" + std::string(word.as_string()) + "\" is not one that is known here",
                        nearest ? "did you mean \"" + *nearest + "\"? it is kept as it is" : "it is kept as it is");
      return;
    }
    walk_object(node, *found, id, type);
  }

  // `base`: a variant whose properties count, too; 0: none.
  void walk_object(const Node& node, TypeId id, TypeId base, const SchemaType& variant) {
    const SchemaType type = schema_type(id);
    for (const Node child : node) {
      auto member = find_member(id, child.key());
      if (!member && base != 0) member = find_member(base, child.key());
      if (member) {
        if (member->type != 0) walk(child, member->type);
      } else if (type.rest) {
        if (*type.rest != 0) walk(child, *type.rest);
      } else if (base == 0 || !equal_ignoring_case(child.key(), variant.discriminator)) {
        unknown(child, id, base, base == 0 ? type.name : variant.name);
      }
    }
    require(node, id, type.name);
    if (base != 0) require(node, base, type.name);
  }

  void require(const Node& node, TypeId id, std::string_view name) {
    const std::size_t count = member_count(id);
    for (std::size_t i = 0; i < count; ++i) {
      const TypeMember member = member_at(id, i);
      if (!member.required || node.find_ignoring_case(member.name) || is_left_out(member)) continue;
      missing(node, member.name, name);
    }
  }

  // A group that requires nothing itself may be left out, whatever the types say: live datasets have
  // no typeProperties. Triggers without pipeline have a code of their own.
  bool is_left_out(const TypeMember& member) const {
    if (object_.kind == ObjectKind::trigger && member.name == "pipeline") return true;
    if (schema_type(member.type).kind != TypeKind::object) return false;
    for (std::size_t i = 0; i < member_count(member.type); ++i) {
      if (member_at(member.type, i).required) return false;
    }
    return true;
  }

  void missing(const Node& node, std::string_view property, std::string_view type) {
    const Location where = node.key().empty() ? node.location() : node.key_location();
    std::string holder(node.key());
    if (holder.empty() && node["name"].is_string()) holder = node["name"].as_string();
    diagnostics_.error("adf.missing-property", where,
                       (holder.empty() ? std::string("this object") : "\"" + holder + "\"") + " (" + std::string(type) +
                           ") has no \"" + std::string(property) + "\", which the service requires",
                       "add it");
  }

  void unknown(const Node& child, TypeId id, TypeId base, std::string_view type) {
    const std::string_view key = child.key();
    if (object_.kind == ObjectKind::dataset && base != 0) {
      for (const std::string_view name : left_over) {
        if (!equal_ignoring_case(name, key)) continue;
        diagnostics_.warning("adf.unknown-property", child.key_location(),
                             "\"" + std::string(key) + "\" belongs to version 1 of Data Factory", "remove it");
        return;
      }
    }
    const std::string_view own = schema_type(id).name;
    for (const Extra& extra : extras) {
      if (equal_ignoring_case(extra.property, key) &&
          (equal_ignoring_case(extra.type, own) || equal_ignoring_case(extra.type, type)))
        return;
    }
    std::vector<std::string> names;
    for (const TypeId list : {id, base}) {
      for (std::size_t i = 0; list != 0 && i < member_count(list); ++i) names.emplace_back(member_at(list, i).name);
    }
    const auto nearest = find_nearest(key, names);
    diagnostics_.note("adf.unknown-property", child.key_location(),
                      "\"" + std::string(key) + "\" is no property of " + std::string(own.empty() ? type : own) +
                          " that is known here",
                      nearest ? "did you mean \"" + *nearest + "\"?" : "it is kept as it is");
  }

  const Object& object_;
  Diagnostics& diagnostics_;
};

}  // namespace

void check_types(const Subject& subject, Diagnostics& diagnostics) {
  const Node properties = subject.object.properties();
  if (!properties.is_object()) return;
  Walker(subject.object, diagnostics).walk(properties, root_type(subject.object.kind));
}

}  // namespace tidegate::adf
