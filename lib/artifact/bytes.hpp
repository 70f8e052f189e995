// SPDX-License-Identifier: Apache-2.0
// Where the reading half gets its bytes from: a file, or memory (tests, fuzzing).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "system/progress.hpp"

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
  std::uint64_t size() const { return size_; }  // 0: not known
  Result<std::size_t> read(char* out, std::size_t capacity) override;

 private:
  std::string path_{};
  int descriptor_ = -1;
  std::uint64_t size_ = 0;
};

// Says what was read.
class CountedSource final : public ByteSource {
 public:
  CountedSource(ByteSource& inner, const system::Work& work) : inner_(inner), work_(work) {}
  Result<std::size_t> read(char* out, std::size_t capacity) override {
    Result<std::size_t> got = inner_.read(out, capacity);
    if (got) work_.add(*got);
    return got;
  }

 private:
  ByteSource& inner_;
  const system::Work& work_;
};

}  // namespace tidegate::artifact
