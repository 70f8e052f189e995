// SPDX-License-Identifier: Apache-2.0
#include "system/write_once.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>

#include "base/text.hpp"

namespace tidegate::system {
namespace {

Diagnostic write_failure(const std::string& path, int error) {
  return {.code = "system.write-failed",
          .where = {.file = path},
          .message = std::string("cannot be written: ") + std::strerror(error),
          .hint = "check that the folder exists, is writable and has space",
          .exit = ExitCode::internal};
}

std::string folder_of(const std::string& path) {
  const std::string_view parent = parent_path(path);
  return !parent.empty() ? std::string(parent) : path.starts_with('/') ? "/" : ".";
}

// A name is on disk when its folder is.
Status sync_folder(const std::string& folder) {
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return write_failure(folder, errno);
  const int error = ::fsync(descriptor) == 0 ? 0 : errno;
  ::close(descriptor);
  // Some network file systems cannot; they write through.
  if (error != 0 && error != EINVAL && error != ENOTSUP) return write_failure(folder, error);
  return Done{};
}

Status make_folders_durably(const std::string& folder) {
  for (std::size_t at = 1; at <= folder.size(); ++at) {
    if (at < folder.size() && folder[at] != '/') continue;
    const std::string part = folder.substr(0, at);
    if (::mkdir(part.c_str(), 0777) == 0) {
      if (Status status = sync_folder(folder_of(part)); !status) return status;
      continue;
    }
    const int error = errno;
    struct stat info {};
    if (::stat(part.c_str(), &info) == 0 && S_ISDIR(info.st_mode)) continue;
    return write_failure(part, error == EEXIST ? ENOTDIR : error);
  }
  return Done{};
}

// 0, EEXIST if the name is taken, or another errno. Never replaces.
int name_file(int descriptor, const std::string& temporary, const std::string& target) {
  if (temporary.empty()) {
    const std::string self = "/proc/self/fd/" + std::to_string(descriptor);
    return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, target.c_str(), AT_SYMLINK_FOLLOW) == 0
               ? 0
               : errno;
  }
  if (::renameat2(AT_FDCWD, temporary.c_str(), AT_FDCWD, target.c_str(), RENAME_NOREPLACE) == 0)
    return 0;
  if (errno != EINVAL && errno != ENOSYS) return errno;
  const int error = ::link(temporary.c_str(), target.c_str()) == 0 ? 0 : errno;
  // The answer of a link over NFS can be lost although it was made: two names tell.
  struct stat info {};
  const bool linked = ::fstat(descriptor, &info) == 0 && info.st_nlink == 2;
  ::unlink(temporary.c_str());
  return linked ? 0 : error;
}

}  // namespace

WriteOnceFile::~WriteOnceFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status WriteOnceFile::open(const std::string& target, bool named) {
  target_ = target;
  const std::string folder = folder_of(target);
  if (Status status = make_folders_durably(folder); !status) return status;
  if (!named) {
    descriptor_ = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
    if (descriptor_ >= 0) return Done{};
  }
  std::string pattern = folder + "/.new-XXXXXX";
  descriptor_ = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor_ < 0) return write_failure(target, errno);
  temporary_ = pattern;
  return Done{};
}

Status WriteOnceFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return write_failure(target_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Done{};
}

Result<bool> WriteOnceFile::commit() {
  if (::fchmod(descriptor_, 0444) != 0 || ::fsync(descriptor_) != 0)
    return write_failure(target_, errno);
  const int error = name_file(descriptor_, temporary_, target_);
  if (error == EEXIST) return false;
  if (error != 0) return write_failure(target_, error);
  temporary_.clear();
  if (Status status = sync_folder(folder_of(target_)); !status) return status.failure();
  return true;
}

Result<std::vector<FileSize>> list_files(const std::string& folder) {
  namespace fs = std::filesystem;
  std::vector<FileSize> files;
  std::error_code error;
  if (!fs::exists(folder, error) && !error) return files;
  fs::recursive_directory_iterator at(folder, error);
  for (; !error && at != fs::recursive_directory_iterator(); at.increment(error)) {
    std::error_code gone;
    if (!fs::is_regular_file(at->symlink_status(gone)) || gone) continue;
    const std::uintmax_t size = at->file_size(gone);
    if (gone) continue;
    files.push_back({.path = at->path().lexically_relative(folder).string(), .size = size});
  }
  if (error) {
    return Diagnostic{.code = "system.read-failed",
                      .where = {.file = folder},
                      .message = "cannot be listed: " + error.message(),
                      .exit = ExitCode::usage};
  }
  std::sort(files.begin(), files.end(),
            [](const FileSize& a, const FileSize& b) { return a.path < b.path; });
  return files;
}

}  // namespace tidegate::system
