// SPDX-License-Identifier: Apache-2.0
// Which files of a repository reach the artifact: patterns of tidegate.yaml, what Terraform reads,
// what Python imports.
#include <gtest/gtest.h>

#include "support/service.hpp"
#include "support/shared.hpp"
#include "support/zip.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

using test::find_artifact;
using test::make_repository;
using test::run_program;
using test::TemporaryFolder;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";

class Selection : public testing::Test {
 protected:
  void SetUp() override {
    make_repository(sample, service_);
    manifest_ = *system::read_file(service_ + "/tidegate.yaml");
  }
  void write(const std::string& path, const std::string& text) { folder_.write("s/" + path, text); }
  void settings(const std::string& build) {
    write("tidegate.yaml", manifest_ + "build: " + build + "\n");
  }
  system::ProcessResult run(std::vector<std::string> words) {
    words.insert(words.begin() + 1, service_);
    if (words.front() == "build") words.emplace_back("--worktree");  // check does so by itself
    return run_program("tidegate", words);
  }
  std::string packed() {  // one path a line
    const auto result = run({"build", "--dry-run", "-o", folder_.path() + "/out"});
    EXPECT_EQ(result.exit_code, 0) << result.err;
    return "\n" + result.out;
  }
  std::string complaints() {
    return run({"build", "--dry-run", "-o", folder_.path() + "/out"}).err;
  }
  std::string explain(const std::string& file) {
    const auto result = run_program("tidegate", {"explain", file, service_, "--worktree"});
    return result.out + result.err;
  }
  static bool has(const std::string& text, const std::string& part) {
    return text.find(part) != std::string::npos;
  }

  const TemporaryFolder folder_{};
  const std::string service_ = folder_.path() + "/s";
  std::string manifest_{};
};

TEST_F(Selection, patterns_are_those_of_gitignore) {
  for (const char* path :
       {"docs/a.md", "docs/deep/b.md", "docs/plan.md", "readme.txt", "sub/readme.txt", "notes.tmp"})
    write(path, "x");
  settings("{include: [\"docs/\", /readme.txt]}");
  std::string files = packed();
  for (const char* path : {"docs/a.md", "docs/deep/b.md", "docs/plan.md", "readme.txt"})
    EXPECT_TRUE(has(files, "\nfiles/included/" + std::string(path) + "\n")) << path << files;
  EXPECT_FALSE(has(files, "sub/readme.txt"));

  settings(
      "{include: [\"docs/*\", \"!docs/plan.md\", \"**/readme.txt\"], exclude: [\"docs/deep/\"]}");
  files = packed();
  EXPECT_TRUE(has(files, "files/included/docs/a.md\n") &&
              has(files, "files/included/sub/readme.txt\n"))
      << files;
  EXPECT_FALSE(has(files, "docs/plan.md") || has(files, "docs/deep")) << files;
  EXPECT_TRUE(has(explain("docs/plan.md"), "`!docs/plan.md` in build.include of tidegate.yaml:"))
      << explain("docs/plan.md");
  EXPECT_TRUE(
      has(explain("docs/deep/b.md"), "left out: `docs/deep/` in build.exclude of tidegate.yaml:"))
      << explain("docs/deep/b.md");
  EXPECT_TRUE(has(explain("docs/a.md"), "rule     `docs/*` in build.include of tidegate.yaml:"))
      << explain("docs/a.md");
}

TEST_F(Selection, patterns_of_no_use_are_named_with_their_place) {
  write("docs/plan.md", "x");
  settings(
      "{include: [\"docs/\", \"!docs/plan.md\", \"dcos/\"], exclude: ['notebooks\\ingest\\', "
      "\"/plan.md\"]}");
  for (const std::string& err : {complaints(), run({"check"}).out}) {
    EXPECT_TRUE(
        has(err, "`dcos/` in build.include fits no file of the service [build.pattern-unused]"))
        << err;
    EXPECT_TRUE(has(err, "`!docs/plan.md` in build.include lets go of nothing")) << err;
    EXPECT_TRUE(has(err, "did you mean `notebooks/ingest/`?")) << err;
    EXPECT_TRUE(has(err, "did you mean `**/plan.md`?")) << err;
    const std::string before = err.substr(0, err.find("`dcos/`"));
    EXPECT_TRUE(has(before, "tidegate.yaml:")) << err;
  }
}

