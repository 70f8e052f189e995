// SPDX-License-Identifier: Apache-2.0
#include "build/command.hpp"

#include <map>
#include <memory>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "build/assemble.hpp"
#include "build/passes.hpp"
#include "build/previous.hpp"
#include "flavours/adf_databricks/azurerm_loss.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;

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
  const Result<repository::Source> source = open_the_source(
      {.directory = options.directory, .commit = options.commit, .worktree = options.worktree, .path = options.path}, context);
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

  // Read, link, check: every object, notebook and jar, and every reference between them.
  auto service = std::make_shared<const flavour::Service>(
      flavour::read_service(*source->tree, inventory, manifest, diagnostics));
  say_service(*service, context);

  // What readers of its datasets may rely on, against the last release.
  compare_with_the_last_release(*service, options, context, diagnostics);

  // Objects are sent through azapi; whoever asks for azurerm learns what it would lose.
  if (options.provider == "azurerm") {
    if (flavour::check_azurerm_loss(*service, diagnostics)) return stop(worst_exit(diagnostics));
    diagnostics.note("terraform.azurerm-loss", {.file = manifest.file.empty() ? "." : manifest.file},
                     "azurerm would lose nothing known of this service; the build sends objects through azapi all the same",
                     "leave --provider out");
  }

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
  if (options.update_contract) {
    if (Status status = update_the_lock(*service, options, context); !status)
      return cli::print_failure(context, status.failure());
  }
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
