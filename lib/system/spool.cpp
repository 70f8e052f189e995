// SPDX-License-Identifier: Apache-2.0
#include "system/spool.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <utility>

namespace tidegate::system {

namespace {

constexpr std::size_t piece_size = std::size_t{64} * 1024;

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

// A large piece is written by its own thread; so is the gathered tail, once it is large.
Result<Spool::Extent> Spool::append(std::string_view bytes) {
  Extent extent{.size = bytes.size()};
  std::string gathered;
  {
    const std::lock_guard lock(mutex_);
    extent.begin = end_;
    end_ += bytes.size();
    if (bytes.size() < piece_size) {
      tail_ += bytes;
      bytes = {};
    }
    if (!bytes.empty() || tail_.size() >= piece_size) gathered.swap(tail_);
  }
  const std::uint64_t gathered_end = extent.begin + extent.size - bytes.size();
  if (Status status = write(gathered, gathered_end - gathered.size()); !status)
    return status.failure();
  if (Status status = write(bytes, extent.begin); !status) return status.failure();
  return extent;
}

Status Spool::write(std::string_view bytes, std::uint64_t at) const {
  while (!bytes.empty()) {
    const ssize_t put = ::pwrite(descriptor_, bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return failure_in(folder_, errno);
    bytes.remove_prefix(static_cast<std::size_t>(put));
    at += static_cast<std::uint64_t>(put);
  }
  return Done{};
}

Status Spool::flush() {
  const std::lock_guard lock(mutex_);
  const std::string tail = std::exchange(tail_, {});
  return write(tail, end_ - tail.size());
}

// What lies at `at`, up to the end of the window, which moves when it does not hold that place.
Result<std::string_view> Spool::peek(std::uint64_t at) {
  if (at < window_begin_ || at >= window_begin_ + window_.size()) {
    window_.resize(piece_size);
    ssize_t got = -1;
    do {
      got = ::pread(descriptor_, window_.data(), window_.size(), static_cast<off_t>(at));
    } while (got < 0 && errno == EINTR);
    window_begin_ = at;
    window_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (got <= 0) {
      return Diagnostic{.code = "system.read-failed",
                        .where = {.file = folder_},
                        .message = std::string("a temporary file cannot be read again: ") +
                                   (got < 0 ? std::strerror(errno) : "it is too short"),
                        .exit = ExitCode::internal};
    }
  }
  return std::string_view(window_).substr(static_cast<std::size_t>(at - window_begin_));
}

Status Spool::read(const Extent& extent, const std::function<Status(std::string_view)>& sink) {
  if (Status status = flush(); !status) return status;
  for (std::uint64_t done = 0; done < extent.size;) {
    const Result<std::string_view> found = peek(extent.begin + done);
    if (!found) return found.failure();
    const std::string_view bytes = found->substr(0, static_cast<std::size_t>(extent.size - done));
    done += bytes.size();
    if (Status status = sink(bytes); !status) return status;
  }
  return Done{};
}

}  // namespace tidegate::system
