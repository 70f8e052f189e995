// SPDX-License-Identifier: Apache-2.0
#include "policy/contract.hpp"

#include <gtest/gtest.h>

#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using test::ChangeText;
using test::judge;
using test::Lines;

const char* const text = R"({"schema":"tidegate/contract/1","dataset":"orders","service":"sales","owner":"x","format":"delta",
  "mode":"append","location":{"linkedService":"lake","path":"gold/orders"},"shared":false,
  "addresses":["azapi_resource.dataset_orders"]})";

Settings promised() {
  Settings settings;
  const auto contract = parse_contract("contract/orders.json", text);
  EXPECT_TRUE(contract.ok());
  settings.contracts.push_back(*contract);
  return settings;
}

TEST(Contract, is_read_as_the_build_writes_it) {
  const auto contract = parse_contract("contract/orders.json", text);
  ASSERT_TRUE(contract.ok());
  EXPECT_EQ(contract->dataset, "orders");
  EXPECT_EQ(contract->service, "sales");
  EXPECT_EQ(contract->addresses, Lines{"azapi_resource.dataset_orders"});
}

TEST(Contract, that_is_none_is_a_broken_policy) {
  for (const char* bad : {"", "[]", "{}", R"({"schema":"tidegate/contract/2","dataset":"a","addresses":[]})",
                          R"({"schema":"tidegate/contract/1","addresses":[]})", R"({"schema":"tidegate/contract/1","dataset":"a"})",
                          R"({"schema":"tidegate/contract/1","dataset":"a","addresses":[1]})",
                          R"({"schema":"tidegate/contract/1","dataset":"a","dataset":"b","addresses":[]})"}) {
    const auto contract = parse_contract("contract/a.json", bad);
    ASSERT_FALSE(contract.ok()) << bad;
    EXPECT_EQ(contract.failure().code, "gate.bad-contract");
    EXPECT_EQ(contract.failure().exit, ExitCode::policy_broken);
    EXPECT_EQ(contract.failure().where.file, "contract/a.json");
  }
  EXPECT_EQ(parse_contract("c", "{\n \"schema\": \"x\"}").failure().where.line, 2U);
}

TEST(Contract, covers_instances_and_calls_as_a_module) {
  const Contract contract{.dataset = "d", .addresses = {"azapi_resource.d"}};
  for (const char* address : {"azapi_resource.d", "azapi_resource.d[0]", "module.s.azapi_resource.d", "module.s[\"x\"].module.t.azapi_resource.d"}) {
    EXPECT_TRUE(carries(contract, address)) << address;
  }
  for (const char* address : {"", "azapi_resource.dd", "azapi_resource.e", "module.x_azapi_resource.d", "data.azapi_resource.d"}) {
    EXPECT_FALSE(carries(contract, address)) << address;
  }
}

ChangeText dataset(const std::string& actions, const std::string& before, const std::string& after) {
  const std::string head = R"({"type":"Microsoft.DataFactory/factories/datasets@2018-06-01","name":"orders","body":)";
  return {.address = "azapi_resource.dataset_orders", .type = "azapi_resource", .actions = actions,
          .before = before == "null" ? "null" : head + before + "}", .after = after == "null" ? "null" : head + after + "}"};
}

const std::string body = R"({"properties":{"type":"Parquet","linkedServiceName":{"referenceName":"lake"},
  "typeProperties":{"location":{"fileSystem":"gold","folderPath":"orders"}},"annotations":["a"],
  "schema":[{"name":"id","type":"INT64"},{"name":"amount","type":"DOUBLE"}]}})";

std::string with(std::string from, const std::string& old, const std::string& now) {
  const std::size_t at = from.find(old);
  EXPECT_NE(at, std::string::npos) << old;
  return from.replace(at, old.size(), now);
}

Lines contract_lines(const ChangeText& change) {
  Lines out;
  for (const Finding& finding : judge({.changes = {change}}, promised()).findings) {
    if (finding.rule == "gate.contract-broken") out.push_back(std::string(to_string(finding.level)) + " " + finding.attribute);
  }
  return out;
}

