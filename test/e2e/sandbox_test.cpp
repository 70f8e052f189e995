// SPDX-License-Identifier: Apache-2.0
// The real Terraform is content with the stand-in providers: the commands of a life, one after the
// other, with the newest and the oldest version.
#include <gtest/gtest.h>

#include <atomic>
#include <csignal>
#include <optional>
#include <thread>

#include "document/write.hpp"
#include "e2e/stand_in.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

using test::RootModule;
using test::StandIn;
using Words = std::vector<std::string>;

constexpr char kinds[] = R"HCL(
terraform {
  required_providers { kinds = { source = "example/kinds" } }
}
provider "kinds" { tenant = "t1" }
)HCL";

constexpr char azure[] = R"HCL(
terraform {
  required_providers { azurerm = { source = "hashicorp/azurerm" } }
}
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-000000000001"
}
resource "azurerm_resource_group" "g" {
  name     = "rg-orders"
  location = "westeurope"
}
)HCL";

std::string storage(const std::string& container = "orders",
                    const std::string& replication = "LRS") {
  return azure + (R"HCL(
resource "azurerm_storage_account" "a" {
  name                     = "storders"
  resource_group_name      = azurerm_resource_group.g.name
  location                 = azurerm_resource_group.g.location
  account_tier             = "Standard"
  account_replication_type = ")HCL" +
                  replication + R"HCL("
}
resource "azurerm_storage_container" "c" {
  name               = ")HCL" +
                  container + R"HCL("
  storage_account_id = azurerm_storage_account.a.id
}
)HCL");
}

class Sandbox : public ::testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    const auto all = test::terraforms();
    if (GetParam() >= all.size())
      GTEST_SKIP() << "TIDEGATE_TERRAFORM or TIDEGATE_TERRAFORM_OLDEST is not set";
    terraform = all[GetParam()];
    stand_in.emplace();
  }
  RootModule module(const std::string& hcl, const std::string& state = "new") const {
    RootModule made = stand_in->module(state, terraform);
    made.configure(hcl);
    made.expect(0, {"init"});
    return made;
  }
  std::string terraform{};
  std::optional<StandIn> stand_in{};
};

INSTANTIATE_TEST_SUITE_P(Terraform, Sandbox, ::testing::Values(0U, 1U), [](const auto& tested) {
  return std::string(tested.param == 0 ? "newest" : "oldest");
});

TEST_P(Sandbox, lives_from_init_to_destroy) {
  const RootModule root = module(storage());
  root.expect(0, {"validate"});
  root.expect(0, {"plan", "-out=p"});
  EXPECT_EQ(root.actions("p"),
            (Words{"create azurerm_resource_group.g", "create azurerm_storage_account.a",
                   "create azurerm_storage_container.c"}));
  root.expect(0, {"apply", "p"});
  root.expect_no_changes();
  const auto state = root.show();
  EXPECT_EQ(test::values_of(state, "azurerm_resource_group.g")["id"].as_string(),
            "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-orders");
  root.expect(0, {"destroy", "-auto-approve"});
  EXPECT_FALSE(root.show()->root()["values"].exists());
  EXPECT_EQ(root.run({"state", "list"}).out, "");
}

