// SPDX-License-Identifier: Apache-2.0
#include "sandbox/type.hpp"

#include <algorithm>

#include "document/write.hpp"
#include "sandbox/decimal.hpp"

namespace tidegate::sandbox {

namespace {

using document::Node;
using Kind = Type::Kind;

constexpr unsigned max_depth = 128;

Diagnostic bad_schema(const Node& node, std::string message) {
  return {.code = "sandbox.bad-schema",
          .where = node.location(),
          .message = std::move(message),
          .hint = "give the output of `terraform providers schema -json`"};
}

std::string shown(const Node& node) {
  return std::string(node.is_string() ? "\"" + std::string(node.as_string()) + "\""
                                      : std::string(document::to_string(node.kind())));
}

Result<Type> read(const Node& json, unsigned depth);

Result<Type> read_simple(const Node& json) {
  const std::string_view name = json.as_string();
  if (name == "string") return Type{.kind = Kind::string};
  if (name == "number") return Type{.kind = Kind::number};
  if (name == "bool") return Type{.kind = Kind::boolean};
  if (name == "dynamic") return Type{.kind = Kind::dynamic};
  return bad_schema(json, "unknown type " + shown(json) +
                              "; expected string, number, bool, dynamic or a list that starts with "
                              "list, set, map, object or tuple");
}

Result<Type> read_object(const Node& json, unsigned depth) {
  Type type{.kind = Kind::object};
  for (const Node member : json.at(1)) {
    Result<Type> inner = read(member, depth + 1);
    if (!inner) return inner;
    type.attributes.emplace(std::string(member.key()), std::move(*inner));
  }
  for (const Node name : json.at(2)) {
    if (!type.attributes.contains(name.as_string()))
      return bad_schema(name, "optional attribute " + shown(name) + " is not in the object");
    type.optional.emplace_back(name.as_string());
  }
  std::sort(type.optional.begin(), type.optional.end());
  return type;
}

Result<Type> read(const Node& json, unsigned depth) {
  if (depth > max_depth) return bad_schema(json, "a type is nested too deeply");
  if (json.is_string()) return read_simple(json);
  const std::string_view name = json.at(0).as_string();
  const Node content = json.at(1);
  if (name == "object" && content.is_object() && json.size() <= 3) return read_object(json, depth);
  if (json.size() == 2) {
    Type type;
    if (name == "tuple" && content.is_array()) {
      type.kind = Kind::tuple;
      for (const Node item : content) {
        Result<Type> inner = read(item, depth + 1);
        if (!inner) return inner;
        type.elements.push_back(std::move(*inner));
      }
      return type;
    }
    type.kind = name == "list" ? Kind::list : name == "set" ? Kind::set : Kind::map;
    if (type.kind != Kind::map || name == "map") {
      Result<Type> inner = read(content, depth + 1);
      if (!inner) return inner;
      type.elements.push_back(std::move(*inner));
      return type;
    }
  }
  return bad_schema(json, "no type: found " + shown(json) +
                              ", expected a name or [\"list\", T], [\"set\", T], [\"map\", T], "
                              "[\"object\", {…}], [\"tuple\", […]]");
}

void append_type(std::string& out, const Type& type) {
  const auto of = [&](const char* name) {
    out += std::string("[\"") + name + "\",";
    append_type(out, type.elements.empty() ? Type{} : type.elements.front());
    out += ']';
  };
  const char* between = "";
  switch (type.kind) {
    case Kind::string:
      out += "\"string\"";
      return;
    case Kind::number:
      out += "\"number\"";
      return;
    case Kind::boolean:
      out += "\"bool\"";
      return;
    case Kind::dynamic:
      out += "\"dynamic\"";
      return;
    case Kind::list:
      return of("list");
    case Kind::set:
      return of("set");
    case Kind::map:
      return of("map");
    case Kind::tuple:
      out += "[\"tuple\",[";
      for (const Type& element : type.elements) {
        out += between;
        append_type(out, element);
        between = ",";
      }
      out += "]]";
      return;
    case Kind::object:
      out += "[\"object\",{";
      for (const auto& attribute : type.attributes) {
        out += between;
        document::append_json_string(out, attribute.first);
        out += ':';
        append_type(out, attribute.second);
        between = ",";
      }
      out += '}';
      between = ",[";
      for (const std::string& name : type.optional) {
        out += between;
        document::append_json_string(out, name);
        between = ",";
      }
      out += type.optional.empty() ? "]" : "]]";
      return;
  }
}

// --- values ---

// Of the pointer only; a value may be a secret.
Diagnostic bad_value(const Node& node, std::string_view expected) {
  return {.code = "sandbox.bad-value",
          .where = node.location(),
          .message = "found " + std::string(document::to_string(node.kind())) + ", expected " +
                     std::string(expected)};
}

// cty reads JSON without a type as objects and tuples.
Type implied(const Node& json) {
  Type type;
  switch (json.kind()) {
    case document::Kind::string:
      type.kind = Kind::string;
      break;
    case document::Kind::number:
      type.kind = Kind::number;
      break;
    case document::Kind::boolean:
      type.kind = Kind::boolean;
      break;
    case document::Kind::array:
      type.kind = Kind::tuple;
      for (const Node item : json) type.elements.push_back(implied(item));
      break;
    case document::Kind::object:
      type.kind = Kind::object;
      for (const Node member : json)
        type.attributes.emplace(std::string(member.key()), implied(member));
      break;
    case document::Kind::null:
      break;  // dynamic
  }
  return type;
}

Result<Value> convert(const Node& json, const Type& type);

Result<Value> to_text(const Node& json) {
  if (json.is_string()) return Value::string(std::string(json.as_string()));
  if (json.is_number()) return Value::string(canonical_number(json.number_text()));
  if (json.is_boolean()) return Value::string(json.as_boolean() ? "true" : "false");
  return bad_value(json, "a string");
}

Result<Value> to_number(const Node& json) {
  if (json.is_number()) return Value::number(std::string(json.number_text()));
  if (json.is_string()) {
    const std::string text(json.as_string());
    const bool plain = !text.empty() && text.find_first_not_of("+-.eE0123456789") == text.npos &&
                       text.find_first_of("0123456789") != text.npos;
    if (plain) return Value::number(canonical_number(text));
  }
  return bad_value(json, "a number");
}

Result<Value> to_boolean(const Node& json) {
  if (json.is_boolean()) return Value::boolean(json.as_boolean());
  const std::string_view text = json.as_string();
  if (text == "true" || text == "1") return Value::boolean(true);
  if (text == "false" || text == "0") return Value::boolean(false);
  return bad_value(json, "a bool");
}

Result<Value> to_list(const Node& json, const Type& type) {
  if (!json.is_array()) return bad_value(json, "a list");
  const bool tuple = type.kind == Kind::tuple;
  if (tuple && json.size() != type.elements.size())
    return bad_value(json, std::to_string(type.elements.size()) + " elements");
  Value::List items;
  std::size_t index = 0;
  for (const Node item : json) {
    Result<Value> value = convert(item, type.elements.at(tuple ? index++ : 0));
    if (!value) return value;
    items.push_back(std::move(*value));
  }
  return Value::list(std::move(items));
}

Result<Value> to_map(const Node& json, const Type& type) {
  if (!json.is_object()) return bad_value(json, "an object");
  Value::Map members;
  for (const Node member : json) {
    Result<Value> value = convert(member, type.elements.front());
    if (!value) return value;
    members.emplace(std::string(member.key()), std::move(*value));
  }
  return Value::map(std::move(members));
}

Result<Value> to_object(const Node& json, const Type& type) {
  if (!json.is_object()) return bad_value(json, "an object");
  Value::Map members;
  for (const auto& attribute : type.attributes) {
    const Node member = json[attribute.first];
    Result<Value> value = member.exists() ? convert(member, attribute.second) : Value();
    if (!value) return value;
    members.emplace(attribute.first, std::move(*value));
  }
  return Value::map(std::move(members));
}

// States hold a dynamic value as {"value": …, "type": …}; plain JSON stands for itself.
Result<Value> to_dynamic(const Node& json) {
  const bool tagged =
      json.is_object() && json.size() == 2 && json["value"].exists() && json["type"].exists();
  Type type;
  if (tagged) {
    Result<Type> given = read(json["type"], 0);
    if (given) type = std::move(*given);
  }
  const bool usable = tagged && type.kind != Kind::dynamic;
  const Node content = usable ? json["value"] : json;
  if (!usable) type = implied(json);
  Result<Value> value = convert(content, type);
  if (!value) return value;
  return Value::list({Value::bytes(type_json(type)), std::move(*value)});
}

Result<Value> convert(const Node& json, const Type& type) {
  if (json.is_null()) return Value();
  switch (type.kind) {
    case Kind::string:
      return to_text(json);
    case Kind::number:
      return to_number(json);
    case Kind::boolean:
      return to_boolean(json);
    case Kind::dynamic:
      return to_dynamic(json);
    case Kind::list:
    case Kind::set:
    case Kind::tuple:
      return to_list(json, type);
    case Kind::map:
      return to_map(json, type);
    case Kind::object:
      return to_object(json, type);
  }
  return bad_value(json, "a value");
}

}  // namespace

Result<Type> read_type(const Node& json) { return read(json, 0); }

std::string type_json(const Type& type) {
  std::string out;
  append_type(out, type);
  return out;
}

Result<Value> value_from_json(const Node& json, const Type& type) { return convert(json, type); }

}  // namespace tidegate::sandbox
