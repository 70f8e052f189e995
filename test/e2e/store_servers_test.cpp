// SPDX-License-Identifier: Apache-2.0
// publish, pull, list with servers on the loopback interface.
#include <gtest/gtest.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <random>
#include <thread>

#include "e2e/store_servers.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::Backend;
using test::identity;
using test::start_s3;
using test::StoreServers;
using test::TemporaryFolder;
using test::write_artifact;

TEST_P(StoreServers, publish_list_pull_again_and_conflict) {
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1),
                    two = write_artifact(folder_.path() + "/2", "1.2.0", 3000, 2);
  ASSERT_TRUE(system::write_file(one + ".sha256",
                                 artifact::verify_artifact(one)->sha256 + "  orders-1.2.0.tar.gz\n")
                  .ok());
  const std::string address = backend_.url + "/orders/1.2.0@sha256:" + identity(one);
  EXPECT_EQ(tidegate({"list", backend_.url}).out, "");
  const auto none = tidegate({"pull", address, "-o", folder_.path() + "/p"});
  EXPECT_EQ(none.exit_code, 40);
  EXPECT_NE(none.err.find("[store.not-found]"), std::string::npos) << none.err;
  const auto published = tidegate({"publish", one, "--to", backend_.url});
  ASSERT_EQ(published.exit_code, 0) << published.err;
  EXPECT_EQ(published.out, "published          " + address + "\n");
  const auto again = tidegate({"publish", one, "--to", backend_.url});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "already published  " + address + "\n");
  const auto refused = tidegate({"publish", two, "--to", backend_.url});
  EXPECT_EQ(refused.exit_code, 31) << refused.err;
  EXPECT_NE(refused.err.find(identity(one)), std::string::npos) << refused.err;
  const std::string line = "orders  1.2.0  sha256:" + identity(one) + "  " +
                           std::to_string(fs::file_size(one)) + " bytes\n";
  if (GetParam() != "registry") {  // which lists the versions of a name
    EXPECT_EQ(tidegate({"list", backend_.url}).out, line);
  }
  EXPECT_EQ(tidegate({"list", backend_.url + "/orders"}).out, line);
  const auto pulled = tidegate({"pull", address, "-o", folder_.path() + "/p"});
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
  for (const std::string name : {"/orders-1.2.0.tar.gz", "/orders-1.2.0.tar.gz.sha256"}) {
    EXPECT_EQ(*system::read_file(folder_.path() + "/p" + name),
              *system::read_file(folder_.path() + "/1" + name));
  }
  EXPECT_EQ(tidegate({"pull", backend_.url + "/orders/1.2.0@sha256:" + identity(two), "-o",
                      folder_.path() + "/q"})
                .exit_code,
            30);
}

TEST_P(StoreServers, inspect_reads_the_first_bytes) {
  const std::size_t size = std::size_t{3} << 20U;
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", size, 1);
  ASSERT_TRUE(system::write_file(one + ".sha256",
                                 artifact::verify_artifact(one)->sha256 + "  orders-1.2.0.tar.gz\n")
                  .ok());
  const std::string url = backend_.url + "/orders/1.2.0", digest = identity(one);
  const auto none = tidegate({"inspect", url});
  EXPECT_EQ(none.exit_code, 40);
  EXPECT_NE(none.err.find("[store.not-found]"), std::string::npos) << none.err;
  ASSERT_EQ(tidegate({"publish", one, "--to", backend_.url}).exit_code, 0);
  const std::string read =
      "the first 65536 bytes of " + std::to_string(fs::file_size(one)) + ", nothing was hashed\n";
  for (const std::string& address : {url, url + "@sha256:" + digest}) {
    const auto text = tidegate({"inspect", address});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_TRUE(text.out.starts_with("orders 1.2.0\n")) << text.out;
    EXPECT_NE(text.out.find("  read       " + read), std::string::npos) << text.out;
    EXPECT_NE(text.out.find("  identity   sha256:" + digest + " by the word of the store; "),
              std::string::npos)
        << text.out;
    EXPECT_NE(text.out.find("beside it, not checked\n  orders-1.2.0.tar.gz.sha256  digest\n"),
              std::string::npos)
        << text.out;
    for (const std::string format : {"--json", "--files"}) {
      const auto printed = tidegate({"inspect", address, format});
      EXPECT_EQ(printed.exit_code, 0) << printed.err;
      EXPECT_EQ(printed.out, tidegate({"inspect", one, format}).out);
      EXPECT_EQ(printed.err, "unverified: " + read);
    }
  }
  const auto other = tidegate({"inspect", url + "@sha256:" + std::string(64, '0')});
  EXPECT_EQ(other.exit_code, 30);
  EXPECT_NE(other.err.find("[artifact.other-identity]"), std::string::npos) << other.err;
}

