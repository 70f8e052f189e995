// SPDX-License-Identifier: Apache-2.0
// The content is cut into pieces of one size, and each is compressed by itself, several at a time:
// it gets the 32 KiB before it as its dictionary, and ends on a byte boundary (Z_SYNC_FLUSH), so
// that the pieces one after the other are one deflate stream. The bytes depend on the content and
// on where compression was switched off, not on how many threads there are, nor on how the caller
// cuts.
#include <zlib.h>

#include <algorithm>
#include <array>
#include <deque>
#include <future>
#include <optional>

#include "artifact/gzip.hpp"
#include "base/parallel.hpp"
#include "base/pieces.hpp"
#include "system/aside_digest.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t piece_size = std::size_t{128} * 1024;
constexpr std::size_t dictionary_size = std::size_t{32} * 1024;  // the window of deflate
constexpr std::size_t most_waiting = 6;                          // pieces, compressed or not

Diagnostic compressor_failure() {
  return {.code = "artifact.write-failed",
          .message = "the compressor failed: not enough memory",
          .hint = "build with more memory",
          .exit = ExitCode::internal};
}

struct Piece {
  std::string content{};
  std::string dictionary{};
  bool stored = false;
  bool last = false;
};

struct Deflated {
  std::string bytes{};
  std::uint32_t crc = 0;  // of the content
  std::size_t size = 0;   // of the content
  bool good = false;
};

class Stream {
 public:
  explicit Stream(int level) {
    ready_ = deflateInit2(&stream_, level, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY) == Z_OK;
  }
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;
  ~Stream() {
    if (ready_) deflateEnd(&stream_);
  }
  // As new; null without memory.
  z_stream* begin() { return ready_ && deflateReset(&stream_) == Z_OK ? &stream_ : nullptr; }

 private:
  z_stream stream_{};
  bool ready_ = false;
};

Bytef* bytes_of(std::string& text) { return reinterpret_cast<Bytef*>(text.data()); }

// One piece after the other, on one thread. What zlib needs, and room for the result, is made once.
class Deflater {
 public:
  Deflated deflate_piece(Piece piece) {
    Deflated out{.size = piece.content.size()};
    out.crc = static_cast<std::uint32_t>(
        crc32(0, bytes_of(piece.content), static_cast<uInt>(piece.content.size())));
    z_stream* stream = stream_of(piece.stored).begin();
    if (stream == nullptr) return out;
    if (!piece.dictionary.empty()) {
      deflateSetDictionary(stream, bytes_of(piece.dictionary),
                           static_cast<uInt>(piece.dictionary.size()));
    }
    // Room for all of it, and for the empty block of the flush: one call, so that zlib's choices
    // cannot depend on a buffer that happens to be full.
    const std::size_t most = deflateBound(stream, static_cast<uLong>(piece.content.size())) + 64;
    if (room_.size() < most) room_.resize(most);
    stream->next_in = bytes_of(piece.content);
    stream->avail_in = static_cast<uInt>(piece.content.size());
    stream->next_out = bytes_of(room_);
    stream->avail_out = static_cast<uInt>(room_.size());
    const int answer = deflate(stream, piece.last ? Z_FINISH : Z_SYNC_FLUSH);
    out.good = answer == (piece.last ? Z_STREAM_END : Z_OK) && stream->avail_in == 0 &&
               stream->avail_out > 0;
    out.bytes.assign(room_, 0, room_.size() - stream->avail_out);
    return out;
  }

 private:
  Stream& stream_of(bool stored) {
    std::optional<Stream>& stream = stored ? stored_ : packed_;
    if (!stream) stream.emplace(stored ? Z_NO_COMPRESSION : facts_of(Compression::gzip).level);
    return *stream;
  }

  std::optional<Stream> packed_{}, stored_{};
  std::string room_{};
};

}  // namespace

struct GzipWriter::State {
  Sink sink;
  std::string input{};       // of the piece that is being collected
  std::string dictionary{};  // the end of what came before it
  bool started = false;
  bool stored = false;
  std::uint32_t crc = 0;
  std::uint64_t content_size = 0;
  std::uint64_t size = 0;
  system::AsideSha256 digest{};
  std::deque<std::future<Deflated>> waiting{};  // in the order of the content
  std::array<Deflater, 2> deflaters{};  // of the workers
  std::array<Worker, 2> workers{Worker(most_waiting), Worker(most_waiting)};
  std::size_t turn = 0;

  explicit State(Sink to) : sink(std::move(to)) { input.reserve(piece_size); }

  Status put(std::string_view bytes) {
    if (bytes.empty()) return Done{};
    size += bytes.size();
    digest.update(bytes);
    return sink(bytes);
  }

  Status start() {
    if (started) return Done{};
    started = true;
    return put(gzip_header);
  }

  // Hands the collected piece to a worker.
  Status give_away(bool last) {
    Piece piece{.content = std::move(input),
                .dictionary = stored ? std::string() : dictionary,
                .stored = stored,
                .last = last};
    input = std::string();
    input.reserve(piece_size);
    dictionary +=
        std::string_view(piece.content)
            .substr(piece.content.size() - std::min(piece.content.size(), dictionary_size));
    if (dictionary.size() > dictionary_size)
      dictionary.erase(0, dictionary.size() - dictionary_size);
    const std::size_t worker = turn++ % workers.size();
    auto task = std::make_shared<std::packaged_task<Deflated()>>(
        [piece = std::move(piece), &deflater = deflaters.at(worker)]() mutable {
          return deflater.deflate_piece(std::move(piece));
        });
    waiting.push_back(task->get_future());
    workers.at(worker).add([task] { (*task)(); });
    return waiting.size() < most_waiting ? Status(Done{}) : take_first();
  }

  Status take_first() {
    const Deflated piece = waiting.front().get();
    waiting.pop_front();
    if (!piece.good) return compressor_failure();
    crc =
        static_cast<std::uint32_t>(crc32_combine(crc, piece.crc, static_cast<z_off_t>(piece.size)));
    content_size += piece.size;
    if (Status status = start(); !status) return status;
    return put(piece.bytes);
  }

  Status put_trailer() {
    std::string trailer;
    for (const std::uint32_t word : {crc, static_cast<std::uint32_t>(content_size)}) {
      for (unsigned shift = 0; shift < 32; shift += 8)
        trailer += static_cast<char>((word >> shift) & 0xFFU);
    }
    return put(trailer);
  }
};

GzipWriter::GzipWriter(Sink sink) : state_(std::make_unique<State>(std::move(sink))) {}
GzipWriter::~GzipWriter() = default;

Status GzipWriter::set_stored(bool stored) {
  State& state = *state_;
  if (state.stored == stored) return Done{};
  if (!state.input.empty()) {
    if (Status status = state.give_away(false); !status) return status;
  }
  state.stored = stored;
  return Done{};
}

Status GzipWriter::write(std::string_view bytes) {
  return collect(state_->input, bytes, piece_size, [this] { return state_->give_away(false); });
}

Status GzipWriter::finish() {
  State& state = *state_;
  if (Status status = state.give_away(true); !status) return status;
  while (!state.waiting.empty()) {
    if (Status status = state.take_first(); !status) return status;
  }
  return state.put_trailer();
}

std::uint64_t GzipWriter::size() const { return state_->size; }

std::string GzipWriter::finish_hex() { return state_->digest.finish_hex(); }

std::string zlib_library_version() { return ::zlibVersion(); }

}  // namespace tidegate::artifact
