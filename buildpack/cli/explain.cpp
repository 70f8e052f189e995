// SPDX-License-Identifier: Apache-2.0
// `tidegate explain FILE`: why a file is in the artifact, or not.
#include <CLI/CLI.hpp>

#include <memory>

#include "build/explain_file.hpp"
#include "buildpack/cli/command.hpp"

namespace tidegate::cli {

void add_explain(CLI::App& app, Action& action) {
  auto options = std::make_shared<ExplainFileOptions>();
  CLI::App* command = app.add_subcommand("explain", "Say why a file is in the artifact, or not.");
  command->add_option("FILE", options->file, "path of a file, relative to the folder of the service")->required();
  command->add_option("DIR", options->directory, "folder of the service (default: this folder)");
  command->add_option("--commit", options->commit, "commit to look at (default: HEAD)");
  command->add_flag("--worktree", options->worktree, "the files as they lie, not the commit");
  command->add_option("--path", options->path, "folder of the service inside DIR (monorepo)");
  command->callback([options, &action] {
    action = [options](Context& context) { return run_explain_file(*options, context); };
  });
}

}  // namespace tidegate::cli
