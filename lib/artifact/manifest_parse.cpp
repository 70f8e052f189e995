// SPDX-License-Identifier: Apache-2.0
// META/manifest.json -> Manifest. The structure is read strictly, so that errors name their place; at
// the end the manifest is rendered again and must give the same bytes. So two programs that accept a
// manifest have read the same from it.
#include <algorithm>
#include <charconv>
#include <initializer_list>
#include <optional>

#include "artifact/manifest.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/value_count.hpp"

namespace tidegate::artifact {

namespace {

using document::Node;

constexpr std::string_view schema_prefix = "tidegate/manifest/";
constexpr std::string_view invalid_code = "artifact.invalid-manifest";

Diagnostic invalid(Location where, std::string message) {
  return {.code = std::string(invalid_code),
          .where = std::move(where),
          .message = std::move(message),
          .hint = "get the artifact again, or build it anew; a manifest is never written by hand",
          .exit = ExitCode::not_verified};
}

bool is_digest(std::string_view text) {
  return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

// Names and versions become parts of file names, tags and keys of stores.
bool is_label(std::string_view text) {
  constexpr std::string_view first = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  if (text.empty() || text.size() > 101 || first.find(text[0]) == std::string_view::npos) return false;
  return text.find_first_not_of("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ._-") ==
         std::string_view::npos;
}

// Keeps the first fault; after it every answer is a default.
class Reader {
 public:
  const std::optional<Diagnostic>& fault() const { return fault_; }

  void fail(const Node& node, std::string message) {
    if (!fault_) fault_ = invalid(node.location(), std::move(message));
  }

  // `object` must be an object with these members and no other; `optional` may be missing.
  void check_members(const Node& object, std::initializer_list<std::string_view> names,
                     std::initializer_list<std::string_view> optional = {}) {
    if (!object.is_object()) {
      fail(object, "found " + std::string(to_string(object.kind())) + " where an object is expected");
      return;
    }
    for (const std::string_view name : names) {
      if (!object[name].exists()) fail(object, "the member `" + std::string(name) + "` is missing");
    }
    for (const Node member : object) {
      const bool known = std::ranges::find(names, member.key()) != names.end();
      if (known || std::ranges::find(optional, member.key()) != optional.end()) continue;
      fail(member, "the member `" + printable(member.key()) + "` is unknown");
    }
  }

  std::string read_string(const Node& object, std::string_view name) {
    const Node node = object[name];
    if (!node.is_string()) fail_kind(object, node, name, "a string");
    return std::string(node.as_string());
  }

  bool read_boolean(const Node& object, std::string_view name) {
    const Node node = object[name];
    if (!node.is_boolean()) fail_kind(object, node, name, "true or false");
    return node.as_boolean();
  }

  std::uint64_t read_size(const Node& object, std::string_view name) {
    const Node node = object[name];
    const std::optional<std::int64_t> value = node.as_integer();
    if (!node.is_number() || !value || *value < 0) {
      fail_kind(object, node, name, "a number of bytes");
      return 0;
    }
    return static_cast<std::uint64_t>(*value);
  }

  std::string read_digest(const Node& object, std::string_view name) {
    std::string text = read_string(object, name);
    if (!is_digest(text)) fail_kind(object, object[name], name, "64 lower-case hex digits");
    return text;
  }

  // Gives the array, or an empty one.
  Node read_array(const Node& object, std::string_view name) {
    const Node node = object[name];
    if (node.is_array()) return node;
    fail_kind(object, node, name, "an array");
    return {};
  }

  std::vector<std::string> read_strings(const Node& object, std::string_view name) {
    std::vector<std::string> values;
    for (const Node element : read_array(object, name)) {
      if (!element.is_string()) fail(element, "an element of `" + std::string(name) + "` is not a string");
      values.emplace_back(element.as_string());
    }
    return values;
  }

 private:
  void fail_kind(const Node& object, const Node& node, std::string_view name, std::string_view expected) {
    fail(node.exists() ? node : object, "`" + std::string(name) + "` is not " + std::string(expected));
  }

  std::optional<Diagnostic> fault_{};
};

void read_files(Reader& reader, const Node& root, Manifest& manifest) {
  for (const Node node : reader.read_array(root, "files")) {
    reader.check_members(node, {"mode", "origin", "path", "sha256", "size"});
    ManifestFile file;
    file.path = reader.read_string(node, "path");
    file.size = reader.read_size(node, "size");
    file.sha256 = reader.read_digest(node, "sha256");
    file.origin = reader.read_string(node, "origin");
    const std::string mode = reader.read_string(node, "mode");
    file.executable = mode == "0755";
    if (!file.executable && mode != "0644") reader.fail(node["mode"], "`mode` is neither 0644 nor 0755");
    if (!manifest.files.empty() && manifest.files.back().path >= file.path) {
      reader.fail(node, "`" + printable(file.path) + "` stands after `" + printable(manifest.files.back().path) +
                            "`; files are sorted by path and named once");
    }
    manifest.files.push_back(std::move(file));
    if (reader.fault()) return;
  }
}

void read_inputs(Reader& reader, const Node& root, Manifest& manifest) {
  for (const Node node : reader.read_array(root, "inputs")) {
    reader.check_members(node, {"digest", "name"});
    ManifestInput input{.name = reader.read_string(node, "name"), .digest = reader.read_string(node, "digest")};
    if (!manifest.inputs.empty() && manifest.inputs.back().name >= input.name) {
      reader.fail(node, "inputs are sorted by name and named once");
    }
    manifest.inputs.push_back(std::move(input));
  }
  manifest.inputs_digest = reader.read_digest(root, "inputsDigest");
}

void read_options(Reader& reader, const Node& root, Manifest& manifest) {
  if (!root["options"].exists()) return;
  for (const Node node : reader.read_array(root, "options")) {
    reader.check_members(node, {"name", "value"});
    ManifestOption option{.name = reader.read_string(node, "name"), .value = reader.read_string(node, "value")};
    if (!manifest.options.empty() && manifest.options.back().name >= option.name) {
      reader.fail(node, "options are sorted by name and named once");
    }
    manifest.options.push_back(std::move(option));
  }
  const auto input = std::find_if(manifest.inputs.begin(), manifest.inputs.end(),
                                  [](const ManifestInput& one) { return one.name == "options"; });
  if (input == manifest.inputs.end() || input->digest != options_digest(manifest.options)) {
    reader.fail(root["options"], "`options` do not fit the input of that name");
  }
}

void read_parameters(Reader& reader, const Node& root, Manifest& manifest) {
  for (const Node node : reader.read_array(root, "parameters")) {
    reader.check_members(node, {"description", "example", "name", "required", "sensitive", "type"});
    manifest.parameters.push_back({.name = reader.read_string(node, "name"),
                                   .type = reader.read_string(node, "type"),
                                   .required = reader.read_boolean(node, "required"),
                                   .sensitive = reader.read_boolean(node, "sensitive"),
                                   .description = reader.read_string(node, "description"),
                                   .example = reader.read_string(node, "example")});
  }
}

void read_source(Reader& reader, const Node& root, Manifest& manifest) {
  const Node node = root["source"];
  reader.check_members(node, {"commit", "dirty", "kind", "path", "tree"}, {"repository"});
  manifest.source.commit = reader.read_string(node, "commit");
  manifest.source.dirty = reader.read_boolean(node, "dirty");
  manifest.source.kind = reader.read_string(node, "kind");
  manifest.source.path = reader.read_string(node, "path");
  manifest.source.tree = reader.read_string(node, "tree");
  if (node["repository"].exists()) manifest.source.repository = reader.read_string(node, "repository");
  if (manifest.source.kind != "git" && manifest.source.kind != "folder") {
    reader.fail(node, "`kind` is neither `git` nor `folder`");
  }
}

void read_terraform(Reader& reader, const Node& root, Manifest& manifest) {
  const Node node = root["terraform"];
  reader.check_members(node, {"providers", "required_version", "resource_types"});
  for (const Node provider : reader.read_array(node, "providers")) {
    reader.check_members(provider, {"constraint", "name", "source"});
    manifest.providers.push_back({.name = reader.read_string(provider, "name"),
                                  .source = reader.read_string(provider, "source"),
                                  .constraint = reader.read_string(provider, "constraint")});
  }
  manifest.required_version = reader.read_string(node, "required_version");
  manifest.resource_types = reader.read_strings(node, "resource_types");
}

std::vector<std::string> read_contract_paths(Reader& reader, const Node& contract, std::string_view name,
                                             const Manifest& manifest) {
  std::vector<std::string> paths;
  for (const Node node : reader.read_array(contract, name)) {
    reader.check_members(node, {"path", "sha256"});
    std::string path = reader.read_string(node, "path");
    const auto file = std::lower_bound(manifest.files.begin(), manifest.files.end(), path,
                                       [](const ManifestFile& a, const std::string& b) { return a.path < b; });
    if (file == manifest.files.end() || file->path != path) {
      reader.fail(node, "`" + printable(path) + "` is not among the files");
    } else if (file->sha256 != node["sha256"].as_string()) {
      reader.fail(node, "the sha256 of `" + printable(path) + "` differs from the one in `files`");
    }
    paths.push_back(std::move(path));
  }
  return paths;
}

void read_rest(Reader& reader, const Node& root, Manifest& manifest) {
  for (const Node node : reader.read_array(root, "rewrites")) {
    reader.check_members(node, {"file", "pointer", "rule"});
    manifest.rewrites.push_back({.file = reader.read_string(node, "file"),
                                 .pointer = reader.read_string(node, "pointer"),
                                 .rule = reader.read_string(node, "rule")});
  }
  for (const Node node : reader.read_array(root, "tests")) {
    reader.check_members(node, {"kind", "level", "path"});
    manifest.tests.push_back({.path = reader.read_string(node, "path"),
                              .kind = reader.read_string(node, "kind"),
                              .level = reader.read_string(node, "level")});
  }
  if (root["derived"].exists()) {
    for (const Node node : reader.read_array(root, "derived")) {
      reader.check_members(node, {"kind", "name", "value"});
      manifest.derived.push_back({.kind = reader.read_string(node, "kind"),
                                  .name = reader.read_string(node, "name"),
                                  .value = reader.read_string(node, "value")});
    }
  }
  for (const Node node : reader.read_array(root, "waivers")) {
    reader.check_members(node, {"code", "expires", "owner", "path", "reason"});
    manifest.waivers.push_back({.code = reader.read_string(node, "code"),
                                .path = reader.read_string(node, "path"),
                                .reason = reader.read_string(node, "reason"),
                                .owner = reader.read_string(node, "owner"),
                                .expires = reader.read_string(node, "expires")});
  }
  const Node gate = root["gate"];
  reader.check_members(gate, {"checks", "minimumVersion", "policy"});
  manifest.gate.checks = reader.read_strings(gate, "checks");
  manifest.gate.minimum_version = reader.read_string(gate, "minimumVersion");
  manifest.gate.policy = reader.read_string(gate, "policy");
  const Node tool = root["tool"];
  reader.check_members(tool, {"commit", "name", "version"});
  if (tool["name"].as_string() != "tidegate") reader.fail(tool, "`name` is not `tidegate`");
  manifest.tool_version = reader.read_string(tool, "version");
  manifest.tool_commit = reader.read_string(tool, "commit");
  const Node contract = root["contract"];
  reader.check_members(contract, {"inputs", "outputs"});
  manifest.contract_inputs = read_contract_paths(reader, contract, "inputs", manifest);
  manifest.contract_outputs = read_contract_paths(reader, contract, "outputs", manifest);
}

// The major version is judged before anything else: a later one may have any structure.
Status check_schema(const Node& root) {
  const Node node = root["schema"];
  const std::string_view text = node.as_string();
  if (!text.starts_with(schema_prefix)) {
    return invalid((node.exists() ? node : root).location(),
                   "it is no manifest of an artifact: `schema` is not `tidegate/manifest/1`");
  }
  const std::string_view major = text.substr(schema_prefix.size());
  if (major == "1") return Done{};
  const bool number = !major.empty() && major.find_first_not_of("0123456789") == std::string_view::npos;
  if (!number) return invalid(node.location(), "`schema` is `" + printable(text) + "`, not `tidegate/manifest/1`");
  return Diagnostic{.code = "artifact.unsupported-manifest",
                    .where = node.location(),
                    .message = "the manifest has version " + std::string(major) + ", this program reads version 1",
                    .hint = "use the release of tidegate that built the artifact, or a later one",
                    .exit = ExitCode::unsupported};
}

void check_meaning(Reader& reader, const Node& root, const Manifest& manifest) {
  for (const std::string_view name : {std::string_view("name"), std::string_view("version")}) {
    if (is_label(root[name].as_string())) continue;
    reader.fail(root[name], "`" + std::string(name) +
                                "` must be 1 to 101 letters, digits, `.`, `_` and `-`, and start with a letter or digit");
  }
  if (content_digest(manifest.files) != manifest.content_digest) {
    reader.fail(root["contentDigest"], "`contentDigest` does not fit the files");
  }
  if (inputs_digest(manifest.inputs) != manifest.inputs_digest) {
    reader.fail(root["inputsDigest"], "`inputsDigest` does not fit the inputs");
  }
}

}  // namespace

Result<Manifest> parse_manifest(std::string file, std::string text) {
  const std::size_t size = text.size();
  document::ValueCount count;
  count.add(text);
  if (count.is_dense()) {
    return invalid({.file = std::move(file)}, std::to_string(size) + " bytes have " + std::to_string(count.values()) +
                                                  " values; a manifest has at least 16 bytes for each");
  }
  Result<document::DocumentPtr> parsed = document::parse_json(std::move(file), std::move(text));
  if (!parsed) return invalid(parsed.failure().where, parsed.failure().message);
  const document::Document& document = **parsed;
  const Node root = document.root();
  if (Status status = check_schema(root); !status) return status.failure();

  Reader reader;
  reader.check_members(root, {"contentDigest", "contract", "domain", "files", "flavour", "gate", "inputs",
                              "inputsDigest", "name", "owner", "parameters", "rewrites", "schema", "source",
                               "terraform", "tests", "tool", "version", "waivers"},
                        {"derived", "options"});
  Manifest manifest;
  manifest.name = reader.read_string(root, "name");
  manifest.version = reader.read_string(root, "version");
  manifest.flavour = reader.read_string(root, "flavour");
  manifest.owner = reader.read_string(root, "owner");
  manifest.domain = reader.read_string(root, "domain");
  manifest.content_digest = reader.read_digest(root, "contentDigest");
  read_files(reader, root, manifest);
  read_inputs(reader, root, manifest);
  read_options(reader, root, manifest);
  read_parameters(reader, root, manifest);
  read_source(reader, root, manifest);
  read_terraform(reader, root, manifest);
  read_rest(reader, root, manifest);
  check_meaning(reader, root, manifest);
  if (reader.fault()) return *reader.fault();

  const std::string canonical = render_manifest(manifest);
  const std::string& found = document.text();  // a byte order mark is gone from it
  if (canonical == found && canonical.size() == size) return manifest;
  const auto at = std::mismatch(found.begin(), found.end(), canonical.begin(), canonical.end()).first;
  return invalid(document.locate(static_cast<std::size_t>(at - found.begin())),
                 "the manifest is not written in the canonical form (sorted keys, two spaces, a newline at the end)");
}

}  // namespace tidegate::artifact
