// SPDX-License-Identifier: Apache-2.0
// libzstd decompresses frame after frame. What stands between frames is judged here, because
// libzstd skips skippable frames, in which anything can be hidden, and looks for a dictionary that
// nobody has.
#include <zstd.h>

#include <algorithm>

#include "artifact/zstd.hpp"
#include "system/aside_digest.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t input_size = std::size_t{128} * 1024;

struct ContextDeleter {
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

}  // namespace

struct ZstdReader::State {
  ByteSource& source;
  std::string file;
  std::unique_ptr<ZSTD_DCtx, ContextDeleter> context{ZSTD_createDCtx()};
  std::string input = std::string(input_size, '\0');
  ZSTD_inBuffer in{input.data(), 0, 0};
  std::uint64_t taken = 0;  // bytes read from the source
  bool ended = false;       // the source has no more bytes
  bool inside = false;      // of a frame
  system::AsideSha256 digest{};

  State(ByteSource& from, std::string name) : source(from), file(std::move(name)) {
    if (context && ZSTD_isError(ZSTD_DCtx_setParameter(context.get(), ZSTD_d_windowLogMax,
                                                       zstd_window_log)) != 0)
      context.reset();
  }

  Diagnostic refuse_here(const std::string& reason) const {
    return {
        .code = "artifact.not-verified",
        .where = {.file = file},
        .message = "byte " + std::to_string(taken - (in.size - in.pos)) + " of the file: " + reason,
        .hint = "get the file again; an artifact is never repaired",
        .exit = ExitCode::not_verified};
  }
  Diagnostic truncated() const {
    return refuse_here("it is truncated, the Zstandard stream goes on");
  }

  // What is not used yet moves to the front, and more comes behind it.
  Status fill() {
    std::copy(input.begin() + static_cast<std::ptrdiff_t>(in.pos),
              input.begin() + static_cast<std::ptrdiff_t>(in.size), input.begin());
    in.size -= in.pos;
    in.pos = 0;
    Result<std::size_t> got = source.read(input.data() + in.size, input.size() - in.size);
    if (!got) return got.failure();
    ended = *got == 0;
    digest.update({input.data() + in.size, *got});
    taken += *got;
    in.size += *got;
    return Done{};
  }

  // Looks at the header of the next frame; false at the end of the file.
  Result<bool> begin_frame();
};

Result<bool> ZstdReader::State::begin_frame() {
  // Magic, and the byte that says whether there is a dictionary (RFC 8878, 3.1.1.1.1).
  constexpr std::size_t header = 5;
  while (in.size - in.pos < header && !ended) {
    if (Status status = fill(); !status) return status.failure();
  }
  const std::string_view rest(input.data() + in.pos, in.size - in.pos);
  if (rest.empty()) return false;
  if (!rest.starts_with(zstd_magic.substr(0, std::min(rest.size(), zstd_magic.size())))) {
    return refuse_here("what follows is no Zstandard frame (skippable frames are not allowed)");
  }
  if (rest.size() < header) return truncated();
  if ((static_cast<unsigned char>(rest[4]) & 3U) != 0) {
    return refuse_here("the Zstandard frame needs a dictionary");
  }
  inside = true;
  return true;
}

ZstdReader::ZstdReader(ByteSource& input, std::string file)
    : state_(std::make_unique<State>(input, std::move(file))) {}
ZstdReader::~ZstdReader() = default;

Result<std::size_t> ZstdReader::read(char* out, std::size_t capacity) {
  State& state = *state_;
  if (!state.context) return state.refuse_here("there is not enough memory to decompress it");
  for (;;) {
    if (!state.inside) {
      const Result<bool> more = state.begin_frame();
      if (!more) return more.failure();
      if (!*more) return std::size_t{0};
    }
    if (state.in.pos == state.in.size && !state.ended) {
      if (Status status = state.fill(); !status) return status.failure();
    }
    ZSTD_outBuffer room{out, capacity, 0};
    const std::size_t before = state.in.pos;
    const std::size_t left = ZSTD_decompressStream(state.context.get(), &room, &state.in);
    if (ZSTD_isError(left) != 0) {
      return state.refuse_here(std::string("the compressed data is broken: ") +
                               ZSTD_getErrorName(left));
    }
    if (left == 0) state.inside = false;
    if (room.pos > 0) return room.pos;
    const bool stuck = state.inside && state.in.pos == before && state.in.pos == state.in.size;
    if (stuck && state.ended) return state.truncated();
  }
}

std::uint64_t ZstdReader::size() const { return state_->taken; }

std::string ZstdReader::finish_hex() { return state_->digest.finish_hex(); }

}  // namespace tidegate::artifact
