// SPDX-License-Identifier: Apache-2.0
#include "build/command.hpp"

#include <memory>

namespace tidegate::cli {

void add_build(commandline::Command app, Action& action) {
  auto options = std::make_shared<BuildOptions>();
  auto compression = std::make_shared<std::string>("gzip");
  const commandline::Command command = app.add_command("build", "Read, link and check a service and pack its artifact.");
  command.add_option("DIR", options->directory, "folder of the service (default: this folder)").suggest_folders();
  command.add_option("-o,--out", options->output, "folder for the artifact (default: this folder)").suggest_folders();
  command.add_option("--commit", options->commit, "commit to build (default: HEAD)");
  command.add_flag("--worktree", options->worktree, "build the files as they lie, not the commit");
  command.add_option("--path", options->path, "folder of the service inside DIR (monorepo)").suggest_folders();
  command.add_option("--version", options->version, "version of the artifact");
  command.add_option("--previous", options->previous, "artifact that this one follows: compare contracts, say why it is another").suggest_files();
  command.add_option("--compression", *compression,
                     "gzip, which everything opens, or zstd; the identity is the same (default: gzip)")
      .one_of({"gzip", "zstd"});
  command.add_flag("--dry-run", options->dry_run, "check and generate, write nothing");
  command.add_flag("--build-libraries", options->libraries.build, "run mvn for a POM whose sources are here and whose jar is not");
  add_library_options(command, options->libraries);
  command.add_flag("--notes", options->notes, "show findings of severity note");
  command.add_flag("--strict", options->strict, "warnings count as errors");
  command.add_flag("-v,--timings", options->timings, "say how long each phase took");
  command.add_option("--report", options->report, "file for phases, findings and result as JSON, also of a build that fails").suggest_files();
  command.add_flag("--test", [options] { options->test = test_untested; },
                   "run the artifact's tests, if Terraform is there; no artifact if they fail");
  command.add_option("--pack", options->packs, "for --test: schema pack of a further provider or version; may be repeated")
      .existing_file();
  command.add_option("--provider", options->provider, "azapi, or azurerm: fails with what it would lose")
      .one_of({"azapi", "azurerm"});
  command.add_flag("--update-contract", options->update_contract, "rewrite contract/contract.lock.json");
  command.when_chosen([options, compression, &action] {
    options->compression = *artifact::find_compression(*compression);  // one of them, see above
    action = [options](Context& context) { return run_build(*options, context); };
  });
}

}  // namespace tidegate::cli
