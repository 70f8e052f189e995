// SPDX-License-Identifier: Apache-2.0
#include "policy/rules.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "policy/evaluate.hpp"
#include "support/plan_text.hpp"

namespace tidegate::policy {
namespace {

using test::ChangeText;
using test::PlanText;

struct Judged {
  std::vector<Finding> findings{};
  plan::PlanFacts facts{};
  Level worst() const { return findings.empty() ? Level::off : findings.front().level; }
  // "block gate.stateful-destroy azurerm_x.y" for each finding.
  std::vector<std::string> lines() const {
    std::vector<std::string> out;
    for (const Finding& finding : findings) {
      out.push_back(std::string(to_string(finding.level)) + " " + finding.rule + " " + finding.address);
    }
    return out;
  }
};

Judged judge(const PlanText& text, Settings settings = {}) {
  Evaluator evaluator(std::move(settings));
  plan::PlanReader reader({.reduced = false}, evaluator.handlers());
  reader.feed(test::render(text));
  Judged out{.facts = reader.finish()};
  EXPECT_TRUE(out.facts.problems.empty()) << out.facts.problems[0].message;
  out.findings = evaluator.finish(out.facts);
  return out;
}

using Lines = std::vector<std::string>;
constexpr const char* removed = R"(,"action_reason":"delete_because_no_resource_config")";

ChangeText remove_of(const std::string& type, const std::string& before = "{}") {
  return {.address = type + ".x", .type = type, .before = before, .extra_entry = removed};
}

TEST(Destroy, is_judged_by_tier) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {"azurerm_storage_account", "block gate.stateful-destroy"},
      {"azurerm_resource_group", "block gate.container-destroy"},
      {"azurerm_key_vault", "block gate.key-loss"},
      {"azurerm_management_lock", "block gate.guard-removed"},
      {"aws_s3_bucket_versioning", "block gate.stateful-destroy"},
      {"azurerm_kusto_script", "block gate.escape-hatch"},
      {"null_resource", "warn gate.escape-hatch"},
      {"databricks_job", "warn gate.stateful-destroy"},
      {"databricks_notebook", "warn gate.stateful-destroy"},
      {"acme_bucket", "block gate.unknown-type-destroy"}};
  for (const auto& one : cases) {
    EXPECT_EQ(judge({.changes = {remove_of(one.first)}}).lines(), Lines{one.second + " " + one.first + ".x"}) << one.first;
  }
  for (const char* type : {"azurerm_virtual_network", "azurerm_storage_management_policy"}) {
    EXPECT_TRUE(judge({.changes = {remove_of(type)}}).findings.empty()) << type;
  }
}

// Promise 1, for every type of the catalogue: nothing protected goes unnoticed, in any form.
TEST(Destroy, of_a_protected_type_always_blocks) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < catalogue::type_count(); ++i) {
    const catalogue::TypeRow row = catalogue::type_at(i);
    if (!catalogue::is_protected(row.tier)) continue;
    ++count;
    const std::string type(row.name);
    ChangeText change = remove_of(type);
    EXPECT_EQ(judge({.changes = {change}}).worst(), Level::block) << type;
    change.extra_entry = R"(,"deposed":"deadbeef")";
    EXPECT_EQ(judge({.changes = {change, {.address = type + ".x", .type = type, .actions = R"(["no-op"])"}}}).worst(), Level::block)
        << type;
    for (const char* actions : {R"(["delete","create"])", R"(["create","delete"])", R"(["create","forget"])"}) {
      EXPECT_EQ(judge({.changes = {{.address = type + ".x", .type = type, .actions = actions, .after = "{}"}}}).worst(), Level::block)
          << type << actions;
    }
  }
  EXPECT_EQ(count, 829U);
}

TEST(Destroy, of_a_type_in_no_list_blocks_in_any_form) {
  for (const char* actions : {R"(["delete"])", R"(["delete","create"])", R"(["create","delete"])", R"(["create","forget"])"}) {
    EXPECT_EQ(judge({.changes = {{.address = "acme_thing.x", .type = "acme_thing", .actions = actions}}}).worst(), Level::block);
  }
  EXPECT_TRUE(judge({.changes = {{.type = "acme_thing", .actions = R"(["update"])", .after = "{}"}}}).findings.empty());
}

