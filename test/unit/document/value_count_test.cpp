// SPDX-License-Identifier: Apache-2.0
#include "document/value_count.hpp"

#include <gtest/gtest.h>

#include <string>

#include "document/parse.hpp"

namespace tidegate::document {
namespace {

ValueCount count(std::string_view text) {
  ValueCount count;
  count.add(text);
  return count;
}

TEST(ValueCount, is_never_less_than_what_the_parser_finds) {
  for (const std::string& text :
       {std::string("1"), std::string("[]"), std::string(R"({"a":[1,2,{"b":null}],"c":"x,y[{"})"),
        std::string(R"(["\"",",","\\",[[],[]]])"), std::string(" { \"a\" : 1 } ")}) {
    const auto parsed = parse_json("x", text);
    ASSERT_TRUE(parsed.ok()) << text;
    EXPECT_GE(count(text).values(), (*parsed)->node_count()) << text;
  }
}

TEST(ValueCount, does_not_count_inside_of_strings) { EXPECT_EQ(count(R"("a,b,[{\",")").values(), 1U); }

TEST(ValueCount, counts_the_same_however_the_text_is_cut) {
  const std::string text = R"({"a\\":[1,"\"[",{}],"b":"\\"})";
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    ValueCount parts;
    parts.add(text.substr(0, cut));
    parts.add(text.substr(cut));
    EXPECT_EQ(parts.values(), count(text).values()) << cut;
  }
}

TEST(ValueCount, tells_dense_texts_from_those_with_a_value_a_line) {
  std::string dense = "[", lines = "[\n";
  for (int i = 0; i < 100'000; ++i) {
    dense += "[],";
    lines += "      \"an element\",\n";
  }
  EXPECT_TRUE(count(dense).is_dense());
  EXPECT_FALSE(count(lines).is_dense());
  EXPECT_FALSE(count(dense.substr(0, 3000)).is_dense());  // small texts may be as they want
}

}  // namespace
}  // namespace tidegate::document
