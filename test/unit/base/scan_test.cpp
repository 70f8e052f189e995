// SPDX-License-Identifier: Apache-2.0
#include "base/scan.hpp"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <vector>

namespace tidegate {
namespace {

constexpr std::array wanted{'.', '/', '-', '\xFF'};

std::vector<std::size_t> places(std::string_view text) {
  std::vector<std::size_t> all;
  for_each_of(text, wanted, [&](std::size_t at) {
    all.push_back(at);
    return true;
  });
  return all;
}

std::vector<std::size_t> expected(std::string_view text) {
  std::vector<std::size_t> all;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '.' || text[i] == '/' || text[i] == '-' || text[i] == '\xFF') all.push_back(i);
  }
  return all;
}

TEST(ForEachOf, finds_every_byte_in_order_at_every_length_and_start) {
  std::mt19937 random(7);
  std::string text;
  for (int i = 0; i < 200; ++i) text += std::string_view("ab./-_\xFF\x7F\0c", 10)[random() % 10];
  for (std::size_t begin = 0; begin < 20; ++begin) {
    for (std::size_t size = 0; begin + size <= text.size(); ++size) {
      const std::string_view part = std::string_view(text).substr(begin, size);
      ASSERT_EQ(places(part), expected(part)) << begin << " " << size;
    }
  }
}

TEST(ForEachOf, stops_when_it_is_told_to) {
  for (const std::size_t before : {0U, 3U, 15U, 16U, 40U}) {
    const std::string text = std::string(before, 'a') + "./.";
    std::vector<std::size_t> seen;
    for_each_of(text, wanted, [&](std::size_t at) {
      seen.push_back(at);
      return seen.size() < 2;
    });
    EXPECT_EQ(seen, (std::vector<std::size_t>{before, before + 1}));
  }
}

}  // namespace
}  // namespace tidegate
