// SPDX-License-Identifier: Apache-2.0
// libzstd cannot switch compression off within a frame, so each stretch has a frame of its own. The
// frame of what is stored is written here: a header, blocks that are the bytes themselves, and no
// more work than copying. libzstd gets pieces of one size, whatever the caller gives, because its
// bytes depend on how much it is given at once.
#include <zstd.h>

#include <algorithm>

#include "artifact/zstd.hpp"
#include "base/pieces.hpp"
#include "system/aside_digest.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t piece_size = std::size_t{128} * 1024;  // also the largest block of a frame

Diagnostic compressor_failure() {
  return {.code = "artifact.write-failed",
          .message = "the compressor failed: not enough memory",
          .hint = "build with more memory",
          .exit = ExitCode::internal};
}

// RFC 8878, 3.1.1: no flags, a window of 128 KiB (exponent 7, above 1 KiB).
constexpr std::string_view stored_frame{"\x28\xb5\x2f\xfd\x00\x38", 6};

// RFC 8878, 3.1.1.2: last block, type raw (0), size; three bytes, the lowest first.
std::string block_header(std::size_t size, bool last) {
  const auto word = static_cast<std::uint32_t>(size << 3U) | (last ? 1U : 0U);
  std::string out;
  for (unsigned shift = 0; shift < 24; shift += 8)
    out += static_cast<char>((word >> shift) & 0xFFU);
  return out;
}

struct ContextDeleter {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
};

}  // namespace

struct ZstdWriter::State {
  Sink sink;
  std::unique_ptr<ZSTD_CCtx, ContextDeleter> context{ZSTD_createCCtx()};
  std::string input{};  // of the piece that is being collected
  std::string output = std::string(ZSTD_CStreamOutSize(), '\0');
  bool stored = false;
  bool open = false;  // a frame has begun
  bool any = false;   // a frame was written
  std::uint64_t size = 0;
  system::AsideSha256 digest{};

  explicit State(Sink to) : sink(std::move(to)) {
    input.reserve(piece_size);
    if (!context) return;
    const int level = facts_of(Compression::zstd).level;
    const bool set =
        !ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_compressionLevel, level)) &&
        !ZSTD_isError(ZSTD_CCtx_setParameter(context.get(), ZSTD_c_checksumFlag, 1));
    if (!set) context.reset();
  }

  Status put(std::string_view bytes) {
    if (bytes.empty()) return Done{};
    size += bytes.size();
    digest.update(bytes);
    return sink(bytes);
  }

  Status compress(ZSTD_EndDirective how) {
    if (!context) return compressor_failure();
    ZSTD_inBuffer in{input.data(), input.size(), 0};
    for (;;) {
      ZSTD_outBuffer out{output.data(), output.size(), 0};
      const std::size_t left = ZSTD_compressStream2(context.get(), &out, &in, how);
      if (ZSTD_isError(left) != 0) return compressor_failure();
      if (Status status = put({output.data(), out.pos}); !status) return status;
      const bool done = how == ZSTD_e_end ? left == 0 : in.pos == in.size;
      if (done) break;
    }
    input.clear();
    return Done{};
  }

  Status store(bool last) {
    if (!open) {
      if (Status status = put(stored_frame); !status) return status;
    }
    if (Status status = put(block_header(input.size(), last)); !status) return status;
    const Status status = put(input);
    input.clear();
    return status;
  }

  // A whole piece of a frame that goes on.
  Status give_away() {
    const Status status = stored ? store(false) : compress(ZSTD_e_continue);
    open = true;
    any = true;
    return status;
  }

  Status end_frame() {
    if (!open && input.empty() && any) return Done{};
    any = true;
    Status status = Done{};
    if (stored) {
      status = store(true);
    } else {
      if (!input.empty()) status = compress(ZSTD_e_continue);
      if (status) status = compress(ZSTD_e_end);
    }
    open = false;
    return status;
  }
};

ZstdWriter::ZstdWriter(Sink sink) : state_(std::make_unique<State>(std::move(sink))) {}
ZstdWriter::~ZstdWriter() = default;

Status ZstdWriter::set_stored(bool stored) {
  State& state = *state_;
  if (state.stored == stored) return Done{};
  if (state.open || !state.input.empty()) {
    if (Status status = state.end_frame(); !status) return status;
  }
  state.stored = stored;
  return Done{};
}

Status ZstdWriter::write(std::string_view bytes) {
  return collect(state_->input, bytes, piece_size, [this] { return state_->give_away(); });
}

Status ZstdWriter::finish() { return state_->end_frame(); }

std::uint64_t ZstdWriter::size() const { return state_->size; }

std::string ZstdWriter::finish_hex() { return state_->digest.finish_hex(); }

std::string zstd_library_version() { return ZSTD_versionString(); }

}  // namespace tidegate::artifact
