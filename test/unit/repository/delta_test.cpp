// SPDX-License-Identifier: Apache-2.0
#include "repository/delta.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

namespace tidegate::repository {
namespace {

std::string number(std::uint64_t value) {
  std::string bytes;
  for (; value > 127; value >>= 7U) bytes += static_cast<char>(0x80U | (value & 0x7fU));
  return bytes + static_cast<char>(value);
}

std::string copy(std::uint64_t begin, std::uint64_t size) {
  std::string bytes;
  unsigned code = 0x80;
  for (unsigned bit = 0; bit < 7; ++bit) {
    const std::uint64_t byte = (bit < 4 ? begin >> (8 * bit) : (size == 0x10000 ? 0 : size) >> (8 * (bit - 4))) & 0xffU;
    if (byte == 0) continue;
    code |= 1U << bit;
    bytes += static_cast<char>(byte);
  }
  return static_cast<char>(code) + bytes;
}

std::string insert(const std::string& bytes) { return static_cast<char>(bytes.size()) + bytes; }

// `cut`: bytes that are given at once. Nothing where the delta is refused.
std::optional<std::string> apply(const std::string& base, const std::string& delta, std::size_t cut, std::size_t in_memory = 10) {
  system::Spill spill(in_memory);
  EXPECT_TRUE(spill.put(base).ok());
  std::string made;
  DeltaReader reader(spill, [&](std::string_view piece) -> Status {
    EXPECT_LE(piece.size(), 65536U);
    made += piece;
    return Done{};
  });
  for (std::size_t at = 0; at < delta.size(); at += cut) {
    const Status status = reader.take(std::string_view(delta).substr(at, cut));
    if (!status) {
      EXPECT_EQ(status.failure().code, "repository.broken");
      return std::nullopt;
    }
  }
  if (!reader.finish().ok()) return std::nullopt;
  return made;
}

TEST(Delta, copies_and_inserts_however_it_is_cut) {
  std::mt19937 random(1);
  std::string base(300000, '\0');
  for (char& c : base) c = static_cast<char>(random());
  std::string made, steps;
  for (int i = 0; i < 60; ++i) {
    if (i % 3 == 0) {
      std::string own(1 + random() % 127, static_cast<char>(i));
      made += own;
      steps += insert(own);
      continue;
    }
    const std::size_t size = i % 7 == 0 ? 0x10000 : 1 + random() % 70000, begin = random() % (base.size() - size);
    made += base.substr(begin, size);
    steps += copy(begin, size);
  }
  const std::string delta = number(base.size()) + number(made.size()) + steps;
  for (const std::size_t cut : {std::size_t{1}, std::size_t{2}, std::size_t{7}, std::size_t{100}, delta.size()}) {
    for (const std::size_t in_memory : {std::size_t{10}, std::size_t{1} << 20U}) EXPECT_TRUE(apply(base, delta, cut, in_memory) == made) << cut;
  }
  EXPECT_EQ(apply("abc", number(3) + number(0), 1), "");
}

TEST(Delta, what_is_wrong_makes_nothing) {
  const std::string base = "0123456789";
  EXPECT_EQ(apply(base, number(10) + number(4) + copy(3, 4), 100), "3456");
  for (const std::string& wrong :
       {number(9) + number(4) + copy(3, 4), number(10) + number(5) + copy(3, 4), number(10) + number(3) + copy(3, 4),
        number(10) + number(4) + copy(7, 4), number(10) + number(4) + copy(11, 4), number(10) + number(2) + insert("abc"),
        number(10) + number(1) + std::string(1, '\0'), number(10) + number(4) + std::string("\x7f") + "ab", number(10) + number(4) + std::string("\x9f"),
        std::string(20, '\xff'), number(10), std::string()}) {
    for (const std::size_t cut : {std::size_t{1}, std::size_t{100}}) EXPECT_FALSE(apply(base, wrong, cut).has_value());
  }
}

TEST(Delta, what_the_sink_says_ends_it) {
  system::Spill spill(10);
  ASSERT_TRUE(spill.put(std::string(200000, 'x')).ok());
  int calls = 0;
  DeltaReader reader(spill, [&](std::string_view) -> Status {
    ++calls;
    return Diagnostic{.code = "test.enough"};
  });
  EXPECT_EQ(reader.take(number(200000) + number(200000) + copy(0, 200000)).failure().code, "test.enough");
  EXPECT_EQ(calls, 1);
}

}  // namespace
}  // namespace tidegate::repository
