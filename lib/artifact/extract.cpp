// SPDX-License-Identifier: Apache-2.0
// Extraction into a new folder beside the target, which gets the target's name when every byte has
// been proved. Paths come from the manifest, were checked by check_entry_path, and every entry is a
// regular file, so nothing can lead out of the folder; all the same, files are opened relative to
// nothing but the new folder and must not exist. The folder is locked while it fills: one without a lock was
// left by a process that was killed, and the next extraction beside it removes it.
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <set>

#include "artifact/path.hpp"
#include "artifact/verify.hpp"
#include "base/text.hpp"

namespace tidegate::artifact {

namespace {

Diagnostic write_failure(const std::string& path, int error) {
  return {.code = "artifact.write-failed",
          .where = {.file = path},
          .message = std::string("cannot be written: ") + std::strerror(error),
          .hint = "check that the folder is writable and has space; the target must not exist",
          .exit = ExitCode::internal};
}

class FolderSink final : public EntrySink {
 public:
  FolderSink() = default;
  FolderSink(const FolderSink&) = delete;
  FolderSink& operator=(const FolderSink&) = delete;

  ~FolderSink() override {
    if (descriptor_ >= 0) ::close(descriptor_);
    std::error_code ignored;
    if (!folder_.empty()) std::filesystem::remove_all(folder_, ignored);
    if (lock_ >= 0) ::close(lock_);
  }

  Status open(const std::string& target) {
    target_ = target;
    while (target_.size() > 1 && target_.ends_with('/')) target_.pop_back();
    struct stat info {};
    if (::lstat(target_.c_str(), &info) == 0) return write_failure(target_, EEXIST);
    remove_leftovers();
    // It gets the name that others look for when it is locked.
    std::string pattern = target_ + ".XXXXXX";
    if (::mkdtemp(pattern.data()) == nullptr) return write_failure(target_, errno);
    folder_ = pattern;
    lock_ = ::open(folder_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (lock_ < 0) return write_failure(folder_, errno);
    const std::string name = target_ + std::string(marker) + pattern.substr(pattern.size() - 6);
    if (::flock(lock_, LOCK_EX | LOCK_NB) == 0 && std::rename(folder_.c_str(), name.c_str()) == 0) folder_ = name;
    return Done{};
  }

  Status begin(std::string_view path, bool executable) override {
    if (Status status = make_folders_of(path); !status) return status;
    path_ = folder_ + "/" + std::string(path);
    descriptor_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    if (descriptor_ < 0) return write_failure(path_, errno);
    if (::fchmod(descriptor_, executable ? 0755 : 0644) != 0) return write_failure(path_, errno);
    return Done{};
  }

  Status put(std::string_view bytes) override {
    while (!bytes.empty()) {
      const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return write_failure(path_, errno);
      bytes.remove_prefix(static_cast<std::size_t>(put));
    }
    return Done{};
  }

  Status end() override {
    const int closed = ::close(descriptor_);
    descriptor_ = -1;
    return closed == 0 ? Status(Done{}) : Status(write_failure(path_, errno));
  }

  // Gives the folder its name; fails if one of that name has appeared meanwhile.
  Status commit() {
    if (::chmod(folder_.c_str(), 0755) != 0) return write_failure(folder_, errno);
    int answer = ::renameat2(AT_FDCWD, folder_.c_str(), AT_FDCWD, target_.c_str(), RENAME_NOREPLACE);
    if (answer != 0 && (errno == EINVAL || errno == ENOSYS)) {  // a file system without the flag
      answer = std::rename(folder_.c_str(), target_.c_str());
    }
    if (answer != 0) return write_failure(target_, errno);
    folder_.clear();
    return Done{};
  }

 private:
  static constexpr std::string_view marker = ".extracting-";

  // Folders beside the target that a killed process has left: whoever is still at work holds a lock on its own.
  void remove_leftovers() const {
    const std::string_view parent = parent_path(target_);
    const std::string prefix = std::string(file_name(target_)) + std::string(marker);
    const std::string beside = !parent.empty() ? std::string(parent) : target_.starts_with('/') ? "/" : ".";
    std::error_code error;
    for (std::filesystem::directory_iterator it(beside, error), end; !error && it != end; it.increment(error)) {
      const std::string name = it->path().filename().string();
      if (!name.starts_with(prefix) || name.size() != prefix.size() + 6) continue;
      const int folder = ::open(it->path().c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      if (folder < 0) continue;
      std::error_code ignored;
      if (::flock(folder, LOCK_EX | LOCK_NB) == 0) std::filesystem::remove_all(it->path(), ignored);
      ::close(folder);
    }
  }

  Status make_folders_of(std::string_view path) {
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1)) {
      const std::string folder = folder_ + "/" + std::string(path.substr(0, slash));
      if (!made_.insert(folder).second) continue;
      // chmod, because mkdir's mode depends on the umask
      if (::mkdir(folder.c_str(), 0700) != 0 || ::chmod(folder.c_str(), 0755) != 0) {
        return write_failure(folder, errno);
      }
    }
    return Done{};
  }

  std::string target_{};
  std::string folder_{};
  std::string path_{};
  std::set<std::string> made_{};
  int descriptor_ = -1;
  int lock_ = -1;
};

}  // namespace

Result<Verified> extract_artifact(const std::string& file, const std::string& folder,
                                  system::Progress* progress) {
  FolderSink sink;
  if (Status status = sink.open(folder); !status) return status.failure();
  Result<Verified> verified = verify_file(file, &sink, progress, "extracting");
  if (!verified) return verified;
  if (Status status = sink.commit(); !status) return status.failure();
  return verified;
}

}  // namespace tidegate::artifact
