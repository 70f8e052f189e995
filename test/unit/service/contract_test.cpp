// SPDX-License-Identifier: Apache-2.0
// A release for each row of the table of compatible changes.
#include "service/contract.hpp"

#include <gtest/gtest.h>

#include "unit/service/memory_factory.hpp"

namespace tidegate::service {
namespace {

struct Release {
  std::string version = "1.0.0";
  std::string format = "delta", mode = "append", path = "sales/orders", retention = "400d", dataset = "orders";
  std::string fields = R"~({"name": "id", "type": "long", "nullable": false, "metadata": {}},
                          {"name": "amount", "type": "decimal(10,2)", "nullable": true, "metadata": {}})~";
};

ServiceManifest manifest_of(const Release& release) {
  Diagnostics diagnostics;
  ServiceManifest made = service::manifest_of(
      "apiVersion: tidegate/v1\nservice: sales\nowner: team\nversion: " + release.version +
          "\nproduces:\n  - {dataset: " + release.dataset + ", format: " + release.format + ", mode: " + release.mode +
          ", schema: s.json, location: {linkedService: ls_lake, path: " + release.path + "}" +
          (release.retention.empty() ? "" : ", retention: " + release.retention) + "}\n",
      diagnostics);
  EXPECT_EQ(rendered(diagnostics), "");
  return made;
}

SchemaFiles schemas_of(const Release& release) {
  return {{"s.json", *document::parse_json("s.json", R"~({"type": "struct", "fields": [)~" + release.fields + "]}")}};
}

// "error", "note", or "" for no finding.
std::string verdict(const Release& before, const Release& after) {
  const auto lock = document::parse_json("contract/contract.lock.json", render_lock(manifest_of(before), schemas_of(before)));
  EXPECT_TRUE(lock.ok());
  Diagnostics diagnostics;
  compare_contracts(*lock, manifest_of(after), schemas_of(after), diagnostics);
  std::string worst;
  for (const Diagnostic& one : diagnostics.items()) {
    EXPECT_EQ(one.code, one.severity == Severity::error || one.message.find("new major") != std::string::npos
                            ? "service.contract-break"
                            : one.code);
    if (one.severity == Severity::error) return "error";
    worst = "note";
  }
  return worst;
}

std::string changed_type(const std::string& before, const std::string& after) {
  const auto field = [](const std::string& type) {
    return R"~({"name": "x", "type": )~" + type + R"~(, "nullable": true, "metadata": {}})~";
  };
  return verdict({.fields = field(before)}, {.fields = field(after)});
}

TEST(Contract, that_does_not_change_has_no_finding) {
  EXPECT_EQ(verdict({}, {}), "");
  EXPECT_EQ(verdict({}, {.version = "1.1.0"}), "");
  Release reordered;
  reordered.fields = R"~({"name": "Amount", "type": "decimal(10,2)", "nullable": true, "metadata": {"comment": "x"}},
                        {"name": "ID", "type": "long", "nullable": false, "metadata": {}})~";
  EXPECT_EQ(verdict({}, reordered), "");
}

TEST(Contract, breaks_with_place_format_mode_and_retention) {
  EXPECT_EQ(verdict({}, {.format = "parquet"}), "error");
  EXPECT_EQ(verdict({}, {.path = "sales/elsewhere"}), "error");
  EXPECT_EQ(verdict({}, {.dataset = "others"}), "error");
  EXPECT_EQ(verdict({}, {.mode = "merge"}), "error");
  EXPECT_EQ(verdict({}, {.mode = "overwrite"}), "error");
  EXPECT_EQ(verdict({.mode = "overwrite"}, {}), "note");
  EXPECT_EQ(verdict({.mode = "merge"}, {}), "note");
  EXPECT_EQ(verdict({}, {.retention = "1y"}), "error");
  EXPECT_EQ(verdict({}, {.retention = "2y"}), "note");
  EXPECT_EQ(verdict({}, {.retention = ""}), "note");
  EXPECT_EQ(verdict({.retention = ""}, {}), "error");
}