TEST(Upload, is_data_when_terraform_does_not_send_the_bytes) {
  const auto replace = [](const std::string& before) {
    return judge({.changes = {{.address = "databricks_dbfs_file.x", .type = "databricks_dbfs_file",
                               .actions = R"(["delete","create"])", .before = before, .after = "{}"}}}).worst();
  };
  EXPECT_EQ(replace(R"({"source":"a.jar","path":"/x"})"), Level::note);
  EXPECT_EQ(replace(R"({"content_base64":"YQ=="})"), Level::note);
  EXPECT_EQ(replace(R"({"path":"/x"})"), Level::block);
  EXPECT_EQ(replace(R"({"source":"","path":"/x"})"), Level::block);
  EXPECT_EQ(judge({.changes = {remove_of("azurerm_storage_blob", R"({"source":"a"})")}}).worst(), Level::warn);
}

TEST(Azapi, is_judged_by_the_type_of_the_body) {
  const auto level = [](const std::string& before) {
    return judge({.changes = {remove_of("azapi_resource", before)}}).worst();
  };
  EXPECT_EQ(level(R"({"type":"Microsoft.Storage/storageAccounts@2023-01-01"})"), Level::block);
  EXPECT_EQ(level(R"({"type":"microsoft.datafactory/factories/PIPELINES@2018-06-01"})"), Level::warn);
  EXPECT_EQ(level(R"({"type":"Microsoft.Invented/things@2018-06-01"})"), Level::block);
  EXPECT_EQ(level(R"({})"), Level::block);
  const std::string trigger = R"({"type":"Microsoft.DataFactory/factories/triggers@2018-06-01","body":)";
  EXPECT_EQ(level(trigger + R"({"properties":{"type":"TumblingWindowTrigger"}}})"), Level::block);
  EXPECT_EQ(level(trigger + R"({"properties":{"type":"ScheduleTrigger"}}})"), Level::warn);
  EXPECT_EQ(level(trigger + R"("{\"properties\":{\"type\":\"ScheduleTrigger\"}}"})"), Level::warn);
  EXPECT_EQ(level(trigger + "null}"), Level::block);
}

TEST(Azapi, only_start_and_stop_of_a_trigger_are_no_escape_hatch) {
  const auto level = [](const std::string& before) {
    return judge({.changes = {{.address = "azapi_resource_action.x", .type = "azapi_resource_action",
                               .actions = R"(["delete","create"])", .before = before, .after = before}}}).worst();
  };
  const std::string trigger = R"({"type":"Microsoft.DataFactory/factories/triggers@2018-06-01","action":)";
  EXPECT_EQ(level(trigger + R"("stop"})"), Level::warn);
  EXPECT_EQ(level(trigger + R"("start","method":"POST"})"), Level::warn);
  EXPECT_EQ(level(trigger + R"("start","method":"DELETE"})"), Level::block);
  EXPECT_EQ(level(trigger + R"("purge"})"), Level::block);
  EXPECT_EQ(level(R"({"type":"Microsoft.Storage/storageAccounts@2023-01-01","action":"stop"})"), Level::block);
}

TEST(EscapeHatch, a_provisioner_makes_an_idle_type_block) {
  PlanText plan{.changes = {{.address = "module.m[\"a\"].null_resource.x", .type = "null_resource",
                             .actions = R"(["delete","create"])", .after = "{}"}}};
  EXPECT_EQ(judge(plan).worst(), Level::warn);
  plan.configuration = R"({"root_module":{"module_calls":{"m":{"module":{"resources":[{"address":"null_resource.x",
      "mode":"managed","type":"null_resource","provisioners":[{"type":"local-exec"}]}]}}}}})";
  EXPECT_EQ(judge(plan).worst(), Level::block);
}

