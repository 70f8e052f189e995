// SPDX-License-Identifier: Apache-2.0
#include "system/private_copy.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "base/text.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/temporary.hpp"

namespace tidegate::system {

namespace {

Diagnostic copy_failure(const std::string& path, int error) {
  return {.code = "system.write-failed", .where = {.file = path},
          .message = std::string("cannot be written: ") + std::strerror(error),
          .hint = "set TMPDIR to a folder that is writable and has space", .exit = ExitCode::internal};
}

}  // namespace

Result<std::unique_ptr<PrivateCopy>> PrivateCopy::make(const std::string& source) {
  struct stat info {};
  if (::stat(source.c_str(), &info) == 0 && !S_ISREG(info.st_mode)) {
    return Diagnostic{.code = "system.read-failed", .where = {.file = source}, .message = "is no regular file", .exit = ExitCode::usage};
  }
  std::unique_ptr<PrivateCopy> copy(new PrivateCopy());
  std::string pattern = join_path(temporary_folder(), "deploy-gate.XXXXXX");
  if (::mkdtemp(pattern.data()) == nullptr) return copy_failure(pattern, errno);
  copy->folder_ = pattern;
  const std::string path = join_path(pattern, file_name(source));
  const int descriptor = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0400);
  if (descriptor < 0) return copy_failure(path, errno);
  copy->path_ = path;
  Sha256 digest;
  int error = 0;
  const Status status = stream_file(source, [&](std::string_view piece) {
    digest.update(piece);
    while (!piece.empty() && error == 0) {
      const ssize_t put = ::write(descriptor, piece.data(), piece.size());
      if (put >= 0) piece.remove_prefix(static_cast<std::size_t>(put));
      else if (errno != EINTR) error = errno;
    }
    return error == 0;
  });
  if (::close(descriptor) != 0 && error == 0) error = errno;
  if (!status) return status.failure();
  if (error != 0) return copy_failure(path, error);
  copy->sha256_ = digest.finish_hex();
  return copy;
}

PrivateCopy::~PrivateCopy() {
  if (!path_.empty()) ::unlink(path_.c_str());
  if (!folder_.empty()) ::rmdir(folder_.c_str());
}

Result<std::string> sha256_of_file(const std::string& path) {
  Sha256 digest;
  const Status status = stream_file(path, [&](std::string_view piece) {
    digest.update(piece);
    return true;
  });
  if (!status) return status.failure();
  return digest.finish_hex();
}

}  // namespace tidegate::system
