// SPDX-License-Identifier: Apache-2.0
// `tidegate check` as a user calls it: the same findings as a build, its formats judged by programs
// that are not ours, settings of tidegate.yaml, pages of the codes.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "report/report.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;

const std::string fixtures = TIDEGATE_SOURCE_DIR "/fixtures";

// Cases with findings of every severity, names that mean something to readers, none at all.
std::vector<std::string> cases() {
  std::vector<std::string> all{fixtures + "/services/retail-orders", fixtures + "/services/bare-factory"};
  for (const auto& entry : fs::directory_iterator(fixtures + "/unsound")) {
    if (entry.is_directory()) all.push_back(entry.path().string());
  }
  std::sort(all.begin(), all.end());
  return all;
}

class Check : public testing::Test {
 protected:
  // The case as a folder of its own, so that nothing around it has a say.
  std::string copy(const std::string& source) const {
    const std::string target = folder_.path() + "/" + std::string(file_name(source));
    test::copy_service(source, target);
    return target;
  }

  // A format's output for every case.
  std::vector<std::string> files(const std::string& format) const {
    std::vector<std::string> all;
    for (const std::string& one : cases()) {
      const std::string service = copy(one);
      all.push_back(service + "." + format);
      run_program("tidegate", {"check", service, "--format", format + "=" + all.back()});
      EXPECT_TRUE(fs::exists(all.back())) << all.back();
    }
    return all;
  }

  std::vector<std::string> texts(const std::string& format) const {
    std::vector<std::string> all;
    for (const std::string& file : files(format)) all.push_back(*system::read_file(file));
    return all;
  }

  test::TemporaryFolder folder_{};
};

// Without what is accepted, and without what only packing says.
std::vector<std::string> finding_lines(const std::string& text) {
  std::vector<std::string> lines;
  for (const std::string_view line : split(text, '\n')) {
    if (line.starts_with("  accepted by ") && !lines.empty()) lines.pop_back();
    const bool packing = line.ends_with("[build.no-lock-file]") || line.ends_with("[service.missing-manifest]");
    if (packing || line.starts_with(' ')) continue;
    if (line.ends_with(']') && line.find(" [") != line.npos) lines.emplace_back(line);
  }
  return lines;
}

TEST_F(Check, says_what_a_build_says) {
  for (const std::string& one : cases()) {
    const std::string service = copy(one);
    const auto checked = run_program("tidegate", {"check", service, "--notes"});
    const auto built = run_program("tidegate", {"build", service, "--notes", "--dry-run"});
    EXPECT_EQ(finding_lines(checked.out), finding_lines(built.err)) << service;
    EXPECT_EQ(checked.exit_code, built.exit_code) << service;
    EXPECT_FALSE(fs::exists(service + ".tar.gz"));
  }
}

TEST_F(Check, writes_the_same_bytes_to_a_file_and_to_standard_output) {
  const std::string service = copy(fixtures + "/unsound/undefined-names");
  std::vector<std::string> words{"check", service};
  for (const report::Format& format : report::formats()) {
    words.insert(words.end(), {"--format", std::string(format.name) + "=" + folder_.path() + "/" + std::string(format.name)});
  }
  EXPECT_EQ(run_program("tidegate", words).exit_code, 20);
  for (const report::Format& format : report::formats()) {
    const std::string name(format.name);
    EXPECT_EQ(run_program("tidegate", {"check", service, "--format", name}).out, *system::read_file(folder_.path() + "/" + name)) << name;
  }
}

TEST_F(Check, sarif_follows_the_official_schema) {
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  const auto schema = test::find_foreign_schema("sarif-2.1.0.json");
  if (!schema) GTEST_SKIP() << "TIDEGATE_SCHEMAS names no folder with sarif-2.1.0.json";
  const auto all = texts("sarif");
  EXPECT_EQ(test::validate_draft_4(*schema, all), std::vector<std::string>(all.size(), "ok"));
}

TEST_F(Check, junit_follows_the_schema_of_jenkins) {
  const auto schema = test::find_foreign_schema("jenkins-junit.xsd");
  if (!schema) GTEST_SKIP() << "TIDEGATE_SCHEMAS names no folder with jenkins-junit.xsd";
  if (!system::find_program("xmllint")) GTEST_SKIP() << "xmllint is missing";
  for (const std::string& file : files("junit")) {
    const auto result = system::run_process({.argv = {"xmllint", "--noout", "--nonet", "--schema", *schema, file}});
    ASSERT_TRUE(result.ok());
    EXPECT_EQ(result->exit_code, 0) << result->err;
  }
}

TEST_F(Check, json_follows_its_schema) {
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  const auto all = texts("json");
  EXPECT_EQ(test::validate("findings.schema.json", all), std::vector<std::string>(all.size(), "ok"));
  EXPECT_NE(test::validate("findings.schema.json", {R"({"schema":"tidegate/findings/1"})"}),
            std::vector<std::string>{"ok"});
}

TEST_F(Check, looks_at_the_files_as_they_lie_or_at_a_commit) {
  const std::string service = folder_.path() + "/orders";
  test::make_repository(fixtures + "/services/retail-orders", service);
  EXPECT_EQ(run_program("tidegate", {"check", service}).exit_code, 0);
  ASSERT_TRUE(system::write_file(service + "/adf/pipeline/broken.json", "{\"name\": }").ok());
  const auto dirty = run_program("tidegate", {"check", service});
  EXPECT_EQ(dirty.exit_code, 20);
  EXPECT_NE(dirty.out.find("adf/pipeline/broken.json:1:10: error: "), std::string::npos) << dirty.out;
  EXPECT_EQ(run_program("tidegate", {"check", service, "--commit", "HEAD"}).exit_code, 0);
}

