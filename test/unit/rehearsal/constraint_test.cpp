// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/constraint.hpp"

#include <gtest/gtest.h>

namespace tidegate::rehearsal {
namespace {

std::string shown(std::string_view constraint) {
  const VersionRange range = parse_constraint(constraint);
  return (range.lowest ? to_string(*range.lowest) : "-") + " " +
         (range.highest ? to_string(*range.highest) : "-");
}

TEST(Constraint, gives_the_range_of_versions_that_are_allowed) {
  EXPECT_EQ(shown(">= 2.4, < 3"), "2.4.0 2.999999.999999");
  EXPECT_EQ(shown("~> 5.2"), "5.2.0 5.999999.999999");
  EXPECT_EQ(shown("~> 5.2.1"), "5.2.1 5.2.999999");
  EXPECT_EQ(shown("~> 5"), "5.0.0 -");
  EXPECT_EQ(shown("5.2.0"), "5.2.0 5.2.0");
  EXPECT_EQ(shown("= v1.2"), "1.2.0 1.2.0");
  EXPECT_EQ(shown("< 3.1.0"), "- 3.0.999999");
  EXPECT_EQ(shown("< 3.1.4, <= 3.0.2"), "- 3.0.2");
  EXPECT_EQ(shown(">= 1.0, >= 2.0"), "2.0.0 -");
  EXPECT_EQ(shown("!= 4.0.0"), "- -");
  EXPECT_EQ(shown(""), "- -");
  EXPECT_EQ(shown("nonsense, >= x"), "- -");
}

TEST(Constraint, reads_versions) {
  EXPECT_EQ(to_string(*parse_version("1.15.5")), "1.15.5");
  EXPECT_EQ(to_string(*parse_version("v1.10.0-beta2")), "1.10.0");
  EXPECT_FALSE(parse_version("x"));
  EXPECT_FALSE(parse_version(""));
}

}  // namespace
}  // namespace tidegate::rehearsal
