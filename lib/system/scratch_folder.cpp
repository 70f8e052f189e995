// SPDX-License-Identifier: Apache-2.0
#include "system/scratch_folder.hpp"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>

namespace tidegate::system {

Result<std::unique_ptr<ScratchFolder>> ScratchFolder::make() {
  const char* given = std::getenv("TMPDIR");
  const std::string folder = given == nullptr || *given == '\0' ? "/tmp" : given;
  std::string name = folder + "/tidegate.XXXXXX";
  if (::mkdtemp(name.data()) != nullptr) return std::unique_ptr<ScratchFolder>(new ScratchFolder(name));
  return Diagnostic{.code = "system.write-failed",
                    .where = {.file = folder},
                    .message = std::string("a temporary folder: ") + std::strerror(errno),
                    .hint = "set TMPDIR to a folder that is writable and has space",
                    .exit = ExitCode::internal};
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace tidegate::system
