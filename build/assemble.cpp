// SPDX-License-Identifier: Apache-2.0
#include "build/assemble.hpp"

#include <algorithm>
#include <functional>
#include <set>
#include <unordered_set>
#include <utility>

#include "base/text.hpp"
#include "build/derived.hpp"
#include "build/tests.hpp"
#include "document/write.hpp"
#include "flavours/adf_databricks/expect.hpp"
#include "flavours/adf_databricks/own_storage.hpp"
#include "flavours/adf_databricks/place.hpp"
#include "origin.hpp"
#include "policy/custom/collection.hpp"
#include "system/digest.hpp"
#include "terraform/value.hpp"
#include "version.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;

using ServicePtr = std::shared_ptr<const flavour::Service>;
using MappingPtr = std::shared_ptr<const flavour::Mapping>;
using Sink = std::function<Status(std::string_view)>;

enum class Sizes : bool { unknown, known };  // asking may open each file

class Assembler {
 public:
  Assembler(const repository::Source& source, const repository::Inventory& inventory,
            ServicePtr service, MappingPtr mapping, Diagnostics& diagnostics, Sizes sizes = Sizes::known)
      : source_(source),
        inventory_(inventory),
        service_(std::move(service)),
        mapping_(std::move(mapping)),
        diagnostics_(diagnostics),
        sizes_(sizes) {
    constexpr std::size_t generated_files = 64;
    files_.reserve(inventory.files.size() + service_->factory.objects.size() + generated_files);
  }

  std::vector<artifact::PackFile> take() { return std::move(files_); }
  const std::vector<std::string>& contracts() const { return contracts_; }
  const std::vector<std::string>& contract_inputs() const { return inputs_; }
  const std::vector<std::string>& checks() const { return checks_; }
  const std::string& policy() const { return policy_; }
  const std::vector<artifact::ManifestTest>& tests() const { return tests_; }

  void generated(std::string path, std::string bytes) {
    claim(path, "generated");
    files_.push_back({.path = std::move(path), .bytes = std::move(bytes)});
  }

  // Rendered when it is packed.
  void streamed(std::string path, const std::string& origin,
                std::function<Status(const Sink&)> stream) {
    claim(path, origin);
    files_.push_back({.path = std::move(path), .origin = origin, .stream = std::move(stream)});
  }

  // A file of the repository, byte for byte, read when it is packed.
  void copied(std::string path, const std::string& origin) {
    claim(path, origin);
    const repository::InventoryFile* file = inventory_.find(origin);
    if (file == nullptr && source_.tree->find(origin) != nullptr) {
      diagnostics_.error("build.excluded-file", {.file = origin}, "is referenced, but build.exclude of tidegate.yaml leaves it out",
                         "`tidegate explain " + printable(origin) + "` names the pattern: correct it, or take the reference out");
      return;
    }
    if (file != nullptr && (file->role == repository::Role::denied || file->role == repository::Role::manifest)) {
      diagnostics_.error("build.denied-file", {.file = origin},
                         (file->included ? "is included, but " : "is referenced, but ") +
                             (file->role == repository::Role::manifest ? "never packed: it holds values of one environment" : file->reason),
                         file->included ? "leave it out with build.exclude in tidegate.yaml, which wins over include"
                                        : "keep secrets in a Key Vault and reference them by name");
      return;
    }
    for (const Diagnostic& one : source_.missing_submodules) {
      if (origin.starts_with(one.where.file + "/")) return diagnostics_.add(one);
    }
    files_.push_back(
        {.path = std::move(path),
         .origin = origin,
         .executable = file != nullptr && file->entry == system::EntryKind::executable,
         .size = sizes_ == Sizes::known ? source_.tree->size_of(origin) : 0,
         .stream = stream_of(origin)});
  }

  // The entry lives as long as its tree, and holds the name already.
  std::function<Status(const Sink&)> stream_of(const std::string& origin) const {
    const system::FileTreePtr tree = source_.tree;
    const system::Entry* entry = tree->find(origin);
    if (entry == nullptr) return [tree, origin](const Sink& sink) { return tree->stream(origin, sink); };
    return [tree, entry](const Sink& sink) { return tree->stream(entry->path, sink); };
  }