TEST_P(StoreServers, a_version_is_published_once_however_it_is_compressed) {
  const auto zstd = artifact::Compression::zstd;
  const std::string gz = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1),
                    zst = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1, zstd),
                    other = write_artifact(folder_.path() + "/2", "1.2.0", 3000, 2);
  ASSERT_EQ(identity(gz), identity(zst));
  const std::string address = backend_.url + "/orders/1.2.0@sha256:" + identity(gz);
  EXPECT_EQ(tidegate({"publish", zst, "--to", backend_.url}).out, "published          " + address + "\n");
  EXPECT_EQ(tidegate({"publish", gz, "--to", backend_.url}).out, "already published  " + address + "\n");
  EXPECT_EQ(tidegate({"publish", other, "--to", backend_.url}).exit_code, 31);
  EXPECT_EQ(tidegate({"inspect", address}).exit_code, 0);
  const auto pulled = tidegate({"pull", address, "-o", folder_.path() + "/p"});
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
  EXPECT_EQ(*system::read_file(folder_.path() + "/p/orders-1.2.0.tar.zst"), *system::read_file(zst));
}

// It sends all 100 MB: what is not needed is neither waited for nor kept.
TEST(StoreServer, inspect_of_a_server_without_ranges_hangs_up) {
  const char* moto = std::getenv("TIDEGATE_MOTO");
  if (moto == nullptr) GTEST_SKIP() << "botocore is missing (./dev moto, TIDEGATE_MOTO)";
  const TemporaryFolder folder;
  const Backend backend = start_s3(moto, 0, "0", "whole");
  const std::string one =
      write_artifact(folder.path() + "/1", "1.2.0", std::size_t{100} << 20U, 1);
  ASSERT_EQ(test::run_program("tidegate", {"publish", one, "--to", backend.url}, backend.variables)
                .exit_code,
            0);
  const std::string limit = test::is_sanitized ? "" : "ulimit -v 200000; ";
  const auto text = system::run_process(
      {.argv = {"bash", "-c",
                limit + "exec " TIDEGATE_BIN_DIR "/tidegate inspect " + backend.url + "/orders/1.2.0"},
       .environment = backend.variables});
  ASSERT_TRUE(text.ok());
  EXPECT_EQ(text->exit_code, 0) << text->err;
  EXPECT_NE(text->out.find("the first 65536 bytes of " + std::to_string(fs::file_size(one))),
            std::string::npos)
      << text->out;
}

TEST_P(StoreServers, refusals_are_exit_40_and_show_no_secret) {
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", 3000, 1);
  for (const std::vector<std::string>& words :
       {std::vector<std::string>{"publish", one, "--to", backend_.url},
        {"list", backend_.url},
        {"pull", backend_.url + "/orders/1.2.0", "-o", folder_.path() + "/p"}}) {
    if (!backend_.wrong.empty()) {
      const auto refused = tidegate(words, backend_.wrong);
      EXPECT_EQ(refused.exit_code, 40) << words.front() << refused.err;
      EXPECT_NE(refused.err.find("[store.refused]"), std::string::npos) << refused.err;
    }
    if (backend_.missing.empty()) continue;  // a registry makes repositories
    std::vector<std::string> elsewhere = words;
    for (std::string& word : elsewhere) {
      if (word.starts_with(backend_.url)) word.replace(0, backend_.url.size(), backend_.missing);
    }
    const auto missing = tidegate(elsewhere);
    EXPECT_EQ(missing.exit_code, 40) << words.front() << missing.err;
  }
  std::map<std::string, std::string> nobody = backend_.variables;
  for (auto& one_variable : nobody) {
    if (one_variable.first.ends_with("ENDPOINT") || one_variable.first.ends_with("URL_S3"))
      one_variable.second = "http://127.0.0.1:1/x";
  }
  EXPECT_EQ(
      tidegate({"list", GetParam() == "registry" ? "oci://127.0.0.1:1/x" : backend_.url}, nobody)
          .exit_code,
      40);
}

