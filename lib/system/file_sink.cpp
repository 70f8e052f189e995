// SPDX-License-Identifier: Apache-2.0
#include "system/file_sink.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <optional>
#include <vector>

#include "base/parallel.hpp"
#include "base/text.hpp"
#include "system/digest.hpp"

namespace tidegate::system {

namespace {

Diagnostic write_failure(const std::string& path, int error) {
  return {.code = "system.write-failed", .where = {.file = path},
          .message = std::string("cannot be written: ") + std::strerror(error),
          .hint = "check that the folder exists, is writable and has space", .exit = ExitCode::internal};
}

Status write_all(int descriptor, std::string_view bytes, const std::string& path) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return write_failure(path, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Done{};
}

}  // namespace

AtomicFile::~AtomicFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

Status AtomicFile::open(const std::string& target) {
  target_ = target;
  const std::string_view parent = parent_path(target);
  const std::string folder = !parent.empty() ? std::string(parent) : target.starts_with('/') ? "/" : ".";
  descriptor_ = ::open(folder.c_str(), O_TMPFILE | O_WRONLY | O_CLOEXEC, 0600);
  if (descriptor_ >= 0) return Done{};
  std::string pattern = target + ".XXXXXX";
  descriptor_ = ::mkostemp(pattern.data(), O_CLOEXEC);
  if (descriptor_ < 0) return write_failure(target, errno);
  temporary_ = pattern;
  return Done{};
}

// True if the file without a name could be linked as `name`.
bool AtomicFile::link_as(const std::string& name) const {
  const std::string self = "/proc/self/fd/" + std::to_string(descriptor_);
  return ::linkat(AT_FDCWD, self.c_str(), AT_FDCWD, name.c_str(), AT_SYMLINK_FOLLOW) == 0;
}

// A link never replaces, a rename does: where the target exists, the file gets a passing name first.
Status AtomicFile::give_name() {
  if (!temporary_.empty()) return Done{};
  constexpr int tries = 16;
  for (int i = 0; i < tries; ++i) {
    const std::string name = target_ + "." + random_hex(8);
    if (link_as(name)) {
      temporary_ = name;
      return Done{};
    }
    if (errno != EEXIST) break;
  }
  return write_failure(target_, errno);
}

Status AtomicFile::write(std::string_view bytes) { return write_all(descriptor_, bytes, target_); }

std::string AtomicFile::readable_path() const {
  return temporary_.empty() ? "/proc/self/fd/" + std::to_string(descriptor_) : temporary_;
}

Status AtomicFile::commit() {
  if (::fchmod(descriptor_, 0644) != 0 || ::fsync(descriptor_) != 0) return write_failure(target_, errno);
  const bool done = temporary_.empty() && link_as(target_);
  if (!done) {
    if (Status named = give_name(); !named) return named;
  }
  const int closed = ::close(descriptor_);
  descriptor_ = -1;
  if (closed != 0 || (!done && ::rename(temporary_.c_str(), target_.c_str()) != 0)) return write_failure(target_, errno);
  temporary_.clear();
  return Done{};
}

Status write_file(const std::string& target, std::string_view bytes) {
  AtomicFile file;
  if (Status status = file.open(target); !status) return status;
  if (Status status = file.write(bytes); !status) return status;
  return file.commit();
}

Status move_file(const std::string& from, const std::string& to) {
  if (::rename(from.c_str(), to.c_str()) != 0) return write_failure(to, errno);
  return Done{};
}

Status remove_file(const std::string& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return write_failure(path, errno);
  return Done{};
}

// A link, unlike a rename, never replaces.
Result<bool> create_file(const std::string& path, std::string_view bytes, unsigned mode) {
  std::string temporary = path + ".XXXXXX";
  const int descriptor = ::mkostemp(temporary.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) return write_failure(path, errno);
  Status status = write_all(descriptor, bytes, path);
  if (status && (::fchmod(descriptor, mode) != 0 || ::fsync(descriptor) != 0)) status = write_failure(path, errno);
  ::close(descriptor);
  bool exists = false;
  if (status && ::link(temporary.c_str(), path.c_str()) != 0) {
    exists = errno == EEXIST;
    if (!exists) status = write_failure(path, errno);
  }
  ::unlink(temporary.c_str());
  if (!status) return status.failure();
  return !exists;
}

Status remove_folder(const std::string& folder) {
  std::error_code error;
  std::filesystem::remove_all(folder, error);
  return error ? Status(write_failure(folder, error.value())) : Status(Done{});
}

Result<std::vector<std::string>> list_names(const std::string& folder) {
  std::vector<std::string> names;
  std::error_code error;
  std::filesystem::directory_iterator at(folder, error);
  for (; !error && at != std::filesystem::directory_iterator(); at.increment(error)) {
    names.push_back(at->path().filename().string());
  }
  if (!error) return names;
  return Diagnostic{.code = "system.read-failed", .where = {.file = folder},
                    .message = "cannot be listed: " + error.message(), .exit = ExitCode::usage};
}

bool is_folder(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_directory(path, error);
}

bool is_file(const std::string& path) {
  std::error_code error;
  return std::filesystem::is_regular_file(path, error);
}

Status make_folders(const std::string& folder) {
  for (std::size_t at = 1; at <= folder.size(); ++at) {
    if (at < folder.size() && folder[at] != '/') continue;
    const std::string part = folder.substr(0, at);
    struct stat info {};
    if (::stat(part.c_str(), &info) == 0) {
      if (!S_ISDIR(info.st_mode)) return write_failure(part, ENOTDIR);
      continue;
    }
    if (::mkdir(part.c_str(), 0777) != 0 && errno != EEXIST) return write_failure(part, errno);
  }
  return Done{};
}

namespace {

constexpr std::size_t piece_size = std::size_t{64} * 1024;  // stays in the nearest caches

// Reads each piece into the buffer that `next` gives.
template <class Next>
Status read_pieces(const std::string& path, const Next& next, const std::function<bool(std::string_view)>& sink) {
  const bool standard = path == "-";
  const int descriptor = standard ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const auto failure = [&](int error) {
    return Diagnostic{.code = "system.read-failed", .where = {.file = path},
                      .message = std::string("cannot be read: ") + std::strerror(error), .exit = ExitCode::usage};
  };
  if (descriptor < 0) return failure(errno);
  int error = 0;
  for (;;) {
    std::vector<char>& piece = next();
    piece.resize(piece_size);
    ssize_t got = 0;
    do {
      got = ::read(descriptor, piece.data(), piece.size());
    } while (got < 0 && errno == EINTR);
    if (got < 0) error = errno;
    if (got <= 0) break;
    if (!sink(std::string_view(piece.data(), static_cast<std::size_t>(got)))) break;
  }
  if (!standard) ::close(descriptor);
  if (error != 0) return failure(error);
  return Done{};
}

}  // namespace

Status stream_file(const std::string& path, const std::function<bool(std::string_view)>& sink) {
  std::vector<char> piece;
  return read_pieces(path, [&]() -> std::vector<char>& { return piece; }, sink);
}

// The second thread may fall behind by some pieces: two threads that wait for each other at every
// piece are put on one processor.
Result<std::string> digest_stream(const std::string& path, const std::function<bool(std::string_view)>& sink) {
  constexpr std::size_t waiting = 6;
  // Of the pieces that were added, all but the last 7 are done: 6 wait, one is in work.
  std::array<std::vector<char>, waiting + 2> ring;
  std::size_t turn = 0;
  Sha256 digest;
  std::optional<Worker> worker;
  const Status status = read_pieces(
      path, [&]() -> std::vector<char>& { return ring[turn++ % ring.size()]; },
      [&](std::string_view piece) {
        if (!worker && piece.size() < piece_size) {
          digest.update(piece);  // a short file
        } else {
          if (!worker) worker.emplace(waiting);
          worker->add([&digest, piece] { digest.update(piece); });
        }
        return sink(piece);
      });
  worker.reset();
  if (!status) return status.failure();
  return digest.finish_hex();
}

Result<std::string> read_file(const std::string& path) {
  std::string bytes;
  const Status status = stream_file(path, [&](std::string_view piece) {
    bytes += piece;
    return true;
  });
  if (!status) return status.failure();
  return bytes;
}

}  // namespace tidegate::system
