// SPDX-License-Identifier: Apache-2.0
#include "system/temporary.hpp"

#include <cstdlib>
#include <filesystem>

namespace tidegate::system {

std::string temporary_folder() {
  const char* named = std::getenv("TMPDIR");
  if (named == nullptr || *named == '\0') return "/tmp";
  std::error_code unknown;  // the working folder is gone
  const std::filesystem::path folder = std::filesystem::absolute(named, unknown);
  return unknown ? "/tmp" : folder.string();
}

}  // namespace tidegate::system
