// SPDX-License-Identifier: Apache-2.0
// The program deploy-gate: command line, exit codes, outputs, and the corpora of plans beside the
// project with their lists of expected verdicts.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <map>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "policy/evaluate.hpp"
#include "support/plan_text.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"
#include "verdict/verdict.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;

const std::string program = std::string(TIDEGATE_BIN_DIR) + "/deploy-gate";

system::ProcessResult run(std::vector<std::string> words, const std::string& input = {}) {
  words.insert(words.begin(), program);
  const auto result = system::run_process({.argv = words, .input = input});
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : system::ProcessResult{.exit_code = -1};
}

test::PlanText blocked_plan() {
  return {.changes = {{.extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"}}};
}

TEST(Gate, without_words_it_shows_its_usage_and_fails) {
  const auto result = run({});
  EXPECT_EQ(result.exit_code, 64);
  EXPECT_NE(result.err.find("check"), std::string::npos);
  EXPECT_EQ(run({"--help"}).exit_code, 0);
  EXPECT_EQ(run({"check", "--help"}).exit_code, 0);
  EXPECT_EQ(run({"--version"}).exit_code, 0);
}

TEST(Gate, wrong_usage_is_64) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {"check"}, {"chek", "p.json"}, {"check", "-", "--format", "xml"}, {"check", "-", "--format", "json="},
           {"check", "-", "--format", "text", "--format", "json"}, {"check", "-", "--color", "blue"}, {"check", "/no/such/plan.json"}}) {
    const auto result = run(words, test::render(test::PlanText{}));
    EXPECT_EQ(result.exit_code, 64) << words[0];
    EXPECT_FALSE(result.err.empty());
  }
}

TEST(Gate, reads_standard_input_and_is_never_silent_on_success) {
  const auto result = run({"check", "-"}, test::render(test::PlanText{}));
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.out, "allowed: " + std::to_string(policy::rules().size()) + " rules, 0 changes, 0 findings\n");
  EXPECT_EQ(run({"check", "-", "--quiet"}, test::render(test::PlanText{})).out, "");
  const auto blocked = run({"check", "-", "--quiet"}, test::render(blocked_plan()));
  EXPECT_EQ(blocked.exit_code, 10);
  EXPECT_NE(blocked.out.find("BLOCKED"), std::string::npos);
}

TEST(Gate, writes_several_formats_at_once) {
  const test::TemporaryFolder folder;
  const std::string plan = folder.write("plan.json", test::render(blocked_plan()));
  const std::string file = folder.path() + "/verdict.json";
  const auto result = run({"check", plan, "--format", "json=" + file});
  EXPECT_EQ(result.exit_code, 10);
  EXPECT_NE(result.out.find("BLOCKED"), std::string::npos);
  const auto text = system::read_file(file);
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(run({"check", plan, "--format", "json"}).out, *text);
  EXPECT_TRUE(document::parse_json("v", *text).ok());
  EXPECT_EQ(run({"check", plan, "--format", "json=/no/such/folder/v.json"}).exit_code, 70);
}

TEST(Gate, colours_only_when_asked_or_on_a_terminal) {
  const std::string plan = test::render(blocked_plan());
  EXPECT_EQ(run({"check", "-"}, plan).out.find('\x1B'), std::string::npos);
  EXPECT_NE(run({"check", "-", "--color", "always"}, plan).out.find('\x1B'), std::string::npos);
}

TEST(Gate, shows_its_catalogue) {
  EXPECT_NE(run({"catalogue"}).out.find("1532 types"), std::string::npos);
  EXPECT_NE(run({"catalogue", "aws_kinesis_stream"}).out.find("retention_period decrease   gate.retention-shortened"), std::string::npos);
  EXPECT_NE(run({"catalogue", "aws_route_table"}).out.find("stateless"), std::string::npos);
  EXPECT_NE(run({"catalogue", "microsoft.storage/storageaccounts"}).out.find("azurerm_storage_account"), std::string::npos);
  EXPECT_NE(run({"catalogue", "aws_kinesis_streem"}).out.find("aws_kinesis_stream\n"), std::string::npos);
}