  void add_generated_terraform() {
    for (const std::string& name : terraform::file_names(mapping_->configuration)) {
      streamed("terraform/" + name, "generated", [mapping = mapping_, name](const Sink& sink) {
        return terraform::write_file(mapping->configuration, name, sink);
      });
    }
    const auto files = inventory_.with_role(repository::Role::terraform);
    const bool locked = std::ranges::any_of(files, [](const auto* file) { return file_name(file->path) == ".terraform.lock.hcl"; });
    if (!locked) {
      diagnostics_.note(
          "build.no-lock-file", {.file = "terraform/.terraform.lock.hcl"},
          "is not in the repository: provider versions are chosen inside the constraints at init",
          "commit the file that `terraform providers lock` writes");
    }
  }

  void add_own_terraform() {
    for (const repository::InventoryFile* file :
         inventory_.with_role(repository::Role::terraform)) {
      copied("terraform/" + below(file->path, "terraform"), file->path);
    }
    for (const flavour::ReadFile& read : service_->terraform_files) copied(read.path, read.path);
  }

  void add_generated_tests() {
    flavour::GeneratedTests generated_tests = flavour::expect_service(service_);
    for (validation::TestFile& file : generated_tests.files) {
      const std::string path = "terraform/tests/" + file.name;
      tests_.push_back({.path = path, .kind = "generated", .level = "plan"});
      const auto kept = std::make_shared<const validation::TestFile>(std::move(file));
      streamed(path, "generated",
               [kept](const Sink& sink) { return validation::write_test_file(*kept, sink); });
    }
    for (flavour::ExpectedFile& file : generated_tests.expected) {
      streamed("terraform/" + file.name, "generated", std::move(file.write));
    }
  }

  void add_own_tests() {
    check_guards(*service_, diagnostics_);
    for (const CustomTest& test : find_custom_tests(source_, inventory_, diagnostics_)) {
      copied(test.target, test.path);
      if (test.level.empty()) continue;
      tests_.push_back({.path = test.target, .kind = "custom", .level = test.level});
    }
  }

  void add_uploads() {
    for (const flavour::Upload& upload : mapping_->uploads) {
      if (upload.bytes) {
        claim(upload.path, upload.origin);
        files_.push_back({.path = upload.path, .origin = upload.origin, .bytes = *upload.bytes});
      } else {
        copied(upload.path, upload.origin);
      }
    }
  }

  // Of the release before; and what its state has under other addresses.
  void add_retained() {
    for (const flavour::Retained& one : service_->retained) {
      claim(one.packed, "retained");
      files_.push_back({.path = one.packed, .origin = "retained", .stream = one.stream});
    }
    if (service_->moved.empty()) return;
    std::string text;
    document::JsonWriter writer(text);
    writer.begin_object().key("moved").begin_array();
    for (const flavour::Moved& one : service_->moved)
      writer.begin_object().member("from", one.from).member("to", one.to).end_object();
    writer.end_array().end_object();
    generated("terraform/moved.tf.json", text + "\n");
  }

  // What the manifest wants and nothing else has packed, whatever it is. The last one to be called.
  // The manifest itself stays out, for it holds values of one environment.
  void add_included() {
    const auto wanted = [](const repository::InventoryFile& file) {
      return file.included && file.role != repository::Role::manifest;
    };
    if (std::ranges::none_of(inventory_.files, wanted)) return;
    std::set<std::string> packed;
    for (const artifact::PackFile& file : files_) packed.insert(file.origin);
    for (const repository::InventoryFile& file : inventory_.files)
      if (wanted(file) && !packed.contains(file.path))
        copied("files/included/" + file.path, file.path);
  }

  void add_source() {
    const std::string& root = service_->factory.root;
    for (std::size_t index = 0; index < service_->factory.objects.size(); ++index) {
      const std::string& file = service_->factory.objects[index].file;
      streamed("source/adf/" + below(file, root), file,
               [service = service_, index](const Sink& sink) {
                 return flavour::write_source(*service, index, sink);
               });
    }
  }