TEST(EscapeHatch, changes_that_delete_others_block) {
  const auto level = [](const std::string& type, const std::string& actions, const std::string& after) {
    return judge({.changes = {{.type = type, .actions = actions, .before = "{}", .after = after}}}).worst();
  };
  EXPECT_EQ(level("azurerm_resource_group_template_deployment", R"(["create"])", R"({"deployment_mode":"Complete"})"), Level::block);
  EXPECT_EQ(level("azurerm_resource_group_template_deployment", R"(["create"])", R"({"deployment_mode":"Incremental"})"), Level::off);
  EXPECT_EQ(level("azurerm_resource_group_template_deployment", R"(["update"])", R"({"template_content":"{}","x":1})"), Level::off);
  EXPECT_EQ(level("azurerm_resource_group_template_deployment", R"(["update"])", R"({"template_content":"{\"a\":1}"})"), Level::warn);
  EXPECT_EQ(level("azapi_resource_action", R"(["create"])", R"({"method":"DELETE"})"), Level::block);
  EXPECT_EQ(level("azapi_resource_action", R"(["create"])", R"({"when":"destroy"})"), Level::block);
}

TEST(EscapeHatch, an_action_invocation_warns) {
  const Judged out = judge({.extra = R"(,"action_invocations":[{"address":"action.a.b","type":"a"}])"});
  EXPECT_EQ(out.lines(), Lines{"warn gate.escape-hatch action.a.b"});
}

TEST(Forget, warns_for_protected_and_unknown_types) {
  const auto forget = [](const std::string& type) {
    return judge({.changes = {{.address = type + ".x", .type = type, .actions = R"(["forget"])",
                               .before = R"({"id":"/subscriptions/1"})", .extra_entry = removed}}});
  };
  const Judged out = forget("azurerm_storage_account");
  EXPECT_EQ(out.lines(), Lines{"warn gate.stateful-forget azurerm_storage_account.x"});
  EXPECT_NE(out.findings[0].fix.find("import {\n  to = azurerm_storage_account.x\n  id = \"/subscriptions/1\"\n}"), std::string::npos);
  EXPECT_EQ(forget("acme_bucket").worst(), Level::warn);
  EXPECT_EQ(forget("databricks_job").worst(), Level::off);
}

TEST(CreateForget, blocks_protected_and_unknown_types_only) {
  const auto level = [](const std::string& type) {
    return judge({.changes = {{.type = type, .actions = R"(["forget","create"])", .after = "{}"}}}).worst();
  };
  EXPECT_EQ(level("azurerm_storage_account"), Level::block);
  EXPECT_EQ(level("acme_bucket"), Level::block);
  EXPECT_EQ(level("databricks_job"), Level::warn);
  EXPECT_EQ(level("azurerm_virtual_network"), Level::off);
}

TEST(ImportReplace, blocks_any_type) {
  const Judged out = judge({.changes = {{.address = "azurerm_virtual_network.x", .type = "azurerm_virtual_network",
                                         .actions = R"(["delete","create"])", .after = "{}",
                                         .extra_change = R"(,"importing":{"id":"x"})"}}});
  EXPECT_EQ(out.lines(), Lines{"block gate.import-replace azurerm_virtual_network.x"});
  EXPECT_TRUE(judge({.changes = {{.type = "azurerm_storage_account", .actions = R"(["no-op"])",
                                  .extra_change = R"(,"importing":{"id":"x"})"}}}).findings.empty());
}

TEST(DestroyMode, blocks_whatever_the_types) {
  const Judged out = judge({.changes = {{.address = "azurerm_virtual_network.x", .type = "azurerm_virtual_network"}}});
  EXPECT_EQ(out.lines(), Lines{"block gate.destroy-mode plan"});
}

TEST(Drift, of_data_blocks_when_recreated_or_refresh_only) {
  const ChangeText gone{.address = "aws_s3_bucket.b", .type = "aws_s3_bucket"};
  PlanText plan{.changes = {{.address = "aws_s3_bucket.b", .type = "aws_s3_bucket", .actions = R"(["create"])", .before = "null",
                             .after = "{}"}},
                .drift = {gone}};
  EXPECT_EQ(judge(plan).lines(), Lines{"block gate.drift-data-lost aws_s3_bucket.b"});
  plan.changes.clear();
  EXPECT_EQ(judge(plan).worst(), Level::warn);
  plan.has_changes = false;
  EXPECT_EQ(judge(plan).worst(), Level::block);
  plan.drift[0].type = "aws_sqs_queue";
  EXPECT_EQ(judge(plan).worst(), Level::warn);
  plan.drift[0].type = "aws_route_table";
  EXPECT_EQ(judge(plan).worst(), Level::off);
  plan.drift = {{.type = "aws_s3_bucket", .actions = R"(["update"])", .after = "{}"}};
  EXPECT_EQ(judge(plan).worst(), Level::off);
}

TEST(Updates, fire_the_rule_of_their_pattern) {
  struct Case {
    const char* type;
    const char* before;
    const char* after;
    const char* line;
  };
  const std::vector<Case> cases{
      {"aws_kinesis_stream", R"({"retention_period":168})", R"({"retention_period":24})", "block gate.retention-shortened"},
      {"aws_dynamodb_table", R"({"ttl":[{"enabled":false}]})", R"({"ttl":[{"enabled":true}]})", "block gate.expiry-added"},
      {"aws_db_instance", R"({"deletion_protection":true})", R"({"deletion_protection":false})", "block gate.protection-weakened"},
      {"aws_s3_bucket", R"({"force_destroy":false})", R"({"force_destroy":true})", "block gate.destroy-armed"},
      {"aws_s3_bucket_versioning", R"({"versioning_configuration":[{"status":"Enabled"}]})",
       R"({"versioning_configuration":[{"status":"Suspended"}]})", "block gate.versioning-off"},
      {"azurerm_cosmosdb_account", R"({"geo_location":[{"location":"we"},{"location":"ne"}]})",
       R"({"geo_location":[{"location":"we"}]})", "block gate.element-removed"},
      {"azurerm_storage_account", R"({"account_replication_type":"GRS"})", R"({"account_replication_type":"LRS"})",
       "warn gate.redundancy-downgrade"},
      {"aws_kinesis_stream", R"({"shard_count":4})", R"({"shard_count":2})", "warn gate.capacity-shrunk"},
      {"databricks_job", R"({"schedule":[{"pause_status":"UNPAUSED"}]})", R"({"schedule":[{"pause_status":"PAUSED"}]})",
       "warn gate.pipeline-stopped"},
      {"databricks_job", R"({"task":[{"task_key":"a"},{"task_key":"b"}]})", R"({"task":[{"task_key":"a"}]})",
       "warn gate.element-removed"},
      {"azurerm_eventhub", R"({"partition_count":4})", R"({"partition_count":2})", "note gate.watched-attribute"},
  };
  for (const Case& one : cases) {
    const Judged out = judge({.changes = {{.address = "a.b", .type = one.type, .actions = R"(["update"])", .before = one.before,
                                           .after = one.after}}});
    EXPECT_EQ(out.lines(), Lines{std::string(one.line) + " a.b"}) << one.type;
    const Judged calm = judge({.changes = {{.type = one.type, .actions = R"(["update"])", .before = one.after, .after = one.after}}});
    EXPECT_TRUE(calm.findings.empty()) << one.type;
  }
}

TEST(Updates, of_an_unknown_value_are_unproven_with_the_same_severity) {
  const Judged out = judge({.changes = {{.address = "a.b", .type = "aws_kinesis_stream", .actions = R"(["update"])",
                                         .before = R"({"retention_period":168,"shard_count":4})", .after = "{}",
                                         .unknown = R"({"retention_period":true,"shard_count":true})"}}});
  EXPECT_EQ(out.lines(), (Lines{"block gate.unproven a.b", "warn gate.unproven a.b"}));
  EXPECT_NE(out.findings[0].message.find("gate.retention-shortened"), std::string::npos);
}

TEST(Updates, two_entries_of_one_path_are_one_finding) {
  const Judged out = judge({.changes = {{.address = "a.b", .type = "aws_db_instance", .actions = R"(["update"])",
                                         .before = R"({"backup_retention_period":7})", .after = R"({"backup_retention_period":0})"}}});
  EXPECT_EQ(out.lines(), Lines{"block gate.retention-shortened a.b"});
}

TEST(Updates, that_change_nothing_are_no_finding) {
  const std::string before = R"({"blob_properties":[{"change_feed_retention_in_days":null,"cors_rule":null,"versioning_enabled":null}]})";
  const std::string after = R"({"blob_properties":[{"change_feed_retention_in_days":0,"cors_rule":[],"versioning_enabled":false}]})";
  EXPECT_TRUE(judge({.changes = {{.actions = R"(["update"])", .before = before, .after = after}}}).findings.empty());
}

const char* const policy_configuration = R"({"root_module":{"resources":[
    {"address":"azurerm_storage_management_policy.p","mode":"managed","type":"azurerm_storage_management_policy",
     "expressions":{"storage_account_id":{"references":["azurerm_storage_account.lake.id","azurerm_storage_account.lake"]},
                    "rule":[{"name":{"references":["var.name"]}}]}}]}})";

