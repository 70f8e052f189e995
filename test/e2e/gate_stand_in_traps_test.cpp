// SPDX-License-Identifier: Apache-2.0
// The traps of the gate with the resources of real providers: what is deployed once by the real
// Terraform is changed, found gone or asked for in another mode, and each object has its label.
#include <gtest/gtest.h>

#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "e2e/stand_in.hpp"
#include "support/service.hpp"

namespace tidegate {
namespace {

using document::Node;
using test::RootModule;
using test::StandIn;
using Words = std::vector<std::string>;

constexpr char providers[] = R"HCL(
terraform {
  required_providers {
    azurerm    = { source = "hashicorp/azurerm" }
    azapi      = { source = "azure/azapi" }
    databricks = { source = "databricks/databricks" }
  }
}
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
locals {
  store = "/subscriptions/0/resourceGroups/g/providers/Microsoft.Storage/storageAccounts/lake"
  vault = "/subscriptions/0/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v"
}
variable "password" {
  sensitive = true
  default   = "hunter2-one"
}
)HCL";

std::string container(const std::string& label, const std::string& body) {
  return "resource \"azurerm_storage_container\" \"" + label +
         "\" {\n  storage_account_id = local.store\n" + body + "\n}\n";
}

std::string named(const std::string& label, const std::string& name) {
  return container(label, "  name = \"" + name + "\"");
}

std::string account(const std::string& label, const std::string& group,
                    const std::string& replication, const std::string& rules) {
  return "resource \"azurerm_storage_account\" \"" + label + "\" {\n  name = \"st" + label +
         "\"\n"
         "  resource_group_name = " +
         group +
         "\n  location = \"westeurope\"\n"
         "  account_tier = \"Standard\"\n  account_replication_type = " +
         replication +
         "\n"
         "  network_rules {\n    default_action = \"Deny\"\n    ip_rules = " +
         rules + "\n  }\n}\n";
}

constexpr char in_lake[] = R"HCL(
resource "azurerm_storage_container" "in_lake" {
  name               = "in-lake"
  storage_account_id = azurerm_storage_account.lake.id
}
)HCL";

std::string vault(const std::string& label, const std::string& is_protected) {
  return "resource \"azurerm_key_vault\" \"" + label + "\" {\n  name = \"kv-" + label + R"HCL("
  location                   = "westeurope"
  resource_group_name        = "rg"
  tenant_id                  = "00000000-0000-0000-0000-000000000002"
  sku_name                   = "standard"
  rbac_authorization_enabled = true
  soft_delete_retention_days = 90
  purge_protection_enabled   = )HCL" +
         is_protected + "\n}\n";
}

std::string before() {
  return providers + named("gone", "gone") + named("old_name", "renamed") +
         container("keyed", "  for_each = { raw = \"r\", silver = \"s\" }\n  name = each.value") +
         container("list", "  count = 3\n  name = [\"aaa\", \"bbb\", \"ccc\"][count.index]") +
         container("swapped", "  count = 1\n  name = \"first\"") + named("moved_from", "moved") +
         named("replaced_here", "here") + named("vanished", "vanished") +
         named("other_way", "old-way") + named("triggered", "triggered") +
         named("tainted", "tainted") + named("let_go", "let-go") + named("dropped", "dropped") +
         named("lost", "lost") + named("lost_too", "lost-too") + R"HCL(
resource "terraform_data" "word" { input = "one" }
resource "azurerm_resource_group" "parent" {
  name     = "rg-old"
  location = "westeurope"
}
)HCL" + account("lake", "azurerm_resource_group.parent.name", "\"GRS\"", "[]") +
         account("calm", "\"rg\"", "\"LRS\"", "[\"1.1.1.1\", \"2.2.2.2\"]") +
         account("unsure", "\"rg\"", "\"GRS\"", "[]") + in_lake + R"HCL(
