// SPDX-License-Identifier: Apache-2.0
#include "support/terraform_data.hpp"

#include <array>

#include "document/write.hpp"

namespace tidegate::test {

namespace {

using document::JsonWriter;
using document::Node;

constexpr std::array<std::string_view, 6> types{"azapi_resource_action", "azapi_resource",
                                                "databricks_notebook", "databricks_file",
                                                "databricks_workspace_file", "databricks_permissions"};

bool is_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// `databricks_file.jar.path` -> `terraform_data.databricks_file__jar.input.path`, anywhere in HCL
// text.
std::string follow(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    std::string_view found;
    for (const std::string_view type : types) {
      const bool here =
          text.substr(i).starts_with(type) && text.substr(i + type.size()).starts_with('.');
      if (here && (i == 0 || !is_name(text[i - 1]))) found = type;
    }
    if (found.empty()) {
      out += text[i++];
      continue;
    }
    out += "terraform_data." + std::string(found) + "__";
    for (i += found.size() + 1; i < text.size() && is_name(text[i]);) out += text[i++];
    for (const std::string_view attribute : {".path", ".workspace_path"}) {
      if (!text.substr(i).starts_with(attribute)) continue;
      out += ".input.path";
      i += attribute.size();
      break;
    }
  }
  return out;
}

// Only what stands inside `${ }`; the rest is text.
std::string follow_template(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const std::string_view rest = text.substr(i);
    if (rest.starts_with("$${")) {
      out += "$${";
      i += 3;
    } else if (rest.starts_with("${")) {
      const std::size_t end = rest.find('}');
      out += follow(rest.substr(0, end));
      i = end == std::string_view::npos ? text.size() : i + end;
    } else {
      out += text[i++];
    }
  }
  return out;
}

void copy(JsonWriter& json, const Node& node) {
  switch (node.kind()) {
    case document::Kind::array:
      json.begin_array();
      for (const Node child : node) copy(json, child);
      json.end_array();
      return;
    case document::Kind::object:
      json.begin_object();
      for (const Node child : node) {
        json.key(child.key());
        copy(json, child);
      }
      json.end_object();
      return;
    case document::Kind::string:
      json.string(follow_template(node.as_string()));
      return;
    case document::Kind::null:
    case document::Kind::boolean:
    case document::Kind::number:
      json.node(node);
      return;
  }
}

void put_references(JsonWriter& json, const Node& list) {
  json.key(list.key()).begin_array();
  for (const Node reference : list) json.string(follow(reference.as_string()));
  json.end_array();
}

void put_resource(JsonWriter& json, const Node& resource) {
  json.begin_object().key("input").begin_object();
  for (const Node argument : resource) {
    if (argument.key() == "depends_on" || argument.key() == "lifecycle" ||
        argument.key() == "count")
      continue;
    json.key(argument.key());
    copy(json, argument);
  }
  json.end_object();
  if (const Node count = resource["count"]) json.member("count", count.as_string());
  if (const Node needed = resource["depends_on"]) put_references(json, needed);
  if (const Node lifecycle = resource["lifecycle"]) {
    json.key("lifecycle").begin_object();
    for (const Node rule : lifecycle) {
      if (rule.is_array()) {
        put_references(json, rule);
      } else {
        json.key(rule.key()).node(rule);
      }
    }
    json.end_object();
  }
  json.end_object();
}

}  // namespace

std::string as_terraform_data(const std::vector<document::DocumentPtr>& files) {
  std::string text;
  JsonWriter json(text);
  json.begin_object().key("variable").begin_object();
  for (const auto& file : files) {
    for (const Node variable : file->root()["variable"]) json.key(variable.key()).node(variable);
  }
  json.end_object();
  bool any = false;
  for (const auto& file : files) {
    for (const Node type : file->root()["resource"]) {
      for (const Node resource : type) {
        if (!any) json.key("resource").begin_object().key("terraform_data").begin_object();
        any = true;
        json.key(std::string(type.key()) + "__" + std::string(resource.key()));
        put_resource(json, resource);
      }
    }
  }
  if (any) json.end_object().end_object();
  json.end_object();
  return text;
}

}  // namespace tidegate::test
