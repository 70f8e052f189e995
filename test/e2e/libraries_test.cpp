// SPDX-License-Identifier: Apache-2.0
// `tidegate lock` and `tidegate build` against a Maven repository on the loopback interface.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "document/parse.hpp"
#include "support/fake_http.hpp"
#include "support/service.hpp"
#include "support/schema.hpp"
#include "support/shared.hpp"
#include "support/zip.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;
using test::TemporaryFolder;

std::string pom_text(const std::string& artifact, const std::string& inside) {
  return "<project><groupId>com.example</groupId><artifactId>" + artifact + "</artifactId><version>1.0</version>" +
         inside + "</project>\n";
}

std::string dependency(const std::string& artifact, const std::string& scope = "compile") {
  return "<dependency><groupId>com.example</groupId><artifactId>" + artifact + "</artifactId><version>1.0</version><scope>" +
         scope + "</scope></dependency>";
}

class Libraries : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : {"orders", "dates", "spark"}) publish_jar(name);
    publish("orders", "pom", pom_text("orders", "<dependencies>" + dependency("dates") + "</dependencies>"));
    publish("dates", "pom", pom_text("dates", ""));
    publish("spark", "pom", pom_text("spark", ""));
    write("adf/pipeline/load.json",
          R"({"name": "load", "properties": {"activities": [{"name": "run", "type": "DatabricksNotebook",
            "typeProperties": {"notebookPath": "/Shared/load", "libraries": [{"jar": "/Volumes/x/y/z/orders-1.0.jar"}]}}]}})");
    write("notebooks/load.py", "# Databricks notebook source\nprint(1)\n");
    write("libs/pom.xml", project("<dependencies>" + dependency("orders") + dependency("spark", "provided") + "</dependencies>"));
    write("tidegate.yaml", "apiVersion: tidegate/v1\nservice: shop\nowner: team\nlibraries: {pom: libs/pom.xml, repositories: [\"" +
                               server_.url("/releases") + "\"]}\n");
    write_file(home_ + "/settings.xml", "<settings/>");
    test::git(service_, {"init", "-q"});
    commit();
  }

  static std::string project(const std::string& inside) {
    return "<project><groupId>com.example</groupId><artifactId>app</artifactId><version>1</version>" + inside + "</project>\n";
  }
  void publish(const std::string& artifact, const std::string& extension, const std::string& bytes) {
    const std::string path = "/releases/com/example/" + artifact + "/1.0/" + artifact + "-1.0." + extension;
    files_[path] = bytes;
    files_[path + ".sha256"] = system::sha256_hex(bytes);
  }
  void publish_jar(const std::string& artifact, const std::string& text = "x") {
    publish(artifact, "jar", test::make_zip({{"com/example/" + artifact + ".txt", text}}));
  }
  static void write_file(const std::string& path, const std::string& text) {
    fs::create_directories(fs::path(path).parent_path());
    ASSERT_TRUE(system::write_file(path, text).ok());
  }
  void write(const std::string& path, const std::string& text) const { write_file(service_ + "/" + path, text); }
  void commit() const {
    test::git(service_, {"add", "-A"});
    test::git(service_, {"commit", "-q", "--allow-empty", "-m", "x"});
  }
  system::ProcessResult run(std::vector<std::string> arguments, const std::string& cache = "cache") const {
    arguments.insert(arguments.end(), {"--cache", folder_.path() + "/" + cache, "--settings", home_ + "/settings.xml"});
    return run_program("tidegate", arguments,
                       {{"HOME", home_}, {"no_proxy", "127.0.0.1"}, {"http_proxy", ""}, {"all_proxy", ""}});
  }
  system::ProcessResult build(std::vector<std::string> more = {}, const std::string& cache = "cache") const {
    fs::remove_all(folder_.path() + "/out");
    more.insert(more.begin(), {"build", service_, "-o", folder_.path() + "/out"});
    return run(std::move(more), cache);
  }
  // Makes the lock file and commits it.
  void lock() const {
    const auto locked = run({"lock", service_});
    ASSERT_EQ(locked.exit_code, 0) << locked.err;
    commit();
  }

  const TemporaryFolder folder_{};
  const std::string service_ = folder_.path() + "/service", home_ = folder_.path() + "/home";
  std::map<std::string, std::string> files_{};
  int lose_ = 0;  // so many answers get lost first
  const test::LoopbackHttp server_{[this](const test::Asked& asked) -> test::Reply {
    if (lose_ > 0) return --lose_, test::Reply{.silent = true};
    std::string path = asked.target;
    if (path.starts_with("/moved/")) return {.status = 302, .headers = {{"Location", "/releases/" + path.substr(7)}}};
    const auto found = files_.find(path);
    return found == files_.end() ? test::Reply{.status = 404} : test::Reply{.body = found->second};
  }};
};

