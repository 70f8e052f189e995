// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>

#include "commandline/program.hpp"
#include "detect/command.hpp"
#include "document/parse.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

constexpr const char* pipeline = R"({"name": "p", "properties": {"activities": []}})";

struct Answer {
  ExitCode code = ExitCode::internal;
  std::string out{};
  std::string err{};
};

Answer detect(const std::string& folder, bool json = false) {
  system::MemoryTerminal terminal;
  const system::MemoryEnvironment environment({});
  cli::Context context{terminal, environment};
  const ExitCode code = run_detect({.directory = folder, .json = json}, context);
  return {.code = code, .out = terminal.out_text, .err = terminal.err_text};
}

bool has_line(const std::string& text, const std::string& line) {
  return ("\n" + text).find("\n" + line + "\n") != std::string::npos;
}

void write_service(const TemporaryFolder& folder) {
  folder.write("adf/pipeline/p.json", pipeline);
  folder.write("adf/pipeline/q.json", pipeline);
  folder.write("adf/dataset/d.json", "{}");
  folder.write("adf/linkedService/l.json", "{}");
  folder.write("adf/factory/f.json", "{}");
  folder.write("notebooks/n.py", "# Databricks notebook source\nprint(1)\n");
  folder.write("libs/pom.xml", "<project/>");
  folder.write("config/a.conf", "x");
}

TEST(Detect, says_a_line_for_each_marker) {
  const TemporaryFolder folder;
  write_service(folder);
  const Answer answer = detect(folder.path());
  EXPECT_EQ(answer.code, ExitCode::success) << answer.err;
  EXPECT_EQ(answer.err, "");
  EXPECT_EQ(answer.out,
            "SKIPPED manifest: no tidegate.yaml at the top\n"
            "PASSED adf: 2 pipelines, 1 dataset, 1 linked service, 1 factory in adf/\n"
            "PASSED notebooks: 1 notebook (notebooks/n.py)\n"
            "PASSED jars: 1 POM (libs/pom.xml)\n"
            "SKIPPED wheels: no *.whl and no *.egg\n"
            "SKIPPED python: no *.py but notebooks\n"
            "PASSED config: 1 configuration file (config/a.conf)\n"
            "SKIPPED terraform: no *.tf and no *.tf.json in terraform/\n"
            "SKIPPED checks: no *.yaml in checks/\n"
            "SKIPPED tests: no *.tftest.hcl and no *.tftest.json in tests/\n"
            "SKIPPED contract: no file in contract/\n");
}

TEST(Detect, not_ours) {
  const TemporaryFolder folder;
  folder.write("src/main.py", "print(1)\n");
  folder.write("infra/main.tf", "");
  folder.write("deploy/tidegate.yaml", "");
  const Answer answer = detect(folder.path());
  EXPECT_EQ(answer.code, ExitCode::not_ours);
  EXPECT_TRUE(has_line(answer.out, "SKIPPED jars: no *.jar and no pom.xml")) << answer.out;
  EXPECT_TRUE(
      has_line(answer.out,
               "SKIPPED manifest: no tidegate.yaml at the top; deploy/tidegate.yaml is not read"))
      << answer.out;
  EXPECT_TRUE(has_line(answer.out,
                       "SKIPPED terraform: no *.tf and no *.tf.json in terraform/; infra/main.tf "
                       "lies elsewhere and is not used"))
      << answer.out;
  EXPECT_EQ(detect(folder.path() + "/none").code, ExitCode::usage);
  const TemporaryFolder empty;
  EXPECT_EQ(detect(empty.path()).code, ExitCode::not_ours);
}