TEST_F(Check, strict_makes_errors_of_warnings) {
  const std::string service = copy(fixtures + "/services/retail-orders");
  ASSERT_TRUE(system::write_file(service + "/adf/dataset/ds-dash.json",
                                 "{\"name\": \"ds-dash\", \"properties\": {\"type\": \"Json\", \"linkedServiceName\": {\"referenceName\": "
                                 "\"ls_lake\", \"type\": \"LinkedServiceReference\"}, \"typeProperties\": {\"location\": {\"type\": "
                                 "\"AzureBlobFSLocation\"}}}}").ok());
  const auto plain = run_program("tidegate", {"check", service});
  EXPECT_EQ(plain.exit_code, 0) << plain.out;
  EXPECT_NE(plain.out.find(": warning: the name \"ds-dash\" holds a dash [adf.dash-in-name]"), std::string::npos) << plain.out;
  const auto strict = run_program("tidegate", {"check", service, "--strict"});
  EXPECT_EQ(strict.exit_code, 20);
  EXPECT_NE(strict.out.find(": error: the name \"ds-dash\" holds a dash [adf.dash-in-name]"), std::string::npos) << strict.out;
}

// A waiver lands in the manifest of the artifact; its day is judged by the commit's date.
TEST_F(Check, accepts_what_tidegate_yaml_accepts) {
  const std::string service = folder_.path() + "/orders";
  test::make_repository(fixtures + "/services/retail-orders", service);
  ASSERT_TRUE(system::write_file(service + "/adf/dataset/ds-dash.json",
                                 "{\"name\": \"ds-dash\", \"properties\": {\"type\": \"Json\", \"linkedServiceName\": {\"referenceName\": "
                                 "\"ls_lake\", \"type\": \"LinkedServiceReference\"}, \"typeProperties\": {\"location\": {\"type\": "
                                 "\"AzureBlobFSLocation\"}}}}").ok());
  const std::string manifest = *system::read_file(service + "/tidegate.yaml");
  const auto with = [&](const std::string& checks) {
    ASSERT_TRUE(system::write_file(service + "/tidegate.yaml", manifest + "\nchecks:\n" + checks).ok());
    test::git(service, {"add", "-A"});
    test::git(service, {"commit", "-q", "-m", "settings"});
  };
  const std::string entry = "  accept:\n    - {code: adf.dash-in-name, path: adf/dataset/**, reason: known, owner: team-retail, expires: ";
  with(entry + "2099-12-31}\n  severity: {adf.unused-object: warning}\n");
  const auto accepted = run_program("tidegate", {"check", service});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.out;
  EXPECT_EQ(accepted.out.find("adf.dash-in-name"), std::string::npos) << accepted.out;
  EXPECT_NE(accepted.out.find("warning: dataset \"ds-dash\" is used by nothing"), std::string::npos) << accepted.out;
  const auto built = run_program("tidegate", {"build", service, "--out", folder_.path() + "/out"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const auto artifact = artifact::verify_artifact(test::find_artifact(folder_.path() + "/out"));
  ASSERT_TRUE(artifact.ok());
  ASSERT_EQ(artifact->manifest.waivers.size(), 1U);
  EXPECT_EQ(artifact->manifest.waivers[0].code, "adf.dash-in-name");
  EXPECT_EQ(artifact->manifest.waivers[0].path, "adf/dataset/ds-dash.json");
  EXPECT_EQ(artifact->manifest.waivers[0].expires, "2099-12-31");
  with(entry + "2001-01-01}\n");
  const auto late = run_program("tidegate", {"check", service, "--commit", "HEAD"});
  EXPECT_NE(late.out.find("[adf.dash-in-name]"), std::string::npos) << late.out;
  EXPECT_NE(late.out.find("[service.acceptance-expired]"), std::string::npos) << late.out;
}

TEST_F(Check, explains_codes) {
  for (const std::vector<std::string>& words : {std::vector<std::string>{"explain", "adf.limit"}, {"check", "--explain", "adf.limit"}}) {
    const auto page = run_program("tidegate", words);
    EXPECT_EQ(page.exit_code, 0);
    EXPECT_EQ(page.out, *system::read_file(TIDEGATE_SOURCE_DIR "/docs/codes/adf.limit.md"));
  }
  const auto wrong = run_program("tidegate", {"explain", "adf.limti"});
  EXPECT_EQ(wrong.exit_code, 64);
  EXPECT_NE(wrong.err.find("did you mean \"adf.limit\"?"), std::string::npos) << wrong.err;
}

TEST_F(Check, refuses_what_does_not_go_together) {
  const std::string service = copy(fixtures + "/services/bare-factory");
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"--format", "xml"}, {"--format", "json", "--format", "text"}, {"--format", "json="}}) {
    std::vector<std::string> all{"check", service};
    all.insert(all.end(), words.begin(), words.end());
    const auto result = run_program("tidegate", all);
    EXPECT_EQ(result.exit_code, 64);
    EXPECT_NE(result.err.find("[build.usage]"), std::string::npos) << result.err;
  }
}

}  // namespace
}  // namespace tidegate
