// SPDX-License-Identifier: Apache-2.0
#include "build/command.hpp"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "artifact/archive.hpp"
#include "artifact/compare.hpp"
#include "base/text.hpp"
#include "build/assemble.hpp"
#include "build/passes.hpp"
#include "build/previous.hpp"
#include "build/provenance.hpp"
#include "build/record.hpp"
#include "build/sbom.hpp"
#include "build/secrets.hpp"
#include "flavours/adf_databricks/azurerm_loss.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "system/clock.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;

// Where a platform has said so: " (project-metadata.toml: https://host/x, main)".
std::string describe_platform(const PlatformSource& platform, const std::string& commit) {
  if (platform.file.empty() || platform.commit != commit) return {};
  std::string text = " (" + platform.file;
  if (!platform.repository.empty()) text += ": " + printable(platform.repository);
  if (!platform.revision.empty()) text += ", " + printable(platform.revision);
  return text + ")";
}

void say_source(const repository::Source& source, const PlatformSource& platform, cli::Context& context) {
  std::string line;
  if (source.kind == "folder") {
    line = "source   folder without git, commit " + source.commit + describe_platform(platform, source.commit);
  } else {
    line = std::string("source   ") + (source.worktree ? "files as they lie on " : "commit ") +
           source.commit.substr(0, 12);
    if (!source.path.empty()) line += ", folder " + printable(source.path);
  }
  context.terminal.err(line + "\n");
  if (source.worktree && source.dirty())
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

Result<std::vector<artifact::PackFile>> pack_sbom(const std::string& sbom) {
  std::vector<artifact::PackFile> files(1);
  files.front().path = artifact::sbom_path;
  files.front().bytes = sbom;
  return files;
}

// One entry for all findings of a code in a file that one acceptance covers.
void add_waiver(const service::AcceptedFinding& by, const Diagnostic& finding, artifact::Manifest& manifest) {
  const artifact::ManifestWaiver waiver{.code = finding.code,
                                        .path = finding.where.file,
                                        .reason = by.reason,
                                        .owner = by.owner,
                                        .expires = by.expires};
  for (const artifact::ManifestWaiver& known : manifest.waivers) {
    if (known.code == waiver.code && known.path == waiver.path && known.reason == waiver.reason &&
        known.owner == waiver.owner && known.expires == waiver.expires)
      return;
  }
  manifest.waivers.push_back(waiver);
}

// The findings as the settings make them, if there are errors among them. Thousands of findings are not copied for nothing.
std::optional<Diagnostics> find_hindrance(const service::ServiceManifest& manifest, const repository::Source& source,
                                          const Diagnostics& so_far) {
  if (!has_settings(manifest) && !so_far.has_errors()) return std::nullopt;
  Diagnostics settled = so_far;
  apply_the_settings(manifest, source, settled);
  name_missing_submodules(source, settled);
  if (!settled.has_errors()) return std::nullopt;
  return settled;
}

// The pass list.
ExitCode build(const BuildOptions& options, cli::Context& context, BuildRecord& record) {
  Diagnostics diagnostics;
  const auto stop = [&](ExitCode code) {
    cli::print_diagnostics(context, diagnostics, options.notes);
    record.findings = std::move(diagnostics);  // nothing is found after this
    return code;
  };
  const auto fail = [&](const Diagnostic& failure) {
    record.findings = diagnostics;
    record.findings.add(failure);
    return cli::print_failure(context, failure);
  };

  const BuildRun run = describe_run(context.environment, system::seconds_since_epoch());

  record.begin("source");
  // What was built before; a damaged file is no argument.
  std::optional<Previous> previous;
  if (!options.previous.empty()) {
    Result<Previous> read = read_previous(options.previous, context);
    if (!read) return fail(read.failure());
    previous = std::move(*read);
  }

  // Where the files come from: a commit, the files as they lie, or a folder without git.
  Result<repository::Source> source = open_the_source(
      {.directory = options.directory, .commit = options.commit, .worktree = options.worktree, .path = options.path,
       .platform_commit = options.platform_source.commit}, context);
  if (!source) return fail(source.failure());
  say_source(*source, options.platform_source, context);
  record.commit = source->commit;

  // What is which file; after this there is exactly one Data Factory root.
  service::ServiceManifest manifest = read_the_manifest(*source, diagnostics);
  if (options.strict) manifest.warnings_as_errors = true;
  if (!options.notes && options.report.empty() && !has_settings(manifest)) diagnostics.keep_no_notes();
  repository::Inventory inventory = take_the_inventory(*source, manifest, diagnostics);
  const auto watched = watch_for_secrets(*source, inventory);
  say_difference(source->differences(), context);
  require_one_root(inventory, *source, diagnostics);
  if (inventory.adf_roots.size() != 1) {
    for (const std::string& root : inventory.adf_roots) {
      flavour::read_service(*source->tree, only_root(inventory, root), manifest, diagnostics);
    }
    apply_the_settings(manifest, *source, diagnostics);
    name_missing_submodules(*source, diagnostics);
    return stop(worst_exit(diagnostics));
  }

  record.begin("libraries");
  // Libraries that are not committed: fetched with the locked digest, or built by mvn.
  const Libraries libraries =
      obtain_libraries(*source->tree, inventory, manifest, options.libraries, context, diagnostics);
  if (worst_exit(diagnostics) == ExitCode::store_failed) return stop(ExitCode::store_failed);
  add_libraries(libraries, *source, inventory);
  say_libraries(libraries, context);

  record.begin("check");
  // Read, link, check: every object, notebook and jar, and every reference between them.
  flavour::Service as_read = flavour::read_service(*source->tree, inventory, manifest, diagnostics);
  // What the release before uploaded stays for runs in flight, if the manifest wants it.
  if (Status status = retain_the_last_release(as_read, previous ? &*previous : nullptr, context, diagnostics); !status)
    return fail(status.failure());
  auto service = std::make_shared<const flavour::Service>(std::move(as_read));
  say_service(*service, context);

  // What readers of its datasets may rely on, against the last release.
  if (!options.update_contract) compare_with_the_last_release(*service, previous ? &*previous : nullptr, context, diagnostics);

  // Objects are sent through azapi; whoever asks for azurerm learns what it would lose.
  if (options.provider == "azurerm") {
    if (flavour::check_azurerm_loss(*service, diagnostics)) return stop(worst_exit(diagnostics));
    diagnostics.note("terraform.azurerm-loss", {.file = manifest.file.empty() ? "." : manifest.file},
                     "azurerm would lose nothing known of this service; the build sends objects through azapi all the same",
                     "leave --provider out");
  }

  // The service's own gate rules: every name in them exists, and their tests pass.
  const Version lowest_gate = check_the_checks(*source, inventory, context, diagnostics);

  record.begin("terraform");
  // Terraform as values; nothing is rendered yet.
  auto mapping =
      std::make_shared<flavour::Mapping>(flavour::map_service(service, diagnostics));

  record.begin("assemble");
  // Everything that will be packed, and the manifest; after this only writing is left.
  const Result<std::string> version = choose_version(options.version, manifest, *source);
  if (!version) diagnostics.add(version.failure());
  // What is accepted does not stand in the way; which entries were of use shows at the end.
  if (std::optional<Diagnostics> settled = find_hindrance(manifest, *source, diagnostics)) {
    diagnostics = std::move(*settled);
    return stop(worst_exit(diagnostics));
  }
  Assembly assembly =
      assemble_artifact(*source, inventory, service, mapping, {*version, options.version}, diagnostics);
  assembly.manifest.gate.minimum_version = to_string(lowest_gate);
  if (options.inspect) options.inspect(assembly.files, *service);

  record.begin("secrets");
  // Nothing that looks like a secret leaves the repository, and no value of one environment.
  search_files(assembly.files, *watched, *service, diagnostics);
  for (const service::Accepted& one : apply_the_settings(manifest, *source, diagnostics))
    add_waiver(manifest.accepted[one.by], one.finding, assembly.manifest);
  if (diagnostics.has_errors()) return stop(worst_exit(diagnostics));
  if (manifest.warnings_as_errors && diagnostics.count(Severity::warning) > 0) {
    context.terminal.err("warnings count as errors here\n");
    return stop(ExitCode::build_failed);
  }
  for (const LibraryFile& one : libraries.files) {
    assembly.manifest.inputs.push_back({.name = one.input, .digest = one.digest});
  }
  std::ranges::sort(assembly.manifest.inputs, {}, &artifact::ManifestInput::name);
  if (options.update_contract) {
    if (Status status = update_the_lock(*service, options, context); !status)
      return fail(status.failure());
  }
  const std::string name = assembly.manifest.name + "-" + assembly.manifest.version +
                           std::string(artifact::facts_of(options.compression).suffix);
  if (options.dry_run) {
    for (const artifact::PackFile& file : assembly.files) context.terminal.out(file.path + "\n");
    context.terminal.out(name + "\n");
    return stop(ExitCode::success);
  }

  record.begin("pack");
  // One file, written whole or not at all.
  if (Status status = system::make_folders(options.output); !status)
    return fail(status.failure());
  const std::string target = join_path(options.output, name);
  const std::size_t derived_count = service->bindings.derived.size();
  const std::string derived = service::render_derived(service->bindings);
  const Result<Bill> bill = make_bill(*service, assembly.files);
  if (!bill) return fail(bill.failure());
  std::string sbom;
  service.reset();  // from here on only the files to be packed hold what they need
  mapping.reset();
  inventory = {};
  const auto write_beside = [&](const artifact::Packed& whole) {
    return write_sidecars(target, whole, sbom, options, *source, run, system::seconds_since_epoch());
  };
  const std::string untested = target + ".untested", written = options.test ? untested : target;
  if (Status status = system::remove_file(untested); !status) return fail(status.failure());  // of a build that was killed
  const Result<artifact::Packed> packed =
      artifact::write_artifact(written, std::move(assembly.manifest), std::move(assembly.files),
                               {.describe = [&](const artifact::Manifest& whole) {
                                  return pack_sbom(sbom = render_bill(*bill, whole));
                                },
                                .accept = [&](const artifact::Packed& whole) -> Status {
                                  Status same = previous ? check_reproduced(*previous, whole) : Status(Done{});
                                  if (!same || options.test) return same;
                                  return write_beside(whole);
                                },
                                .progress = context.progress,
                                .compression = options.compression});
  if (!packed) {
    diagnostics.add(packed.failure());
    return stop(worst_exit(diagnostics));
  }
  record.wrote(packed->size);
  if (options.test) {
    record.begin("test");
    const ExitCode tested = options.test(written, options.packs, context);
    Status named = tested == ExitCode::success ? write_beside(*packed) : system::remove_file(written);
    if (named && tested == ExitCode::success) named = system::move_file(written, target);
    if (!named) return fail(named.failure());
    if (tested != ExitCode::success) return stop(tested);
  }
  if (derived_count > 0) {
    // Values of one environment: beside the artifact, never inside.
    const std::string values = join_path(options.output, "derived.tfvars.json");
    if (Status status = system::write_file(values, derived); !status) {
      return fail(status.failure());
    }
    context.terminal.err("derived  " + counted(derived_count, "environment value") + " in " +
                         printable(values) + "\n");
  }
  if (previous) {
    context.terminal.err(explain_rebuild(*previous, *packed));
    for (const artifact::InputChange& change : artifact::compare_inputs(previous->verified.manifest, packed->manifest))
      record.rebuilt_because.push_back(artifact::describe(change));
  }
  stop(ExitCode::success);
  record.artifact = {.file = target,
                     .name = packed->manifest.name,
                     .version = packed->manifest.version,
                     .identity = packed->identity,
                     .sha256 = packed->sha256,
                     .size = packed->size};
  context.terminal.out("artifact " + printable(target) + "\n");
  context.terminal.out("identity sha256:" + packed->identity + "\n");
  context.terminal.out("content  " + counted(packed->manifest.files.size() + 1, "file") + ", " +
                       std::to_string(packed->size) + " bytes\n");
  return ExitCode::success;
}

}  // namespace

ExitCode run_build(const BuildOptions& options, cli::Context& context) {
  BuildRecord record;
  record.exit = build(options, context, record);
  record.end();
  if (options.timings) context.terminal.err(render_timings(record));
  if (!options.report.empty()) {
    const Status status = system::write_file(options.report, render_build_report(record));
    if (!status) return cli::print_failure(context, status.failure());
  }
  return record.exit;
}

}  // namespace tidegate
