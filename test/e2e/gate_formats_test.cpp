// SPDX-License-Identifier: Apache-2.0
// Output formats of deploy-gate, judged by programs that are not ours: SARIF by its official schema,
// JUnit by that of Jenkins, TAP by prove.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "support/plan_text.hpp"
#include "support/schema.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"
#include "verdict/verdict.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

const std::string program = std::string(TIDEGATE_BIN_DIR) + "/deploy-gate";

system::ProcessResult run(const std::vector<std::string>& words) {
  const auto result = system::run_process({.argv = words});
  EXPECT_TRUE(result.ok()) << words[0];
  return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
}

struct Sample {
  std::string name{};
  std::string plan{};
  int exit = 0;
};

// A plan of each kind of verdict, and one whose names mean something to every reader.
std::vector<Sample> samples() {
  test::PlanText blocked{.changes = {{.extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"},
                                     {.address = "aws_kinesis_stream.s", .type = "aws_kinesis_stream", .actions = R"(["update"])",
                                      .before = R"({"retention_period":168})", .after = R"({"retention_period":24})"},
                                     {.address = "azurerm_data_factory_pipeline.p", .type = "azurerm_data_factory_pipeline"}}};
  test::PlanText warned{.changes = {{.address = "azurerm_data_factory_pipeline.p", .type = "azurerm_data_factory_pipeline",
                                     .extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"}}};
  test::PlanText hostile{.changes = {{.address = "azurerm_storage_account.a[\"<b>|`&]]> # ok 1 - x\\n1..3 \xC3\xA9\xEF\xBF\xBF -->\"]"},
                                     {.address = "azurerm_storage_account.a[\"##vso[task.x]::error::##[x]\"]"}}};
  test::PlanText incomplete = blocked;
  incomplete.flags = R"(,"complete":false)";
  test::PlanText unsupported = blocked;
  unsupported.changes.push_back({.address = "a.b", .actions = R"(["vanish"])"});
  return {{"allowed", render(test::PlanText{}), 0}, {"warned", render(warned), 0}, {"blocked", render(blocked), 10},
          {"hostile", render(hostile), 10}, {"incomplete", render(incomplete), 14}, {"unsupported", render(unsupported), 12},
          {"unreadable", "{\"a\":\n x}", 11}, {"empty", "", 11}};
}

class GateFormats : public testing::Test {
 protected:
  // The output of one format for each sample, all formats at once.
  std::vector<std::string> outputs(const std::string& format, std::vector<std::string>& files) {
    std::vector<std::string> texts;
    for (const Sample& sample : samples()) {
      const std::string plan = folder_.write("plans/" + sample.name + ".json", sample.plan);
      std::vector<std::string> words{program, "check", plan};
      for (const verdict::Format& each : verdict::formats()) {
        words.insert(words.end(), {"--format", std::string(each.name) + "=" + folder_.path() + "/" + sample.name + "." + std::string(each.name)});
      }
      EXPECT_EQ(run(words).exit_code, sample.exit) << sample.name;
      files.push_back(folder_.path() + "/" + sample.name + "." + format);
      const auto text = system::read_file(files.back());
      EXPECT_TRUE(text.ok()) << files.back();
      texts.push_back(text.ok() ? *text : "");
    }
    return texts;
  }

  test::TemporaryFolder folder_{};
};

TEST_F(GateFormats, a_file_holds_what_standard_output_would) {
  for (const verdict::Format& format : verdict::formats()) {
    const std::string name(format.name);
    std::vector<std::string> files;
    const auto texts = outputs(name, files);
    const auto all = samples();
    for (std::size_t i = 0; i < texts.size(); ++i) {
      const std::string plan = folder_.path() + "/plans/" + all[i].name + ".json";
      EXPECT_EQ(run({program, "check", plan, "--format", name}).out, texts[i]) << plan;
    }
  }
}

TEST_F(GateFormats, sarif_follows_the_official_schema) {
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  const auto schema = test::find_foreign_schema("sarif-2.1.0.json");
  if (!schema) GTEST_SKIP() << "TIDEGATE_SCHEMAS names no folder with sarif-2.1.0.json";
  std::vector<std::string> files;
  const auto texts = outputs("sarif", files);
  EXPECT_EQ(test::validate_draft_4(*schema, texts), std::vector<std::string>(texts.size(), "ok"));
  // The schema is one that says no.
  const auto refused = test::validate_draft_4(*schema, {R"({"version":"2.1.0","runs":[{"tool":{}}]})"});
  ASSERT_EQ(refused.size(), 1U);
  EXPECT_NE(refused[0].find("'driver' is a required property"), std::string::npos) << refused[0];
}

TEST_F(GateFormats, junit_follows_the_schema_of_jenkins) {
  const auto schema = test::find_foreign_schema("jenkins-junit.xsd");
  if (!schema) GTEST_SKIP() << "TIDEGATE_SCHEMAS names no folder with jenkins-junit.xsd";
  if (!system::find_program("xmllint")) GTEST_SKIP() << "xmllint is missing";
  std::vector<std::string> files;
  outputs("junit", files);
  for (const std::string& file : files) {
    const auto result = run({"xmllint", "--noout", "--nonet", "--schema", *schema, file});
    EXPECT_EQ(result.exit_code, 0) << result.err;
  }
  const std::string wrong = folder_.write("wrong.xml", "<testsuites><testsuite name=\"x\"/></testsuites>");
  EXPECT_NE(run({"xmllint", "--noout", "--nonet", "--schema", *schema, wrong}).exit_code, 0);
}

TEST_F(GateFormats, prove_reads_tap_and_agrees_with_the_verdict) {
  if (!system::find_program("prove")) GTEST_SKIP() << "prove is missing";
  std::vector<std::string> files;
  outputs("tap", files);
  const auto all = samples();
  for (std::size_t i = 0; i < files.size(); ++i) {
    const auto result = run({"prove", "--exec", "cat", files[i]});
    EXPECT_EQ(result.exit_code == 0, all[i].exit == 0) << result.out;
    EXPECT_EQ(result.out.find("Parse errors"), std::string::npos) << result.out;
  }
}

TEST_F(GateFormats, json_follows_its_schema) {
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  std::vector<std::string> files;
  const auto texts = outputs("json", files);
  EXPECT_EQ(test::validate("verdict.schema.json", texts), std::vector<std::string>(texts.size(), "ok"));
}

// Plans of the corpora whose sensitive values and variables are these words.
TEST_F(GateFormats, show_no_canary_of_the_corpora) {
  const auto shared = test::shared_folder();
  if (!shared || !fs::exists(*shared + "/corpus/plans")) GTEST_SKIP() << "no corpus of plans beside the project";
  const auto has_canary = [](const std::string& text) { return text.find("hunter2") != text.npos || text.find("P@ssw0rd") != text.npos; };
  std::size_t plans = 0;
  for (const auto& entry : fs::recursive_directory_iterator(*shared + "/corpus/plans")) {
    if (entry.path().extension() != ".json" || !has_canary(*system::read_file(entry.path().string()))) continue;
    ++plans;
    std::vector<std::string> words{program, "check", entry.path().string(), "--receipt", folder_.path() + "/receipt"};
    for (const verdict::Format& format : verdict::formats()) {
      words.insert(words.end(), {"--format", std::string(format.name) + "=" + folder_.path() + "/" + std::string(format.name)});
    }
    const auto result = run(words);
    EXPECT_FALSE(has_canary(result.out) || has_canary(result.err)) << entry.path();
    for (const auto& file : fs::directory_iterator(folder_.path())) {
      EXPECT_FALSE(has_canary(*system::read_file(file.path().string()))) << entry.path() << " in " << file.path();
    }
  }
  EXPECT_GT(plans, 20U);
}

}  // namespace
}  // namespace tidegate
