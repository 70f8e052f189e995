// SPDX-License-Identifier: Apache-2.0
// contract/environment.json: what an environment supplies to the service.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "service/binding.hpp"

namespace tidegate::service {

namespace {

using adf::ObjectKind;
using document::JsonWriter;
using document::Node;

// Names by their lower-case form: Data Factory compares names without case.
using Names = std::map<std::string, std::string>;

constexpr std::string_view built_in_runtime = "autoresolveintegrationruntime";

// Objects of the kind that are named here and owned by the infrastructure service. Runtimes and
// credentials belong to the factory even if the repository has a copy of their file.
Names supplied_names(const adf::Factory& factory, ObjectKind kind) {
  const bool of_factory = kind == ObjectKind::integration_runtime || kind == ObjectKind::credential;
  Names names;
  for (const adf::Reference& reference : factory.references) {
    if (reference.kind != kind || reference.name.empty()) continue;
    if (!reference.external && !(of_factory && reference.target)) continue;
    const std::string low = to_lower(reference.name);
    if (low != built_in_runtime) names.emplace(low, reference.name);
  }
  return names;
}

bool is_name_byte(char c) {
  const char low = ascii_lower(c);
  return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
         static_cast<unsigned char>(c) >= 0x80U;
}

// `pipeline().globalParameters.region`, `…globalParameters['region']`
void collect_global_parameters(std::string_view text, Names& names) {
  constexpr std::string_view word = "globalparameters";
  const std::string low = to_lower(text);
  for (std::size_t at = low.find(word); at != low.npos; at = low.find(word, at + word.size())) {
    std::size_t begin = at + word.size();
    std::string_view name;
    if (begin < text.size() && text[begin] == '.') {
      std::size_t end = ++begin;
      while (end < text.size() && is_name_byte(text[end])) ++end;
      name = text.substr(begin, end - begin);
    } else if (text.substr(begin).starts_with("['")) {
      begin += 2;
      const std::size_t end = text.find('\'', begin);
      if (end != text.npos) name = text.substr(begin, end - begin);
    }
    if (!name.empty()) names.emplace(to_lower(name), name);
  }
}

Names used_global_parameters(const adf::Factory& factory) {
  Names names;
  for (const adf::Object& object : factory.objects) {
    if (!object.document) continue;
    const document::Document& document = *object.document;
    for (std::size_t i = 0; i < document.node_count(); ++i) {
      const std::string_view text = document.node(static_cast<std::uint32_t>(i)).as_string();
      if (text.find('@') != text.npos) collect_global_parameters(text, names);
    }
  }
  return names;
}

// As the factory file declares it; a parameter that no file declares is a text.
std::string global_parameter_type(const adf::Factory& factory, std::string_view name) {
  for (const adf::Object& object : factory.objects) {
    if (object.kind != ObjectKind::factory || !object.document) continue;
    const Node declared = object.properties()["globalParameters"].find_ignoring_case(name);
    const std::string_view type = declared["type"].as_string();
    if (!type.empty()) return to_lower(type);
  }
  return "string";
}

// The example of a text is the text; for other types it is JSON text.
void write_example(JsonWriter& writer, const EnvironmentVariable& variable) {
  writer.key("example");
  if (variable.type != "string") {
    const Result<document::DocumentPtr> value = document::parse_json("example", variable.example);
    if (value) {
      writer.node((*value)->root());
      return;
    }
  }
  writer.string(variable.example);
}

void write_variable(JsonWriter& writer, const EnvironmentVariable& variable) {
  writer.begin_object().member("name", variable.name).member("type", variable.type);
  writer.member_boolean("required", variable.required);
  writer.member_boolean("sensitive", variable.sensitive);
  if (!variable.description.empty()) writer.member("description", variable.description);
  if (!variable.example.empty()) write_example(writer, variable);
  if (!variable.source.empty()) writer.member("source", variable.source);
  writer.end_object();
}

void write_names(JsonWriter& writer, std::string_view key, const Names& names) {
  writer.key(key).begin_array();
  for (const auto& entry : names) writer.string(entry.second);
  writer.end_array();
}

void write_sorted(JsonWriter& writer, std::string_view key, const std::vector<std::string>& texts) {
  writer.key(key).begin_array();
  for (const std::string& text : std::set<std::string>(texts.begin(), texts.end()))
    writer.string(text);
  writer.end_array();
}

}  // namespace

std::string render_environment(const std::string& service, const Bindings& bindings,
                               const adf::Factory& factory, const WorkspaceNeeds& needs) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().member("schema", "tidegate/environment/1").member("service", service);
  writer.key("variables").begin_array();
  for (const EnvironmentVariable& variable : bindings.variables) write_variable(writer, variable);
  writer.end_array();

  writer.key("factory").begin_object();
  write_names(writer, "linkedServices", supplied_names(factory, ObjectKind::linked_service));
  write_names(writer, "integrationRuntimes",
              supplied_names(factory, ObjectKind::integration_runtime));
  write_names(writer, "credentials", supplied_names(factory, ObjectKind::credential));
  writer.key("globalParameters").begin_object();
  for (const auto& entry : used_global_parameters(factory)) {
    writer.member(entry.second, global_parameter_type(factory, entry.second));
  }
  writer.end_object().end_object();

  writer.key("databricks").begin_object();
  write_sorted(writer, "runtimes", needs.runtimes);
  write_sorted(writer, "secretScopes", needs.secret_scopes);
  write_sorted(writer, "mounts", needs.mounts);
  writer.member_boolean("allowlist", needs.allowlist).end_object().end_object();
  return out + "\n";
}

}  // namespace tidegate::service
