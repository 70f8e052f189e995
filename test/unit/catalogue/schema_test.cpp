// SPDX-License-Identifier: Apache-2.0
#include "catalogue/schema.hpp"

#include <gtest/gtest.h>

namespace tidegate::catalogue {
namespace {

const ProviderRelease& release(std::string_view source, std::string_view version) {
  for (const ProviderRelease& one : provider_releases()) {
    if (one.source == source && one.version == version) return one;
  }
  ADD_FAILURE() << source << " " << version;
  return provider_releases()[0];
}

TEST(Schema, is_found_for_every_type_of_every_release) {
  constexpr std::array kinds{SchemaKind::resource, SchemaKind::data, SchemaKind::ephemeral};
  for (const ProviderRelease& one : provider_releases()) {
    EXPECT_TRUE(find_schema(one, SchemaKind::provider, "").has_value()) << one.source;
    std::size_t count = 0;
    for (const SchemaKind kind : kinds) {
      for (const std::string& name : schema_names(one, kind)) {
        ++count;
        EXPECT_TRUE(find_schema(one, kind, name).has_value()) << one.source << " " << name;
        EXPECT_FALSE(find_schema(one, kind, name + "_x").has_value()) << name;
      }
    }
    EXPECT_GT(count, 0U) << one.source;
  }
  EXPECT_GT(schema_names(release("hashicorp/azurerm", "5.2.0"), SchemaKind::resource).size(), 900U);
  EXPECT_FALSE(release("hashicorp/azurerm", "4.73.0").complete);
}

TEST(Schema, says_what_the_provider_says) {
  const auto found = find_schema(release("hashicorp/azurerm", "5.2.0"), SchemaKind::resource,
                                 "azurerm_storage_container");
  ASSERT_TRUE(found.has_value());
  EXPECT_TRUE(found->find_attribute("name")->required);
  EXPECT_EQ(found->find_attribute("metadata")->type.kind, ValueType::Kind::map);
  EXPECT_TRUE(found->find_attribute("has_immutability_policy")->computed);
  EXPECT_EQ(found->find_attribute("storage_account_names"), nullptr);
  const auto azapi = find_schema(release("azure/azapi", "2.12.0"), SchemaKind::resource, "azapi_resource");
  ASSERT_TRUE(azapi.has_value());
  EXPECT_EQ(azapi->find_attribute("body")->type.kind, ValueType::Kind::any);
  EXPECT_NE(azapi->find_block("identity"), nullptr);
}

TEST(Schema, of_a_broken_line_is_none) {
  for (const std::string_view text : {"", "{", "{a}", "{a=}", "{a=S}", "{a=rS;", "{a=O{b=S};}", "{a[l0{};}",
                                      "{a[x0,0{};}", "{a=<9{};}", "{a=S;}}"}) {
    EXPECT_FALSE(parse_schema(text).has_value()) << text;
  }
  EXPECT_TRUE(parse_schema("{a=roS;b=cO{x=LS;};c=o<l{d=S;};e[s1,2{};}").has_value());
}

}  // namespace
}  // namespace tidegate::catalogue
