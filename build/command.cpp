// SPDX-License-Identifier: Apache-2.0
#include "build/command.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "build/assemble.hpp"
#include "document/parse.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "policy/custom/collection.hpp"
#include "repository/inventory.hpp"
#include "repository/source.hpp"
#include "service/manifest.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;

constexpr std::string_view manifest_file = "tidegate.yaml";

Result<repository::Source> open_the_source(const BuildOptions& options,
                                           const cli::Context& context) {
  repository::SourceOptions wanted{.directory = options.directory,
                                   .commit = options.commit,
                                   .worktree = options.worktree,
                                   .path = options.path};
  for (const char* name : {"GITHUB_SHA", "BUILD_SOURCEVERSION", "GIT_COMMIT"}) {
    if (auto value = context.environment.get(name)) wanted.environment[name] = *value;
  }
  return repository::open_source(wanted);
}

}  // namespace

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
                                         const service::ServiceManifest& manifest) {
  repository::Inventory inventory =
      repository::take_inventory(*source.tree, {.adf_root = manifest.adf_root.value_or(""),
                                                .adf_root_given = manifest.adf_root.has_value(),
                                                .notebooks = manifest.notebooks,
                                                .config = manifest.config});
  std::erase_if(inventory.files, [&](const repository::InventoryFile& file) {
    return std::any_of(manifest.exclude.begin(), manifest.exclude.end(),
                       [&](const std::string& glob) { return matches_glob(glob, file.path); });
  });
  return inventory;
}

namespace {

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

// Exit 13 for a rule that is wrong: the gate would refuse every plan.
void check_the_checks(const repository::Source& source, const repository::Inventory& inventory,
                      cli::Context& context, Diagnostics& diagnostics) {
  constexpr std::string_view folder = "checks/";
  policy::custom::Collection checks;
  for (const repository::InventoryFile& file : inventory.files) {
    if (!file.path.starts_with(folder) || file.role == repository::Role::denied) continue;
    if (!policy::custom::is_checks_name(std::string_view(file.path).substr(folder.size()))) continue;
    Result<std::string> text = source.tree->read(file.path);
    if (!text) {
      diagnostics.add(text.failure());
      continue;
    }
    checks.add(file.path, std::move(*text));
  }
  checks.finish();
  std::size_t rules = 0, passed = 0;
  for (const policy::custom::Collected& one : checks.files) {
    for (const policy::custom::TestOutcome& outcome : one.outcomes) {
      ++rules;
      passed += outcome.passed;
    }
  }
  if (rules > 0) {
    context.terminal.err("checked  " + counted(rules, "gate rule") + ", " + counted(passed, "test") + " passed\n");
  }
  diagnostics.append(std::move(checks.diagnostics));
}

}  // namespace

ExitCode worst_exit(const Diagnostics& diagnostics) {
  ExitCode code = ExitCode::success;
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity != Severity::error) continue;
    if (code == ExitCode::success || item.exit == ExitCode::build_failed) code = item.exit;
  }
  return code;
}

namespace {

void say_source(const repository::Source& source, cli::Context& context) {
  std::string line;
  if (source.kind == "folder") {
    line = "source   folder without git, commit " + source.commit;
  } else {
    line = std::string("source   ") + (source.worktree ? "files as they lie on " : "commit ") +
           source.commit.substr(0, 12);
    if (!source.path.empty()) line += ", folder " + printable(source.path);
  }
  context.terminal.err(line + "\n");
  if (source.worktree && source.dirty)
    context.terminal.err("         they differ from the commit: the artifact is marked dirty\n");
}

void say_difference(const repository::Difference& difference, cli::Context& context) {
  if (difference.count == 0) return;
  std::string names;
  for (const std::string& name : difference.paths)
    names += (names.empty() ? "" : ", ") + printable(name);
  context.terminal.err("         the working tree differs in " + counted(difference.count, "file") +
                       " (" + names + (difference.paths.size() < difference.count ? ", …" : "") +
                       "); the commit is built, --worktree takes the files as they lie\n");
}

void say_libraries(const Libraries& libraries, cli::Context& context) {
  if (libraries.files.empty()) return;
  context.terminal.err("fetched  " + counted(libraries.files.size(), "library", "libraries") + "\n");
}

std::string count_objects(const flavour::Service& service) {
  std::map<adf::ObjectKind, std::size_t> counts;
  for (const adf::Object& object : service.factory.objects) ++counts[object.kind];
  std::string text;
  for (const auto& count : counts) {
    text += (text.empty() ? "" : ", ") +
            counted(count.second, to_string(count.first),
                    count.first == adf::ObjectKind::factory ? "factories" : "");
  }
  return text.empty() ? "no object" : text;
}

void say_service(const flavour::Service& service, cli::Context& context) {
  std::size_t resolved = 0, external = 0;
  for (const adf::Reference& reference : service.factory.references) {
    resolved += reference.target.has_value() ? 1U : 0U;
    external += reference.external ? 1U : 0U;
  }
  context.terminal.err("read     " + count_objects(service) + "\n");
  context.terminal.err("         " + counted(service.notebooks.size(), "notebook") + ", " +
                       counted(service.jars.size(), "jar") + ", " +
                       counted(service.config_files.size(), "other file") + "\n");
  context.terminal.err("linked   " + counted(resolved + service.links.size(), "reference") +
                       " resolved, " + std::to_string(external) + " external\n");
}

}  // namespace

