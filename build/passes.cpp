// SPDX-License-Identifier: Apache-2.0
#include "build/passes.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "build/selection.hpp"
#include "document/parse.hpp"
#include "policy/custom/collection.hpp"
#include "policy/custom/since.hpp"
#include "policy/organisation/policy.hpp"
#include "report/pages.hpp"

namespace tidegate {

namespace {

constexpr std::string_view manifest_file = "tidegate.yaml";

// What a reference may lead to that is not there.
constexpr std::array<std::string_view, 10> unresolved_codes = {
    "build.no-such-file",    "databricks.unresolved-notebook", "databricks.unresolved-run",
    "databricks.unresolved-notebook-run", "databricks.dbfs-library", "spark.library-not-built",
    "repository.bad-symlink", "adf.unresolved-reference", "build.no-factory",
    "service.foreign-contract"};

}  // namespace

Result<repository::Source> open_the_source(const SourceChoice& choice, const cli::Context& context) {
  repository::SourceOptions wanted{.directory = choice.directory,
                                   .commit = choice.commit,
                                   .worktree = choice.worktree,
                                   .path = choice.path,
                                   .platform_commit = choice.platform_commit};
  for (const char* name : {"GITHUB_SHA", "BUILD_SOURCEVERSION", "GIT_COMMIT"}) {
    if (auto value = context.environment.get(name)) wanted.environment[name] = *value;
  }
  return repository::open_source(wanted);
}

service::ServiceManifest read_the_manifest(const repository::Source& source,
                                           Diagnostics& diagnostics) {
  if (source.tree->find(manifest_file) == nullptr) return service::default_manifest(source.name);
  const Result<std::string> text = source.tree->read(manifest_file);
  if (!text) {
    diagnostics.add(text.failure());
    return service::default_manifest(source.name);
  }
  const Result<document::DocumentPtr> parsed =
      document::parse_yaml(std::string(manifest_file), *text);
  if (!parsed) {
    diagnostics.add(parsed.failure());
    return service::default_manifest(source.name);
  }
  return service::read_manifest(*parsed, source.name, diagnostics);
}

repository::Inventory take_the_inventory(const repository::Source& source,
                                         const service::ServiceManifest& manifest, Diagnostics& diagnostics) {
  repository::Inventory inventory =
      repository::take_inventory(*source.tree, {.adf_root = manifest.adf_root.value_or(""),
                                                .adf_root_given = manifest.adf_root.has_value(),
                                                .notebooks = manifest.notebooks,
                                                .config = manifest.config,
                                                .submodules = source.submodules});
  for (repository::InventoryFile& file : inventory.files) {
    if (!manifest.pom.empty() && manifest.pom == file.path) file.if_referenced = false;
  }
  select_files(manifest, inventory, diagnostics);
  return inventory;
}

// One ADF root is a service. Of several each is reported at its first file.
void require_one_root(const repository::Inventory& inventory, const repository::Source& source,
                      Diagnostics& diagnostics) {
  if (inventory.adf_roots.size() == 1) return;
  if (inventory.adf_roots.empty()) {
    diagnostics.error(
        "build.no-factory", {.file = source.path.empty() ? "." : source.path},
        "no Data Factory folders were found: expected two or more of pipeline/, dataset/, "
        "linkedService/, dataflow/, trigger/ in one folder",
        "run `tidegate detect` to see what is recognised");
    return;
  }
  const std::string all = join(inventory.adf_roots, "/, ") + "/";
  for (const std::string& root : inventory.adf_roots) {
    const auto first =
        std::find_if(inventory.files.begin(), inventory.files.end(), [&](const auto& file) {
          return file.role == repository::Role::adf_object && file.root == root;
        });
    if (first == inventory.files.end()) continue;
    diagnostics.error(
        "build.several-factories", {.file = first->path, .line = 1, .column = 1},
        "Data Factory root " + (root.empty() ? std::string("(top)") : root + "/") + " is one of " +
            std::to_string(inventory.adf_roots.size()) + ": " + all,
        "a service has one: name it with adf.root in tidegate.yaml, or build one with --path");
  }
}

repository::Inventory only_root(const repository::Inventory& inventory, const std::string& root) {
  repository::Inventory one = inventory;
  one.adf_roots = {root};
  std::erase_if(one.files, [&](const repository::InventoryFile& file) {
    const bool adf =
        file.role == repository::Role::adf_object || file.role == repository::Role::adf_support;
    return adf && file.root != root;
  });
  return one;
}

namespace {

constexpr Version reads_artifacts{0, 1, 0};  // deploy-gate --artifact: manifest, contracts, protect.json

// A policy that is no YAML is for the gate to refuse; nothing can be said of it here.
Version lowest_gate_of_policy(const std::string& file, std::string text) {
  const Result<document::DocumentPtr> parsed = document::parse_yaml(file, std::move(text));
  return parsed ? organisation::lowest_gate((*parsed)->root()) : Version{};
}

}  // namespace

Version check_the_checks(const repository::Source& source, const repository::Inventory& inventory,
                      cli::Context& context, Diagnostics& diagnostics) {
  constexpr std::string_view folder = "checks/";
  policy::custom::Collection checks;
  policy::Settings settings;
  Version lowest = reads_artifacts;
  for (const repository::InventoryFile& file : inventory.files) {
    if (!file.path.starts_with(folder) || file.role == repository::Role::denied) continue;
    const std::string_view name = std::string_view(file.path).substr(folder.size());
    const bool is_policy = name == "policy.yaml";
    if (!is_policy && !policy::custom::is_checks_name(name)) continue;
    Result<std::string> text = source.tree->read(file.path);
    if (!text) {
      diagnostics.add(text.failure());
    } else if (is_policy) {
      lowest = std::max(lowest, lowest_gate_of_policy(file.path, std::move(*text)));
    } else {
      checks.add(file.path, std::move(*text), settings);
    }
  }
  checks.finish(settings);
  std::size_t rules = 0, passed = 0;
  for (const policy::custom::Collected& one : checks.files) {
    lowest = std::max(lowest, policy::custom::lowest_gate(one.file));
    for (const policy::custom::TestOutcome& outcome : one.outcomes) {
      ++rules;
      passed += outcome.passed;
    }
  }
  if (rules > 0) {
    context.terminal.err("checked  " + counted(rules, "gate rule") + ", " + counted(passed, "test") + " passed\n");
  }
  diagnostics.append(std::move(checks.diagnostics));
  return lowest;
}

ExitCode worst_exit(const Diagnostics& diagnostics) {
  ExitCode code = ExitCode::success;
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity != Severity::error) continue;
    if (code == ExitCode::success || item.exit == ExitCode::build_failed) code = item.exit;
  }
  return code;
}

