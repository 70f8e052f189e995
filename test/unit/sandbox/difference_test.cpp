// SPDX-License-Identifier: Apache-2.0
#include "sandbox/difference.hpp"

#include <gtest/gtest.h>

namespace tidegate::sandbox {
namespace {

// azurerm_iothub.endpoint: a list of objects that is an attribute, one member of which replaces.
TEST(Difference, below_an_attribute_of_objects_is_that_of_the_named_member) {
  const Type object{
      .kind = Type::Kind::object,
      .attributes = {{"encoding", {Type::Kind::string}}, {"size", {Type::Kind::string}}}};
  const auto places = [&](Type::Kind kind, const char* encoding, const char* size) {
    const Block block{.attributes = {{.name = "endpoint", .type = {kind, {object}}}}};
    const auto value = [](const char* a, const char* b) {
      const Value item = Value::map({{"encoding", Value::string(a)}, {"size", Value::string(b)}});
      return Value::map({{"endpoint", Value::list({item})}});
    };
    return differing_places(block, "endpoint.encoding", value("json", "1"), value(encoding, size),
                            [](const Value& a, const Value& b) { return a == b; });
  };
  EXPECT_TRUE(places(Type::Kind::list, "json", "2").empty());
  EXPECT_TRUE(places(Type::Kind::set, "json", "2").empty());
  EXPECT_EQ(places(Type::Kind::list, "avro", "1"),
            (std::vector<AttributePath>{
                {std::string("endpoint"), std::int64_t{0}, std::string("encoding")}}));
  EXPECT_EQ(places(Type::Kind::set, "avro", "1"),
            (std::vector<AttributePath>{{std::string("endpoint")}}));
}

}  // namespace
}  // namespace tidegate::sandbox
