// SPDX-License-Identifier: Apache-2.0
#include "artifact/zstd.hpp"

#include <zstd.h>

#include "craft.hpp"

namespace tidegate::artifact {
namespace {

std::string text_of(std::size_t size) {
  std::string text;
  while (text.size() < size) text += std::to_string(text.size() * 7919 % 10007) + " some words ";
  text.resize(size);
  return text;
}

// Compressed by another program than ours.
std::string compressed(std::string_view content, const std::function<void(ZSTD_CCtx*)>& set = {}) {
  ZSTD_CCtx* context = ZSTD_createCCtx();
  if (set) set(context);
  std::string out(ZSTD_compressBound(content.size()), '\0');
  const std::size_t size =
      ZSTD_compress2(context, out.data(), out.size(), content.data(), content.size());
  ZSTD_freeCCtx(context);
  EXPECT_EQ(ZSTD_isError(size), 0U);
  out.resize(size);
  return out;
}

struct Outcome {
  std::string content{}, refusal{};
};

Outcome decompress(ByteSource& source, std::size_t capacity) {
  ZstdReader reader(source, "a.tar.zst");
  Outcome outcome;
  std::string piece(capacity, '\0');
  for (;;) {
    const Result<std::size_t> got = reader.read(piece.data(), piece.size());
    if (!got) {
      EXPECT_EQ(got.failure().code, "artifact.not-verified");
      EXPECT_EQ(got.failure().exit, ExitCode::not_verified);
      outcome.refusal = got.failure().message;
      return outcome;
    }
    if (*got == 0) return outcome;
    outcome.content.append(piece, 0, *got);
  }
}

Outcome decompress(std::string_view bytes) {
  MemorySource source(bytes);
  return decompress(source, 1000);
}

TEST(Zstd, round_trip) {
  for (const std::size_t size : {std::size_t{0}, std::size_t{1}, std::size_t{131072},
                                 std::size_t{131073}, std::size_t{1'000'000}}) {
    const std::string text = text_of(size);
    const std::string bytes = craft::compress(text, Compression::zstd);
    const Outcome outcome = decompress(bytes);
    EXPECT_EQ(outcome.refusal, "");
    EXPECT_EQ(outcome.content, text) << size;
  }
}

// Stretches that are stored and stretches that are not; other programs read them one after the
// other.
TEST(Zstd, stored_stretches_are_raw_frames) {
  std::string out, text;
  ZstdWriter writer([&](std::string_view piece) -> Status {
    out += piece;
    return Done{};
  });
  const std::string jar = text_of(300'000);
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(writer.set_stored(i % 2 == 1).ok());
    const std::string part = i % 2 == 1 ? jar : text_of(static_cast<std::size_t>(20'000 * i));
    text += part;
    ASSERT_TRUE(writer.write(part).ok());
  }
  ASSERT_TRUE(writer.finish().ok());
  EXPECT_EQ(writer.size(), out.size());
  EXPECT_EQ(writer.finish_hex(), system::sha256_hex(out));
  EXPECT_NE(out.find(jar.substr(0, 131072)), std::string::npos)
      << "a block is the bytes themselves";
  EXPECT_LT(out.size(), 3 * jar.size() + 100'000);
  craft::Drip drip(out);
  EXPECT_EQ(decompress(drip, 7).content, text);
  // libzstd itself, which is what `zstd -dc` is.
  std::string found;
  for (std::size_t at = 0; at < out.size();) {
    const std::size_t frame = ZSTD_findFrameCompressedSize(out.data() + at, out.size() - at);
    ASSERT_EQ(ZSTD_isError(frame), 0U) << ZSTD_getErrorName(frame);
    std::string piece(text.size(), '\0');
    const std::size_t size = ZSTD_decompress(piece.data(), piece.size(), out.data() + at, frame);
    ASSERT_EQ(ZSTD_isError(size), 0U) << ZSTD_getErrorName(size);
    found.append(piece, 0, size);
    at += frame;
  }
  EXPECT_EQ(found, text);
}

TEST(Zstd, a_stored_stretch_of_whole_blocks_ends) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{131072}, std::size_t{262144}}) {
    std::string out;
    ZstdWriter writer([&](std::string_view piece) -> Status {
      out += piece;
      return Done{};
    });
    ASSERT_TRUE(writer.set_stored(true).ok());
    ASSERT_TRUE(writer.write(text_of(size)).ok());
    ASSERT_TRUE(writer.finish().ok());
    EXPECT_EQ(decompress(out).content, text_of(size));
    EXPECT_EQ(decompress(out).refusal, "");
  }
}

TEST(Zstd, bytes_do_not_depend_on_how_the_content_is_cut) {
  const std::string text = text_of(700'000);
  const auto packed = [&](std::size_t cut) {
    std::string out;
    ZstdWriter writer([&](std::string_view piece) -> Status {
      out += piece;
      return Done{};
    });
    for (std::size_t at = 0; at < text.size(); at += cut) {
      EXPECT_TRUE(writer.set_stored(at >= 300'000 && at < 400'000).ok());
      EXPECT_TRUE(writer.write(std::string_view(text).substr(at, cut)).ok());
    }
    EXPECT_TRUE(writer.finish().ok());
    return out;
  };
  const std::string whole = packed(100'000);
  EXPECT_EQ(decompress(whole).content, text);
  for (const std::size_t cut : {1'000U, 50'000U, 20'000U}) EXPECT_EQ(packed(cut), whole) << cut;
}

TEST(Zstd, reads_what_others_wrote) {
  const std::string text = text_of(500'000);
  for (const int level : {-5, 1, 3, 19}) {
    const auto set = [&](ZSTD_CCtx* context) {
      ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level);
      ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, level > 0 ? 1 : 0);
    };
    EXPECT_EQ(decompress(compressed(text, set)).content, text) << level;
  }
  const std::string empty = compressed("");
  EXPECT_EQ(decompress(empty + compressed(text) + empty + compressed("x") + empty).content,
            text + "x");
}

TEST(Zstd, refuses_a_window_that_takes_much_memory) {
  const auto set = [](ZSTD_CCtx* context) {
    ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, zstd_window_log + 1);
    ZSTD_CCtx_setParameter(context, ZSTD_c_contentSizeFlag, 0);
  };
  // A frame of content that is known to be short has no window; so it is long.
  const std::string text(std::size_t{17} << 20U, 'x');
  EXPECT_NE(decompress(compressed(text, set)).refusal.find("the compressed data is broken: "),
            std::string::npos);
}

TEST(Zstd, refuses_everything_but_frames) {
  const std::string good = compressed("hello");
  EXPECT_EQ(decompress(good).refusal, "");
  const std::string skippable("\x50\x2a\x4d\x18\x03\x00\x00\x00xyz", 11);
  for (const std::string& bytes :
       {skippable + good, good + skippable, good + "x", good + std::string(8, '\0')}) {
    EXPECT_NE(decompress(bytes).refusal.find("what follows is no Zstandard frame"),
              std::string::npos);
  }
  EXPECT_NE(
      decompress(good + "x").refusal.find("byte " + std::to_string(good.size()) + " of the file"),
      std::string::npos);
  std::string dictionary = good;
  dictionary[4] = static_cast<char>(dictionary[4] | 1);
  EXPECT_NE(decompress(dictionary).refusal.find("dictionary"), std::string::npos);
  for (std::size_t size = 1; size < good.size(); ++size) {
    EXPECT_NE(decompress(good.substr(0, size)).refusal.find("truncated"), std::string::npos)
        << size;
  }
}

TEST(Zstd, a_flipped_bit_is_found_by_the_checksum) {
  std::string bytes = craft::compress(text_of(1000), Compression::zstd);
  bytes.back() = static_cast<char>(bytes.back() ^ 1);
  EXPECT_NE(decompress(bytes).refusal.find("the compressed data is broken"), std::string::npos);
}

TEST(Zstd, mutations_never_give_more_than_an_answer) {
  const std::string good = craft::compress(text_of(3000), Compression::zstd);
  for (std::size_t at = 0; at < good.size(); ++at) {
    for (const char mask : {'\x01', '\x80', '\xff'}) {
      std::string bytes = good;
      bytes[at] = static_cast<char>(bytes[at] ^ mask);
      const Outcome outcome = decompress(bytes);
      EXPECT_LE(outcome.content.size(), std::size_t{16} << 20U);
    }
  }
}

TEST(Zstd, failing_sink_stops) {
  ZstdWriter writer([](std::string_view) -> Status { return Diagnostic{.code = "full"}; });
  const Status status = writer.finish();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.failure().code, "full");
}

TEST(Compression, is_told_by_the_first_bytes) {
  for (const CompressionFacts& one : compressions) {
    const std::string bytes = craft::compress("hello", one.compression);
    craft::Drip source(bytes);
    const std::string name = "x";
    const auto content = open_compressed(source, name);
    ASSERT_TRUE(content.ok());
    EXPECT_EQ((*content)->compression(), one.compression);
    std::string text, piece(100, '\0');
    for (std::size_t got = 1; got > 0; text.append(piece, 0, got)) {
      const auto read = (*content)->read(piece.data(), piece.size());
      ASSERT_TRUE(read.ok());
      got = *read;
    }
    EXPECT_EQ(text, "hello");
    EXPECT_EQ((*content)->size(), bytes.size());
    EXPECT_EQ((*content)->finish_hex(), system::sha256_hex(bytes));
    EXPECT_EQ(find_compression(one.name), one.compression);
    EXPECT_EQ(without_archive_suffix("a" + std::string(one.suffix)), "a");
    EXPECT_NE(compressor_version(one.compression), "");
  }
  EXPECT_FALSE(find_compression("xz").has_value());
  EXPECT_FALSE(without_archive_suffix("a.tar.gz.sig").has_value());
}

TEST(Compression, the_identity_is_the_same_with_each) {
  const test::TemporaryFolder folder;
  std::vector<PackFile> files = craft::sample_files();
  files.push_back({.path = "files/jars/large.jar", .bytes = text_of(400'000)});
  files.push_back({.path = "source/adf/large.json", .bytes = text_of(400'000)});
  std::vector<Packed> all;
  for (const CompressionFacts& one : compressions) {
    const std::string file = folder.path() + "/a" + std::string(one.suffix);
    const auto packed =
        write_artifact(file, craft::sample_manifest(), files, {.compression = one.compression});
    ASSERT_TRUE(packed.ok()) << render_diagnostic(packed.failure());
    EXPECT_EQ(packed->compression, one.compression);
    EXPECT_EQ(packed->sha256, system::sha256_hex(*system::read_file(file)));
    const auto verified = verify_artifact(file);
    ASSERT_TRUE(verified.ok()) << render_diagnostic(verified.failure());
    EXPECT_EQ(verified->identity, packed->identity);
    EXPECT_EQ(verified->sha256, packed->sha256);
    EXPECT_EQ(verified->size, packed->size);
    EXPECT_EQ(verified->compression, one.compression);
    EXPECT_EQ(render_manifest(*read_manifest(file)), render_manifest(packed->manifest));
    const std::string extracted = folder.path() + "/" + std::string(one.name);
    ASSERT_TRUE(extract_artifact(file, extracted).ok());
    EXPECT_EQ(*system::read_file(extracted + "/files/jars/large.jar"), text_of(400'000));
    all.push_back(*packed);
  }
  EXPECT_EQ(all[0].identity, all[1].identity);
  EXPECT_NE(all[0].sha256, all[1].sha256);
}

// 70 MiB of zeros, in a few kilobytes: what the manifest does not announce is not read.
TEST(Compression, a_bomb_stops_at_the_first_byte_that_nobody_announced) {
  craft::Archive archive = craft::make_archive();
  archive.end.append(std::size_t{70} << 20U, '\0');
  for (const CompressionFacts& one : compressions) {
    const auto refused =
        craft::verify_file_bytes(craft::compress(archive.bytes(), one.compression));
    ASSERT_FALSE(refused.ok());
    EXPECT_NE(refused.failure().message.find("bytes follow the end of the archive"),
              std::string::npos)
        << refused.failure().message;
  }
}

}  // namespace
}  // namespace tidegate::artifact