// --- corpora -------------------------------------------------------------------------------------

const std::map<std::string, int> exits{
    {"allowed", 0}, {"blocked", 10}, {"unreadable", 11}, {"unsupported", 12}, {"incomplete", 14}};

struct Expected {
  std::string file{};
  int exit = 0;
  std::string second{};  // of the second verdict column: = or a word; empty without
};

std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells;
  for (const std::string_view cell : split(line, '|')) cells.emplace_back(trim(cell));
  return cells;
}

// Rows of the table in index.md: file, …, verdict[, second verdict], why.
std::vector<Expected> read_index(const std::string& folder, bool has_second) {
  std::vector<Expected> rows;
  const auto text = system::read_file(folder + "/index.md");
  if (!text.ok()) return rows;
  for (const std::string_view line : split(*text, '\n')) {
    const std::vector<std::string> cells = cells_of(line);
    if (cells.size() < 4 || !line.starts_with('|')) continue;
    for (std::size_t i = 2; i < cells.size(); ++i) {
      const auto word = exits.find(cells[i].substr(0, cells[i].find(' ')));
      if (word == exits.end()) continue;
      const std::string file = folder + "/" + cells[1] + ".json";
      if (fs::exists(file)) rows.push_back({.file = file, .exit = word->second, .second = has_second ? cells[i + 1] : ""});
      break;
    }
  }
  return rows;
}

std::vector<Expected> read_list(const std::string& folder) {
  std::vector<Expected> rows;
  const auto text = system::read_file(folder + "/expected.tsv");
  if (!text.ok()) return rows;
  for (const std::string_view line : split(*text, '\n')) {
    const auto cells = split(line, '\t');
    if (cells.size() >= 2) rows.push_back({.file = folder + "/" + std::string(cells[0]), .exit = std::stoi(std::string(cells[1]))});
  }
  return rows;
}

class GateCorpus : public testing::Test {
 protected:
  void SetUp() override {
    const auto shared = test::shared_folder();
    if (!shared || !fs::exists(*shared + "/corpus/plans")) GTEST_SKIP() << "no corpus of plans beside the project";
    plans_ = *shared + "/corpus/plans";
  }

  static void expect_verdict(const Expected& row) {
    const auto text = run({"check", row.file});
    const auto json = run({"check", row.file, "--format", "json"});
    EXPECT_EQ(text.exit_code, row.exit) << row.file << "\n" << text.out;
    EXPECT_EQ(json.exit_code, row.exit) << row.file;
    for (const std::string& output : {text.out, text.err, json.out, json.err}) {
      EXPECT_EQ(output.find("hunter2"), std::string::npos) << row.file;
      EXPECT_EQ(output.find("P@ssw0rd"), std::string::npos) << row.file;
    }
  }

  std::string plans_{};
};

TEST_F(GateCorpus, real_terraform) {
  const auto rows = read_index(plans_ + "/real-terraform", true);
  EXPECT_EQ(rows.size(), 29U);
  for (const Expected& row : rows) expect_verdict(row);
}

TEST_F(GateCorpus, real_azure) {
  const auto rows = read_index(plans_ + "/real-azure", false);
  EXPECT_EQ(rows.size(), 26U);
  for (const Expected& row : rows) expect_verdict(row);
}

TEST_F(GateCorpus, public_plans) {
  const auto rows = read_index(plans_ + "/public", true);
  EXPECT_EQ(rows.size(), 36U);
  for (const Expected& row : rows) {
    expect_verdict(row);
    const int reduced = row.second == "=" ? row.exit : exits.at(row.second);
    EXPECT_EQ(run({"check", row.file, "--reduced"}).exit_code, reduced) << row.file;
  }
}

TEST_F(GateCorpus, one_set_of_changes_by_many_engines) {
  const auto rows = read_list(plans_ + "/versions");
  EXPECT_EQ(rows.size(), 105U);
  for (const Expected& row : rows) expect_verdict(row);
}

