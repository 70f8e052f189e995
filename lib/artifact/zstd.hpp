// SPDX-License-Identifier: Apache-2.0
// Zstandard (RFC 8878): one frame for each stretch that is compressed, and one of raw blocks for
// each that is stored. Plain tools read the frames one after the other: `zstd -dc`.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "artifact/compression.hpp"

namespace tidegate::artifact {

inline constexpr std::string_view zstd_magic{"\x28\xb5\x2f\xfd", 4};
inline constexpr int zstd_window_log =
    23;  // most that is read: 8 MiB, what RFC 8878 (3.1.1.1.2) asks of readers
std::string zstd_library_version();

class ZstdWriter final : public Compressor {
 public:
  explicit ZstdWriter(Sink sink);
  ~ZstdWriter() override;

  Status set_stored(bool stored) override;
  Status write(std::string_view bytes) override;
  Status finish() override;
  std::uint64_t size() const override;
  std::string finish_hex() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Frames without a dictionary, with a window of at most 8 MiB, and nothing else: no skippable
// frames, no bytes behind the last one.
class ZstdReader final : public Decompressor {
 public:
  ZstdReader(ByteSource& input, std::string file);
  ~ZstdReader() override;

  Result<std::size_t> read(char* out, std::size_t capacity) override;
  Compression compression() const override { return Compression::zstd; }
  std::uint64_t size() const override;
  std::string finish_hex() override;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tidegate::artifact