TEST_P(Sandbox, takes_every_kind_of_value_and_plans_nothing_afterwards) {
  const RootModule root = module(kinds + std::string(R"HCL(
variable "later" {
  type    = set(string)
  default = ["x", "y"]
}
resource "kinds_plain" "p" { name = "p" }
resource "kinds_all" "empty" { name = "empty" }
resource "kinds_all" "full" {
  name     = "full ${kinds_plain.p.id}"
  text     = "\u2028 $${x} é"
  count_of = 0.1
  on       = true
  list     = ["b", "a"]
  set      = ["b", "a"]
  map      = { x = 12345678901234567890, y = -1.5e-7 }
  object   = { a = "1", b = [1, 2.5] }
  any      = { deep = [1, "two", { three = null }] }
  secret   = "s"
  one      = { need = kinds_plain.p.id }
  many     = [{ need = "1" }, { need = "2" }]
  keyed    = { k = { need = "1" } }
  bag      = [{ need = "1" }, { need = "2", maybe = 3 }]
  timeouts { create = "5m" }
  step {
    name = "s1"
    part { name = "p1" }
    part {
      name = "p2"
      size = 2
    }
  }
  dynamic "rule" {
    for_each = var.later
    content {
      port = length(kinds_plain.p.id) + length(rule.value)
      note = rule.value
    }
  }
  pair { left = "l" }
}
resource "kinds_all" "unknown_blocks" {
  name = "u"
  dynamic "step" {
    for_each = toset([kinds_plain.p.id == "x" ? "a" : "b"])
    content { name = step.value }
  }
}
data "kinds_data" "d" { name = kinds_all.full.name }
output "d" { value = data.kinds_data.d.id }
)HCL"));
  root.expect(0, {"validate"});
  root.apply();
  root.expect_no_changes();
  const auto state = root.show();
  const document::Node full = test::values_of(state, "kinds_all.full");
  EXPECT_EQ(full["text"].as_string(), "\u2028 ${x} é");
  EXPECT_EQ(full["count_of"].number_text(), "0.1");
  EXPECT_EQ(full["map"]["x"].number_text(), "12345678901234567890");
  EXPECT_EQ(document::render_canonical_json(full["any"]), R"({"deep":[1,"two",{"three":null}]})");
  EXPECT_TRUE(full["one"]["made"].is_string());
  root.expect(0, {"destroy", "-auto-approve"});
}

TEST_P(Sandbox, changes_in_place_and_in_both_orders_of_replacement) {
  RootModule root = module(storage());
  root.apply();
  root.configure(storage("orders", "GRS"));
  root.expect(0, {"plan", "-out=p"});
  EXPECT_EQ(root.actions("p"), (Words{"update azurerm_storage_account.a"}));
  root.expect(0, {"apply", "p"});
  root.configure(storage("renamed", "GRS"));
  root.expect(0, {"plan", "-out=p"});
  EXPECT_EQ(root.actions("p"), (Words{"delete create azurerm_storage_container.c"}));
  root.expect(0, {"apply", "p"});
  root.configure(storage("again", "GRS"));
  root.write("x_override.tf",
             "resource \"azurerm_storage_container\" \"c\" {\n  lifecycle { create_before_destroy "
             "= true }\n}\n");
  root.expect(0, {"plan", "-out=p"});
  EXPECT_EQ(root.actions("p"), (Words{"create delete azurerm_storage_container.c"}));
  root.expect(0, {"apply", "p"});
  root.expect_no_changes();
}

TEST_P(Sandbox, imports_by_block_and_by_command) {
  const std::string id =
      "/subscriptions/00000000-0000-0000-0000-000000000001/resourceGroups/rg-orders";
  const RootModule root = module(azure);
  root.expect(0, {"import", "azurerm_resource_group.g", id});
  const auto state = root.show();
  EXPECT_EQ(test::values_of(state, "azurerm_resource_group.g")["name"].as_string(), "rg-orders");
  const RootModule block = module(azure, "block");
  block.write("import.tf", "import {\n  to = azurerm_resource_group.g\n  id = \"" + id + "\"\n}\n");
  block.apply();
  block.expect_no_changes();
  EXPECT_EQ(stand_in->count("ImportResourceState azurerm_resource_group"), 2U);
}

TEST_P(Sandbox, moves_forgets_and_edits_the_state) {
  RootModule root = module(azure);
  root.apply();
  std::string moved = azure;
  moved.replace(moved.find("\"g\""), 3, "\"h\"");
  root.configure(
      moved + "moved {\n  from = azurerm_resource_group.g\n  to = azurerm_resource_group.h\n}\n");
  root.apply();
  EXPECT_EQ(root.expect(0, {"state", "list"}), "azurerm_resource_group.h\n");
  root.expect(0, {"state", "mv", "azurerm_resource_group.h", "azurerm_resource_group.g"});
  root.configure(azure);
  root.expect_no_changes();
  EXPECT_NE(root.expect(0, {"state", "show", "azurerm_resource_group.g"}).find("rg-orders"),
            std::string::npos);
  const std::string pulled = root.expect(0, {"state", "pull"});
  EXPECT_NE(pulled.find("\"azurerm_resource_group\""), std::string::npos);
  const std::string head = std::string(azure).substr(0, std::string(azure).find("resource "));
  root.configure(
      head + "removed {\n  from = azurerm_resource_group.g\n  lifecycle { destroy = false }\n}\n");
  root.apply();
  EXPECT_EQ(root.expect(0, {"state", "list"}), "");
  EXPECT_EQ(stand_in->count("ApplyResourceChange azurerm_resource_group"),
            1U);  // nothing was destroyed
}

TEST_P(Sandbox, says_clearly_that_it_moves_nothing_across_types) {
  RootModule root =
      module(kinds + std::string("resource \"kinds_plain\" \"a\" { name = \"a\" }\n"));
  root.apply();
  root.configure(kinds + std::string("resource \"kinds_all\" \"b\" { name = \"a\" }\n"
                                     "moved {\n  from = kinds_plain.a\n  to = kinds_all.b\n}\n"));
  const std::string said = root.expect(1, {"plan"});
  EXPECT_NE(said.find("kinds_plain"), std::string::npos) << said;
}

TEST_P(Sandbox, finds_drift_and_repairs_it_once) {
  const RootModule root = module(storage());
  root.apply();
  stand_in->control(R"({"drift": [{"type": "azurerm_storage_account", "match": {"name": "storders"},
                                   "set": {"account_replication_type": "GRS"}}]})");
  root.expect(2, {"plan", "-detailed-exitcode", "-out=p"});
  EXPECT_EQ(root.actions("p"), (Words{"update azurerm_storage_account.a"}));
  root.expect(0, {"apply", "p"});
  root.expect_no_changes();
  stand_in->control(
      R"({"gone": [{"type": "azurerm_storage_container", "match": {"name": "orders"}}]})");
  root.expect(0, {"plan", "-out=p"});
  EXPECT_EQ(root.actions("p"), (Words{"create azurerm_storage_container.c"}));
}

