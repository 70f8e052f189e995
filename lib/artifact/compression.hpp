// SPDX-License-Identifier: Apache-2.0
// What an artifact's tar is compressed with. Its identity is the digest of the tar, the same with
// each of them; which one a file has is told by its first bytes, never by its name.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "artifact/bytes.hpp"
#include "base/result.hpp"

namespace tidegate::artifact {

enum class Compression : std::uint8_t { gzip, zstd };

struct CompressionFacts {
  Compression compression = Compression::gzip;
  std::string_view name{};     // on the command line, and behind the `+` of media types
  std::string_view suffix{};   // of file names
  int level = 0;               // fixed
  std::string_view library{};  // whose version the compressed bytes depend on
};
inline constexpr std::array<CompressionFacts, 2> compressions{
    {{Compression::gzip, "gzip", ".tar.gz", 6, "zlib"},
     {Compression::zstd, "zstd", ".tar.zst", 3, "libzstd"}}};

constexpr const CompressionFacts& facts_of(Compression one) {
  return compressions[static_cast<std::size_t>(one)];
}
std::optional<Compression> find_compression(std::string_view name);
std::string compressor_version(Compression one);  // of the library that is loaded

// `path` without the suffix of an artifact; none if it has none.
std::optional<std::string_view> without_archive_suffix(std::string_view path);

// Compresses in bounded memory; counts and hashes the compressed bytes. They depend on the content
// and on where `set_stored` is called, never on how the content is cut into calls of `write`. A
// failure of the sink may be answered by a later call than the one whose bytes it refused; `finish`
// answers all. Codes: those of the sink, artifact.write-failed.
class Compressor {
 public:
  using Sink = std::function<Status(std::string_view)>;
  virtual ~Compressor() = default;
  // What follows is stored (true) or compressed (false, the start).
  virtual Status set_stored(bool stored) = 0;
  virtual Status write(std::string_view bytes) = 0;
  virtual Status finish() = 0;
  virtual std::uint64_t size() const = 0;  // of the compressed bytes; after finish
  virtual std::string finish_hex() = 0;    // their sha256; call once, after finish
};
std::unique_ptr<Compressor> make_compressor(Compression one, Compressor::Sink sink);

// The content, in bounded memory. `read` gives 0 only when the compressed stream is whole and the
// input has ended. Another encoding of the same content is accepted (there are many): the
// compressed bytes are no identity. Codes: artifact.not-verified (exit 30) with the offset in the
// file, and those of the input.
class Decompressor : public ByteSource {
 public:
  virtual Compression compression() const = 0;
  virtual std::uint64_t size() const = 0;  // compressed bytes consumed
  virtual std::string
  finish_hex() = 0;  // sha256 of all compressed bytes; once, after `read` gave 0
};
// Reads the first bytes; what is neither is read as gzip, and refused as that. Both arguments must
// live as long as the answer; `file` names it in messages.
Result<std::unique_ptr<Decompressor>> open_compressed(ByteSource& input, const std::string& file);

}  // namespace tidegate::artifact
