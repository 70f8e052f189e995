// SPDX-License-Identifier: Apache-2.0
#include "system/environment.hpp"

#include <cstdlib>

namespace tidegate::system {

std::optional<std::string> ProcessEnvironment::get(const std::string& name) const {
  const char* value = std::getenv(name.c_str());
  if (value == nullptr) return std::nullopt;
  return std::string(value);
}

std::optional<std::string> MemoryEnvironment::get(const std::string& name) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

}  // namespace tidegate::system
