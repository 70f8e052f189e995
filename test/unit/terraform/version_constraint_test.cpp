// SPDX-License-Identifier: Apache-2.0
#include "terraform/version_constraint.hpp"

#include <gtest/gtest.h>

namespace tidegate::terraform {
namespace {

std::string shown(std::string_view constraint) {
  const VersionRange range = parse_constraint(constraint);
  return to_string(range.low) + " " +
         (range.highest() ? to_string(*range.highest()) : "-") + (range.readable ? "" : " ?");
}

TEST(Constraint, gives_the_range_of_versions_that_are_allowed) {
  EXPECT_EQ(shown(">= 2.4, < 3"), "2.4.0 2.999999.999999");
  EXPECT_EQ(shown("~> 5.2"), "5.2.0 5.999999.999999");
  EXPECT_EQ(shown("~> 5.2.1"), "5.2.1 5.2.999999");
  EXPECT_EQ(shown("~>5"), "5.0.0 5.999999.999999");
  EXPECT_EQ(shown("> 5.2"), "5.2.1 -");
  EXPECT_EQ(shown("5.2.0"), "5.2.0 5.2.0");
  EXPECT_EQ(shown("= v1.2"), "1.2.0 1.2.0");
  EXPECT_EQ(shown("< 3.1.0"), "0.0.0 3.0.999999");
  EXPECT_EQ(shown("< 3.1.4, <= 3.0.2"), "0.0.0 3.0.2");
  EXPECT_EQ(shown(">= 1.0, >= 2.0"), "2.0.0 -");
  EXPECT_EQ(shown("!= 4.0.0"), "0.0.0 -");
  EXPECT_EQ(shown("< 0"), "0.0.0 -");
  EXPECT_EQ(shown(""), "0.0.0 -");
  EXPECT_EQ(shown("nonsense, >= x, 1.x, < 3"), "0.0.0 2.999999.999999 ?");
}

TEST(Constraint, is_about_the_major_line_of_a_release) {
  EXPECT_TRUE(admits_line_of(">= 4.9, < 6", "5.2.0"));
  EXPECT_TRUE(admits_line_of(">= 4.9, < 6", "4.73.0"));
  EXPECT_FALSE(admits_line_of("~> 5.1", "4.73.0"));
  EXPECT_TRUE(admits_line_of("~> 5.1", "5.2.0"));
  EXPECT_TRUE(admits_line_of("~> 5.1.7", "5.2.0"));
  EXPECT_FALSE(admits_line_of("5.9.9, < 5", "5.2.0"));
  EXPECT_TRUE(admits_line_of("v5.9.9", "5.2.0"));
  EXPECT_FALSE(admits_line_of("> 5", "4.73.0"));
  EXPECT_TRUE(admits_line_of("", "4.73.0"));
  EXPECT_TRUE(admits_line_of("!= 4.1.0", "4.73.0"));
  EXPECT_TRUE(admits_line_of("1.x, < 2", "4.73.0")) << "left to Terraform";
  EXPECT_FALSE(admits_line_of("", "x"));
}

}  // namespace
}  // namespace tidegate::terraform
