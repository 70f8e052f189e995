// SPDX-License-Identifier: Apache-2.0
// The schema check of the build and `terraform validate` with the schemas of the real providers say
// the same of hand-written Terraform, native and JSON.
#include <gtest/gtest.h>

#include "e2e/stand_in.hpp"
#include "terraform/check.hpp"

namespace tidegate {
namespace {


std::string container(const std::string& inside) {
  return "resource \"azurerm_storage_container\" \"a\" {\n  name = \"x\"\n" + inside + "\n}\n";
}
constexpr const char* account = "  storage_account_id = \"/subscriptions/s/resourceGroups/r/providers/Microsoft.Storage/storageAccounts/a\"\n";

std::vector<std::pair<std::string, std::string>> cases() {
  const std::string good = account;
  return {
      {container(good), ""},
      {container(good + "  metadata = { a = \"b\", c = 1, d = true }"), ""},
      {container(good + "  metadata = { a = [] }"), "terraform.wrong-value"},
      {container(good + "  metadata = [\"a\"]"), "terraform.wrong-value"},
      {container(good + "  metadata {}"), "terraform.wrong-value"},
      {container(good + "  has_legal_hold = true"), "terraform.read-only-argument"},
      {container(good + "  container_acess_type = \"private\""), "terraform.unknown-argument"},
      {container(""), "terraform.missing-argument"},
      {container("  storage_account_id = null"), "terraform.missing-argument"},
      {container("  storage_account_id = var.none"), "terraform.unresolved-reference"},
      {container(good + "  count = length(local.none)"), "terraform.unresolved-reference"},
      {container(good + "  for_each = toset([\"a\"])\n  metadata = { k = each.key }"), ""},
      {container(good + "  depends_on = [azapi_resource.none]"), "terraform.unresolved-reference"},
      {container(good + "  lifecycle {\n    ignore_changes = [metadata]\n  }"), ""},
      {container(good + "  timeouts {\n    create = \"1h\"\n  }"), ""},
      {container(good) + container(good), "terraform.duplicate-address"},
      {"resource \"azurerm_storage_containr\" \"a\" {}\n", "terraform.unknown-type"},
      {"data \"azurerm_nothing\" \"a\" {}\n", "terraform.unknown-type"},
      {"data \"azurerm_client_config\" \"me\" {}\noutput \"t\" { value = data.azurerm_client_config.me.tenant_id }\n", ""},
      {"output \"t\" { value = data.azurerm_client_config.me.tenant_id }\n", "terraform.unresolved-reference"},
      {container(good) + "output \"t\" { value = azurerm_storage_container.a.idd }\n", "terraform.unresolved-reference"},
      {container(good) + "output \"t\" { value = \"${azurerm_storage_container.a.id}-$${var.none}\" }\n", ""},
      {"locals {\n  a = [for n in [\"a\"] : n]\n  b = { for k, v in { x = 1 } : k => v }\n  c = local.a[0]\n}\n", ""},
      {"locals {\n  a = { b = [var.none] }\n}\n", "terraform.unresolved-reference"},
      {"terraform {\n  required_providers {\n    random = { source = \"hashicorp/random\" }\n  }\n}\n", "terraform.duplicate-address"},
      {"resource \"random_string\" \"s\" {\n  length = \"8\"\n}\n", ""},
      {"resource \"random_string\" \"s\" {\n  length = \"eight\"\n}\n", "terraform.wrong-value"},
      {"resource \"random_string\" \"s\" {\n  length  = 8\n  special = \"yes\"\n}\n", "terraform.wrong-value"},
      {"resource \"databricks_cluster\" \"c\" {\n  spark_version = \"15.4.x-scala2.12\"\n  autoscale {\n    min_workers = 1\n  }\n  autoscale {\n    min_workers = 1\n  }\n}\n",
       "terraform.wrong-value"},
      {"resource \"azurerm_key_vault\" \"k\" {\n  name = \"a\"\n  location = \"b\"\n  resource_group_name = \"c\"\n  sku_name = \"standard\"\n  tenant_id = \"00000000-0000-0000-0000-000000000000\"\n  network_acls {\n    bypass = \"None\"\n  }\n}\n",
       "terraform.missing-argument"},
      {R"(//json
{"resource": {"random_string": {"s": {"length": 8, "//": "a comment"}}}})", ""},
      {R"(//json
{"resource": {"random_string": {"s": {"length": [8]}}}})", "terraform.wrong-value"},
      {R"(//json
{"resource": {"random_string": {"s": {"length": 8, "lenght": 8}}}})", "terraform.unknown-argument"},
      {R"(//json
{"resource": {"random_string": {"s": {"length": "${var.none}"}}}})", "terraform.unresolved-reference"},
      {R"(//json
{"resource": {"random_string": {"s": {"length": 8, "depends_on": ["random_id.none"]}}}})",
       "terraform.unresolved-reference"},
  };
}

terraform::Configuration generated() {
  terraform::Configuration configuration;
  configuration.required_version = ">= 1.7";
  configuration.providers = {
      {.local_name = "azapi", .source = "Azure/azapi", .constraint = ">= 2.4, < 3"},
      {.local_name = "azurerm", .source = "hashicorp/azurerm", .constraint = ">= 5, < 6", .configuration = {{"features", terraform::Members{}}}},
      {.local_name = "databricks", .source = "databricks/databricks", .constraint = ">= 1.80, < 2"}};
  return configuration;
}

TEST(Validate, of_terraform_and_the_check_of_the_build_agree) {
  const auto all = test::terraforms();
  if (all.empty()) GTEST_SKIP() << "TIDEGATE_TERRAFORM is not set";
  const test::StandIn stand_in;
  const test::RootModule module = stand_in.module("validate", all.front());
  for (const auto& file : terraform::render_configuration(generated())) module.write(file.first, file.second);
  module.write("own.tf", "resource \"random_id\" \"i\" {\n  byte_length = 1\n}\n");
  module.expect(0, {"init"});
  for (const auto& [text, code] : cases()) {
    SCOPED_TRACE(text);
    const bool json = text.starts_with("//json\n");
    const std::string body = json ? text.substr(7) : text;
    module.write("own.tf", json ? "" : body);
    module.write("own.tf.json", json ? body : "{}");
    const auto said = module.run({"validate"});
    EXPECT_EQ(said.exit_code == 0, code.empty()) << said.out << said.err;
    auto written = terraform::parse_written(json ? "own.tf.json" : "own.tf", body);
    ASSERT_TRUE(written.ok());
    Diagnostics diagnostics;
    terraform::check_configuration(generated(), {std::move(*written)}, {}, diagnostics);
    EXPECT_EQ(diagnostics.has_errors(), !code.empty());
    bool named = code.empty();
    for (const Diagnostic& one : diagnostics.items()) {
      named = named || one.code == code;
      // Terraform names the same line.
      EXPECT_GT(one.where.line, 0U) << render_diagnostic(one);
    }
    EXPECT_TRUE(named) << "no " << code;
  }
}

}  // namespace
}  // namespace tidegate
