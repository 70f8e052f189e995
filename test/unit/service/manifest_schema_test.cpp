// SPDX-License-Identifier: Apache-2.0
// docs/formats/tidegate.schema.json and the reader's table of fields say the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "service/manifest_fields.hpp"
#include "system/file_sink.hpp"

namespace tidegate::service {
namespace {

using document::Node;

const std::string schema_file = TIDEGATE_SOURCE_DIR "/docs/formats/tidegate.schema.json";

class ManifestSchema : public testing::Test {
 protected:
  void SetUp() override {
    const auto text = system::read_file(schema_file);
    ASSERT_TRUE(text.ok()) << schema_file;
    const auto parsed = document::parse_json(schema_file, *text);
    ASSERT_TRUE(parsed.ok()) << render_diagnostic(parsed.failure());
    document_ = *parsed;
    collect("", resolve(document_->root()));
  }

  // The schema behind a local $ref, else the schema itself.
  Node resolve(const Node& schema) const {
    const std::string_view reference = schema["$ref"].as_string();
    if (reference.empty()) return schema;
    const Node target = document_->root().resolve_pointer(reference.substr(1));
    EXPECT_TRUE(target.exists()) << reference;
    return target;
  }

  void collect(const std::string& prefix, const Node& object) {
    objects_.emplace(prefix, object);
    for (const Node property : object["properties"]) {
      const std::string path = prefix + std::string(property.key());
      const Node schema = resolve(property);
      fields_.emplace(path, schema);
      const Node items = resolve(schema["items"]);
      const bool open = schema["propertyNames"].exists();  // any code: Shape::severities
      if (schema["type"].as_string() == "object" && !open) collect(path + "/", schema);
      if (items["type"].as_string() == "object") collect(path + "[]/", items);
    }
  }

  document::DocumentPtr document_{};
  std::map<std::string, Node> fields_{};   // "produces[]/mode" -> its schema
  std::map<std::string, Node> objects_{};  // "produces[]/" -> schema of the object
};

std::set<std::string> texts_of(const Node& list) {
  std::set<std::string> texts;
  for (const Node item : list)
    texts.emplace(item.is_number() ? item.number_text() : item.as_string());
  return texts;
}

std::string_view type_of_shape(Shape shape) {
  switch (shape) {
    case Shape::text:
      return "string";
    case Shape::flag:
      return "boolean";
    case Shape::integer:
      return "integer";
    case Shape::texts:
    case Shape::objects:
      return "array";
    case Shape::object:
    case Shape::severities:
      return "object";
  }
  return "";
}

TEST_F(ManifestSchema, has_the_fields_of_the_reader_and_no_other) {
  std::set<std::string> known;
  for (const ManifestField& field : manifest_fields()) {
    known.emplace(field.path);
    EXPECT_TRUE(fields_.contains(std::string(field.path))) << field.path << " is not in the schema";
  }
  for (const auto& field : fields_) {
    EXPECT_TRUE(known.contains(field.first)) << field.first << " is not read by the reader";
  }
  EXPECT_GT(known.size(), 50U);
}

TEST_F(ManifestSchema, has_the_shapes_choices_and_patterns_of_the_reader) {
  for (const ManifestField& field : manifest_fields()) {
    const Node schema = fields_[std::string(field.path)];
    EXPECT_EQ(schema["type"].as_string(), type_of_shape(field.shape)) << field.path;
    if (field.shape == Shape::severities) {
      EXPECT_EQ(texts_of(schema["additionalProperties"]["enum"]),
                std::set<std::string>(field.choices.begin(), field.choices.end()));
      EXPECT_EQ(schema["propertyNames"]["pattern"].as_string(), field.rule->pattern);
      continue;
    }
    EXPECT_EQ(texts_of(schema["enum"]),
              std::set<std::string>(field.choices.begin(), field.choices.end()))
        << field.path;
    if (field.shape == Shape::objects) {
      EXPECT_EQ(resolve(schema["items"])["type"].as_string(), "object") << field.path;
      continue;
    }
    const Node text = field.shape == Shape::texts ? resolve(schema["items"]) : schema;
    const bool is_text = field.shape == Shape::texts || field.shape == Shape::text;
    EXPECT_EQ(text["type"].as_string() == "string", is_text) << field.path;
    const std::string_view pattern =
        field.rule != nullptr ? field.rule->pattern : std::string_view();
    EXPECT_EQ(text["pattern"].as_string(), pattern) << field.path;
    // The reader's other rules refuse the empty text at least.
    const bool unpatterned = field.rule != nullptr && pattern.empty();
    EXPECT_EQ(text["minLength"].number_text(), unpatterned ? "1" : "") << field.path;
  }
}

TEST_F(ManifestSchema, closes_every_object_and_requires_what_the_reader_requires) {
  for (const auto& object : objects_) {
    const std::string& prefix = object.first;
    EXPECT_TRUE(object.second["additionalProperties"].is_boolean() &&
                !object.second["additionalProperties"].as_boolean())
        << prefix;
    std::set<std::string> required;
    for (const ManifestField& field : manifest_fields()) {
      const std::string_view name = field.path.substr(std::min(prefix.size(), field.path.size()));
      if (field.required && field.path.starts_with(prefix) && name.find('/') == name.npos) {
        required.emplace(name);
      }
    }
    if (prefix == "placement/volume/") required = {"catalog", "schema", "name"};  // all or none
    EXPECT_EQ(texts_of(object.second["required"]), required) << prefix;
  }
  EXPECT_EQ(objects_.size(), 16U);
}

TEST_F(ManifestSchema, is_described_field_by_field_in_the_document) {
  const auto text = system::read_file(TIDEGATE_SOURCE_DIR "/docs/formats/tidegate.yaml.md");
  ASSERT_TRUE(text.ok());
  std::set<std::string> rows;
  for (const std::string_view line : split(*text, '\n')) {
    if (!line.starts_with("| `")) continue;
    rows.emplace(line.substr(3, line.find('`', 3) - 3));
  }
  std::set<std::string> leaves;
  for (const ManifestField& field : manifest_fields()) {
    if (field.shape != Shape::object && field.shape != Shape::objects)
      leaves.insert(dotted(field.path));
  }
  EXPECT_EQ(rows, leaves);
}

}  // namespace
}  // namespace tidegate::service
