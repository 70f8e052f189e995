// SPDX-License-Identifier: Apache-2.0
// --quiet, --log-format, completion.
#include <gtest/gtest.h>

#include <filesystem>

#include "document/parse.hpp"
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

TEST(Completion, scripts_are_sound_and_know_every_command) {
  const TemporaryFolder folder;
  for (const char* shell : {"bash", "zsh", "fish"}) {
    const auto script = run_program("tidegate", {"completion", shell});
    ASSERT_EQ(script.exit_code, 0) << script.err;
    for (const char* word : {"build", "verify", "generate"}) EXPECT_NE(script.out.find(word), std::string::npos) << shell << word;
    folder.write(shell, script.out);
  }
  const auto completed = system::run_process({.argv = {"bash", "-c", R"(. ./bash
complete_words() { COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); COMPREPLY=(); _tidegate; echo "${COMPREPLY[*]}"; }
complete_words tidegate ver
complete_words tidegate key ge
complete_words tidegate build --previ)"},
                                              .directory = folder.path()});
  ASSERT_TRUE(completed.ok());
  EXPECT_EQ(completed->out, "verify\ngenerate\n--previous\n") << completed->err;
  EXPECT_EQ(run_program("tidegate", {"completion", "tcsh"}).exit_code, 64);
}

}  // namespace
}  // namespace tidegate
