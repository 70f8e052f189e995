// SPDX-License-Identifier: Apache-2.0
// What gets into an artifact, what does not, and why: secrets, explain; and that surroundings have no say.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <random>

#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::find_artifact;
using test::git;
using test::make_repository;
using test::run_program;
using test::TemporaryFolder;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";

class Inputs : public testing::Test {
 protected:
  void SetUp() override { make_repository(sample, service_); }
  void add(const std::string& path, const std::string& text) {
    folder_.write("s/" + path, text);
    git(service_, {"add", "-fA"});
    git(service_, {"commit", "-qm", "add"});
  }
  std::string explain(const std::string& file, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"explain", file, service_};
    words.insert(words.end(), more.begin(), more.end());
    const auto result = run_program("tidegate", words);
    return result.out + result.err;
  }
  static std::string identity_of(const std::string& out) { return out.substr(out.find("sha256:"), 71); }

  const TemporaryFolder folder_{};
  const std::string service_ = folder_.path() + "/s";
};

// Made of pieces, so that this file holds no token.
std::string token() { return std::string("da") + "pi" + "0f1e2d3c4b5a69788796a5b4c3d2e1f0"; }

TEST_F(Inputs, a_secret_in_any_packed_file_stops_the_build_and_is_not_shown) {
  for (const char* path : {"config/tokens.json", "notebooks/ingest/update_watermark.py", "terraform/secret.tf", "checks/run.sh", "contract/orders.schema.json"}) {
    const TemporaryFolder folder;
    const std::string service = folder.path() + "/s";
    make_repository(sample, service);
    std::string text = system::read_file(service + "/" + path).ok() ? *system::read_file(service + "/" + path) : std::string();
    if (std::string_view(path).ends_with(".schema.json")) {
      text.replace(text.find("Number of the order"), 19, token());
    } else {
      text += (std::string_view(path).ends_with(".json") ? "[\"" + token() + "\"]" : "# " + token()) + "\n";
    }
    folder.write(std::string("s/") + path, text);
    git(service, {"add", "-A"});
    git(service, {"commit", "-qm", "token"});
    const auto built = run_program("tidegate", {"build", service, "-o", folder.path() + "/out"});
    EXPECT_EQ(built.exit_code, 20) << path << built.err;
    EXPECT_NE(built.err.find(std::string(path) + ":"), std::string::npos) << built.err;
    EXPECT_NE(built.err.find("looks like a Databricks token"), std::string::npos) << path << built.err;
    EXPECT_EQ(built.err.find(token()), std::string::npos) << path;
    EXPECT_TRUE(!fs::exists(folder.path() + "/out") || fs::is_empty(folder.path() + "/out"));
  }
}

TEST_F(Inputs, explain_names_the_rule_that_packed_or_dropped_a_file) {
  add("docs/readme.txt", "x");
  add("keys/deploy.pem", "x");
  EXPECT_NE(explain("adf/pipeline/pl_orders_daily.json").find("packed   as source/adf/pipeline/pl_orders_daily.json"), std::string::npos)
      << explain("adf/pipeline/pl_orders_daily.json");
  EXPECT_NE(explain("./notebooks/ingest/update_watermark.py").find("packed   as files/notebooks/"), std::string::npos);
  EXPECT_NE(explain("tidegate.yaml").find("dropped  read, not packed"), std::string::npos) << explain("tidegate.yaml");
  EXPECT_NE(explain("docs/readme.txt").find("`build.include` in tidegate.yaml packs it"), std::string::npos) << explain("docs/readme.txt");
  EXPECT_NE(explain("keys/deploy.pem").find("dropped  left out: never packed: *.pem"), std::string::npos) << explain("keys/deploy.pem");
  std::string manifest = *system::read_file(service_ + "/tidegate.yaml");
  add("tidegate.yaml", manifest + "build: {include: [\"docs/*\"], exclude: [\"config/ret*\"]}\n");
  EXPECT_NE(explain("docs/readme.txt").find("packed   as files/included/docs/readme.txt"), std::string::npos) << explain("docs/readme.txt");
  EXPECT_NE(explain("docs/readme.txt").find("rule     `docs/*` in build.include"), std::string::npos);
  EXPECT_NE(explain("config/retention.json").find("`config/ret*` in build.exclude of tidegate.yaml"), std::string::npos) << explain("config/retention.json");
}

