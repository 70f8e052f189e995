// SPDX-License-Identifier: Apache-2.0
// `tidegate build`, `inspect` and `verify` as a user runs them.
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "document/parse.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::find_artifact;
using test::git;
using test::make_repository;
using test::run_program;
using test::TemporaryFolder;

const std::string fixtures = TIDEGATE_SOURCE_DIR "/fixtures";
const std::string sample = fixtures + "/services/retail-orders";

std::string identity_of(const std::string& artifact) {
  const auto tar = system::run_process({.argv = {"gzip", "-dc", artifact}});
  return tar.ok() && tar->exit_code == 0 ? system::sha256_hex(tar->out) : std::string();
}

std::string tool_pipe(const std::string& script, const std::string& directory) {
  const auto result = system::run_process({.argv = {"bash", "-c", script}, .directory = directory});
  return result.ok() ? result->out : std::string();
}

// Notes that nobody asked for are counted all the same.
TEST(Build, counts_the_notes_that_it_does_not_show) {
  const TemporaryFolder folder;
  make_repository(sample, folder.path() + "/s");
  for (const std::vector<std::string>& command :
       {std::vector<std::string>{"build", folder.path() + "/s", "-o", folder.path() + "/out"}, {"check", folder.path() + "/s"}}) {
    std::vector<std::string> with_notes = command;
    with_notes.push_back("--notes");
    const auto quiet = run_program("tidegate", command), loud = run_program("tidegate", with_notes);
    const std::string said = loud.out + loud.err;
    std::size_t notes = 0;
    for (std::size_t at = said.find(": note: "); at != said.npos; at = said.find(": note: ", at + 1)) ++notes;
    ASSERT_GT(notes, 3U) << said;
    const std::string summary = "0 errors, 0 warnings, " + std::to_string(notes) + " notes";
    EXPECT_NE(said.find(summary + "\n"), std::string::npos) << said;
    EXPECT_NE((quiet.out + quiet.err).find(summary + " (--notes shows them)\n"), std::string::npos) << quiet.err;
    EXPECT_EQ((quiet.out + quiet.err).find(": note: "), std::string::npos);
  }
}

TEST(Build, sample_service_becomes_an_artifact_that_verifies) {
  const TemporaryFolder folder;
  make_repository(sample, folder.path() + "/s");
  const auto built =
      run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/out"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const std::string artifact = find_artifact(folder.path() + "/out");
  ASSERT_FALSE(artifact.empty());
  EXPECT_NE(built.out.find("identity sha256:" + identity_of(artifact)), std::string::npos)
      << built.out;
  const auto verified = run_program("tidegate", {"verify", artifact});
  EXPECT_EQ(verified.exit_code, 0) << verified.err;
  EXPECT_NE(verified.out.find(identity_of(artifact)), std::string::npos);
  const auto inspected = run_program("tidegate", {"inspect", artifact, "--json"});
  ASSERT_EQ(inspected.exit_code, 0) << inspected.err;
  const auto manifest = document::parse_json("manifest", inspected.out);
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ((*manifest)->root()["schema"].as_string(), "tidegate/manifest/1");
  EXPECT_EQ((*manifest)->root()["source"]["commit"].as_string(),
            git(folder.path() + "/s", {"rev-parse", "HEAD"}).substr(0, 40));
  EXPECT_GT((*manifest)->root()["files"].size(), 20U);
}

