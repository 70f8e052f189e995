// SPDX-License-Identifier: Apache-2.0
// Bytes put aside on disk until they are needed: an unnamed file that the kernel removes with the
// process, however it ends. Small pieces are gathered: thousands of files cost a few system calls.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::system {

class Spool {
 public:
  struct Extent {
    std::uint64_t begin = 0;
    std::uint64_t size = 0;
  };

  // In `folder`, which must exist and be writable. Code system.write-failed.
  static Result<std::unique_ptr<Spool>> open(const std::string& folder);
  Spool(const Spool&) = delete;
  Spool& operator=(const Spool&) = delete;
  ~Spool();

  // May be called by several threads at once; each gets an extent of its own.
  Result<Extent> append(std::string_view bytes);
  // The bytes of `extent` in pieces of at most 64 KiB; by one thread, after the last append().
  // Codes system.read-failed, system.write-failed.
  Status read(const Extent& extent, const std::function<Status(std::string_view)>& sink);

 private:
  Spool(int descriptor, std::string folder) : descriptor_(descriptor), folder_(std::move(folder)) {}

  Status write(std::string_view bytes, std::uint64_t at) const;
  Status flush();
  Result<std::string_view> peek(std::uint64_t at);

  int descriptor_ = -1;
  std::string folder_{};
  std::mutex mutex_{};
  std::uint64_t end_ = 0;
  std::string tail_{};    // the last bytes before `end_`, not written yet
  std::string window_{};  // bytes read last, from `window_begin_` on
  std::uint64_t window_begin_ = 0;
};

}  // namespace tidegate::system
