// SPDX-License-Identifier: Apache-2.0
// Every engine there is, nine Terraforms and OpenTofu, against the stand-in providers.
#include <gtest/gtest.h>

#include <algorithm>

#include "e2e/stand_in.hpp"
#include "support/terraform_plans.hpp"

namespace tidegate {
namespace {

constexpr char configuration[] = R"HCL(
terraform {
  required_providers {
    azurerm    = { source = "hashicorp/azurerm" }
    azapi      = { source = "azure/azapi" }
    databricks = { source = "databricks/databricks" }
    random     = { source = "hashicorp/random" }
  }
}
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
resource "random_id" "r" { byte_length = 4 }
resource "azurerm_resource_group" "g" {
  name     = "rg-orders"
  location = "westeurope"
  tags     = { run = random_id.r.hex }
}
resource "azapi_resource" "p" {
  type      = "Microsoft.DataFactory/factories/pipelines@2018-06-01"
  name      = "load"
  parent_id = "${azurerm_resource_group.g.id}/providers/Microsoft.DataFactory/factories/f"
  body      = { properties = { activities = [], description = "DESCRIPTION" } }
  schema_validation_enabled = false
}
resource "databricks_notebook" "n" {
  path           = "/Shared/load"
  language       = "PYTHON"
  content_base64 = base64encode("print(1)")
}
)HCL";

std::string described(const std::string& text) {
  std::string out = configuration;
  out.replace(out.find("DESCRIPTION"), std::string_view("DESCRIPTION").size(), text);
  return out;
}

TEST(SandboxEngines, each_lives_from_init_to_destroy) {
  const auto engines = test::find_engines();
  if (engines.empty()) GTEST_SKIP() << "no terraform (TIDEGATE_TERRAFORMS, TIDEGATE_TERRAFORM, PATH)";
  const test::StandIn stand_in;
  for (const test::Engine& engine : engines) {
    std::string name = (engine.is_opentofu ? "tofu-" : "terraform-") + engine.version;
    std::replace(name.begin(), name.end(), '.', '-');  // names of states hold no dots
    SCOPED_TRACE(name);
    const test::RootModule root = stand_in.module(name, engine.program);
    root.configure(described("first"));
    root.expect(0, {"init"});
    root.apply();
    root.expect_no_changes();
    EXPECT_EQ(test::values_of(root.show(), "azapi_resource.p")["body"]["properties"]["description"].as_string(), "first");
    root.configure(described("second"));
    root.expect(0, {"plan", "-out=p"});
    EXPECT_EQ(root.actions("p"), std::vector<std::string>{"update azapi_resource.p"});
    root.expect(0, {"apply", "p"});
    root.expect_no_changes();
    root.expect(0, {"destroy", "-auto-approve"});
    EXPECT_FALSE(test::values_of(root.show(), "azapi_resource.p").exists());
  }
}

}  // namespace
}  // namespace tidegate
