// SPDX-License-Identifier: Apache-2.0
// Golden folders: every fixtures/expected/<area>/<case>/ says what comes out when the service
// fixtures/<area>/<case>/ is built in this process, as a folder without git:
//   detect.txt           what `tidegate detect` says
//   stderr.txt           what `tidegate build --notes` says, findings included
//   exit_code.txt        of the build
//   derived.tfvars.json  values of derived bindings, if there are any
//   <path>               each generated file of the artifact (terraform/*.tf.json, contract/*.json,
// TIDEGATE_ACCEPT=1 writes expected/ anew; such a run is skipped, never passed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "build/command.hpp"
#include "detect/command.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using Texts = std::map<std::string, std::string>;  // path -> bytes

const std::string fixtures = TIDEGATE_SOURCE_DIR "/fixtures";

// "<area>/<case>", sorted.
std::vector<std::string> golden_cases() {
  std::vector<std::string> cases;
  for (const auto& area : fs::directory_iterator(fixtures + "/expected")) {
    for (const auto& entry : fs::directory_iterator(area.path())) {
      cases.push_back(fs::relative(entry.path(), fixtures + "/expected").string());
    }
  }
  std::sort(cases.begin(), cases.end());
  return cases;
}

std::string replaced(std::string text, const std::string& from, const std::string& to) {
  for (std::size_t at = text.find(from); at != std::string::npos;
       at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

void add_generated(const std::string& artifact, const std::string& folder, Texts& texts) {
  const auto extracted = artifact::extract_artifact(artifact, folder);
  ASSERT_TRUE(extracted.ok()) << render_diagnostic(extracted.failure());
  for (const artifact::ManifestFile& file : extracted->manifest.files) {
    if (file.origin != "generated" || file.path.starts_with("META/")) continue;  // digests of all others
    const auto bytes = system::read_file(folder + "/" + file.path);
    ASSERT_TRUE(bytes.ok()) << file.path;
    texts[file.path] = *bytes;
  }
}

// Builds the case in a copy, so that nothing around the fixtures has a say.
Texts build_case(const std::string& name) {
  const test::TemporaryFolder folder;
  const std::string service = folder.path() + "/" + std::string(file_name(name));
  const std::string out = folder.path() + "/out";
  test::copy_service(fixtures + "/" + name, service);
  Texts texts;
  const system::MemoryEnvironment environment({{"GIT_COMMIT", std::string(40, '0')}});
  system::MemoryTerminal detected;
  cli::Context detecting{detected, environment};
  run_detect({.directory = service}, detecting);
  texts["detect.txt"] = detected.out_text + detected.err_text;
  system::MemoryTerminal built;
  cli::Context building{built, environment};
  const ExitCode code = run_build({.directory = service, .output = out, .notes = true}, building);
  texts["stderr.txt"] = replaced(built.err_text, folder.path() + "/", "");
  texts["exit_code.txt"] = std::to_string(to_int(code)) + "\n";
  const std::string artifact = test::find_artifact(out);
  EXPECT_EQ(artifact.empty(), code != ExitCode::success);
  if (!artifact.empty()) add_generated(artifact, folder.path() + "/extracted", texts);
  if (const auto derived = system::read_file(out + "/derived.tfvars.json"))
    texts["derived.tfvars.json"] = *derived;
  return texts;
}

Texts read_expected(const std::string& name) {
  Texts texts;
  const fs::path folder = fixtures + "/expected/" + name;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    const auto bytes = system::read_file(entry.path().string());
    if (bytes) texts[fs::relative(entry.path(), folder).string()] = *bytes;
  }
  return texts;
}

void accept(const std::string& name, const Texts& texts) {
  const std::string folder = fixtures + "/expected/" + name;
  fs::remove_all(folder);
  for (const auto& text : texts) {
    const std::string path = folder + "/" + text.first;
    ASSERT_TRUE(system::make_folders(std::string(parent_path(path))).ok());
    ASSERT_TRUE(system::write_file(path, text.second).ok()) << path;
  }
}

void compare(const Texts& actual, const Texts& expected) {
  for (const auto& text : expected) {
    EXPECT_TRUE(actual.contains(text.first)) << "expected/" << text.first << " did not come out";
  }
  for (const auto& text : actual) {
    const auto found = expected.find(text.first);
    if (found == expected.end()) {
      ADD_FAILURE() << "expected/ has no " << text.first;
    } else {
      EXPECT_EQ(text.second, found->second) << text.first;
    }
  }
}

void run_area(const std::string& area) {
  const char* accepting = std::getenv("TIDEGATE_ACCEPT");
  const bool accepts = accepting != nullptr && std::string_view(accepting) == "1";
  std::size_t count = 0;
  for (const std::string& name : golden_cases()) {
    if (!name.starts_with(area + "/")) continue;
    ++count;
    SCOPED_TRACE("fixtures/" + name + " (TIDEGATE_ACCEPT=1 writes what is expected anew)");
    const Texts actual = build_case(name);
    if (accepts) {
      accept(name, actual);
    } else {
      compare(actual, read_expected(name));
    }
  }
  EXPECT_GT(count, 0U);
  if (accepts) GTEST_SKIP() << "wrote expected/ of " << count << " cases of fixtures/" << area;
}

TEST(Golden, sound_services) { run_area("services"); }
TEST(Golden, unsound_services) { run_area("unsound"); }

TEST(Golden, every_case_is_in_an_area_that_runs_and_has_a_line_in_the_README) {
  const auto readme = system::read_file(fixtures + "/README.md");
  ASSERT_TRUE(readme.ok());
  for (const std::string& name : golden_cases()) {
    EXPECT_TRUE(name.starts_with("services/") || name.starts_with("unsound/")) << name;
    EXPECT_NE(readme->find("| `" + name + "` |"), std::string::npos) << name;
  }
}

TEST(Golden, every_broken_service_fails_with_a_located_error) {
  for (const std::string& name : golden_cases()) {
    if (!name.starts_with("unsound/")) continue;
    const Texts expected = read_expected(name);
    ASSERT_TRUE(expected.contains("stderr.txt") && expected.contains("exit_code.txt")) << name;
    EXPECT_NE(expected.at("exit_code.txt"), "0\n") << name;
    EXPECT_NE(expected.at("stderr.txt").find(": error: "), std::string::npos) << name;
  }
}

}  // namespace
}  // namespace tidegate
