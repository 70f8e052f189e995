// SPDX-License-Identifier: Apache-2.0
#include "system/private_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "system/temporary.hpp"

namespace tidegate::system {

namespace {

Diagnostic failure_of(const char* code, const std::string& place, int error) {
  return {.code = code,
          .where = {.file = place},
          .message = std::string("a temporary file: ") + std::strerror(error),
          .hint = "set TMPDIR to a folder that is writable and has space",
          .exit = ExitCode::internal};
}

}  // namespace

Result<std::unique_ptr<PrivateFile>> PrivateFile::make() {
  const std::string folder = temporary_folder();
  std::string name = folder + "/tidegate.XXXXXX";
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);  // mode 0600
  if (descriptor < 0) return failure_of("system.write-failed", folder, errno);
  ::unlink(name.c_str());
  return std::unique_ptr<PrivateFile>(new PrivateFile(descriptor, folder));
}

PrivateFile::~PrivateFile() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

Status PrivateFile::write(std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t put = ::write(descriptor_, bytes.data(), bytes.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failure_of("system.write-failed", folder_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
  }
  return Done{};
}

Result<std::size_t> PrivateFile::read_at(std::uint64_t begin, std::span<char> piece) const {
  ssize_t got = -1;
  do {
    got = ::pread(descriptor_, piece.data(), piece.size(), static_cast<off_t>(begin));
  } while (got < 0 && errno == EINTR);
  if (got <= 0) return failure_of("system.read-failed", folder_, got < 0 ? errno : EIO);
  return static_cast<std::size_t>(got);
}

// Opened anew: a duplicate would share its place in the file with the writer and every other
// reader.
Result<int> PrivateFile::reader() const {
  const std::string name = "/proc/self/fd/" + std::to_string(descriptor_);
  const int descriptor = ::open(name.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return failure_of("system.read-failed", folder_, errno);
  return descriptor;
}

}  // namespace tidegate::system
