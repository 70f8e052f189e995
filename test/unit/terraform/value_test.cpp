// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "terraform/value.hpp"

namespace tidegate::terraform {
namespace {

std::string text_of(const Value& value) {
  std::string out;
  append_value(out, value);
  return out;
}

TEST(Value, plain_text_never_becomes_an_expression) {
  EXPECT_EQ(text_of("${x}"), "\"$${x}\"");
  EXPECT_EQ(text_of("$${x} %{y} $ % {"), "\"$$${x} %%{y} $ % {\"");
  EXPECT_EQ(text_of(Members{
                {"${k}", Value::List{Value("\""), Value(true), Value(), Value(Number{"1.50"})}}}),
            "{\"$${k}\":[\"\\\"\",true,null,1.50]}");
  EXPECT_EQ(text_of(Expression{"var.x"}), "\"${var.x}\"");
}

TEST(Value, a_dollar_before_an_expression_is_kept_apart) {
  const Part x{.text = "var.x", .is_expression = true};
  EXPECT_EQ(text_of(Template{{{.text = "a$"}, x}}), "\"a${\\\"$\\\"}${var.x}\"");
  EXPECT_EQ(text_of(Template{{{.text = "$"}, {.text = "{y}"}, x}}), "\"$${y}${var.x}\"");
  EXPECT_EQ(text_of(Template{{x, {.text = "$"}}}), "\"${var.x}$\"");
}

TEST(Value, borrowed_trees_keep_everything_but_what_is_named) {
  const auto parsed =
      document::parse_json("a", R"({"a": 1.0, "b": ["${x}", null], "c": {"//": true}, "d": 2})");
  ASSERT_TRUE(parsed.ok());
  const document::Node root = (*parsed)->root();
  Borrowed borrowed{.node = root, .owner = *parsed};
  borrowed.replaced[root["a"].index()] = Expression{"var.a"};
  borrowed.dropped = {root["d"].index()};
  EXPECT_EQ(text_of(borrowed), R"({"a":"${var.a}","b":["$${x}",null],"c":{"//":true}})");
}

TEST(Names, are_identifiers_and_stay_apart) {
  EXPECT_EQ(resource_name("pipeline", "load_1-a"), "pipeline_load_1-a");
  EXPECT_TRUE(resource_name("pipeline", "load x").starts_with("pipeline_load_x_"));
  EXPECT_NE(resource_name("pipeline", "load x"), resource_name("pipeline", "load.x"));
}

TEST(Configuration, is_rendered_by_file_and_type) {
  Configuration configuration{.required_version = ">= 1.7"};
  configuration.files["p.tf.json"] = std::vector<Block>{
      {.type = "b", .name = "x", .depends_on = {"a.y"}}, {.type = "a", .name = "y"}};
  const auto files = render_configuration(configuration);
  const auto parsed = document::parse_json("p.tf.json", files.at("p.tf.json"));
  ASSERT_TRUE(parsed.ok()) << files.at("p.tf.json");
  EXPECT_EQ((*parsed)->root().resolve_pointer("/resource/b/x/depends_on/0").as_string(), "a.y");
  EXPECT_TRUE(document::parse_json("main.tf.json", files.at("main.tf.json")).ok());
}

}  // namespace
}  // namespace tidegate::terraform
