// SPDX-License-Identifier: Apache-2.0
#include "policy/arm.hpp"

#include <gtest/gtest.h>

#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using test::judge;
using test::Lines;

struct Case {
  const char* type;
  const char* before;  // properties of the body
  const char* after;
  const char* expected;  // rule of the block, or empty
};

Lines blocks(const std::string& resource, const Case& one, const std::string& unknown = "{}") {
  const auto body = [&](const char* properties) {
    return R"({"type":")" + std::string(one.type) + R"(@2024-01-01","body":{"properties":)" +
           properties + "}}";
  };
  Lines out;
  const auto judged = judge({.changes = {{.address = resource + ".x",
                                          .type = resource,
                                          .actions = R"(["update"])",
                                          .before = body(one.before),
                                          .after = body(one.after),
                                          .unknown = unknown}}});
  for (const Finding& finding : judged.findings) {
    if (finding.level == Level::block) out.push_back(finding.rule);
  }
  return out;
}

TEST(ArmBody, changes_in_place_that_lose_data_block) {
  const std::vector<Case> cases{
      {"Microsoft.Storage/storageAccounts/blobServices",
       R"({"deleteRetentionPolicy":{"enabled":true,"days":30}})",
       R"({"deleteRetentionPolicy":{"enabled":true,"days":7}})", "gate.retention-shortened"},
      {"microsoft.storage/STORAGEACCOUNTS/blobservices",
       R"({"deleteRetentionPolicy":{"enabled":true,"days":30}})",
       R"({"deleteRetentionPolicy":{"enabled":false,"days":30}})", "gate.versioning-off"},
      {"Microsoft.Storage/storageAccounts/blobServices", R"({"isVersioningEnabled":true})", "{}",
       "gate.versioning-off"},
      {"Microsoft.KeyVault/vaults", R"({"enablePurgeProtection":true})",
       R"({"enablePurgeProtection":false})", "gate.protection-weakened"},
      {"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
       R"({"resource":{"id":"c"}})", R"({"resource":{"id":"c","defaultTtl":60}})",
       "gate.expiry-added"},
      {"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
       R"({"resource":{"defaultTtl":60}})", R"({"resource":{"defaultTtl":-1}})", ""},
      {"Microsoft.Kusto/clusters/databases", R"({"softDeletePeriod":"P365D"})",
       R"({"softDeletePeriod":"P7D"})", "gate.expiry-added"},
      {"Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies",
       R"({"retentionDays":35})", R"({"retentionDays":1})", "gate.retention-shortened"},
      {"Microsoft.RecoveryServices/vaults",
       R"({"securitySettings":{"softDeleteSettings":{"softDeleteState":"AlwaysON"}}})",
       R"({"securitySettings":{"softDeleteSettings":{"softDeleteState":"Disabled"}}})",
       "gate.protection-weakened"},
      {"Microsoft.Storage/storageAccounts/blobServices",
       R"({"deleteRetentionPolicy":{"enabled":true,"days":7}})",
       R"({"deleteRetentionPolicy":{"enabled":true,"days":30}})", ""},
      {"Microsoft.DataFactory/factories/pipelines", R"({"retentionInDays":30})",
       R"({"retentionInDays":7})", ""},
  };
  for (const Case& one : cases) {
    const Lines expected = *one.expected == '\0' ? Lines{} : Lines{one.expected};
    EXPECT_EQ(blocks("azapi_resource", one), expected) << one.type << one.after;
    EXPECT_EQ(blocks("azapi_update_resource", one), expected) << one.type << one.after;
  }
}

TEST(ArmBody, that_is_unknown_is_unproven) {
  const Case one{"Microsoft.KeyVault/vaults", R"({"enablePurgeProtection":true})", "{}", ""};
  EXPECT_EQ(blocks("azapi_resource", one, R"({"body":true})"), Lines{"gate.unproven"});
}

TEST(ArmBody, findings_name_the_attribute) {
  const auto judged = judge(
      {.changes = {
           {.address = "azapi_resource.x",
            .type = "azapi_resource",
            .actions = R"(["update"])",
            .before =
                R"({"type":"Microsoft.KeyVault/vaults@1","body":{"properties":{"softDeleteRetentionInDays":90}}})",
            .after =
                R"({"type":"Microsoft.KeyVault/vaults@1","body":{"properties":{"softDeleteRetentionInDays":7}}})"}}});
  const Finding found = judged.find("gate.retention-shortened", "azapi_resource.x");
  EXPECT_EQ(found.attribute, "body.properties.softDeleteRetentionInDays");
  EXPECT_EQ(found.before, "90");
  EXPECT_EQ(found.after, "7");
}

// azapi 1.x keeps the body as JSON text, in the state that an upgrade to 2.x starts from, too.
TEST(ArmBody, as_json_text_is_compared_like_an_object) {
  const auto text = [](int days) {
    return R"("{\"properties\":{\"deleteRetentionPolicy\":{\"enabled\":true,\"days\":)" + std::to_string(days) + R"(}}}")";
  };
  const auto judged = [](const std::string& before, const std::string& after) {
    const std::string head = R"({"type":"Microsoft.Storage/storageAccounts/blobServices@2023-01-01","body":)";
    Lines out;
    for (const Finding& finding : judge({.changes = {{.address = "azapi_resource.x",
                                                      .type = "azapi_resource",
                                                      .actions = R"(["update"])",
                                                      .before = head + before + "}",
                                                      .after = head + after + "}"}}})
                                      .findings) {
      if (finding.level == Level::block) out.push_back(finding.rule + " " + finding.attribute);
    }
    return out;
  };
  const std::string rule = "gate.retention-shortened body.properties.deleteRetentionPolicy.days";
  EXPECT_EQ(judged(text(30), text(7)), Lines{rule});
  EXPECT_EQ(judged(text(30), R"({"properties":{"deleteRetentionPolicy":{"enabled":true,"days":7}}})"), Lines{rule});
  EXPECT_EQ(judged(text(7), text(30)), Lines{});
  EXPECT_EQ(judged(text(30), text(30)), Lines{});
}

}  // namespace
}  // namespace tidegate::policy
