// SPDX-License-Identifier: Apache-2.0
// The real Terraform judges what the build generates: whatever a source file holds, Terraform
// evaluates the generated body to the same value. Bodies are handed to the built-in terraform_data,
// because no provider is needed for that.
#include <gtest/gtest.h>

#include <cstdint>
#include <filesystem>

#include "document/parse.hpp"
#include "document/write.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

// What `tidegate build` makes of a pipeline with these properties: the text of its body's value.
std::string generated_body(const test::TemporaryFolder& folder, const std::string& properties) {
  folder.write("source/adf/pipeline/hostile.json", "{\"name\": \"hostile\", \"properties\": " + properties + "}");
  test::make_repository(folder.path() + "/source", folder.path() + "/s");
  const auto built = test::run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/o"});
  EXPECT_EQ(built.exit_code, 0) << built.err;
  const auto text = system::run_process({.argv = {"tar", "-xzOf", test::find_artifact(folder.path() + "/o"),
                                                  "terraform/pipelines.tf.json"}});
  const auto parsed = document::parse_json("pipelines.tf.json", text->out);
  if (!parsed) return {};
  std::string body;
  document::JsonWriter(body, false)
      .node((*parsed)->root().resolve_pointer("/resource/azapi_resource/pipeline_hostile/body/properties"));
  return body;
}

std::string evaluated_by_terraform(const std::string& terraform, const test::TemporaryFolder& folder,
                                   const std::string& body) {
  folder.write("t/main.tf.json", "{\"resource\": {\"terraform_data\": {\"x\": {\"input\": " + body +
                                     "}}}, \"output\": {\"x\": {\"value\": \"${terraform_data.x.output}\"}}}");
  const auto run = [&](const std::vector<std::string>& arguments) {
    system::ProcessRequest request{.argv = {terraform}, .directory = folder.path() + "/t",
                                   .environment = {{"CHECKPOINT_DISABLE", "1"}, {"TF_IN_AUTOMATION", "1"}}};
    request.argv.insert(request.argv.end(), arguments.begin(), arguments.end());
    const auto result = system::run_process(request);
    EXPECT_TRUE(result.ok() && result->exit_code == 0) << (result.ok() ? result->out + result->err : "");
    return result.ok() ? result->out : std::string();
  };
  run({"init", "-no-color", "-input=false"});
  run({"apply", "-no-color", "-input=false", "-auto-approve"});
  return run({"output", "-no-color", "-json", "x"});
}

void expect_unchanged(const std::string& properties) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  const test::TemporaryFolder folder;
  const std::string body = generated_body(folder, properties);
  ASSERT_FALSE(body.empty());
  const auto source = document::parse_json("source", properties);
  const auto result = document::parse_json("result", evaluated_by_terraform(*terraform, folder, body));
  ASSERT_TRUE(source.ok() && result.ok());
  EXPECT_TRUE(document::equal_values((*source)->root(), (*result)->root()))
      << document::render_canonical_json((*source)->root()) << "\n"
      << document::render_canonical_json((*result)->root());
}

TEST(Terraform, evaluates_hostile_text_to_the_same_value) {
  expect_unchanged(R"JSON({"activities": [], "annotations": ["${var.x}", "%{ if true }x%{ endif }", "$${a}", "$$${b}",
    "$$$${c}", "%%{d}", "%%%{e}", "%$${f}", "$%{g}", "$", "$$", "%", "{", "}", "a\"b\\c", "line\nfeed\r\n\ttab",
    "\u2028\u2029", "\ud83c\udf0a", "\u30b3\u30f3", "", " ", "//", "/* */", "# c", "<<EOT", "${\"$\"}", "\u007f"],
    "x": {"//": "comment?", "": "empty", "${k}": 1, "%{k}": 2, "a.b": {"//": {"//": null}}, "\ud83c\udf0a": true,
    "count": 1, "for_each": [], "lifecycle": {}, "dynamic": {"a": [[], {}, [null, false]]}},
    "n": [0, 1.50, -0.25, 1e3, 9007199254740992, 0.1, 1E-7]})JSON");
}

TEST(Terraform, evaluates_generated_text_to_the_same_value) {
  constexpr std::string_view pieces[] = {"$", "{", "}", "%", "${", "%{", "\\\"", "\\\\", "\\n", "a", "//", " ", "'", "~",
                                         "\xF0\x9F\x8C\x8A", "\\u0001", "if true", "var.x"};
  std::uint32_t state = 20261124;
  const auto next = [&](std::uint32_t limit) {
    state = state * 1664525U + 1013904223U;
    return (state >> 16U) % limit;
  };
  std::string properties = "{\"activities\": [], \"annotations\": [";
  for (int i = 0; i < 400; ++i) {
    properties += i > 0 ? ",\"" : "\"";
    for (std::uint32_t length = next(12); length > 0; --length) properties += pieces[next(std::size(pieces))];
    properties += '"';
  }
  expect_unchanged(properties + "]}");
}

TEST(Terraform, refuses_numbers_that_it_would_change) {
  const test::TemporaryFolder folder;
  folder.write("source/adf/pipeline/p.json",
               "{\"name\": \"p\", \"properties\": {\"activities\": [],\n \"x\": 12345678901234567890}}");
  test::make_repository(folder.path() + "/source", folder.path() + "/s");
  const auto built = test::run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/o"});
  EXPECT_EQ(built.exit_code, 20);
  EXPECT_NE(built.err.find("adf/pipeline/p.json:2:7: error: 12345678901234567890"), std::string::npos) << built.err;
}

}  // namespace
}  // namespace tidegate
