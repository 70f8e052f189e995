// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/imported.hpp"

#include "base/text.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

std::vector<std::string> python_files(const repository::Inventory& inventory) {
  std::vector<std::string> paths;
  for (const repository::InventoryFile* file : inventory.with_role(repository::Role::python))
    paths.push_back(file->path);
  return paths;
}

// What a package loads while it is loaded can be told from its text only if it does not look for
// its modules itself.
bool looks_for_modules(std::string_view text) {
  for (const std::string_view word :
       {"pkgutil", "__path__", "listdir", "glob", "iterdir", "__file__"})
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

}  // namespace

ImportFollower::ImportFollower(const repository::Inventory& inventory, Diagnostics& diagnostics)
    : inventory_(inventory), diagnostics_(diagnostics), files_(python_files(inventory)) {}

void ImportFollower::reach(const std::string& path, const Location& from) {
  if (!found_.emplace(path, from).second) return;
  const repository::InventoryFile* file = inventory_.find(path);
  if (file != nullptr && file->if_referenced) next_.push_back(file);
}

void ImportFollower::take(const std::string& file, const std::string& shown,
                          const std::vector<databricks::PythonImport>& imports) {
  for (const databricks::PythonImport& one : imports) {
    const Location where{.file = shown, .line = one.module.line, .column = one.module.column};
    if (one.computed) {
      diagnostics_.note(
          "databricks.computed-import", where,
          "which module is imported here is computed: it cannot be told which files that needs",
          "Python files of the service are packed anyway; of a submodule name them in "
          "build.include of tidegate.yaml");
      if (file_name(file) == "__init__.py")
        for (const std::string& path : files_.package_of(file)) reach(path, where);
      continue;
    }
    for (const std::string& path : files_.resolve(one, file))
      if (path != file) reach(path, where);
  }
}

void ImportFollower::take_file(const std::string& file, std::string_view text) {
  take(file, file, (modules_[file] = databricks::read_module(file, text)).imports);
  if (file_name(file) != "__init__.py" || !looks_for_modules(text)) return;
  for (const std::string& path : files_.package_of(file))
    if (path != file) reach(path, {.file = file, .line = 1, .column = 1});
}

InventoryFiles ImportFollower::reached() {
  InventoryFiles out;
  out.swap(next_);
  return out;
}

std::vector<ReadFile> ImportFollower::found() const {
  std::vector<ReadFile> out;
  for (const auto& [path, where] : found_) out.push_back({path, where});
  return out;
}

}  // namespace tidegate::flavours::adf_databricks