TEST_P(Sandbox, fails_where_the_control_file_says) {
  const RootModule root = module(storage());
  stand_in->control(
      R"({"fail": [{"type": "azurerm_storage_container", "op": "create", "message": "409 Conflict"}]})");
  EXPECT_NE(root.expect(1, {"apply", "-auto-approve"}).find("409 Conflict"), std::string::npos);
  EXPECT_EQ(root.expect(0, {"state", "list"}),
            "azurerm_resource_group.g\nazurerm_storage_account.a\n");
  stand_in->control(
      R"({"fail": [{"type": "azurerm_storage_container", "op": "create", "message": "half made",
                                  "partial": true}]})");
  root.expect(1, {"apply", "-auto-approve"});
  stand_in->control("{}");
  root.expect(0, {"plan", "-out=p"});
  EXPECT_EQ(root.actions("p"),
            (Words{"delete create azurerm_storage_container.c"}));  // it is tainted
  root.expect(0, {"apply", "p"});
  stand_in->control(
      R"({"fail": [{"type": "azurerm_storage_container", "op": "delete", "message": "in use"}]})");
  EXPECT_NE(root.expect(1, {"destroy", "-auto-approve"}).find("in use"), std::string::npos);
  stand_in->control(
      R"({"fail": [{"type": "azurerm_resource_group", "op": "read", "message": "403 Forbidden"}]})");
  EXPECT_NE(root.expect(1, {"plan"}).find("403 Forbidden"), std::string::npos);
  stand_in->control(
      R"({"fail": [{"type": "azurerm_resource_group", "op": "plan", "message": "no such region"}]})");
  EXPECT_NE(root.expect(1, {"plan"}).find("no such region"), std::string::npos);
  stand_in->control("{}");
  root.expect(0, {"destroy", "-auto-approve"});
}

