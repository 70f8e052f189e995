// SPDX-License-Identifier: Apache-2.0
// Stage 1: is this folder the repository of a service, and what is in it? Reads the files as they
// lie, without what git ignores. Needs no network and writes nothing but the build plan.
#pragma once

#include <string>
#include <vector>

#include "buildpack/cli/command.hpp"

namespace tidegate {

struct DetectOptions {
  std::string directory = ".";
  bool json = false;  // "tidegate/detect/1" instead of lines
};

// success: ours; not_ours: not; else an error (no such folder, broken tidegate.yaml).
ExitCode run_detect(const DetectOptions& options, cli::Context& context);

// bin/detect of the buildpack. `arguments`: <platform> <plan>, without the program's name; the
// variable CNB_BUILD_PLAN_PATH goes before the second. The plan is written only if the folder is
// ours.
ExitCode run_buildpack_detect(cli::Context& context, const std::vector<std::string>& arguments);

}  // namespace tidegate
