// SPDX-License-Identifier: Apache-2.0
#include "artifact/sbom.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "document/parse.hpp"

namespace tidegate::artifact {
namespace {

Manifest manifest() {
  Manifest made;
  made.name = "orders";
  made.version = "1";
  made.tool_version = "0.1.0";
  made.content_digest = std::string(64, 'a');
  return made;
}

std::vector<Component> components() {
  Component app{.group = "g", .name = "app", .version = "1", .purl = maven_purl("g", "app", "1"), .sha256 = std::string(64, '1'), .sha1 = std::string(40, '2'),
                .technique = "manifest-analysis", .confidence = "1.0", .locations = {"files/jars/app.jar"}};
  app.inside = {1, 2};
  Component inner{.group = "g", .name = "in", .version = "2", .purl = maven_purl("g", "in", "2"), .sha256 = std::string(64, '3'), .technique = "filename",
                  .confidence = "0.3", .locations = {"files/jars/app.jar#lib/in.jar"}};
  Component again = inner;
  again.locations = {"files/jars/app.jar#other/in.jar"};
  Component unknown{.type = "library", .name = "x.jar", .sha256 = std::string(64, '4'), .technique = "hash-comparison", .confidence = "0.1", .locations = {"files/jars/x.jar"}};
  unknown.properties = {{"tidegate:group", "unknown"}};
  return {app, inner, again, unknown};
}

TEST(Sbom, is_the_same_for_any_order_of_the_components) {
  const std::string text = render_sbom(manifest(), components());
  std::vector<Component> other = components();
  std::swap(other[0], other[3]);
  other[3].inside = {1, 2};
  EXPECT_EQ(render_sbom(manifest(), other), text);
  EXPECT_EQ(text.find("timestamp"), std::string::npos);
}

TEST(Sbom, equal_components_are_one_with_several_places) {
  const auto parsed = document::parse_json("s", render_sbom(manifest(), components()));
  ASSERT_TRUE(parsed.ok());
  const document::Node list = (*parsed)->root()["components"];
  ASSERT_EQ(list.size(), 3U);
  std::vector<std::string> refs;
  for (const document::Node one : list) {
    refs.emplace_back(one["bom-ref"].as_string());
    if (one["name"].as_string() == "in") {
      EXPECT_EQ(one["evidence"]["occurrences"].size(), 2U);
    }
    if (one["name"].as_string() == "x.jar") {
      EXPECT_FALSE(one["purl"].exists());
      EXPECT_FALSE(one["version"].exists());
    }
  }
  EXPECT_TRUE(std::is_sorted(refs.begin(), refs.end()));
  const document::Node graph = (*parsed)->root()["dependencies"];
  EXPECT_EQ(graph.size(), 4U);
  EXPECT_EQ(graph.at(0)["dependsOn"].size(), 2U) << "app and x.jar; in lies in app";
}

TEST(Sbom, one_purl_with_two_contents_has_two_names) {
  std::vector<Component> two = {components()[1], components()[1]};
  two[1].sha256 = std::string(64, '9');
  const auto parsed = document::parse_json("s", render_sbom(manifest(), two));
  const document::Node list = (*parsed)->root()["components"];
  ASSERT_EQ(list.size(), 2U);
  EXPECT_NE(list.at(0)["bom-ref"].as_string(), list.at(1)["bom-ref"].as_string());
  EXPECT_EQ(list.at(0)["purl"].as_string(), list.at(1)["purl"].as_string());
}

TEST(Sbom, purls_are_complete_or_absent) {
  EXPECT_EQ(maven_purl("org.apache", "spark-sql_2.12", "3.5.0"), "pkg:maven/org.apache/spark-sql_2.12@3.5.0?type=jar");
  EXPECT_EQ(maven_purl("", "a", "1"), "");
  EXPECT_EQ(maven_purl("g", "a", ""), "");
  EXPECT_EQ(pypi_purl("Great_Expectations", "0.1"), "pkg:pypi/great-expectations@0.1");
  EXPECT_EQ(pypi_purl("pandas", ""), "pkg:pypi/pandas");
  EXPECT_EQ(cran_purl("data.table", "1+2"), "pkg:cran/data.table@1%2B2");
}

// uuid.uuid5(uuid.NAMESPACE_URL, …) of Python.
TEST(Sbom, uuids_are_those_of_rfc_4122) { EXPECT_EQ(uuid_of_url("http://www.example.com/"), "fcde3c85-2270-590f-9e7c-ee003d65e0e2"); }

}  // namespace
}  // namespace tidegate::artifact
