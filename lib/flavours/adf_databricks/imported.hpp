// SPDX-License-Identifier: Apache-2.0
// Follows the imports of notebooks and Python files through the service's packages, and through
// those of submodules, of which only what is reached becomes a part of the service.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "databricks/imports.hpp"
#include "flavours/adf_databricks/referenced.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

class ImportFollower {
 public:
  // Both must outlive it. Note databricks.computed-import: what is imported there cannot be told.
  ImportFollower(const repository::Inventory& inventory, Diagnostics& diagnostics);

  // `file` imports these; `shown`: the file as findings name it.
  void take(const std::string& file, const std::string& shown,
            const std::vector<databricks::PythonImport>& imports);
  // The same of a Python file with this text.
  void take_file(const std::string& file, std::string_view text);

  // Files of submodules that were reached since the last call: to be read next.
  InventoryFiles reached();
  // All that were reached, with what imports them first; sorted by path.
  std::vector<ReadFile> found() const;
  // The files that were taken by take_file.
  std::map<std::string, databricks::Notebook> modules() && { return std::move(modules_); }

 private:
  void reach(const std::string& path, const Location& from);

  const repository::Inventory& inventory_;
  Diagnostics& diagnostics_;
  databricks::PythonFiles files_;
  std::map<std::string, Location> found_{};
  std::map<std::string, databricks::Notebook> modules_{};
  InventoryFiles next_{};
};

}  // namespace tidegate::flavours::adf_databricks