data "azurerm_client_config" "current" {}
resource "azurerm_key_vault_secret" "password" {
  name         = "password"
  key_vault_id = local.vault
  value        = var.password
}
resource "azurerm_management_lock" "guard" {
  name       = "guard"
  scope      = local.store
  lock_level = "CanNotDelete"
}
resource "azapi_resource" "aliased" {
  type      = "Microsoft.Storage/storageAccounts/blobServices/containers@2023-05-01"
  name      = "aliased"
  parent_id = "${local.store}/blobServices/default"
  body      = { properties = { publicAccess = "None" } }
  schema_validation_enabled = false
}
resource "azurerm_resource_group_template_deployment" "hatch" {
  name                = "hatch"
  resource_group_name = "rg"
  deployment_mode     = "Incremental"
  template_content    = jsonencode({ resources = [] })
}
resource "databricks_schema" "orders" {
  catalog_name  = "retail"
  name          = "orders"
  force_destroy = true
}
)HCL" + vault("v", "true") +
         vault("maybe", "true");
}

std::string after() {
  return providers + named("new_name", "renamed") +
         container("keyed",
                   "  for_each = { bronze = \"r\", silver = \"s\" }\n  name = each.value") +
         container("list", "  count = 2\n  name = [\"bbb\", \"ccc\"][count.index]") +
         container("swapped", "  for_each = toset([\"a\"])\n  name = \"first\"") +
         named("moved_to", "moved") + named("replaced_there", "there") +
         container("other_way",
                   "  name = \"new-way\"\n  lifecycle { create_before_destroy = true }") +
         container("triggered",
                   "  name = \"triggered\"\n  lifecycle { replace_triggered_by = "
                   "[terraform_data.word] }") +
         named("tainted", "tainted") + named("lost", "lost") + named("imported", "wanted") + R"HCL(
moved {
  from = azurerm_storage_container.moved_from
  to   = azurerm_storage_container.moved_to
}
moved {
  from = azurerm_storage_container.replaced_here
  to   = azurerm_storage_container.replaced_there
}
moved {
  from = azurerm_storage_container.vanished
  to   = azurerm_storage_container.nowhere
}
removed {
  from = azurerm_storage_container.let_go
  lifecycle { destroy = false }
}
import {
  to = azurerm_storage_container.imported
  id = "${local.store}/blobServices/default/containers/other"
}
resource "terraform_data" "word" { input = "two" }
resource "azurerm_resource_group" "parent" {
  name     = "rg-new"
  location = "westeurope"
}
)HCL" + account("lake", "azurerm_resource_group.parent.name", "\"GRS\"", "[]") +
         account("calm", "\"rg\"", "\"LRS\"", "[\"2.2.2.2\", \"1.1.1.1\"]") +
         account("unsure", "\"rg\"", "terraform_data.word.output", "[]") + in_lake + R"HCL(
data "azurerm_client_config" "current" {}
resource "azurerm_key_vault_secret" "password" {
  name         = "password"
  key_vault_id = local.vault
  value        = "${var.password}-two"
}
resource "azurerm_resource_group_template_deployment" "hatch" {
  name                = "hatch"
  resource_group_name = "rg"
  deployment_mode     = "Complete"
  template_content    = jsonencode({ resources = [1] })
}
)HCL" + vault("v", "false") +
         vault("maybe", "terraform_data.word.output == \"two\"");
}

struct Label {
  const char* address;
  const char* rule;
  const char* level;
  const char* cause;  // part of the finding; empty: any
};

