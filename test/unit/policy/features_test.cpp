// SPDX-License-Identifier: Apache-2.0
#include "policy/features.hpp"

#include <gtest/gtest.h>

#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using test::ChangeText;
using test::judge;
using test::PlanText;

// A resource of this type goes; `providers` is provider_config, `key` that of the resource.
Finding gone(const std::string& type, const std::string& providers, const std::string& key = "azurerm",
             const std::string& before = "{}") {
  PlanText plan{.changes = {{.address = type + ".x", .type = type, .actions = R"(["delete","create"])", .before = before, .after = "{}"}}};
  plan.configuration = "{\"provider_config\":" + providers + R"(,"root_module":{"resources":[{"address":")" + type +
                       R"(.x","mode":"managed","type":")" + type + R"(","provider_config_key":")" + key + "\"}]}}";
  const test::Judged out = judge(plan);
  EXPECT_EQ(out.findings.size(), 1U) << type;
  EXPECT_EQ(out.worst(), Level::block) << type;
  return out.findings.empty() ? Finding{} : out.findings[0];
}

std::string provider(const std::string& key, const std::string& features) {
  return "\"" + key + R"(":{"name":"azurerm","expressions":{"features":[)" + features + "]}}";
}

std::string setting(const std::string& block, const std::string& name, const std::string& expression) {
  return "{\"" + block + "\":[{\"" + name + "\":" + expression + "}]}";
}

TEST(Features, say_whether_a_delete_is_final) {
  const std::string open = setting("key_vault", "purge_soft_delete_on_destroy", R"({"constant_value":false})");
  EXPECT_EQ(gone("azurerm_key_vault", "{" + provider("azurerm", "{}") + "}", "azurerm", R"({"soft_delete_retention_days":90})").recovery,
            "soft delete 90 days; features.key_vault.purge_soft_delete_on_destroy is true (default): the provider purges it at "
            "once, nothing can be restored");
  EXPECT_EQ(gone("azurerm_key_vault", "{" + provider("azurerm", open) + "}").recovery,
            "features.key_vault.purge_soft_delete_on_destroy is false: the provider leaves it in its soft-deleted state");
}

TEST(Features, are_those_of_the_own_provider_configuration) {
  const std::string open = setting("key_vault", "purge_soft_delete_on_destroy", R"({"constant_value":false})");
  const std::string both = "{" + provider("azurerm", "{}") + "," + provider("azurerm.two", open) + "}";
  EXPECT_NE(gone("azurerm_key_vault", both, "azurerm").recovery.find("is true (default)"), std::string::npos);
  EXPECT_NE(gone("azurerm_key_vault", both, "azurerm.two").recovery.find("is false"), std::string::npos);
  EXPECT_NE(gone("azurerm_key_vault", both, "module.a:azurerm.two").recovery.find("is false"), std::string::npos);
  EXPECT_NE(gone("azurerm_key_vault", both, "").recovery.find("there are several provider configurations"), std::string::npos);
  EXPECT_NE(gone("azurerm_key_vault", "{}", "").recovery.find("is not known, by default"), std::string::npos);
}

TEST(Features, that_depend_on_a_variable_are_said_both_ways) {
  const std::string given = setting("key_vault", "purge_soft_delete_on_destroy", R"({"references":["var.purge"]})");
  const std::string text = gone("azurerm_key_vault", "{" + provider("azurerm", given) + "}").recovery;
  EXPECT_NE(text.find("set by var.purge: true: the provider purges"), std::string::npos) << text;
  EXPECT_NE(text.find("false: the provider leaves"), std::string::npos) << text;
}

TEST(Features, never_lower_a_severity) {
  const std::vector<std::array<const char*, 3>> cases{
      {"azurerm_resource_group", "resource_group", "prevent_deletion_if_contains_resources"},
      {"azurerm_netapp_volume", "netapp", "prevent_volume_destruction"},
      {"azurerm_backup_protected_vm", "recovery_service", "vm_backup_stop_protection_and_retain_data_on_destroy"},
      {"azurerm_databricks_workspace", "databricks_workspace", "force_delete"},
      {"azurerm_linux_virtual_machine", "virtual_machine", "delete_os_disk_on_deletion"},
      {"azurerm_resource_group_template_deployment", "template_deployment", "delete_nested_items_during_deletion"}};
  for (const auto& one : cases) {
    for (const char* value : {"true", "false"}) {
      const std::string block = setting(one[1], one[2], std::string(R"({"constant_value":)") + value + "}");
      const Finding finding = gone(one[0], "{" + provider("azurerm", block) + "}");  // blocks
      EXPECT_NE(finding.recovery.find("features." + std::string(one[1]) + "." + one[2] + " is " + value + ": "), std::string::npos)
          << one[0] << finding.recovery;
    }
  }
}

TEST(Recovery, comes_from_the_object_before_the_change) {
  const auto recovery = [](const std::string& type, const std::string& before, const std::string& after) {
    const ChangeText change{.address = type + ".x", .type = type, .actions = R"(["delete","create"])", .before = before, .after = after};
    const test::Judged out = judge({.changes = {change}});
    return out.findings.empty() ? std::string() : out.findings[0].recovery;
  };
  struct Case {
    const char* type;
    const char* before;
    const char* after;
    const char* text;
  };
  const std::vector<Case> cases{
      {"aws_db_instance", R"({"skip_final_snapshot":true})", R"({"skip_final_snapshot":false})", "no last snapshot (skip_final_snapshot)"},
      {"aws_db_instance", R"({"skip_final_snapshot":false})", R"({"skip_final_snapshot":true})", "a last snapshot is made"},
      {"aws_s3_bucket", R"({"force_destroy":true})", R"({"force_destroy":false})", "not recoverable: force_destroy deletes all objects"},
      {"aws_secretsmanager_secret", R"({"recovery_window_in_days":0})", "{}", "not recoverable: recovery_window_in_days is 0"},
      {"aws_secretsmanager_secret", R"({"recovery_window_in_days":7})", "{}", "restorable for 7 days"},
      {"aws_dynamodb_table", R"({"point_in_time_recovery":[{"enabled":true}]})", "{}", "a system backup is kept for 35 days"},
      {"google_storage_bucket", R"({"soft_delete_policy":[{"retention_duration_seconds":0}]})", "{}", "soft delete is off"},
      {"google_bigquery_dataset", R"({"max_time_travel_hours":"48","delete_contents_on_destroy":true})", "{}",
       "UNDROP SCHEMA within 48 hours; delete_contents_on_destroy takes all tables along"},
      {"databricks_sql_table", R"({"table_type":"EXTERNAL"})", "{}", "the files at its storage_location stay"},
      {"databricks_schema", R"({"force_destroy":true})", "{}", "UNDROP within 7 days; force_destroy takes everything in it along"},
      {"snowflake_table", R"({"data_retention_time_in_days":0})", "{}", "not recoverable: data_retention_time_in_days is 0"},
      {"azurerm_mssql_database", R"({"short_term_retention_policy":[{"retention_days":14}]})", "{}",
       "a dropped database can be restored for 14 days, while its server exists"},
      {"azurerm_cosmosdb_account", R"({"backup":[{"type":"Continuous","tier":"Continuous7Days"}]})", "{}", "for 7 days"},
      {"azurerm_eventhub_consumer_group", "{}", "{}", "the offset is gone"},
  };
  for (const Case& one : cases) {
    const std::string text = recovery(one.type, one.before, one.after);
    EXPECT_NE(text.find(one.text), std::string::npos) << one.type << ": " << text;
  }
}

}  // namespace
}  // namespace tidegate::policy
