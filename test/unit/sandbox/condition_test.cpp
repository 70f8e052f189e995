// SPDX-License-Identifier: Apache-2.0
#include "sandbox/condition.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "document/parse.hpp"

namespace tidegate::sandbox {
namespace {

Value object(const Value& sku, const Value& size) {
  return Value::map({{"sku", sku}, {"size", size}});
}

const Value one = Value::number("1"), two = Value::number("2"), basic = Value::string("Basic"),
            premium = Value::string("Premium");

bool met(const std::string& condition, const Value& before, const Value& after) {
  const auto parsed = document::parse_json("c.json", condition);
  EXPECT_TRUE(parsed.ok()) << condition;
  if (!parsed) return false;
  const auto status = check_condition((*parsed)->root());
  EXPECT_TRUE(status.ok()) << condition;
  return status.ok() && holds((*parsed)->root(), "sku", before, after);
}

TEST(Condition, looks_at_its_attribute_before_and_after) {
  const Value from = object(basic, one), to = object(premium, two);
  const std::vector<std::pair<const char*, bool>> cases{
      {R"({"from": ["Basic"]})", true},
      {R"({"to": ["Basic"]})", false},
      {R"({"to": ["Premium"]})", true},
      {R"({"leaves": ["Basic"]})", true},
      {R"({"leaves": ["Basic", "Premium"]})", false},
      {R"({"enters": ["Premium"]})", true},
      {R"({"enters": ["Basic", "Premium"]})", false},
      {R"({"changes": true})", true},
      {R"({"becomes_null": true})", false},
      {R"({"not": {"from": ["Basic"]}})", false},
      {R"({"all": [{"from": ["Basic"]}, {"to": ["Basic"]}]})", false},
      {R"({"any": [{"from": ["Basic"]}, {"to": ["Basic"]}]})", true}};
  for (const auto& one_case : cases) {
    EXPECT_EQ(met(one_case.first, from, to), one_case.second) << one_case.first;
  }
  EXPECT_FALSE(met(R"({"changes": true})", from, from));
  EXPECT_TRUE(met(R"({"becomes_null": true})", from, object(Value(), one)));
}

TEST(Condition, looks_at_another_attribute_where_it_says_so) {
  const char* grows = R"({"at": {"path": "size", "when": {"increases": true}}})";
  EXPECT_TRUE(met(grows, object(basic, one), object(premium, two)));
  EXPECT_FALSE(met(grows, object(basic, two), object(premium, one)));
  EXPECT_TRUE(met(R"({"not": {"at": {"path": "size", "when": {"changes": true}}}})",
                  object(basic, one), object(premium, one)));
}

TEST(Condition, is_met_by_what_is_not_known_yet) {
  const Value from = object(basic, one), to = object(Value::unknown(), Value::unknown());
  for (const char* condition :
       {R"({"to": ["x"]})", R"({"leaves": ["Basic"]})", R"({"enters": ["x"]})",
        R"({"changes": true})", R"({"increases": true})", R"({"not": {"to": ["x"]}})",
        R"({"at": {"path": "size", "when": {"decreases": true}}})"}) {
    EXPECT_TRUE(met(condition, from, to)) << condition;
  }
}

TEST(Condition, refuses_what_it_does_not_know) {
  for (const char* condition :
       {"[]", "{}", R"({"leafs": []})", R"({"from": "Basic"})", R"({"changes": false})",
        R"({"at": {"path": "size"}})", R"({"at": {"path": 1, "when": {"changes": true}}})",
        R"({"at": {"path": "size", "when": {"changes": 1}}})", R"({"any": [{"x": 1}]})"}) {
    const auto parsed = document::parse_json("c.json", condition);
    ASSERT_TRUE(parsed.ok());
    const auto status = check_condition((*parsed)->root());
    ASSERT_FALSE(status.ok()) << condition;
    EXPECT_EQ(status.failure().code, "sandbox.bad-behaviour");
  }
}

}  // namespace
}  // namespace tidegate::sandbox
