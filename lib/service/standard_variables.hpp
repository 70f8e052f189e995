// SPDX-License-Identifier: Apache-2.0
// Terraform variables that every generated configuration has besides the bindings (adf.md, section 9;
// service.md, section 3, placement).
#pragma once

#include <string_view>
#include <vector>

#include "service/binding.hpp"
#include "service/manifest.hpp"

namespace tidegate::service {

struct Uploads {              // what Terraform uploads to Databricks
  bool notebooks = false;
  bool files = false;         // config and Python files: always into the workspace
  bool jars = false;
};

// triggers_started (bool, default false) and data_factory_id always; workspace_root and volume_path
// when something is uploaded there and the manifest does not fix the place. Sorted by name.
std::vector<EnvironmentVariable> standard_variables(const ServiceManifest& manifest,
                                                    const Uploads& uploads);

// Adds them to `bindings.variables`, sorted; those that are there already stay.
void add_standard_variables(Bindings& bindings, const ServiceManifest& manifest,
                            const Uploads& uploads);

bool is_standard_variable(std::string_view name);

}  // namespace tidegate::service
