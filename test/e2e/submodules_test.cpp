// SPDX-License-Identifier: Apache-2.0
// A service whose notebooks and jar are kept in a library that it has as a submodule.
#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <vector>

#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::git;
using test::run_program;
using test::TemporaryFolder;

constexpr const char* broken_notebook = "{ this is no notebook";

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

class WithSubmodule : public testing::Test {
 protected:
  void SetUp() override {
    test::copy_service(TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders", at("plain"));
    test::copy_service(at("plain"), at("service"));
    fs::create_directory(at("library"));
    for (const char* name : {"curate", "lib"})
      fs::rename(at("service/notebooks/" + std::string(name)), at("library/" + std::string(name)));
    fs::rename(at("service/libs/prebuilt"), at("library/jars"));
    commit("library");
    commit("plain");
    git(at("service"), {"init", "-q", "-b", "main"});
    files_too(at("service"), {"submodule", "add", "-q", at("library"), "notebooks/shared"});
    // The service's own notebook runs one of the library.
    const std::string own = at("service/notebooks/ingest/update_watermark.py");
    std::string text = *system::read_file(own);
    const std::string before = "%run ../lib/common";
    text.replace(text.find(before), before.size(), "%run ../shared/lib/common");
    ASSERT_TRUE(system::write_file(own, text).ok());
    commit("service");
    git(folder_.path(), {"clone", "-q", "service", "clone"});
  }

  std::string at(const std::string& path) const { return folder_.path() + "/" + path; }

  void commit(const std::string& folder) const {
    if (!fs::exists(at(folder + "/.git"))) git(at(folder), {"init", "-q", "-b", "main"});
    git(at(folder), {"add", "-A"});
    git(at(folder), {"commit", "-q", "-m", "c"});
  }

  static std::string files_too(const std::string& folder, std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"-c", "protocol.file.allow=always"});
    return git(folder, arguments);
  }

  system::ProcessResult build(const std::string& folder, const std::string& output,
                              const std::vector<std::string>& more = {}) const {
    std::vector<std::string> arguments = {"build", at(folder), "-o", at(output)};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program("tidegate", arguments);
  }

  static std::string identity_of(const system::ProcessResult& result) {
    const std::size_t place = result.out.find("identity sha256:");
    return place == std::string::npos ? "none: " + result.err : result.out.substr(place, 80);
  }

  const TemporaryFolder folder_{};
};

TEST_F(WithSubmodule, builds_the_same_from_a_checkout_and_from_fetched_objects) {
  const auto built = build("service", "out");
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const auto listed = build("service", "none", {"--dry-run"});
  for (const char* path : {"files/notebooks/notebooks/shared/curate/validate_raw.scala",
                           "files/notebooks/notebooks/shared/curate/publish_orders.sql",
                           "files/notebooks/notebooks/shared/lib/common.py",
                           "files/jars/notebooks/shared/jars/orders-quality_2.12-1.2.0.jar"})
    EXPECT_TRUE(has(listed.out, std::string(path) + "\n")) << path << "\n" << listed.out;
  const auto inspected =
      run_program("tidegate", {"inspect", test::find_artifact(at("out")), "--json"});
  EXPECT_TRUE(has(inspected.out, "\"origin\": \"notebooks/shared/lib/common.py\""))
      << inspected.out;

  files_too(at("clone"), {"submodule", "update", "-q", "--init"});
  fs::remove_all(at("clone/notebooks/shared"));
  EXPECT_EQ(identity_of(build("clone", "out2")), identity_of(built));
  const auto again =
      run_program("tidegate", {"verify", test::find_artifact(at("out")), "--rebuild", at("clone")});
  EXPECT_EQ(again.exit_code, 0) << again.err;
}