TEST(Detect, manifest_with_flavour_is_ours_and_a_broken_one_an_error) {
  const TemporaryFolder folder;
  folder.write("tidegate.yaml", "apiVersion: tidegate/v1\nservice: orders\nowner: team\n");
  EXPECT_EQ(detect(folder.path()).code, ExitCode::not_ours);
  folder.write("tidegate.yaml",
               "apiVersion: tidegate/v1\nservice: orders\nowner: team\nflavour: adf_databricks\n");
  const Answer ours = detect(folder.path());
  EXPECT_EQ(ours.code, ExitCode::success) << ours.err;
  EXPECT_TRUE(has_line(
      ours.out,
      "PASSED manifest: tidegate.yaml, service orders, owner team, flavour adf_databricks"))
      << ours.out;
  folder.write("tidegate.yaml", "apiVersion: tidegate/v1\nservise: orders\n");
  const Answer unknown = detect(folder.path());
  EXPECT_EQ(unknown.code, ExitCode::build_failed);
  EXPECT_EQ(unknown.out, "");
  EXPECT_NE(unknown.err.find("tidegate.yaml:2:1: error:"), std::string::npos) << unknown.err;
  folder.write("tidegate.yaml", "service: [\n");
  const Answer broken = detect(folder.path());
  EXPECT_NE(broken.code, ExitCode::success);
  EXPECT_NE(broken.code, ExitCode::not_ours);
  EXPECT_NE(broken.err.find("tidegate.yaml:"), std::string::npos) << broken.err;
}

TEST(Detect, two_roots_are_both_named_with_a_warning) {
  const TemporaryFolder folder;
  folder.write("a/pipeline/p.json", pipeline);
  folder.write("b/pipeline/p.json", pipeline);
  const Answer both = detect(folder.path());
  EXPECT_EQ(both.code, ExitCode::success);
  EXPECT_TRUE(has_line(both.out, "PASSED adf: 1 pipeline in a/")) << both.out;
  EXPECT_TRUE(has_line(both.out, "PASSED adf: 1 pipeline in b/")) << both.out;
  EXPECT_NE(both.err.find("[detect.several-roots]"), std::string::npos) << both.err;
  EXPECT_NE(both.err.find("adf.root"), std::string::npos) << both.err;
  folder.write("tidegate.yaml", "apiVersion: tidegate/v1\nadf: {root: b}\n");
  const Answer one = detect(folder.path());
  EXPECT_EQ(one.code, ExitCode::success) << one.err;
  EXPECT_EQ(one.out.find(" in a/"), std::string::npos) << one.out;
  EXPECT_EQ(one.err, "");
}

TEST(Detect, reads_the_files_as_they_lie_without_ignored_ones) {
  const TemporaryFolder folder;
  test::git(folder.path(), {"init", "-q"});
  folder.write(".gitignore", "build/\n");
  folder.write("build/pipeline/p.json", pipeline);
  EXPECT_EQ(detect(folder.path()).code, ExitCode::not_ours);
  folder.write("adf/pipeline/new.json", pipeline);  // neither added nor committed
  const Answer answer = detect(folder.path());
  EXPECT_EQ(answer.code, ExitCode::success);
  EXPECT_EQ(answer.out.find("build/"), std::string::npos) << answer.out;
}

TEST(Detect, names_what_is_left_out) {
  const TemporaryFolder folder;
  folder.write("pipeline/p.json", pipeline);
  folder.write("config/a.pem", "k");
  folder.write("libs/a.jar", "version https://git-lfs.github.com/spec/v1\noid sha256:" +
                                 std::string(64, 'a') + "\nsize 5\n");
  folder.write("sub/.git", "gitdir: elsewhere\n");
  ASSERT_EQ(::symlink("/etc", (folder.path() + "/link").c_str()), 0);
  const Answer answer = detect(folder.path());
  EXPECT_TRUE(has_line(answer.out, "PASSED adf: 1 pipeline at the top")) << answer.out;
  EXPECT_TRUE(has_line(answer.out, "SKIPPED denied: 1 path never packed (config/a.pem)"))
      << answer.out;
  EXPECT_TRUE(has_line(answer.out,
                       "SKIPPED lfs: 1 path only an LFS pointer, run `git lfs pull` (libs/a.jar)"))
      << answer.out;
  EXPECT_TRUE(has_line(answer.out,
                       "SKIPPED repositories: 1 path with a repository of its own, not read (sub)"))
      << answer.out;
  EXPECT_TRUE(has_line(
      answer.out, "SKIPPED symlinks: 1 path a symlink that leads to no file of this folder (link)"))
      << answer.out;
}

