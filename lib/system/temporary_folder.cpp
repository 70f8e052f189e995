// SPDX-License-Identifier: Apache-2.0
#include "system/temporary_folder.hpp"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/text.hpp"
#include "system/file_sink.hpp"
#include "system/temporary.hpp"

namespace tidegate::system {

Result<std::unique_ptr<TemporaryFolder>> TemporaryFolder::make(std::string_view prefix) {
  std::string path = join_path(temporary_folder(), std::string(prefix) + ".XXXXXX");
  if (::mkdtemp(path.data()) == nullptr) {
    return Diagnostic{.code = "system.write-failed",
                      .where = {.file = path},
                      .message = std::string("cannot be made: ") + std::strerror(errno),
                      .hint = "set TMPDIR to a folder that is writable and has space",
                      .exit = ExitCode::internal};
  }
  return std::unique_ptr<TemporaryFolder>(new TemporaryFolder(std::move(path)));
}

TemporaryFolder::~TemporaryFolder() {
  static_cast<void>(remove_folder(path_));  // nobody is left to tell
}

void remove_abandoned_folder(const std::string& path, std::string_view prefix) {
  constexpr int most = 100, calm = 10;
  if (!file_name(path).starts_with(std::string(prefix) + ".")) return;
  for (int round = 0, away = 0; round < most && away < calm; ++round) {
    std::error_code ignored;
    away = std::filesystem::exists(path, ignored) ? 0 : away + 1;
    static_cast<void>(remove_folder(path));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace tidegate::system
