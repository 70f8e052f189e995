// SPDX-License-Identifier: Apache-2.0
// What must hold for every plan, on generated ones: the same seed gives the same plans.
#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <map>
#include <random>
#include <set>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using test::ChangeText;
using test::judge_text;
using test::Judged;
using test::PlanText;

using Random = std::mt19937;

std::size_t below(Random& random, std::size_t limit) { return random() % limit; }

template <class List>
auto pick(Random& random, const List& list) { return list[below(random, list.size())]; }

// Types of every tier, a stateless one and one in no list.
constexpr std::array<const char*, 20> types{
    "azurerm_storage_account", "azurerm_resource_group", "azurerm_key_vault_key", "azurerm_management_lock", "databricks_job",
    "databricks_notebook", "azurerm_virtual_network", "azurerm_storage_management_policy", "azurerm_data_factory_trigger_tumbling_window",
    "aws_s3_bucket", "aws_kinesis_stream", "aws_db_instance", "acme_bucket", "null_resource", "azurerm_kusto_script",
    "databricks_dbfs_file", "snowflake_table", "google_bigquery_table", "azapi_resource", "azapi_resource_action"};
constexpr std::array<const char*, 9> all_actions{
    R"(["no-op"])", R"(["create"])", R"(["update"])", R"(["delete"])", R"(["delete","create"])", R"(["create","delete"])",
    R"(["forget"])", R"(["create","forget"])", R"(["read"])"};
constexpr std::array<const char*, 5> loss_actions{R"(["delete"])", R"(["delete","create"])", R"(["create","delete"])",
                                                  R"(["create","forget"])", R"(["forget","create"])"};
constexpr std::array<const char*, 6> values{
    R"({"name":"a","retention_period":168,"tags":{"x":"1"}})", R"({"name":"b","retention_period":24,"tags":{}})",
    R"({"name":"a","deletion_protection":true,"list":[{"name":"p","v":1},{"name":"q","v":2}]})",
    R"({"name":"a","deletion_protection":false,"list":[{"name":"q","v":2},{"name":"p","v":1}]})",
    R"({"type":"Microsoft.Storage/storageAccounts@2023-01-01","body":{"properties":{}}})", "{}"};

ChangeText some_change(Random& random, std::size_t number) {
  ChangeText change{.type = pick(random, types)};
  change.address = change.type + ".r" + std::to_string(number);
  if (below(random, 4) == 0) change.address += "[\"k" + std::to_string(number) + ".x[0]\"]";
  change.actions = pick(random, all_actions);
  change.before = pick(random, values);
  change.after = pick(random, values);
  if (below(random, 3) == 0) change.unknown = R"({"retention_period":true,"name":true})";
  if (below(random, 3) == 0) change.before_sensitive = R"({"name":true})";
  if (change.actions == all_actions[3] && below(random, 2) == 0) {
    change.extra_entry = R"(,"action_reason":"delete_because_count_index")";
  }
  if (change.actions == all_actions[4]) change.extra_change = R"(,"replace_paths":[["name"]])";
  return change;
}

PlanText some_plan(Random& random, std::size_t most = 12) {
  PlanText plan;
  const std::size_t count = below(random, most) + 1;
  for (std::size_t i = 0; i < count; ++i) plan.changes.push_back(some_change(random, i));
  if (below(random, 3) == 0) plan.drift.push_back({.address = "aws_s3_bucket.gone", .type = "aws_s3_bucket"});
  if (below(random, 2) == 0) {
    plan.configuration = R"({"provider_config":{"azurerm":{"name":"azurerm","expressions":{"features":[{}]}}},"root_module":{"resources":[
        {"address":"null_resource.r1","mode":"managed","type":"null_resource","provisioners":[{}],"expressions":{}}]}})";
  }
  return plan;
}

// All that a person would read of the verdict.
std::string told(const Judged& judged) {
  std::string out;
  for (const Diagnostic& problem : judged.facts.problems) out += problem.code + "\n";
  for (const Finding& one : judged.findings) {
    for (const std::string& text : {one.rule, std::string(to_string(one.level)), one.address, one.deposed, one.effect, one.attribute,
                                    one.before, one.after, one.message, one.cause, one.recovery, one.fix, one.group}) {
      out += text + "|";
    }
    out += "\n";
  }
  return out;
}