TEST(Contract, breaks_with_columns) {
  Release base;
  const std::string id = R"~({"name": "id", "type": "long", "nullable": false, "metadata": {}})~";
  const std::string amount = R"~(, {"name": "amount", "type": "decimal(10,2)", "nullable": true, "metadata": {}})~";
  EXPECT_EQ(verdict(base, {.fields = id}), "error");
  EXPECT_EQ(verdict(base, {.fields = id + amount + R"~(, {"name": "n", "type": "string", "nullable": true, "metadata": {}})~"}), "note");
  const std::string required = id + amount + R"~(, {"name": "n", "type": "string", "nullable": false, "metadata": {}})~";
  EXPECT_EQ(verdict(base, {.fields = required}), "error");
  EXPECT_EQ(verdict({.mode = "overwrite"}, {.mode = "overwrite", .fields = required}), "note");
  EXPECT_EQ(verdict(base, {.fields = R"~({"name": "id", "type": "long", "nullable": true, "metadata": {}})~" + amount}), "error");
  EXPECT_EQ(verdict(base, {.fields = id + R"~(, {"name": "amount", "type": "decimal(10,2)", "nullable": false, "metadata": {}})~"}), "error");
  EXPECT_EQ(verdict(base, {.fields = R"~({"name": "id", "type": "long", "nullable": false, "metadata": {"partition": true}})~" + amount}), "error");
}

TEST(Contract, lets_types_widen) {
  EXPECT_EQ(changed_type("\"byte\"", "\"short\""), "note");
  EXPECT_EQ(changed_type("\"integer\"", "\"long\""), "note");
  EXPECT_EQ(changed_type("\"long\"", "\"integer\""), "error");
  EXPECT_EQ(changed_type("\"float\"", "\"double\""), "note");
  EXPECT_EQ(changed_type("\"double\"", "\"float\""), "error");
  EXPECT_EQ(changed_type("\"decimal(10,2)\"", "\"decimal(12,2)\""), "note");
  EXPECT_EQ(changed_type("\"decimal(10,2)\"", "\"decimal(12,3)\""), "error");
  EXPECT_EQ(changed_type("\"decimal(10,2)\"", "\"decimal(9,2)\""), "error");
  EXPECT_EQ(changed_type("\"string\"", "\"long\""), "error");
  const std::string list = R"~({"type": "array", "elementType": "integer", "containsNull": true})~";
  EXPECT_EQ(changed_type(list, R"~({"type": "array", "elementType": "long", "containsNull": true})~"), "note");
  EXPECT_EQ(changed_type(list, R"~({"type": "array", "elementType": "integer", "containsNull": false})~"), "error");
  EXPECT_EQ(changed_type(list, "\"string\""), "error");
  const auto record = [](const std::string& inner) {
    return R"~({"type": "struct", "fields": [)~" + inner + "]}";
  };
  const std::string a = R"~({"name": "a", "type": "string", "nullable": true})~";
  EXPECT_EQ(changed_type(record(a), record(a + R"~(, {"name": "b", "type": "string", "nullable": true})~")), "note");
  EXPECT_EQ(changed_type(record(a), record(R"~({"name": "b", "type": "string", "nullable": true})~")), "error");
}

TEST(Contract, may_break_with_a_new_major_version_at_a_new_place) {
  EXPECT_EQ(verdict({}, {.version = "2.0.0", .format = "parquet"}), "error");
  EXPECT_EQ(verdict({}, {.version = "2.0.0", .format = "parquet", .path = "sales/orders-2"}), "note");
  EXPECT_EQ(verdict({}, {.version = "2.0.0", .dataset = "orders_2"}), "note");
  EXPECT_EQ(verdict({}, {.version = "1.9.0", .dataset = "orders_2"}), "error");
}

TEST(Contract, lock_of_another_kind_is_refused) {
  const auto lock = document::parse_json("contract/contract.lock.json", R"~({"schema": "x"})~");
  Diagnostics diagnostics;
  compare_contracts(*lock, manifest_of(Release{}), {}, diagnostics);
  EXPECT_NE(rendered(diagnostics).find("[service.lock-invalid]"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::service
