// SPDX-License-Identifier: Apache-2.0
// In a Git folder Python looks for modules beside the notebook, then at the root of the repository;
// where a release lies in the workspace, only beside the notebook, or the Python file that a task
// starts. A module of the root that one of them imports gets a stand-in of its name there, which
// hands the real one over (docs/decisions/0047-one-tree-in-the-workspace.md).
// Source: Databricks, "Import Python modules from Git folders or workspace files", "Python library
// precedence"; Python, "The import system".
#pragma once

#include <string>
#include <string_view>

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

// Adds the stand-ins to Service::config_files and Service::stand_ins. After link_files: activities
// name files of the repository only. Note adf.rewritten for each.
void add_root_imports(Service& service, Diagnostics& diagnostics);

// Python text for a file in `folder`, which is not empty.
std::string root_import_text(std::string_view folder);

}  // namespace tidegate::flavours::adf_databricks
