// SPDX-License-Identifier: Apache-2.0
// What scripts, templates and actions delete without showing it, and policies of ARM that delete
// later.
#include <gtest/gtest.h>

#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using test::judge;
using test::Judged;
using test::Lines;

const std::string template_type = "azurerm_resource_group_template_deployment";

Judged create(const std::string& type, const std::string& after,
              const std::string& unknown = "{}") {
  return judge({.changes = {{.address = type + ".x",
                             .type = type,
                             .actions = R"(["create"])",
                             .before = "null",
                             .after = after,
                             .unknown = unknown}}});
}

Judged update(const std::string& type, const std::string& before, const std::string& after,
              const std::string& unknown = "{}") {
  return judge({.changes = {{.address = type + ".x",
                             .type = type,
                             .actions = R"(["update"])",
                             .before = before,
                             .after = after,
                             .unknown = unknown}}});
}

std::string body_of(const std::string& type, const std::string& properties) {
  return R"({"type":")" + type + R"(@2024-01-01","body":{"properties":)" + properties + "}}";
}

TEST(DeletesOthers, a_deciding_word_that_is_not_in_the_plan_is_unproven) {
  for (const char* attribute : {"deployment_mode", "method", "when", "delete_object"}) {
    const Judged out = create(template_type, "{}", R"({")" + std::string(attribute) + R"(":true})");
    EXPECT_EQ(out.lines(), Lines{"block gate.unproven " + template_type + ".x"}) << attribute;
  }
  const Judged out = update(template_type, R"({"deployment_mode":"Incremental"})", "{}",
                            R"({"deployment_mode":true})");
  EXPECT_EQ(out.lines(), Lines{"block gate.unproven " + template_type + ".x"});
  EXPECT_EQ(out.findings[0].stands_for, "gate.escape-hatch");
}

TEST(DeletesOthers, what_is_certain_outranks_what_is_unproven) {
  const Judged out =
      create(template_type, R"({"deployment_mode":"Complete"})", R"({"method":true})");
  EXPECT_EQ(out.lines(), Lines{"block gate.escape-hatch " + template_type + ".x"});
}

