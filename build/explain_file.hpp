// SPDX-License-Identifier: Apache-2.0
// Why a file of the repository is in the artifact, or not.
#pragma once

#include <string>

#include "buildpack/cli/command.hpp"

namespace tidegate {

struct ExplainFileOptions {
  std::string file{};             // as the repository names it, relative to the folder of the service
  std::string directory = ".";
  std::string commit = "HEAD";
  bool worktree = false;
  std::string path{};
};

// Names the rule that packed or dropped the file, and the nearest file where there is none of this name. Exit 0
// if the file is known, else 11 (code build.no-such-file).
ExitCode run_explain_file(const ExplainFileOptions& options, cli::Context& context);

}  // namespace tidegate
