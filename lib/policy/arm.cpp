// SPDX-License-Identifier: Apache-2.0
#include "policy/arm.hpp"

#include <array>

#include "base/text.hpp"
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

// Steps of a path are separated by '\0'. P2 decrease finds a limit where there was none, too.
#define TIDEGATE_BODY "body\0properties\0"
constexpr std::array<ArmEntry, 40> table{{
    {"Microsoft.DBforMySQL/flexibleServers",
     shorter(TIDEGATE_BODY "backup\0backupRetentionDays"sv)},
    {"Microsoft.DBforPostgreSQL/flexibleServers",
     shorter(TIDEGATE_BODY "backup\0backupRetentionDays"sv)},
    {"Microsoft.DataProtection/backupVaults",
     becomes(4, TIDEGATE_BODY "securitySettings\0softDeleteSettings\0state"sv, "", "Off")},
    {"Microsoft.DataProtection/backupVaults",
     shorter(TIDEGATE_BODY "securitySettings\0softDeleteSettings\0retentionDurationInDays"sv)},
    {"Microsoft.DataProtection/backupVaults",
     becomes(4, TIDEGATE_BODY "securitySettings\0immutabilitySettings\0state"sv, "", "Disabled")},
    {"Microsoft.DocumentDB/databaseAccounts",
     becomes(6, TIDEGATE_BODY "backupPolicy\0type"sv, "Continuous", "Periodic")},
    {"Microsoft.DocumentDB/databaseAccounts",
     shorter(TIDEGATE_BODY
             "backupPolicy\0periodicModeProperties\0backupRetentionIntervalInHours"sv)},
    {"Microsoft.DocumentDB/databaseAccounts/mongodbDatabases/collections",
     expires(TIDEGATE_BODY "resource\0analyticalStorageTtl"sv)},
    {"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
     expires(TIDEGATE_BODY "resource\0defaultTtl"sv)},
    {"Microsoft.DocumentDB/databaseAccounts/sqlDatabases/containers",
     expires(TIDEGATE_BODY "resource\0analyticalStorageTtl"sv)},
    {"Microsoft.EventHub/namespaces/eventhubs", shorter(TIDEGATE_BODY "messageRetentionInDays"sv)},
    {"Microsoft.EventHub/namespaces/eventhubs",
     shorter(TIDEGATE_BODY "retentionDescription\0retentionTimeInHours"sv)},
    {"Microsoft.Insights/components", shorter(TIDEGATE_BODY "RetentionInDays"sv)},
    {"Microsoft.KeyVault/vaults", off(4, TIDEGATE_BODY "enablePurgeProtection"sv)},
    {"Microsoft.KeyVault/vaults", off(4, TIDEGATE_BODY "enableSoftDelete"sv)},
    {"Microsoft.KeyVault/vaults", shorter(TIDEGATE_BODY "softDeleteRetentionInDays"sv)},
    {"Microsoft.KeyVault/vaults/keys", off(14, TIDEGATE_BODY "attributes\0enabled"sv)},
    {"Microsoft.KeyVault/vaults/secrets", off(14, TIDEGATE_BODY "attributes\0enabled"sv)},
    {"Microsoft.Kusto/clusters/databases", expires(TIDEGATE_BODY "softDeletePeriod"sv)},
    {"Microsoft.OperationalInsights/workspaces", shorter(TIDEGATE_BODY "retentionInDays"sv)},
    {"Microsoft.OperationalInsights/workspaces/tables", shorter(TIDEGATE_BODY "retentionInDays"sv)},
    {"Microsoft.OperationalInsights/workspaces/tables",
     shorter(TIDEGATE_BODY "totalRetentionInDays"sv)},
    {"Microsoft.RecoveryServices/vaults",
     becomes(4, TIDEGATE_BODY "securitySettings\0softDeleteSettings\0softDeleteState"sv, "",
             "Disabled")},
    {"Microsoft.RecoveryServices/vaults",
     shorter(TIDEGATE_BODY
             "securitySettings\0softDeleteSettings\0softDeleteRetentionPeriodInDays"sv)},
    {"Microsoft.RecoveryServices/vaults",
     becomes(4, TIDEGATE_BODY "securitySettings\0immutabilitySettings\0state"sv, "", "Disabled")},
    {"Microsoft.ServiceBus/namespaces/queues", expires(TIDEGATE_BODY "defaultMessageTimeToLive"sv)},
    {"Microsoft.ServiceBus/namespaces/topics", expires(TIDEGATE_BODY "defaultMessageTimeToLive"sv)},
    {"Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
     shorter(TIDEGATE_BODY "weeklyRetention"sv)},
    {"Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
     shorter(TIDEGATE_BODY "monthlyRetention"sv)},
    {"Microsoft.Sql/servers/databases/backupLongTermRetentionPolicies",
     shorter(TIDEGATE_BODY "yearlyRetention"sv)},
    {"Microsoft.Sql/servers/databases/backupShortTermRetentionPolicies",
     shorter(TIDEGATE_BODY "retentionDays"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, TIDEGATE_BODY "deleteRetentionPolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     shorter(TIDEGATE_BODY "deleteRetentionPolicy\0days"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, TIDEGATE_BODY "containerDeleteRetentionPolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     shorter(TIDEGATE_BODY "containerDeleteRetentionPolicy\0days"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, TIDEGATE_BODY "isVersioningEnabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, TIDEGATE_BODY "restorePolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/blobServices",
     off(6, TIDEGATE_BODY "changeFeed\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/fileServices",
     off(6, TIDEGATE_BODY "shareDeleteRetentionPolicy\0enabled"sv)},
    {"Microsoft.Storage/storageAccounts/fileServices",
     shorter(TIDEGATE_BODY "shareDeleteRetentionPolicy\0days"sv)},
}};
#undef TIDEGATE_BODY

}  // namespace

std::vector<Entry> arm_entries(const Subject& subject) {
  std::vector<Entry> out;
  if (subject.change.type != "azapi_resource" && subject.change.type != "azapi_update_resource")
    return out;
  std::string_view type = subject.before.node()["type"].as_string();
  type = type.substr(0, type.find('@'));
  for (const ArmEntry& one : table) {
    if (equal_ignoring_case(one.type, type)) out.push_back(one.entry);
  }
  return out;
}

std::vector<Entry> entries_of(const Subject& subject) {
  std::vector<Entry> out;
  for (std::size_t i = 0; subject.row && i < subject.row->entry_count; ++i) {
    out.push_back(catalogue::entry_of(*subject.row, i));
  }
  for (const Entry& entry : arm_entries(subject)) out.push_back(entry);
  return out;
}

}  // namespace tidegate::policy
