// SPDX-License-Identifier: Apache-2.0
// deploy-gate catalogue [TYPE]: what the gate knows about a resource type, or about all.
#include <array>
#include <map>
#include <memory>
#include <string>

#include "base/text.hpp"
#include "catalogue/types.hpp"
#include "deploy-gate/command.hpp"
#include "policy/rules.hpp"
#include "policy/subject.hpp"

namespace tidegate::gate {

namespace {

using catalogue::Tier;
using catalogue::TypeRow;

std::string on_loss(Tier tier) {
  if (catalogue::is_protected(tier)) return "delete and replace are blocked";
  switch (tier) {
    case Tier::escape_hatch: return "delete and replace are blocked (null_resource, terraform_data: only with a provisioner)";
    case Tier::upload: return "delete warns, replace is a note; without a source attribute it counts as data";
    case Tier::compute: return "delete and replace are a note";
    case Tier::expiry: return "create, update and replace are the danger; delete is none";
    default: return "delete and replace warn";
  }
}

// On what it depends whether a lost object comes back; a finding says it with the object's own values.
struct Recovery {
  std::string_view type{};
  std::string_view text{};
};

constexpr std::string_view undrop = "managed tables and volumes: UNDROP within 7 days";
constexpr std::string_view snowflake = "UNDROP within data_retention_time_in_days; 0: not recoverable";
constexpr std::string_view last_snapshot = "a last snapshot, unless skip_final_snapshot is true";

constexpr std::array<Recovery, 12> recoveries{{
    {"azurerm_storage_account", "the account for 14 days if its name is not used again; blob soft delete does not outlive it"},
    {"azurerm_key_vault", "soft_delete_retention_days, 7 to 90; at once gone unless "
                          "features.key_vault.purge_soft_delete_on_destroy is false"},
    {"aws_secretsmanager_secret", "recovery_window_in_days; 0: not recoverable"},
    {"aws_db_instance", last_snapshot},
    {"aws_rds_cluster", last_snapshot},
    {"aws_s3_bucket", "the service refuses while objects are in it; force_destroy deletes them: not recoverable"},
    {"databricks_catalog", undrop},
    {"databricks_schema", undrop},
    {"databricks_volume", undrop},
    {"snowflake_database", snowflake},
    {"snowflake_schema", snowflake},
    {"snowflake_table", snowflake},
}};

std::string recovery_text(const TypeRow& row) {
  for (const Recovery& one : recoveries) {
    if (one.type == row.name) return "  recovery  " + std::string(one.text) + "\n";
  }
  if (!catalogue::is_protected(row.tier)) return {};
  return "  recovery  the gate knows of none: count it as not recoverable\n";
}

std::string entry_text(const catalogue::Entry& entry) {
  std::string text = "  P" + std::to_string(entry.pattern) + "  " + catalogue::shown_path(entry.path) + " ";
  if (entry.comparison == catalogue::Comparison::becomes) {
    text += std::string(entry.from) + "->" + std::string(entry.to);
  } else {
    text += catalogue::to_string(entry.comparison);
  }
  if (!entry.note.empty()) text += " (" + std::string(entry.note) + ")";
  for (const policy::Rule& rule : policy::rules()) {
    if ((rule.patterns >> static_cast<unsigned>(entry.pattern) & 1U) == 0) continue;
    text += "   " + std::string(rule.id);
  }
  return text + "\n";
}

std::string type_text(const TypeRow& row) {
  std::string text = std::string(row.name) + "\n  tier      " + std::string(catalogue::to_string(row.tier)) + ": " +
                     on_loss(row.tier) + "\n  loses     " + std::string(row.reason) + "\n" + recovery_text(row);
  if (row.forcing != "-") text += "  replaced by a change of  " + std::string(row.forcing) + "\n";
  text += "  checked   " + (row.checked == "-" ? std::string("not against a schema, from documentation") : std::string(row.checked)) + "\n";
  if (row.entry_count > 0) text += "dangerous changes in place:\n";
  for (std::size_t i = 0; i < row.entry_count; ++i) text += entry_text(catalogue::entry_of(row, i));
  return text;
}

std::string summary() {
  std::map<std::string, std::size_t> tiers;
  for (std::size_t i = 0; i < catalogue::type_count(); ++i) {
    ++tiers[std::string(catalogue::to_string(catalogue::type_at(i).tier))];
  }
  std::string text = counted(catalogue::type_count(), "type") + " that hold or protect data, " +
                     counted(catalogue::stateless_count(), "stateless type") + ", " +
                     counted(catalogue::arm_alias_count(), "ARM type") + ", " +
                     counted(policy::rules().size(), "rule") + "\n\n";
  for (const auto& tier : tiers) {
    std::string name = tier.first;
    name.resize(14, ' ');
    std::string count = std::to_string(tier.second);
    text += name + std::string(5 - std::min<std::size_t>(count.size(), 4), ' ') + count + "  " +
            on_loss(*catalogue::find_tier(tier.first)) + "\n";
  }
  return text;
}

std::string unknown_text(const std::string& type) {
  std::string text = printable(type) +
                     ": unknown\n"
                     "  tier      none: providers add types weekly, and nobody has said whether this one holds data.\n"
                     "            What cannot be proved safe counts as unsafe: delete and replace are blocked\n"
                     "            (gate.unknown-type-destroy), and no change in place is looked at.\n"
                     "  recovery  unknown, counts as not recoverable\n";
  if (policy::is_type_name(type)) {
    text += "  if it holds none, the organisation's policy may say so:  stateless: [" + type + "]\n"
            "  if it holds data, the policy can name its tier:          tiers: {" + type + ": data}\n";
  }
  if (const auto nearest = catalogue::find_nearest_type(type)) text += "A listed type of similar name: " + *nearest + "\n";
  return text;
}

std::string describe(const std::string& type) {
  if (type.empty()) return summary();
  if (const auto row = catalogue::find_type(type)) return type_text(*row);
  if (const auto row = catalogue::find_stateless(type)) {
    return type + "\n  stateless (" + std::string(row->group) + "): deleting it loses no data, run state or protection\n";
  }
  if (const auto alias = catalogue::find_arm_type(type)) {
    std::string text = std::string(alias->arm_type) + " is " + std::string(alias->name) + "\n  tier      " +
                       std::string(catalogue::to_string(alias->tier)) + ": " + on_loss(alias->tier) + "\n";
    return text;
  }
  return unknown_text(type);
}

}  // namespace

void add_catalogue(commandline::Command app, Action& action) {
  auto type = std::make_shared<std::string>();
  const commandline::Command command = app.add_command("catalogue", "what the gate knows about resource types");
  command.add_option("type", *type, "a Terraform or ARM resource type; without it a summary");
  command.when_chosen([type, &action] {
    action = [type](Context& context) {
      context.terminal.out(describe(*type));
      return ExitCode::success;
    };
  });
}

}  // namespace tidegate::gate
