// SPDX-License-Identifier: Apache-2.0
// Python text -> the modules that it imports, and which files of a repository those are.
// Source: Python Language Reference, "The import statement", "The import system".
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/notebook.hpp"
#include "databricks/tokens.hpp"

namespace tidegate::databricks {

// Statements wherever they stand, also in functions, `if` and `try`, and calls of
// importlib.import_module and __import__; not what stands in comments and texts. `offset`: of the
// module in the text. The place in the import is not set.
using TakeImport = std::function<void(PythonImport import, std::size_t offset)>;
void find_imports(std::string_view text, const Tokens& tokens, const TakeImport& take);

// The Python files of a repository, by the names under which they may be imported.
class PythonFiles {
 public:
  explicit PythonFiles(const std::vector<std::string>& paths);  // of files that end in .py

  // Files that the import loads: the module, and each __init__.py on the way. Looked for in the
  // folder of `from`, then in those above it; else, since any folder may be searched, wherever the
  // whole name fits. Empty: not of this repository. Of a package that is taken with `*` every file:
  // what its __init__.py names cannot be told.
  std::set<std::string> resolve(const PythonImport& import, std::string_view from) const;

  // The same, looked for in `root` alone; false: not all of it is there.
  bool resolve_in(const std::string& root, const PythonImport& import,
                  std::set<std::string>& found) const;

  // Every file of the package that `file` lies in.
  std::set<std::string> package_of(std::string_view file) const;

  bool exists(const std::string& path) const { return paths_.contains(path); }
  bool is_folder(const std::string& path) const;  // that holds one of the files

 private:
  void take_all(const std::string& folder, std::set<std::string>& found) const;
  bool take_module(const std::string& root, std::string_view module,
                   std::set<std::string>& found) const;

  std::set<std::string, std::less<>> paths_{};
  std::multimap<std::string, std::string, std::less<>>
      roots_{};  // first name of a module -> each folder that holds it
};

}  // namespace tidegate::databricks
