// SPDX-License-Identifier: Apache-2.0
#include "sandbox/pack.hpp"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "sandbox/provider_schema.hpp"
#include "support/shared.hpp"

namespace tidegate::sandbox {
namespace {

const std::string small = R"({"format_version":"1.0","provider_schemas":{"registry.terraform.io/acme/store":{
 "provider":{"version":0,"block":{"attributes":{"token":{"type":"string","optional":true,"sensitive":true}}}},
 "resource_schemas":{
  "store_box":{"version":3,"block":{"attributes":{"id":{"type":"string","computed":true},"size":{"type":"number","required":true},
    "secret":{"type":"string","optional":true,"write_only":true},
    "parts":{"nested_type":{"nesting_mode":"list","attributes":{"n":{"type":["map","string"],"optional":true}}},"optional":true}},
   "block_types":{"timeouts":{"nesting_mode":"single","block":{"attributes":{"create":{"type":"string","optional":true}}}},
    "rule":{"nesting_mode":"set","min_items":1,"max_items":4,"block":{"attributes":{"x":{"type":"dynamic","required":true}}}}}}},
  "store_shelf":{"version":0,"block":{}}},
 "data_source_schemas":{"store_box":{"version":0,"block":{"attributes":{"id":{"type":"string","required":true}}}}},
 "ephemeral_resource_schemas":{"store_key":{"version":0,"block":{"attributes":{"key":{"type":"string","computed":true}}}}},
 "functions":{"join":{"description":"text","parameters":[{"name":"a","type":"string","is_nullable":true}],
   "variadic_parameter":{"name":"more","type":"number"},"return_type":["list","string"]}}}}})";

document::DocumentPtr parsed(const std::string& text, const std::string& file = "schemas.json") {
  const auto result = document::parse_json(file, text);
  EXPECT_TRUE(result.ok()) << (result.ok() ? "" : render_diagnostic(result.failure()));
  return *result;
}

std::shared_ptr<const Pack> pack_of(const std::string& text) {
  const Result<std::string> bytes = make_pack(*parsed(text), "", "1.2.3");
  EXPECT_TRUE(bytes.ok()) << (bytes.ok() ? "" : render_diagnostic(bytes.failure()));
  const auto pack = Pack::from_bytes("a.pack", *bytes);
  EXPECT_TRUE(pack.ok()) << (pack.ok() ? "" : render_diagnostic(pack.failure()));
  return *pack;
}

// Every schema of a pack, taken out again.
ProviderSchema content_of(const Pack& pack) {
  ProviderSchema out{.address = pack.address(), .provider = *pack.schema(SchemaKind::provider, "")};
  for (const auto& one : {std::pair{SchemaKind::resource, &out.resources}, {SchemaKind::data_source, &out.data_sources},
                          {SchemaKind::ephemeral, &out.ephemerals}}) {
    for (const std::string_view name : pack.names(one.first)) one.second->emplace(std::string(name), *pack.schema(one.first, name));
  }
  for (const std::string_view name : pack.names(SchemaKind::function)) out.functions.emplace(std::string(name), *pack.function(name));
  return out;
}

TEST(Pack, gives_back_what_the_schema_says) {
  const auto pack = pack_of(small);
  EXPECT_EQ(pack->address(), "acme/store");
  EXPECT_EQ(pack->version(), "1.2.3");
  const Schema* box = pack->schema(SchemaKind::resource, "store_box");
  ASSERT_NE(box, nullptr);
  EXPECT_EQ(box->version, 3);
  EXPECT_TRUE(box->block.find_attribute("secret")->write_only);
  EXPECT_EQ(type_json(box->block.find_attribute("parts")->type), R"(["list",["object",{"n":["map","string"]}]])");
  EXPECT_EQ(box->block.find_block("rule")->min_items, 1U);
  EXPECT_EQ(box->block.find_block("rule")->nesting, Nesting::set);
  EXPECT_EQ(type_json(type_of(box->block)),
            R"(["object",{"id":"string","parts":["list",["object",{"n":["map","string"]}]],)"
            R"("rule":["set",["object",{"x":"dynamic"}]],"secret":"string","size":"number","timeouts":["object",{"create":"string"}]}])");
  EXPECT_EQ(pack->schema(SchemaKind::resource, "store_bin"), nullptr);
  EXPECT_EQ(pack->function("join")->variadic->name, "more");
  EXPECT_TRUE(pack->schema(SchemaKind::provider, "")->block.find_attribute("token")->sensitive);
}

