// SPDX-License-Identifier: Apache-2.0
#include "system/temporary_folder.hpp"

#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <thread>

#include "base/text.hpp"
#include "system/file_sink.hpp"
#include "system/temporary.hpp"

namespace tidegate::system {

namespace {

// NAME=FOLDER or NAME=FOLDER/…, each ended by a null character (proc(5), environ).
bool names_folder(std::string_view environment, const std::string& folder) {
  for (const std::string_view entry : split(environment, '\0')) {
    const std::string_view value = entry.substr(std::min(entry.find('='), entry.size()));
    if (value.size() <= folder.size() || value.substr(1, folder.size()) != folder) continue;
    if (value.size() == folder.size() + 1 || value[folder.size() + 1] == '/') return true;
  }
  return false;
}

// Processes whose environment names the folder: Terraform may wait for a server that is gone, for
// longer than anyone would wait for Terraform, and write into a folder that is removed.
void end_users_of(const std::string& folder) {
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator("/proc", ignored)) {
    const std::string name = entry.path().filename();
    pid_t process = 0;
    const auto end = std::from_chars(name.data(), name.data() + name.size(), process).ptr;
    if (end != name.data() + name.size() || process == ::getpid()) continue;
    const auto environment = read_file(entry.path().string() + "/environ");
    if (environment && names_folder(*environment, folder)) ::kill(process, SIGKILL);
  }
}

}  // namespace

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
    end_users_of(path);  // each time: one that was just being started had another environment at first
    static_cast<void>(remove_folder(path));
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
}

}  // namespace tidegate::system
