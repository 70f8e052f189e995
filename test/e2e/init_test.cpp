// SPDX-License-Identifier: Apache-2.0
// What `tidegate init` writes down is what a build would derive: nothing that passed before fails with it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "document/parse.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;

struct Checked {
  int exit = 0;
  std::set<std::string> errors{};  // "file:line code"
};

std::vector<std::string> with_path(std::vector<std::string> arguments, const std::string& below) {
  if (!below.empty()) arguments.insert(arguments.end(), {"--path", below});
  return arguments;
}

Checked check(const std::string& folder, const std::string& below) {
  const auto result = run_program("tidegate", with_path({"check", folder, "--format", "json"}, below));
  Checked out{.exit = result.exit_code};
  const auto parsed = document::parse_json("findings", result.out);
  EXPECT_TRUE(parsed.ok()) << result.out << result.err;
  if (!parsed) return out;
  for (const document::Node one : (*parsed)->root()["findings"]) {
    if (one["severity"].as_string() != "error") continue;
    const auto line = one["line"].as_integer();
    out.errors.insert(std::string(one["file"].as_string()) + ":" + std::to_string(line.value_or(0)) + " " +
                      std::string(one["code"].as_string()));
  }
  return out;
}

std::string contents(const std::string& folder) {
  std::set<std::string> names;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file() && entry.path().string().find("/.git/") == std::string::npos) names.insert(entry.path().string());
  }
  std::string out;
  for (const std::string& name : names) out += name + "\n" + *system::read_file(name) + "\n";
  return out;
}

// Folders in which a service can be made.
std::vector<std::string> services_in(const std::string& folder) {
  const auto found = run_program("tidegate", {"detect", folder, "--format", "json"});
  const auto parsed = document::parse_json("detect", found.out);
  EXPECT_TRUE(parsed.ok()) << found.out << found.err;
  std::vector<std::string> roots;
  for (const document::Node marker : (*parsed)->root()["markers"]) {
    if (marker["name"].as_string() != "adf") continue;
    for (const document::Node root : marker["paths"]) roots.emplace_back(root.as_string());
  }
  if (roots.size() < 2) return {""};
  return roots;
}

// One: it passed before.
int init_adds_no_error(const std::string& folder, const std::string& below) {
  SCOPED_TRACE(folder + "/" + below);
  const Checked before = check(folder, below);
  const auto made = run_program("tidegate", with_path({"init", folder, "--owner", "team"}, below));
  if (made.exit_code != 0) {
    EXPECT_NE(before.exit, 0) << made.err;
    return 0;
  }
  const std::string once = contents(folder);
  const Checked after = check(folder, below);
  for (const std::string& one : after.errors) {
    EXPECT_TRUE(before.errors.contains(one)) << "new: " << one << "\n" << *system::read_file(folder + "/" + (below.empty() ? "" : below + "/") + "tidegate.yaml");
  }
  if (before.exit == 0) {
    EXPECT_EQ(after.exit, 0);
  }
  const auto again = run_program("tidegate", with_path({"init", folder, "--owner", "other"}, below));
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(contents(folder), once);
  return before.exit == 0 ? 1 : 0;
}

TEST(InitPasses, on_every_public_repository) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared corpora are not here";
  int passed = 0;
  for (const auto& entry : fs::directory_iterator(*shared + "/corpus/adf")) {
    if (!entry.is_directory()) continue;
    const test::TemporaryFolder folder;
    const std::string target = folder.path() + "/" + entry.path().filename().string();
    test::copy_service(entry.path().string(), target);
    for (const std::string& below : services_in(target)) passed += init_adds_no_error(target, below);
  }
  EXPECT_GT(passed, 10);
}

TEST(InitPasses, on_every_fixture_without_its_manifest) {
  int passed = 0;
  for (const char* kind : {"services", "unsound"}) {
    for (const auto& entry : fs::directory_iterator(std::string(TIDEGATE_SOURCE_DIR "/fixtures/") + kind)) {
      if (!entry.is_directory()) continue;
      const test::TemporaryFolder folder;
      const std::string target = folder.path() + "/" + entry.path().filename().string();
      test::copy_service(entry.path().string(), target);
      fs::remove(target + "/tidegate.yaml");
      fs::remove_all(target + "/contract");
      passed += init_adds_no_error(target, "");
    }
  }
  EXPECT_GE(passed, 2);
}

// A value of an environment in a notebook is a warning without manifest and an error with one.
TEST(InitPasses, where_a_notebook_holds_a_value_of_an_environment) {
  const test::TemporaryFolder folder;
  const std::string target = folder.path() + "/bare";
  test::copy_service(TIDEGATE_SOURCE_DIR "/fixtures/services/bare-factory", target);
  ASSERT_TRUE(system::write_file(target + "/load.py", "# Databricks notebook source\nx = 'stsalesdev.dfs.core.windows.net'\n").ok());
  EXPECT_EQ(init_adds_no_error(target, ""), 1);
  const std::string manifest = *system::read_file(target + "/tidegate.yaml");
  EXPECT_NE(manifest.find("    service.environment-in-artifact: warning\n"), std::string::npos) << manifest;
}

}  // namespace
}  // namespace tidegate
