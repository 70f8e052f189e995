// SPDX-License-Identifier: Apache-2.0
#include "policy/features.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "policy/references.hpp"

namespace tidegate::policy {

namespace {

struct Switch {
  std::string_view type{};         // exact, or a beginning that ends with '*'
  std::string_view name{};         // block.argument
  bool standard = false;           // value when it is not given
  std::string_view when_true{};
  std::string_view when_false{};
};

constexpr std::string_view purged = "the provider purges it at once, nothing can be restored";
constexpr std::string_view kept = "the provider leaves it in its soft-deleted state";

constexpr std::array<Switch, 28> switches{{
    {"azurerm_key_vault", "key_vault.purge_soft_delete_on_destroy", true, purged, kept},
    {"azurerm_key_vault_key", "key_vault.purge_soft_deleted_keys_on_destroy", true, purged, kept},
    {"azurerm_key_vault_secret", "key_vault.purge_soft_deleted_secrets_on_destroy", true, purged, kept},
    {"azurerm_key_vault_certificate", "key_vault.purge_soft_deleted_certificates_on_destroy", true, purged, kept},
    {"azurerm_key_vault_managed_hardware_security_module",
     "key_vault.purge_soft_deleted_hardware_security_modules_on_destroy", true, purged, kept},
    {"azurerm_key_vault_managed_hardware_security_module_key",
     "key_vault.purge_soft_deleted_hardware_security_module_keys_on_destroy", true, purged, kept},
    {"azurerm_api_management", "api_management.purge_soft_delete_on_destroy", true, purged, kept},
    {"azurerm_app_configuration", "app_configuration.purge_soft_delete_on_destroy", true, purged, kept},
    {"azurerm_cognitive_account", "cognitive_account.purge_soft_delete_on_destroy", true, purged, kept},
    {"azurerm_log_analytics_workspace", "log_analytics_workspace.permanently_delete_on_destroy", false,
     "the workspace is deleted for good", "the workspace can be restored for 14 days"},
    {"azurerm_machine_learning_workspace", "machine_learning.purge_soft_deleted_workspace_on_destroy", false, purged, kept},
    {"azurerm_resource_group", "resource_group.prevent_deletion_if_contains_resources", true,
     "the provider refuses while the group holds objects that Terraform does not manage",
     "objects that Terraform does not manage go with the group"},
    {"azurerm_netapp_volume", "netapp.prevent_volume_destruction", true, "the provider refuses to delete the volume",
     "the provider deletes the volume"},
    {"azurerm_netapp_volume_group_sap_hana", "netapp.prevent_volume_destruction", true,
     "the provider refuses to delete the volumes", "the provider deletes the volumes"},
    {"azurerm_netapp_volume_group_oracle", "netapp.prevent_volume_destruction", true,
     "the provider refuses to delete the volumes", "the provider deletes the volumes"},
    {"azurerm_netapp_backup_vault", "netapp.delete_backups_on_backup_vault_destroy", false,
     "all backups in the vault are deleted", "the service refuses while backups are in the vault"},
    {"azurerm_backup_protected_vm", "recovery_service.vm_backup_stop_protection_and_retain_data_on_destroy", false,
     "protection stops, the recovery points stay", "the recovery points are deleted"},
    {"azurerm_backup_protected_vm", "recovery_service.vm_backup_suspend_protection_and_retain_data_on_destroy", false,
     "protection is suspended, the recovery points stay", "the recovery points are deleted"},
    {"azurerm_recovery_services_vault", "recovery_service.purge_protected_items_from_vault_on_destroy", false,
     "all protected items in the vault are purged", "the service refuses while protected items are in the vault"},
    {"azurerm_databricks_workspace", "databricks_workspace.force_delete", false,
     "the managed resource group with the data of Unity Catalog goes along",
     "the data of Unity Catalog in the managed resource group stays"},
    {"azurerm_virtual_machine", "virtual_machine.delete_os_disk_on_deletion", true, "the system disk goes along",
     "the system disk stays"},
    {"azurerm_linux_virtual_machine", "virtual_machine.delete_os_disk_on_deletion", true, "the system disk goes along",
     "the system disk stays"},
    {"azurerm_windows_virtual_machine", "virtual_machine.delete_os_disk_on_deletion", true, "the system disk goes along",
     "the system disk stays"},
    {"azurerm_template_deployment", "template_deployment.delete_nested_items_during_deletion", true,
     "everything that the template made goes along", "what the template made stays"},
    {"azurerm_resource_group_template_deployment", "template_deployment.delete_nested_items_during_deletion", true,
     "everything that the template made goes along", "what the template made stays"},
    {"azurerm_subscription_template_deployment", "template_deployment.delete_nested_items_during_deletion", true,
     "everything that the template made goes along", "what the template made stays"},
    {"azurerm_management_group_template_deployment", "template_deployment.delete_nested_items_during_deletion", true,
     "everything that the template made goes along", "what the template made stays"},
    {"azurerm_tenant_template_deployment", "template_deployment.delete_nested_items_during_deletion", true,
     "everything that the template made goes along", "what the template made stays"},
}};

// A block may stand in a list.
document::Node inner(const document::Node& block) { return block.is_array() ? block.at(0) : block; }

std::string plain_provider(std::string_view key) {
  const std::size_t colon = key.rfind(':');
  return std::string(colon == std::string_view::npos ? key : key.substr(colon + 1));
}

}  // namespace

bool has_feature(std::string_view type) {
  return std::any_of(switches.begin(), switches.end(), [&](const Switch& one) { return one.type == type; });
}

void Features::take(std::string_view key, std::string_view json) {
  if (!plain_provider(key).starts_with("azurerm")) return;
  const auto parsed = document::parse_json("features", std::string(json));
  if (!parsed) return;
  Block& known = blocks_[std::string(key)];
  const document::Node features = inner((*parsed)->root());
  for (const document::Node block : features) {
    for (const document::Node argument : inner(block)) {
      Setting setting;
      if (const document::Node constant = argument["constant_value"]; constant.is_boolean()) {
        setting = {.text = constant.as_boolean() ? "true" : "false", .is_known = true};
      } else {
        const std::vector<std::string> references = references_in(argument);
        setting.text = references.empty() ? "not known" : "set by " + printable(references.front());
      }
      known.emplace(std::string(block.key()) + "." + std::string(argument.key()), std::move(setting));
    }
  }
}

void Features::take_configured(const plan::ConfiguredResource& resource) {
  if (!resource.provider_key.empty() && has_feature(resource.type)) providers_.emplace(resource.address, resource.provider_key);
}

// Its own provider configuration; of an object without configuration the only one there is.
const Features::Block* Features::block_of(const std::string& address) const {
  const auto provider = providers_.find(plan::without_keys(address));
  if (provider != providers_.end()) {
    const auto block = blocks_.find(provider->second);
    if (block != blocks_.end()) return &block->second;
    const auto root = blocks_.find(plain_provider(provider->second));
    return root == blocks_.end() ? nullptr : &root->second;
  }
  return blocks_.size() == 1 ? &blocks_.begin()->second : nullptr;
}

void Features::complete(Report& report) const {
  for (std::size_t i = 0; i < report.findings().size(); ++i) {
    Finding& finding = report.findings()[i];
    const bool is_loss = finding.effect == "delete" || finding.effect == "replace";
    const std::string& type = report.origins()[i].resource_type;
    if (!is_loss || !has_feature(type)) continue;
    const Block* block = block_of(report.origins()[i].address);
    for (const Switch& one : switches) {
      if (one.type != type) continue;
      std::string text = "features." + std::string(one.name);
      if (block == nullptr) {
        text += blocks_.empty() ? " is not known" : " is not known: there are several provider configurations";
        text += ", by default " + std::string(one.standard ? one.when_true : one.when_false);
      } else {
        const auto setting = block->find(one.name);
        const bool is_given = setting != block->end();
        const bool value = is_given ? setting->second.text == "true" : one.standard;
        text += " is " + (is_given ? setting->second.text : std::string(value ? "true" : "false") + " (default)");
        text += is_given && !setting->second.is_known
                    ? ": true: " + std::string(one.when_true) + "; false: " + std::string(one.when_false)
                    : ": " + std::string(value ? one.when_true : one.when_false);
      }
      finding.recovery += (finding.recovery.empty() ? "" : "; ") + text;
    }
  }
}

}  // namespace tidegate::policy
