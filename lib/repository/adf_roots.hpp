// SPDX-License-Identifier: Apache-2.0
// Which folders are the root of a Data Factory, and which kind of object a file below one holds.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "system/file_tree.hpp"

namespace tidegate::repository {

// Sorted; "" is the top. `candidates`: the entries that may count (not denied).
std::vector<std::string> find_adf_roots(const system::FileTree& tree,
                                        const std::vector<const system::Entry*>& candidates);

struct AdfPlace {
  std::string root{};
  std::string
      kind_folder{};  // lower case: "pipeline", "linkedservice", "managedprivateendpoint", …
};

// The place of a JSON file that is an object of one of `roots` (the longest root wins).
std::optional<AdfPlace> find_adf_place(std::string_view path,
                                       const std::vector<std::string>& roots);

// The longest of `roots` that `path` lies below; nullptr if none.
const std::string* find_root_of(std::string_view path, const std::vector<std::string>& roots);

}  // namespace tidegate::repository
