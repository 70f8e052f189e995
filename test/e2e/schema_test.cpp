// SPDX-License-Identifier: Apache-2.0
// docs/formats/tidegate.schema.json and the reader of tidegate.yaml say yes and no to the same
// manifests.
#include <gtest/gtest.h>

#include <filesystem>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "service/manifest.hpp"
#include "support/schema.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::validate;

const std::string fixtures = TIDEGATE_SOURCE_DIR "/fixtures";

class Schema : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  }
};

// YAML as our own reader understands it, as JSON text.
std::string yaml_to_json(const std::string& yaml) {
  const auto parsed = document::parse_yaml("tidegate.yaml", yaml);
  if (!parsed) return "\"" + parsed.failure().code + "\"";
  return document::render_canonical_json((*parsed)->root());
}

bool reader_accepts(const std::string& yaml) {
  const auto parsed = document::parse_yaml("tidegate.yaml", yaml);
  if (!parsed) return false;
  Diagnostics diagnostics;
  service::read_manifest(*parsed, "folder", diagnostics);
  return !diagnostics.has_errors();
}

TEST_F(Schema, every_schema_is_one) {
  std::size_t count = 0;
  for (const auto& entry : fs::directory_iterator(TIDEGATE_SOURCE_DIR "/docs/formats")) {
    const std::string name = entry.path().filename().string();
    if (!name.ends_with(".schema.json")) continue;
    ++count;
    const std::vector<std::string> answers = validate(name, {"17"});
    ASSERT_EQ(answers.size(), 1U);
    EXPECT_NE(answers[0].find("17 is not of type"), std::string::npos) << answers[0];
  }
  EXPECT_EQ(count, 19U);
}

TEST_F(Schema, service_manifests_of_the_fixtures_and_the_document_validate) {
  std::vector<std::string> documents;
  for (const auto& entry : fs::directory_iterator(fixtures + "/services")) {
    const auto manifest = system::read_file(entry.path().string() + "/tidegate.yaml");
    if (manifest) documents.push_back(yaml_to_json(*manifest));
  }
  const std::string page = *system::read_file(TIDEGATE_SOURCE_DIR "/docs/formats/tidegate.yaml.md");
  const std::size_t begin = page.find("```yaml\n") + 8;
  const std::string example = page.substr(begin, page.find("```", begin) - begin);
  EXPECT_TRUE(reader_accepts(example)) << example;
  documents.push_back(yaml_to_json(example));
  EXPECT_EQ(validate("tidegate.schema.json", documents),
            std::vector<std::string>(documents.size(), "ok"));
  EXPECT_GE(documents.size(), 3U);
}