// T1: aliases share one server. Were the configuration kept for the server, both would have one.
TEST_P(Sandbox, keeps_the_configurations_of_aliases_apart) {
  const RootModule root = module(R"HCL(
terraform {
  required_providers { azurerm = { source = "hashicorp/azurerm" } }
}
provider "azurerm" {
  features {}
  subscription_id = "00000000-0000-0000-0000-00000000000a"
}
provider "azurerm" {
  alias = "b"
  features {}
  subscription_id = "00000000-0000-0000-0000-00000000000b"
}
resource "azurerm_resource_group" "a" {
  count    = 8
  name     = "rg-${count.index}"
  location = "westeurope"
}
resource "azurerm_resource_group" "b" {
  provider = azurerm.b
  count    = 8
  name     = "rg-${count.index}"
  location = "westeurope"
}
)HCL");
  root.apply();
  const auto state = root.show();
  for (const char* side : {"a", "b"}) {
    for (int i = 0; i < 8; ++i) {
      const std::string address =
          std::string("azurerm_resource_group.") + side + "[" + std::to_string(i) + "]";
      EXPECT_EQ(test::values_of(state, address)["id"].as_string(),
                std::string("/subscriptions/00000000-0000-0000-0000-00000000000") + side +
                    "/resourceGroups/rg-" + std::to_string(i));
    }
  }
  root.expect_no_changes();
}

TEST_P(Sandbox, plans_with_a_provider_that_is_configured_later) {
  const RootModule root = module(R"HCL(
terraform {
  required_providers {
    kinds   = { source = "example/kinds" }
    azurerm = { source = "hashicorp/azurerm" }
  }
}
resource "kinds_plain" "p" { name = "p" }
provider "azurerm" {
  features {}
  subscription_id = kinds_plain.p.id
}
resource "azurerm_resource_group" "g" {
  name     = "rg"
  location = "westeurope"
}
output "id" { value = azurerm_resource_group.g.id }
)HCL");
  root.apply();
  root.expect_no_changes();
}

TEST_P(Sandbox, needs_no_network_and_reports_a_provider_without_a_pack) {
  RootModule root = stand_in->module("new", terraform);
  root.configure(
      "terraform {\n  required_providers { nobody = { source = \"example/nobody\" } }\n}\n"
      "resource \"nobody_x\" \"x\" {}\n");
  const std::string said = root.expect(1, {"init"});
  EXPECT_NE(said.find("example/nobody"), std::string::npos) << said;
}

TEST_P(Sandbox, replaces_the_backend_of_the_artifact) {
  RootModule root = stand_in->module("mine", terraform);
  root.write("backend.tf",
             "terraform {\n  backend \"azurerm\" {\n    resource_group_name = \"x\"\n  }\n}\n");
  root.configure(azure);
  root.expect(0, {"init"});
  root.apply();
  EXPECT_FALSE(system::read_file(root.folder() + "/terraform.tfstate").ok());
  const RootModule other = module(azure, "mine");  // another folder, the same state
  other.expect_no_changes();
  const RootModule cloud = stand_in->module("cloud", terraform);
  cloud.write("cloud.tf",
              "terraform {\n  cloud {\n    organization = \"o\"\n    workspaces { name = \"w\" }\n "
              " }\n}\n");
  cloud.configure(azure);
  cloud.expect(0, {"init"});
  cloud.apply();
}

