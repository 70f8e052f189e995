// SPDX-License-Identifier: Apache-2.0
#include "signature/provenance.hpp"

#include <array>
#include <cstdio>
#include <ctime>
#include <initializer_list>
#include <optional>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::signature {

namespace {

using document::JsonWriter;
using document::Node;
using Pairs = std::vector<std::pair<std::string, std::string>>;

Diagnostic malformed(Location where, std::string message) {
  return {.code = "signature.malformed",
          .where = std::move(where),
          .message = std::move(message),
          .hint = "expected a statement of `tidegate build` or `deploy-gate`; get it again",
          .exit = ExitCode::not_verified};
}

// Keeps the first fault.
class Reader {
 public:
  std::optional<Diagnostic> fault{};

  void fail(const Node& node, std::string message) {
    if (!fault) fault = malformed(node.exists() ? node.location() : Location{}, std::move(message));
  }
  void members(const Node& node, std::initializer_list<std::string_view> names) {
    if (!node.is_object()) return fail(node, "expected an object");
    for (const std::string_view name : names) {
      if (!node[name].exists()) fail(node, "the member `" + std::string(name) + "` is missing");
    }
    for (const Node member : node) {
      bool known = false;
      for (const std::string_view name : names) known = known || member.key() == name;
      if (!known) fail(member, "the member `" + printable(member.key()) + "` is unknown");
    }
  }
  std::string text(const Node& object, std::string_view name) {
    const Node node = object[name];
    if (!node.is_string()) fail(node.exists() ? node : object, "`" + std::string(name) + "` is no string");
    return std::string(node.as_string());
  }
  // The one digest of an object: {"sha256": "…"}.
  Material digest(const Node& object) {
    const Node node = object["digest"];
    if (!node.is_object() || node.size() != 1) {
      fail(object, "`digest` must have one member");
      return {};
    }
    const Node value = *node.begin();
    const std::string_view hex = value.as_string();
    if (hex.empty() || hex.find_first_not_of("0123456789abcdef") != std::string_view::npos) fail(value, "is no digest in hex");
    return {.algorithm = std::string(value.key()), .digest = std::string(hex)};
  }
  Node array(const Node& object, std::string_view name) {
    const Node node = object[name];
    if (node.is_array()) return node;
    fail(object, "`" + std::string(name) + "` is no array");
    return {};
  }
};

void put_pairs(JsonWriter& json, const Pairs& pairs) {
  for (const auto& pair : pairs) json.member(pair.first, pair.second);
}

void put_digest(JsonWriter& json, std::string_view algorithm, std::string_view hex) {
  json.key("digest").begin_object().member(algorithm, hex).end_object();
}

void put_materials(JsonWriter& json, std::string_view list, std::string_view name, const std::vector<Material>& materials) {
  json.key(list).begin_array();
  for (const Material& material : materials) {
    json.begin_object().member(name, material.uri);
    if (!material.digest.empty()) put_digest(json, material.algorithm, material.digest);
    json.end_object();
  }
  json.end_array();
}

std::vector<Material> read_materials(Reader& reader, const Node& object, std::string_view list, std::string_view name) {
  std::vector<Material> materials;
  for (const Node node : reader.array(object, list)) {
    const bool has_digest = node["digest"].exists();
    Material material;
    if (has_digest) material = reader.digest(node);
    has_digest ? reader.members(node, {name, "digest"}) : reader.members(node, {name});
    material.uri = reader.text(node, name);
    materials.push_back(std::move(material));
  }
  return materials;
}

Pairs read_pairs(Reader& reader, const Node& object, std::string_view except) {
  Pairs pairs;
  if (!object.is_object()) reader.fail(object, "expected an object");
  for (const Node member : object) {
    if (member.key() == except) continue;
    if (!member.is_string()) reader.fail(member, "is no string");
    pairs.emplace_back(member.key(), member.as_string());
  }
  return pairs;
}

Pairs read_subjects(Reader& reader, const Node& root) {
  Pairs subjects;
  for (const Node node : reader.array(root, "subject")) {
    reader.members(node, {"name", "digest"});
    Material digest = reader.digest(node);
    if (digest.algorithm != "sha256") reader.fail(node, "the digest of a subject must be sha256");
    subjects.emplace_back(reader.text(node, "name"), std::move(digest.digest));
  }
  if (subjects.empty()) reader.fail(root, "the statement is about nothing");
  return subjects;
}

void read_predicate(Reader& reader, const Node& predicate, Provenance& out) {
  reader.members(predicate, {"buildDefinition", "runDetails"});
  const Node definition = predicate["buildDefinition"];
  reader.members(definition, {"buildType", "externalParameters", "internalParameters", "resolvedDependencies"});
  if (reader.text(definition, "buildType") != build_type) reader.fail(definition["buildType"], "is a build of another type");
  out.external = read_pairs(reader, definition["externalParameters"], "environment");
  for (const Node name : reader.array(definition["externalParameters"], "environment")) {
    if (!name.is_string()) reader.fail(name, "is no string");
    out.environment.emplace_back(name.as_string());
  }
  out.internal = read_pairs(reader, definition["internalParameters"], {});
  out.materials = read_materials(reader, definition, "resolvedDependencies", "uri");
  const Node run = predicate["runDetails"];
  reader.members(run, {"builder", "metadata", "byproducts"});
  reader.members(run["builder"], {"id", "version"});
  out.builder = reader.text(run["builder"], "id");
  reader.members(run["builder"]["version"], {"tidegate"});
  out.tool_version = reader.text(run["builder"]["version"], "tidegate");
  if (const Node metadata = run["metadata"]; !metadata.is_object() || metadata.size() > 0) {
    reader.members(metadata, {"invocationId", "startedOn", "finishedOn"});
    out.invocation = reader.text(metadata, "invocationId");
    out.started = reader.text(metadata, "startedOn");
    out.finished = reader.text(metadata, "finishedOn");
  }
  out.byproducts = read_materials(reader, run, "byproducts", "name");
}

}  // namespace

