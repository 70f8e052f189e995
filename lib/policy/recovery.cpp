// SPDX-License-Identifier: Apache-2.0
// Delete-time switches count from `before`: what `after` says means nothing for a delete.
#include "policy/recovery.hpp"

#include <array>

#include "base/text.hpp"
#include "policy/quantity.hpp"

namespace tidegate::policy {

namespace {

Value at(const Value& object, std::initializer_list<std::string_view> steps) {
  Value value = object;
  for (const std::string_view step : steps) value = value.member(step).unwrapped();
  return value;
}

bool is_true(const Value& value) { return equal_ignoring_case(value.as_text(), "true"); }

std::string days(const Value& value, std::string_view what) {
  if (value.is_blank() || is_zero_quantity(value.as_text())) return {};
  return std::string(what) + " " + value.shown() + (value.as_text() == "1" ? " day" : " days");
}

std::string storage_account(const Value& before) {
  const std::string blobs = days(at(before, {"blob_properties", "delete_retention_policy", "days"}), "blob soft delete");
  const std::string note = "; none of it outlives the account, which itself can be restored for 14 days if its name is not used again";
  return (blobs.empty() ? "no blob soft delete" : blobs) + note;
}

std::string key_vault(const Value& before) {
  const std::string soft = days(before.member("soft_delete_retention_days"), "soft delete");
  if (is_true(before.member("purge_protection_enabled"))) return soft + (soft.empty() ? "" : ", ") + "purge protection is on";
  return soft;
}

std::string secret(const Value& before) {
  const Value window = before.member("recovery_window_in_days");
  if (!window.is_blank() && is_zero_quantity(window.as_text())) return "not recoverable: recovery_window_in_days is 0";
  return days(window, "restorable for");
}

std::string kms_key(const Value& before) {
  const std::string window = days(before.member("deletion_window_in_days"), "the deletion can be cancelled for");
  return window.empty() ? "the deletion can be cancelled for 30 days" : window;
}

// The first of these members that is true says that somebody refuses.
std::string refused(const Value& before) {
  for (const char* name : {"deletion_protection", "deletion_protection_enabled", "protect_from_deletion"}) {
    if (is_true(before.member(name))) return std::string("; the delete is refused: ") + name + " is on";
  }
  return {};
}

std::string last_snapshot(const Value& before) {
  const char* const kept = is_true(before.member("skip_final_snapshot")) ? "no last snapshot (skip_final_snapshot)"
                                                                         : "a last snapshot is made";
  return kept + refused(before);
}

std::string last_backup(const Value& before) {
  return is_true(before.member("skip_final_backup")) ? "no last backup (skip_final_backup)" : "a last backup is made";
}

std::string named_snapshot(const Value& before) {
  return before.member("final_snapshot_identifier").is_blank() ? "no last snapshot (final_snapshot_identifier is not set)"
                                                               : "a last snapshot is made";
}

std::string volume(const Value& before) {
  return is_true(before.member("final_snapshot")) ? "a last snapshot is made"
                                                  : "no last snapshot (final_snapshot); only from older snapshots";
}

std::string dynamodb(const Value& before) {
  const bool has_history = is_true(at(before, {"point_in_time_recovery", "enabled"}));
  return std::string(has_history ? "a system backup is kept for 35 days (point in time recovery is on)"
                                 : "not recoverable without an own backup: point in time recovery is off") + refused(before);
}

std::string bucket(const Value& before) {
  if (is_true(before.member("force_destroy"))) return "not recoverable: force_destroy deletes all objects";
  return "the service refuses while objects are in it (force_destroy is off)";
}

std::string google_bucket(const Value& before) {
  const Value kept = at(before, {"soft_delete_policy", "retention_duration_seconds"});
  std::string text = bucket(before);
  if (kept.is_blank()) return text;
  return text + (is_zero_quantity(kept.as_text()) ? std::string("; soft delete is off")
                                                  : "; soft delete keeps objects for " + kept.shown() + " seconds");
}

std::string repository(const Value& before) {
  return is_true(before.member("force_delete")) ? "not recoverable: force_delete deletes all images"
                                                : "the service refuses while images are in it (force_delete is off)";
}

std::string log_group(const Value& before) {
  return is_true(before.member("skip_destroy")) ? "the log group stays (skip_destroy)" : "not recoverable";
}

std::string sql_database(const Value& before) {
  const std::string kept = days(at(before, {"short_term_retention_policy", "retention_days"}), "a dropped database can be restored for");
  return (kept.empty() ? "a dropped database can be restored for 7 days" : kept) + ", while its server exists";
}

std::string flexible_server(const Value&) { return "a dropped server can be restored for 5 days"; }

std::string cosmos_account(const Value& before) {
  if (!equal_ignoring_case(at(before, {"backup", "type"}).as_text(), "Continuous")) {
    return "periodic backup: only support can restore it, and only while a backup is kept";
  }
  const bool short_tier = equal_ignoring_case(at(before, {"backup", "tier"}).as_text(), "Continuous7Days");
  return std::string("continuous backup: restorable into a new account for ") + (short_tier ? "7" : "30") + " days";
}

std::string backup_vault(const Value& before) {
  if (equal_ignoring_case(before.member("soft_delete").as_text(), "Off")) return "not recoverable: soft_delete is Off";
  return days(before.member("retention_duration_in_days"), "soft delete");
}

std::string recovery_vault(const Value& before) {
  const Value soft = before.member("soft_delete_enabled");
  return !soft.is_blank() && !is_true(soft) ? "not recoverable: soft_delete_enabled is false" : "soft delete 14 days";
}

std::string protected_or_lost(const Value& before) { return "not recoverable without an own backup" + refused(before); }

std::string bigquery_dataset(const Value& before) {
  const Value hours = before.member("max_time_travel_hours");
  const std::string window = hours.is_blank() ? "7 days" : hours.as_text() + " hours";
  return "UNDROP SCHEMA within " + window + (is_true(before.member("delete_contents_on_destroy"))
                                                 ? "; delete_contents_on_destroy takes all tables along"
                                                 : "; the service refuses while tables are in it");
}

std::string bigquery_table(const Value& before) { return "time travel of the dataset, 7 days unless set" + refused(before); }

std::string google_disk(const Value& before) {
  return is_true(before.member("create_snapshot_before_destroy")) ? "a last snapshot is made"
                                                                  : "not recoverable without an own snapshot";
}

std::string firestore(const Value& before) {
  if (equal_ignoring_case(before.member("deletion_policy").as_text(), "ABANDON")) return "the database stays (deletion_policy ABANDON)";
  const bool on = equal_ignoring_case(before.member("delete_protection_state").as_text(), "DELETE_PROTECTION_ENABLED");
  return on ? "the service refuses: delete_protection_state is on" : "not recoverable without an own backup";
}

std::string crypto_key(const Value& before) {
  const Value wait = before.member("destroy_scheduled_duration");
  return "versions can be restored for " + (wait.is_blank() ? std::string("30 days") : wait.as_text());
}

std::string databricks(const Value& before) {
  const std::string forced = is_true(before.member("force_destroy")) ? "; force_destroy takes everything in it along" : "";
  return "managed tables and volumes: UNDROP within 7 days" + forced;
}

std::string databricks_table(const Value& before) {
  if (equal_ignoring_case(before.member("table_type").as_text(), "EXTERNAL")) return "the files at its storage_location stay";
  return "UNDROP TABLE within 7 days";
}

std::string databricks_volume(const Value& before) {
  if (equal_ignoring_case(before.member("volume_type").as_text(), "EXTERNAL")) return "the files at its storage_location stay";
  return "a managed volume: its files are deleted after 7 days";
}

std::string snowflake(const Value& before) {
  const Value kept = before.member("data_retention_time_in_days");
  if (kept.is_blank()) return {};
  return is_zero_quantity(kept.as_text()) ? "not recoverable: data_retention_time_in_days is 0" : days(kept, "UNDROP within");
}

std::string of_account(const Value&) { return "soft delete of the account decides; void if the account goes, too"; }
std::string of_vault(const Value&) { return "soft delete of the vault decides"; }
std::string with_server(const Value&) { return "its databases go with the server; only long-term backups outlive it"; }
std::string of_backup(const Value&) { return "only from the backup of its account"; }
std::string lost(const Value&) { return "not recoverable"; }
std::string lost_messages(const Value&) { return "not recoverable: messages that nobody has read are gone"; }
std::string lost_history(const Value&) { return "not recoverable: run history and state of its triggers are gone"; }
std::string lost_offset(const Value&) { return "not recoverable: the offset is gone, what was not consumed is skipped"; }

struct Known {
  std::string_view type{};
  std::string (*text)(const Value&) = nullptr;
};

constexpr std::array<Known, 84> known{{
    {"aws_cloudwatch_log_group", log_group},
    {"aws_db_instance", last_snapshot},
    {"aws_docdb_cluster", last_snapshot},
    {"aws_dynamodb_table", dynamodb},
    {"aws_ebs_volume", volume},
    {"aws_ecr_repository", repository},
    {"aws_efs_file_system", protected_or_lost},
    {"aws_elasticache_cluster", named_snapshot},
    {"aws_elasticache_replication_group", named_snapshot},
    {"aws_fsx_lustre_file_system", last_backup},
    {"aws_fsx_ontap_volume", last_backup},
    {"aws_fsx_openzfs_file_system", last_backup},
    {"aws_fsx_windows_file_system", last_backup},
    {"aws_kinesis_stream", lost_messages},
    {"aws_kms_key", kms_key},
    {"aws_msk_cluster", lost_messages},
    {"aws_neptune_cluster", last_snapshot},
    {"aws_opensearch_domain", lost},
    {"aws_rds_cluster", last_snapshot},
    {"aws_redshift_cluster", last_snapshot},
    {"aws_s3_bucket", bucket},
    {"aws_s3_directory_bucket", bucket},
    {"aws_s3tables_table_bucket", bucket},
    {"aws_secretsmanager_secret", secret},
    {"aws_sqs_queue", lost_messages},
    {"azurerm_container_registry", lost},
    {"azurerm_cosmosdb_account", cosmos_account},
    {"azurerm_cosmosdb_mongo_collection", of_backup},
    {"azurerm_cosmosdb_mongo_database", of_backup},
    {"azurerm_cosmosdb_sql_container", of_backup},
    {"azurerm_cosmosdb_sql_database", of_backup},
    {"azurerm_data_factory", lost_history},
    {"azurerm_data_protection_backup_vault", backup_vault},
    {"azurerm_eventhub", lost_messages},
    {"azurerm_eventhub_consumer_group", lost_offset},
    {"azurerm_eventhub_namespace", lost_messages},
    {"azurerm_key_vault", key_vault},
    {"azurerm_key_vault_certificate", of_vault},
    {"azurerm_key_vault_key", of_vault},
    {"azurerm_key_vault_secret", of_vault},
    {"azurerm_managed_disk", protected_or_lost},
    {"azurerm_mssql_database", sql_database},
    {"azurerm_mssql_server", with_server},
    {"azurerm_mysql_flexible_server", flexible_server},
    {"azurerm_postgresql_flexible_server", flexible_server},
    {"azurerm_recovery_services_vault", recovery_vault},
    {"azurerm_search_service", lost},
    {"azurerm_servicebus_namespace", lost_messages},
    {"azurerm_servicebus_queue", lost_messages},
    {"azurerm_servicebus_subscription", lost_messages},
    {"azurerm_servicebus_topic", lost_messages},
    {"azurerm_storage_account", storage_account},
    {"azurerm_storage_container", of_account},
    {"azurerm_storage_data_lake_gen2_filesystem", of_account},
    {"azurerm_storage_queue", lost_messages},
    {"azurerm_storage_share", of_account},
    {"azurerm_storage_table", lost},
    {"databricks_catalog", databricks},
    {"databricks_registered_model", lost},
    {"databricks_schema", databricks},
    {"databricks_secret_scope", lost},
    {"databricks_sql_table", databricks_table},
    {"databricks_volume", databricks_volume},
    {"google_bigquery_dataset", bigquery_dataset},
    {"google_bigquery_table", bigquery_table},
    {"google_bigtable_instance", protected_or_lost},
    {"google_compute_disk", google_disk},
    {"google_filestore_instance", protected_or_lost},
    {"google_firestore_database", firestore},
    {"google_kms_crypto_key", crypto_key},
    {"google_pubsub_subscription", lost_messages},
    {"google_pubsub_topic", lost_messages},
    {"google_secret_manager_secret", lost},
    {"google_spanner_database", protected_or_lost},
    {"google_spanner_instance", protected_or_lost},
    {"google_sql_database_instance", protected_or_lost},
    {"google_storage_bucket", google_bucket},
    {"snowflake_database", snowflake},
    {"snowflake_dynamic_table", snowflake},
    {"snowflake_schema", snowflake},
    {"snowflake_stage", lost},
    {"snowflake_stage_internal", lost},
    {"snowflake_stream_on_table", lost_offset},
    {"snowflake_table", snowflake},
}};

}  // namespace

std::string recovery_of(const Subject& subject) {
  for (const Known& entry : known) {
    if (entry.type == subject.change.type) return entry.text(subject.before);
  }
  return {};
}

}  // namespace tidegate::policy
