// SPDX-License-Identifier: Apache-2.0
// Cells -> what the notebook runs, reads and declares.
#pragma once

#include <vector>

#include "databricks/cells.hpp"
#include "databricks/notebook.hpp"

namespace tidegate::databricks {

// Appends the facts of the cells to `notebook`, in the order of the text.
void extract_facts(const std::vector<Cell>& cells, Notebook& notebook);

}  // namespace tidegate::databricks