TEST_F(WithSubmodule, is_named_where_it_is_not_there) {
  const std::string command = "`git submodule update --init notebooks/shared`";
  const std::string id = git(at("clone"), {"rev-parse", "HEAD:notebooks/shared"}).substr(0, 12);
  const auto built = build("clone", "out");
  EXPECT_EQ(built.exit_code, 20);
  EXPECT_TRUE(has(built.err, "databricks.unresolved-run")) << built.err;
  EXPECT_TRUE(has(built.err, "repository.submodule")) << built.err;
  EXPECT_TRUE(has(built.err, command)) << built.err;
  EXPECT_TRUE(has(built.err, id)) << built.err;
  for (const bool commit : {false, true}) {
    std::vector<std::string> arguments = {"check", at("clone")};
    if (commit) arguments.insert(arguments.end(), {"--commit", "HEAD"});
    const auto checked = run_program("tidegate", arguments);
    EXPECT_EQ(checked.exit_code, 20) << checked.err;
    EXPECT_TRUE(has(checked.out, command)) << checked.out;
  }
  const auto detected = run_program("tidegate", {"detect", at("clone")});
  EXPECT_EQ(detected.exit_code, 0);
  EXPECT_TRUE(has(detected.out,
                  "SKIPPED submodules: 1 path whose files are not here, run "
                  "`git submodule update --init` (notebooks/shared)\n"))
      << detected.out;
  EXPECT_FALSE(has(run_program("tidegate", {"detect", at("service")}).out, "submodules"));
  const auto explained =
      run_program("tidegate", {"explain", "notebooks/shared/lib/common.py", at("clone")});
  EXPECT_NE(explained.exit_code, 0);
  EXPECT_TRUE(has(explained.err, command)) << explained.err;

  ASSERT_EQ(build("service", "good").exit_code, 0);
  const auto again = run_program(
      "tidegate", {"verify", test::find_artifact(at("good")), "--rebuild", at("clone")});
  EXPECT_EQ(again.exit_code, 20) << again.err;
  EXPECT_TRUE(has(again.err, command)) << again.err;
}

TEST_F(WithSubmodule, what_nothing_refers_to_changes_nothing) {
  folder_.write("library/broken.ipynb", broken_notebook);
  folder_.write("library/tests/curate.py",
                "# Databricks notebook source\n# MAGIC %run ./nowhere\n");
  folder_.write("library/jars/broken.jar", "no zip");
  folder_.write("library/pom.xml", "<project");
  folder_.write("library/service/pipeline/other.json",
                "{\"name\": \"other\", \"properties\": {\"activities\": []}}");
  folder_.write("library/service/dataset/other.json", "{}");
  folder_.write("library/ingest/update_watermark.py", "# Databricks notebook source\nprint(0)\n");
  commit("library");
  const auto before = build("service", "before", {"--dry-run"});
  ASSERT_EQ(before.exit_code, 0) << before.err;
  files_too(at("service/notebooks/shared"), {"pull", "-q", "origin", "main"});
  commit("service");
  const auto after = build("service", "after", {"--dry-run"});
  EXPECT_EQ(after.exit_code, 0) << after.err;
  const auto cut = [](const std::string& out) {
    return out.substr(0, out.rfind("retail-orders-"));
  };
  EXPECT_EQ(cut(after.out), cut(before.out));
  const auto findings = [](const std::string& err) {
    return err.substr(err.find('\n'));
  };  // without the commit
  EXPECT_EQ(findings(after.err), findings(before.err));
  const auto explained =
      run_program("tidegate", {"explain", "notebooks/shared/broken.ipynb", at("service")});
  EXPECT_EQ(explained.exit_code, 0) << explained.err;
  EXPECT_TRUE(has(explained.out, "the submodule notebooks/shared")) << explained.out;
  EXPECT_TRUE(has(explained.out, "nothing of the service refers to it")) << explained.out;
}

TEST_F(WithSubmodule, its_files_obey_the_rules_of_all_others) {
  const std::string key = "AKIA" + std::string("Z7QX5T3LM2WD9RBN");
  folder_.write("library/lib/common.py", "# Databricks notebook source\nkey = '" + key + "'\n");
  folder_.write("library/.env.txt", "X=1");
  commit("library");
  files_too(at("service/notebooks/shared"), {"pull", "-q", "origin", "main"});
  std::string manifest = *system::read_file(at("service/tidegate.yaml"));
  manifest += "build:\n  include: [notebooks/shared/.env.txt]\n";
  ASSERT_TRUE(system::write_file(at("service/tidegate.yaml"), manifest).ok());
  commit("service");
  const auto denied = build("service", "out");
  EXPECT_EQ(denied.exit_code, 20);
  EXPECT_TRUE(has(denied.err, "build.denied-file")) << denied.err;
  EXPECT_TRUE(has(denied.err, "build.secret")) << denied.err;
  EXPECT_FALSE(has(denied.err, key)) << denied.err;
}

}  // namespace
}  // namespace tidegate