// Not with moto, which looks whether a key is taken before it takes the bytes, and not again.
class AtomicServers : public StoreServers {};

// Two contents of several blocks at once: one wins whole.
TEST_P(AtomicServers, racing_publishers_never_mix) {
  const std::string program = TIDEGATE_BIN_DIR "/tidegate";
  const std::size_t size = (std::size_t{18} << 20U) + 5;
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", size, 1),
                    two = write_artifact(folder_.path() + "/2", "1.2.0", size, 2);
  for (int round = 0; round < 2; ++round) {
    const std::string url = backend_.url + "/r" + std::to_string(round);
    std::vector<std::unique_ptr<system::Child>> children;
    for (int i = 0; i < 4; ++i) {
      auto child = system::Child::start({.argv = {program, "publish", i % 2 == 0 ? one : two, "--to", url},
                                         .environment = backend_.variables});
      ASSERT_TRUE(child.ok());
      children.push_back(std::move(*child));
    }
    std::vector<system::ProcessResult> ends;
    for (const auto& child : children) ends.push_back(*child->wait(std::chrono::seconds(300)));
    const auto pulled = tidegate({"pull", url + "/orders/1.2.0", "-o", folder_.path() + "/p"});
    ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
    const std::string won = identity(folder_.path() + "/p/orders-1.2.0.tar.gz");
    for (std::size_t i = 0; i < ends.size(); ++i) {
      look_through(ends[i]);
      EXPECT_EQ(ends[i].exit_code, identity(i % 2 == 0 ? one : two) == won ? 0 : 31) << ends[i].err;
    }
  }
}

TEST_P(StoreServers, a_large_artifact_goes_both_ways_in_little_memory) {
  if (test::is_sanitized) GTEST_SKIP() << "sanitizers map terabytes";
  const std::string program = TIDEGATE_BIN_DIR "/tidegate";
  const std::size_t size = std::size_t{200} << 20U;
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", size, 1);
  const auto limited = [&](const std::string& arguments) {
    const auto result = system::run_process(
        {.argv = {"bash", "-c", "ulimit -v 200000; exec " + program + " " + arguments},
         .environment = backend_.variables});
    EXPECT_TRUE(result.ok());
    look_through(*result);
    return *result;
  };
  const auto published = limited("publish " + one + " --to " + backend_.url);
  ASSERT_EQ(published.exit_code, 0) << published.err;
  const auto pulled = limited("pull " + backend_.url + "/orders/1.2.0@sha256:" + identity(one) +
                              " -o " + folder_.path() + "/p");
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
}

// Killed at any moment: not published, or whole; the next run completes it.
TEST_P(StoreServers, kill_at_random_moments) {
  const std::string program = TIDEGATE_BIN_DIR "/tidegate";
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", std::size_t{20} << 20U, 1);
  std::mt19937 random(3);
  for (int round = 0; round < 4; ++round) {
    const std::string url = backend_.url + "/k" + std::to_string(round),
                      address = url + "/orders/1.2.0@sha256:" + identity(one);
    auto child = system::Child::start(
        {.argv = {program, "publish", one, "--to", url}, .environment = backend_.variables});
    ASSERT_TRUE(child.ok());
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 600));
    (*child)->send_signal(SIGKILL);
    (void)(*child)->wait(std::chrono::seconds(60));
    const auto between = tidegate({"pull", address, "-o", folder_.path() + "/p"});
    EXPECT_TRUE(between.exit_code == 0 ||
                between.err.find("[store.not-found]") != std::string::npos)
        << between.err;
    EXPECT_EQ(tidegate({"publish", one, "--to", url}).exit_code, 0);
    EXPECT_EQ(tidegate({"pull", address, "-o", folder_.path() + "/p"}).exit_code, 0);
  }
}