ChangeText new_policy(const std::string& actions = R"(["create"])") {
  return {.address = "azurerm_storage_management_policy.p", .type = "azurerm_storage_management_policy", .actions = actions,
          .before = "null",
          .after = R"({"rule":[{"name":"a","enabled":true,"actions":[{"base_blob":[{"delete_after_days_since_modification_greater_than":30}]}]}]})"};
}

TEST(Expiry, creating_a_policy_is_the_danger) {
  PlanText plan{.changes = {new_policy(), {.actions = R"(["no-op"])"}}, .configuration = policy_configuration};
  EXPECT_EQ(judge(plan).worst(), Level::block);
  plan.changes[1].actions = R"(["create"])";
  EXPECT_EQ(judge(plan).worst(), Level::note);
  plan.configuration = R"({"root_module":{}})";
  EXPECT_EQ(judge(plan).worst(), Level::block);
}

TEST(Expiry, one_existing_instance_of_the_parent_is_enough_to_block) {
  PlanText plan{.changes = {new_policy(), {.address = "azurerm_storage_account.lake[0]", .actions = R"(["create"])"},
                            {.address = "azurerm_storage_account.lake[1]", .actions = R"(["no-op"])"}},
                .configuration = policy_configuration};
  EXPECT_EQ(judge(plan).worst(), Level::block);
}