TEST_F(Inputs, explain_finds_the_nearest_miss) {
  EXPECT_NE(explain("ADF/pipeline/PL_orders_daily.json").find("did you mean adf/pipeline/pl_orders_daily.json (other case)?"), std::string::npos);
  EXPECT_NE(explain("pl_orders_daily.json").find("did you mean adf/pipeline/pl_orders_daily.json (another folder)?"), std::string::npos);
  folder_.write("s/config/loose.json", "{}");
  EXPECT_NE(explain("config/loose.json").find("lies on disk, but is not in the commit that is built"), std::string::npos) << explain("config/loose.json");
  EXPECT_NE(explain("config/loose.json", {"--worktree"}).find("packed   as "), std::string::npos) << explain("config/loose.json", {"--worktree"});
  folder_.write("s/.gitignore", "*.tmp\n");
  folder_.write("s/config/x.tmp", "{}");
  EXPECT_NE(explain("config/x.tmp", {"--worktree"}).find("is ignored by git"), std::string::npos) << explain("config/x.tmp", {"--worktree"});
  EXPECT_EQ(run_program("tidegate", {"explain", "no/such/thing", service_}).exit_code, 11);
}

TEST_F(Inputs, processors_order_of_files_and_compiler_have_no_say) {
  const auto build = [&](const std::string& program, const std::string& prefix, const std::string& source, const std::string& name) {
    const auto result = system::run_process({.argv = {"bash", "-c", prefix + " \"$0\" build \"$1\" --version 1 -o \"$2\"", program, source, folder_.path() + "/" + name}});
    EXPECT_TRUE(result.ok() && result->exit_code == 0) << name << (result.ok() ? result->err : "");
    return identity_of(result->out);
  };
  const std::string own = std::string(TIDEGATE_BIN_DIR) + "/tidegate";
  const std::string first = build(own, "", service_, "o1");
  EXPECT_EQ(build(own, "taskset -c 0", service_, "o2"), first);
  // The same files, written the other way round, without git.
  const auto plain = [&](const std::string& target, const std::string& sorter) {
    const auto copied = system::run_process({.argv = {"bash", "-ec", "cd \"$0\"; find . -type f -not -path './.git/*' | LC_ALL=C " + sorter + " | while read -r f; do mkdir -p \"$1/$(dirname \"$f\")\"; cp \"$f\" \"$1/$f\"; done", service_, target}});
    EXPECT_TRUE(copied.ok() && copied->exit_code == 0) << copied->err;
  };
  fs::create_directories(folder_.path() + "/up");
  fs::create_directories(folder_.path() + "/down");
  plain(folder_.path() + "/up/s", "sort");
  plain(folder_.path() + "/down/s", "sort -r");
  EXPECT_EQ(build(own, "GIT_CEILING_DIRECTORIES=/", folder_.path() + "/up/s", "o3"), build(own, "GIT_CEILING_DIRECTORIES=/", folder_.path() + "/down/s", "o4"));
  const char* other = std::getenv("TIDEGATE_OTHER_PROGRAM");
  if (other == nullptr) GTEST_SKIP() << "TIDEGATE_OTHER_PROGRAM (tidegate of another compiler) is not set; ./dev test sets it";
  EXPECT_EQ(build(other, "", service_, "o5"), first);
}

// Killed at any moment, a build leaves its folder empty or with a whole artifact, and the next one works.
TEST_F(Inputs, a_killed_build_leaves_nothing_half_written) {
  std::mt19937 random(7);  // NOLINT: the same moments in every run, as far as the machine allows
  const std::string out = folder_.path() + "/out";
  fs::create_directories(out);
  for (int round = 0; round < 25; ++round) {
    const pid_t child = ::fork();
    ASSERT_GE(child, 0);
    if (child == 0) {
      const std::string program = std::string(TIDEGATE_BIN_DIR) + "/tidegate";
      ::freopen("/dev/null", "w", stdout);
      ::freopen("/dev/null", "w", stderr);
      ::execl(program.c_str(), "tidegate", "build", service_.c_str(), "-o", out.c_str(), "--version", std::to_string(round).c_str(), static_cast<char*>(nullptr));
      ::_exit(127);
    }
    ::usleep(static_cast<useconds_t>(random() % 60000));
    ::kill(child, SIGKILL);
    int status = 0;
    ::waitpid(child, &status, 0);
    for (const auto& entry : fs::directory_iterator(out)) {
      const std::string name = entry.path().filename().string();
      const bool sidecar = name.ends_with(".cdx.json") || name.ends_with(".provenance.json") || name.ends_with(".sha256");
      EXPECT_TRUE(sidecar || name.ends_with(".tar.gz") || name == "derived.tfvars.json") << name;
      if (name.ends_with(".tar.gz")) {
        EXPECT_EQ(run_program("tidegate", {"verify", entry.path().string()}).exit_code, 0) << name;
      }
    }
    fs::remove_all(out);
    fs::create_directories(out);
  }
  EXPECT_EQ(run_program("tidegate", {"build", service_, "-o", out}).exit_code, 0);
}

}  // namespace
}  // namespace tidegate
