// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::document {
namespace {

std::string yaml(std::string text) {
  const Result<DocumentPtr> parsed = parse_yaml("a.yaml", std::move(text));
  return parsed.ok() ? render_canonical_json((*parsed)->root()) : render_diagnostic(parsed.failure());
}

TEST(Yaml, reads_the_core_schema) {
  EXPECT_EQ(yaml("a: 1\nb: [x, 'y', \"2\", true, ~, 1.50, 0x1F, no]\nc:\n  d: |\n    l1\n    l2\n"),
            "{\"a\":1,\"b\":[\"x\",\"y\",\"2\",true,null,1.50,\"0x1F\",\"no\"],\"c\":{\"d\":\"l1\\nl2\\n\"}}");
  EXPECT_EQ(yaml(""), "null");
  EXPECT_EQ(yaml("version: 1.4.0\n"), "{\"version\":\"1.4.0\"}");
}

// yaml-cpp writes \N and \_ as single bytes.
TEST(Yaml, reads_every_escape_as_utf8) {
  EXPECT_EQ(yaml("a: \"x\\Ny\\_z\\Ll\\P\\xe9\\u00e9\\U0001F600\"\n\"k\\N\": \"\\N\"\n"),
            "{\"a\":\"x\xC2\x85y\xC2\xA0z\xE2\x80\xA8l\xE2\x80\xA9\xC3\xA9\xC3\xA9\xF0\x9F\x98\x80\","
            "\"k\xC2\x85\":\"\xC2\x85\"}");
}

TEST(Yaml, knows_positions) {
  const Result<DocumentPtr> parsed = parse_yaml("a.yaml", "# caf\xC3\xA9\na:\n  - b: \xC3\xA9\n    c: 2\n");
  ASSERT_TRUE(parsed.ok());
  const Node c = (*parsed)->root()["a"].at(0)["c"];
  EXPECT_EQ(to_string(c.location()), "a.yaml:4:8");
  EXPECT_EQ(to_string(c.key_location()), "a.yaml:4:5");
}

TEST(Yaml, refuses_what_is_ambiguous) {
  EXPECT_EQ(yaml("a: 1\nb: 2\na: 3\n"),
            "a.yaml:3:1: error: key \"a\" occurs twice in one mapping [document.duplicate-key]\n"
            "  remove one of the two");
  EXPECT_NE(yaml("a: &x 1\nb: *x\n").find("anchors are not supported"), std::string::npos);
  EXPECT_NE(yaml("a: 1\n---\nb: 2\n").find("second YAML document"), std::string::npos);
  EXPECT_NE(yaml("[a]: 1\n").find("a key must be a string"), std::string::npos);
  EXPECT_NE(yaml("a: [1\n").find("document.invalid-yaml"), std::string::npos);
  EXPECT_NE(yaml("a: \x01\n").find("a.yaml:1:4: error: not valid YAML: a control character"), std::string::npos);
  EXPECT_NE(yaml("a: 9e99999\n").find("number out of range"), std::string::npos);
  EXPECT_NE(yaml(std::string(300, '[') + std::string(300, ']')).find("too-deep"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::document
