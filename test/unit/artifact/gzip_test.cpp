// SPDX-License-Identifier: Apache-2.0
#include "artifact/gzip.hpp"

#include "craft.hpp"

namespace tidegate::artifact {
namespace {

std::string refusal(std::string_view bytes) {
  MemorySource source(bytes);
  GzipReader reader(source, "a.tar.gz");
  std::string piece(1000, '\0');
  for (;;) {
    const Result<std::size_t> got = reader.read(piece.data(), piece.size());
    if (!got) {
      EXPECT_EQ(got.failure().code, "artifact.not-verified");
      EXPECT_EQ(got.failure().exit, ExitCode::not_verified);
      return got.failure().message;
    }
    if (*got == 0) return {};
  }
}

std::string stored(std::string_view content) {
  std::string out;
  GzipWriter writer([&](std::string_view piece) -> Status {
    out += piece;
    return Done{};
  });
  EXPECT_TRUE(writer.set_stored(true).ok() && writer.write(content).ok() && writer.finish().ok());
  return out;
}

TEST(Gzip, round_trip_with_a_constant_header) {
  for (const std::size_t size :
       {std::size_t{0}, std::size_t{1}, std::size_t{100'000}, std::size_t{1'000'000}}) {
    std::string text;
    while (text.size() < size) text += std::to_string(text.size() * 7919 % 10007);
    text.resize(size);
    const std::string bytes = craft::gzip(text);
    EXPECT_EQ(bytes.substr(0, 10), std::string("\x1f\x8b\x08\0\0\0\0\0\0\xff", 10));
    EXPECT_EQ(craft::gunzip(bytes), text);
  }
  EXPECT_EQ(craft::gunzip(stored("abc")), "abc");
}

TEST(Gzip, reads_whatever_the_size_of_the_pieces) {
  std::string out;
  GzipWriter writer([&](std::string_view piece) -> Status {
    out += piece;
    return Done{};
  });
  std::string text;
  for (int i = 0; i < 6; ++i) {
    ASSERT_TRUE(writer.set_stored(i % 2 == 1).ok());
    const std::string part(20'000, static_cast<char>('a' + i));
    text += part + std::to_string(i * i);
    ASSERT_TRUE(writer.write(part + std::to_string(i * i)).ok());
  }
  ASSERT_TRUE(writer.finish().ok());
  EXPECT_EQ(writer.size(), out.size());
  EXPECT_EQ(writer.finish_hex(), system::sha256_hex(out));
  craft::Drip drip(out);
  GzipReader reader(drip, "x");
  std::string found, piece(7, '\0');
  for (;;) {
    const Result<std::size_t> got = reader.read(piece.data(), piece.size());
    ASSERT_TRUE(got.ok()) << got.failure().message;
    if (*got == 0) break;
    found.append(piece, 0, *got);
  }
  EXPECT_EQ(found, text);
  EXPECT_EQ(reader.size(), out.size());
  EXPECT_EQ(reader.finish_hex(), system::sha256_hex(out));
}

TEST(Gzip, bytes_do_not_depend_on_how_the_content_is_cut) {
  std::string text;
  while (text.size() < 700'000) text += std::to_string(text.size() * 7919 % 10007) + " some words ";
  const auto packed = [&](std::size_t cut) {
    std::string out;
    GzipWriter writer([&](std::string_view piece) -> Status {
      out += piece;
      return Done{};
    });
    for (std::size_t at = 0; at < text.size(); at += cut) {
      const bool stored = at >= 300'000 && at < 400'000;
      EXPECT_TRUE(writer.set_stored(stored).ok());
      EXPECT_TRUE(writer.write(std::string_view(text).substr(at, cut)).ok());
    }
    EXPECT_TRUE(writer.finish().ok());
    return out;
  };
  const std::string whole = packed(100'000);
  EXPECT_EQ(craft::gunzip(whole), text);
  for (const std::size_t cut : {1'000U, 50'000U, 20'000U}) EXPECT_EQ(packed(cut), whole) << cut;
  // Pieces share their dictionaries: the whole is hardly larger than one stream.
  EXPECT_LT(whole.size(), 400'000U);
}

TEST(Gzip, header_fields_are_constant) {
  const std::string good = craft::gzip("hello");
  const auto changed = [&](std::size_t at, char value) {
    std::string bytes = good;
    bytes[at] = value;
    return refusal(bytes);
  };
  EXPECT_NE(changed(0, 'x').find("no gzip file"), std::string::npos);
  EXPECT_NE(changed(2, 7).find("method"), std::string::npos);
  EXPECT_NE(changed(3, 8).find("flags"), std::string::npos);
  EXPECT_NE(changed(4, 1).find("time"), std::string::npos);
  EXPECT_NE(changed(7, 1).find("time"), std::string::npos);
  EXPECT_NE(changed(8, 2).find("extra flags are 2"), std::string::npos);
  EXPECT_NE(changed(9, 3).find("system is 3, not 255"), std::string::npos);
  EXPECT_NE(refusal("").find("no gzip file"), std::string::npos);
  EXPECT_NE(refusal("PK\3\4").find("no gzip file"), std::string::npos);
  EXPECT_NE(refusal("PK\3\4 this is a zip").find("no gzip file"), std::string::npos);
}

TEST(Gzip, end_of_the_file) {
  const std::string good = craft::gzip("hello");
  EXPECT_EQ(refusal(good), "");
  EXPECT_NE(refusal(good + "x").find("bytes follow"), std::string::npos);
  EXPECT_NE(refusal(good + std::string(1, '\0')).find("bytes follow"), std::string::npos);
  EXPECT_NE(refusal(good + good).find("second gzip member"), std::string::npos);
  for (std::size_t size = 2; size < good.size(); ++size) {
    EXPECT_NE(refusal(good.substr(0, size))
                  .find("byte " + std::to_string(size) + " of the file: it is truncated"),
              std::string::npos)
        << size;
  }
}

TEST(Gzip, checksum_and_size) {
  std::string bytes = craft::gzip("hello");
  bytes[bytes.size() - 8] = static_cast<char>(bytes[bytes.size() - 8] ^ 1);
  EXPECT_NE(refusal(bytes).find("checksum"), std::string::npos);
  bytes = craft::gzip("hello");
  bytes[bytes.size() - 1] = 1;
  EXPECT_NE(refusal(bytes).find("size"), std::string::npos);
}

TEST(Gzip, failing_sink_stops) {
  GzipWriter writer([](std::string_view) -> Status { return Diagnostic{.code = "full"}; });
  const Status status = writer.finish();
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(status.failure().code, "full");
}

}  // namespace
}  // namespace tidegate::artifact