TEST_P(Sandbox, calls_functions_and_opens_ephemeral_resources) {
  const bool oldest = GetParam() == 1;  // write-only arguments came with Terraform 1.11
  const RootModule root = module(kinds + std::string(oldest ? R"HCL(
output "joined" { value = provider::kinds::joined("a", "b", "c") }
)HCL"
                                                            : R"HCL(
output "joined" { value = provider::kinds::joined("a", "b", "c") }
ephemeral "kinds_password" "p" { length = 8 }
resource "kinds_all" "w" {
  name               = "w"
  write_only         = ephemeral.kinds_password.p.result
  write_only_version = 1
}
)HCL"));
  root.apply();
  root.expect_no_changes();
  if (oldest) return;
  const auto state = root.show();
  EXPECT_TRUE(test::values_of(state, "kinds_all.w")["write_only"].is_null());
  EXPECT_GE(stand_in->count("OpenEphemeralResource kinds_password"), 2U);
}

TEST_P(Sandbox, gives_terraform_the_schemas_that_it_was_given) {
  const RootModule root = module(kinds);
  const auto result = root.run({"providers", "schema", "-json"});
  ASSERT_EQ(result.exit_code, 0) << result.err;
  EXPECT_NE(result.out.find("\"kinds_all\""), std::string::npos);
  EXPECT_EQ(stand_in->count("GetProviderSchema"), 1U);  // init does not ask
}

// All hosts run at once, two states each; Terraform itself takes too much memory for that.
TEST_P(Sandbox, a_hundred_runs_do_not_disturb_each_other) {
  constexpr std::size_t runs = 100, at_once = 8;
  std::vector<std::unique_ptr<StandIn>> hosts;
  while (hosts.size() < runs / 2) hosts.push_back(std::make_unique<StandIn>());
  std::atomic<std::size_t> next = 0;
  const auto one = [&](std::size_t i) {
    const RootModule root = hosts[i / 2]->module("s" + std::to_string(i), terraform);
    std::string own = azure;
    own.replace(own.find("rg-orders"), 9, "rg-" + std::to_string(i));
    root.configure(own);
    root.expect(0, {"init"});
    root.apply();
    root.expect_no_changes();
    const auto state = root.show();
    EXPECT_EQ(test::values_of(state, "azurerm_resource_group.g")["name"].as_string(),
              "rg-" + std::to_string(i));
  };
  std::vector<std::thread> threads;
  while (threads.size() < at_once) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < runs; i = next++) one(i);
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const auto& host : hosts) EXPECT_EQ(host->count("ApplyResourceChange azurerm_resource_group"), 2U);
}

// Another process knows nothing of the first but the state.
TEST_P(Sandbox, reads_the_state_that_another_host_wrote) {
  const RootModule first = module(storage());
  first.apply();
  const std::string written = first.expect(0, {"state", "pull"});
  const StandIn other;
  const RootModule second = other.module("next", terraform);
  second.configure(storage());
  second.write("given.tfstate", written);
  second.expect(0, {"init"});
  second.expect(0, {"state", "push", "given.tfstate"});
  second.expect_no_changes();
  second.configure(storage("orders", "ZRS"));
  second.expect(0, {"plan", "-out=p"});
  EXPECT_FALSE(second.actions("p").empty());
  second.expect(0, {"apply", "p"});
  second.expect_no_changes();
}

TEST_P(Sandbox, locks_the_state_against_a_second_run) {
  const RootModule root = module(azure);
  stand_in->control(R"({"delay_ms": 600000})");
  const auto first = root.start({"apply", "-auto-approve"});
  std::optional<std::string> line;
  while ((line = first->read_line(std::chrono::seconds(120))) &&
         line->find("Creating...") == std::string::npos) {
  }
  ASSERT_TRUE(line.has_value());
  const RootModule second = module(azure);
  EXPECT_NE(second.expect(1, {"plan"}).find("Error acquiring the state lock"), std::string::npos);
  first->send_signal(SIGINT);
  ASSERT_TRUE(first->wait(std::chrono::seconds(120)).has_value());
  stand_in->control("{}");
  second.apply();
}

}  // namespace
}  // namespace tidegate
