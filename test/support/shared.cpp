// SPDX-License-Identifier: Apache-2.0
#include "support/shared.hpp"

#include <cstdlib>
#include <filesystem>

#include "base/text.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate::test {

std::optional<std::string> shared_folder() {
  const char* given = std::getenv("TIDEGATE_SHARED");
  const std::string folder = given != nullptr ? given : TIDEGATE_SOURCE_DIR "/../shared";
  if (!std::filesystem::is_directory(folder + "/corpus")) return std::nullopt;
  return folder;
}

TemporaryFolder::TemporaryFolder() {
  const char* base = std::getenv("TMPDIR");
  std::string pattern = std::string(base != nullptr ? base : "/tmp") + "/tidegate-test.XXXXXX";
  path_ = ::mkdtemp(pattern.data()) != nullptr ? pattern : std::string();
}

TemporaryFolder::~TemporaryFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

std::string TemporaryFolder::write(const std::string& name, const std::string& bytes) const {
  const std::string full = path_ + "/" + name;
  if (!system::make_folders(std::string(parent_path(full))) || !system::write_file(full, bytes)) std::abort();
  return full;
}

std::optional<std::string> find_terraform() {
  const char* given = std::getenv("TIDEGATE_TERRAFORM");
  return system::find_program(given != nullptr ? given : "terraform");
}

}  // namespace tidegate::test