TEST(Contract, is_broken_by_deleting_or_replacing_what_carries_it) {
  for (const char* actions : {R"(["delete"])", R"(["delete","create"])", R"(["create","delete"])", R"(["create","forget"])"}) {
    ChangeText change = dataset(actions, body, "null");
    change.extra_entry = R"(,"action_reason":"x")";
    EXPECT_EQ(contract_lines(change), Lines{"block "}) << actions;
    change.address = "azapi_resource.dataset_other";
    EXPECT_EQ(contract_lines(change), Lines{}) << actions;
    change.extra_entry = R"(,"action_reason":"x","previous_address":"azapi_resource.dataset_orders")";
    EXPECT_EQ(contract_lines(change), Lines{"block "}) << actions;
  }
}

TEST(Contract, is_broken_by_another_place_or_a_lost_column) {
  const auto update = [](const std::string& after) { return contract_lines(dataset(R"(["update"])", body, after)); };
  EXPECT_EQ(update(body), Lines{});
  EXPECT_EQ(update(with(body, "\"orders\"", "\"orders2\"")), Lines{"block body.properties.typeProperties.location.folderPath"});
  EXPECT_EQ(update(with(body, "\"lake\"", "\"other\"")), Lines{"block body.properties.linkedServiceName.referenceName"});
  EXPECT_EQ(update(with(body, R"({"name":"id","type":"INT64"},)", "")), Lines{"block body.properties.schema"});
  EXPECT_EQ(update(with(body, "DOUBLE", "STRING")), Lines{"block body.properties.schema"});
  EXPECT_EQ(update(with(body, "amount", "amounts")), Lines{"block body.properties.schema"});
  EXPECT_EQ(update(with(body, R"(["a"])", R"(["b"])")), Lines{});
  EXPECT_EQ(update(with(body, R"({"name":"id",)", R"({"name":"new","type":"INT64"},{"name":"id",)")), Lines{});
  ChangeText renamed = dataset(R"(["update"])", body, body);
  renamed.after = with(renamed.after, "\"name\":\"orders\"", "\"name\":\"orders_v2\"");
  EXPECT_EQ(contract_lines(renamed), Lines{"block name"});
}

TEST(Contract, of_an_unknown_or_textual_body_counts_as_broken_if_it_may_be) {
  ChangeText change = dataset(R"(["update"])", body, "null");
  change.after = R"({"name":"orders"})";
  change.unknown = R"({"body":true})";
  EXPECT_EQ(contract_lines(change), Lines{"block body"});
  const std::string as_text = "\"" + test::escaped(R"({"properties":{"type":"Parquet","typeProperties":{"folderPath":"a"}}})") + "\"";
  EXPECT_EQ(contract_lines(dataset(R"(["update"])", as_text, as_text)), Lines{});
  EXPECT_EQ(contract_lines(dataset(R"(["update"])", as_text, with(as_text, "\\\"a\\\"", "\\\"b\\\""))),
            Lines{"block body.properties.typeProperties.folderPath"});
}

TEST(Contract, of_an_azurerm_dataset) {
  ChangeText change{.address = "azapi_resource.dataset_orders", .type = "azurerm_data_factory_dataset_parquet", .actions = R"(["update"])",
                    .before = R"({"schema_column":[{"name":"id","type":"Int64"}],"azure_blob_fs_location":[{"path":"a"}],"description":"x"})"};
  change.after = R"({"schema_column":[{"name":"id","type":"Int64"}],"azure_blob_fs_location":[{"path":"a"}],"description":"y"})";
  EXPECT_EQ(contract_lines(change), Lines{});
  change.after = R"({"schema_column":[],"azure_blob_fs_location":[{"path":"b"}],"description":"x"})";
  EXPECT_EQ(contract_lines(change), (Lines{"block azure_blob_fs_location.path", "block schema_column"}));
}

}  // namespace
}  // namespace tidegate::policy