  void add_generated_contracts() {
    service::WorkspaceNeeds needs{.allowlist = !service_->jars.empty() && flavour::jars_in_volume(*service_)};
    const auto add_needs = [&](const databricks::Notebook& code) {
      for (const databricks::SecretUse& use : code.secrets)
        if (!use.scope.text.empty()) needs.secret_scopes.push_back(use.scope.text);
      for (const databricks::Found& path : code.data_paths) {
        if (std::string mount = databricks::mount_of(path.text); !mount.empty()) needs.mounts.push_back(std::move(mount));
      }
    };
    for (const databricks::Notebook& notebook : service_->notebooks) add_needs(notebook);
    for (const auto& module : service_->modules) add_needs(module.second);
    for (const adf::Object& object : service_->factory.objects) {
      const document::Node version =
          object.properties()["typeProperties"].find_ignoring_case("newClusterVersion");
      if (object.kind == adf::ObjectKind::linked_service && version.is_string()) {
        needs.runtimes.emplace_back(version.as_string());
      }
    }
    generated("contract/environment.json",
              service::render_environment(service_->manifest.service, service_->bindings, service_->factory, needs));
    for (const flavour::ProducedContract& contract : mapping_->contracts) {
      contracts_.push_back("contract/" + contract.dataset + ".json");
      generated(contracts_.back(), contract.json);
    }
    if (!service_->manifest.produces.empty())
      generated("contract/contract.lock.json", service::render_lock(service_->manifest, service_->schemas));
  }

  void add_own_contracts() {
    for (const service::ForeignContract& contract : service_->foreign) {
      inputs_.push_back("contract/consumed/" + std::string(file_name(contract.file)));
      copied(inputs_.back(), contract.file);
    }
    std::set<std::string> schemas;
    for (const service::Produced& produced : service_->manifest.produces) {
      if (!produced.schema.empty() && schemas.insert(produced.schema).second) {
        copied("contract/" + std::string(file_name(produced.schema)), produced.schema);
      }
    }
  }

  void add_picture() {
    streamed("docs/graph.html", "generated", [service = service_](const Sink& sink) {
      return graph::write_html(flavour::make_graph(*service), sink);
    });
  }

  // The rules, and whatever their programs need.
  void add_own_checks() {
    for (const repository::InventoryFile& file : inventory_.files) {
      if (!file.path.starts_with("checks/") || file.role == repository::Role::denied) continue;
      const std::string name = below(file.path, "checks");
      if (name == "policy.yaml") policy_ = "gate/policy/" + name;
      copied((name == "policy.yaml" ? "gate/policy/" : "gate/checks/") + name, file.path);
      if (!policy::custom::is_checks_name(name)) continue;
      checks_.push_back("gate/checks/" + name);
      tests_.push_back({.path = checks_.back(), .kind = "gate", .level = "plan"});
    }
  }

  void add_generated_protection() {
    const service::ServiceManifest& manifest = service_->manifest;
    const std::vector<std::string> produced = flavour::protected_addresses(*service_);
    if (manifest.protect_types.empty() && manifest.protect_addresses.empty() && produced.empty()) return;
    std::string text;
    document::JsonWriter writer(text);
    writer.begin_object().member("schema", "tidegate/protect/1").key("types").begin_array();
    for (const std::string& type : manifest.protect_types) writer.string(type);
    writer.end_array().key("addresses").begin_array();
    for (const std::string& address : manifest.protect_addresses) writer.string(address);
    for (const std::string& address : produced) {
      if (std::ranges::find(manifest.protect_addresses, address) == manifest.protect_addresses.end()) writer.string(address);
    }
    writer.end_array().end_object();
    generated("gate/policy/protect.json", text + "\n");
  }

 private:
  static std::string below(std::string_view path, std::string_view folder) {
    if (!folder.empty() && path.size() > folder.size() && path.starts_with(folder) &&
        path[folder.size()] == '/') {
      path.remove_prefix(folder.size() + 1);
    }
    return std::string(path);
  }

  void claim(const std::string& path, const std::string& origin) {
    if (claimed_.insert(std::hash<std::string>()(path)).second) return;
    const auto first = std::find_if(files_.begin(), files_.end(),
                                    [&](const artifact::PackFile& file) { return file.path == path; });
    if (first == files_.end()) return;  // equal hashes of two names
    diagnostics_.error("build.file-collision", {.file = origin},
                       "becomes " + path + " in the artifact, and so does " + first->origin,
                       "rename one of the two");
  }