TEST_F(Selection, what_is_referenced_cannot_be_excluded) {
  settings("{exclude: [\"*.schema.json\"]}");
  const std::string err = complaints();
  EXPECT_TRUE(has(
      err, "is referenced, but build.exclude of tidegate.yaml leaves it out [build.excluded-file]"))
      << err;
}

TEST_F(Selection, what_terraform_reads_travels_at_its_place) {
  write(
      "terraform/reads.tf",
      "module \"names\" {\n  source = \"../shared/names\"\n}\n"
      "output \"job\" {\n  value = yamldecode(file(\"${path.module}/jobs/load.yaml\")).name\n}\n"
      "output \"quality\" {\n  value = filesha256(\"${path.module}/../config/quality.json\")\n}\n");
  write("terraform/jobs/load.yaml", "name: load\n");
  write("shared/names/main.tf",
        "output \"x\" {\n  value = templatefile(\"${path.module}/x.tpl\", {})\n}\n");
  write("shared/names/x.tpl", "x");
  write("shared/names/readme.md", "x");
  const std::string files = packed();
  for (const char* path : {"terraform/jobs/load.yaml", "config/quality.json",
                           "shared/names/main.tf", "shared/names/x.tpl"})
    EXPECT_TRUE(has(files, "\n" + std::string(path) + "\n")) << path << files;
  EXPECT_FALSE(has(files, "readme.md"));
  EXPECT_TRUE(
      has(explain("shared/names/x.tpl"), "because  Terraform reads it: shared/names/main.tf:2:24"))
      << explain("shared/names/x.tpl");
}

// The artifact, unpacked anywhere, is all that Terraform needs.
TEST_F(Selection, terraform_finds_what_it_reads_in_the_artifact) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "no terraform";
  write("terraform/reads.tf",
        "module \"names\" {\n  source = \"../shared/names\"\n}\noutput \"j\" {\n  value = [for f "
        "in fileset(path.module, \"jobs/*.yaml\") : file(\"${path.module}/${f}\")]\n}\n");
  write("terraform/jobs/load.yaml", "name: load\n");
  write("shared/names/main.tf",
        "output \"x\" {\n  value = templatefile(\"${path.module}/x.tpl\", {})\n}\n");
  write("shared/names/x.tpl", "of the module");
  const std::string out = folder_.path() + "/out";
  const auto built = run({"build", "-o", out});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const std::string there = folder_.path() + "/there";
  const auto asked = system::run_process(
      {.argv = {"sh", "-ec",
                "mkdir \"$1\"; tar -xzf \"$0\" -C \"$1\"; cd \"$1\"; mkdir try; cp -r shared try/; "
                "mkdir try/terraform; cp -r terraform/reads.tf terraform/jobs try/terraform/; "
                "cd try/terraform; \"$2\" init -input=false >/dev/null; \"$2\" plan -input=false "
                "-no-color",
                find_artifact(out), there, *terraform}});
  ASSERT_TRUE(asked.ok());
  EXPECT_EQ(asked->exit_code, 0) << asked->err;
  EXPECT_TRUE(has(asked->out, "name: load")) << asked->out;
}

