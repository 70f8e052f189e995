// SPDX-License-Identifier: Apache-2.0
// The buildpack under a small platform (test/support/cnb_platform.py), and that platform itself: its exits are those of
// the lifecycle 0.21.17.
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "signature/provenance.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::TemporaryFolder;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";
const std::string harness = TIDEGATE_SOURCE_DIR "/test/support/cnb_platform.py";
const std::string buildpack = fs::path(TIDEGATE_BIN_DIR).parent_path().string() + "/buildpack";

system::ProcessResult run_platform(std::vector<std::string> words) {
  words.insert(words.begin(), {"/usr/bin/python3", harness});
  const auto result = system::run_process({.argv = std::move(words)});
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : system::ProcessResult{};
}

// Every user may read and enter it.
void open_folder(const std::string& folder) {
  for (fs::path path = folder; path.string().size() > 1; path = path.parent_path()) {
    std::error_code ignored;
    fs::permissions(path, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read | fs::perms::others_exec, ignored);
    if (path.parent_path() == fs::temp_directory_path()) break;
  }
}

// A buildpack of shell scripts.
struct Case {
  int number = 0;
  std::string what{};
  int exit = 0;
  std::string detect = "exit 0";
  std::string build = "exit 0";
  std::string top = "api = \"0.10\"\n";
  std::string descriptor{};  // lines of [buildpack]
  std::string tail{};        // further tables
  std::vector<std::string> words{};
  bool executable = true;
  bool link = false;
};

const std::string provides = "printf '[[provides]]\\nname=\"x\"\\n[[requires]]\\nname=\"x\"\\n' > \"$2\"; exit 0";

std::vector<Case> contract() {
  return {
      {.number = 1, .what = "detect says 100", .exit = 20, .detect = "exit 100"},
      {.number = 2, .what = "detect exits 3", .exit = 21, .detect = "exit 3"},
      {.number = 3, .what = "plan is no TOML", .exit = 21, .detect = "echo '[[' > \"$2\""},
      {.number = 4, .what = "requires.version at the top level", .exit = 21,
       .detect = "printf '[[provides]]\\nname=\"x\"\\n[[requires]]\\nname=\"x\"\\nversion=\"1\"\\n' > \"$2\""},
      {.number = 5, .what = "provides what nobody requires", .exit = 20, .detect = "printf '[[provides]]\\nname=\"x\"\\n' > \"$2\""},
      {.number = 6, .what = "empty plan", .exit = 0},
      {.number = 7, .what = "SBOM type not declared", .exit = 52, .detect = provides, .build = "echo '{}' > \"$1/a.sbom.spdx.json\""},
      {.number = 8, .what = "build exits 7", .exit = 51, .detect = provides, .build = "exit 7"},
      {.number = 9, .what = "types at the top level of a layer file", .exit = 52, .build = "mkdir \"$1/a\"; echo 'launch = true' > \"$1/a.toml\""},
      {.number = 10, .what = "exec-env production, run as test", .exit = 20, .descriptor = "exec-env = [\"production\"]\n", .words = {"--exec-env", "test"}},
      {.number = 11, .what = "[[buildpack.exec-env]] table", .exit = 1, .tail = "[[buildpack.exec-env]]\nname = \"production\"\n"},
      {.number = 12, .what = "api 0.13", .exit = 12, .top = "api = \"0.13\"\n"},
      {.number = 13, .what = "clear-env: platform env not exported", .exit = 0,
       .detect = "test -z \"${USER_SECRET+set}\" && test \"$(cat \"$1/env/USER_SECRET\")\" = s", .descriptor = "clear-env = true\n", .words = {"--env", "USER_SECRET=s"}},
      {.number = 14, .what = "target only arm64", .exit = 21, .tail = "[[targets]]\nos = \"linux\"\narch = \"arm64\"\n"},
      {.number = 15, .what = "process.direct", .exit = 52, .build = "printf '[[processes]]\\ntype=\"web\"\\ncommand=[\"a\"]\\ndirect=true\\n' > \"$1/launch.toml\""},
      {.number = 16, .what = "detect not executable", .exit = 21, .executable = false},
      {.number = 17, .what = "command as string", .exit = 52, .build = "printf '[[processes]]\\ntype=\"web\"\\ncommand=\"a\"\\n' > \"$1/launch.toml\""},
      {.number = 18, .what = "layer named store", .exit = 0, .build = "mkdir \"$1/store\""},
      {.number = 19, .what = "the second [[or]] fits", .exit = 0,
       .detect = "printf '[[provides]]\\nname=\"x\"\\n[[or]]\\n[[or.provides]]\\nname=\"y\"\\n[[or]]\\n[[or.provides]]\\nname=\"z\"\\n[[or.requires]]\\nname=\"z\"\\n' > \"$2\""},
      {.number = 20, .what = "only an optional buildpack, which fails", .exit = 20, .detect = "exit 3", .words = {"--optional"}},
      {.number = 21, .what = "bin/detect is a link", .exit = 0, .link = true},
  };
}

