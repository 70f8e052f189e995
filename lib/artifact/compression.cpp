// SPDX-License-Identifier: Apache-2.0
#include "artifact/compression.hpp"

#include <algorithm>

#include "artifact/gzip.hpp"
#include "artifact/zstd.hpp"

namespace tidegate::artifact {

namespace {

// Gives back what was looked at, then the rest.
class LookedAt final : public ByteSource {
 public:
  explicit LookedAt(ByteSource& rest) : rest_(rest) {}

  // Until there are `size` bytes, or no more.
  Status look(std::size_t size) {
    std::string piece(size, '\0');
    while (start_.size() < size) {
      Result<std::size_t> got = rest_.read(piece.data(), size - start_.size());
      if (!got) return got.failure();
      if (*got == 0) return Done{};
      start_.append(piece, 0, *got);
    }
    return Done{};
  }
  std::string_view start() const { return start_; }

  Result<std::size_t> read(char* out, std::size_t capacity) override {
    if (used_ == start_.size()) return rest_.read(out, capacity);
    const std::size_t size = std::min(capacity, start_.size() - used_);
    std::copy_n(start_.data() + used_, size, out);
    used_ += size;
    return size;
  }

 private:
  ByteSource& rest_;
  std::string start_{};
  std::size_t used_ = 0;
};

// A reader together with its input.
class OwningReader final : public Decompressor {
 public:
  OwningReader(std::unique_ptr<LookedAt> input, std::unique_ptr<Decompressor> reader)
      : input_(std::move(input)), reader_(std::move(reader)) {}
  Result<std::size_t> read(char* out, std::size_t capacity) override {
    return reader_->read(out, capacity);
  }
  Compression compression() const override { return reader_->compression(); }
  std::uint64_t size() const override { return reader_->size(); }
  std::string finish_hex() override { return reader_->finish_hex(); }

 private:
  std::unique_ptr<LookedAt> input_;
  std::unique_ptr<Decompressor> reader_;
};

}  // namespace

std::optional<Compression> find_compression(std::string_view name) {
  for (const CompressionFacts& one : compressions) {
    if (one.name == name) return one.compression;
  }
  return std::nullopt;
}

std::string compressor_version(Compression one) {
  return one == Compression::gzip ? zlib_library_version() : zstd_library_version();
}

std::optional<std::string_view> without_archive_suffix(std::string_view path) {
  for (const CompressionFacts& one : compressions) {
    if (path.ends_with(one.suffix)) return path.substr(0, path.size() - one.suffix.size());
  }
  return std::nullopt;
}

std::unique_ptr<Compressor> make_compressor(Compression one, Compressor::Sink sink) {
  if (one == Compression::gzip) return std::make_unique<GzipWriter>(std::move(sink));
  return std::make_unique<ZstdWriter>(std::move(sink));
}

Result<std::unique_ptr<Decompressor>> open_compressed(ByteSource& input, const std::string& file) {
  auto looked = std::make_unique<LookedAt>(input);
  if (Status status = looked->look(zstd_magic.size()); !status) return status.failure();
  std::unique_ptr<Decompressor> reader;
  if (looked->start() == zstd_magic) {
    reader = std::make_unique<ZstdReader>(*looked, file);
  } else {
    reader = std::make_unique<GzipReader>(*looked, file);
  }
  return std::unique_ptr<Decompressor>(
      std::make_unique<OwningReader>(std::move(looked), std::move(reader)));
}

}  // namespace tidegate::artifact