std::string render_provenance(const Provenance& provenance) {
  std::string out;
  JsonWriter json(out);
  json.begin_object().member("_type", statement_schema).key("subject").begin_array();
  json.begin_object().member("name", provenance.file);
  put_digest(json, "sha256", provenance.sha256);
  json.end_object().begin_object().member("name", provenance.file + "#tar");
  put_digest(json, "sha256", provenance.identity);
  json.end_object().end_array();
  json.member("predicateType", provenance_type).key("predicate").begin_object();
  json.key("buildDefinition").begin_object().member("buildType", build_type);
  json.key("externalParameters").begin_object();
  put_pairs(json, provenance.external);
  json.key("environment").begin_array();
  for (const std::string& name : provenance.environment) json.string(name);
  json.end_array().end_object();
  json.key("internalParameters").begin_object();
  put_pairs(json, provenance.internal);
  json.end_object();
  put_materials(json, "resolvedDependencies", "uri", provenance.materials);
  json.end_object().key("runDetails").begin_object();
  json.key("builder").begin_object().member("id", provenance.builder);
  json.key("version").begin_object().member("tidegate", provenance.tool_version).end_object().end_object();
  json.key("metadata").begin_object();
  if (!provenance.invocation.empty()) {
    json.member("invocationId", provenance.invocation).member("startedOn", provenance.started);
    json.member("finishedOn", provenance.finished);
  }
  json.end_object();
  put_materials(json, "byproducts", "name", provenance.byproducts);
  json.end_object().end_object().end_object();
  return out + "\n";
}

Result<Provenance> parse_provenance(const std::string& file, const std::string& text) {
  const Result<document::DocumentPtr> parsed = document::parse_json(file, text);
  if (!parsed) return malformed(parsed.failure().where, parsed.failure().message);
  const Node root = (*parsed)->root();
  Reader reader;
  reader.members(root, {"_type", "subject", "predicateType", "predicate"});
  if (reader.text(root, "_type") != statement_schema) reader.fail(root["_type"], "is no in-toto statement of version 1");
  if (reader.text(root, "predicateType") != provenance_type) reader.fail(root["predicateType"], "says nothing about a build: expected SLSA provenance v1");
  Provenance out;
  const Pairs subjects = read_subjects(reader, root);
  if (subjects.size() != 2 || subjects[1].first != subjects[0].first + "#tar") {
    reader.fail(root["subject"], "must name the artifact and its tar");
  } else {
    out.file = subjects[0].first;
    out.sha256 = subjects[0].second;
    out.identity = subjects[1].second;
  }
  read_predicate(reader, root["predicate"], out);
  if (reader.fault) return *reader.fault;
  return out;
}

Result<Statement> parse_statement(const std::string& file, const std::string& text) {
  const Result<document::DocumentPtr> parsed = document::parse_json(file, text);
  if (!parsed) return malformed(parsed.failure().where, parsed.failure().message);
  const Node root = (*parsed)->root();
  Reader reader;
  reader.members(root, {"_type", "subject", "predicateType", "predicate"});
  if (reader.text(root, "_type") != statement_schema) reader.fail(root["_type"], "is no in-toto statement of version 1");
  Statement out{.predicate_type = reader.text(root, "predicateType"), .subjects = read_subjects(reader, root)};
  if (reader.fault) return *reader.fault;
  return out;
}

std::string render_time(std::int64_t seconds) {
  const std::time_t time = seconds;
  std::tm parts{};
  gmtime_r(&time, &parts);
  std::array<char, 32> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02d-%02dT%02d:%02d:%02dZ", (parts.tm_year + 1900) % 10000, parts.tm_mon + 1, parts.tm_mday,
                parts.tm_hour, parts.tm_min, parts.tm_sec);
  return text.data();
}

}  // namespace tidegate::signature