// Numbers of the traps as in the design of the gate.
const std::vector<Label>& labels() {
  static const std::vector<Label> all{
      {"azurerm_storage_container.gone", "gate.stateful-destroy", "block",
       "no longer in the configuration"},
      {"azurerm_storage_container.other_way", "gate.stateful-replace", "block", "name"},   // 2
      {"azurerm_storage_container.tainted", "gate.stateful-replace", "block", "tainted"},  // 3
      {"azurerm_storage_container.triggered", "gate.stateful-replace", "block",
       "replace_triggered_by"},
      {"azurerm_storage_container.let_go", "gate.stateful-forget", "warn", ""},                // 4
      {"azurerm_storage_container.replaced_there", "gate.stateful-replace", "block", "name"},  // 9
      {"azurerm_storage_container.nowhere", "gate.stateful-destroy", "block", "moved"},        // 10
      {"azurerm_storage_container.old_name", "gate.stateful-destroy", "block", "moved {"},     // 11
      {"azurerm_storage_container.keyed[\"raw\"]", "gate.stateful-destroy", "block",
       "bronze"},                                                                   // 12
      {"azurerm_storage_container.list[0]", "gate.stateful-replace", "block", ""},  // 13
      {"azurerm_storage_container.list[1]", "gate.stateful-replace", "block", "shifts"},
      {"azurerm_storage_container.list[2]", "gate.stateful-destroy", "block", "count is lower"},
      {"azurerm_storage_container.swapped[0]", "gate.stateful-destroy", "block", "moved {"},  // 14
      {"azurerm_storage_container.lost", "gate.drift-data-lost", "block", ""},                // 20
      {"azurerm_storage_container.lost_too", "gate.drift-data-lost", "warn", ""},             // 21
      {"azurerm_key_vault.maybe", "gate.unproven", "block", "purge_protection_enabled"},      // 24
      {"azurerm_storage_account.unsure", "gate.stateful-replace", "block",
       "known after apply"},                                                     // 49
      {"azurerm_resource_group.parent", "gate.container-destroy", "block", ""},  // 25
      {"azurerm_storage_account.lake", "gate.stateful-replace", "block",
       "azurerm_resource_group.parent"},
      {"azurerm_storage_container.in_lake", "gate.stateful-replace", "block",
       "azurerm_storage_account.lake"},
      {"azapi_resource.aliased", "gate.stateful-destroy", "block", ""},                        // 30
      {"azurerm_resource_group_template_deployment.hatch", "gate.escape-hatch", "block", ""},  // 31
      {"databricks_schema.orders", "gate.container-destroy", "block", "force_destroy"},        // 33
      {"azurerm_key_vault.v", "gate.protection-weakened", "block",
       "purge_protection_enabled"},  // 34
      {"azurerm_management_lock.guard", "gate.guard-removed", "block", ""},
      {"azurerm_storage_container.imported", "gate.import-replace", "block", ""},  // 35
  };
  return all;
}

class GateStandInTraps : public testing::Test {
 protected:
  void SetUp() override {
    if (test::terraforms().empty()) GTEST_SKIP() << "no terraform (TIDEGATE_TERRAFORM, PATH)";
    stand_in = std::make_unique<StandIn>();
    module.emplace(stand_in->module("traps", test::terraforms().front()));
  }

  // Plans with these words; the verdict as JSON.
  document::DocumentPtr judge(Words words, int exit) {
    words.insert(words.begin(), {"plan", "-out=tfplan"});
    module->expect(0, words);
    module->write("plan.json", module->run({"show", "-json", "tfplan"}).out);
    const auto judged = test::run_program(
        "deploy-gate", {"check", module->folder() + "/plan.json", "--format", "json"});
    EXPECT_EQ(judged.exit_code, exit) << judged.out << judged.err;
    said = judged.out;
    auto parsed = document::parse_json("verdict", judged.out);
    EXPECT_TRUE(parsed.ok()) << judged.out;
    return parsed ? *parsed : nullptr;
  }

  static std::optional<Node> find(const document::DocumentPtr& verdict, std::string_view address,
                                  std::string_view rule) {
    for (const Node one : verdict->root()["findings"]) {
      if (one["rule"].as_string() != rule) continue;
      if (address.empty() || one["address"].as_string() == address) return one;
    }
    return std::nullopt;
  }

  std::unique_ptr<StandIn> stand_in{};
  std::optional<RootModule> module{};
  std::string said{};
};

TEST_F(GateStandInTraps, of_one_plan_have_their_findings) {
  module->configure(before());
  module->expect(0, {"init"});
  module->apply();
  module->expect_no_changes();
  module->expect(0, {"taint", "azurerm_storage_container.tainted"});
  stand_in->control(R"({"gone": [
    {"type": "azurerm_storage_container", "match": {"name": "lost"}},
    {"type": "azurerm_storage_container", "match": {"name": "lost-too"}}]})");
  module->configure(after());
  const auto verdict = judge({}, 10);
  for (const Label& label : labels()) {
    const auto finding = find(verdict, label.address, label.rule);
    if (!finding) {
      ADD_FAILURE() << label.address << " has no " << label.rule;
      continue;
    }
    EXPECT_EQ((*finding)["severity"].as_string(), label.level) << label.address;
    EXPECT_NE(document::render_canonical_json(*finding).find(label.cause), std::string::npos)
        << label.address << "\n"
        << document::render_canonical_json(*finding);
  }
  // Moved only, sets in another order, data sources, values that nobody may read.
  for (const Node one : verdict->root()["findings"]) {
    for (const char* calm : {"azurerm_storage_container.moved_to", "azurerm_storage_account.calm",
                             "azurerm_storage_container.keyed[\"silver\"]"}) {
      EXPECT_NE(one["address"].as_string(), calm) << document::render_canonical_json(one);
    }
    EXPECT_FALSE(one["address"].as_string().starts_with("data."));
  }
  EXPECT_EQ(said.find("hunter2"), std::string::npos);
}

// Modes of planning, of what is deployed and stays as it is.
TEST_F(GateStandInTraps, of_modes_of_planning) {
  module->configure(providers + named("a", "aaa") + named("b", "bbb"));
  module->expect(0, {"init"});
  module->apply();
  judge({}, 0);
  judge({"-target=azurerm_storage_container.a"}, 14);
  EXPECT_TRUE(find(judge({"-destroy"}, 10), "", "gate.destroy-mode"));
  EXPECT_TRUE(find(judge({"-replace=azurerm_storage_container.a"}, 10),
                   "azurerm_storage_container.a", "gate.stateful-replace"));
  stand_in->control(
      R"({"gone": [{"type": "azurerm_storage_container", "match": {"name": "aaa"}}]})");
  EXPECT_TRUE(
      find(judge({"-refresh-only"}, 10), "azurerm_storage_container.a", "gate.drift-data-lost"));
  judge({"-refresh=false"}, 0);  // hides it: a limit that is documented
}

// A delete that fails leaves the old generation deposed: it may hold the data.
TEST_F(GateStandInTraps, of_a_generation_that_was_left_behind) {
  const std::string both = "\"\n  lifecycle { create_before_destroy = true }";
  module->configure(providers + container("x", "  name = \"old" + both));
  module->expect(0, {"init"});
  module->apply();
  module->configure(providers + container("x", "  name = \"new" + both));
  stand_in->control(
      R"({"fail": [{"type": "azurerm_storage_container", "op": "delete", "message": "409"}]})");
  module->expect(1, {"apply", "-auto-approve"});
  stand_in->control("{}");
  const auto left = find(judge({}, 10), "azurerm_storage_container.x", "gate.stateful-destroy");
  ASSERT_TRUE(left.has_value()) << said;
  EXPECT_EQ((*left)["deposed"].as_string().size(), 8U) << said;
}

// Terraform itself stops; the gate does not take what is left of the plan for a whole one.
TEST_F(GateStandInTraps, of_a_plan_that_prevent_destroy_stops) {
  const std::string guarded = "\"\n  lifecycle { prevent_destroy = true }";
  module->configure(providers + container("x", "  name = \"old" + guarded));
  module->expect(0, {"init"});
  module->apply();
  module->configure(providers + container("x", "  name = \"new" + guarded));
  module->expect(1, {"plan", "-out=tfplan"});
  const auto shown = module->run({"show", "-json", "tfplan"});
  module->write("plan.json", shown.out);
  const auto judged = test::run_program("deploy-gate", {"check", module->folder() + "/plan.json"});
  EXPECT_EQ(judged.exit_code, 14) << judged.out << judged.err;
  EXPECT_NE((judged.out + judged.err).find("azurerm_storage_container.x"), std::string::npos)
      << judged.out << judged.err;
}

}  // namespace
}  // namespace tidegate