// Rules of the service for the gate: carried with what their programs need, tried before they travel.
TEST(Build, gate_checks_are_tested_and_packed) {
  const TemporaryFolder folder;
  const std::string service = folder.path() + "/s";
  make_repository(sample, service);
  fs::create_directories(service + "/checks/policy");
  ASSERT_TRUE(system::write_file(service + "/checks/policy/data.rego", "package main\n").ok());
  ASSERT_TRUE(system::write_file(service + "/checks/run.sh", "#!/bin/sh\n").ok());
  const std::vector<std::string> build{"build", service, "--worktree", "-o", folder.path() + "/out"};
  const auto built = run_program("tidegate", build);
  ASSERT_EQ(built.exit_code, 0) << built.err;
  EXPECT_NE(built.err.find("checked  1 gate rule, 5 tests passed"), std::string::npos) << built.err;
  const auto inspected = run_program("tidegate", {"inspect", find_artifact(folder.path() + "/out"), "--json"});
  const auto manifest = document::parse_json("manifest", inspected.out);
  ASSERT_TRUE(manifest.ok());
  const document::Node root = (*manifest)->root();
  EXPECT_EQ(root["gate"]["checks"].at(0).as_string(), "gate/checks/retail.yaml");
  EXPECT_EQ(root["gate"]["checks"].size(), 1U);
  EXPECT_EQ(root["gate"]["minimumVersion"].as_string(), "0.1.0");
  bool listed = false;
  for (const document::Node test : root["tests"]) {
    listed = listed || (test["kind"].as_string() == "gate" && test["path"].as_string() == "gate/checks/retail.yaml");
  }
  EXPECT_TRUE(listed);
  std::size_t found = 0;
  for (const document::Node file : root["files"]) {
    found += file["path"].as_string() == "gate/checks/policy/data.rego" || file["path"].as_string() == "gate/checks/run.sh";
  }
  EXPECT_EQ(found, 2U);

  // A test that fails, and a name that does not exist.
  const std::string rules = service + "/checks/retail.yaml";
  const std::string sound = *system::read_file(rules);
  for (const auto& change : {std::pair("expect: pass, change: {after: {}}", "expect: block, change: {after: {}}"),
                             std::pair("after.container_access_type, set", "after.container_acces_type, set")}) {
    std::string text = sound;
    text.replace(text.find(change.first), std::string_view(change.first).size(), change.second);
    ASSERT_TRUE(system::write_file(rules, text).ok());
    const auto refused = run_program("tidegate", build);
    EXPECT_EQ(refused.exit_code, 13) << refused.err;
    EXPECT_NE(refused.err.find("checks/retail.yaml:"), std::string::npos) << refused.err;
  }
}

TEST(Build, is_reproducible_across_surroundings) {
  const TemporaryFolder folder;
  make_repository(sample, folder.path() + "/a");
  git(folder.path(), {"clone", "-q", "a", "b b"});
  git(folder.path(), {"clone", "-q", "--depth", "1", "file://" + folder.path() + "/a", "shallow"});
  git(folder.path() + "/a", {"worktree", "add", "-q", "--detach", "../tree"});
  git(folder.path(), {"clone", "-q", "-c", "core.autocrlf=true", "a", "crlf"});
  fs::permissions(folder.path(), fs::perms::all);
  const auto build = [&](const std::string& source, const std::string& prefix,
                         const std::map<std::string, std::string>& environment) {
    const std::string out =
        folder.path() + "/out-" + std::to_string(system::sha256_hex(source + prefix)[0]) + source;
    fs::create_directories(out);
    fs::permissions(out, fs::perms::all);
    const auto result = system::run_process(
        {.argv = {"bash", "-c", prefix + " \"$0\" build \"$1\" -o \"$2\"",
                  std::string(TIDEGATE_BIN_DIR) + "/tidegate", folder.path() + "/" + source, out},
         .environment = environment});
    EXPECT_TRUE(result.ok() && result->exit_code == 0)
        << source << (result.ok() ? result->err : "");
    return identity_of(find_artifact(out));
  };
  const std::string first = build("a", "umask 022;", {{"TZ", "UTC"}, {"LC_ALL", "C.UTF-8"}});
  ASSERT_EQ(first.size(), 64U);
  EXPECT_EQ(build("b b", "umask 077;", {{"TZ", "Asia/Tokyo"}, {"LC_ALL", "C"}}), first);
  EXPECT_EQ(build("shallow", "", {}), first);
  EXPECT_EQ(build("tree", "cd /;", {}), first);
  EXPECT_EQ(build("crlf", "", {{"SOURCE_DATE_EPOCH", "1"}}), first);
  if (::geteuid() == 0 && system::find_program("setpriv")) {
    EXPECT_EQ(build("a", "exec setpriv --reuid 65534 --regid 65534 --clear-groups",
                    {{"HOME", "/nonexistent"}}),
              first);
  }
  if (system::find_program("faketime")) {
    EXPECT_EQ(build("a", "faketime '2031-01-01 00:00:00'", {}), first);
  }
}

TEST(Build, identity_can_be_reproduced_with_tar) {
  const TemporaryFolder folder;
  make_repository(sample, folder.path() + "/s");
  ASSERT_EQ(run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/out"})
                .exit_code,
            0);
  const std::string artifact = find_artifact(folder.path() + "/out");
  fs::create_directories(folder.path() + "/e");
  const std::string tar = tool_pipe(
      "tar -xpf '" + artifact +
          "' && find . -type f -printf '%P\\n' | LC_ALL=C sort | tar --format=gnu --owner=0 "
          "--group=0 --numeric-owner --mtime=@315532801 --blocking-factor=1 --no-recursion -T - "
          "-cf -",
      folder.path() + "/e");
  EXPECT_EQ(system::sha256_hex(tar), identity_of(artifact));
}

