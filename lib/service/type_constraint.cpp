// SPDX-License-Identifier: Apache-2.0
#include "service/type_constraint.hpp"

#include <optional>
#include <vector>

#include "base/text.hpp"
#include "document/write.hpp"

namespace tidegate::service {

namespace {

struct Type {
  std::string name{};                // string … any, list, set, map, tuple, object, optional
  std::vector<Type> arguments{};     // element types
  std::vector<std::string> names{};  // object: attribute names, parallel to arguments
};

class TypeParser {
 public:
  explicit TypeParser(std::string_view text) : text_(text) {}

  std::optional<Type> parse_whole() {
    std::optional<Type> type = parse(0, false);
    skip_space();
    if (!type || at_ != text_.size()) return std::nullopt;
    return type;
  }

 private:
  static constexpr int max_depth = 16;

  void skip_space() {
    while (at_ < text_.size() && std::string_view(" \t\r\n").find(text_[at_]) != text_.npos) ++at_;
  }
  bool take(char c) {
    skip_space();
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  std::string word() {
    skip_space();
    const std::size_t begin = at_;
    while (at_ < text_.size() && is_name_char(text_[at_], at_ > begin)) ++at_;
    return std::string(text_.substr(begin, at_ - begin));
  }
  static bool is_name_char(char c, bool inside) {
    const char low = ascii_lower(c);
    return (low >= 'a' && low <= 'z') || c == '_' ||
           (inside && ((c >= '0' && c <= '9') || c == '-'));
  }

  std::optional<Type> parse(int depth, bool attribute) {
    if (depth > max_depth) return std::nullopt;
    Type type{.name = word()};
    if (type.name == "string" || type.name == "number" || type.name == "bool" ||
        type.name == "any") {
      return type;
    }
    const bool single = type.name == "list" || type.name == "set" || type.name == "map" ||
                        (attribute && type.name == "optional");
    if (!single && type.name != "tuple" && type.name != "object") return std::nullopt;
    if (!take('(')) return std::nullopt;
    bool ok = false;
    if (single) {
      std::optional<Type> element = parse(depth + 1, false);
      ok = element.has_value();
      if (ok) type.arguments.push_back(std::move(*element));
    } else {
      ok = type.name == "tuple" ? parse_tuple(type, depth) : parse_object(type, depth);
    }
    if (!ok || !take(')')) return std::nullopt;
    return type;
  }

  bool parse_tuple(Type& type, int depth) {
    if (!take('[')) return false;
    while (!take(']')) {
      std::optional<Type> element = parse(depth + 1, false);
      if (!element) return false;
      type.arguments.push_back(std::move(*element));
      if (!take(',')) return take(']');
    }
    return true;
  }

  bool parse_object(Type& type, int depth) {
    if (!take('{')) return false;
    while (!take('}')) {
      std::string name = word();
      if (name.empty() || !(take('=') || take(':'))) return false;
      std::optional<Type> element = parse(depth + 1, true);
      if (!element) return false;
      type.names.push_back(std::move(name));
      type.arguments.push_back(std::move(*element));
      take(',');
    }
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

bool holds(const Type& type, const document::Node& value) {
  if (type.name == "any") return true;
  if (type.name == "string") return value.is_string();
  if (type.name == "number") return value.is_number();
  if (type.name == "bool") return value.is_boolean();
  if (type.name == "optional") return holds(type.arguments[0], value);
  if (type.name == "list" || type.name == "set" || type.name == "map") {
    if (type.name == "map" ? !value.is_object() : !value.is_array()) return false;
    for (const document::Node child : value) {
      if (!holds(type.arguments[0], child)) return false;
    }
    return true;
  }
  if (type.name == "tuple") {
    if (!value.is_array() || value.size() != type.arguments.size()) return false;
    std::size_t i = 0;
    for (const document::Node child : value) {
      if (!holds(type.arguments[i++], child)) return false;
    }
    return true;
  }
  // Attributes that the type does not name would be dropped by Terraform, so they do not fit.
  if (!value.is_object()) return false;
  for (const document::Node child : value) {
    bool known = false;
    for (const std::string& name : type.names) known = known || child.key() == name;
    if (!known) return false;
  }
  for (std::size_t i = 0; i < type.names.size(); ++i) {
    const document::Node child = value[type.names[i]];
    if (child ? !holds(type.arguments[i], child) : type.arguments[i].name != "optional")
      return false;
  }
  return true;
}

void append_example(std::string& out, const Type& type) {
  if (type.name == "number") {
    out += "1";
  } else if (type.name == "bool") {
    out += "false";
  } else if (type.name == "list" || type.name == "set") {
    out += "[]";
  } else if (type.name == "map") {
    out += "{}";
  } else if (type.name == "optional") {
    append_example(out, type.arguments[0]);
  } else if (type.name == "tuple" || type.name == "object") {
    const bool named = type.name == "object";
    out += named ? '{' : '[';
    for (std::size_t i = 0; i < type.arguments.size(); ++i) {
      if (i > 0) out += ',';
      if (named) {
        document::append_json_string(out, type.names[i]);
        out += ':';
      }
      append_example(out, type.arguments[i]);
    }
    out += named ? '}' : ']';
  } else {
    out += "\"example\"";
  }
}

}  // namespace

bool is_type_constraint(std::string_view text) {
  return TypeParser(text).parse_whole().has_value();
}

bool type_holds(std::string_view type, const document::Node& value) {
  const std::optional<Type> parsed = TypeParser(type).parse_whole();
  return parsed && holds(*parsed, value);
}

std::string_view type_of(const document::Node& value) {
  switch (value.kind()) {
    case document::Kind::string:
      return "string";
    case document::Kind::number:
      return "number";
    case document::Kind::boolean:
      return "bool";
    case document::Kind::null:
    case document::Kind::array:
    case document::Kind::object:
      return "any";
  }
  return "any";
}

std::string example_of_type(std::string_view type) {
  const std::optional<Type> parsed = TypeParser(type).parse_whole();
  std::string out;
  append_example(out, parsed ? *parsed : Type{.name = "string"});
  return out;
}

}  // namespace tidegate::service
