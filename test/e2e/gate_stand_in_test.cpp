// SPDX-License-Identifier: Apache-2.0
// deploy-gate on plans that the real Terraform makes on the spot against the stand-in providers: what
// needs the schema of a real provider and so cannot be made with terraform_data.
#include <gtest/gtest.h>

#include "e2e/stand_in.hpp"
#include "support/service.hpp"

namespace tidegate {
namespace {

using test::RootModule;
using test::StandIn;

bool has(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

class GateStandIn : public testing::Test {
 protected:
  void SetUp() override {
    if (test::terraforms().empty()) GTEST_SKIP() << "no terraform (TIDEGATE_TERRAFORM, PATH)";
  }

  // Plans, and judges what `show -json` says.
  static system::ProcessResult judge(const RootModule& module, std::vector<std::string> words = {}) {
    module.expect(0, {"plan", "-out", "tfplan"});
    module.write("plan.json", module.run({"show", "-json", "tfplan"}).out);
    words.insert(words.begin(), {"check", module.folder() + "/plan.json"});
    return test::run_program("deploy-gate", words);
  }
};

std::string secret(const std::string& version, const std::string& value) {
  return R"HCL(
terraform {
  required_providers { azurerm = { source = "hashicorp/azurerm" } }
}
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000000"
}
locals { vault = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/g/providers/Microsoft.KeyVault/vaults/v" }
ephemeral "azurerm_key_vault_secret" "source" {
  name         = "source"
  key_vault_id = local.vault
}
resource "azurerm_key_vault_secret" "copy" {
  name             = "copy"
  key_vault_id     = local.vault
  value_wo         = ")HCL" + value + R"HCL(-${ephemeral.azurerm_key_vault_secret.source.value}"
  value_wo_version = )HCL" + version + "\n}\n";
}

// Write-only values are null in every plan, which is no removal; ephemeral objects are in no change.
TEST_F(GateStandIn, takes_write_only_and_ephemeral_values_for_what_they_are) {
  const StandIn stand_in;
  const RootModule module = stand_in.module("write-only", test::terraforms().front());
  module.configure(secret("1", "hunter2-one"));
  module.expect(0, {"init"});
  const auto created = judge(module, {"--format", "json"});
  EXPECT_EQ(created.exit_code, 0) << created.out;
  EXPECT_TRUE(has(created.out, "\"create\": 1")) << created.out;
  EXPECT_FALSE(has(created.out, "hunter2"));
  module.expect(0, {"apply", "tfplan"});

  const auto nothing = judge(module, {"--format", "json"});
  EXPECT_EQ(nothing.exit_code, 0);
  EXPECT_TRUE(has(nothing.out, "\"findings\": []")) << nothing.out;

  module.configure(secret("2", "hunter2-two"));
  const auto rotated = judge(module, {"--format", "json"});
  EXPECT_EQ(rotated.exit_code, 0) << rotated.out;
  EXPECT_TRUE(has(rotated.out, "\"update\": 1")) << rotated.out;
  EXPECT_FALSE(has(rotated.out, "value_wo\"")) << "null before and after is no change\n" << rotated.out;
  EXPECT_FALSE(has(rotated.out, "hunter2"));

  std::string renamed = secret("2", "hunter2-two");
  renamed.replace(renamed.find("\"copy\"\n  key_vault_id"), 6, "\"other\"");
  module.configure(renamed);
  const auto replaced = judge(module);
  EXPECT_EQ(replaced.exit_code, 10) << replaced.out;
  EXPECT_TRUE(has(replaced.out, "azurerm_key_vault_secret.copy")) << replaced.out;
  EXPECT_FALSE(has(replaced.out, "ephemeral.")) << replaced.out;
}

}  // namespace
}  // namespace tidegate
