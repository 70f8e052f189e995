// SPDX-License-Identifier: Apache-2.0
// A notebook of an archive as the source file that Databricks would export.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "databricks/notebook.hpp"

namespace tidegate::databricks {

struct SourceCell {
  std::string_view title{};    // empty: none is shown
  std::string_view command{};  // with its magic word, if any
};

// Header, cells in order, "COMMAND ----------" between them; lines of a cell with a magic word behind
// "MAGIC". Line ends become \n.
std::string render_source(Language language, const std::vector<SourceCell>& cells);

// ".py", ".scala", ".sql", ".r"
std::string_view source_extension(Language language);

}  // namespace tidegate::databricks
