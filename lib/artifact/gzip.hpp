// SPDX-License-Identifier: Apache-2.0
// One gzip member with a constant header (time 0, flags 0, XFL 0, OS 255), written and read in
// bounded memory. Both halves count and hash the compressed bytes.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "artifact/compression.hpp"

namespace tidegate::artifact {

inline constexpr std::string_view gzip_header{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};
std::string zlib_library_version();

// The bytes do not depend on the number of threads.
class GzipWriter final : public Compressor {
 public:
  explicit GzipWriter(Sink sink);
  ~GzipWriter() override;

  Status set_stored(bool stored) override;
  Status write(std::string_view bytes) override;
  Status finish() override;
  std::uint64_t size() const override;
  std::string finish_hex() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The content of the one member; the trailer must be right.
class GzipReader final : public Decompressor {
 public:
  GzipReader(ByteSource& input, std::string file);
  ~GzipReader() override;

  Result<std::size_t> read(char* out, std::size_t capacity) override;
  Compression compression() const override { return Compression::gzip; }
  std::uint64_t size() const override;
  std::string finish_hex() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tidegate::artifact