TEST_F(Selection, what_terraform_lacks_is_named) {
  write("terraform/reads.tf",
        "locals {\n  a = file(\"${path.module}/none.txt\")\n  b = file(\"../../x\")\n  c = "
        "file(\"../keys/a.pem\")\n}\nmodule \"m\" {\n  source = \"Azure/x/azurerm\"\n}\n");
  write("keys/a.pem", "x");
  const auto check = run({"check"});
  EXPECT_EQ(check.exit_code, 20);
  EXPECT_TRUE(has(check.out,
                  "terraform/reads.tf:2:12: error: file reads terraform/none.txt, which is not in "
                  "the service [build.no-such-file]"))
      << check.out;
  EXPECT_TRUE(has(check.out, "[build.module-outside]") && has(check.out, "[build.module-fetched]"))
      << check.out;
}

TEST_F(Selection, secrets_are_named_by_check_as_by_build) {
  const std::string token = std::string("da") + "pi" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  write("config/tokens.json", "{\n  \"token\": \"" + token + "\"\n}\n");
  write("docs/plan.md", token);
  write("readme.md", token);  // is not packed
  settings("{include: [docs/]}");
  const auto check = run({"check"});
  const std::string built = complaints();
  EXPECT_EQ(check.exit_code, 20);
  for (const char* place : {"config/tokens.json:2:13: error: looks like a Databricks token",
                            "docs/plan.md:1:1: error: looks like a Databricks token"}) {
    EXPECT_TRUE(has(check.out, place)) << check.out;
    EXPECT_TRUE(has(built, place)) << built;
  }
  EXPECT_FALSE(has(check.out, "readme.md") || has(check.out, token)) << check.out;
  write("tidegate.yaml", manifest_ +
                             "checks:\n  accept:\n    - {code: build.secret, path: config/*, "
                             "reason: made up, owner: team-retail, expires: 2099-01-01}\n");
  EXPECT_FALSE(has(run({"check"}).out, "config/tokens.json:2:13: error"));
}

// As notebooks are: what is included is packed as it is, too.
TEST_F(Selection, values_of_an_environment_are_named_in_what_is_included) {
  const std::string host = "kv-shop.vault.azure.net";
  write("docs/run.md", "# How\n\nOpen https://" + host +
                           "/ or rg-dev-x, see `stretaildev.dfs.core.windows.net`.\n");
  write("docs/clean.md", "Read the host from the variable vault_host.\n");
  write("docs/picture.png", std::string("\x89PNG\r\n\0", 7) + host);
  write("docs/more.zip", test::make_zip({{"deep/job.yaml", "name: x\nhost: " + host + "\n"}}));
  write("docs/broken.zip", "PK no archive");
  write("checks/hosts.json",
        "[\"" + host + "\"]\n");  // lies beside the checks, and is packed with them
  write("other/run.md", host);    // is not packed
  settings("{include: [docs/]}");
  const auto check = run({"check"});
  const std::string built = complaints();
  EXPECT_EQ(check.exit_code, 20) << check.out;
  for (const std::string& said : {check.out, built}) {
    for (const char* line :
         {"docs/run.md:3:14: error: host \"kv-shop.vault.azure.net\" belongs to one environment "
          "[service.environment-in-artifact]",
          "docs/run.md:3:44: warning: name segment \"-dev-\"",
          "docs/run.md:3:57: error: the literal \"stretaildev.dfs.core.windows.net\" of binding "
          "\"lake_host\"",
          "docs/more.zip!deep/job.yaml:2:7: error: host", "checks/hosts.json:1:3: error: host",
          "docs/broken.zip: warning: not everything in it was searched"})
      EXPECT_TRUE(has(said, line)) << line << "\n" << said;
    EXPECT_FALSE(has(said, "clean.md") || has(said, "picture.png") || has(said, "other/run.md"))
        << said;
    EXPECT_EQ(said.find("docs/run.md:3:14"), said.rfind("docs/run.md:3:14")) << said;
  }
  write("tidegate.yaml",
        manifest_ +
            "build: {include: [docs/]}\nchecks:\n  severity: {spark.archive-not-searched: "
            "off}\n  accept:\n    - {code: service.environment-in-artifact, path: "
            "docs/**, reason: made up, owner: team-retail, expires: 2099-01-01}\n"
            "    - {code: service.environment-in-artifact, path: checks/*.json, reason: made "
            "up, owner: team-retail, expires: 2099-01-01}\n");
  const auto accepted = run({"check"});
  EXPECT_EQ(accepted.exit_code, 0) << accepted.out;
  EXPECT_TRUE(has(packed(), "\nfiles/included/docs/more.zip\n"));
}