TEST(Pack, same_input_same_bytes) {
  EXPECT_EQ(*make_pack(*parsed(small), "acme/store", "1"), *make_pack(*parsed(small), "", "1"));
}

TEST(Pack, answers_with_the_wanted_types_and_parses_none) {
  const auto pack = pack_of(small);
  const std::set<std::string, std::less<>> wanted{"store_shelf"};
  const std::string part = pack->response(&wanted);
  const std::string all = pack->response(nullptr);
  EXPECT_NE(part.find("store_shelf"), std::string::npos);
  EXPECT_EQ(part.find("store_box"), std::string::npos);
  EXPECT_NE(part.find("join"), std::string::npos);
  EXPECT_GT(all.size(), part.size());
  EXPECT_EQ(pack->parsed_count(), 0U);
  pack->schema(SchemaKind::resource, "store_box");
  pack->schema(SchemaKind::resource, "store_box");
  EXPECT_EQ(pack->parsed_count(), 1U);
}

std::string refusal(const std::string& text, std::string_view address = "") {
  const Result<std::string> made = make_pack(*parsed(text), address, "1");
  return made.ok() ? "made" : render_diagnostic(made.failure());
}

TEST(Pack, names_what_is_wrong_with_a_schema) {
  EXPECT_EQ(refusal("{}").substr(0, 18), "schemas.json:1:1: ");
  EXPECT_NE(refusal(small, "acme/stor").find("there are: acme/store"), std::string::npos);
  EXPECT_NE(refusal(R"({"provider_schemas":{"a/b":{},"a/c":{}}})").find("name one with --provider: a/b, a/c"), std::string::npos);
  const std::string odd = R"({"provider_schemas":{"a/b":{"provider":{"block":{}},"resource_schemas":{"x":{"block":{"attributes":{"y":{"type":"text"}}}}}}}})";
  EXPECT_NE(refusal(odd).find("unknown type \"text\""), std::string::npos);
}

TEST(Pack, a_changed_or_cut_one_is_refused) {
  const std::string bytes = *make_pack(*parsed(small), "", "1");
  for (std::size_t size = 0; size < bytes.size(); size += 7) EXPECT_FALSE(Pack::from_bytes("p", bytes.substr(0, size)).ok()) << size;
  for (std::size_t at = 0; at < bytes.size(); at += 5) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 0x10);
    const auto pack = Pack::from_bytes("p", changed);
    EXPECT_FALSE(pack.ok()) << at;
    if (pack.ok()) continue;
    EXPECT_EQ(pack.failure().code, "sandbox.bad-pack");
  }
  EXPECT_EQ(Pack::open("/nonexistent/a.pack").failure().code, "sandbox.pack-missing");
  EXPECT_EQ(Pack::open("/").failure().code, "sandbox.pack-missing");
}

// The shipped schemas: JSON -> pack -> JSON is the same JSON.
TEST(Pack, shipped_schemas_come_back_unchanged) {
  std::size_t types = 0;
  for (const char* name : {"azapi-2.12.0", "azurerm-5.2.0", "databricks-1.128.0", "null-3.2.4", "random-3.7.2", "time-0.13.1"}) {
    const std::string path = std::string(TIDEGATE_SOURCE_DIR) + "/lib/catalogue/data/providers/" + name + ".json";
    std::ostringstream text;
    text << std::ifstream(path).rdbuf();
    const document::DocumentPtr given = parsed(text.str(), path);
    const auto pack = pack_of(text.str());
    const document::DocumentPtr again = parsed(render_provider_schema(content_of(*pack)));
    // Left out of a pack: deprecations and the sentences of functions.
    const Result<ProviderSchema> read = read_provider_schema(*given, "");
    ASSERT_TRUE(read.ok());
    EXPECT_TRUE(document::equal_values(parsed(render_provider_schema(*read))->root(), again->root())) << name;
    types += pack->names(SchemaKind::resource).size();
  }
  EXPECT_EQ(types, 4U + 1103U + 175U + 1U + 8U + 4U);
}

}  // namespace
}  // namespace tidegate::sandbox