// One small document per line of the reader's rules; schema and reader must agree on each.
TEST_F(Schema, schema_and_reader_agree_on_manifests) {
  const std::vector<std::string> texts{
      "",
      "{}",
      "[]",
      "text",
      "service: orders",
      "service: o",
      "service: Orders",
      "service: or_ders",
      "service: -orders",
      "service: a23456789012345678901234567890123456789012",
      "service: 7",
      "service:",
      "srvice: orders",
      "apiVersion: tidegate/v1",
      "apiVersion: tidegate/v2",
      "apiVersion: v1",
      "owner: team-a",
      "owner: a@example.com",
      "owner: [a, b]",
      "owner: 'a, b'",
      "owner: [a]",
      "owner: ''",
      "domain: sales",
      "domain: Sales",
      "version: 1.4.0",
      "version: from-tag",
      "version: 1.4",
      "version: '1.4'",
      "version: 01.4.0",
      "version: 1.4.0-rc.1",
      "version: 1.4.0+x",
      "version: 1.4.0-",
      "version: 1234567890.0.0",
      "flavour: adf_databricks",
      "flavour: ADF",
      "flavour: ''",
      "adf: {}",
      "adf:",
      "adf: x",
      "adf: {root: adf}",
      "adf: {root: ''}",
      "adf: {root: .}",
      "adf: {root: a/../b}",
      "adf: {root: ..}",
      "adf: {root: a/..}",
      "adf: {root: ..a}",
      "adf: {root: a/..b/c}",
      "adf: {root: /a}",
      "adf: {root: 'a\\b'}",
      "adf: {rot: a}",
      "adf: {external: []}",
      "adf: {external: [a, b]}",
      "adf: {external: a}",
      "adf: {external: [1]}",
      "adf: {external: ['']}",
      "databricks: {notebooks: n/}",
      "databricks: {workspaceRoots: [/Repos/*]}",
      "databricks: {workspaceRoots: [Repos]}",
      "databricks: {workspaceRoots: [/]}",
      "libraries: {pom: libs/pom.xml, jars: libs}",
      "libraries: {repositories: ['https://maven.example.com/r']}",
      "libraries: {repositories: ['https://maven.example.com']}",
      "libraries: {repositories: ['file:///srv/maven']}",
      "libraries: {repositories: ['https://u:p@maven.example.com/r']}",
      "libraries: {repositories: ['ftp://x/r']}",
      "libraries: {repositories: ['https://']}",
      "libraries: {repositories: ['https://h/a@b']}",
      "config: c",
      "config: 1",
      "produces: []",
      "produces: {}",
      "produces: [x]",
      "produces: [{}]",
      "produces: [{dataset: d}]",
      "produces: [{dataset: 'd d'}]",
      "produces: [{dataset: D_1-x}]",
      "produces: [{dataset: d, adf: ''}]",
      "produces: [{dataset: d, format: delta, mode: merge}]",
      "produces: [{dataset: d, format: orc}]",
      "produces: [{dataset: d, mode: upsert}]",
      "produces: [{dataset: d, location: {linkedService: l, path: p}}]",
      "produces: [{dataset: d, location: p}]",
      "produces: [{dataset: d, location: {container: p}}]",
      "produces: [{dataset: d, retention: 400d}]",
      "produces: [{dataset: d, retention: 0d}]",
      "produces: [{dataset: d, retention: 400}]",
      "produces: [{dataset: d, retention: 4000000d}]",
      "produces: [{dataset: d, shared: true}]",
      "produces: [{dataset: d, shared: 'yes'}]",
      "produces: [{dataset: d, schema: c/s.json}]",
      "consumes: [{dataset: d, from: external, appendOnly: false}]",
      "consumes: [{from: external}]",
      "consumes: [{dataset: d, from: Orders}]",
      "consumes: [{dataset: d, mode: append}]",
      "consumes: [{dataset: d, contract: ../x.json}]",
      "bindings: [{variable: v, literal: x}]",
      "bindings: [{variable: v, path: 'linkedService/l#/properties/x'}]",
      "bindings: [{variable: v}]",
      "bindings: [{variable: v, literal: x, path: 'linkedService/l#/properties/x'}]",
      "bindings: [{literal: x}]",
      "bindings: [{variable: v, literal: ''}]",
      "bindings: [{variable: v, path: 'linkedService#/x'}]",
      "bindings: [{variable: v, path: 'linkedService/l/x'}]",
      "bindings: [{variable: v, path: 'linkedService/*#/x'}]",
      "bindings: [{variable: count, literal: x}]",
      "bindings: [{variable: workspace_root, literal: x}]",
      "bindings: [{variable: 1v, literal: x}]",
      "bindings: [{variable: v-v, literal: x}]",
      "bindings: [{variable: v, type: number, literal: x}]",
      "bindings: [{variable: v, type: string, literal: x}]",
      "bindings: [{variable: v, type: list(string), path: 'linkedService/l#/x'}]",
      "bindings: [{variable: v, type: '', path: 'linkedService/l#/x'}]",
      "bindings: [{variable: v, sensitive: 1, literal: x}]",
      "bindings: [{variable: v, description: '', literal: x}]",
      "placement: {factory: own, jars: workspace}",
      "placement: {factory: none}",
      "placement: {notebooks: /Shared}",
      "placement: {notebooks: Shared}",
      "placement: {volume: {catalog: c, schema: s, name: n}}",
      "placement: {volume: {catalog: c}}",
      "placement: {volume: {catalog: c c, schema: s, name: n}}",
      "placement: {retain: 0}",
      "placement: {retain: 1}",
      "placement: {retain: 1.0}",
      "placement: {retain: 2}",
      "placement: {retain: '1'}",
      "placement: {retain: true}",
      "gate: {protect: {types: [azurerm_kusto_database]}}",
      "gate: {protect: {types: [Azure]}}",
      "gate: {protect: {addresses: ['a.b[\"c\"]']}}",
      "gate: {protect: []}",
      "build: {include: ['a/**'], exclude: [b], warningsAsErrors: true}",
      "build: {warningsAsErrors: 'true'}",
      "build: {exclude: b}"};
  std::vector<std::string> documents;
  documents.reserve(texts.size());
  for (const std::string& text : texts) documents.push_back(yaml_to_json(text));
  const std::vector<std::string> answers = validate("tidegate.schema.json", documents);
  ASSERT_EQ(answers.size(), texts.size()) << answers[0];
  std::size_t accepted = 0;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    const bool accepts = reader_accepts(texts[i]);
    accepted += accepts ? 1U : 0U;
    EXPECT_EQ(answers[i] == "ok", accepts) << texts[i] << "\nschema: " << answers[i];
  }
  EXPECT_GT(accepted, 30U);
  EXPECT_GT(texts.size() - accepted, 50U);
}

// The documented gap between the two: rules over several entries, and types.
TEST_F(Schema, reader_refuses_what_the_schema_cannot_say) {
  const std::vector<std::string> texts{"produces: [{dataset: d}, {dataset: D}]",
                                       "consumes: [{dataset: d}, {dataset: d}]",
                                       "bindings: [{variable: v, path: 'a/b#/x', type: bool}, "
                                       "{variable: v, path: 'a/b#/y', type: number}]",
                                       "bindings: [{variable: v, path: 'a/b#/x', type: text}]"};
  for (const std::string& text : texts) {
    EXPECT_EQ(validate("tidegate.schema.json", {yaml_to_json(text)}),
              std::vector<std::string>{"ok"})
        << text;
    EXPECT_FALSE(reader_accepts(text)) << text;
  }
}

}  // namespace
}  // namespace tidegate
