// SPDX-License-Identifier: Apache-2.0
// Paths of notebooks, compared segment by segment.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "databricks/notebook.hpp"

namespace tidegate::databricks {

// The same answers as match_activity_path and match_run_path, for many questions about
// the same notebooks: these are found by their last segment. `notebooks` must outlive the index.
class NotebookIndex {
 public:
  explicit NotebookIndex(const std::vector<Notebook>& notebooks);

  PathMatch match_activity_path(std::string_view path, const std::vector<std::string>& roots) const;
  PathMatch match_run_path(const Notebook& from, std::string_view path,
                           const std::vector<std::string>& roots) const;

 private:
  const std::vector<std::size_t>& named(std::string_view last_segment) const;

  const std::vector<Notebook>& notebooks_;
  std::unordered_map<std::string_view, std::vector<std::size_t>> by_name_{};
  std::vector<std::size_t> none_{};
};

}  // namespace tidegate::databricks
