// SPDX-License-Identifier: Apache-2.0
#include "system/spill.hpp"

#include <unistd.h>

#include <algorithm>
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

Status Spill::read_part(std::uint64_t begin, std::uint64_t size,
                        const std::function<Status(std::string_view)>& sink) const {
  constexpr std::size_t piece = std::size_t{64} << 10U;
  if (!in_memory()) piece_.resize(piece);
  while (size > 0) {
    const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(size, piece));
    if (in_memory()) {
      if (Status status = sink(bytes().substr(begin, wanted)); !status) return status;
      begin += wanted;
      size -= wanted;
      continue;
    }
    const Result<std::size_t> got = file_->read_at(begin, {piece_.data(), wanted});
    if (!got) return got.failure();
    if (Status status = sink({piece_.data(), *got}); !status) return status;
    begin += *got;
    size -= *got;
  }
  return Done{};
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
