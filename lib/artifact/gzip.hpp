// SPDX-License-Identifier: Apache-2.0
// One gzip member with a constant header (time 0, flags 0, XFL 0, OS 255), written and read in
// bounded memory. Both halves count and hash the compressed bytes.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "artifact/bytes.hpp"
#include "base/result.hpp"
#include "system/digest.hpp"

namespace tidegate::artifact {

inline constexpr std::string_view gzip_header{"\x1f\x8b\x08\0\0\0\0\0\0\xff", 10};
inline constexpr int gzip_level = 6;
std::string compressor_version();  // the library that is loaded: compressed bytes depend on it

// The bytes depend on the content and on where `set_stored` is called, never on how the content is cut
// into calls of `write`, nor on the number of threads. A failure of `sink` may be answered by a later
// call than the one whose bytes it refused; `finish` answers all. Codes: those of `sink`,
// artifact.write-failed.
class GzipWriter {
 public:
  using Sink = std::function<Status(std::string_view)>;
  explicit GzipWriter(Sink sink);
  GzipWriter(GzipWriter&&) noexcept;
  ~GzipWriter();

  // What follows is stored (true) or compressed (false, the start).
  Status set_stored(bool stored);
  Status write(std::string_view bytes);
  Status finish();

  std::uint64_t size() const;  // of the compressed bytes; after finish
  std::string finish_hex();    // their sha256; call once, after finish

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// The content of the one member. `read` gives 0 only after the trailer is right and the input has
// ended. Another encoding of the same content is accepted (deflate has many): the compressed bytes
// are no identity. Codes: artifact.not-verified (exit 30) with the offset in the file, and those of
// `input`.
class GzipReader final : public ByteSource {
 public:
  GzipReader(ByteSource& input, std::string file);
  ~GzipReader() override;

  Result<std::size_t> read(char* out, std::size_t capacity) override;

  std::uint64_t size() const;  // compressed bytes consumed
  std::string finish_hex();    // sha256 of all compressed bytes; call once, after `read` gave 0

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tidegate::artifact
