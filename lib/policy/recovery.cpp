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
  return std::string(what) + " " + value.shown() + " days";
}

std::string storage_account(const Value& before) {
  const std::string blobs = days(at(before, {"blob_properties", "delete_retention_policy", "days"}), "blob soft delete");
  const std::string note = "; none of it outlives the account, which itself can be restored for 14 days if its name is not used again";
  return (blobs.empty() ? "no blob soft delete" : blobs) + note;
}

std::string key_vault(const Value& before) {
  const std::string kept = days(before.member("soft_delete_retention_days"), "soft delete");
  if (is_true(before.member("purge_protection_enabled"))) return kept + ", purge protection is on";
  return kept + "; the provider purges at once unless features.key_vault.purge_soft_delete_on_destroy is false";
}

std::string secret(const Value& before) {
  const Value window = before.member("recovery_window_in_days");
  if (!window.is_blank() && is_zero_quantity(window.as_text())) return "not recoverable: recovery_window_in_days is 0";
  return days(window, "restorable for");
}

std::string database(const Value& before) {
  std::string text = is_true(before.member("skip_final_snapshot")) ? "no last snapshot (skip_final_snapshot)"
                                                                    : "a last snapshot is made";
  if (is_true(before.member("deletion_protection"))) text += "; the service refuses: deletion_protection is on";
  return text;
}

std::string bucket(const Value& before) {
  if (is_true(before.member("force_destroy"))) return "not recoverable: force_destroy deletes all objects";
  return "the service refuses while objects are in it (force_destroy is off)";
}

std::string databricks(const Value& before) {
  const std::string forced = is_true(before.member("force_destroy")) ? "; force_destroy takes everything in it along" : "";
  return "managed tables and volumes: UNDROP within 7 days" + forced;
}

std::string snowflake(const Value& before) {
  const Value kept = before.member("data_retention_time_in_days");
  if (kept.is_blank()) return {};
  return is_zero_quantity(kept.as_text()) ? "not recoverable: data_retention_time_in_days is 0" : days(kept, "UNDROP within");
}

struct Known {
  std::string_view type{};
  std::string (*text)(const Value&) = nullptr;
};

constexpr std::array<Known, 12> known{{
    {"azurerm_storage_account", storage_account}, {"azurerm_key_vault", key_vault},
    {"aws_secretsmanager_secret", secret},        {"aws_db_instance", database},
    {"aws_rds_cluster", database},                {"aws_s3_bucket", bucket},
    {"databricks_catalog", databricks},           {"databricks_schema", databricks},
    {"databricks_volume", databricks},            {"snowflake_database", snowflake},
    {"snowflake_schema", snowflake},              {"snowflake_table", snowflake},
}};

}  // namespace

std::string recovery_of(const Subject& subject) {
  for (const Known& entry : known) {
    if (entry.type == subject.change.type) return entry.text(subject.before);
  }
  return {};
}

}  // namespace tidegate::policy
