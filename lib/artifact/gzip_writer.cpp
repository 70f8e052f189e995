// SPDX-License-Identifier: Apache-2.0
// zlib's stored blocks (level 0) take their lengths from the room in the input and output buffers
// of each call. So input is collected into pieces of one size and every call gets the same empty
// output buffer: the same content gives the same bytes, however the caller cuts it.
//
// Compression runs on a thread of its own, in the order of the calls, beside whatever produces the
// bytes. Its first failure is what every later call answers.
#include <zlib.h>

#include <algorithm>
#include <atomic>

#include "artifact/gzip.hpp"
#include "base/parallel.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t input_size = std::size_t{64} * 1024;
constexpr std::size_t output_size = std::size_t{64} * 1024;
constexpr std::size_t waiting = 8;  // pieces of input

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
  std::string input{};  // being collected; all below belongs to the worker
  std::string output{};
  std::uint32_t crc = 0;
  std::uint32_t content_size = 0;  // modulo 2^32, as the trailer wants it
  std::uint64_t size = 0;
  system::Sha256 digest{};
  Status status = Done{};
  std::atomic<bool> failed = false;
  Worker worker{waiting};  // last: it stops before the rest goes

  explicit State(Sink to) : sink(std::move(to)), output(output_size, '\0') {
    input.reserve(input_size);
    ready = deflateInit2(&stream, gzip_level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    try {
      worker.wait();
    } catch (...) {  // the sink threw; whoever waited for the result has been told
    }
    deflateEnd(&stream);
  }

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

  // Has `work` done after all work before it, unless something failed.
  Status then(std::function<Status()> work) {
    worker.add([this, work = std::move(work)] {
      if (!status) return;
      status = work();
      failed = !status;
    });
    return failed ? finished() : Status(Done{});
  }
  Status finished() {
    worker.wait();
    return status;
  }

  // Hands the collected input over.
  Status deflate_input(int flush) {
    auto bytes = std::make_shared<std::string>(std::move(input));
    input = std::string();
    input.reserve(input_size);
    return then([this, bytes, flush] { return deflate_piece(*bytes, flush); });
  }

  Status deflate_piece(std::string& bytes, int flush) {
    if (Status begun = start(); !begun) return begun;
    crc = static_cast<std::uint32_t>(
        crc32(crc, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
    content_size += static_cast<std::uint32_t>(bytes.size());
    stream.next_in = reinterpret_cast<Bytef*>(bytes.data());
    stream.avail_in = static_cast<uInt>(bytes.size());
    int answer = Z_OK;
    do {
      offer_output();
      answer = deflate(&stream, flush);
      if (answer == Z_STREAM_ERROR) return compressor_failure();
      if (Status taken = take_output(); !taken) return taken;
    } while (flush == Z_FINISH ? answer != Z_STREAM_END : stream.avail_out == 0);
    return Done{};
  }

  Status change_level(bool to_stored) {
    char nothing = 0;
    stream.next_in = reinterpret_cast<Bytef*>(&nothing);
    stream.avail_in = 0;
    for (;;) {  // Z_BUF_ERROR: what lies in the window did not fit into the output yet
      offer_output();
      const int answer =
          deflateParams(&stream, to_stored ? Z_NO_COMPRESSION : gzip_level, Z_DEFAULT_STRATEGY);
      if (answer != Z_OK && answer != Z_BUF_ERROR) return compressor_failure();
      const bool full = stream.avail_out == 0;
      if (Status taken = take_output(); !taken) return taken;
      if (answer == Z_OK) return Done{};
      if (!full) return compressor_failure();
    }
  }

  Status put_trailer() {
    std::string trailer;
    for (const std::uint32_t word : {crc, content_size}) {
      for (unsigned shift = 0; shift < 32; shift += 8)
        trailer += static_cast<char>((word >> shift) & 0xFFU);
    }
    return put(trailer);
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
  return state.then([&state, stored] { return state.change_level(stored); });
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
  State& state = *state_;
  if (Status status = state.deflate_input(Z_FINISH); !status) return status;
  if (Status status = state.then([&state] { return state.put_trailer(); }); !status) return status;
  return state.finished();
}

std::uint64_t GzipWriter::size() const { return state_->size; }

std::string GzipWriter::finish_hex() { return state_->digest.finish_hex(); }

}  // namespace tidegate::artifact