// Of a submodule only what is not here is worth a line; its notebooks are not the service's.
TEST(Detect, names_submodules_that_are_not_here) {
  const TemporaryFolder folder;
  folder.write("lib/load.py", "# Databricks notebook source\n");
  folder.write("lib/pipeline/p.json", pipeline);
  folder.write("main/adf/pipeline/p.json", pipeline);
  for (const char* name : {"lib", "main"}) {
    test::git(folder.path() + "/" + name, {"init", "-q"});
    test::git(folder.path() + "/" + name, {"add", "-A"});
    test::git(folder.path() + "/" + name, {"commit", "-q", "-m", "c"});
  }
  test::git(folder.path() + "/main", {"-c", "protocol.file.allow=always", "submodule", "add", "-q",
                                      folder.path() + "/lib", "common"});
  test::git(folder.path() + "/main", {"commit", "-q", "-m", "c"});
  const Answer here = detect(folder.path() + "/main");
  EXPECT_TRUE(has_line(here.out, "PASSED adf: 1 pipeline in adf/")) << here.out;
  EXPECT_NE(here.out.find("SKIPPED notebooks"), std::string::npos) << here.out;
  EXPECT_EQ(here.out.find("submodules"), std::string::npos) << here.out;
  test::git(folder.path() + "/main", {"submodule", "deinit", "-q", "--all"});
  const Answer answer = detect(folder.path() + "/main");
  EXPECT_TRUE(has_line(answer.out, "SKIPPED submodules: 1 path whose files are not here, run `git "
                                   "submodule update --init` (common)"))
      << answer.out;
}

TEST(Detect, json_has_the_same_facts) {
  const TemporaryFolder folder;
  write_service(folder);
  folder.write("b/pipeline/p.json", pipeline);
  folder.write("libs/latin-\xE9.jar", "PK");
  const Answer answer = detect(folder.path(), true);
  EXPECT_EQ(answer.code, ExitCode::success);
  const Result<document::DocumentPtr> parsed = document::parse_json("out", answer.out);
  ASSERT_TRUE(parsed.ok()) << render_diagnostic(parsed.failure()) << answer.out;
  const document::Node root = (*parsed)->root();
  EXPECT_EQ(root["schema"].as_string(), "tidegate/detect/1");
  EXPECT_TRUE(root["ours"].as_boolean());
  EXPECT_EQ(root["flavours"].at(0).as_string(), "adf_databricks");
  EXPECT_EQ(root["source"]["kind"].as_string(), "folder");
  EXPECT_EQ(root["findings"].at(0)["code"].as_string(), "detect.several-roots");
  std::string lines;
  for (const document::Node marker : root["markers"]) {
    lines += (marker["passed"].as_boolean() ? "PASSED " : "SKIPPED ") +
             std::string(marker["name"].as_string()) + ": " +
             std::string(marker["reason"].as_string()) + "\n";
  }
  EXPECT_EQ(lines, detect(folder.path()).out);
  EXPECT_EQ(root["markers"].at(1)["kinds"]["pipeline"].as_integer(), 2);
}

TEST(Detect, every_repository_of_the_corpus_is_ours) {
  const std::optional<std::string> shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared corpus is not there";
  std::size_t repositories = 0;
  for (const auto& entry : fs::directory_iterator(*shared + "/corpus/adf")) {
    if (!entry.is_directory()) continue;
    ++repositories;
    const Answer answer = detect(entry.path().string());
    EXPECT_EQ(answer.code, ExitCode::success) << entry.path() << answer.err;
    EXPECT_NE(answer.out.find("PASSED adf: "), std::string::npos) << entry.path() << answer.out;
  }
  EXPECT_EQ(repositories, 7U);
}