bool has_settings(const service::ServiceManifest& manifest) {
  return !manifest.severities.empty() || !manifest.accepted.empty();
}

void name_missing_submodules(const repository::Source& source, Diagnostics& diagnostics) {
  if (source.missing_submodules.empty()) return;
  const bool unresolved = std::any_of(
      diagnostics.items().begin(), diagnostics.items().end(), [](const Diagnostic& item) {
        return item.severity == Severity::error &&
               std::find(unresolved_codes.begin(), unresolved_codes.end(), item.code) !=
                   unresolved_codes.end();
      });
  if (!unresolved) return;
  for (const Diagnostic& one : source.missing_submodules) {
    const bool known = std::any_of(diagnostics.items().begin(), diagnostics.items().end(),
                                   [&](const Diagnostic& item) {
                                     return item.code == one.code && item.where.file == one.where.file;
                                   });
    if (!known) diagnostics.add(one);
  }
}

std::vector<service::Accepted> apply_the_settings(const service::ServiceManifest& manifest, const repository::Source& source,
                                                  Diagnostics& diagnostics) {
  if (!has_settings(manifest)) return {};
  const std::vector<std::string> codes = report::codes();
  return service::apply_check_settings(manifest, {.commit_time = source.commit_time, .codes = codes}, diagnostics);
}

}  // namespace tidegate
