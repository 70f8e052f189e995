// SPDX-License-Identifier: Apache-2.0
// Are the labelled plans good enough? Every built-in rule is switched off, inverted and weakened, every
// pattern P0 to P17 is taken from its rule, and every comparison is replaced by every other one. Each
// mistake must change the findings of a labelled plan, else it could be made unseen.
#include <gtest/gtest.h>

#include <algorithm>

#include "catalogue/grammar.hpp"
#include "document/parse.hpp"
#include "policy/compare.hpp"
#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using test::ChangeText;
using test::judge;
using test::Lines;
using test::PlanText;

constexpr const char* removed = R"(,"action_reason":"delete_because_no_resource_config")";

struct Labelled {
  PlanText plan{};
  Lines lines{};
};

ChangeText lost(const std::string& type) { return {.address = "a.b", .type = type, .before = "{}", .extra_entry = removed}; }

ChangeText changed(const std::string& type, const std::string& before, const std::string& after, const std::string& unknown = "{}") {
  return {.address = "a.b", .type = type, .actions = R"(["update"])", .before = before, .after = after, .unknown = unknown};
}

std::vector<Labelled> losses() {
  const ChangeText replaced{.address = "a.b", .type = "azurerm_storage_account", .actions = R"(["delete","create"])", .after = "{}"};
  ChangeText job = replaced;
  job.type = "databricks_job";
  ChangeText imported = replaced;
  imported.type = "azurerm_virtual_network";
  imported.extra_change = R"(,"importing":{"id":"x"})";
  ChangeText forgotten{.address = "a.b", .type = "azurerm_storage_account", .actions = R"(["forget"])", .before = "{}"};
  ChangeText left = replaced;
  left.actions = R"(["create","forget"])";
  ChangeText left_job = left;
  left_job.type = "databricks_job";
  return {{{.changes = {lost("azurerm_storage_account")}}, {"block gate.stateful-destroy a.b"}},
          {{.changes = {lost("databricks_job")}}, {"warn gate.stateful-destroy a.b"}},
          {{.changes = {replaced}}, {"block gate.stateful-replace a.b"}},
          {{.changes = {job}}, {"warn gate.stateful-replace a.b"}},
          {{.changes = {lost("azurerm_resource_group")}}, {"block gate.container-destroy a.b"}},
          {{.changes = {lost("azurerm_key_vault_key")}}, {"block gate.key-loss a.b"}},
          {{.changes = {lost("azurerm_management_lock")}}, {"block gate.guard-removed a.b"}},
          {{.changes = {lost("azurerm_kusto_script")}}, {"block gate.escape-hatch a.b"}},
          {{.changes = {lost("acme_bucket")}}, {"block gate.unknown-type-destroy a.b"}},
          {{.changes = {forgotten}}, {"warn gate.stateful-forget a.b"}},
          {{.changes = {left}}, {"block gate.create-forget a.b"}},
          {{.changes = {left_job}}, {"warn gate.create-forget a.b"}},
          {{.changes = {imported}}, {"block gate.import-replace a.b"}},
          {{.changes = {{.address = "a.b", .type = "azurerm_virtual_network"}}}, {"block gate.destroy-mode plan"}},
          {{.changes = {lost("azurerm_virtual_network")}}, {}}};
}

