// SPDX-License-Identifier: Apache-2.0
#include "policy/arm.hpp"

#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Comparison;
using catalogue::Entry;
using std::string_view_literals::operator""sv;

struct ArmEntry {
  std::string_view type{};
  Entry entry{};
};

constexpr Entry shorter(std::string_view path) {
  return {.pattern = 1, .path = path, .comparison = Comparison::decrease};
}

constexpr Entry becomes(int pattern, std::string_view path, std::string_view from,
                        std::string_view to) {
  return {
      .pattern = pattern, .path = path, .comparison = Comparison::becomes, .from = from, .to = to};
}

constexpr Entry off(int pattern, std::string_view path) {
  return becomes(pattern, path, "true", "false");
}

constexpr Entry expires(std::string_view path) {
  return {.pattern = 2, .path = path, .comparison = Comparison::decrease};
}

// Steps of a path in the body are separated by '\0'. P2 decrease finds a limit where there was none, too.
constexpr std::array<ArmEntry, 40> table{{
    {"Microsoft.DBforMySQL/flexibleServers",
     shorter("properties\0backup\0backupRetentionDays"sv)},
    {"Microsoft.DBforPostgreSQL/flexibleServers",
     shorter("properties\0backup\0backupRetentionDays"sv)},
    {"Microsoft.DataProtection/backupVaults",
     becomes(4, "properties\0securitySettings\0softDeleteSettings\0state"sv, "", "Off")},
    {"Microsoft.DataProtection/backupVaults",
     shorter("properties\0securitySettings\0softDeleteSettings\0retentionDurationInDays"sv)},
    {"Microsoft.DataProtection/backupVaults",
     becomes(4, "properties\0securitySettings\0immutabilitySettings\0state"sv, "", "Disabled")},
    {"Microsoft.DocumentDB/databaseAccounts",
     becomes(6, "properties\0backupPolicy\0type"sv, "Continuous", "Periodic")},
    {"Microsoft.DocumentDB/databaseAccounts",
     shorter("properties\0backupPolicy\0periodicModeProperties\0backupRetentionIntervalInHours"sv)},
    {"Microsoft.DocumentDB/databaseAccounts/mongodbDatabases/collections",
     expires("properties\0resource\0analyticalStorageTtl"sv)},
    {"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
     expires("properties\0resource\0defaultTtl"sv)},
    {"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
     expires("properties\0resource\0analyticalStorageTtl"sv)},
    {"Microsoft.EventHub/namespaces/eventhubs", shorter("properties\0messageRetentionInDays"sv)},
    {"Microsoft.EventHub/namespaces/eventhubs",
     shorter("properties\0retentionDescription\0retentionTimeInHours"sv)},
    {"Microsoft.Insights/components", shorter("properties\0RetentionInDays"sv)},
    {"Microsoft.KeyVault/vaults", off(4, "properties\0enablePurgeProtection"sv)},
    {"Microsoft.KeyVault/vaults", off(4, "properties\0enableSoftDelete"sv)},
    {"Microsoft.KeyVault/vaults", shorter("properties\0softDeleteRetentionInDays"sv)},
    {"Microsoft.KeyVault/vaults/keys", off(14, "properties\0attributes\0enabled"sv)},
    {"Microsoft.KeyVault/vaults/secrets", off(14, "properties\0attributes\0enabled"sv)},
    {"Microsoft.Kusto/clusters/databases", expires("properties\0softDeletePeriod"sv)},
    {"Microsoft.OperationalInsights/workspaces", shorter("properties\0retentionInDays"sv)},
    {"Microsoft.OperationalInsights/workspaces/tables", shorter("properties\0retentionInDays"sv)},
    {"Microsoft.OperationalInsights/workspaces/tables",
     shorter("properties\0totalRetentionInDays"sv)},
    {"Microsoft.RecoveryServices/vaults",
     becomes(4, "properties\0securitySettings\0softDeleteSettings\0softDeleteState"sv, "",
             "Disabled")},
    {"Microsoft.RecoveryServices/vaults",
     shorter("properties\0securitySettings\0softDeleteSettings\0softDeleteRetentionPeriodInDays"sv)},
    {"Microsoft.RecoveryServices/vaults",
     becomes(4, "properties\0securitySettings\0immutabilitySettings\0state"sv, "", "Disabled")},
    {"Microsoft.ServiceBus/namespaces/queues", expires("properties\0defaultMessageTimeToLive"sv)},
    {"Microsoft.ServiceBus/namespaces/topics", expires("properties\0defaultMessageTimeToLive"sv)},
    {"Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
     shorter("properties\0weeklyRetention"sv)},
    {"Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
     shorter("properties\0monthlyRetention"sv)},
    {"Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
     shorter("properties\0yearlyRetention"sv)},
    {"Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies",
     shorter("properties\0retentionDays"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, "properties\0deleteRetentionPolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     shorter("properties\0deleteRetentionPolicy\0days"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, "properties\0containerDeleteRetentionPolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     shorter("properties\0containerDeleteRetentionPolicy\0days"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, "properties\0isVersioningEnabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, "properties\0restorePolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, "properties\0changeFeed\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/fileServices",
     off(6, "properties\0shareDeleteRetentionPolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/fileServices",
     shorter("properties\0shareDeleteRetentionPolicy\0days"sv)},
}};

}  // namespace

std::vector<Entry> arm_entries(const Subject& subject) {
  std::vector<Entry> out;
  if (subject.change.type != "azapi_resource" && subject.change.type != "azapi_update_resource")
    return out;
  const std::string_view type = arm_type(subject.before.node());
  for (const ArmEntry& one : table) {
    if (equal_ignoring_case(one.type, type)) out.push_back(one.entry);
  }
  return out;
}

std::string_view arm_type(const document::Node& object) {
  const std::string_view type = object["type"].as_string();
  return type.substr(0, type.find('@'));
}

ArmBody::ArmBody(const Value& object) : value_(object.member("body")) {
  if (!value_.node().is_string()) return;
  const auto text = document::parse_json("body", std::string(value_.node().as_string()));
  const auto mask = document::parse_json("mask", value_.is_sensitive() ? "true" : "false");
  if (!text || !mask) return;
  text_ = *text;
  mask_ = *mask;
  value_ = Value::before(text_->root(), mask_->root());
}

std::vector<Difference> ArmBody::compare(const Entry& entry, const ArmBody& before,
                                         const ArmBody& after) {
  std::vector<Difference> out = policy::compare(entry, before.value(), after.value());
  for (Difference& difference : out) difference.path.insert(0, "body.");
  return out;
}

}  // namespace tidegate::policy