  const repository::Source& source_;
  const repository::Inventory& inventory_;
  const ServicePtr service_;
  const MappingPtr mapping_;
  Diagnostics& diagnostics_;
  const Sizes sizes_;
  std::vector<artifact::PackFile> files_{};
  std::vector<std::string> contracts_{};
  std::vector<std::string> inputs_{};  // contracts of consumed datasets
  std::vector<std::string> checks_{};
  std::string policy_{};
  std::vector<artifact::ManifestTest> tests_{};
  std::unordered_set<std::size_t> claimed_{};  // hashes of the paths: thousands of names are many bytes
};

// What the bytes depend on besides the files: options of the command line, and the name, which comes from the
// folder where no manifest gives one.
std::vector<artifact::ManifestOption> options_of(const repository::Source& source, const std::string& name,
                                                 const VersionChoice& version) {
  return {{.name = "name", .value = name},
          {.name = "path", .value = source.path},
          {.name = "version", .value = version.given},
          {.name = "worktree", .value = source.worktree ? "true" : "false"}};
}

// The source as a whole. Without a tree of git: every file that has a part in the build, packed or not.
std::string source_digest(const repository::Source& source, const repository::Inventory& inventory,
                          const std::vector<artifact::PackFile>& files) {
  if (source.kind == "git" && !source.dirty()) return source.tree_id;
  std::set<std::string> paths;
  for (const artifact::PackFile& file : files) paths.insert(file.origin);
  for (const repository::InventoryFile& file : inventory.files) {
    if (file.if_referenced) continue;  // packed, or of no concern
    if (file.role != repository::Role::other && file.role != repository::Role::denied) paths.insert(file.path);
  }
  system::Sha256 digest;
  for (const std::string& path : paths) {
    const system::Entry* entry = source.tree->find(path);
    if (entry == nullptr) continue;  // generated
    system::Sha256 content;
    const Status read = source.tree->stream(path, [&](std::string_view piece) -> Status {
      content.update(piece);
      return Done{};
    });
    if (!read) return "unreadable";  // the writer reads it again and reports it
    digest.update(content.finish_hex() + (entry->kind == system::EntryKind::executable ? " *" : "  ") + path + "\n");
  }
  return digest.finish_hex();
}

// What comes from the release before; nothing when nothing does.
std::string retained_digest(const flavour::Service& service) {
  std::string lines;
  for (const flavour::Retained& one : service.retained)
    lines += one.digest + "  " + one.type + "." + one.name + " " + one.variable + one.path + "\n";
  for (const flavour::Moved& one : service.moved) lines += one.from + " -> " + one.to + "\n";
  return lines.empty() ? lines : system::sha256_hex(lines);
}

void describe(artifact::Manifest& manifest, const repository::Source& source,
              const flavour::Service& service, flavour::Mapping& mapping) {
  manifest.name = service.manifest.service;
  manifest.flavour = "adf_databricks";
  manifest.owner = service.manifest.owner;
  manifest.domain = service.manifest.domain;
  manifest.source.kind = source.kind;
  manifest.source.commit = source.commit;
  manifest.source.tree = source.tree_id;
  manifest.source.path = source.path;
  manifest.source.dirty = source.dirty();
  manifest.source.repository = service.manifest.repository;
  manifest.tool_version = tool_version;
  manifest.tool_commit = tool_commit;
  for (const service::EnvironmentVariable& variable : service.bindings.variables) {
    manifest.parameters.push_back({.name = variable.name,
                                   .type = variable.type,
                                   .required = variable.required,
                                   .sensitive = variable.sensitive,
                                   .description = variable.description,
                                   .example = variable.example});
  }
  const terraform::Configuration& configuration = mapping.configuration;
  manifest.required_version = configuration.required_version;
  for (const terraform::Provider& provider : configuration.providers) {
    manifest.providers.push_back({.name = provider.local_name,
                                  .source = provider.source,
                                  .constraint = provider.constraint});
  }
  std::set<std::string> types;
  for (const auto& file : configuration.files) {
    types.insert(file.second.types.begin(), file.second.types.end());
  }
  manifest.resource_types = {types.begin(), types.end()};
  manifest.rewrites.reserve(mapping.rewrites.size());
  for (flavour::Rewrite& rewrite : std::exchange(mapping.rewrites, {})) {
    manifest.rewrites.push_back({.file = std::move(rewrite.file),
                                 .pointer = std::move(rewrite.pointer),
                                 .rule = std::move(rewrite.rule)});
  }
}

}  // namespace

