// SPDX-License-Identifier: Apache-2.0
// Git LFS pointer files (git-lfs, docs/spec.md) and the objects they stand for.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

constexpr std::size_t max_lfs_pointer_size = 1024;  // the specification's limit

struct LfsPointer {
  std::string digest{};  // sha256, 64 lower-case hex digits
  std::uint64_t size = 0;
};

// True if the text claims to be a pointer (its first line says so).
bool is_lfs_pointer(std::string_view bytes);

// Code repository.lfs-invalid; `file` is only for the message.
Result<LfsPointer> parse_lfs_pointer(std::string_view file, std::string_view bytes);

// Objects below `<git folder>/lfs/objects/aa/bb/<digest>`. An empty folder holds none.
class LfsStore {
 public:
  explicit LfsStore(std::string folder) : folder_(std::move(folder)) {}
  bool has(const LfsPointer& pointer) const;
  // The first `limit` bytes, unchecked: to recognise a file, not to use it.
  Result<std::string> read_prefix(const std::string& file, const LfsPointer& pointer,
                                  std::size_t limit) const;
  // Codes: repository.lfs-missing, repository.lfs-invalid (size or digest differ; found out at the
  // end, so what was streamed before must be thrown away).
  Status stream(const std::string& file, const LfsPointer& pointer,
                const std::function<Status(std::string_view)>& sink) const;

 private:
  // The folder that holds the object, as a tree.
  Result<system::FileTreePtr> open(const std::string& file, const LfsPointer& pointer) const;
  std::string folder_;
};

}  // namespace tidegate::repository
