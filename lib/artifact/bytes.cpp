// SPDX-License-Identifier: Apache-2.0
#include "artifact/bytes.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace tidegate::artifact {

namespace {

Diagnostic read_failure(const std::string& path, int error) {
  return {.code = "system.read-failed",
          .where = {.file = path},
          .message = std::string("cannot be read: ") + std::strerror(error),
          .hint = "give the path of an artifact, a file that `tidegate build` wrote",
          .exit = ExitCode::usage};
}

}  // namespace

Result<std::size_t> MemorySource::read(char* out, std::size_t capacity) {
  const std::size_t size = std::min(capacity, rest_.size());
  if (size == 0) return size;
  std::memcpy(out, rest_.data(), size);
  rest_.remove_prefix(size);
  return size;
}

FileSource::~FileSource() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status FileSource::open(const std::string& path) {
  path_ = path;
  descriptor_ = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor_ < 0) return read_failure(path_, errno);
  struct stat info {};
  if (::fstat(descriptor_, &info) != 0) return read_failure(path_, errno);
  if (S_ISDIR(info.st_mode)) return read_failure(path_, EISDIR);
  if (S_ISREG(info.st_mode)) size_ = static_cast<std::uint64_t>(info.st_size);
  return Done{};
}

Result<std::size_t> FileSource::read(char* out, std::size_t capacity) {
  for (;;) {
    const ssize_t got = ::read(descriptor_, out, capacity);
    if (got >= 0) return static_cast<std::size_t>(got);
    if (errno != EINTR) return read_failure(path_, errno);
  }
}

}  // namespace tidegate::artifact
