// SPDX-License-Identifier: Apache-2.0
// Stage 2: repository -> artifact. command.cpp is the pass list.
#pragma once

#include <string>

#include "build/libraries.hpp"
#include "buildpack/cli/command.hpp"

namespace tidegate {

struct BuildOptions {
  std::string directory = ".";
  std::string output = ".";       // folder of the artifact; made if absent
  std::string commit = "HEAD";
  bool worktree = false;
  std::string path{};             // folder of the service inside the repository
  std::string version{};          // overrides tidegate.yaml
  bool dry_run = false;           // everything but the writing
  bool notes = false;             // print findings of severity note
  bool strict = false;            // warnings count as errors
  LibraryOptions libraries{};
};

// Prints findings to `err`, the result to `out`. Nothing is left in the output folder unless the
// whole build succeeded.
ExitCode run_build(const BuildOptions& options, cli::Context& context);

// Its first steps, for other commands: tidegate.yaml or what stands for it; what is which file.
service::ServiceManifest read_the_manifest(const repository::Source& source,
                                           Diagnostics& diagnostics);
repository::Inventory take_the_inventory(const repository::Source& source,
                                         const service::ServiceManifest& manifest);
// What a command answers that stops with these findings.
ExitCode worst_exit(const Diagnostics& diagnostics);

}  // namespace tidegate
