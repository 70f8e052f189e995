// SPDX-License-Identifier: Apache-2.0
// Each word of a test with an answer of yes, no and "cannot be told"; conditions, selectors,
// messages.
#include <gtest/gtest.h>

#include "policy/custom/evaluate.hpp"
#include "rules_text.hpp"

namespace tidegate::policy::custom {
namespace {

plan::Change change_of(const std::string& body, const std::string& entry = "",
                       const std::string& address = "azurerm_storage_account.a") {
  const auto change = plan::parse_change(
      "plan",
      R"({"address":")" + address + R"(","type":"azurerm_storage_account","name":"a",)" + entry +
          R"("change":{"actions":["update"],)" + body + "}}",
      false);
  EXPECT_TRUE(change.ok()) << (change.ok() ? "" : change.failure().message);
  return change.ok() ? *change : plan::Change{};
}

const std::string masks = R"("before_sensitive":{},"after_sensitive":{})";

ChecksFile rule_of(const std::string& when, const std::string& more = "") {
  Diagnostics diagnostics;
  ChecksFile file =
      parse_checks("c.yaml",
                   "schema: tidegate/checks/1\nrules:\n  - id: team.rule\n    severity: warn\n    "
                   "unchecked: true\n"
                   "    when: " +
                       when + "\n" +
                       (more.find("message") == std::string::npos ? "    message: m\n" : "") + more,
                   diagnostics);
  for (const Diagnostic& item : diagnostics.items()) ADD_FAILURE() << render_diagnostic(item);
  return file;
}

std::string word(const std::string& when, const std::vector<plan::Change>& changes,
                 const std::string& more = "") {
  const ChecksFile file = rule_of(when, more);
  if (file.rules.empty()) return "not loaded";
  CustomEvaluator evaluator({&file.rules[0]}, {});
  for (const plan::Change& change : changes) evaluator.take(change);
  const auto findings = evaluator.finish();
  if (findings.empty()) return "no";
  EXPECT_EQ(findings[0].level, Level::warn);
  EXPECT_EQ(findings[0].message.starts_with("unproven, "), evaluator.proven() == 0);
  return evaluator.proven() > 0 ? "yes" : "unknown";
}

struct Case {
  std::string test, after, expected;
};

// `unknown`: x is known after apply.
TEST(CheckWords, one_side) {
  const std::string unknown = "unknown", absent = "{}";
  std::vector<Case> cases{{"equals: 30", R"({"x":30.0})", "yes"},
                          {"equals: 30", R"({"x":31})", "no"},
                          {"equals: 30", R"({"x":[30]})", "yes"},
                          {"equals: P30D", R"({"x":"720h"})", "yes"},
                          {"equals: a", R"({"x":"A"})", "no"},
                          {"equals: null", absent, "yes"},
                          {"equals: null", R"({"x":[]})", "yes"},
                          {"equals: null", R"({"x":1})", "no"},
                          {"equals: false", absent, "no"},
                          {"equals: [b, a]", R"({"x":["a","b"]})", "yes"},
                          {"equals: [b, a]", R"({"x":["a"]})", "no"},
                          {"equals: 12345678901234567890", R"({"x":12345678901234567891})", "no"},
                          {"not_equals: 30", R"({"x":31})", "yes"},
                          {"not_equals: 30", R"({"x":30})", "no"},
                          {"not_equals: 30", absent, "yes"},
                          {"not_equals: null", absent, "no"},
                          {"in: [a, b]", R"({"x":"b"})", "yes"},
                          {"in: [a, b]", R"({"x":"c"})", "no"},
                          {"in: [a, b]", absent, "no"},
                          {"not_in: [a, b]", R"({"x":"c"})", "yes"},
                          {"not_in: [a, b]", R"({"x":"a"})", "no"},
                          {"not_in: [a, b]", absent, "yes"},
                          {"matches: 'a.*'", R"({"x":"abc"})", "yes"},
                          {"matches: 'a'", R"({"x":"abc"})", "no"},
                          {"matches: '.*'", absent, "no"},
                          {"starts_with: ab", R"({"x":"abc"})", "yes"},
                          {"starts_with: b", R"({"x":"abc"})", "no"},
                          {"starts_with: b", absent, "no"},
                          {"ends_with: bc", R"({"x":"abc"})", "yes"},
                          {"ends_with: b", R"({"x":"abc"})", "no"},
                          {"ends_with: b", absent, "no"},
                          {"contains: b", R"({"x":"abc"})", "yes"},
                          {"contains: d", R"({"x":"abc"})", "no"},
                          {"contains: d", absent, "no"},
                          {"contains: b", R"({"x":["a","b"]})", "yes"},
                          {"contains: b", R"({"x":["ab"]})", "no"},
                          {"less_than: 30", R"({"x":29})", "yes"},
                          {"less_than: 30", R"({"x":30})", "no"},
                          {"less_than: 30", absent, "no"},
                          {"less_than: 30", R"({"x":1e400})", "no"},
                          {"less_than: P30D", R"({"x":"719h"})", "yes"},
                          {"less_than: P30D", R"({"x":"words"})", "unknown"},
                          {"more_than: 30", R"({"x":31})", "yes"},
                          {"more_than: 30", R"({"x":30})", "no"},
                          {"more_than: 30", absent, "no"},
                          {"at_least: 30", R"({"x":30})", "yes"},
                          {"at_least: 30", R"({"x":29})", "no"},
                          {"at_least: 30", absent, "no"},
                          {"at_most: 30", R"({"x":30})", "yes"},
                          {"at_most: 30", R"({"x":31})", "no"},
                          {"at_most: 30", absent, "no"},
                          {"set: true", R"({"x":1})", "yes"},
                          {"set: true", absent, "no"},
                          {"set: false", absent, "yes"},
                          {"set: false", R"({"x":null})", "yes"},
                          {"set: false", R"({"x":0})", "no"},
                          {"has_any_key: [k, l]", R"({"x":{"l":1}})", "yes"},
                          {"has_any_key: [k]", R"({"x":{"l":1}})", "no"},
                          {"has_any_key: [k]", R"({"x":{"k":null}})", "no"},
                          {"has_any_key: [k]", absent, "no"},
                          {"has_any_key: [k]", R"({"x":[{"k":1}]})", "yes"},
                          {"has_all_keys: [k, l]", R"({"x":{"k":1,"l":1}})", "yes"},
                          {"has_all_keys: [k, l]", R"({"x":{"l":1}})", "no"},
                          {"has_all_keys: [k]", absent, "no"}};
  for (const WordRow& row : words()) {
    if (row.two_sides) continue;
    const auto first = std::find_if(cases.begin(), cases.end(), [&](const Case& c) {
      return c.test.starts_with(std::string(row.name) + ":");
    });
    ASSERT_NE(first, cases.end()) << row.name;
    const std::string test = first->test;
    cases.push_back({test, unknown, "unknown"});
    // Several elements where one is meant: nobody can say which.
    const bool whole = row.operand == Operand::value || row.operand == Operand::values ||
                       row.operand == Operand::scalar || row.operand == Operand::boolean;
    if (!whole) cases.push_back({test, R"({"x":["p","q"]})", "unknown"});
  }
  for (const Case& c : cases) {
    const std::string body = c.after == unknown
                                 ? R"("before":{},"after":{},"after_unknown":{"x":true},)"
                                 : R"("before":{},"after":)" + c.after + R"(,"after_unknown":{},)";
    EXPECT_EQ(word("{path: after.x, " + c.test + "}", {change_of(body + masks)}), c.expected)
        << c.test << " on " << c.after;
  }
}

TEST(CheckWords, two_sides) {
  struct Two {
    std::string test, before, after, expected;
  };
  const std::vector<Two> cases{
      {"changed: true", "1", "2", "yes"},
      {"changed: true", "1", "1.0", "no"},
      {"changed: true", "1", "unknown", "unknown"},
      {"changed: true", R"(["a","b"])", R"(["b","a"])", "no"},
      {"increased: true", "1", "2", "yes"},
      {"increased: true", "2", "1", "no"},
      {"increased: true", "1", "unknown", "unknown"},
      {"increased: true", "null", "2", "no"},
      {"decreased: true", R"("P2D")", R"("24h")", "yes"},
      {"decreased: true", "1", "2", "no"},
      {"decreased: true", "1", "unknown", "unknown"},
      {"added: true", "null", "2", "yes"},
      {"added: true", "1", "2", "no"},
      {"added: true", "null", "unknown", "unknown"},
      {"added: true", R"(["a"])", R"(["a","b"])", "yes"},
      {"removed: true", "1", "null", "yes"},
      {"removed: true", "1", "2", "no"},
      {"removed: true", "1", "unknown", "unknown"},
      {"removed: true", R"([{"name":"a"},{"name":"b"}])", R"([{"name":"b"}])", "yes"},
      {"becomes: off", R"("on")", R"("off")", "yes"},
      {"becomes: off", R"("off")", R"("off")", "no"},
      {"becomes: off", R"("on")", "unknown", "unknown"}};
  for (const Two& c : cases) {
    const bool unknown = c.after == "unknown";
    const std::string body = R"("before":{"x":)" + c.before + R"(},"after":{)" +
                             (unknown ? "" : "\"x\":" + c.after) + R"(},"after_unknown":{)" +
                             (unknown ? R"("x":true)" : "") + "},";
    EXPECT_EQ(word("{path: x, " + c.test + "}", {change_of(body + masks)}), c.expected)
        << c.test << " " << c.before << " " << c.after;
  }
  for (const WordRow& row : words()) {
    if (!row.two_sides) continue;
    for (const char* expected : {"yes", "no", "unknown"}) {
      EXPECT_TRUE(std::any_of(cases.begin(), cases.end(),
                              [&](const Two& c) {
                                return c.test.starts_with(std::string(row.name) + ":") &&
                                       c.expected == expected;
                              }))
          << row.name << " " << expected;
    }
  }
}

TEST(CheckConditions, follow_kleene) {
  const plan::Change change =
      change_of(R"("before":{},"after":{"y":1,"n":2},"after_unknown":{"u":true},)" + masks);
  const std::string y = "{path: after.y, equals: 1}", n = "{path: after.n, equals: 1}",
                    u = "{path: after.u, equals: 1}";
  const std::vector<std::pair<std::string, std::string>> cases{
      {"{all: [" + y + "," + y + "]}", "yes"},
      {"{all: [" + y + "," + u + "]}", "unknown"},
      {"{all: [" + n + "," + u + "]}", "no"},
      {"{any: [" + y + "," + u + "]}", "yes"},
      {"{any: [" + n + "," + u + "]}", "unknown"},
      {"{any: [" + n + "," + n + "]}", "no"},
      {"{not: " + y + "}", "no"},
      {"{not: " + n + "}", "yes"},
      {"{not: " + u + "}", "unknown"},
      {"{not: {all: [" + u + "," + n + "]}}", "yes"}};
  for (const auto& c : cases) EXPECT_EQ(word(c.first, {change}), c.second) << c.first;
}

TEST(CheckConditions, some_and_each_walk_over_elements) {
  const auto with = [](const std::string& list, const std::string& mask = "{}") {
    return change_of(R"("before":{},"after":{"r":)" + list + R"(},"after_unknown":)" + mask + "," +
                     masks);
  };
  const std::string some = "{some: after.r, holds: {path: days, less_than: 5}}",
                    each = "{each: after.r, holds: {path: days, less_than: 5}}";
  EXPECT_EQ(word(some, {with(R"([{"days":9},{"days":1}])")}), "yes");
  EXPECT_EQ(word(some, {with(R"([{"days":9},{"days":8}])")}), "no");
  EXPECT_EQ(word(some, {with("[]")}), "no");
  EXPECT_EQ(word(some, {with(R"([{"days":9},{}])", R"({"r":[{},{"days":true}]})")}), "unknown");
  EXPECT_EQ(word(some, {with("null", R"({"r":true})")}), "unknown");
  EXPECT_EQ(word(each, {with(R"([{"days":2},{"days":1}])")}), "yes");
  EXPECT_EQ(word(each, {with(R"([{"days":9},{"days":1}])")}), "no");
  EXPECT_EQ(word(each, {with("[]")}), "yes");
  EXPECT_EQ(word(each, {with(R"([{"days":1},{}])", R"({"r":[{},{"days":true}]})")}), "unknown");
  EXPECT_EQ(word("{some: after.r, holds: {some: in, holds: {path: k, equals: 1}}}",
                 {with(R"([{"in":[{"k":2},{"k":1}]}])")}),
            "yes");
}

TEST(CheckConditions, a_path_through_several_elements_cannot_be_told) {
  const plan::Change change =
      change_of(R"("before":{},"after":{"r":[{"d":1},{"d":2}]},"after_unknown":{},)" + masks);
  EXPECT_EQ(word("{path: after.r.d, equals: 1}", {change}), "unknown");
}

TEST(CheckConditions, keys_in_brackets_hold_anything) {
  const plan::Change change =
      change_of(R"("before":{},"after":{"tags":{"a.b/c":"x"}},"after_unknown":{},)" + masks);
  EXPECT_EQ(word("{path: 'after.tags[\"a.b/c\"]', equals: x}", {change}), "yes");
}

plan::Change typed(const std::string& actions, const std::string& address,
                   const std::string& tags = "{}", const std::string& unknown = "{}") {
  const auto change = plan::parse_change(
      "plan",
      R"({"address":")" + address +
          R"(","type":"azurerm_storage_account","module_address":"module.a","provider_name":"registry.terraform.io/hashicorp/azurerm","name":"a","change":{"actions":[)" +
          actions + R"(],"before":{},"after":{"tags":)" + tags + R"(},"after_unknown":)" + unknown +
          "," + masks + "}}",
      false);
  EXPECT_TRUE(change.ok());
  return *change;
}

TEST(CheckConditions, count_is_over_the_whole_plan) {
  const std::string when = "{count: {type: \"azurerm_*\", effect: [delete]}, more_than: 1}";
  const plan::Change one = typed("\"delete\"", "module.a.azurerm_storage_account.a"),
                     two = typed("\"delete\"", "module.a.azurerm_storage_account.b"),
                     create = typed("\"create\"", "module.a.azurerm_storage_account.c");
  EXPECT_EQ(word(when, {one, create}), "no");
  EXPECT_EQ(word(when, {one, create, two}), "yes");
  EXPECT_EQ(word("{count: {effect: [delete]}, at_least: 2}", {one, two}), "yes");
  EXPECT_EQ(word("{count: {effect: [delete]}, at_most: 1}", {one, two}), "no");
  EXPECT_EQ(word("{count: {effect: [delete]}, at_most: 0}", {}), "yes");
  // Joined with a condition on a change, it settles every change at the end, also those seen
  // before.
  const ChecksFile file =
      rule_of("{all: [{path: after.tags, set: false}, {count: {effect: [delete]}, more_than: 1}]}",
              "    message: \"{address} is one of {count}\"\n");
  CustomEvaluator evaluator({&file.rules[0]}, {});
  for (const auto& change : {create, one, two}) evaluator.take(change);
  const auto findings = evaluator.finish();
  ASSERT_EQ(findings.size(), 3U);
  EXPECT_EQ(findings[0].message, "module.a.azurerm_storage_account.c is one of 2");
}

TEST(CheckConditions, a_tag_that_is_unknown_makes_a_count_a_range) {
  const plan::Change sure =
      typed("\"update\"", "module.a.azurerm_storage_account.a", R"({"env":"prod"})");
  const plan::Change perhaps =
      typed("\"update\"", "module.a.azurerm_storage_account.b", "{}", R"({"tags":{"env":true}})");
  EXPECT_EQ(word("{count: {tags: {env: \"prod*\"}}, more_than: 1}", {sure, perhaps}), "unknown");
  EXPECT_EQ(word("{count: {tags: {env: \"prod*\"}}, more_than: 0}", {sure, perhaps}), "yes");
  EXPECT_EQ(word("{count: {tags: {env: \"prod*\"}}, more_than: 2}", {sure, perhaps}), "no");
}

TEST(CheckSelectors, all_parts_must_hold) {
  const plan::Change change =
      typed("\"update\"", R"(module.a.azurerm_storage_account.x[\"k.l\"])", R"({"env":"prod"})");
  const auto matched = [&](const std::string& match) {
    return word("{path: after.nothing, set: false}", {change}, "    match: " + match + "\n");
  };
  EXPECT_EQ(matched("{type: azurerm_storage_account}"), "yes");
  EXPECT_EQ(matched("{type: [azurerm_key_vault, \"azurerm_storage_*\"]}"), "yes");
  EXPECT_EQ(matched("{type: azurerm_key_vault}"), "no");
  EXPECT_EQ(matched("{address: \"module.a.azurerm_storage_account.*\"}"), "yes");
  EXPECT_EQ(matched("{address: \"module.*.azurerm_storage_account.y*\"}"), "no");
  EXPECT_EQ(matched("{address: \"**\", effect: [update]}"), "yes");
  EXPECT_EQ(matched("{address: \"**\", effect: [replace, delete]}"), "no");
  EXPECT_EQ(matched("{module: module.a}"), "yes");
  EXPECT_EQ(matched("{module: module.b}"), "no");
  EXPECT_EQ(matched("{provider: azurerm}"), "yes");
  EXPECT_EQ(matched("{provider: hashicorp/azurerm}"), "yes");
  EXPECT_EQ(matched("{provider: aws}"), "no");
  EXPECT_EQ(matched("{tier: data}"), "yes");
  EXPECT_EQ(matched("{tier: [key, etl]}"), "no");
  EXPECT_EQ(matched("{tags: {env: \"p*\"}}"), "yes");
  EXPECT_EQ(matched("{tags: {env: test}}"), "no");
}

TEST(CheckMessages, are_redacted) {
  const plan::Change change = change_of(
      R"("before":{"a":"old"},"after":{"a":"new","p":"hunter2","l":[{"n":1},{"n":2}]},"after_unknown":{"u":true},"before_sensitive":{},"after_sensitive":{"p":true})");
  const ChecksFile file = rule_of("{path: after.a, set: true}",
                                  "    message: \"{before.a} {after.a} {after.p} {after.u} "
                                  "{after.none} {after.l} {after.l.n}\"\n");
  CustomEvaluator evaluator({&file.rules[0]}, {});
  evaluator.take(change);
  const auto findings = evaluator.finish();
  ASSERT_EQ(findings.size(), 1U);
  EXPECT_EQ(findings[0].message,
            "\"old\" \"new\" (sensitive) (known after apply) (none) 2 elements 2 elements");
  EXPECT_EQ(findings[0].rule, "team.rule");
  EXPECT_EQ(findings[0].effect, "update");
}

TEST(CheckTests, must_be_there_and_pass) {
  const std::string when = "{path: after.min_tls_version, equals: TLS1_0}";
  const std::string finds = "      - {expect: block, change: {after: {min_tls_version: TLS1_0}}}\n";
  const std::string passes = "      - {expect: pass, change: {after: {min_tls_version: TLS1_2}}}\n";
  EXPECT_EQ(test::load(test::rule_text(when, finds + passes)).text(), "");
  EXPECT_NE(test::load(test::rule_text(when, finds)).text().find("no test that expects pass"),
            std::string::npos);
  EXPECT_NE(test::load(test::rule_text(when, passes)).text().find("no test that expects a finding"),
            std::string::npos);
  EXPECT_NE(test::load(test::rule_text(when, "      []\n")).text().find("gate.check-untested"),
            std::string::npos);
  const test::Loaded wrong = test::load(test::rule_text(
      when,
      finds + passes + "      - {expect: pass, change: {after: {min_tls_version: TLS1_0}}}\n"));
  ASSERT_EQ(wrong.diagnostics.items().size(), 1U);
  EXPECT_EQ(wrong.diagnostics.items()[0].code, "gate.check-test-failed");
  EXPECT_EQ(wrong.diagnostics.items()[0].where.line, 11U);
  EXPECT_NE(wrong.text().find(
                "expects pass, the rule says block: azurerm_storage_account.example is wrong"),
            std::string::npos)
      << wrong.text();
  EXPECT_NE(
      test::load(
          test::rule_text(
              when, finds + passes +
                        "      - {expect: warn, change: {after: {min_tls_version: TLS1_0}}}\n"))
          .text()
          .find("expects warn, the rule says block"),
      std::string::npos);
  EXPECT_NE(
      test::load(
          test::rule_text(
              when,
              finds + passes +
                  "      - {expect: block, change: {after: {}, unknown: [min_tls_version]}}\n"))
          .text()
          .find("the rule says unproven"),
      std::string::npos);
}

}  // namespace
}  // namespace tidegate::policy::custom
