// SPDX-License-Identifier: Apache-2.0
// Every typo is an error with a place and, where one is near, the right name.
#include <gtest/gtest.h>

#include "policy/custom/attributes.hpp"
#include "rules_text.hpp"

namespace tidegate::policy::custom {
namespace {

const std::string good_tests =
    "      - {expect: block, change: {before: {min_tls_version: TLS1_2}, after: {min_tls_version: "
    "TLS1_0}}}\n"
    "      - {expect: pass, change: {before: {min_tls_version: TLS1_2}, after: {min_tls_version: "
    "TLS1_2}}}\n";

const std::string good = test::rule_text("{path: min_tls_version, changed: true}", good_tests);

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

struct Typo {
  std::string from, to, expected;
};

TEST(Checks, a_sound_file_loads) {
  const test::Loaded loaded = test::load(good);
  EXPECT_EQ(loaded.text(), "");
  ASSERT_EQ(loaded.outcomes.size(), 1U);
  EXPECT_EQ(loaded.outcomes[0].passed, 2U);
}

TEST(Checks, a_typo_is_an_error_with_the_nearest_name) {
  const std::vector<Typo> typos{
      {"severity: block", "severty: block", "did you mean severity?"},
      {"severity: block", "severity: blok", "did you mean block?"},
      {"rules:", "rulez:", "did you mean rules?"},
      {"tidegate/checks/1", "tidegate/checks/2", "needs another version"},
      {"azurerm_storage_account,", "azurerm_storage_acount,",
       "did you mean azurerm_storage_account?"},
      {"type: azurerm", "typ: azurerm", "did you mean type?"},
      {"effect: [update]", "effect: [updat]", "did you mean update?"},
      {"path: min_tls_version", "path: min_tsl_version", "did you mean min_tls_version?"},
      {"path: min_tls_version", "path: after.min_tls_version",
       "write the path without before. or after."},
      {"changed: true", "chnged: true", "did you mean changed?"},
      {"changed: true", "changed: false", "expected true"},
      {"changed: true", "changed: true, increased: true", "a second word"},
      {"path: min_tls_version, changed: true", "path: after.min_tls_version",
       "a path without a test"},
      {"path: min_tls_version, changed: true", "path: min_tls_version, equals: a",
       "write before.min_tls_version"},
      {"path: min_tls_version, changed: true", "path: after.min_tls_version, matches: '['",
       "missing ]"},
      {"path: min_tls_version, changed: true", "path: after.min_tls_version, less_than: many",
       "a number or a duration"},
      {"path: min_tls_version, changed: true", "path: after.min_tls_version, set: 1",
       "expected true or false"},
      {"{path: min_tls_version, changed: true}", "{pth: min_tls_version}", "did you mean path?"},
      {"{path: min_tls_version, changed: true}", "{count: {effect: [delete]}}", "exactly one of"},
      {"{path: min_tls_version, changed: true}",
       "{some: network_rules, holds: {path: bypass, set: true}}", "has elements on one side"},
      {"{path: min_tls_version, changed: true}",
       "{some: after.network_rules, holds: {path: bypas, set: true}}", "did you mean bypass?"},
      {"{address}", "{adress}", "did you mean address?"},
      {"{address}", "{after.min_tsl_version}", "did you mean min_tls_version?"},
      {"{address}", "{count}", "counts nothing"},
      {"team.rule", "gate.rule", "kept for built-in rules"},
      {"team.rule", "team", "not of the form"},
      {"expect: block", "expect: blocked", "did you mean block?"},
      {"expect: block", "expcet: block", "did you mean expect?"},
      {"change: {before", "change: {befor", "did you mean before?"},
      {"change: {before", "change: {actions: [delet], before", "did you mean delete?"},
  };
  for (const Typo& typo : typos) {
    const test::Loaded loaded = test::load(replaced(good, typo.from, typo.to));
    EXPECT_NE(loaded.text().find(typo.expected), std::string::npos) << typo.to << "\n"
                                                                    << loaded.text();
    ASSERT_TRUE(loaded.diagnostics.has_errors()) << typo.to;
    const Diagnostic& first = loaded.diagnostics.items().front();
    EXPECT_EQ(first.exit, ExitCode::policy_broken);
    EXPECT_GT(first.where.line, 0U);
    EXPECT_GT(first.where.column, 0U);
    EXPECT_EQ(first.where.file, "checks/a.yaml");
  }
}

TEST(Checks, a_place_is_the_place_of_the_word) {
  const test::Loaded loaded = test::load(replaced(good, "severity: block", "severty: block"));
  EXPECT_EQ(loaded.diagnostics.items().front().where.line, 4U);
  EXPECT_EQ(loaded.diagnostics.items().front().where.column, 5U);
}

TEST(Checks, what_is_no_yaml_or_holds_a_key_twice_is_refused) {
  EXPECT_EQ(test::load("schema: [").diagnostics.items().front().exit, ExitCode::policy_broken);
  EXPECT_NE(test::load(good + "rules: []\n").text().find("document.duplicate-key"),
            std::string::npos);
  EXPECT_NE(test::load("schema: tidegate/checks/1\n").text().find("checks nothing"),
            std::string::npos);
  EXPECT_NE(test::load("schema: tidegate/checks/1\nrules: []\n").text().find("rules: the list is empty"),
            std::string::npos);
  EXPECT_NE(test::load("[]").text().find("a mapping"), std::string::npos);
}

TEST(Checks, an_id_is_used_once) {
  const std::size_t begin = good.find("  - id:");
  EXPECT_NE(test::load(good + good.substr(begin)).text().find("used twice"), std::string::npos);
}

TEST(Checks, types_without_a_schema_need_unchecked) {
  const std::string aws = replaced(replaced(good, "azurerm_storage_account", "aws_s3_bucket"),
                                   "min_tls_version, changed", "bucket, changed");
  const test::Loaded refused = test::load(aws);
  EXPECT_NE(refused.text().find("gate.check-unchecked"), std::string::npos) << refused.text();
  const test::Loaded taken =
      test::load(replaced(aws, "    message:", "    unchecked: true\n    message:"));
  EXPECT_EQ(taken.text().find("gate.check-unchecked"), std::string::npos) << taken.text();
  // unchecked frees no typo in the types of a provider that is known.
  const test::Loaded typo =
      test::load(replaced(replaced(aws, "    message:", "    unchecked: true\n    message:"),
                          "aws_s3_bucket", "aws_s3_buckett"));
  EXPECT_NE(typo.text().find("did you mean aws_s3_bucket?"), std::string::npos) << typo.text();
}

TEST(Checks, a_type_of_an_unknown_provider_is_declared_or_unchecked) {
  const std::string own = replaced(replaced(good, "azurerm_storage_account", "acme_bucket"),
                                   "min_tls_version, changed", "bucket, changed");
  EXPECT_NE(test::load(own).text().find("gate.check-unknown-name"), std::string::npos);
  const std::string unchecked = replaced(own, "    message:", "    unchecked: true\n    message:");
  EXPECT_EQ(test::load(unchecked).text().find("gate.check-unknown-name"), std::string::npos);
  const std::string declared = unchecked + "types: {acme_bucket: {tier: data}}\n";
  EXPECT_EQ(test::load(declared).text().find("gate.check-unknown-name"), std::string::npos);
}

TEST(Checks, types_are_stricter_only) {
  const auto with = [](const std::string& types) {
    return test::load("schema: tidegate/checks/1\ntypes: " + types + "\n").text();
  };
  EXPECT_EQ(with("{acme_bucket: {tier: data}}"), "");
  EXPECT_EQ(with("{azurerm_virtual_network: {tier: config}}"), "");
  EXPECT_NE(with("{acme_bucket: {tier: config}}").find("gate.check-loosens"), std::string::npos);
  EXPECT_NE(with("{azurerm_storage_account: {tier: compute}}").find("gate.check-loosens"),
            std::string::npos);
  EXPECT_NE(with("{azurerm_storage_account: {tier: dtaa}}").find("did you mean data?"),
            std::string::npos);
  using catalogue::Tier;
  for (int given = 0; given <= static_cast<int>(Tier::escape_hatch); ++given) {
    for (int wanted = 0; wanted <= static_cast<int>(Tier::escape_hatch); ++wanted) {
      const Tier from = static_cast<Tier>(given), to = static_cast<Tier>(wanted);
      if (!is_as_strict(from, false, to) || from == to) continue;
      EXPECT_FALSE(catalogue::is_protected(from)) << given << " " << wanted;
      EXPECT_NE(from, Tier::expiry);
    }
  }
}

TEST(Checks, attribute_names_come_from_the_schemas) {
  const auto account = find_attributes("azurerm_storage_account");
  ASSERT_TRUE(account.has_value());
  const auto blob = account->find("blob_properties");
  ASSERT_TRUE(blob.has_value());
  ASSERT_TRUE(blob->find("delete_retention_policy").has_value());
  EXPECT_TRUE(blob->find("delete_retention_policy")->find("days").has_value());
  EXPECT_FALSE(blob->find("dayz").has_value());
  EXPECT_TRUE(account->find("tags")->find("any key").has_value());
  EXPECT_FALSE(account->find("name")->find("x").has_value());
  EXPECT_TRUE(
      find_attributes("azapi_resource")->find("body")->find("properties")->find("x").has_value());
  EXPECT_FALSE(find_attributes("aws_s3_bucket").has_value());
}

}  // namespace
}  // namespace tidegate::policy::custom
