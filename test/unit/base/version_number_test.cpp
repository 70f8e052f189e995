// SPDX-License-Identifier: Apache-2.0
#include "base/version_number.hpp"

#include <gtest/gtest.h>

namespace tidegate {
namespace {

std::string shown(std::string_view text) {
  const WrittenVersion read = read_version(text);
  return to_string(read.version) + " " + std::to_string(read.parts) + (read.whole ? "" : " of more");
}

TEST(VersionNumber, is_read_as_far_as_it_is_one) {
  EXPECT_EQ(shown("1.15.5"), "1.15.5 3");
  EXPECT_EQ(shown(" v1.10.0-beta2\n"), "1.10.0 3");
  EXPECT_EQ(shown("4.73"), "4.73.0 2");
  EXPECT_EQ(shown("5+build.7"), "5.0.0 1");
  EXPECT_EQ(shown("1.x"), "1.0.0 1 of more");
  EXPECT_EQ(shown("1.2.3.4"), "1.2.3 3 of more");
  EXPECT_EQ(shown("1.2y.3"), "1.0.0 1 of more");
  EXPECT_EQ(shown("1..3"), "1.0.0 1 of more");
  EXPECT_EQ(shown("99999999999"), "0.0.0 0 of more");
  for (const char* none : {"", "x", "v", "-1", ">= 2"}) EXPECT_EQ(read_version(none).parts, 0U);
}

TEST(VersionNumber, compares_by_its_numbers) {
  EXPECT_LT(read_version("1.9.8").version, read_version("1.10.0").version);
  EXPECT_EQ(read_version("2").version, read_version("v2.0.0").version);
}

}  // namespace
}  // namespace tidegate
