// SPDX-License-Identifier: Apache-2.0
// Paths and sorted lists of folders.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace tidegate::repository {

// The first of `folders` (sorted) that `path` lies below, seen from the top; nullptr if none.
inline const std::string* find_folder_of(std::string_view path,
                                         const std::vector<std::string>& folders) {
  if (folders.empty()) return nullptr;
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const auto place = std::lower_bound(folders.begin(), folders.end(), path.substr(0, slash));
    if (place != folders.end() && *place == path.substr(0, slash)) return &*place;
  }
  return nullptr;
}

}  // namespace tidegate::repository