// coalesce("prod", aws_s3_bucket.lake.id) refers to the new bucket only, and is the old one.
TEST(Expiry, a_known_parent_must_be_the_one_that_is_created) {
  const auto worst = [](const std::string& bucket, const std::string& unknown = "{}") {
    return judge({.changes = {{.address = "aws_s3_bucket_lifecycle_configuration.p", .type = "aws_s3_bucket_lifecycle_configuration",
                               .actions = R"(["create"])", .before = "null",
                               .after = R"({"rule":[{"id":"a","status":"Enabled","expiration":[{"days":30}]}],"bucket":)" + bucket + "}",
                               .unknown = unknown},
                              {.address = "aws_s3_bucket.lake", .type = "aws_s3_bucket", .actions = R"(["create"])", .before = "null",
                               .after = R"({"bucket":"lake"})"}},
                  .configuration = R"({"root_module":{"resources":[{"address":"aws_s3_bucket_lifecycle_configuration.p","mode":"managed",
                      "type":"aws_s3_bucket_lifecycle_configuration",
                      "expressions":{"bucket":{"references":["aws_s3_bucket.lake.id","aws_s3_bucket.lake"]}}}]}})"})
        .worst();
  };
  EXPECT_EQ(worst("null", R"({"bucket":true})"), Level::note);
  EXPECT_EQ(worst(R"("lake")"), Level::note);
  EXPECT_EQ(worst(R"("prod")"), Level::block);
}

TEST(Expiry, replacing_a_policy_counts_as_creating_it) {
  PlanText plan{.changes = {new_policy(R"(["delete","create"])"), {.actions = R"(["create"])"}}, .configuration = policy_configuration};
  plan.changes[0].before = "{}";
  EXPECT_EQ(judge(plan).worst(), Level::block);
}

TEST(Expiry, a_policy_without_entries_in_the_catalogue_blocks_too) {
  EXPECT_EQ(judge({.changes = {{.type = "snowflake_table_storage_lifecycle_policy_attachment", .actions = R"(["create"])",
                                .before = "null", .after = "{}"}}}).worst(), Level::block);
}

TEST(Checks, that_fail_warn_with_their_message) {
  const Judged out = judge({.extra = R"(,"checks":[{"address":{"to_display":"check.c"},"status":"fail","instances":[{"problems":[{"message":"not two"}]}]},
                                                  {"address":{"to_display":"check.d"},"status":"pass"}])"});
  EXPECT_EQ(out.lines(), Lines{"warn gate.check-failed check.c"});
  EXPECT_NE(out.findings[0].message.find("not two"), std::string::npos);
}

