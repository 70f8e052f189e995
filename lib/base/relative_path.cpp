// SPDX-License-Identifier: Apache-2.0
#include "base/relative_path.hpp"

#include <vector>

#include "base/text.hpp"

namespace tidegate {

std::optional<std::string> resolve_path(std::string_view folder, std::string_view target) {
  const std::string whole = join_path(folder, target);
  std::vector<std::string> parts;
  for (const std::string_view part : split(whole, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.emplace_back(part);
    } else if (parts.empty()) {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  return join(parts, "/");
}

}  // namespace tidegate
