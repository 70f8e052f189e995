// SPDX-License-Identifier: Apache-2.0
// Faults on the wire between the built program and real servers; receipts with every server.
#include <gtest/gtest.h>

#include <atomic>
#include <filesystem>
#include <thread>

#include "e2e/store_servers.hpp"
#include "signature/base64.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::identity;
using test::StoreServers;
using test::write_artifact;

struct Case {
  std::string kind{};
  int place = 0;  // of the exchange
  bool mended = true;
  std::string name() const { return "fault-" + kind + "-" + std::to_string(place); }
};

// Each of `cases`, many at a time: most of the time is waiting between attempts.
template <class Run>
void for_each_case(const std::vector<Case>& cases, const Run& run) {
  std::atomic<std::size_t> next = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 12; ++i) {
    threads.emplace_back([&] {
      for (std::size_t at = next++; at < cases.size(); at = next++) run(cases[at]);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

class WireFaults : public StoreServers {
 protected:
  void SetUp() override {
    StoreServers::SetUp();
    if (IsSkipped() || HasFatalFailure()) return;
    // The same addresses at the port of the proxy.
    const std::string target = port_of_the_server();
    const int port = test::free_port();
    proxy_ = std::make_unique<test::Server>(
        std::vector<std::string>{"/usr/bin/python3", TIDEGATE_SOURCE_DIR "/test/support/fault_proxy.py", std::to_string(port), "127.0.0.1:" + target}, port,
        std::map<std::string, std::string>{});
    const std::string other = std::to_string(port);
    const auto elsewhere = [&](std::string text) {
      if (const std::size_t at = text.find("127.0.0.1:" + target); at != std::string::npos) text.replace(at + 10, target.size(), other);
      return text;
    };
    reset_ = "http://127.0.0.1:" + other + "/reset";
    url_ = elsewhere(backend_.url);
    variables_ = backend_.variables;
    for (auto& one : variables_) one.second = elsewhere(one.second);
    if (GetParam() != "registry") return;
    const std::string config = *system::read_file(backend_.variables.at("DOCKER_CONFIG") + "/config.json");
    folder_.write("docker/config.json", elsewhere(config));
    variables_["DOCKER_CONFIG"] = folder_.path() + "/docker";
  }
  std::string port_of_the_server() const {
    std::string all = backend_.url;
    for (const auto& one : backend_.variables) all += " " + one.second;
    const std::size_t at = all.find("127.0.0.1:") + 10;
    return all.substr(at, all.find_first_not_of("0123456789", at) - at);
  }
  // With a key, what is refused with 401 is refused for good; a registry is asked for a challenge.
  std::vector<Case> cases(const std::vector<int>& places) const {
    std::vector<Case> all;
    for (const char* kind : {"resetbefore", "resetafter", "cut", "500", "late500", "503", "429"}) {
      for (const int place : places) all.push_back({kind, place});
    }
    for (const int place : places) {
      all.push_back({"401", place, GetParam() == "registry" && place != 1});  // 1: with the credentials, after the challenge
      all.push_back({"short", place, false});
    }
    return all;
  }

  std::unique_ptr<test::Server> proxy_{};
  std::string url_{}, reset_{};
  std::map<std::string, std::string> variables_{};
};

TEST_P(WireFaults, lose_nothing) {
  const std::string one = write_artifact(folder_.path() + "/1", "1.2.0", std::size_t{9} << 20U, 1), digest = identity(one);
  const std::string beside = artifact::verify_artifact(one)->sha256 + "  orders-1.2.0.tar.gz\n";
  ASSERT_TRUE(system::write_file(one + ".sha256", beside).ok());
  const auto address = [&](const std::string& url, const Case& each) { return url + "/" + each.name() + "/orders/1.2.0@sha256:" + digest; };
  // Nothing, or all.
  const auto look = [&](const std::string& folder) {
    const std::string file = folder + "/orders-1.2.0.tar.gz";
    if (fs::exists(file)) {
      EXPECT_TRUE(*system::read_file(file) == *system::read_file(one));
    }
    if (fs::exists(file + ".sha256") || fs::exists(file)) {
      EXPECT_EQ(*system::read_file(file + ".sha256"), beside);
    }
  };
  const std::vector<Case> publishing = cases({0, 2, 4, 6}), pulling = cases({1, 2, 4});
  for_each_case(publishing, [&](const Case& each) {
    SCOPED_TRACE("publish " + each.name());
    const auto published = tidegate({"publish", one, "--to", url_ + "/" + each.name()}, variables_);
    EXPECT_TRUE(published.exit_code == 0 || (!each.mended && published.exit_code == 40)) << published.exit_code << published.err;
    const std::string folder = folder_.path() + "/published-" + each.name();
    const auto there = tidegate({"pull", address(backend_.url, each), "-o", folder});
    EXPECT_TRUE(there.exit_code == 0 || (published.exit_code != 0 && there.err.find("[store.not-found]") != std::string::npos)) << there.err;
    look(folder);
    EXPECT_EQ(tidegate({"publish", one, "--to", backend_.url + "/" + each.name()}).exit_code, 0);
  });
  for (const Case& each : pulling) EXPECT_EQ(tidegate({"publish", one, "--to", backend_.url + "/" + each.name()}).exit_code, 0);
  EXPECT_EQ(test::send({.url = reset_}).status, 200);
  for_each_case(pulling, [&](const Case& each) {
    SCOPED_TRACE("pull " + each.name());
    const std::string folder = folder_.path() + "/pulled-" + each.name();
    const auto pulled = tidegate({"pull", address(url_, each), "-o", folder}, variables_);
    EXPECT_TRUE(pulled.exit_code == 0 || (!each.mended && (pulled.exit_code == 40 || pulled.exit_code == 30))) << pulled.exit_code << pulled.err;
    look(folder);
    const auto again = tidegate({"pull", address(url_, each), "-o", folder}, variables_);
    EXPECT_EQ(again.exit_code, 0) << again.err;
    EXPECT_TRUE(fs::exists(folder + "/orders-1.2.0.tar.gz"));
    look(folder);
  });
}

class Receipts : public StoreServers {};

// A receipt of each deployment, added to what is published; each once, and none of another artifact.
TEST_P(Receipts, lie_beside_the_artifact) {
  const std::string key = folder_.path() + "/k";
  test::make_repository(TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders", folder_.path() + "/s");
  ASSERT_EQ(tidegate({"build", folder_.path() + "/s", "-o", folder_.path() + "/out", "--version", "1.2.0"}).exit_code, 0);
  const std::string one = test::find_artifact(folder_.path() + "/out");
  ASSERT_EQ(tidegate({"key", "generate", key}).exit_code, 0);
  ASSERT_EQ(tidegate({"sign", one, "--key", key}).exit_code, 0);
  const auto receipt = [&](const std::string& digest, const std::string& now) {
    const std::string file = folder_.path() + "/receipt-" + digest.substr(0, 4) + now.substr(0, 10);
    const auto judged = test::run_program("deploy-gate", {"check", TIDEGATE_SOURCE_DIR "/fixtures/plans/release-safe.json", "--receipt", file,
                                                          "--artifact-identity", "sha256:" + digest, "--now", now});
    EXPECT_EQ(judged.exit_code, 0) << judged.err;
    EXPECT_EQ(tidegate({"sign", file, "--key", key}).exit_code, 0);
    return file + ".intoto.jsonl";
  };
  const auto publish = [&](const std::vector<std::string>& receipts) {
    std::vector<std::string> words{"publish", one, "--to", backend_.url, "--key", key + ".pub"};
    for (const std::string& file : receipts) words.insert(words.end(), {"--receipt", file});
    return tidegate(words);
  };
  const std::string first = receipt(identity(one), "2026-11-01T00:00:00Z"), second = receipt(identity(one), "2026-11-02T00:00:00Z"),
                    other = receipt(std::string(64, 'a'), "2026-11-03T00:00:00Z");
  const auto refused = publish({first, other});
  EXPECT_EQ(refused.exit_code, 30) << refused.err;
  EXPECT_EQ(tidegate({"list", backend_.url + "/retail-orders"}).out, "") << "something was written";
  for (const std::vector<std::string>& receipts : {std::vector<std::string>{}, {first}, {first}, {first, second}, {second}}) {
    const auto published = publish(receipts);
    EXPECT_EQ(published.exit_code, 0) << published.err;
  }
  const std::string out = folder_.path() + "/pulled";
  const auto pulled = tidegate({"pull", backend_.url + "/retail-orders/1.2.0@sha256:" + identity(one), "-o", out});
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
  std::vector<std::string> found;
  for (const auto& file : fs::directory_iterator(out)) {
    if (file.path().string().find(".receipt-") == std::string::npos) continue;
    found.push_back(*system::read_file(file.path()));
    EXPECT_EQ(tidegate({"verify", file.path(), "--key", key + ".pub"}).exit_code, 0);
  }
  std::vector<std::string> expected{*system::read_file(first), *system::read_file(second)};
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  EXPECT_EQ(found, expected);
  EXPECT_EQ(tidegate({"verify", out + "/retail-orders-1.2.0.tar.gz", "--key", key + ".pub"}).exit_code, 0);
}

INSTANTIATE_TEST_SUITE_P(Servers, WireFaults, testing::Values("azurite_key", "s3", "registry"), [](const auto& test) { return test.param; });
INSTANTIATE_TEST_SUITE_P(Servers, Receipts,
                         testing::Values("azurite_key", "azurite_token", "azurite_sas", "azurite_create", "moto", "s3", "s3_faults", "registry"),
                         [](const auto& test) { return test.param; });

}  // namespace
}  // namespace tidegate