std::vector<Labelled> updates() {
  const std::string off = R"({"enabled":false})";
  return {
      {{.changes = {changed("aws_kinesis_stream", R"({"retention_period":168})", R"({"retention_period":24})")}},
       {"block gate.retention-shortened a.b"}},
      {{.changes = {changed("aws_dynamodb_table", R"({"ttl":[{"enabled":false}]})", R"({"ttl":[{"enabled":true}]})")}},
       {"block gate.expiry-added a.b"}},
      {{.changes = {changed("azurerm_storage_management_policy",
                            R"({"rule":[{"name":"a","enabled":true,"filters":[{"prefix_match":["raw/tmp"]}]}]})",
                            R"({"rule":[{"name":"a","enabled":true,"filters":[{"prefix_match":["raw"]}]}]})")}},
       {"block gate.expiry-added a.b"}},
      {{.changes = {changed("aws_db_instance", R"({"deletion_protection":true})", R"({"deletion_protection":false})")}},
       {"block gate.protection-weakened a.b"}},
      {{.changes = {changed("aws_s3_bucket", R"({"force_destroy":false})", R"({"force_destroy":true})")}}, {"block gate.destroy-armed a.b"}},
      {{.changes = {changed("aws_s3_bucket_versioning", R"({"versioning_configuration":[{"status":"Enabled"}]})",
                            R"({"versioning_configuration":[{"status":"Suspended"}]})")}},
       {"block gate.versioning-off a.b"}},
      {{.changes = {changed("azurerm_cosmosdb_account", R"({"geo_location":[{"location":"we"},{"location":"ne"}]})",
                            R"({"geo_location":[{"location":"we"}]})")}},
       {"block gate.element-removed a.b"}},
      {{.changes = {changed("databricks_job", R"({"task":[{"task_key":"a"},{"task_key":"b"}]})", R"({"task":[{"task_key":"a"}]})")}},
       {"warn gate.element-removed a.b"}},
      {{.changes = {changed("azurerm_storage_account", R"({"account_replication_type":"GRS"})", R"({"account_replication_type":"LRS"})")}},
       {"warn gate.redundancy-downgrade a.b"}},
      {{.changes = {changed("aws_kinesis_stream", R"({"shard_count":4})", R"({"shard_count":2})")}}, {"warn gate.capacity-shrunk a.b"}},
      {{.changes = {changed("databricks_job", R"({"schedule":[{"pause_status":"UNPAUSED"}]})", R"({"schedule":[{"pause_status":"PAUSED"}]})")}},
       {"warn gate.pipeline-stopped a.b"}},
      {{.changes = {changed("azurerm_eventhub", R"({"partition_count":4})", R"({"partition_count":2})")}}, {"note gate.watched-attribute a.b"}},
      {{.changes = {changed("aws_kinesis_stream", R"({"retention_period":168})", "{}", R"({"retention_period":true})")}},
       {"block gate.unproven a.b"}},
      {{.changes = {changed("aws_kinesis_stream", R"({"retention_period":24})", R"({"retention_period":168})")}}, {}},
      {{.changes = {changed("azurerm_resource_group_template_deployment", R"({"template_content":"{}"})",
                            R"({"template_content":"{\"a\":1}"})")}},
       {"warn gate.escape-hatch a.b"}}};
}

// One plan for every entry of these patterns in the catalogue that no hand-written plan has.
std::vector<Labelled> of_pattern(int pattern, const std::string& rule, const std::string& before, const std::string& after,
                                 catalogue::Comparison comparison) {
  std::vector<Labelled> out;
  for (std::size_t i = 0; i < catalogue::type_count() && out.empty(); ++i) {
    const catalogue::TypeRow row = catalogue::type_at(i);
    for (std::size_t k = 0; k < row.entry_count && out.empty(); ++k) {
      const catalogue::Entry entry = catalogue::entry_of(row, k);
      const auto steps = catalogue::steps_of(entry.path);
      if (entry.pattern != pattern || entry.comparison != comparison || !catalogue::is_protected(row.tier)) continue;
      std::string head;
      for (const std::string_view step : steps) head += "{\"" + std::string(step) + "\":";
      const std::string tail(steps.size(), '}');
      out.push_back({{.changes = {changed(std::string(row.name), head + before + tail, head + after + tail)}}, {"block " + rule + " a.b"}});
    }
  }
  EXPECT_EQ(out.size(), 1U) << "P" << pattern;
  return out;
}

std::vector<Labelled> whole_plans() {
  PlanText drift{.changes = {{.address = "a.b", .type = "aws_s3_bucket", .actions = R"(["create"])", .before = "null", .after = "{}"}},
                 .drift = {{.address = "a.b", .type = "aws_s3_bucket"}}};
  PlanText secret{.changes = {{.address = "a.b", .type = "azurerm_virtual_network", .actions = R"(["create"])", .before = "null",
                               .after = R"({"tags":{"c":"x;AccountKey=hunter2=="}})"}}};
  return {{drift, {"block gate.drift-data-lost a.b"}},
          {secret, {"warn gate.secret-in-plan a.b"}},
          {{.extra = R"(,"checks":[{"address":{"to_display":"check.c"},"status":"fail"}])"}, {"warn gate.check-failed check.c"}},
          {{.extra = R"(,"action_invocations":[{"address":"action.a.b","type":"a"}])"}, {"warn gate.escape-hatch action.a.b"}},
          {{.changes = {{.address = "azapi_resource.kept", .type = "databricks_job", .extra_entry = removed}}},
           {"block gate.contract-broken azapi_resource.kept", "warn gate.stateful-destroy azapi_resource.kept"}},
          {PlanText{}, {}}};
}

const std::vector<Labelled>& labelled() {
  static const std::vector<Labelled> all = [] {
    std::vector<Labelled> out = losses();
    using catalogue::Comparison;
    for (std::vector<Labelled> more :
         {updates(), whole_plans(), of_pattern(8, "gate.element-removed", R"("a")", R"("b")", Comparison::change),
          of_pattern(9, "gate.hidden-recreation", R"("a")", R"("b")", Comparison::change),
          of_pattern(10, "gate.repointed", R"("a")", R"("b")", Comparison::change),
          of_pattern(14, "gate.key-loss", R"("a")", R"("b")", Comparison::change),
          of_pattern(16, "gate.guard-removed", R"(["a","b"])", R"(["b"])", Comparison::remove)}) {
      out.insert(out.end(), more.begin(), more.end());
    }
    return out;
  }();
  return all;
}

Settings settings() {
  Settings out;
  out.contracts.push_back({.dataset = "orders", .addresses = {"azapi_resource.kept"}});
  return out;
}

// Does any labelled plan get other findings than its label says?
bool is_noticed(std::span<const Rule> table) {
  return std::any_of(labelled().begin(), labelled().end(),
                     [&](const Labelled& one) { return judge(one.plan, settings(), table).lines() != one.lines; });
}

TEST(Mutation, without_a_mistake_every_labelled_plan_agrees) {
  for (const Labelled& one : labelled()) EXPECT_EQ(judge(one.plan, settings()).lines(), one.lines) << test::render(one.plan);
}

// Finds where the rule finds nothing, and the other way round.
void inverted_change(const Rule& rule, const Subject& subject, Report& report) {
  Report scratch;
  find_rule(rule.id)->change(rule, subject, scratch);
  if (scratch.findings().empty()) report.add(rule, Level::block, subject, "inverted");
}

void inverted_drift(const Rule& rule, const Subject& subject, Report& report) {
  Report scratch;
  find_rule(rule.id)->drift(rule, subject, scratch);
  if (scratch.findings().empty()) report.add(rule, Level::block, subject, "inverted");
}

void inverted_plan(const Rule& rule, const PlanView& view, Report& report) {
  Report scratch;
  find_rule(rule.id)->plan(rule, view, scratch);
  if (scratch.findings().empty()) report.add_plan(rule, Level::block, "plan", "inverted");
}

TEST(Mutation, of_every_rule_is_noticed) {
  for (std::size_t i = 0; i < rules().size(); ++i) {
    const std::vector<Rule> sound(rules().begin(), rules().end());
    std::vector<Rule> off = sound;
    off.erase(off.begin() + static_cast<std::ptrdiff_t>(i));
    EXPECT_TRUE(is_noticed(off)) << "without " << sound[i].id;
    if (sound[i].change != nullptr) {
      std::vector<Rule> wrong = sound;
      wrong[i].change = inverted_change;
      EXPECT_TRUE(is_noticed(wrong)) << sound[i].id << " inverted";
    }
    if (sound[i].drift != nullptr) {
      std::vector<Rule> wrong = sound;
      wrong[i].drift = inverted_drift;
      EXPECT_TRUE(is_noticed(wrong)) << sound[i].id << " inverted";
    }
    if (sound[i].plan != nullptr) {
      std::vector<Rule> wrong = sound;
      wrong[i].plan = inverted_plan;
      EXPECT_TRUE(is_noticed(wrong)) << sound[i].id << " inverted";
    }
  }
}

// A lower severity is a mistake, too; the rules that set their level themselves are seen above.
TEST(Mutation, of_every_scale_is_noticed) {
  for (std::size_t i = 0; i < rules().size(); ++i) {
    const Scale scale = rules()[i].scale;
    if (scale != Scale::protected_blocks && scale != Scale::expiry_blocks) continue;
    std::vector<Rule> wrong(rules().begin(), rules().end());
    wrong[i].scale = Scale::warn;
    EXPECT_TRUE(is_noticed(wrong)) << rules()[i].id << " only warns";
  }
}

TEST(Mutation, of_every_pattern_is_noticed) {
  for (unsigned pattern = 0; pattern < 18; ++pattern) {
    std::vector<Rule> wrong(rules().begin(), rules().end());
    for (Rule& rule : wrong) {
      if (pattern != 17) rule.patterns &= ~(1U << pattern);
      else if (rule.id == "gate.unproven") rule.change = nullptr;
    }
    EXPECT_TRUE(is_noticed(wrong)) << "P" << pattern;
  }
}

// --- comparisons ----------------------------------------------------------------------------------

using catalogue::Comparison;

struct Compared {
  Comparison comparison = Comparison::change;
  const char* before = nullptr;
  const char* after = nullptr;
  bool fires = false;
};

const std::vector<Compared>& comparisons() {
  static const std::vector<Compared> all{
      {Comparison::decrease, R"({"d":30})", R"({"d":7})", true},      {Comparison::decrease, R"({"d":7})", R"({"d":30})", false},
      {Comparison::decrease, R"({"d":7})", "{}", true},               {Comparison::decrease, R"({"d":[1,2]})", R"({"d":[1,2]})", false},
      {Comparison::increase, R"({"d":7})", R"({"d":30})", true},      {Comparison::increase, R"({"d":30})", R"({"d":7})", false},
      {Comparison::increase, R"({"d":null})", R"({"d":7})", false},   {Comparison::zero, R"({"d":7})", R"({"d":0})", true},
      {Comparison::zero, R"({"d":7})", R"({"d":1})", false},          {Comparison::zero, R"({"d":7})", R"({"d":null})", false},
      {Comparison::remove, R"({"d":["a","b"]})", R"({"d":["b"]})", true},
      {Comparison::remove, R"({"d":["b"]})", R"({"d":["a","b"]})", false},
      {Comparison::remove, R"({"d":[{"name":"a"}]})", R"({"d":[{"name":"a","x":1}]})", false},
      {Comparison::remove, R"({"d":"a"})", R"({"d":"b"})", false},
      {Comparison::add, R"({"d":null})", R"({"d":60})", true},        {Comparison::add, R"({"d":60})", R"({"d":30})", false},
      {Comparison::add, R"({"d":["a"]})", R"({"d":["a","b"]})", true},
      {Comparison::change, R"({"d":"a"})", R"({"d":"b"})", true},     {Comparison::change, R"({"d":["a"]})", R"({"d":["a","b"]})", true},
      {Comparison::change, R"({"d":1})", R"({"d":1.0})", false},      {Comparison::change, R"({"d":null})", R"({"d":5})", true},
      {Comparison::change, R"({"d":5})", R"({"d":null})", true},
      {Comparison::rename, R"({"d":[{"name":"a","x":1}]})", R"({"d":[{"name":"b","x":1}]})", true},
      {Comparison::rename, R"({"d":[{"name":"a","x":1}]})", R"({"d":[]})", false},
      {Comparison::rename, R"({"d":[{"name":"a","x":1}]})", R"({"d":[{"name":"a","x":1},{"name":"b"}]})", false},
      {Comparison::rename, R"({"d":[{"name":"a","x":1}]})", R"({"d":[{"name":"a","x":2}]})", false},
      {Comparison::widen, R"({"d":["raw/tmp"]})", R"({"d":["raw"]})", true},
      {Comparison::widen, R"({"d":["raw"]})", R"({"d":["raw/tmp"]})", false},
      {Comparison::downgrade, R"({"d":"GRS"})", R"({"d":"LRS"})", true},
      {Comparison::downgrade, R"({"d":"LRS"})", R"({"d":"GRS"})", false},
      {Comparison::downgrade, R"({"d":"GRS"})", R"({})", false},
      {Comparison::becomes, R"({"d":true})", R"({"d":false})", true}, {Comparison::becomes, R"({"d":false})", R"({"d":true})", false},
      {Comparison::becomes, R"({"d":null})", R"({"d":false})", false}, {Comparison::becomes, R"({"d":true})", R"({"d":"x"})", false}};
  return all;
}

bool fires(const Compared& one, Comparison comparison) {
  const auto parsed = document::parse_json("t", std::string(R"({"b":)") + one.before + R"(,"a":)" + one.after + R"(,"m":{}})");
  EXPECT_TRUE(parsed.ok());
  const document::Node root = (*parsed)->root();
  const catalogue::Entry entry{.pattern = 1, .path = "d", .comparison = comparison, .from = "true", .to = "false"};
  return !compare(entry, Value::before(root["b"], root["m"]), Value::after(root["a"], root["m"], root["m"])).empty();
}

TEST(Mutation, of_every_comparison_is_noticed) {
  constexpr int count = static_cast<int>(Comparison::becomes) + 1;
  for (const Compared& one : comparisons()) {
    EXPECT_EQ(fires(one, one.comparison), one.fires) << catalogue::to_string(one.comparison) << one.before << one.after;
  }
  for (int from = 0; from < count; ++from) {
    for (int to = 0; to < count; ++to) {
      const auto meant = static_cast<Comparison>(from);
      const auto wrong = static_cast<Comparison>(to);
      const bool are_same = (meant == Comparison::add && wrong == Comparison::set) || meant == Comparison::set || from == to;
      if (are_same) continue;  // two words of one meaning
      const bool noticed = std::any_of(comparisons().begin(), comparisons().end(), [&](const Compared& one) {
        return one.comparison == meant && fires(one, wrong) != one.fires;
      });
      EXPECT_TRUE(noticed) << catalogue::to_string(meant) << " taken for " << catalogue::to_string(wrong);
    }
  }
}

}  // namespace
}  // namespace tidegate::policy