TEST(Build, a_changed_byte_does_not_verify) {
  const TemporaryFolder folder;
  make_repository(sample, folder.path() + "/s");
  ASSERT_EQ(run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/out"})
                .exit_code,
            0);
  std::string bytes = *system::read_file(find_artifact(folder.path() + "/out"));
  for (const std::size_t at :
       {std::size_t{5}, std::size_t{9}, bytes.size() / 3, bytes.size() / 2, bytes.size() - 3}) {
    std::string changed = bytes;
    changed[at] = static_cast<char>(changed[at] ^ 1);
    const std::string file = folder.write("changed.tar.gz", changed);
    EXPECT_EQ(run_program("tidegate", {"verify", file}).exit_code, 30) << at;
  }
}

TEST(Build, says_when_the_working_tree_differs_and_builds_the_commit) {
  const TemporaryFolder folder;
  const std::string service = folder.path() + "/s";
  make_repository(sample, service);
  ASSERT_EQ(run_program("tidegate", {"build", service, "-o", folder.path() + "/one"}).exit_code, 0);
  folder.write("s/config/extra.json", "{}");
  const auto built = run_program("tidegate", {"build", service, "-o", folder.path() + "/two"});
  ASSERT_EQ(built.exit_code, 0);
  EXPECT_NE(built.err.find("config/extra.json"), std::string::npos) << built.err;
  EXPECT_EQ(identity_of(find_artifact(folder.path() + "/one")),
            identity_of(find_artifact(folder.path() + "/two")));
  const auto worktree =
      run_program("tidegate", {"build", service, "--worktree", "-o", folder.path() + "/three"});
  ASSERT_EQ(worktree.exit_code, 0) << worktree.err;
  EXPECT_NE(find_artifact(folder.path() + "/three").find(".dirty.tar.gz"), std::string::npos);
}

TEST(Build, works_without_git) {
  const TemporaryFolder folder;
  fs::copy(sample, folder.path() + "/s", fs::copy_options::recursive);
  const auto built =
      run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/out"},
                  {{"GIT_CEILING_DIRECTORIES", folder.path()},
                   {"GITHUB_SHA", "0123456789012345678901234567890123456789"}});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  EXPECT_NE(find_artifact(folder.path() + "/out").find("-g012345678901.tar.gz"), std::string::npos);
}