// Also what is read for something else: the role of a file does not decide.
TEST_F(Selection, whatever_is_included_is_packed_once) {
  const std::string wheel = "dist/tools-1.0-py3-none-any.whl";
  write(wheel, test::make_zip({{"tools/__init__.py", "x = 1\n"},
                               {"tools-1.0.dist-info/METADATA",
                                "Metadata-Version: 2.1\nName: tools\nVersion: 1.0\n"}}));
  write("contract/readme.md", "x");
  settings("{include: [dist/*.whl, contract/readme.md, libs/pom.xml, config/, tidegate.yaml]}");
  const std::string files = packed();
  for (const char* path : {"contract/readme.md", "libs/pom.xml"}) {
    EXPECT_TRUE(has(files, "\nfiles/included/" + std::string(path) + "\n")) << path << files;
    EXPECT_TRUE(has(explain(path), "packed   as files/included/" + std::string(path)))
        << explain(path);
  }
  EXPECT_FALSE(has(files, "tidegate.yaml") || has(files, "files/included/config")) << files;
  // A wheel that nothing names is packed and uploaded, with pattern or without.
  EXPECT_TRUE(has(files, "\nfiles/config/" + wheel + "\n")) << files;
  EXPECT_EQ(files.find("tools-1.0"), files.rfind("tools-1.0")) << files;
  const std::string said = explain(wheel);
  EXPECT_TRUE(has(said, "role     wheel: Python wheel\n  packed   as files/config/" + wheel))
      << said;
  EXPECT_TRUE(has(said, "rule     `dist/*.whl` in build.include of tidegate.yaml:")) << said;
  ASSERT_EQ(run({"build", "-o", folder_.path() + "/real"}).exit_code, 0);
  const auto sbom = run_program("tidegate", {"sbom", find_artifact(folder_.path() + "/real")});
  EXPECT_TRUE(has(sbom.out, "\"purl\": \"pkg:pypi/tools@1.0\"") &&
              has(sbom.out, "files/config/" + wheel))
      << sbom.out;

  const std::string token = std::string("da") + "pi" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0";
  write(wheel, test::make_zip({{"tools/__init__.py", "token = '" + token + "'\n"}}));
  const std::string err = complaints();
  EXPECT_TRUE(has(err, wheel + "!tools/__init__.py:1:10: error: looks like a Databricks token"))
      << err;
  write(wheel, test::make_zip({{"tools/__init__.py", "host = 'kv-shop.vault.azure.net'\n"}}));
  EXPECT_TRUE(has(explain("libs/pom.xml"), "not packed: the build ends with errors"))
      << explain("libs/pom.xml");
}

TEST_F(Selection, imports_are_named) {
  write("libs/shop/__init__.py", "");
  write("libs/shop/tools.py", "from . import rates\n");
  write("libs/shop/rates.py", "x = 1\n");
  write("notebooks/ingest/prices.py",
        "# Databricks notebook source\nfrom shop.tools import x\nimport "
        "importlib\nimportlib.import_module(x)\n");
  EXPECT_TRUE(
      has(explain("libs/shop/tools.py"), "because  it is imported: notebooks/ingest/prices.py:2:6"))
      << explain("libs/shop/tools.py");
  EXPECT_TRUE(has(explain("libs/shop/rates.py"), "because  it is imported: libs/shop/tools.py:1:6"))
      << explain("libs/shop/rates.py");
  EXPECT_TRUE(
      has(run({"check", "--notes"}).out,
          "notebooks/ingest/prices.py:4:25: note: which module is imported here is computed"));
}

}  // namespace
}  // namespace tidegate
