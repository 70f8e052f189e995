// SPDX-License-Identifier: Apache-2.0
#include "policy/causes.hpp"

#include <gtest/gtest.h>

#include "policy/references.hpp"
#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using test::ChangeText;
using test::judge;
using test::Judged;
using test::PlanText;

TEST(References, are_split_outside_of_keys) {
  EXPECT_EQ(address_steps("module.a[\"x.y\"].t.n[0]"), (test::Lines{"module", "a[\"x.y\"]", "t", "n[0]"}));
  EXPECT_EQ(split_key("t.n[\"a[0].b\"]").resource, "t.n");
  EXPECT_EQ(split_key("t.n[\"a\\\"]\"]").key, "[\"a\\\"]\"]");
  EXPECT_EQ(split_key("module.a[0].t.n").key, "");
  EXPECT_EQ(split_key("module.a[0].t.n").resource, "module.a[0].t.n");
}

ChangeText replaced(const std::string& address, const std::string& type, const std::string& argument, const std::string& before,
                    const std::string& after, const std::string& module = {}) {
  ChangeText change{.address = address, .type = type, .actions = R"(["delete","create"])"};
  change.before = "{\"" + argument + "\":\"" + before + "\"}";
  change.after = after.empty() ? "{}" : "{\"" + argument + "\":\"" + after + "\"}";
  change.unknown = after.empty() ? "{\"" + argument + "\":true}" : "{}";
  change.extra_change = R"(,"replace_paths":[[")" + argument + R"("]])";
  if (!module.empty()) change.extra_entry = ",\"module_address\":\"" + test::escaped(module) + "\"";
  return change;
}

const char* const lake_resources = R"([
  {"address":"azurerm_storage_account.lake","mode":"managed","type":"azurerm_storage_account",
   "expressions":{"name":{"references":["var.account_name"]},"location":{"constant_value":"we"}}},
  {"address":"azurerm_storage_container.zone","mode":"managed","type":"azurerm_storage_container",
   "expressions":{"name":{"references":["each.key"]},
                  "storage_account_id":{"references":["azurerm_storage_account.lake.id","azurerm_storage_account.lake"]}}}])";

PlanText lake(const std::string& module_with_keys = {}) {
  const std::string prefix = module_with_keys.empty() ? "" : module_with_keys + ".";
  PlanText plan{.changes = {replaced(prefix + "azurerm_storage_account.lake", "azurerm_storage_account", "name", "stlakeprod", "stlakeprd",
                                     module_with_keys)}};
  for (const char* zone : {"raw", "silver"}) {
    plan.changes.push_back(replaced(prefix + "azurerm_storage_container.zone[\"" + zone + "\"]", "azurerm_storage_container",
                                    "storage_account_id", "/old", "", module_with_keys));
  }
  return plan;
}

TEST(Causes, name_the_parent_and_the_variable_that_feeds_it) {
  PlanText plan = lake();
  plan.configuration = "{\"root_module\":{\"resources\":" + std::string(lake_resources) + "}}";
  const Judged out = judge(plan);
  EXPECT_EQ(out.find("gate.stateful-replace", "azurerm_storage_container.zone[\"raw\"]").cause,
            "storage_account_id <- azurerm_storage_account.lake.name \"stlakeprod\" -> \"stlakeprd\" <- var.account_name");
  std::set<std::string> groups;
  for (const Finding& finding : out.findings) groups.insert(finding.group);
  EXPECT_EQ(groups, std::set<std::string>{"replaced with azurerm_storage_account.lake"});
  for (const Finding& finding : out.findings) {
    if (finding.address == "azurerm_storage_account.lake") {
      EXPECT_EQ(finding.cause, "name \"stlakeprod\" -> \"stlakeprd\" <- var.account_name");
    }
  }
}

TEST(Causes, do_not_depend_on_where_the_configuration_stands) {
  PlanText plan = lake();
  plan.configuration = "{\"root_module\":{\"resources\":" + std::string(lake_resources) + "}}";
  const std::string text = test::render(plan);
  const std::size_t at = text.find(",\"configuration\":");
  const std::string configuration = text.substr(at + 1, text.find(",\"complete\"") - at - 1);
  std::string turned = "{" + configuration + "," + text.substr(1, at - 1) + text.substr(text.find(",\"complete\""));
  const Judged first = test::judge_text(text);
  const Judged second = test::judge_text(turned);
  ASSERT_TRUE(second.facts.problems.empty()) << second.facts.problems[0].message;
  ASSERT_EQ(first.findings.size(), second.findings.size());
  for (std::size_t i = 0; i < first.findings.size(); ++i) EXPECT_EQ(first.findings[i].cause, second.findings[i].cause);
}

TEST(Causes, go_through_the_input_of_a_module) {
  PlanText plan = lake("module.lake[\"eu\"]");
  plan.configuration = R"({"root_module":{"module_calls":{"lake":{"expressions":{"account_name":{"references":["var.prefix"]}},
      "module":{"resources":)" + std::string(lake_resources) + "}}}}}";
  EXPECT_EQ(judge(plan).find("gate.stateful-replace", "module.lake[\"eu\"].azurerm_storage_container.zone[\"raw\"]").cause,
            "storage_account_id <- module.lake[\"eu\"].azurerm_storage_account.lake.name \"stlakeprod\" -> \"stlakeprd\" <- "
            "module.lake[\"eu\"].var.account_name <- var.prefix");
}

