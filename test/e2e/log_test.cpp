// SPDX-License-Identifier: Apache-2.0
// --quiet, --log-format.
#include <gtest/gtest.h>

#include <filesystem>

#include "document/parse.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;
using test::TemporaryFolder;

const std::string fixtures = TIDEGATE_SOURCE_DIR "/fixtures";

TEST(Log, quiet_leaves_results_and_findings) {
  const TemporaryFolder folder;
  const auto good = run_program("tidegate", {"build", fixtures + "/services/retail-orders", "--quiet", "-o", folder.path() + "/o"});
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_EQ(good.err, "");
  EXPECT_NE(good.out.find("identity sha256:"), std::string::npos);
  const auto bad = run_program("tidegate", {"-q", "build", fixtures + "/unsound/unresolved-reference", "-o", folder.path() + "/p"});
  EXPECT_EQ(bad.exit_code, 20);
  EXPECT_NE(bad.err.find("[adf.unresolved-reference]"), std::string::npos) << bad.err;
  EXPECT_EQ(bad.err.find("source "), std::string::npos) << bad.err;
}

TEST(Log, report_tells_what_a_build_did_also_one_that_fails) {
  const TemporaryFolder folder;
  const std::string report = folder.path() + "/report.json", service = folder.path() + "/s";
  test::make_repository(fixtures + "/services/retail-orders", service);
  const auto read = [&] {
    const auto parsed = document::parse_json("report", *system::read_file(report));
    EXPECT_TRUE(parsed.ok());
    return *parsed;
  };
  const auto names = [](const document::DocumentPtr& parsed) {
    std::string all;
    for (const document::Node one : parsed->root()["phases"]) all += std::string(one["name"].as_string()) + " ";
    return all;
  };
  const auto good = run_program("tidegate", {"build", service, "-v", "--report", report, "-o", folder.path() + "/o"});
  ASSERT_EQ(good.exit_code, 0) << good.err;
  EXPECT_NE(good.err.find("timings  source "), std::string::npos) << good.err;
  const document::DocumentPtr done = read();
  EXPECT_EQ(names(done), "source libraries check terraform assemble secrets pack ");
  const document::Node artifact = done->root()["artifact"];
  EXPECT_NE(good.out.find("identity " + std::string(artifact["identity"].as_string()) + "\n"), std::string::npos);
  EXPECT_EQ(artifact["file"].as_string(), test::find_artifact(folder.path() + "/o"));
  EXPECT_EQ(artifact["size"].as_integer(), static_cast<std::int64_t>(std::filesystem::file_size(artifact["file"].as_string())));
  EXPECT_FALSE(done->root()["rebuiltBecause"].exists());
  const std::string first = *system::read_file(report);

  const auto again = run_program("tidegate", {"build", service, "--previous", std::string(artifact["file"].as_string()), "--version", "9",
                                              "--report", report, "-o", folder.path() + "/p"});
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.err.find("timings"), std::string::npos);
  EXPECT_EQ(read()->root()["rebuiltBecause"].at(0).as_string(), "option --version: none -> 9");
  const std::string second = *system::read_file(report);

  const auto bad = run_program("tidegate", {"build", fixtures + "/unsound/unresolved-reference", "--report", report, "--dry-run"});
  EXPECT_EQ(bad.exit_code, 20);
  const document::DocumentPtr failed = read();
  EXPECT_EQ(failed->root()["exitCode"].as_integer(), 20);
  EXPECT_EQ(names(failed), "source libraries check terraform assemble ");
  bool found = false;
  for (const document::Node one : failed->root()["findings"]) found = found || one["code"].as_string() == "adf.unresolved-reference";
  EXPECT_TRUE(found) << *system::read_file(report);
  const std::string third = *system::read_file(report);
  EXPECT_EQ(run_program("tidegate", {"build", folder.path() + "/nowhere", "--report", report}).exit_code, 64);
  EXPECT_EQ(names(read()), "source ");

  if (const auto missing = test::missing_validator()) GTEST_SKIP() << *missing;
  std::string wrong = first;
  wrong.replace(wrong.find("\"pack\""), 6, "\"park\"");
  const auto answers = test::validate("build-report.schema.json", {first, second, third, *system::read_file(report), wrong});
  ASSERT_EQ(answers.size(), 5U) << answers[0];
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(answers[i], "ok");
  EXPECT_NE(answers[4], "ok");
}

TEST(Log, json_is_one_object_a_line) {
  const auto bad = run_program("tidegate", {"build", fixtures + "/unsound/unresolved-reference", "--log-format", "json", "--dry-run"});
  EXPECT_EQ(bad.exit_code, 20);
  bool found = false, info = false;
  for (std::size_t begin = 0; begin < bad.err.size();) {
    const std::size_t end = bad.err.find('\n', begin);
    ASSERT_NE(end, std::string::npos);
    const auto line = document::parse_json("line", bad.err.substr(begin, end - begin));
    ASSERT_TRUE(line.ok()) << bad.err.substr(begin, end - begin);
    const document::Node root = (*line)->root();
    found = found || (root["code"].as_string() == "adf.unresolved-reference" && root["line"].as_integer().value_or(0) > 0 && root["severity"].as_string() == "error");
    info = info || root["severity"].as_string() == "info";
    begin = end + 1;
  }
  EXPECT_TRUE(found && info) << bad.err;
}

TEST(Log, build_servers_get_commands_of_their_own) {
  const auto github = run_program("tidegate", {"build", fixtures + "/unsound/unresolved-reference", "--log-format", "github", "--dry-run"});
  EXPECT_NE(github.err.find("\n::error file=adf/"), std::string::npos) << github.err;
  EXPECT_NE(github.err.find(",title=adf.unresolved-reference::"), std::string::npos) << github.err;
  const auto azure = run_program("tidegate", {"build", fixtures + "/unsound/unresolved-reference", "--log-format", "azure", "--dry-run"});
  EXPECT_NE(azure.err.find("\n##vso[task.logissue type=error;sourcepath=adf/"), std::string::npos) << azure.err;
  EXPECT_EQ(run_program("tidegate", {"detect", "--log-format", "xml"}).exit_code, 64);
}

// A name in the repository that looks like a command of a build server.
TEST(Log, no_name_can_forge_a_command) {
  const TemporaryFolder folder;
  const std::string service = folder.path() + "/s";
  test::make_repository(fixtures + "/services/retail-orders", service);
  folder.write("s/config/##vso[task.setvariable variable=x]y.json", "{}");
  folder.write("s/::error::z.json", "{}");
  for (const char* format : {"github", "azure"}) {
    const auto built = run_program("tidegate", {"build", service, "-o", folder.path() + "/o", "--log-format", format});
    EXPECT_EQ(built.exit_code, 0) << built.err;
    EXPECT_EQ(built.err.find("##vso[task.set"), std::string::npos) << built.err;
    EXPECT_EQ(built.err.find("\n::error"), std::string::npos) << built.err;
  }
}

}  // namespace
}  // namespace tidegate