// Promise 1: whatever else is in the plan.
TEST(Property, a_loss_of_data_is_never_allowed) {
  Random random(1);
  std::vector<std::string> guarded{"acme_bucket", "x_y"};
  for (std::size_t i = 0; i < catalogue::type_count(); ++i) {
    if (catalogue::is_protected(catalogue::type_at(i).tier)) guarded.emplace_back(catalogue::type_at(i).name);
  }
  for (int round = 0; round < 1500; ++round) {
    PlanText plan = some_plan(random);
    ChangeText loss = some_change(random, 99);
    loss.type = guarded[below(random, guarded.size())];
    loss.address = loss.type + ".lost";
    loss.actions = pick(random, loss_actions);
    loss.before = pick(random, values);
    loss.extra_entry = below(random, 4) == 0 && loss.actions == loss_actions[0] ? R"(,"deposed":"00ff00ff")" : "";
    loss.extra_change.clear();
    plan.changes.insert(plan.changes.begin() + static_cast<std::ptrdiff_t>(below(random, plan.changes.size() + 1)), loss);
    const Judged out = judge_text(test::render(plan));
    const bool blocked = std::any_of(out.findings.begin(), out.findings.end(), [&](const Finding& one) {
      return one.level == Level::block && one.address == loss.address;
    });
    ASSERT_TRUE(blocked && out.facts.problems.empty()) << test::render(loss);
  }
}

TEST(Property, another_change_never_removes_a_finding) {
  Random random(2);
  for (int round = 0; round < 400; ++round) {
    PlanText plan = some_plan(random);
    const Judged before = judge_text(test::render(plan));
    ChangeText other = some_change(random, 77);
    other.actions = pick(random, std::array<const char*, 4>{R"(["no-op"])", R"(["update"])", R"(["create"])", R"(["delete"])"});
    plan.changes.push_back(other);
    const Judged after = judge_text(test::render(plan));
    for (const Finding& one : before.findings) {
      if (one.rule == "gate.destroy-mode") continue;  // a mode of the plan as a whole
      const bool kept = std::any_of(after.findings.begin(), after.findings.end(), [&](const Finding& two) {
        return one.rule == two.rule && one.address == two.address && one.deposed == two.deposed &&
               one.attribute == two.attribute && one.level <= two.level;
      });
      ASSERT_TRUE(kept) << one.rule << " " << one.address << " lost by\n" << test::render(other);
    }
  }
}

// Writes a value anew: members in another order, other white space, members that nobody knows.
class Writer {
 public:
  Writer(Random& random, bool unknown_fields) : random_(random), unknown_fields_(unknown_fields) {}

  std::string write(const document::Node& node, std::string_view key = {}, int depth = 0) {
    std::vector<document::Node> children(node.begin(), node.end());
    if (!node.is_object() && !node.is_array()) {
      std::string out;
      if (node.is_string()) document::append_json_string(out, node.as_string());
      else out = node.is_number() ? std::string(node.number_text()) : node.is_boolean() ? (node.as_boolean() ? "true" : "false") : "null";
      return out;
    }
    // Order says something only in these lists.
    const bool may_shuffle = node.is_object() || key == "resource_changes" || key == "resource_drift" || key == "resources";
    if (may_shuffle) std::shuffle(children.begin(), children.end(), random_);
    std::string out = node.is_object() ? "{" : "[";
    for (std::size_t i = 0; i < children.size(); ++i) {
      out += (i > 0 ? "," : "") + space();
      if (node.is_object()) {
        document::append_json_string(out, children[i].key());
        out += space() + ":" + space();
      }
      out += write(children[i], children[i].key(), depth + 1);
    }
    // Not inside values: there an unknown field would be an attribute.
    const bool is_entry = depth == 0 || (depth == 2 && node.is_object());
    if (unknown_fields_ && is_entry && node.is_object()) out += (children.empty() ? "" : ",") + std::string(R"("new_field":{"a":[1,null]})");
    return out + space() + (node.is_object() ? "}" : "]");
  }

 private:
  std::string space() {
    constexpr std::array<const char*, 5> spaces{"", " ", "\n", "\t", "\r\n  "};
    return pick(random_, spaces);
  }
  Random& random_;
  bool unknown_fields_;
};

TEST(Property, order_white_space_and_unknown_fields_never_matter) {
  Random random(3);
  for (int round = 0; round < 400; ++round) {
    PlanText plan = some_plan(random);
    const std::string text = test::render(plan);
    const std::string expected = told(judge_text(text));
    const auto parsed = document::parse_json("p", text);
    ASSERT_TRUE(parsed.ok());
    const std::string turned = Writer(random, round % 2 == 1).write((*parsed)->root());
    ASSERT_EQ(told(judge_text(turned)), expected) << turned;
    plan.format_version = R"("1.97")";
    ASSERT_EQ(told(judge_text(test::render(plan))), expected) << "a new minor";
  }
}

TEST(Property, order_in_a_set_never_matters) {
  Random random(4);
  constexpr const char* before = R"({"geo_location":[{"location":"we","prio":0},{"location":"ne","prio":1},{"location":"uk","prio":2}]})";
  for (int round = 0; round < 50; ++round) {
    std::vector<std::string> places{R"({"location":"we","prio":0})", R"({"location":"ne","prio":1})", R"({"location":"uk","prio":2})"};
    const bool drops = round % 2 == 1;
    if (drops) places.pop_back();
    std::shuffle(places.begin(), places.end(), random);
    std::string after;
    for (const std::string& place : places) after += (after.empty() ? "" : ",") + place;
    const Judged out = judge_text(test::render(PlanText{
        .changes = {{.address = "a.b", .type = "azurerm_cosmosdb_account", .actions = R"(["update"])", .before = before,
                     .after = R"({"geo_location":[)" + after + "]}"}}}));
    EXPECT_EQ(out.lines(), drops ? test::Lines{"block gate.element-removed a.b"} : test::Lines{}) << after;
  }
}