void write_program(const std::string& path, const std::string& script, bool executable) {
  ASSERT_TRUE(system::write_file(path, "#!/bin/sh\n" + script + "\n").ok());
  ::chmod(path.c_str(), executable ? 0755 : 0644);
}

TEST(Platform, ends_like_the_lifecycle_in_the_21_cases) {
  const std::vector<Case> cases = contract();
  ASSERT_EQ(cases.size(), 21U);
  for (const Case& one : cases) {
    const TemporaryFolder folder;
    const std::string pack = folder.path() + "/pack";
    fs::create_directories(pack + "/bin");
    fs::create_directories(folder.path() + "/app");
    write_program(pack + "/bin/" + (one.link ? "program" : "detect"), one.detect, one.executable);
    if (one.link) fs::create_symlink("program", pack + "/bin/detect");
    write_program(pack + "/bin/build", one.build, true);
    ASSERT_TRUE(system::write_file(pack + "/buildpack.toml", one.top + "[buildpack]\nid = \"t/case\"\nversion = \"1.0.0\"\n" + one.descriptor + one.tail).ok());
    open_folder(pack);
    open_folder(folder.path() + "/app");
    std::vector<std::string> words{"--buildpack", pack, "--app", folder.path() + "/app", "--work", folder.path() + "/run"};
    words.insert(words.end(), one.words.begin(), one.words.end());
    const auto result = run_platform(words);
    EXPECT_EQ(result.exit_code, one.exit) << one.number << " " << one.what << "\n" << result.err;
  }
}

class BuildpackRun : public testing::Test {
 protected:
  void SetUp() override {
    test::make_repository(sample, app_);
    open_folder(app_);
    for (const auto& entry : fs::recursive_directory_iterator(app_)) fs::permissions(entry.path(), fs::perms::others_read | (entry.is_directory() ? fs::perms::others_exec : fs::perms::none), fs::perm_options::add);
    copy_buildpack();
  }
  // The program may lie where an ordinary user cannot go.
  void copy_buildpack() {
    fs::create_directories(pack_ + "/bin");
    fs::copy_file(std::string(TIDEGATE_BIN_DIR) + "/tidegate", pack_ + "/bin/tidegate");
    for (const char* step : {"detect", "build"}) fs::create_symlink("tidegate", pack_ + "/bin/" + step);
    fs::copy_file(buildpack + "/buildpack.toml", pack_ + "/buildpack.toml");
    open_folder(pack_ + "/bin");
  }
  system::ProcessResult run(std::vector<std::string> more = {}) {
    std::vector<std::string> words{"--buildpack", pack_, "--app", app_, "--work", folder_.path() + "/run"};
    words.insert(words.end(), more.begin(), more.end());
    if (::geteuid() == 0 && system::find_program("unshare") && system::find_program("setpriv")) words.push_back("--offline");
    return run_platform(words);
  }

  const TemporaryFolder folder_{};
  const std::string app_ = folder_.path() + "/app";
  const std::string pack_ = folder_.path() + "/pack";
  const std::string layers_ = folder_.path() + "/run/layers/tidegate_data-pipeline";
};