ExitCode run_build(const BuildOptions& options, cli::Context& context) {
  Diagnostics diagnostics;
  const auto stop = [&](ExitCode code) {
    cli::print_diagnostics(context, diagnostics, options.notes);
    return code;
  };

  // Where the files come from: a commit, the files as they lie, or a folder without git.
  Result<repository::Source> source = open_the_source(options, context);
  if (!source) return cli::print_failure(context, source.failure());
  say_source(*source, context);

  // What is which file; after this there is exactly one Data Factory root.
  service::ServiceManifest manifest = read_the_manifest(*source, diagnostics);
  if (options.strict) manifest.warnings_as_errors = true;
  repository::Inventory inventory = take_the_inventory(*source, manifest);
  say_difference(source->differences(), context);
  require_one_root(inventory, *source, diagnostics);
  if (inventory.adf_roots.size() != 1) {
    for (const std::string& root : inventory.adf_roots) {
      flavour::read_service(*source->tree, only_root(inventory, root), manifest, diagnostics);
    }
    return stop(worst_exit(diagnostics));
  }

  // Libraries that are not committed: fetched with the locked digest, or built by mvn.
  const Libraries libraries =
      obtain_libraries(*source->tree, inventory, manifest, options.libraries, context, diagnostics);
  add_libraries(libraries, *source, inventory);
  say_libraries(libraries, context);

  // Read, link, check: every object, notebook and jar, and every reference between them.
  auto service = std::make_shared<const flavour::Service>(
      flavour::read_service(*source->tree, inventory, manifest, diagnostics));
  say_service(*service, context);

  // The service's own gate rules: every name in them exists, and their tests pass.
  check_the_checks(*source, inventory, context, diagnostics);

  // Terraform as values; nothing is rendered yet.
  auto mapping =
      std::make_shared<const flavour::Mapping>(flavour::map_service(service, diagnostics));

  // Everything that will be packed, and the manifest; after this only writing is left.
  const Result<std::string> version = choose_version(options.version, manifest, *source);
  if (!version) diagnostics.add(version.failure());
  if (diagnostics.has_errors()) return stop(worst_exit(diagnostics));
  Assembly assembly =
      assemble_artifact(*source, inventory, service, mapping, *version, diagnostics);
  if (diagnostics.has_errors()) return stop(worst_exit(diagnostics));
  if (manifest.warnings_as_errors && diagnostics.count(Severity::warning) > 0) {
    context.terminal.err("warnings count as errors here\n");
    return stop(ExitCode::build_failed);
  }
  for (const LibraryFile& one : libraries.files) {
    assembly.manifest.inputs.push_back({.name = one.input, .digest = one.digest});
  }
  std::ranges::sort(assembly.manifest.inputs, {}, &artifact::ManifestInput::name);
  const std::string name = assembly.manifest.name + "-" + assembly.manifest.version;
  if (options.dry_run) {
    for (const artifact::PackFile& file : assembly.files) context.terminal.out(file.path + "\n");
    context.terminal.out(name + ".tar.gz\n");
    return stop(ExitCode::success);
  }

  // One file, written whole or not at all.
  if (Status status = system::make_folders(options.output); !status)
    return cli::print_failure(context, status.failure());
  const std::string target = join_path(options.output, name + ".tar.gz");
  const std::size_t count = assembly.files.size();
  const std::size_t derived_count = service->bindings.derived.size();
  const std::string derived = service::render_derived(service->bindings);
  service.reset();  // from here on only the files to be packed hold what they need
  mapping.reset();
  inventory = {};
  const Result<artifact::Packed> packed =
      artifact::write_artifact(target, std::move(assembly.manifest), std::move(assembly.files));
  if (!packed) {
    diagnostics.add(packed.failure());
    return stop(worst_exit(diagnostics));
  }
  if (derived_count > 0) {
    // Values of one environment: beside the artifact, never inside.
    const std::string values = join_path(options.output, "derived.tfvars.json");
    if (Status status = system::write_file(values, derived); !status) {
      return cli::print_failure(context, status.failure());
    }
    context.terminal.err("derived  " + counted(derived_count, "environment value") + " in " +
                         printable(values) + "\n");
  }
  cli::print_diagnostics(context, diagnostics, options.notes);
  context.terminal.out("artifact " + printable(target) + "\n");
  context.terminal.out("identity sha256:" + packed->identity + "\n");
  context.terminal.out("content  " + counted(count + 1, "file") + ", " +
                       std::to_string(packed->size) + " bytes\n");
  return ExitCode::success;
}

}  // namespace tidegate
