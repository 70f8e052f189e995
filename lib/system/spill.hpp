// SPDX-License-Identifier: Apache-2.0
// Bytes that another library wants to read at any place: a few in memory, many in an unnamed file.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "system/private_file.hpp"

namespace tidegate::system {

class Spill {
 public:
  static constexpr std::size_t default_limit = std::size_t{8} << 20U;
  explicit Spill(std::size_t limit = default_limit) : limit_(limit) {}  // bytes kept in memory

  Status put(std::string_view bytes);  // code system.write-failed

  std::uint64_t size() const { return size_; }
  bool in_memory() const { return file_ == nullptr; }
  std::string_view bytes() const { return bytes_; }  // all of them, if in_memory()
  // All bytes in pieces. Code system.read-failed.
  Status stream(const std::function<void(std::string_view)>& sink) const;
  // Bytes [begin, begin + size), which must be there, in pieces of at most 64 KiB; what the sink says ends it. By
  // one thread at a time. Code system.read-failed.
  Status read_part(std::uint64_t begin, std::uint64_t size,
                   const std::function<Status(std::string_view)>& sink) const;
  // A descriptor that reads from the beginning; the caller closes it. Only if not in_memory(). Code
  // system.read-failed.
  Result<int> reader() const { return file_->reader(); }

 private:
  std::size_t limit_;
  std::uint64_t size_ = 0;
  std::string bytes_{};
  std::unique_ptr<PrivateFile> file_{};
  mutable std::string piece_{};  // of read_part
};

}  // namespace tidegate::system