Assembly assemble_artifact(const repository::Source& source, const repository::Inventory& inventory,
                           const ServicePtr& service, const std::shared_ptr<flavour::Mapping>& mapping,
                           VersionChoice version, Diagnostics& diagnostics) {
  Assembler assembler(source, inventory, service, mapping, diagnostics);
  assembler.add_generated_terraform();
  assembler.add_own_terraform();
  assembler.add_generated_tests();
  assembler.add_own_tests();
  assembler.add_uploads();
  assembler.add_retained();
  assembler.add_source();
  assembler.add_generated_contracts();
  assembler.add_own_contracts();
  assembler.add_picture();
  assembler.add_own_checks();
  assembler.add_generated_protection();
  assembler.add_included();
  Assembly assembly;
  assembly.files = assembler.take();
  mapping->uploads = {};  // they are files now
  describe(assembly.manifest, source, *service, *mapping);
  assembly.manifest.derived = list_derived(*service, !version.given.empty());
  note_missing_identity(assembly.manifest.derived, service->manifest, diagnostics);
  assembly.manifest.contract_outputs = assembler.contracts();
  assembly.manifest.contract_inputs = assembler.contract_inputs();
  assembly.manifest.gate.checks = assembler.checks();
  assembly.manifest.gate.policy = assembler.policy();
  assembly.manifest.tests = assembler.tests();
  assembly.manifest.version = version.version;
  assembly.manifest.options = options_of(source, assembly.manifest.name, version);
  assembly.manifest.inputs = {
      {.name = "commit", .digest = source.commit},
      {.name = "data", .digest = tool_data},
      {.name = "options", .digest = artifact::options_digest(assembly.manifest.options)},
      {.name = "source", .digest = source_digest(source, inventory, assembly.files)},
      {.name = "tool", .digest = std::string(tool_version) + " " + tool_commit}};
  if (const std::string digest = retained_digest(*service); !digest.empty()) {
    assembly.manifest.inputs.push_back({.name = "retained", .digest = digest});
    std::ranges::sort(assembly.manifest.inputs, {}, &artifact::ManifestInput::name);
  }
  return assembly;
}

std::vector<artifact::PackFile> list_packed_files(const repository::Source& source, const repository::Inventory& inventory,
                                                  const ServicePtr& service, const MappingPtr& mapping, Diagnostics& diagnostics) {
  Assembler assembler(source, inventory, service, mapping, diagnostics, Sizes::unknown);
  assembler.add_own_terraform();
  assembler.add_own_tests();
  assembler.add_uploads();
  assembler.add_source();
  assembler.add_own_contracts();
  assembler.add_own_checks();
  assembler.add_included();
  return assembler.take();
}

Result<std::string> choose_version(const std::string& wanted,
                                   const service::ServiceManifest& manifest,
                                   const repository::Source& source) {
  const bool counted_version = !manifest.version.empty() && manifest.version != "from-tag";
  std::string version = !wanted.empty()
                            ? wanted
                            : (counted_version ? manifest.version : std::string("0.0.0")) + "-g" +
                                  source.commit.substr(0, 12);
  if (source.dirty()) version += ".dirty";
  const bool good = version.size() <= 101 && version.front() != '.' && version.front() != '_' &&
                    version.front() != '-' &&
                    std::all_of(version.begin(), version.end(), [](char c) {
                      return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') ||
                             (c >= 'A' && c <= 'Z') || c == '.' || c == '_' || c == '-';
                    });
  if (good) return version;
  return Diagnostic{.code = "build.bad-version",
                    .where = {.file = wanted.empty() ? manifest.file : "--version"},
                    .message = "\"" + version +
                               "\" cannot be a version: expected [0-9A-Za-z][0-9A-Za-z._-]{0,100}",
                    .hint = "use letters, digits, dots, dashes and underscores"};
}

}  // namespace tidegate
