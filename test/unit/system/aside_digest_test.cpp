// SPDX-License-Identifier: Apache-2.0
#include "system/aside_digest.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

namespace tidegate::system {
namespace {

// The thread starts behind two megabytes; pieces are of 64 KiB.
TEST(AsideSha256, agrees_with_the_digest_of_the_whole) {
  constexpr std::size_t start = std::size_t{2} << 20U;
  std::mt19937 random(1);
  std::string bytes(2 * start + 70000, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  const std::vector<std::size_t> sizes{
      0, 1, 65535, 65536, 65537, start - 1, start + 0, start + 65535, start + 65536, bytes.size()};
  for (const std::size_t size : sizes) {
    const std::string_view whole = std::string_view(bytes).substr(0, size);
    AsideSha256 digest;
    for (std::string_view rest = whole; !rest.empty();) {
      const std::size_t some = std::min<std::size_t>(rest.size(), 1 + random() % 200000);
      digest.update(rest.substr(0, some));
      rest.remove_prefix(some);
    }
    EXPECT_EQ(digest.finish_hex(), sha256_hex(whole)) << size;
  }
}

TEST(AsideSha256, may_be_dropped_unfinished) {
  const std::string piece(100000, 'x');
  AsideSha256 digest;
  for (int i = 0; i < 60; ++i) digest.update(piece);
}

}  // namespace
}  // namespace tidegate::system
