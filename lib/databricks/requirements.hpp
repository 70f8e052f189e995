// SPDX-License-Identifier: Apache-2.0
// Python packages that a notebook installs: the words of its `%pip install` lines.
#pragma once

#include <string>
#include <vector>

#include "databricks/cells.hpp"
#include "databricks/notebook.hpp"

namespace tidegate::databricks {

// "pandas==2.1.0", "pandas", "pandas>=2"; options, files, URLs and variables are left out. Sorted, each once,
// where it is named first.
std::vector<Found> find_requirements(const std::vector<Cell>& cells);

// The name and the version, where one is pinned by `==`: "pandas", "2.1.0". Extras ("pandas[excel]") are cut.
struct Requirement {
  std::string name{};
  std::string version{};  // empty: not pinned
};
Requirement parse_requirement(std::string_view text);

}  // namespace tidegate::databricks
