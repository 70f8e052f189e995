// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "base/text.hpp"
#include "build/init.hpp"
#include "build/passes.hpp"
#include "build/previous.hpp"
#include "buildpack/cli/command.hpp"
#include "document/parse.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

namespace flavour = flavours::adf_databricks;

struct InitOptions {
  SourceChoice source{};
  InitNames names{};
  std::string ci{};
};

// Writes what is not there, and says which.
class Folder {
 public:
  Folder(std::string folder, Context& context) : folder_(std::move(folder)), context_(context) {}

  Status write(const std::string& path, const std::string& text) {
    const std::string target = join_path(folder_, path);
    const Result<std::string> there = system::read_file(target);
    if (there) {
      context_.terminal.out("kept     " + printable(path) + "\n");
      return Done{};
    }
    if (Status made = system::make_folders(std::string(parent_path(target))); !made) return made;
    if (Status written = system::write_file(target, text); !written) return written;
    context_.terminal.out("wrote    " + printable(path) + "\n");
    return Done{};
  }

  // The section goes behind what a README says already.
  Status add_section(const std::string& path, const std::string& title, const std::string& section) {
    const std::string target = join_path(folder_, path);
    const Result<std::string> there = system::read_file(target);
    if (!there) return write(path, "# " + title + "\n\n" + section);
    if (there->find(readme_marker) != std::string::npos) {
      context_.terminal.out("kept     " + printable(path) + "\n");
      return Done{};
    }
    const std::string gap = there->ends_with('\n') ? "\n" : "\n\n";
    if (Status written = system::write_file(target, *there + gap + section); !written) return written;
    context_.terminal.out("added to " + printable(path) + "\n");
    return Done{};
  }

 private:
  std::string folder_;
  Context& context_;
};

Status write_all(const flavour::Service& service, const std::string& manifest, const InitOptions& options,
                 Context& context) {
  Folder folder(join_path(options.source.directory, options.source.path), context);
  if (Status status = folder.write("tidegate.yaml", manifest); !status) return status;
  for (const auto& file : init_files(service.manifest.service, options.ci)) {
    if (Status status = folder.write(file.first, file.second); !status) return status;
  }
  if (Status status = folder.write(lock_file, service::render_lock(service.manifest, service.schemas)); !status)
    return status;
  return folder.add_section("README.md", service.manifest.service,
                            readme_section(service.manifest.service, service.manifest.owner));
}

ExitCode run_init(const InitOptions& options, Context& context) {
  Diagnostics diagnostics;
  const Result<repository::Source> source = open_the_source(options.source, context);
  if (!source) return print_failure(context, source.failure());
  service::ServiceManifest manifest = read_the_manifest(*source, diagnostics);
  const bool there = manifest.present;
  Diagnostics of_patterns;  // said by check and build
  const repository::Inventory inventory = take_the_inventory(*source, manifest, of_patterns);
  require_one_root(inventory, *source, diagnostics);
  if (inventory.adf_roots.size() != 1) {
    print_diagnostics(context, diagnostics, false);
    return worst_exit(diagnostics);
  }
  Diagnostics findings;  // of the service: `tidegate build` reports them once it has a manifest
  flavour::Service service = flavour::read_service(*source->tree, inventory, manifest, findings);
  std::string text;
  if (!there) {
    text = render_manifest_text(service, options.names);
    const Result<document::DocumentPtr> parsed = document::parse_yaml("tidegate.yaml", text);
    if (!parsed) return print_failure(context, parsed.failure());
    manifest = service::read_manifest(*parsed, source->name, diagnostics);
    Diagnostics again;  // what a build will say of it
    flavour::read_service(*source->tree, take_the_inventory(*source, manifest, again), manifest, again);
    text += render_severities(findings, again);
    service.manifest = manifest;
  }
  print_diagnostics(context, diagnostics, false);
  if (diagnostics.has_errors()) return worst_exit(diagnostics);
  const Status written = write_all(service, text, options, context);
  if (!written) return print_failure(context, written.failure());
  if (!there && options.names.owner.empty())
    context.terminal.err("write down the owner in tidegate.yaml: nothing is published without one\n");
  return ExitCode::success;
}

}  // namespace

void add_init(commandline::Command app, Action& action) {
  auto options = std::make_shared<InitOptions>();
  options->source.worktree = true;
  const commandline::Command command = app.add_command("init", "Write tidegate.yaml and what belongs beside it; overwrites nothing.");
  command.add_option("DIR", options->source.directory, "folder of the service (default: this folder)").suggest_folders();
  command.add_option("--service", options->names.service, "name of the service (default: of the folder)");
  command.add_option("--owner", options->names.owner, "the one team that answers for it");
  command.add_option("--domain", options->names.domain, "cost and lineage group");
  command.add_option("--ci", options->ci, "CI file to write: github, jenkins, azure")
      .one_of({"github", "jenkins", "azure"});
  command.add_option("--path", options->source.path, "folder of the service inside DIR (monorepo)").suggest_folders();
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_init(*options, context); };
  });
}

}  // namespace tidegate::cli
