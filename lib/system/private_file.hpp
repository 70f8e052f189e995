// SPDX-License-Identifier: Apache-2.0
// Bytes for another program that nobody else may see: a file with mode 0600 whose name is gone as
// soon as it is made. The kernel removes it with the last process that has it open.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::system {

class PrivateFile {
 public:
  // In $TMPDIR, else /tmp. Code system.write-failed.
  static Result<std::unique_ptr<PrivateFile>> make();
  PrivateFile(const PrivateFile&) = delete;
  PrivateFile& operator=(const PrivateFile&) = delete;
  ~PrivateFile();

  Status write(std::string_view bytes);
  // Some of the bytes that lie at `begin`, one at least. Code system.read-failed, also where none are.
  Result<std::size_t> read_at(std::uint64_t begin, std::span<char> piece) const;
  // A descriptor of its own that reads from the beginning; the caller closes it. Code
  // system.read-failed.
  Result<int> reader() const;

 private:
  PrivateFile(int descriptor, std::string folder)
      : descriptor_(descriptor), folder_(std::move(folder)) {}
  int descriptor_ = -1;
  std::string folder_{};
};

}  // namespace tidegate::system
