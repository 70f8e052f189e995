// SPDX-License-Identifier: Apache-2.0
#include "system/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>

namespace tidegate::system {

namespace {

constexpr std::size_t piece_size = 64 * 1024;

Diagnostic failure_in(const std::string& folder, int error) {
  return {.code = "system.write-failed",
          .where = {.file = folder},
          .message = std::string("no temporary file can be written here: ") + std::strerror(error),
          .hint = "check that the folder is writable and has space",
          .exit = ExitCode::internal};
}

}  // namespace

Result<std::unique_ptr<Spool>> Spool::open(const std::string& folder) {
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0) {  // a file system without O_TMPFILE
    std::string pattern = folder + "/.tidegate.XXXXXX";
    descriptor = ::mkostemp(pattern.data(), O_CLOEXEC);
    if (descriptor < 0) return failure_in(folder, errno);
    ::unlink(pattern.c_str());
  }
  return std::unique_ptr<Spool>(new Spool(descriptor, folder));
}

Spool::~Spool() { ::close(descriptor_); }

Result<Spool::Extent> Spool::append(std::string_view bytes) {
  Extent extent{.size = bytes.size()};
  {
    const std::lock_guard lock(mutex_);
    extent.begin = end_;
    end_ += bytes.size();
  }
  auto at = static_cast<off_t>(extent.begin);
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(descriptor_, bytes.data(), bytes.size(), at);
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failure_in(folder_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
    at += put;
  }
  return extent;
}

Status Spool::read(const Extent& extent,
                   const std::function<Status(std::string_view)>& sink) const {
  std::string piece(std::min<std::uint64_t>(piece_size, extent.size), '\0');
  for (std::uint64_t done = 0; done < extent.size;) {
    const std::size_t wanted = std::min<std::uint64_t>(piece.size(), extent.size - done);
    const ssize_t got =
        ::pread(descriptor_, piece.data(), wanted, static_cast<off_t>(extent.begin + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) {
      return Diagnostic{.code = "system.read-failed",
                        .where = {.file = folder_},
                        .message = std::string("a temporary file cannot be read again: ") +
                                   (got < 0 ? std::strerror(errno) : "it is too short"),
                        .exit = ExitCode::internal};
    }
    done += static_cast<std::uint64_t>(got);
    if (Status status = sink(std::string_view(piece.data(), static_cast<std::size_t>(got)));
        !status)
      return status;
  }
  return Done{};
}

}  // namespace tidegate::system