class InFolder {
 public:
  explicit InFolder(const std::string& folder) : before_(fs::current_path()) {
    fs::current_path(folder);
  }
  InFolder(const InFolder&) = delete;
  InFolder& operator=(const InFolder&) = delete;
  ~InFolder() { fs::current_path(before_); }

 private:
  fs::path before_;
};

Answer buildpack(const std::map<std::string, std::string>& variables,
                 const std::vector<std::string>& arguments) {
  system::MemoryTerminal terminal;
  const system::MemoryEnvironment environment(variables);
  cli::Context context{terminal, environment};
  const ExitCode code = run_buildpack_detect(context, arguments);
  return {.code = code, .out = terminal.out_text, .err = terminal.err_text};
}

TEST(Buildpack, writes_the_plan_where_the_environment_says_then_the_argument) {
  const TemporaryFolder service, plans;
  write_service(service);
  const InFolder there(service.path());
  const std::string first = plans.path() + "/first.toml", second = plans.path() + "/second.toml";
  const Answer by_variable = buildpack({{"CNB_BUILD_PLAN_PATH", first}}, {"/platform", second});
  EXPECT_EQ(by_variable.code, ExitCode::success) << by_variable.err;
  EXPECT_TRUE(by_variable.out.find("PASSED adf: 2 pipelines") != std::string::npos)
      << by_variable.out;
  EXPECT_EQ(
      *system::read_file(first),
      "[[provides]]\nname = \"tidegate-artifact\"\n\n[[requires]]\nname = \"tidegate-artifact\"\n\n"
      "[requires.metadata]\nflavours = [\"adf_databricks\"]\n");
  EXPECT_FALSE(fs::exists(second));
  EXPECT_EQ(buildpack({}, {"/platform", second}).code, ExitCode::success);
  EXPECT_TRUE(fs::exists(second));
  EXPECT_EQ(buildpack({}, {"/platform"}).code, ExitCode::usage);
  const Answer unwritable = buildpack({}, {"/platform", plans.path() + "/none/plan.toml"});
  EXPECT_NE(unwritable.code, ExitCode::success);
  EXPECT_NE(unwritable.err.find("[system.write-failed]"), std::string::npos) << unwritable.err;
}

TEST(Buildpack, writes_no_plan_when_not_ours) {
  const TemporaryFolder other, plans;
  const InFolder there(other.path());
  EXPECT_EQ(buildpack({}, {"/platform", plans.path() + "/plan.toml"}).code, ExitCode::not_ours);
  EXPECT_TRUE(fs::is_empty(plans.path()));
}

TEST(CommandLine, takes_folder_and_format) {
  const TemporaryFolder folder;
  write_service(folder);
  const auto run = [&](const std::vector<std::string>& arguments) {
    const commandline::Program program("test", "");
    cli::Action action;
    cli::add_detect(program.root(), action);
    if (const auto answer = program.parse(arguments)) return std::make_pair(answer->exit, answer->err);
    system::MemoryTerminal terminal;
    const system::MemoryEnvironment environment({});
    cli::Context context{terminal, environment};
    const ExitCode code = action(context);
    return std::make_pair(code, terminal.out_text);
  };
  const auto json = run({"detect", folder.path(), "--format", "json"});
  EXPECT_EQ(json.first, ExitCode::success);
  EXPECT_TRUE(json.second.starts_with("{"));
  EXPECT_TRUE(run({"detect", folder.path()}).second.starts_with("SKIPPED manifest"));
  const auto wrong = run({"detect", "--format", "xml"});
  EXPECT_EQ(wrong.first, ExitCode::usage);
  EXPECT_TRUE(wrong.second.starts_with("test: --format: xml not in {text,json}\n")) << wrong.second;
}

}  // namespace
}  // namespace tidegate
