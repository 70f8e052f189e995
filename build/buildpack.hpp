// SPDX-License-Identifier: Apache-2.0
// The program called as `build`: the build step of a Cloud Native Buildpack (buildpack API 0.10).
// Source: github.com/buildpacks/spec, buildpack.md, "Phase #3: Build".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "buildpack/cli/command.hpp"

namespace tidegate {

// `arguments`: LAYERS PLATFORM PLAN; CNB_LAYERS_DIR, CNB_PLATFORM_DIR, CNB_BP_PLAN_PATH come before
// them. The service lies in the current folder. Writes below LAYERS: artifact/ (extracted),
// artifact.toml, artifact.sbom.cdx.json, provenance/provenance.json, provenance.toml, launch.toml
// with labels. A layer that was made from the same inputs is kept.
ExitCode run_buildpack_build(cli::Context& context, const std::vector<std::string>& arguments);

// An option of the buildpack: the variable, else the file of its name in PLATFORM/env. Empty counts as absent.
std::optional<std::string> platform_option(const cli::Context& context, const std::string& platform, const std::string& name);

}  // namespace tidegate
