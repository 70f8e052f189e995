// SPDX-License-Identifier: Apache-2.0
#include "base/take.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

TEST(Take, digits_and_characters_from_the_front) {
  std::string_view text = "2026-1x";
  EXPECT_EQ(take_digits(text, 4), 2026);
  EXPECT_FALSE(take_char(text, '/'));
  EXPECT_TRUE(take_char(text, '-'));
  EXPECT_EQ(take_digits(text, 2), std::nullopt);  // and nothing is taken
  EXPECT_EQ(text, "1x");
  EXPECT_EQ(take_digits(text, 3), std::nullopt);
  text = "";
  EXPECT_FALSE(take_char(text, '1'));
}

}  // namespace
}  // namespace tidegate
