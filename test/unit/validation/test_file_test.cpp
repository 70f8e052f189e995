// SPDX-License-Identifier: Apache-2.0
#include "validation/test_file.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "validation/expected.hpp"

namespace tidegate::validation {
namespace {

std::string written(const TestFile& file) {
  std::string out;
  EXPECT_TRUE(write_test_file(file, [&](std::string_view piece) -> Status {
                out += piece;
                return Done{};
              }).ok());
  return out;
}

TestFile sample() {
  TestFile file{.name = "tidegate_x.tftest.json",
                .variables = {{"name", "a ${b} \"c\"", true}, {"list", "[\"%{x}\", 1.50]", false}},
                .providers = {{"azapi", ""}, {"azurerm", ""}, {"azurerm", "two"}}};
  file.runs.push_back({.name = "one", .count = 2, .make = [](std::size_t i) {
                         return Assertion{"x.a == " + validation::quoted("${v}\n" + std::to_string(i)),
                                          "message ${not} %{code} " + std::to_string(i)};
                       }});
  file.runs.push_back(
      {.name = "two", .variables = {{"on", "true", false}}, .count = 1, .make = [](std::size_t) {
         return Assertion{"true", "m"};
       }});
  return file;
}

TEST(TestFile, is_json_in_which_text_never_becomes_code) {
  const std::string text = written(sample());
  const auto parsed = document::parse_json("t", text);
  ASSERT_TRUE(parsed.ok()) << text;
  const document::Node root = (*parsed)->root();
  EXPECT_EQ(root["variables"]["name"].as_string(), "a $${b} \"c\"");
  EXPECT_EQ(root["variables"]["list"].at(0).as_string(), "%%{x}");
  EXPECT_EQ(root["variables"]["list"].at(1).number_text(), "1.50");
  EXPECT_EQ(root["mock_provider"]["azurerm"].at(1)["alias"].as_string(), "two");
  const document::Node run = root["run"].at(0)["one"];
  EXPECT_EQ(run["command"].as_string(), "plan");
  EXPECT_EQ(run["assert"].size(), 2U);
  EXPECT_EQ(run["assert"].at(1)["condition"].as_string(), "${x.a == \"$${v}\\n1\"}");
  EXPECT_EQ(run["assert"].at(1)["error_message"].as_string(), "message $${not} %%{code} 1");
  EXPECT_TRUE(root["run"].at(1)["two"]["variables"]["on"].as_boolean());
}

TEST(TestFile, comes_in_bounded_pieces) {
  TestFile file = sample();
  file.runs.front().count = 5000;
  std::size_t largest = 0, pieces = 0;
  ASSERT_TRUE(write_test_file(file, [&](std::string_view piece) -> Status {
                largest = std::max(largest, piece.size());
                ++pieces;
                return Done{};
              }).ok());
  EXPECT_LT(largest, 70000U);
  EXPECT_GT(pieces, 3U);
  const Status stopped = write_test_file(
      file, [](std::string_view) -> Status { return Diagnostic{.code = "system.write-failed"}; });
  EXPECT_FALSE(stopped.ok());
}

TEST(TestFile, quotes_text_for_expressions) {
  EXPECT_EQ(validation::quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(validation::quoted("$${ %{ $x %"), R"("$$${ %%{ $x %")");
}

TEST(Expected, is_the_source_with_its_changes) {
  const auto source = document::parse_json(
      "s",
      R"({"properties": {"keep": [1.50, "x\u00e9", null, true], "drop": 1, "new": {"a": 1}, "z": {}}})");
  ASSERT_TRUE(source.ok());
  const document::Node node = (*source)->root()["properties"];
  const ExpectedTree tree{.node = node,
                          .replaced = {{node["new"].index(), "\"other\""}},
                          .dropped = {node["drop"].index()}};
  std::string out;
  ASSERT_TRUE(write_expected(tree, "{\"p\":", "}\n", [&](std::string_view piece) -> Status {
                out += piece;
                return Done{};
              }).ok());
  EXPECT_EQ(out, "{\"p\":{\"keep\":[1.50,\"xé\",null,true],\"new\":\"other\",\"z\":{}}}\n");
}

TEST(Expected, paths_are_index_steps) {
  const auto source = document::parse_json("s", R"({"a b": [{}, {"${x}": [0, 1]}]})");
  const document::Node root = (*source)->root();
  EXPECT_EQ(index_path(root, root["a b"].at(1)["${x}"].at(1)), R"(["a b"][1]["$${x}"][1])");
  EXPECT_EQ(index_path(root, root), "");
}

}  // namespace
}  // namespace tidegate::validation
