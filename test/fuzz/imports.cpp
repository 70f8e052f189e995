// SPDX-License-Identifier: Apache-2.0
// First line: paths of Python files, with blanks between; the rest: text. Places lie inside the
// text, and what is resolved is one of the files.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/text.hpp"
#include "databricks/imports.hpp"
#include "place.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string_view whole(reinterpret_cast<const char*>(data), size);
  const std::size_t line = std::min(whole.find('\n'), whole.size());
  std::vector<std::string> paths;
  for (const std::string_view path : split(whole.substr(0, line), ' '))
    paths.push_back(std::string(path) + ".py");
  const databricks::PythonFiles files(paths);
  const std::string_view text = whole.substr(std::min(line + 1, whole.size()));
  const databricks::Notebook module = databricks::read_module("m.py", text);
  Diagnostics diagnostics;
  databricks::check_module(module, diagnostics);
  for (const Diagnostic& one : diagnostics.items()) fuzz::require(one.where.line > 0 && one.where.line <= size + 1);
  for (const databricks::PythonImport& one : module.imports) {
    fuzz::require(one.module.line > 0 && one.module.column > 0 && one.module.line <= size + 1);
    fuzz::require(!one.computed || one.module.text.empty());
    for (const std::string& path : files.resolve(one, paths.front()))
      fuzz::require(std::find(paths.begin(), paths.end(), path) != paths.end());
  }
  return 0;
}
