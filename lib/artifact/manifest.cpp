// SPDX-License-Identifier: Apache-2.0
#include "artifact/manifest.hpp"

#include <algorithm>

#include "document/write.hpp"
#include "system/digest.hpp"

namespace tidegate::artifact {

namespace {

using document::JsonWriter;

void put_strings(JsonWriter& json, std::string_view name, const std::vector<std::string>& values) {
  json.key(name).begin_array();
  for (const std::string& value : values) json.string(value);
  json.end_array();
}

void put_contract_paths(JsonWriter& json, std::string_view name, const std::vector<std::string>& paths,
                        const Manifest& manifest) {
  json.key(name).begin_array();
  for (const std::string& path : paths) {
    const auto file = std::find_if(manifest.files.begin(), manifest.files.end(),
                                   [&](const ManifestFile& candidate) { return candidate.path == path; });
    json.begin_object().member("path", path);
    json.member("sha256", file == manifest.files.end() ? std::string_view() : std::string_view(file->sha256));
    json.end_object();
  }
  json.end_array();
}

void put_derived(JsonWriter& json, const Manifest& manifest) {
  if (manifest.derived.empty()) return;
  json.key("derived").begin_array();
  for (const ManifestDerived& one : manifest.derived) {
    json.begin_object().member("kind", one.kind).member("name", one.name).member("value", one.value).end_object();
  }
  json.end_array();
}

void put_files(JsonWriter& json, const Manifest& manifest) {
  json.key("files").begin_array();
  for (const ManifestFile& file : manifest.files) {
    json.begin_object().member("mode", file.executable ? "0755" : "0644").member("origin", file.origin);
    json.member("path", file.path).member("sha256", file.sha256);
    json.member("size", static_cast<std::int64_t>(file.size)).end_object();
  }
  json.end_array();
}

void put_inputs(JsonWriter& json, const Manifest& manifest) {
  json.key("inputs").begin_array();
  for (const ManifestInput& input : manifest.inputs) {
    json.begin_object().member("digest", input.digest).member("name", input.name).end_object();
  }
  json.end_array().member("inputsDigest", manifest.inputs_digest);
}

void put_options(JsonWriter& json, const Manifest& manifest) {
  if (manifest.options.empty()) return;
  json.key("options").begin_array();
  for (const ManifestOption& option : manifest.options) {
    json.begin_object().member("name", option.name).member("value", option.value).end_object();
  }
  json.end_array();
}

void put_parameters(JsonWriter& json, const Manifest& manifest) {
  json.key("parameters").begin_array();
  for (const ManifestParameter& parameter : manifest.parameters) {
    json.begin_object().member("description", parameter.description).member("example", parameter.example);
    json.member("name", parameter.name).member_boolean("required", parameter.required);
    json.member_boolean("sensitive", parameter.sensitive).member("type", parameter.type).end_object();
  }
  json.end_array();
}

void put_source(JsonWriter& json, const Manifest& manifest) {
  const auto& source = manifest.source;
  json.key("source").begin_object().member("commit", source.commit).member_boolean("dirty", source.dirty);
  json.member("kind", source.kind).member("path", source.path);
  if (!source.repository.empty()) json.member("repository", source.repository);
  json.member("tree", source.tree).end_object();
}

void put_terraform(JsonWriter& json, const Manifest& manifest) {
  json.key("terraform").begin_object().key("providers").begin_array();
  for (const ManifestProvider& provider : manifest.providers) {
    json.begin_object().member("constraint", provider.constraint).member("name", provider.name);
    json.member("source", provider.source).end_object();
  }
  json.end_array().member("required_version", manifest.required_version);
  put_strings(json, "resource_types", manifest.resource_types);
  json.end_object();
}

void put_tests(JsonWriter& json, const Manifest& manifest) {
  json.key("tests").begin_array();
  for (const ManifestTest& test : manifest.tests) {
    json.begin_object().member("kind", test.kind).member("level", test.level).member("path", test.path).end_object();
  }
  json.end_array();
}

void put_rewrites(JsonWriter& json, const Manifest& manifest) {
  json.key("rewrites").begin_array();
  for (const ManifestRewrite& rewrite : manifest.rewrites) {
    json.begin_object().member("file", rewrite.file).member("pointer", rewrite.pointer);
    json.member("rule", rewrite.rule).end_object();
  }
  json.end_array();
}

void put_waivers(JsonWriter& json, const Manifest& manifest) {
  json.key("waivers").begin_array();
  for (const ManifestWaiver& waiver : manifest.waivers) {
    json.begin_object().member("code", waiver.code).member("expires", waiver.expires);
    json.member("owner", waiver.owner).member("path", waiver.path).member("reason", waiver.reason).end_object();
  }
  json.end_array();
}

// Room for nearly all manifests: growing by doubling would take twice the memory.
std::size_t expected_size(const Manifest& manifest) {
  constexpr std::size_t rest = 16384, entry = 220;  // entry: names of members, indentation, the digest
  std::size_t size = rest;
  for (const ManifestFile& file : manifest.files) size += entry + file.path.size() + file.origin.size();
  for (const ManifestRewrite& one : manifest.rewrites) size += entry + one.file.size() + one.pointer.size();
  return size;
}

std::string digest_of_lines(std::vector<std::string> lines) {
  std::sort(lines.begin(), lines.end());
  system::Sha256 digest;
  for (const std::string& line : lines) digest.update(line);
  return digest.finish_hex();
}

}  // namespace

std::string render_manifest(const Manifest& manifest) {
  std::string out;
  out.reserve(expected_size(manifest));
  JsonWriter json(out);
  json.begin_object().member("contentDigest", manifest.content_digest);
  json.key("contract").begin_object();
  put_contract_paths(json, "inputs", manifest.contract_inputs, manifest);
  put_contract_paths(json, "outputs", manifest.contract_outputs, manifest);
  json.end_object();
  put_derived(json, manifest);
  json.member("domain", manifest.domain);
  put_files(json, manifest);
  json.member("flavour", manifest.flavour);
  json.key("gate").begin_object();
  put_strings(json, "checks", manifest.gate.checks);
  json.member("minimumVersion", manifest.gate.minimum_version).member("policy", manifest.gate.policy).end_object();
  put_inputs(json, manifest);
  json.member("name", manifest.name);
  put_options(json, manifest);
  json.member("owner", manifest.owner);
  put_parameters(json, manifest);
  put_rewrites(json, manifest);
  json.member("schema", "tidegate/manifest/1");
  put_source(json, manifest);
  put_terraform(json, manifest);
  put_tests(json, manifest);
  json.key("tool").begin_object().member("commit", manifest.tool_commit).member("name", "tidegate");
  json.member("version", manifest.tool_version).end_object();
  json.member("version", manifest.version);
  put_waivers(json, manifest);
  json.end_object();
  out += "\n";
  return out;
}

std::string content_digest(const std::vector<ManifestFile>& files) {
  std::vector<const ManifestFile*> content;
  for (const ManifestFile& file : files) {
    if (!file.path.starts_with("META/")) content.push_back(&file);
  }
  std::sort(content.begin(), content.end(),
            [](const ManifestFile* a, const ManifestFile* b) { return a->path < b->path; });
  system::Sha256 digest;
  for (const ManifestFile* file : content) digest.update(file->sha256 + "  " + file->path + "\n");
  return digest.finish_hex();
}

std::string options_digest(const std::vector<ManifestOption>& options) {
  std::vector<std::string> lines;
  lines.reserve(options.size());
  for (const ManifestOption& option : options) lines.push_back(option.name + "=" + option.value + "\n");
  return digest_of_lines(std::move(lines));
}

std::string inputs_digest(const std::vector<ManifestInput>& inputs) {
  std::vector<std::string> lines;
  lines.reserve(inputs.size());
  for (const ManifestInput& input : inputs) lines.push_back(input.name + "=" + input.digest + "\n");
  return digest_of_lines(std::move(lines));
}

}  // namespace tidegate::artifact
