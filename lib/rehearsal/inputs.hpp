// SPDX-License-Identifier: Apache-2.0
// What is put beside an artifact before Terraform runs: values of variables, override files.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "artifact/manifest.hpp"
#include "rehearsal/requirements.hpp"

namespace tidegate::rehearsal {

// A *.tfvars.json with the examples of the variables that have no default.
std::string render_values(const artifact::Manifest& manifest);

inline constexpr char unguarded_override_name[] = "tidegate_unguarded_override.tf.json";

struct OverrideFile {
  std::string path{};  // in the tree
  std::string text{};
};

// Files that set prevent_destroy = false, one for each module with guarded resources: what protects
// data in an environment would keep a rehearsal from tidying up.
std::vector<OverrideFile> unguarded_overrides(std::span<const GuardedResource> guarded);

}  // namespace tidegate::rehearsal