TEST_F(Libraries, locked_ones_are_packed_and_named) {
  lose_ = 1;
  const auto locked = run({"lock", service_});
  ASSERT_EQ(locked.exit_code, 0) << locked.err;
  EXPECT_EQ(locked.out, "locked 2 libraries in libs/tidegate.lock.json\n");
  const std::string text = *system::read_file(service_ + "/libs/tidegate.lock.json");
  EXPECT_NE(text.find("\"via\": [\n        \"com.example:orders:1.0\"\n      ]"), std::string::npos) << text;
  EXPECT_EQ(text.find("spark"), std::string::npos) << "provided libraries are not packed";
  commit();
  EXPECT_EQ(run({"lock", service_}).out, "locked 2 libraries in libs/tidegate.lock.json, unchanged\n");
  const auto built = build();
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const auto inspected = run_program("tidegate", {"inspect", test::find_artifact(folder_.path() + "/out"), "--json"});
  for (const char* name : {"dates", "orders"}) {
    const std::string digest = system::sha256_hex(files_.at("/releases/com/example/" + std::string(name) + "/1.0/" + name + "-1.0.jar"));
    EXPECT_NE(inspected.out.find("\"digest\": \"" + digest + "\",\n      \"name\": \"dependency:com.example:" + name + ":1.0\""),
              std::string::npos) << inspected.out;
    EXPECT_NE(inspected.out.find(std::string("\"files/jars/libs/maven/com/example/") + name + "/1.0/" + name + "-1.0.jar\""),
              std::string::npos);
  }
  EXPECT_EQ(run_program("tidegate", {"verify", test::find_artifact(folder_.path() + "/out")}).exit_code, 0);
}

TEST_F(Libraries, the_cache_is_enough_offline) {
  lock();
  ASSERT_EQ(build().exit_code, 0);
  const std::size_t asked = server_.asked().size();
  const auto offline = build({"--offline"});
  EXPECT_EQ(offline.exit_code, 0) << offline.err;
  const auto empty = build({"--offline"}, "other");
  EXPECT_EQ(empty.exit_code, 40) << empty.err;
  EXPECT_NE(empty.err.find("[system.offline]"), std::string::npos) << empty.err;
  EXPECT_EQ(server_.asked().size(), asked);
}

TEST_F(Libraries, other_bytes_are_refused) {
  lock();
  publish_jar("dates", "replaced");
  const auto built = build({}, "other");
  EXPECT_EQ(built.exit_code, 20);
  EXPECT_NE(built.err.find("libs/tidegate.lock.json:"), std::string::npos) << built.err;
  EXPECT_NE(built.err.find("[spark.checksum-changed]"), std::string::npos) << built.err;
  EXPECT_TRUE(test::find_artifact(folder_.path() + "/out").empty());
}

TEST_F(Libraries, a_changed_pom_wants_a_new_lock) {
  lock();
  write("libs/pom.xml", project("<dependencies>" + dependency("dates") + "</dependencies>"));
  commit();
  const auto built = build();
  EXPECT_EQ(built.exit_code, 20);
  EXPECT_NE(built.err.find("[spark.lock-outdated]"), std::string::npos) << built.err;
  EXPECT_EQ(run({"lock", service_, "--check"}).exit_code, 20);
  EXPECT_EQ(run({"lock", service_}).exit_code, 0);
  EXPECT_EQ(run({"lock", service_, "--check"}).exit_code, 0);
}

TEST_F(Libraries, without_lock_the_activity_s_jar_is_missing) {
  const auto built = build();
  EXPECT_EQ(built.exit_code, 20);
  EXPECT_NE(built.err.find("[spark.not-locked]"), std::string::npos) << built.err;
  EXPECT_NE(built.err.find("run `tidegate lock`"), std::string::npos) << built.err;
}

TEST_F(Libraries, lock_says_what_is_wrong) {
  files_.erase("/releases/com/example/dates/1.0/dates-1.0.pom");
  const auto missing = run({"lock", service_});
  EXPECT_EQ(missing.exit_code, 20);
  EXPECT_NE(missing.err.find("com.example:dates:pom:1.0 is in none of the repositories"), std::string::npos) << missing.err;
  write("libs/pom.xml", project("<dependencies><dependency><groupId>g</groupId><artifactId>a</artifactId>"
                                "<version>[1,2)</version></dependency></dependencies>"));
  const auto range = run({"lock", service_});
  EXPECT_EQ(range.exit_code, 20);
  EXPECT_NE(range.err.find("[spark.unpinned-dependency]"), std::string::npos) << range.err;
  EXPECT_FALSE(fs::exists(service_ + "/libs/tidegate.lock.json"));
}

