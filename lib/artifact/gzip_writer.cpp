// SPDX-License-Identifier: Apache-2.0
// zlib's stored blocks (level 0) take their lengths from the room in the input and output buffers of
// each call. So input is collected into pieces of one size and every call gets the same empty output
// buffer: the same content gives the same bytes, however the caller cuts it.
#include <zlib.h>

#include <algorithm>

#include "artifact/gzip.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t input_size = std::size_t{256} * 1024;
constexpr std::size_t output_size = std::size_t{256} * 1024;

Diagnostic compressor_failure() {
  return {.code = "artifact.write-failed",
          .message = "the compressor failed: not enough memory",
          .hint = "build with more memory",
          .exit = ExitCode::internal};
}

}  // namespace

struct GzipWriter::State {
  Sink sink;
  z_stream stream{};
  bool ready = false;
  bool started = false;
  bool stored = false;
  std::string input{};
  std::string output{};
  std::uint32_t crc = 0;
  std::uint32_t content_size = 0;  // modulo 2^32, as the trailer wants it
  std::uint64_t size = 0;
  system::Sha256 digest{};

  explicit State(Sink to) : sink(std::move(to)), output(output_size, '\0') {
    input.reserve(input_size);
    ready = deflateInit2(&stream, gzip_level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { deflateEnd(&stream); }

  Status put(std::string_view bytes) {
    if (bytes.empty()) return Done{};
    size += bytes.size();
    digest.update(bytes);
    return sink(bytes);
  }

  Status start() {
    if (!ready) return compressor_failure();
    if (started) return Done{};
    started = true;
    return put(gzip_header);
  }

  void offer_output() {
    stream.next_out = reinterpret_cast<Bytef*>(output.data());
    stream.avail_out = static_cast<uInt>(output.size());
  }

  Status take_output() { return put({output.data(), output.size() - stream.avail_out}); }

  // Gives the collected input to zlib.
  Status deflate_input(int flush) {
    if (Status status = start(); !status) return status;
    crc = static_cast<std::uint32_t>(
        crc32(crc, reinterpret_cast<const Bytef*>(input.data()), static_cast<uInt>(input.size())));
    content_size += static_cast<std::uint32_t>(input.size());
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(input.size());
    int answer = Z_OK;
    do {
      offer_output();
      answer = deflate(&stream, flush);
      if (answer == Z_STREAM_ERROR) return compressor_failure();
      if (Status status = take_output(); !status) return status;
    } while (flush == Z_FINISH ? answer != Z_STREAM_END : stream.avail_out == 0);
    input.clear();
    return Done{};
  }
};

GzipWriter::GzipWriter(Sink sink) : state_(std::make_unique<State>(std::move(sink))) {}
GzipWriter::GzipWriter(GzipWriter&&) noexcept = default;
GzipWriter::~GzipWriter() = default;

Status GzipWriter::set_stored(bool stored) {
  State& state = *state_;
  if (state.stored == stored) return Done{};
  if (Status status = state.deflate_input(Z_NO_FLUSH); !status) return status;
  state.stored = stored;
  state.stream.next_in = reinterpret_cast<Bytef*>(state.input.data());
  state.stream.avail_in = 0;
  for (;;) {  // Z_BUF_ERROR: what lies in the window did not fit into the output yet
    state.offer_output();
    const int answer = deflateParams(&state.stream, stored ? Z_NO_COMPRESSION : gzip_level, Z_DEFAULT_STRATEGY);
    if (answer != Z_OK && answer != Z_BUF_ERROR) return compressor_failure();
    const bool full = state.stream.avail_out == 0;
    if (Status status = state.take_output(); !status) return status;
    if (answer == Z_OK) return Done{};
    if (!full) return compressor_failure();
  }
}

Status GzipWriter::write(std::string_view bytes) {
  std::string& input = state_->input;
  while (!bytes.empty()) {
    const std::size_t piece = std::min(input_size - input.size(), bytes.size());
    input += bytes.substr(0, piece);
    bytes.remove_prefix(piece);
    if (input.size() < input_size) continue;
    if (Status status = state_->deflate_input(Z_NO_FLUSH); !status) return status;
  }
  return Done{};
}

Status GzipWriter::finish() {
  if (Status status = state_->deflate_input(Z_FINISH); !status) return status;
  std::string trailer;
  for (const std::uint32_t word : {state_->crc, state_->content_size}) {
    for (unsigned shift = 0; shift < 32; shift += 8) trailer += static_cast<char>((word >> shift) & 0xFFU);
  }
  return state_->put(trailer);
}

std::uint64_t GzipWriter::size() const { return state_->size; }

std::string GzipWriter::finish_hex() { return state_->digest.finish_hex(); }

}  // namespace tidegate::artifact