// A server that takes its time: three seconds at least, on a busy machine more.
class ProgressOfPull : public testing::Test {
 protected:
  void SetUp() override {
    const char* moto = std::getenv("TIDEGATE_MOTO");
    if (moto == nullptr) GTEST_SKIP() << "botocore is missing (./dev moto, TIDEGATE_MOTO)";
    backend_ = start_s3(moto, 0, "0.06");
    const std::string one =
        write_artifact(folder_.path() + "/1", "1.2.0", std::size_t{3} << 20U, 1);
    ASSERT_EQ(
        test::run_program("tidegate", {"publish", one, "--to", backend_.url}, backend_.variables)
            .exit_code,
        0);
  }
  system::ProcessResult pull(std::vector<std::string> wrapper, const std::string& options,
                             std::map<std::string, std::string> variables) {
    variables.insert(backend_.variables.begin(), backend_.variables.end());
    wrapper.push_back(std::string(TIDEGATE_BIN_DIR) + "/tidegate pull " + backend_.url +
                      "/orders/1.2.0 -o " + folder_.path() + "/p " + options);
    if (wrapper.front() == "script") wrapper.emplace_back("/dev/null");
    const auto result =
        system::run_process({.argv = std::move(wrapper), .environment = std::move(variables)});
    EXPECT_TRUE(result.ok() && result->exit_code == 0) << result->out << result->err;
    return *result;
  }
  // On a terminal: util-linux' script makes one, and shows what was written to it.
  std::string shown(const std::string& options, std::map<std::string, std::string> variables) {
    return pull({"script", "-qefc"}, options, std::move(variables)).out;
  }

  const TemporaryFolder folder_{};
  Backend backend_{};
};

TEST_F(ProgressOfPull, is_one_line_on_a_terminal) {
  if (!system::find_program("script")) GTEST_SKIP() << "script of util-linux is missing";
  const std::string text = shown("", {{"TERM", "xterm"}, {"NO_COLOR", "1"}});
  EXPECT_NE(text.find("\rpulling  "), std::string::npos) << text;
  EXPECT_NE(text.find(" of 3.1 MB  "), std::string::npos) << text;
  EXPECT_NE(text.find(" s left"), std::string::npos) << text;
  EXPECT_EQ(text.find('\x1b'), std::string::npos) << "no escape sequence";
  EXPECT_NE(text.find("\rasked by version"), std::string::npos)
      << "the line is gone before another one is written\n"
      << text;
  // Plain lines, if it takes that long: nothing is written over what stands there.
  const std::vector<std::pair<std::string, std::map<std::string, std::string>>> plain{
      {"", {{"TERM", "dumb"}}},
      {"", {{"TERM", "xterm"}, {"CI", "true"}}},
      {"--log-format json", {{"TERM", "xterm"}}}};
  for (const auto& one : plain) {
    EXPECT_EQ(shown(one.first, one.second).find("\rpulling"), std::string::npos) << one.first;
  }
  EXPECT_EQ(shown("--quiet", {{"TERM", "xterm"}}).find("pulling"), std::string::npos);
}

// Its clock runs thirty times too fast, so that ten seconds pass in a third of one.
TEST_F(ProgressOfPull, is_plain_lines_elsewhere) {
  if (!system::find_program("faketime")) GTEST_SKIP() << "faketime is missing";
  if (test::is_sanitized) GTEST_SKIP() << "a sanitizer must be loaded before faketime";
  const std::vector<std::string> fast{"faketime", "-f", "+0d x30", "bash", "-c"};
  const std::string lines = pull(fast, "", {}).err;
  EXPECT_NE(lines.find("pulling  "), std::string::npos) << lines;
  EXPECT_NE(lines.find(" of 3.1 MB  "), std::string::npos) << lines;
  EXPECT_EQ(lines.find('\r'), std::string::npos) << lines;
  EXPECT_NE(pull(fast, "--log-format json", {}).err.find("{\"severity\":\"info\",\"message\":\"pulling  "),
            std::string::npos);
  EXPECT_EQ(pull(fast, "--quiet", {}).err, "");
}

INSTANTIATE_TEST_SUITE_P(Servers, StoreServers,
                         testing::Values("azurite_key", "azurite_token", "azurite_sas",
                                         "azurite_create", "moto", "s3", "s3_faults", "registry"),
                         [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(Servers, AtomicServers,
                         testing::Values("azurite_key", "azurite_sas", "azurite_create", "s3", "s3_faults"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace tidegate
