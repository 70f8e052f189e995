// SPDX-License-Identifier: Apache-2.0
#include "system/spill.hpp"

#include <unistd.h>

#include <cerrno>

namespace tidegate::system {

Status Spill::put(std::string_view bytes) {
  size_ += bytes.size();
  if (file_) return file_->write(bytes);
  if (size_ <= limit_) {
    bytes_ += bytes;
    return Done{};
  }
  Result<std::unique_ptr<PrivateFile>> made = PrivateFile::make();
  if (!made) return made.failure();
  file_ = std::move(*made);
  if (Status status = file_->write(bytes_); !status) return status;
  bytes_ = std::string();
  return file_->write(bytes);
}

Status Spill::stream(const std::function<void(std::string_view)>& sink) const {
  if (in_memory()) {
    sink(bytes_);
    return Done{};
  }
  const Result<int> descriptor = reader();
  if (!descriptor) return descriptor.failure();
  std::string buffer(std::size_t{256} * 1024, '\0');
  ssize_t got = 0;
  do {
    got = ::read(*descriptor, buffer.data(), buffer.size());
    if (got > 0) sink({buffer.data(), static_cast<std::size_t>(got)});
  } while (got > 0 || (got < 0 && errno == EINTR));
  ::close(*descriptor);
  if (got == 0) return Done{};
  return Diagnostic{.code = "system.read-failed",
                    .where = {.file = "a temporary file"},
                    .message = "cannot be read",
                    .hint = "check the disk that TMPDIR lies on",
                    .exit = ExitCode::internal};
}

}  // namespace tidegate::system