// The same plans when terraform_data counts as a data store: the second column of real-terraform.
TEST_F(GateCorpus, real_terraform_with_terraform_data_as_data) {
  for (const Expected& row : read_index(plans_ + "/real-terraform", true)) {
    policy::Settings settings;
    settings.tiers.emplace("terraform_data", catalogue::Tier::data);
    policy::Evaluator evaluator(settings);
    plan::PlanReader reader({}, evaluator.handlers());
    const auto text = system::read_file(row.file);
    ASSERT_TRUE(text.ok());
    reader.feed(*text);
    plan::PlanFacts facts = reader.finish();
    auto findings = evaluator.finish(facts);
    const auto verdict = verdict::make_verdict(std::move(facts), std::move(findings), policy::rules().size(), {});
    const int expected = row.second == "=" ? row.exit : exits.at(row.second);
    EXPECT_EQ(to_int(verdict.exit), expected) << row.file << "\n" << verdict::render_text(verdict);
  }
}

TEST_F(GateCorpus, plans_that_change_nothing_have_no_finding) {
  for (const char* name : {"/real-azure/noop.json", "/real-terraform/aws_create_noop.json", "/real-terraform/moved_noop.json"}) {
    EXPECT_NE(run({"check", plans_ + name}).out.find(", 0 findings\n"), std::string::npos) << name;
  }
}

// Byte by byte for a small real plan; its last byte may be white space.
TEST_F(GateCorpus, every_prefix_of_a_real_plan_is_refused) {
  const auto text = system::read_file(plans_ + "/real-terraform/delete_no_config.json");
  ASSERT_TRUE(text.ok());
  const std::string_view whole = trim(*text);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    plan::PlanReader reader({}, {});
    reader.feed(whole.substr(0, size));
    const plan::PlanFacts facts = reader.finish();
    ASSERT_FALSE(facts.problems.empty()) << size;
    EXPECT_EQ(facts.problems.front().exit, ExitCode::unreadable) << size;
  }
}

// Keys in reverse order and other white space: the same findings.
std::string reversed(const document::Node& node) {
  std::vector<document::Node> children(node.begin(), node.end());
  if (!node.is_object() && !node.is_array()) {
    std::string out;
    if (node.is_string()) {
      document::JsonWriter(out).string(node.as_string());
      return out;
    }
    return node.is_number() ? std::string(node.number_text()) : node.is_boolean() ? (node.as_boolean() ? "true" : "false") : "null";
  }
  std::string out = node.is_object() ? "{\n" : "[ ";
  if (node.is_object()) std::reverse(children.begin(), children.end());
  for (std::size_t i = 0; i < children.size(); ++i) {
    if (i > 0) out += " ,\t";
    if (node.is_object()) {
      document::JsonWriter(out).string(children[i].key());
      out += " : ";
    }
    out += reversed(children[i]);
  }
  return out + (node.is_object() ? "}" : "\r\n]");
}

TEST_F(GateCorpus, order_of_keys_and_white_space_never_matter) {
  const auto judge = [](std::string_view text) {
    policy::Evaluator evaluator;
    plan::PlanReader reader({}, evaluator.handlers());
    reader.feed(text);
    plan::PlanFacts facts = reader.finish();
    auto findings = evaluator.finish(facts);
    return verdict::render_json(verdict::make_verdict(std::move(facts), std::move(findings), 1, {}));
  };
  std::vector<Expected> rows = read_index(plans_ + "/real-terraform", true);
  for (const Expected& row : read_index(plans_ + "/real-azure", false)) rows.push_back(row);
  for (const Expected& row : read_list(plans_ + "/versions")) rows.push_back(row);
  for (const Expected& row : rows) {
    const auto text = system::read_file(row.file);
    ASSERT_TRUE(text.ok());
    const auto parsed = document::parse_json("p", *text);
    ASSERT_TRUE(parsed.ok()) << row.file;
    EXPECT_EQ(judge(reversed((*parsed)->root())), judge(*text)) << row.file;
  }
}

}  // namespace
}  // namespace tidegate
