// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "adf/expression.hpp"
#include "adf/factory.hpp"
#include "findings.hpp"

namespace tidegate::adf {
namespace {

// Code and place of every finding of severity warning or error, in order of place.
std::string findings(std::map<std::string, std::string> files, const std::set<std::string>& external = {}) {
  const Diagnostics found = diagnose_without_those(std::move(files), external);
  std::string text;
  for (const Diagnostic& item : found.items()) {
    if (item.severity != Severity::note) text += item.code + " " + to_string(item.where) + "\n";
  }
  return text;
}

std::string pipeline(const std::string& activities, const std::string& more = "") {
  return "{\"name\": \"p\", \"properties\": {" + more + "\"activities\": [" + activities + "]}}";
}

std::string value_of(const std::string& expression) {
  return pipeline("{\"name\": \"a\", \"type\": \"Wait\", \"x\": \"" + expression + "\"}",
                  "\"parameters\": {\"Day\": {}}, \"variables\": {\"v\": {\"type\": \"String\"}}, ");
}

TEST(Factory, a_sound_one_has_no_findings) {
  EXPECT_EQ(findings({{"dataset/d.json", "{\"name\": \"d\", \"properties\": {\"linkedServiceName\": "
                                         "{\"referenceName\": \"L\", \"type\": \"LinkedServiceReference\"}}}"},
                      {"linkedservice/l.json", "{\"name\": \"l\", \"properties\": {\"type\": \"AzureBlobFS\"}}"},
                      {"pipeline/~draft.json", "no JSON"}}), "");
}

TEST(Factory, broken_files_are_named) {
  EXPECT_EQ(findings({{"dataset/a.json", "{\"name\": \"a\",\n}"}}), "adf.invalid-json dataset/a.json:2:1\n");
  EXPECT_EQ(findings({{"dataset/a.json", "{\"name\": \"a\", \"name\": \"b\"}"}}), "adf.duplicate-key dataset/a.json:1:15\n");
  EXPECT_EQ(findings({{"dataset/a.json", "[1]"}}), "adf.not-an-object dataset/a.json:1:1\n");
  EXPECT_EQ(findings({{"dataset/a.json", "{\"name\": \"x\", \"properties\": {}}"},
                      {"dataset/x.json", "{\"name\": \"X\", \"properties\": {}}"}}),
            "adf.name-differs-from-file dataset/a.json:1:10\nadf.name-collision dataset/x.json:1:1\n"
            "adf.name-differs-from-file dataset/x.json:1:10\n");
}

TEST(Factory, references_must_resolve_unless_external) {
  const std::map<std::string, std::string> files{
      {"dataset/d.json", "{\"name\": \"d\", \"properties\": {\"linkedServiceName\": {\"referenceName\": \"lake\", "
                         "\"type\": \"LinkedServiceReference\"}}}"}};
  EXPECT_EQ(findings(files), "adf.unresolved-reference dataset/d.json:1:69\n");
  EXPECT_EQ(findings(files, {"LAKE"}), "");
}

TEST(Factory, cycles_are_found) {
  const auto call = [](const std::string& name, const std::string& other) {
    return "{\"name\": \"" + name + "\", \"properties\": {\"activities\": [{\"name\": \"x\", \"type\": \"ExecutePipeline\", "
           "\"typeProperties\": {\"pipeline\": {\"referenceName\": \"" + other + "\", \"type\": \"PipelineReference\"}}}]}}";
  };
  EXPECT_TRUE(findings({{"pipeline/a.json", call("a", "b")}, {"pipeline/b.json", call("b", "a")}})
                  .starts_with("adf.execute-cycle pipeline/a.json:1:"));
  EXPECT_EQ(findings({{"pipeline/p.json", pipeline("{\"name\": \"a\", \"dependsOn\": [{\"activity\": \"b\"}]}, "
                                                   "{\"name\": \"b\", \"dependsOn\": [{\"activity\": \"a\"}]}")}}),
            "adf.dependency-cycle pipeline/p.json:1:72\n");
}

TEST(Factory, activities_are_checked) {
  EXPECT_TRUE(findings({{"pipeline/p.json", pipeline("{\"name\": \"a\"}, {\"name\": \"A\"}")}}).starts_with("adf.duplicate-activity"));
  EXPECT_TRUE(findings({{"pipeline/p.json", pipeline("{\"name\": \"a\", \"dependsOn\": [{\"activity\": \"ghost\"}]}")}})
                  .starts_with("adf.undefined-dependency"));
  EXPECT_TRUE(findings({{"pipeline/p.json", pipeline("{\"name\": \"a\", \"type\": \"ForEach\", \"typeProperties\": {\"activities\": []}}")}})
                  .starts_with("adf.empty-container"));
}

TEST(Factory, expressions_are_checked_at_their_place) {
  EXPECT_EQ(findings({{"pipeline/p.json", value_of("@concat(pipeline().parameters.day, variables('V'))")}}), "");
  const auto code = [](const std::string& expression) {
    const std::string all = findings({{"pipeline/p.json", value_of(expression)}});
    return all.substr(0, all.find(' '));
  };
  EXPECT_EQ(code("@concat('a'"), "adf.expression-syntax");
  EXPECT_EQ(code("a @{concat('a') b"), "adf.expression-syntax");
  EXPECT_EQ(code("@conct('a')"), "adf.unknown-function");
  EXPECT_EQ(code("@substring('a')"), "adf.function-arity");
  EXPECT_EQ(code("@pipeline().parameters.dya"), "adf.undefined-parameter");
  EXPECT_EQ(code("@variables('w')"), "adf.undefined-variable");
  EXPECT_EQ(code("@activity('b').output"), "adf.undefined-activity-output");
  EXPECT_EQ(code("@item()"), "adf.item-outside-loop");
  EXPECT_EQ(code("@@concat("), "");
  EXPECT_EQ(code("me@example.com"), "");
}

TEST(Factory, values_that_cannot_travel_are_errors) {
  const auto code = [](const std::string& member) {
    const std::string all = findings({{"linkedservice/l.json", "{\"name\": \"l\", \"properties\": {" + member + "}}"}});
    return all.substr(0, all.find(' '));
  };
  EXPECT_EQ(code("\"x\": 12345678901234567890"), "adf.inexact-number");
  EXPECT_EQ(code("\"x\": \"e\xCC\x81\""), "adf.not-normalised");
  EXPECT_EQ(code("\"c\": {\"type\": \"SecureString\", \"value\": \"hunter2\"}"), "adf.literal-secret");
  EXPECT_EQ(code("\"c\": \"AccountName=a;AccountKey=abc==\""), "adf.literal-secret");
  EXPECT_EQ(code("\"c\": {\"type\": \"SecureString\", \"value\": \"**********\"}"), "");
}

TEST(Expression, parses_the_whole_grammar) {
  for (const char* text : {"@item().\xE3\x82\xB3\xE3\x83\xB3", "@activity('a')?.output?['x'][0].b-c", "@concat( 'it''s' , -1.5e3, true )",
                           "a@{utcNow()}b@@{c}@{guid()}", "@@x", "plain"}) {
    EXPECT_FALSE(parse_expressions(text).error) << text;
  }
  for (const char* text : {"@", "@ ", "@concat('a')x", "@'a", "@a.b", "@concat(,)", "@concat('a',)", "@{concat('a')", "@1.", "@x[", "@item(]"}) {
    EXPECT_TRUE(parse_expressions(text).error) << text;
  }
  std::string deep = "@";
  for (int i = 0; i < 5000; ++i) deep += "not(";
  EXPECT_TRUE(parse_expressions(deep).error);
}

}  // namespace
}  // namespace tidegate::adf