TEST(Build, stops_with_located_findings_and_leaves_nothing) {
  const TemporaryFolder folder;
  const std::string service = folder.path() + "/s";
  make_repository(sample, service);
  const auto mutate = [&](const std::string& file, const std::string& from, const std::string& to) {
    std::string text = *system::read_file(service + "/" + file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file << " has no " << from;
    text.replace(at, from.size(), to);
    folder.write("s/" + file, text);
    git(service, {"commit", "-qam", "mutate"});
  };
  std::string pipeline;
  for (const auto& entry : fs::directory_iterator(service + "/adf/pipeline")) {
    const std::string path = entry.path().string();
    if (system::read_file(path)->find("\"DatasetReference\"") != std::string::npos) {
      pipeline = "adf/pipeline/" + entry.path().filename().string();
    }
  }
  ASSERT_FALSE(pipeline.empty());
  mutate(pipeline, "\"type\": \"DatasetReference\"",
         "\"type\": \"DatasetReference\",\n\"x\": 1,\n\"x\": 2");
  const auto duplicate = run_program("tidegate", {"build", service, "-o", folder.path() + "/out"});
  EXPECT_EQ(duplicate.exit_code, 20);
  EXPECT_NE(duplicate.err.find(pipeline + ":"), std::string::npos) << duplicate.err;
  EXPECT_NE(duplicate.err.find("[adf.duplicate-key]"), std::string::npos) << duplicate.err;
  EXPECT_TRUE(!fs::exists(folder.path() + "/out") || fs::is_empty(folder.path() + "/out"));
  git(service, {"reset", "-q", "--hard", "HEAD~1"});
  mutate(
      "adf/trigger/" + fs::directory_iterator(service + "/adf/trigger")->path().filename().string(),
      "\"referenceName\": \"", "\"referenceName\": \"no_such_");
  const auto unresolved = run_program("tidegate", {"build", service, "-o", folder.path() + "/out"});
  EXPECT_EQ(unresolved.exit_code, 20);
  EXPECT_NE(unresolved.err.find("[adf.unresolved-reference]"), std::string::npos) << unresolved.err;
}

TEST(Build, refuses_wrong_usage) {
  EXPECT_EQ(run_program("tidegate", {}).exit_code, 64);
  EXPECT_EQ(run_program("tidegate", {"buld"}).exit_code, 64);
  EXPECT_EQ(run_program("tidegate", {"build", "--nope"}).exit_code, 64);
  EXPECT_EQ(run_program("tidegate", {"verify"}).exit_code, 64);
  const auto version = run_program("tidegate", {"--version"});
  EXPECT_EQ(version.exit_code, 0);
  EXPECT_TRUE(version.out.starts_with("tidegate ")) << version.out;
  EXPECT_EQ(std::count(version.out.begin(), version.out.end(), '\n'), 1) << version.out;
  EXPECT_EQ(run_program("tidegate", {"build", "--help"}).exit_code, 0);
  EXPECT_NE(run_program("tidegate", {"build", "/no/such/folder"}).exit_code, 0);
}

TEST(Build, names_both_files_that_would_have_one_path_in_the_artifact) {
  const TemporaryFolder folder;
  fs::copy(sample, folder.path() + "/s", fs::copy_options::recursive);
  ASSERT_TRUE(system::write_file(folder.path() + "/s/terraform/main.tf.json", "{}\n").ok());
  const auto result =
      test::run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/o"});
  EXPECT_EQ(result.exit_code, 20);
  EXPECT_NE(result.err.find("terraform/main.tf.json: error: becomes terraform/main.tf.json in the "
                            "artifact, and so does generated [build.file-collision]"),
            std::string::npos)
      << result.err;
}

TEST(Corpus, every_repository_ends_with_an_artifact_or_located_errors) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not beside the project";
  const TemporaryFolder folder;
  std::size_t repositories = 0, roots = 0, built = 0;
  for (const auto& entry : fs::directory_iterator(*shared + "/corpus/adf")) {
    if (!entry.is_directory()) continue;
    ++repositories;
    const std::string name = entry.path().filename().string();
    make_repository(entry.path().string(), folder.path() + "/" + name);
    std::vector<std::string> paths{""};
    const auto found =
        run_program("tidegate", {"detect", folder.path() + "/" + name, "--format", "json"});
    ASSERT_EQ(found.exit_code, 0) << name << found.err;
    const auto parsed = document::parse_json("detect", found.out);
    ASSERT_TRUE(parsed.ok()) << found.out;
    std::vector<std::string> found_roots;
    for (const document::Node marker : (*parsed)->root()["markers"]) {
      if (marker["name"].as_string() != "adf") continue;
      for (const document::Node root : marker["paths"]) found_roots.emplace_back(root.as_string());
    }
    if (found_roots.size() > 1) paths.insert(paths.end(), found_roots.begin(), found_roots.end());
    for (const std::string& path : paths) {
      ++roots;
      std::vector<std::string> arguments{"build", folder.path() + "/" + name, "-o",
                                         folder.path() + "/out/" + std::to_string(roots)};
      if (!path.empty()) arguments.insert(arguments.end(), {"--path", path});
      const auto result = run_program("tidegate", arguments);
      const std::string artifact = find_artifact(arguments[3]);
      if (result.exit_code == 0) {
        ++built;
        EXPECT_EQ(run_program("tidegate", {"verify", artifact}).exit_code, 0)
            << name << "/" << path;
        continue;
      }
      EXPECT_TRUE(result.exit_code == 20 || result.exit_code == 12) << name << "/" << path << "\n"
                                                                    << result.err;
      EXPECT_NE(result.err.find(".json:"), std::string::npos) << name << "/" << path << "\n"
                                                              << result.err;
      EXPECT_TRUE(artifact.empty()) << artifact;
    }
  }
  EXPECT_EQ(repositories, 7U);
  EXPECT_GT(built, 10U);
}

TEST(Buildpack, detect_is_the_program_by_another_name) {
  const TemporaryFolder folder;
  make_repository(sample, folder.path() + "/s");
  const auto run = [&](const std::string& directory) {
    return *system::run_process(
        {.argv = {TIDEGATE_BIN_DIR "/../buildpack/bin/detect", "/platform",
                  folder.path() + "/plan.toml"},
         .directory = directory,
         .inherit_environment = false,
         .environment = {{"CNB_BUILD_PLAN_PATH", folder.path() + "/plan.toml"}}});
  };
  const auto ours = run(folder.path() + "/s");
  EXPECT_EQ(ours.exit_code, 0) << ours.err;
  const auto plan = system::read_file(folder.path() + "/plan.toml");
  ASSERT_TRUE(plan.ok());
  EXPECT_NE(plan->find("name = \"tidegate-artifact\""), std::string::npos) << *plan;
  fs::create_directories(folder.path() + "/other");
  EXPECT_EQ(run(folder.path() + "/other").exit_code, 100);
}

}  // namespace
}  // namespace tidegate