TEST_F(BuildpackRun, makes_a_layer_labels_and_an_sbom_as_an_ordinary_user_without_network) {
  const auto first = run();
  ASSERT_EQ(first.exit_code, 0) << first.out << first.err;
  EXPECT_NE(first.out.find("PASSED adf: 3 pipelines"), std::string::npos) << first.out;
  EXPECT_TRUE(fs::exists(layers_ + "/artifact/META/manifest.json"));
  EXPECT_TRUE(fs::exists(layers_ + "/artifact/terraform/variables.tf.json"));
  EXPECT_EQ(*system::read_file(layers_ + "/artifact.sbom.cdx.json"), *system::read_file(layers_ + "/artifact/META/sbom.cdx.json"));
  const std::string launch = *system::read_file(layers_ + "/launch.toml");
  EXPECT_NE(launch.find("io.tidegate.artifact.identity"), std::string::npos) << launch;
  // The same as on the command line.
  const auto built = test::run_program("tidegate", {"build", app_, "-o", folder_.path() + "/out"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const std::string identity = built.out.substr(built.out.find("sha256:"), 71);
  EXPECT_NE(launch.find("value = \"" + identity + "\""), std::string::npos) << launch;
  const std::string types = *system::read_file(layers_ + "/artifact.toml");
  EXPECT_TRUE(types.starts_with("[types]\nlaunch = true\ncache = true\n")) << types;
}

// How the artifact was built lies in the image, and says the same however often it is built.
TEST_F(BuildpackRun, keeps_the_provenance_in_a_layer_of_its_own) {
  const std::string file = layers_ + "/provenance/provenance.json";
  ASSERT_EQ(run().exit_code, 0);
  const std::string text = *system::read_file(file),
                    launch = *system::read_file(layers_ + "/launch.toml");
  EXPECT_TRUE(system::read_file(layers_ + "/provenance.toml")
                  ->starts_with("[types]\nlaunch = true\ncache = true\n"));
  EXPECT_NE(launch.find("io.tidegate.artifact.provenance\"\nvalue = \"sha256:" +
                        system::sha256_hex(text) + "\""),
            std::string::npos)
      << launch;
  const auto parsed = signature::parse_provenance("provenance.json", text);
  ASSERT_TRUE(parsed.ok()) << render_diagnostic(parsed.failure());
  EXPECT_EQ(parsed->builder, "urn:tidegate:builder:buildpack");
  EXPECT_TRUE(parsed->invocation.empty() && parsed->started.empty() && parsed->finished.empty());
  const std::string identity =
      "io.tidegate.artifact.identity\"\nvalue = \"sha256:" + parsed->identity + "\"";
  EXPECT_NE(launch.find(identity), std::string::npos) << launch;
  EXPECT_EQ(parsed->byproducts.at(0).digest,
            system::sha256_hex(*system::read_file(layers_ + "/artifact.sbom.cdx.json")));
  // The identity is that of the folder in the other layer: plain tools say so.
  const auto plain = system::run_process(
      {.argv = {"sh", "-ec",
                "find . -type f -printf '%P\\n' | LC_ALL=C sort | tar --format=gnu --owner=0 "
                "--group=0 --numeric-owner --mtime=@315532801 "
                "--blocking-factor=1 --no-recursion -T - -cf - | sha256sum"},
       .directory = layers_ + "/artifact"});
  ASSERT_TRUE(plain.ok());
  EXPECT_EQ(plain->out.substr(0, 64), parsed->identity) << plain->err;
  // Kept or built anew: the same bytes.
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(*system::read_file(file), text);
  fs::remove_all(folder_.path() + "/run");
  ASSERT_EQ(run().exit_code, 0);
  EXPECT_EQ(*system::read_file(file), text);
  EXPECT_EQ(*system::read_file(layers_ + "/launch.toml"), launch);
  if (const auto missing = test::missing_validator()) GTEST_SKIP() << *missing;
  EXPECT_EQ(test::validate("provenance.schema.json", {text}), std::vector<std::string>{"ok"});
}

TEST_F(BuildpackRun, keeps_the_layer_of_equal_inputs_and_replaces_another) {
  ASSERT_EQ(run().exit_code, 0);
  const auto again = run();
  ASSERT_EQ(again.exit_code, 0) << again.err;
  EXPECT_NE(again.out.find("artifact kept: same inputs"), std::string::npos) << again.out;
  const auto other = run({"--env", "BP_TIDEGATE_VERSION=7.7"});
  ASSERT_EQ(other.exit_code, 0) << other.err;
  EXPECT_EQ(other.out.find("kept"), std::string::npos) << other.out;
  EXPECT_NE(system::read_file(layers_ + "/launch.toml")->find("value = \"7.7\""), std::string::npos);
}

// Platforms take .git away and say in project-metadata.toml what they have taken.
TEST_F(BuildpackRun, without_git_takes_the_commit_of_the_platform) {
  fs::remove_all(app_ + "/.git");
  const std::string commit(40, 'a'), other(40, 'b'), label = "io.tidegate.artifact.commit\"\nvalue = \"";
  const auto committed = [&] {
    const std::string text = *system::read_file(layers_ + "/launch.toml");
    return text.substr(text.find(label) + label.size(), 40);
  };
  const auto build = [&](std::vector<std::string> more) {
    const auto result = run(std::move(more));
    EXPECT_EQ(result.exit_code, 0) << result.out << result.err;
    return result.out + result.err;
  };
  build({"--env", "GIT_COMMIT=" + other});
  EXPECT_EQ(committed(), other);
  build({"--env", "GIT_COMMIT=" + std::string(40, 'c'), "--env", "GITHUB_SHA=" + other});
  EXPECT_EQ(committed(), other);
  // The layers of all buildpacks lie beside it, as pack and the lifecycle have it.
  const std::string file = folder_.path() + "/run/layers/project-metadata.toml";
  ASSERT_TRUE(system::write_file(file, "[source]\n  type = \"git\"\n  [source.metadata]\n    refs = [\"main\"]\n    url = \"https://me:secret@host/x\"\n"
                                       "    revision = \"main\"\n  [source.version]\n    commit = \"" + commit + "\"\n").ok());
  const std::string said = build({"--env", "GITHUB_SHA=" + other});
  EXPECT_EQ(committed(), commit);
  const auto told =
      signature::parse_provenance("p", *system::read_file(layers_ + "/provenance/provenance.json"));
  ASSERT_TRUE(told.ok());
  EXPECT_EQ(told->external.at(0).second, "https://host/x");
  EXPECT_EQ(told->external.at(1).second, "main");
  EXPECT_EQ(told->materials.at(0).uri, "git+https://host/x@" + commit);
  EXPECT_NE(said.find("commit " + commit + " (project-metadata.toml: https://host/x, main)"), std::string::npos) << said;
  EXPECT_EQ(said.find("secret"), std::string::npos);
  ASSERT_TRUE(system::write_file(file, "[source\ntype = \"git\"\n").ok());
  EXPECT_NE(build({"--env", "GITHUB_SHA=" + other}).find("project-metadata.toml:1:8"), std::string::npos);
  EXPECT_EQ(committed(), other);
  fs::remove(file);
  build({});
  EXPECT_EQ(committed().substr(0, 7), "unknown");
}

TEST_F(BuildpackRun, in_the_folder_of_the_platform_the_metadata_count_first) {
  fs::remove_all(app_ + "/.git");
  const std::string layers = folder_.path() + "/l/own", platform = folder_.path() + "/p", commit(40, 'a');
  fs::create_directories(layers);
  fs::create_directories(platform + "/env");
  ASSERT_TRUE(system::write_file(platform + "/project-metadata.toml", "source = { type = 'git', version = { commit = '" + commit + "' } }\n").ok());
  ASSERT_TRUE(system::write_file(folder_.path() + "/l/project-metadata.toml", "[source]\ntype = 'git'\nversion.commit = '" + std::string(40, 'b') + "'\n").ok());
  const auto built = system::run_process({.argv = {pack_ + "/bin/build", layers, platform, platform + "/plan"}, .directory = app_});
  ASSERT_TRUE(built.ok() && built->exit_code == 0) << built->err;
  EXPECT_NE(system::read_file(layers + "/launch.toml")->find(commit), std::string::npos);
}

TEST_F(BuildpackRun, says_not_ours_and_passes_failures_on) {
  fs::create_directories(folder_.path() + "/empty");
  open_folder(folder_.path() + "/empty");
  const auto not_ours = run_platform({"--buildpack", pack_, "--app", folder_.path() + "/empty", "--work", folder_.path() + "/w2"});
  EXPECT_EQ(not_ours.exit_code, 20) << not_ours.err;
  EXPECT_EQ(run({"--env", "BP_TIDEGATE_VERSION=+"}).exit_code, 51);
  EXPECT_FALSE(fs::exists(layers_ + "/artifact"));
}

// The same inputs given as arguments only.
TEST_F(BuildpackRun, takes_arguments_where_the_environment_says_nothing) {
  const std::string layers = folder_.path() + "/l", plan = folder_.path() + "/plan.toml";
  fs::create_directories(layers);
  fs::create_directories(folder_.path() + "/p/env");
  const auto detected = system::run_process({.argv = {pack_ + "/bin/detect", folder_.path() + "/p", plan}, .directory = app_});
  ASSERT_TRUE(detected.ok() && detected->exit_code == 0) << detected->err;
  EXPECT_NE(system::read_file(plan)->find("[[provides]]\nname = \"tidegate-artifact\""), std::string::npos);
  const auto built = system::run_process({.argv = {pack_ + "/bin/build", layers, folder_.path() + "/p", plan}, .directory = app_});
  ASSERT_TRUE(built.ok() && built->exit_code == 0) << built->err;
  EXPECT_TRUE(fs::exists(layers + "/artifact/META/manifest.json"));
  const auto nothing = system::run_process({.argv = {pack_ + "/bin/build"}, .directory = app_});
  EXPECT_EQ(nothing->exit_code, 64);
}

}  // namespace
}  // namespace tidegate
