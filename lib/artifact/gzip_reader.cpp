// SPDX-License-Identifier: Apache-2.0
// zlib inflates the raw stream; header, trailer and the end of the file are judged here, because zlib
// accepts any header and stops at the end of the first member.
#include <zlib.h>

#include <algorithm>

#include "artifact/gzip.hpp"
#include "system/aside_digest.hpp"

namespace tidegate::artifact {

namespace {

constexpr std::size_t input_size = std::size_t{128} * 1024;

unsigned to_unsigned(char c) { return static_cast<unsigned char>(c); }

// What is wrong with the first ten bytes, or "".
std::string find_header_fault(std::string_view header) {
  if (!header.starts_with("\x1f\x8b")) return "it is no gzip file";
  if (header[2] != gzip_header[2]) return "byte 2: the compression method is not deflate";
  if (header[3] != '\0') return "byte 3: gzip flags are set (names, comments and extra fields are not allowed)";
  if (header.substr(4, 4) != gzip_header.substr(4, 4)) return "bytes 4 to 7: the gzip header has a time";
  if (header[8] != '\0') return "byte 8: the gzip header's extra flags are " + std::to_string(to_unsigned(header[8])) + ", not 0";
  if (header[9] != gzip_header[9]) {
    return "byte 9: the gzip header's system is " + std::to_string(to_unsigned(header[9])) + ", not 255";
  }
  return {};
}

}  // namespace

struct GzipReader::State {
  enum class Phase { header, blocks, done };

  ByteSource& source;
  std::string file;
  z_stream stream{};
  bool ready = false;
  Phase phase = Phase::header;
  bool ended = false;         // the source has no more bytes
  std::string input{};
  std::uint64_t taken = 0;    // bytes read from the source
  std::uint32_t crc = 0;
  std::uint32_t content_size = 0;
  system::AsideSha256 digest{};

  State(ByteSource& from, std::string name) : source(from), file(std::move(name)), input(input_size, '\0') {
    ready = inflateInit2(&stream, -15) == Z_OK;
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { inflateEnd(&stream); }

  std::uint64_t offset() const { return taken - stream.avail_in; }

  Diagnostic refuse(std::string reason) const {
    return {.code = "artifact.not-verified",
            .where = {.file = file},
            .message = std::move(reason),
            .hint = "get the file again; an artifact is never repaired",
            .exit = ExitCode::not_verified};
  }
  Diagnostic refuse_here(const std::string& reason) const {
    return refuse("byte " + std::to_string(offset()) + " of the file: " + reason);
  }
  Diagnostic truncated() const { return refuse_here("it is truncated, the gzip stream goes on"); }

  // Makes sure that there is input; false at the end of the source.
  Result<bool> fill() {
    if (stream.avail_in > 0) return true;
    if (ended) return false;
    Result<std::size_t> got = source.read(input.data(), input.size());
    if (!got) return got.failure();
    ended = *got == 0;
    digest.update({input.data(), *got});
    taken += *got;
    stream.next_in = reinterpret_cast<Bytef*>(input.data());
    stream.avail_in = static_cast<uInt>(*got);
    return !ended;
  }

  Status take(char* out, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      Result<bool> more = fill();
      if (!more) return more.failure();
      if (!*more) return truncated();
      out[i] = static_cast<char>(*stream.next_in);
      ++stream.next_in;
      --stream.avail_in;
    }
    return Done{};
  }

  Status read_header();
  Status read_trailer();
};

Status GzipReader::State::read_header() {
  if (!ready) return refuse("there is not enough memory to decompress it");
  std::string header(gzip_header.size(), '\0');
  if (Status status = take(header.data(), header.size()); !status) {
    if (status.failure().code != "artifact.not-verified") return status;
    const std::size_t got = static_cast<std::size_t>(taken);
    if (got < 2 || !header.starts_with("\x1f\x8b")) return refuse("it is no gzip file (" + std::to_string(got) + " bytes)");
    return status;
  }
  if (std::string fault = find_header_fault(header); !fault.empty()) {
    return refuse(fault + "; the header of an artifact is always 1f 8b 08 00 00 00 00 00 00 ff");
  }
  phase = Phase::blocks;
  return Done{};
}

Status GzipReader::State::read_trailer() {
  std::string trailer(8, '\0');
  if (Status status = take(trailer.data(), trailer.size()); !status) return status;
  const auto word = [&](std::size_t at) {
    std::uint32_t value = 0;
    for (std::size_t i = 4; i > 0; --i) value = (value << 8U) | to_unsigned(trailer[at + i - 1]);
    return value;
  };
  if (word(0) != crc) return refuse_here("the gzip checksum does not fit the content");
  if (word(4) != content_size) return refuse_here("the gzip size does not fit the content");
  Result<bool> more = fill();
  if (!more) return more.failure();
  if (*more) {
    return refuse_here(*stream.next_in == 0x1FU ? "a second gzip member follows, only one is allowed"
                                                : "bytes follow the end of the gzip stream");
  }
  phase = Phase::done;
  return Done{};
}

GzipReader::GzipReader(ByteSource& input, std::string file)
    : state_(std::make_unique<State>(input, std::move(file))) {}
GzipReader::~GzipReader() = default;

Result<std::size_t> GzipReader::read(char* out, std::size_t capacity) {
  State& state = *state_;
  if (state.phase == State::Phase::header) {
    if (Status status = state.read_header(); !status) return status.failure();
  }
  while (state.phase == State::Phase::blocks) {
    if (Result<bool> more = state.fill(); !more) return more.failure();
    state.stream.next_out = reinterpret_cast<Bytef*>(out);
    state.stream.avail_out = static_cast<uInt>(std::min<std::size_t>(capacity, 1U << 30U));
    const uInt room = state.stream.avail_out;
    const uInt before = state.stream.avail_in;
    const int answer = inflate(&state.stream, Z_NO_FLUSH);
    const std::size_t made = room - state.stream.avail_out;
    if (answer != Z_OK && answer != Z_STREAM_END && answer != Z_BUF_ERROR) {
      const char* why = state.stream.msg != nullptr ? state.stream.msg : "invalid data";
      return state.refuse_here(std::string("the compressed data is broken: ") + why);
    }
    state.crc = static_cast<std::uint32_t>(
        crc32(state.crc, reinterpret_cast<const Bytef*>(out), static_cast<uInt>(made)));
    state.content_size += static_cast<std::uint32_t>(made);
    if (answer == Z_STREAM_END) {
      if (Status status = state.read_trailer(); !status) return status.failure();
    } else if (made == 0 && before == 0 && state.ended) {
      return state.truncated();
    }
    if (made > 0) return made;
  }
  return std::size_t{0};
}

std::uint64_t GzipReader::size() const { return state_->taken; }

std::string GzipReader::finish_hex() { return state_->digest.finish_hex(); }

}  // namespace tidegate::artifact
