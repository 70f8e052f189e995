// SPDX-License-Identifier: Apache-2.0
// Where the reading half gets its bytes from: a file, or memory (tests, fuzzing).
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::artifact {

class ByteSource {
 public:
  virtual ~ByteSource() = default;
  // Writes 1 to `capacity` bytes to `out` and returns their number; 0 at the end, and from then on.
  virtual Result<std::size_t> read(char* out, std::size_t capacity) = 0;
};

class MemorySource final : public ByteSource {
 public:
  explicit MemorySource(std::string_view bytes) : rest_(bytes) {}
  Result<std::size_t> read(char* out, std::size_t capacity) override;

 private:
  std::string_view rest_;
};

// Codes: system.read-failed.
class FileSource final : public ByteSource {
 public:
  FileSource() = default;
  FileSource(const FileSource&) = delete;
  FileSource& operator=(const FileSource&) = delete;
  ~FileSource() override;

  Status open(const std::string& path);
  Result<std::size_t> read(char* out, std::size_t capacity) override;

 private:
  std::string path_{};
  int descriptor_ = -1;
};

}  // namespace tidegate::artifact