TEST_F(Libraries, redirects_are_followed) {
  write("tidegate.yaml", "apiVersion: tidegate/v1\nservice: shop\nlibraries: {pom: libs/pom.xml, repositories: [\"" +
                             server_.url("/moved") + "\"]}\n");
  const auto locked = run({"lock", service_});
  EXPECT_EQ(locked.exit_code, 0) << locked.err;
}

TEST_F(Libraries, passwords_come_from_the_settings_and_are_not_shown) {
  write("tidegate.yaml", "apiVersion: tidegate/v1\nservice: shop\nlibraries: {pom: libs/pom.xml}\n");
  write_file(home_ + "/settings.xml",
             "<settings><mirrors><mirror><id>m</id><mirrorOf>*</mirrorOf><url>" + server_.url("/releases") +
                 "</url></mirror></mirrors><servers><server><id>m</id><username>me</username><password>hidden</password>"
                 "</server></servers></settings>");
  const auto locked = run({"lock", service_});
  ASSERT_EQ(locked.exit_code, 0) << locked.err;
  EXPECT_EQ(server_.asked().back().header("Authorization"), "Basic bWU6aGlkZGVu");
  EXPECT_EQ((locked.out + locked.err).find("hidden"), std::string::npos);
  EXPECT_EQ(system::read_file(service_ + "/libs/tidegate.lock.json")->find("hidden"), std::string::npos);
}

TEST_F(Libraries, the_lock_file_fits_its_schema) {
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  lock();
  const std::string text = *system::read_file(service_ + "/libs/tidegate.lock.json");
  std::string wrong = text;
  wrong.replace(wrong.find("\"compile\""), 9, "\"test\"");
  const auto answers = test::validate("lock.schema.json", {text, wrong}, false);
  ASSERT_EQ(answers.size(), 2U) << answers[0];
  EXPECT_EQ(answers[0], "ok");
  EXPECT_NE(answers[1], "ok");
}

// A stand-in for mvn: what it is told, and what it leaves behind.
class Sources : public Libraries {
 protected:
  void SetUp() override {
    Libraries::SetUp();
    write("libs/pom.xml", project(""));
    write("libs/src/main/java/Main.java", "class Main {}\n");
    write("adf/pipeline/load.json",
          R"({"name": "load", "properties": {"activities": [{"name": "run", "type": "DatabricksNotebook",
            "typeProperties": {"notebookPath": "/Shared/load", "libraries": [{"jar": "dbfs:/libs/app-1.jar"}]}}]}})");
    commit();
    write_file(folder_.path() + "/app.jar", test::make_zip({{"x", "y"}}));
  }
  system::ProcessResult build_with(const std::string& script, const std::vector<std::string>& more = {}) const {
    const std::string bin = folder_.path() + "/bin";
    write_file(bin + "/mvn", "#!/bin/sh\n" + script);
    fs::permissions(bin + "/mvn", fs::perms::owner_exec, fs::perm_options::add);
    std::vector<std::string> arguments{"build", service_, "-o", folder_.path() + "/out", "--build-libraries"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run_program("tidegate", arguments, {{"HOME", home_}, {"PATH", bin + ":/usr/bin:/bin"}});
  }
};

TEST_F(Sources, become_a_jar_by_mvn) {
  const auto built = build_with("echo \"$@\" > " + folder_.path() + "/said\nls src/main/java > /dev/null || exit 3\nmkdir target && cp " +
                                    folder_.path() + "/app.jar target/app-1.jar\n",
                                {"--offline"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const std::string said = *system::read_file(folder_.path() + "/said");
  EXPECT_NE(said.find("package -DskipTests"), std::string::npos) << said;
  EXPECT_NE(said.find(" -o"), std::string::npos) << said;
  const auto inspected = run_program("tidegate", {"inspect", test::find_artifact(folder_.path() + "/out"), "--json"});
  EXPECT_NE(inspected.out.find("\"built:com.example:app:1\""), std::string::npos);
  EXPECT_NE(inspected.out.find("\"files/jars/libs/target/app-1.jar\""), std::string::npos);
  EXPECT_FALSE(fs::exists(service_ + "/libs/target")) << "the service itself stays as it is";
}

TEST_F(Sources, a_failing_mvn_is_quoted) {
  const auto built = build_with("echo '[INFO] x'; echo '[ERROR] COMPILATION ERROR'; exit 1\n");
  EXPECT_EQ(built.exit_code, 20);
  EXPECT_NE(built.err.find("mvn package fails: COMPILATION ERROR"), std::string::npos) << built.err;
  const auto nothing = build_with("exit 0\n");
  EXPECT_NE(nothing.err.find("[spark.maven-failed]"), std::string::npos) << nothing.err;
}

TEST_F(Sources, nothing_runs_unless_asked_for) {
  const auto built = build();
  EXPECT_EQ(built.exit_code, 20);
  EXPECT_NE(built.err.find("[spark.library-not-built]"), std::string::npos) << built.err;
}


}  // namespace
}  // namespace tidegate