TEST(Causes, go_through_the_output_of_a_module) {
  PlanText plan{.changes = {replaced("module.net.azurerm_storage_account.lake", "azurerm_storage_account", "name", "a", "b", "module.net"),
                            replaced("azurerm_storage_container.raw", "azurerm_storage_container", "storage_account_id", "/old", "")}};
  plan.configuration = R"({"root_module":{"resources":[{"address":"azurerm_storage_container.raw","mode":"managed",
      "type":"azurerm_storage_container","expressions":{"storage_account_id":{"references":["module.net.account_id","module.net"]}}}],
      "module_calls":{"net":{"module":{"outputs":{"account_id":{"expression":{"references":["azurerm_storage_account.lake.id",
      "azurerm_storage_account.lake"]}}},"resources":[{"address":"azurerm_storage_account.lake","mode":"managed",
      "type":"azurerm_storage_account","expressions":{"name":{"references":["local.name"]}}}]}}}}})";
  const Finding child = judge(plan).find("gate.stateful-replace", "azurerm_storage_container.raw");
  EXPECT_EQ(child.cause,
            "storage_account_id <- module.net.account_id <- module.net.azurerm_storage_account.lake.name \"a\" -> \"b\" <- local.name");
  EXPECT_EQ(child.group, "replaced with module.net.azurerm_storage_account.lake");
}

TEST(Causes, of_a_parent_without_paths_give_its_reason) {
  PlanText plan = lake();
  plan.changes[0].extra_change.clear();
  plan.changes[0].extra_entry = R"(,"action_reason":"replace_because_tainted")";
  plan.configuration = "{\"root_module\":{\"resources\":" + std::string(lake_resources) + "}}";
  EXPECT_EQ(judge(plan).find("gate.stateful-replace", "azurerm_storage_container.zone[\"raw\"]").cause,
            "storage_account_id <- azurerm_storage_account.lake (the object is marked as tainted)");
}

TEST(Causes, that_refer_to_each_other_end) {
  PlanText plan{.changes = {replaced("azurerm_storage_account.a", "azurerm_storage_account", "name", "1", ""),
                            replaced("azurerm_storage_account.b", "azurerm_storage_account", "name", "2", "")}};
  plan.configuration = R"({"root_module":{"resources":[
      {"address":"azurerm_storage_account.a","type":"azurerm_storage_account","expressions":{"name":{"references":["azurerm_storage_account.b"]}}},
      {"address":"azurerm_storage_account.b","type":"azurerm_storage_account","expressions":{"name":{"references":["azurerm_storage_account.a"]}}}]}})";
  EXPECT_EQ(judge(plan).findings.size(), 2U);
}

TEST(Causes, never_show_a_sensitive_value) {
  PlanText plan = lake();
  plan.changes[0].before_sensitive = R"({"name":true})";
  plan.changes[0].after_sensitive = R"({"name":true})";
  plan.configuration = "{\"root_module\":{\"resources\":" + std::string(lake_resources) + "}}";
  for (const Finding& finding : judge(plan).findings) EXPECT_EQ(finding.cause.find("stlake"), std::string::npos) << finding.cause;
}

TEST(Groups, a_module_that_goes_takes_its_modules_along) {
  const auto gone = [](const std::string& module, const std::string& name) {
    return ChangeText{.address = module + ".aws_s3_bucket." + name, .type = "aws_s3_bucket",
                      .extra_entry = ",\"module_address\":\"" + module + R"(","action_reason":"delete_because_no_module")"};
  };
  const Judged out = judge({.changes = {gone("module.a", "x"), gone("module.a.module.b", "y"), gone("module.ab", "z")}});
  EXPECT_EQ(out.find("gate.stateful-destroy", "module.a.aws_s3_bucket.x").group, "module module.a");
  EXPECT_EQ(out.find("gate.stateful-destroy", "module.a.module.b.aws_s3_bucket.y").group, "module module.a");
  EXPECT_EQ(out.find("gate.stateful-destroy", "module.ab.aws_s3_bucket.z").group, "module module.ab");
}

TEST(Containers, count_what_depends_on_them_in_the_state) {
  PlanText plan{.changes = {{.address = "azurerm_resource_group.rg", .type = "azurerm_resource_group",
                             .extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"},
                            {.address = "azurerm_storage_account.a", .actions = R"(["no-op"])"},
                            {.address = "azurerm_storage_account.b", .actions = R"(["no-op"])"}}};
  plan.prior_state = R"({"values":{"root_module":{"resources":[
      {"address":"azurerm_resource_group.rg","mode":"managed","type":"azurerm_resource_group"},
      {"address":"azurerm_storage_account.a","mode":"managed","type":"azurerm_storage_account","depends_on":["azurerm_resource_group.rg"]},
      {"address":"azurerm_storage_account.b","mode":"managed","type":"azurerm_storage_account","depends_on":["azurerm_resource_group.rg","x.y"]}]}}})";
  const std::string message = judge(plan).find("gate.container-destroy", "azurerm_resource_group.rg").message;
  EXPECT_NE(message.find("2 objects of the state depend on it."), std::string::npos) << message;
}

}  // namespace
}  // namespace tidegate::policy
