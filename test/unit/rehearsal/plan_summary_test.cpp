// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/plan_summary.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "support/plan_text.hpp"

namespace tidegate::rehearsal {
namespace {

using test::ChangeText;

PlanSummary summarise(const std::vector<ChangeText>& changes, const std::string& extra = {}) {
  test::PlanText plan{.changes = changes, .extra = extra};
  const auto summary = summarise_plan(test::render(plan));
  EXPECT_TRUE(summary.ok()) << (summary ? "" : summary.failure().message);
  return summary ? *summary : PlanSummary{};
}

ChangeText change(const std::string& address, const std::string& actions,
                  const std::string& before = "null", const std::string& after = "null",
                  const std::string& unknown = "{}") {
  return {.address = address,
          .type = address.substr(0, address.find('.')),
          .actions = actions,
          .before = before,
          .after = after,
          .unknown = unknown};
}

TEST(PlanSummary, counts_what_happens) {
  const PlanSummary all =
      summarise({change("a_x.new", R"(["create"])", "null", "{}"),
                 change("a_x.more", R"(["create"])", "null", "{}"),
                 change("a_x.same", R"(["no-op"])", "{}", "{}"),
                 change("a_x.other", R"(["update"])", R"({"n":1})", R"({"n":2})"),
                 change("a_x.anew", R"(["delete","create"])", R"({"n":1})", R"({"n":2})"),
                 change("a_x.gone", R"(["delete"])", "{}")});
  EXPECT_EQ(counts_of(all), "2 to add, 1 to change, 1 to replace, 1 to destroy");
  EXPECT_FALSE(all.only_creates());
  EXPECT_TRUE(summarise({change("a_x.new", R"(["create"])", "null", "{}")}).only_creates());
  EXPECT_EQ(counts_of(summarise({})), "no changes");
  EXPECT_TRUE(summarise({}).empty());
}

TEST(PlanSummary, names_the_attributes_that_differ) {
  const PlanSummary found = summarise({change(
      "a_x.n", R"(["update"])",
      R"({"same":1,"one":{"deep":[1,{"x":"a"}],"gone":1},"null":null,"later":"x","list":[1]})",
      R"({"same":1.0,"one":{"deep":[1,{"x":"b"}]},"list":[1,2]})", R"({"later":true})")});
  ASSERT_EQ(found.changes.size(), 1U);
  EXPECT_EQ(join(found.changes[0].attributes, " "), "one.deep.1.x one.gone list later");
}

TEST(PlanSummary, sees_outputs_that_change) {
  const PlanSummary found =
      summarise({}, R"(,"output_changes":{"a":{"actions":["update"]},"b":{"actions":["no-op"]}})");
  EXPECT_EQ(join(found.outputs, " "), "a");
  EXPECT_EQ(counts_of(found), "only outputs change");
  EXPECT_FALSE(found.empty());
}

TEST(PlanSummary, refuses_what_is_no_plan) {
  EXPECT_FALSE(summarise_plan("{\"values\": 1}").ok());
  EXPECT_FALSE(summarise_plan("").ok());
}

TEST(Limits, name_types_without_behaviour_and_rules_without_condition) {
  const auto behaviour = document::parse_json("azurerm.json", R"({
    "a_known": {"force_new": ["name"]},
    "a_ruled": {"force_new_when": [
      {"path": "sku", "text": "some changes make a new object"},
      {"path": "tier", "text": "is followed", "when": {"changes": true}}]}})");
  ASSERT_TRUE(behaviour.ok());
  const std::vector<document::DocumentPtr> files{*behaviour};
  const auto update = [](const std::string& address, const std::string& attribute) {
    return change(address, R"(["update"])", "{\"" + attribute + "\":[{\"x\":1}]}",
                  "{\"" + attribute + "\":[{\"x\":2}]}");
  };
  const auto limits = [&](const ChangeText& text) {
    return join(find_limits(summarise({text}), files), "|");
  };
  EXPECT_EQ(limits(update("a_known.k", "name")), "");
  EXPECT_EQ(limits(update("a_other.o", "name")),
            "a_other.o: what a change does to a a_other is not known here; it is changed in place");
  EXPECT_EQ(limits(update("a_ruled.r", "sku")),
            "a_ruled.r: sku is changed in place here; in the real provider some changes make a new "
            "object");
  EXPECT_EQ(limits(update("a_ruled.r", "tier")), "");
  EXPECT_EQ(limits(update("a_ruled.r", "sku_name")), "");
  EXPECT_EQ(limits(change("a_other.o", R"(["create"])", "null", "{}")), "");
}

}  // namespace
}  // namespace tidegate::rehearsal