ExitCode exit_of(std::string_view text) {
  plan::PlanReader reader({}, {});
  reader.feed(text);
  const plan::PlanFacts facts = reader.finish();
  return facts.problems.empty() ? ExitCode::success : facts.problems.front().exit;
}

TEST(Property, every_prefix_and_every_appended_byte_is_refused) {
  Random random(5);
  for (int round = 0; round < 4; ++round) {
    const std::string text = test::render(some_plan(random, 3));
    ASSERT_EQ(exit_of(text), ExitCode::success);
    for (std::size_t size = 0; size < text.size(); ++size) {
      ASSERT_EQ(exit_of(std::string_view(text).substr(0, size)), ExitCode::unreadable) << size;
    }
    for (int byte = 0; byte < 256; ++byte) {
      const char c = static_cast<char>(byte);
      const bool is_space = c == ' ' || c == '\t' || c == '\n' || c == '\r';
      EXPECT_EQ(exit_of(text + c), is_space ? ExitCode::success : ExitCode::unreadable) << byte;
    }
  }
}

// A parser of whole files, and a table written anew: what is in resource_changes?
TEST(Property, a_whole_file_parser_finds_the_same_changes) {
  const auto effect_of = [](const document::Node& actions) -> std::string {
    std::set<std::string> words;
    for (const document::Node word : actions) words.emplace(word.as_string());
    if (words == std::set<std::string>{"create", "delete"}) return "replace";
    if (words == std::set<std::string>{"create", "forget"}) return "create-forget";
    return *words.begin();
  };
  const auto line = [](std::string_view address, std::string_view deposed, std::string_view effect, const document::Node& before,
                       const document::Node& after) {
    const std::string head = std::string(address) + "|" + std::string(deposed) + "|" + std::string(effect);
    if (effect == "no-op") return head;  // the reader gives it no values
    return head + "|" + document::render_canonical_json(before) + "|" +
           document::render_canonical_json(after);
  };
  Random random(6);
  for (int round = 0; round < 300; ++round) {
    PlanText plan = some_plan(random);
    if (below(random, 3) == 0) plan.changes[0].extra_entry += R"(,"deposed":"00ff00ff")";
    const std::string text = test::render(plan);
    std::map<std::string, std::size_t> counts;
    std::multiset<std::string> expected, found;
    const auto parsed = document::parse_json("p", text);
    ASSERT_TRUE(parsed.ok());
    for (const document::Node change : (*parsed)->root()["resource_changes"]) {
      const document::Node states = change["change"];
      const std::string effect = effect_of(states["actions"]);
      ++counts[effect];
      expected.insert(line(change["address"].as_string(), change["deposed"].as_string(), effect, states["before"], states["after"]));
    }
    plan::PlanHandlers handlers;
    handlers.change = [&](const plan::Change& change) {
      found.insert(line(change.address, change.deposed, plan::to_string(change.effect), change.before, change.after));
    };
    // The streaming reader gets pieces of every size.
    plan::PlanReader reader({}, std::move(handlers));
    for (std::size_t at = 0; at < text.size();) {
      const std::size_t size = below(random, 60) + 1;
      reader.feed(std::string_view(text).substr(at, size));
      at += size;
    }
    const plan::PlanFacts facts = reader.finish();
    EXPECT_EQ(found, expected) << text;
    for (std::size_t i = 0; i < facts.effects.size(); ++i) {
      EXPECT_EQ(facts.effects[i], counts[std::string(plan::to_string(static_cast<plan::Effect>(i)))]) << text;
    }
  }
}

// Masked values and values without a mask never come out.
TEST(Property, nothing_sensitive_is_told) {
  Random random(7);
  for (int round = 0; round < 300; ++round) {
    PlanText plan = some_plan(random);
    for (ChangeText& change : plan.changes) {
      if (change.before == "null" || change.after == "null") continue;
      change.before = R"({"name":"hunter2","retention_period":168,"deletion_protection":true,"id":"hunter2"})";
      change.after = R"({"name":"hunter22","retention_period":24,"deletion_protection":false,"id":"hunter2"})";
      const std::string mask = below(random, 2) == 0 ? "true" : R"({"name":true,"id":true})";
      change.before_sensitive = change.after_sensitive = mask;
    }
    EXPECT_EQ(told(judge_text(test::render(plan))).find("hunter2"), std::string::npos) << test::render(plan);
  }
}

}  // namespace
}  // namespace tidegate::policy
