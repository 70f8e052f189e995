// SPDX-License-Identifier: Apache-2.0
// What the service's own Terraform reads while it plans and applies: files and local modules. They
// are packed at the place where the paths lead to in the artifact, which is their place in the
// repository.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "repository/inventory.hpp"
#include "system/file_tree.hpp"

namespace tidegate::flavours::adf_databricks {

// Starts at the root module, terraform/, and follows its modules. Sorted by path, without the files
// below terraform/ that are packed anyway. Codes: build.no-such-file (E), build.module-outside (E),
// build.module-fetched (W), build.path-computed (N).
std::vector<ReadFile> find_terraform_files(const system::FileTree& tree,
                                           const repository::Inventory& inventory,
                                           Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks
