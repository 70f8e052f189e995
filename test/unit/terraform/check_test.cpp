// SPDX-License-Identifier: Apache-2.0
#include "terraform/check.hpp"

#include <gtest/gtest.h>


namespace tidegate::terraform {
namespace {

Configuration generated() {
  Configuration configuration;
  configuration.providers = {
      {.local_name = "azapi", .source = "Azure/azapi", .constraint = ">= 2.4, < 3"},
      {.local_name = "azurerm", .source = "hashicorp/azurerm", .constraint = ">= 4.9, < 6"},
      {.local_name = "databricks", .source = "databricks/databricks", .constraint = ">= 1.80, < 2"}};
  configuration.variables = {{.name = "data_factory_id"}};
  Block block{.type = "azapi_resource", .name = "pipeline_load"};
  block.body = {{"type", "Microsoft.DataFactory/factories/pipelines@2018-06-01"},
                {"name", "load"},
                {"parent_id", Expression{"var.data_factory_id"}},
                {"body", Members{{"properties", Members{}}}}};
  configuration.files["pipelines.tf.json"] = Blocks(std::vector<Block>{block});
  return configuration;
}

// "code file:line:column", in the order of the checks.
std::vector<std::string> findings(const std::string& file, const std::string& text,
                                  const Configuration& configuration = generated(),
                                  const std::vector<LockedProvider>& locked = {}) {
  auto written = parse_written(file, text);
  EXPECT_TRUE(written.ok()) << text;
  Diagnostics diagnostics;
  if (written) check_configuration(configuration, {std::move(*written)}, locked, diagnostics);
  std::vector<std::string> out;
  for (const Diagnostic& one : diagnostics.items()) {
    out.push_back(one.code + " " + std::to_string(one.where.line) + ":" + std::to_string(one.where.column) +
                  (one.severity == Severity::error ? "" : " " + std::string(to_string(one.severity))));
  }
  return out;
}
using Texts = std::vector<std::string>;

TEST(TerraformCheck, says_nothing_of_a_sound_module) {
  EXPECT_EQ(findings("terraform/a.tf", R"(
provider "azurerm" {
  features {}
}
variable "account" {
  type = object({ id = string })
}
locals {
  names = [for n in ["a", "b"] : "${n.x}-${local.suffix}"]
  suffix = "x"
}
resource "azurerm_storage_container" "orders" {
  for_each              = toset(local.names)
  name                  = each.value
  storage_account_id    = var.account.id
  container_access_type = "private"
  depends_on            = [azapi_resource.pipeline_load]
  lifecycle {
    prevent_destroy = true
    ignore_changes  = [metadata, name]
  }
}
resource "azurerm_storage_account" "a" {
  name                     = "x"
  resource_group_name      = "x"
  location                 = "x"
  account_tier             = "Standard"
  account_replication_type = "LRS"
  dynamic "network_rules" {
    for_each = [1]
    iterator = rule
    content {
      default_action = rule.value
    }
  }
  timeouts {
    create = "1h"
  }
}
data "azurerm_client_config" "me" {}
output "id" {
  value = azurerm_storage_container.orders["a"].id == data.azurerm_client_config.me.tenant_id ? null : <<EOT
${azurerm_storage_container.orders["b"].name} not.a.reference
EOT
}
)"),
            Texts{});
}

TEST(TerraformCheck, names_what_a_schema_does_not_know) {
  EXPECT_EQ(findings("terraform/a.tf", R"(resource "azurerm_storage_container" "orders" {
  name               = "x"
  storage_acount_id  = "y"
  id                 = "z"
  metadata           = ["a"]
  has_legal_hold     = true
}
resource "azurerm_storage_containr" "b" {
}
)"),
            (Texts{"terraform.unknown-argument 3:3", "terraform.wrong-value 5:24",
                   "terraform.read-only-argument 6:3",
                   "terraform.missing-argument 1:1", "terraform.unknown-type 8:1"}));
}

TEST(TerraformCheck, wants_what_is_required) {
  EXPECT_EQ(findings("terraform/a.tf", R"(resource "azurerm_storage_container" "orders" {
  name = null
}
)"),
            (Texts{"terraform.missing-argument 1:1", "terraform.missing-argument 1:1"}));
}

TEST(TerraformCheck, tells_blocks_from_arguments) {
  EXPECT_EQ(findings("terraform/a.tf", R"(resource "azurerm_storage_management_policy" "p" {
  storage_account_id = "x"
  rule = {}
}
resource "azurerm_storage_container" "orders" {
  name = "x"
  storage_account_id = "y"
  metadata {
    a = "b"
  }
}
)"),
            (Texts{"terraform.wrong-value 3:3", "terraform.wrong-value 8:3"}));
}

TEST(TerraformCheck, follows_references) {
  EXPECT_EQ(findings("terraform/a.tf", R"(locals {
  a = var.data_factory_id
  b = "${var.data_factory} and $${var.none} and ${"x${local.none}"}"
  c = azapi_resource.pipeline_lod.id
  d = azapi_resource.pipeline_load.idd
  e = data.azurerm_client_config.me.tenant_id
  f = module.none.x
  g = { var = 1, "k" = [var.gone] }
}
)"),
            (Texts{"terraform.unresolved-reference 3:10", "terraform.unresolved-reference 3:55",
                   "terraform.unresolved-reference 4:7", "terraform.unresolved-reference 5:7",
                   "terraform.unresolved-reference 6:7", "terraform.unresolved-reference 7:7",
                   "terraform.unresolved-reference 8:25"}));
}

TEST(TerraformCheck, takes_override_files_for_parts) {
  const std::string other =
      "terraform {\n  required_providers {\n    acme = { source = \"acme/widgets\" }\n  }\n}\n"
      "resource \"azapi_resource\" \"pipeline_load\" {\n  name = \"other\"\n}\n";
  EXPECT_EQ(findings("terraform/own.tf", other), (Texts{"terraform.duplicate-address 2:3", "terraform.duplicate-address 6:1",
                                                        "terraform.missing-argument 6:1"}));
  for (const char* name : {"terraform/own_override.tf", "terraform/override.tf"}) EXPECT_EQ(findings(name, other), Texts{}) << name;
  // What it refers to must be there all the same.
  EXPECT_EQ(findings("terraform/override.tf", "resource \"azapi_resource\" \"pipeline_load\" {\n  name = var.none\n}\n"),
            Texts{"terraform.unresolved-reference 2:10"});
}

// Terraform then asks for hashicorp/azapi, as `terraform providers` shows.
TEST(TerraformCheck, entry_of_required_providers_replaces_the_one_before_whole) {
  const auto own = [](const std::string& entry) {
    return findings("terraform/own.tf", "terraform {\n  required_providers {\n    azapi = { " + entry +
                                            " }\n  }\n}\nresource \"azapi_resource\" \"x\" {\n}\n");
  };
  EXPECT_EQ(own("source = \"azure/azapi\", version = \"~> 2.4\""),
            (Texts{"terraform.duplicate-address 2:3", "terraform.missing-argument 6:1"}));
  EXPECT_EQ(own("version = \"~> 2.4\""), (Texts{"terraform.duplicate-address 2:3", "terraform.no-schema 6:1 note"}));
}

TEST(TerraformCheck, reads_json_syntax) {
  EXPECT_EQ(findings("terraform/a.tf.json", R"({
  "//": {"resource": 1},
  "resource": {
    "azurerm_storage_container": {
      "a": {"name": "${var.gone}", "storage_account_id": 5, "metadata": {"a": "b"}, "//": "x"},
      "b": [{"name": ["x"], "storage_account_id": "y", "acces": 1, "depends_on": ["azapi_resource.no"]}]
    },
    "azurerm_storage_account": {
      "c": {"name": "x", "resource_group_name": "x", "location": "x", "account_tier": "x",
            "account_replication_type": "x", "network_rules": [{"default_action": "Deny", "x": 1}]}
    }
  }
})"),
            (Texts{"terraform.wrong-value 6:22", "terraform.unknown-argument 6:56",
                   "terraform.unknown-argument 10:91", "terraform.unresolved-reference 5:24",
                   "terraform.unresolved-reference 6:84"}));
}

TEST(TerraformCheck, keeps_what_is_generated) {
  EXPECT_EQ(findings("terraform/a.tf", R"(terraform {
  required_providers {
    azurerm = { source = "hashicorp/azurerm", version = "~> 5.0" }
  }
}
resource "azapi_resource" "pipeline_load" {
  type = "x@1"
}
)"),
            (Texts{"terraform.duplicate-address 2:3", "terraform.duplicate-address 6:1"}));
}

TEST(TerraformCheck, judges_by_every_line_that_the_constraint_admits) {
  const std::string text = R"(resource "azurerm_storage_container" "a" {
  name                 = "x"
  storage_account_name = "y"
}
)";
  // azurerm 5 has taken the argument away.
  const Texts five{"terraform.unknown-argument 3:3", "terraform.missing-argument 1:1"};
  EXPECT_EQ(findings("terraform/a.tf", text), five);
  EXPECT_EQ(findings("terraform/a.tf", text, generated(), {{"hashicorp/azurerm", "4.40.0"}}), Texts{});
  EXPECT_EQ(findings("terraform/a.tf", text, generated(), {{"hashicorp/azurerm", "5.1.0"}}), five);
  EXPECT_EQ(findings("terraform/a.tf", text, generated(), {{"hashicorp/azurerm", "3.1.0"}}),
            Texts{"terraform.no-schema 1:1 note"});
}

TEST(TerraformCheck, knows_what_it_does_not_know) {
  EXPECT_EQ(findings("terraform/a.tf", "resource \"aws_s3_bucket\" \"a\" {}\n"),
            Texts{"terraform.no-schema 1:1 note"});
  Configuration bare = generated();
  bare.providers.pop_back();
  EXPECT_EQ(findings("terraform/a.tf", "resource \"databricks_notebook\" \"a\" {}\n", bare),
            Texts{"terraform.unknown-provider 1:1"});
}

TEST(TerraformCheck, judges_what_is_generated) {
  Configuration configuration = generated();
  Block block{.type = "databricks_notebook", .name = "n"};
  block.body = {{"path", Expression{"var.none"}}, {"langage", "PYTHON"}, {"source", Value::List{}}};
  block.depends_on = {"azapi_resource.none"};
  configuration.files["n.tf.json"] = Blocks(std::vector<Block>{block});
  EXPECT_EQ(findings("terraform/a.tf", "", configuration),
            (Texts{"terraform.unknown-argument 0:0", "terraform.wrong-value 0:0",
                   "terraform.unresolved-reference 0:0", "terraform.unresolved-reference 0:0"}));
}

}  // namespace
}  // namespace tidegate::terraform
