// SPDX-License-Identifier: Apache-2.0
#include "terraform/hcl.hpp"

#include <gtest/gtest.h>

#include "terraform/declared.hpp"

namespace tidegate::terraform {
namespace {

HclBlock parsed(std::string_view text) {
  const auto top = parse_hcl("a.tf", text);
  EXPECT_TRUE(top.ok()) << text << "\n" << (top.ok() ? "" : render_diagnostic(top.failure()));
  return top.ok() ? *top : HclBlock{};
}

std::string argument(const HclBlock& block, std::string_view name) {
  const HclArgument* found = block.find(name);
  return found == nullptr ? "(absent)" : found->text;
}

TEST(Hcl, gives_blocks_labels_and_arguments) {
  const HclBlock top = parsed(
      "# about\n"
      "resource \"azurerm_storage_container\" raw {  // one\n"
      "  name = \"raw-${var.a[\"}\"]}\" # two\n"
      "  tags = { a = \"}\", b = [1,\n 2] }\n"
      "  lifecycle { prevent_destroy = true }\n"
      "}\n"
      "x = 1 /* three */");
  ASSERT_EQ(top.blocks.size(), 1U);
  const HclBlock& block = top.blocks[0];
  EXPECT_EQ(block.type, "resource");
  EXPECT_EQ(block.labels, (std::vector<std::string>{"azurerm_storage_container", "raw"}));
  EXPECT_EQ(block.where.line, 2U);
  EXPECT_EQ(argument(block, "name"), "\"raw-${var.a[\"}\"]}\"");
  EXPECT_EQ(argument(block, "tags"), "{ a = \"}\", b = [1,\n 2] }");
  ASSERT_EQ(block.blocks.size(), 1U);
  EXPECT_EQ(argument(block.blocks[0], "prevent_destroy"), "true");
  EXPECT_EQ(argument(top, "x"), "1");
}

TEST(Hcl, knows_where_texts_end) {
  const HclBlock top = parsed(
      "a = <<-EOT\n  } \" ${x\n  EOT\n"
      "b = \"%{ if x == \"}\" }y%{ endif }\"\n"
      "c = \"$${no} \\\" %%{no}\"\n"
      "d = x ? {\n} : y\n"
      "e = \"\xC3\xA9\"\n"
      "f = a == b\n"
      "g = 1 << 2\n");
  EXPECT_EQ(argument(top, "a"), "<<-EOT\n  } \" ${x\n  EOT");
  EXPECT_EQ(argument(top, "b"), "\"%{ if x == \"}\" }y%{ endif }\"");
  EXPECT_EQ(argument(top, "c"), "\"$${no} \\\" %%{no}\"");
  EXPECT_EQ(argument(top, "d"), "x ? {\n} : y");
  EXPECT_EQ(argument(top, "e"), "\"\xC3\xA9\"");
  EXPECT_EQ(argument(top, "f"), "a == b");
  EXPECT_EQ(argument(top, "g"), "1 << 2");
}

TEST(Hcl, says_where_it_stops_understanding) {
  const std::vector<std::pair<const char*, const char*>> cases{
      {"a {\n", "a.tf:1:4"},          {"a = \"x\n", "a.tf:1:5"},   {"a = [1\n", "a.tf:1:6"},
      {"/* x", "a.tf:1:1"},           {"a = <<E\nx\n", "a.tf:1:5"}, {"\n  ]", "a.tf:2:3"},
      {"a \"b\" = 1", "a.tf:1:7"},    {"a =\n", "a.tf:1:4"},        {"a = (]", "a.tf:1:6"},
      {"a {\n b {\n }\n", "a.tf:1:4"}};
  for (const auto& one : cases) {
    const auto top = parse_hcl("a.tf", one.first);
    ASSERT_FALSE(top.ok()) << one.first;
    EXPECT_EQ(top.failure().code, "terraform.invalid-hcl");
    EXPECT_EQ(to_string(top.failure().where), one.second) << one.first;
  }
  EXPECT_FALSE(parse_hcl("a.tf", "a = " + std::string(100'000, '[')).ok());
  EXPECT_FALSE(parse_hcl("a.tf", "a = " + std::string(100'001, '"')).ok());
}

TEST(Declared, variables_of_native_syntax) {
  const auto all = parse_variables("v.tf",
                                   "variable \"a\" {}\n"
                                   "variable \"b\" {\n  type = object({\n    x = string\n  })\n"
                                   "  description = \"two \\\"words\\\"\"\n  sensitive = true\n"
                                   "  default = null\n}\n"
                                   "variable c {\n  type = \"string\"\n  description = \"${x}\"\n}\n"
                                   "output \"o\" { value = var.a }\n");
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 3U);
  EXPECT_EQ((*all)[0].type, "any");
  EXPECT_TRUE((*all)[0].required);
  EXPECT_EQ((*all)[1].type, "object({ x = string })");
  EXPECT_EQ((*all)[1].description, "two \"words\"");
  EXPECT_TRUE((*all)[1].sensitive);
  EXPECT_FALSE((*all)[1].required);
  EXPECT_EQ((*all)[2].name, "c");
  EXPECT_EQ((*all)[2].type, "string");
  EXPECT_EQ((*all)[2].description, "");
  EXPECT_EQ((*all)[2].where.line, 10U);
}

TEST(Declared, variables_of_json_syntax) {
  const auto all = parse_variables(
      "v.tf.json", R"J({"variable": [{"a": {"type": "list(string)", "default": []}}, {"b": [{"sensitive": true}]}]})J");
  ASSERT_TRUE(all.ok());
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ((*all)[0].type, "list(string)");
  EXPECT_FALSE((*all)[0].required);
  EXPECT_TRUE((*all)[1].sensitive);
  EXPECT_FALSE(parse_variables("v.tf.json", "{").ok());
}

}  // namespace
}  // namespace tidegate::terraform