TEST(DeletesOthers, template_deployments_of_azapi_are_judged_by_their_body) {
  const std::string type = "Microsoft.Resources/deployments";
  const Lines block{"block gate.escape-hatch azapi_resource.x"};
  const Lines unproven{"block gate.unproven azapi_resource.x"};
  EXPECT_EQ(create("azapi_resource", body_of(type, R"({"mode":"complete"})")).lines(), block);
  EXPECT_EQ(
      create("azapi_resource", body_of("MICROSOFT.resources/Deployments", R"({"mode":"Complete"})"))
          .lines(),
      block);
  EXPECT_EQ(
      create(
          "azapi_resource",
          R"({"type":"Microsoft.Resources/deployments@1","body":"{\"properties\":{\"mode\":\"Complete\"}}"})")
          .lines(),
      block);
  EXPECT_EQ(create("azapi_resource", body_of(type, R"({"mode":"Incremental"})")).lines(), Lines{});
  EXPECT_EQ(create("azapi_resource", body_of(type, "{}")).lines(),
            unproven);  // it may stand in sensitive_body
  EXPECT_EQ(create("azapi_resource", R"({"type":"Microsoft.Resources/deployments@1","body":"{"})")
                .lines(),
            unproven);
  EXPECT_EQ(create("azapi_resource", R"({"type":"Microsoft.Resources/deployments@1"})",
                   R"({"body":true})")
                .lines(),
            unproven);
  EXPECT_EQ(update("azapi_resource", body_of(type, R"({"mode":"Incremental"})"),
                   body_of(type, R"({"mode":"Complete"})"))
                .lines(),
            block);
}

TEST(DeletesOthers, deployment_stacks_that_delete_what_is_no_longer_named) {
  const std::string type = "Microsoft.Resources/deploymentStacks";
  const auto lines = [&](const std::string& action) {
    return create("azapi_resource", body_of(type, R"({"actionOnUnmanage":)" + action + "}"))
        .lines();
  };
  const Lines block{"block gate.escape-hatch azapi_resource.x"};
  EXPECT_EQ(lines(R"({"resources":"delete"})"), block);
  EXPECT_EQ(lines(R"({"resources":"detach","resourceGroups":"delete"})"), block);
  EXPECT_EQ(lines(R"({"resources":"detach","resourceGroups":"detach"})"), Lines{});
}

TEST(DeletesOthers, a_bulk_deletion_blocks) {
  EXPECT_EQ(create("google_storage_batch_operations_job",
                   R"({"delete_object":[{"permanent_object_deletion_enabled":false}]})")
                .lines(),
            Lines{"block gate.escape-hatch google_storage_batch_operations_job.x"});
  EXPECT_EQ(
      create("google_storage_batch_operations_job", R"({"delete_object":[],"rewrite_object":[{}]})")
          .lines(),
      Lines{});
}

TEST(EscapeHatch, what_runs_once_it_is_created_warns) {
  for (const char* type : {"azapi_update_resource", "azapi_resource_action", "snowflake_execute",
                           "azurerm_kusto_script"}) {
    EXPECT_EQ(create(type, R"({"name":"x"})").lines(),
              Lines{"warn gate.escape-hatch " + std::string(type) + ".x"});
  }
  EXPECT_EQ(
      create("azapi_resource_action",
             R"({"type":"Microsoft.DataFactory/factories/triggers@2018-06-01","action":"start"})")
          .lines(),
      Lines{});
  EXPECT_EQ(create("helm_release", R"({"name":"x"})").lines(), Lines{});
}

TEST(EscapeHatch, an_action_invocation_is_judged_by_its_arguments) {
  const auto lines = [](const std::string& arguments) {
    return judge({.extra = R"(,"action_invocations":[{"address":"action.a.b","type":"a")" +
                           arguments + "}]"})
        .lines();
  };
  const Lines warn{"warn gate.escape-hatch action.a.b"};
  const Lines block{"block gate.escape-hatch action.a.b"};
  EXPECT_EQ(lines(""), warn);
  EXPECT_EQ(lines(R"(,"config_values":{"method":"POST"})"), warn);
  EXPECT_EQ(lines(R"(,"config_values":{"method":"delete"})"), block);
  EXPECT_EQ(lines(R"(,"config_values":{"deployment_mode":"Complete"})"), block);
  EXPECT_EQ(lines(R"(,"config_values":{},"config_unknown":{"method":true})"), block);
  EXPECT_EQ(lines(R"(,"config_unknown":true)"), block);
}

TEST(Expiry, a_changed_body_of_arm_that_deletes_later_blocks) {
  const std::string type = "Microsoft.Storage/storageAccounts/managementPolicies";
  const auto lines = [&](const std::string& before, const std::string& after) {
    return update("azapi_resource", body_of(type, before), body_of(type, after)).lines();
  };
  EXPECT_EQ(lines(R"({"days":30})", R"({"days":7})"),
            Lines{"block gate.expiry-added azapi_resource.x"});
  EXPECT_EQ(lines(R"({"days":30})", R"({"days":30})"), Lines{});
  EXPECT_EQ(update("azapi_resource", body_of(type, "{}"), R"({"type":")" + type + R"("})",
                   R"({"body":true})")
                .lines(),
            Lines{"block gate.expiry-added azapi_resource.x"});
}

TEST(Upload, without_any_value_before_it_counts_as_data) {
  const Judged out = judge(
      {.changes = {{.address = "azurerm_storage_blob.x",
                    .type = "azurerm_storage_blob",
                    .before = "null",
                    .extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"}}});
  EXPECT_EQ(out.lines(), Lines{"block gate.stateful-destroy azurerm_storage_blob.x"});
}

}  // namespace
}  // namespace tidegate::policy
