// SPDX-License-Identifier: Apache-2.0
#include "system/temporary_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace tidegate::system {

Result<std::unique_ptr<TemporaryFolder>> TemporaryFolder::make() {
  const char* folder = std::getenv("TMPDIR");
  std::string pattern = folder == nullptr || *folder == '\0' ? "/tmp" : folder;
  pattern += "/tidegate-XXXXXX";
  if (::mkdtemp(pattern.data()) == nullptr) {
    return Diagnostic{.code = "system.write-failed",
                      .where = {.file = pattern},
                      .message = std::string("cannot be made: ") + std::strerror(errno)};
  }
  return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(std::move(pattern)));
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tidegate::system
