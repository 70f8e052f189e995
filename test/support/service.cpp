// SPDX-License-Identifier: Apache-2.0
#include "support/service.hpp"

#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace tidegate::test {

namespace fs = std::filesystem;

system::ProcessResult run_program(const std::string& name, const std::vector<std::string>& arguments,
                                  const std::map<std::string, std::string>& environment,
                                  const std::string& directory) {
  system::ProcessRequest request{.argv = {std::string(TIDEGATE_BIN_DIR) + "/" + name},
                                 .directory = directory, .environment = environment};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  const auto result = system::run_process(request);
  if (!result) {
    std::fprintf(stderr, "%s\n", render_diagnostic(result.failure()).c_str());
    std::abort();
  }
  return *result;
}

std::string git(const std::string& directory, const std::vector<std::string>& arguments) {
  system::ProcessRequest request{
      .argv = {"git", "-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false",
               "-c", "init.defaultBranch=main", "-c", "protocol.file.allow=always"},
      .directory = directory,
      .environment = {{"GIT_CONFIG_GLOBAL", "/dev/null"}, {"GIT_CONFIG_NOSYSTEM", "1"},
                      {"GIT_AUTHOR_DATE", "2026-01-02T03:04:05Z"}, {"GIT_COMMITTER_DATE", "2026-01-02T03:04:05Z"}}};
  request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
  const auto result = system::run_process(request);
  if (!result || result->exit_code != 0) {
    std::fprintf(stderr, "git failed: %s\n", result ? result->err.c_str() : "not found");
    std::abort();
  }
  return result->out;
}

void copy_service(const std::string& source, const std::string& target) {
  fs::create_directories(target);
  fs::copy(source, target, fs::copy_options::recursive | fs::copy_options::copy_symlinks);
  for (const auto& entry : fs::recursive_directory_iterator(target)) {
    if (!entry.is_symlink()) fs::permissions(entry.path(), fs::perms::owner_write, fs::perm_options::add);
  }
}

void commit_all(const std::string& folder) {
  if (!fs::exists(folder + "/.git")) git(folder, {"init", "-q", "-b", "main"});
  git(folder, {"add", "-A"});
  git(folder, {"commit", "-q", "--allow-empty", "-m", "c"});
}

void make_repository(const std::string& source, const std::string& target) {
  copy_service(source, target);
  git(target, {"init", "-q"});
  git(target, {"add", "-A"});
  git(target, {"commit", "-q", "-m", "service"});
}

std::string find_artifact(const std::string& folder) {
  std::string found;
  if (!fs::exists(folder)) return found;
  for (const auto& entry : fs::directory_iterator(folder)) {
    const std::string path = entry.path().string();
    if (path.ends_with(".tar.gz") || path.ends_with(".tar.zst")) found = path;
  }
  return found;
}

}  // namespace tidegate::test