TEST(Secrets, unmasked_in_a_change_warn_without_being_shown) {
  const Judged out = judge({.changes = {{.address = "a.b", .type = "azurerm_virtual_network", .actions = R"(["create"])", .before = "null",
                                         .after = R"({"tags":{"c":"x;AccountKey=hunter2=="}})"}}});
  EXPECT_EQ(out.lines(), Lines{"warn gate.secret-in-plan a.b"});
  EXPECT_EQ(out.findings[0].attribute, "tags.c");
  EXPECT_EQ(out.findings[0].message.find("hunter2"), std::string::npos);
}

TEST(Renames, print_the_moved_block) {
  const ChangeText lost{.address = "azurerm_storage_account.old", .before = R"({"name":"stlake","location":"we"})", .extra_entry = removed};
  const ChangeText other{.address = "azurerm_storage_account.aaa", .actions = R"(["create"])", .before = "null",
                         .after = R"({"name":"stother","location":"we"})"};
  const ChangeText fresh{.address = "azurerm_storage_account.new", .actions = R"(["create"])", .before = "null",
                         .after = R"({"name":"stlake","location":"we"})"};
  const Judged out = judge({.changes = {lost, other, fresh}});
  ASSERT_EQ(out.findings.size(), 1U);
  EXPECT_NE(out.findings[0].fix.find("moved {\n  from = azurerm_storage_account.old\n  to   = azurerm_storage_account.new\n}"),
            std::string::npos) << out.findings[0].fix;
}

TEST(Renames, without_a_partner_print_the_removed_block_without_keys) {
  ChangeText lost = remove_of("azurerm_storage_account");
  lost.address = "module.a[\"k\"].azurerm_storage_account.x[0]";
  const Judged out = judge({.changes = {lost}});
  EXPECT_NE(out.findings[0].fix.find("removed {\n  from = module.a.azurerm_storage_account.x\n"), std::string::npos);
}

TEST(Groups, one_list_shift_and_one_module) {
  const auto replaced = [](int index) {
    return ChangeText{.address = "aws_s3_bucket.b[" + std::to_string(index) + "]", .type = "aws_s3_bucket",
                      .actions = R"(["delete","create"])", .after = "{}"};
  };
  ChangeText last = replaced(2);
  last.actions = R"(["delete"])";
  last.extra_entry = R"(,"action_reason":"delete_because_count_index")";
  const Judged shift = judge({.changes = {replaced(0), replaced(1), last}});
  ASSERT_EQ(shift.findings.size(), 3U);
  for (const Finding& finding : shift.findings) EXPECT_EQ(finding.group, "list aws_s3_bucket.b");
}

TEST(Settings, a_type_can_be_given_another_tier) {
  Settings settings;
  settings.tiers.emplace("terraform_data", catalogue::Tier::data);
  const Judged out = judge({.changes = {remove_of("terraform_data")}}, settings);
  EXPECT_EQ(out.lines(), Lines{"block gate.stateful-destroy terraform_data.x"});
}

TEST(Order, of_changes_and_keys_never_matters) {
  std::vector<ChangeText> changes{remove_of("azurerm_storage_account"), remove_of("databricks_job"), remove_of("acme_bucket"), new_policy()};
  changes.push_back({.address = "aws_db_instance.d", .type = "aws_db_instance", .actions = R"(["update"])",
                     .before = R"({"deletion_protection":true,"backup_retention_period":7})",
                     .after = R"({"backup_retention_period":1,"deletion_protection":false})"});
  const Lines expected = judge({.changes = changes}).lines();
  EXPECT_EQ(expected.size(), 7U);
  std::mt19937 random(3);
  for (int round = 0; round < 20; ++round) {
    std::shuffle(changes.begin(), changes.end(), random);
    EXPECT_EQ(judge({.changes = changes}).lines(), expected);
  }
}

TEST(Rules, have_unique_ids_and_one_rule_for_every_pattern) {
  std::set<std::string> ids;
  std::uint32_t patterns = 0;
  for (const Rule& rule : rules()) {
    EXPECT_TRUE(ids.emplace(rule.id).second) << rule.id;
    EXPECT_EQ(patterns & rule.patterns, 0U) << rule.id;
    patterns |= rule.patterns;
    EXPECT_TRUE(rule.change != nullptr || rule.drift != nullptr || rule.plan != nullptr) << rule.id;
  }
  EXPECT_EQ(patterns, (1U << 18U) - 1);
}

}  // namespace
}  // namespace tidegate::policy
