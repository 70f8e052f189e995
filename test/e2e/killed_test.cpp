// SPDX-License-Identifier: Apache-2.0
// kill -9 at random moments of build and pull, into a folder that holds something already: what is there is whole, and the next
// run gives the same bytes as one that nobody killed. Of publish: store_test.cpp, store_servers_test.cpp.
#include <gtest/gtest.h>
#include <signal.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <map>
#include <random>
#include <thread>

#include "artifact/archive.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/child.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;
using test::TemporaryFolder;
using Files = std::map<std::string, std::string>;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";
const std::string program = TIDEGATE_BIN_DIR "/tidegate";
const std::string name = "retail-orders-1.tar.gz";

Files files_of(const std::string& folder) {
  Files files;
  if (!fs::exists(folder)) return files;
  for (const auto& entry : fs::directory_iterator(folder)) files[entry.path().filename().string()] = *system::read_file(entry.path());
  return files;
}

class Killed : public testing::Test {
 protected:
  void SetUp() override {
    test::make_repository(sample, at("a"));
    test::copy_service(at("a"), at("b"));
    ASSERT_TRUE(system::write_file(at("b/config/retention.json"), "{\"days\": 31}\n").ok());
    test::git(at("b"), {"add", "-A"});
    test::git(at("b"), {"commit", "-qm", "other"});
    for (const std::string which : {"a", "b"}) {
      const auto began = std::chrono::steady_clock::now();
      ASSERT_EQ(run_program("tidegate", build(which, at("whole-" + which))).exit_code, 0);
      time_ = std::max(time_, std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count());
      whole_[which] = files_of(at("whole-" + which));
    }
    ASSERT_NE(whole_["a"][name], whole_["b"][name]);
  }
  std::string at(const std::string& path) const { return folder_.path() + "/" + path; }
  std::vector<std::string> build(const std::string& which, const std::string& out) const { return {"build", at(which), "-o", out, "--version", "1"}; }

  // Moments are spread over the time that a whole run takes.
  void run_and_kill(std::vector<std::string> words) {
    words.insert(words.begin(), program);
    auto child = system::Child::start({.argv = std::move(words)});
    ASSERT_TRUE(child.ok());
    std::this_thread::sleep_for(std::chrono::microseconds(static_cast<std::int64_t>(random_()) % (time_ * 5 / 4)));
    (*child)->send_signal(SIGKILL);
    (void)(*child)->wait(std::chrono::seconds(60));
  }

  // An artifact is one of the two, with all of its files and none of the other's; without one, only whole files that say nothing.
  std::string check_whole(const std::string& folder, bool pulled) const {
    const Files found = files_of(folder);
    const auto artifact = found.find(name);
    std::string which;
    for (const char* one : {"a", "b"}) {
      if (artifact != found.end() && artifact->second == whole_.at(one).at(name)) which = one;
    }
    EXPECT_EQ(artifact != found.end(), !which.empty()) << "half an artifact";
    for (const auto& [file, bytes] : found) {
      const bool passing = file.size() > 17 && file[file.size() - 17] == '.' && file.find_first_not_of("0123456789abcdef", file.size() - 16) == std::string::npos;
      EXPECT_TRUE(passing || whole_.at("a").count(file) > 0) << "left behind: " << file;
      if (passing || which.empty() || (file.ends_with(".provenance.json") && !pulled)) continue;  // it has times
      EXPECT_TRUE(bytes == whole_.at(which).at(file)) << file << " is of the other one";
    }
    if (which.empty()) return which;
    for (const auto& one : whole_.at(which)) {
      const bool beside = one.first.starts_with(name);
      EXPECT_TRUE(!beside || found.count(one.first) > 0) << one.first << " is missing";
    }
    EXPECT_EQ(run_program("tidegate", {"verify", folder + "/" + name}).exit_code, 0);
    return which;
  }

  const TemporaryFolder folder_{};
  std::mt19937 random_{11};  // NOLINT: the same moments in every run, as far as the machine allows
  std::int64_t time_ = 1000;
  std::map<std::string, Files> whole_{};
};

TEST_F(Killed, build_leaves_one_whole_artifact_or_none) {
  const std::string out = at("out");
  std::map<std::string, int> seen;
  for (int round = 0; round < 32; ++round) {
    const std::string which = round % 2 == 0 ? "a" : "b";
    run_and_kill(build(which, out));
    ++seen[check_whole(out, false)];
    if (round % 8 != 7) continue;
    const auto next = run_program("tidegate", build(which, out));
    ASSERT_EQ(next.exit_code, 0) << next.err;
    EXPECT_EQ(check_whole(out, false), which);
  }
  EXPECT_GE(seen.size(), 2U) << "never killed at different moments";
}

// A signature tells of one artifact: where a build replaces it, the signature goes.
TEST_F(Killed, what_told_of_a_replaced_artifact_goes_with_it) {
  const std::string out = at("out"), key = at("k");
  ASSERT_EQ(run_program("tidegate", {"key", "generate", key}).exit_code, 0);
  ASSERT_EQ(run_program("tidegate", build("a", out)).exit_code, 0);
  ASSERT_EQ(run_program("tidegate", {"sign", out + "/" + name, "--key", key}).exit_code, 0);
  ASSERT_TRUE(fs::exists(out + "/" + name + ".sig"));
  ASSERT_EQ(run_program("tidegate", build("a", out)).exit_code, 0);
  EXPECT_TRUE(fs::exists(out + "/" + name + ".sig")) << "it is the same artifact";
  EXPECT_EQ(run_program("tidegate", {"verify", out + "/" + name, "--key", key + ".pub"}).exit_code, 0);
  ASSERT_EQ(run_program("tidegate", build("b", out)).exit_code, 0);
  for (const char* suffix : {".sig", ".sigstore.json", ".provenance.sigstore.json", ".intoto.jsonl"}) EXPECT_FALSE(fs::exists(out + "/" + name + suffix)) << suffix;
  EXPECT_EQ(check_whole(out, false), "b");
}

TEST_F(Killed, pull_leaves_one_whole_artifact_or_none) {
  for (const std::string which : {"a", "b"}) ASSERT_EQ(run_program("tidegate", {"publish", at("whole-" + which) + "/" + name, "--to", at("store-" + which)}).exit_code, 0);
  const auto pull = [&](const std::string& which) { return std::vector<std::string>{"pull", at("store-" + which) + "/retail-orders/1", "-o", at("out")}; };
  const auto began = std::chrono::steady_clock::now();
  ASSERT_EQ(run_program("tidegate", pull("a")).exit_code, 0);
  time_ = std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - began).count();
  fs::remove_all(at("out"));
  for (int round = 0; round < 60; ++round) {
    const std::string which = round % 2 == 0 ? "a" : "b";
    run_and_kill(pull(which));
    check_whole(at("out"), true);
    if (round % 8 != 7) continue;
    const auto next = run_program("tidegate", pull(which));
    ASSERT_EQ(next.exit_code, 0) << next.err;
    EXPECT_EQ(check_whole(at("out"), true), which);
  }
}

// Extracted: the folder is there whole, or not at all; what a killed run leaves has another name.
TEST_F(Killed, an_extracted_folder_is_whole) {
  ASSERT_EQ(run_program("tidegate", {"publish", at("whole-a") + "/" + name, "--to", at("store")}).exit_code, 0);
  ASSERT_EQ(run_program("tidegate", {"pull", at("store") + "/retail-orders/1", "-o", at("p"), "--extract", at("reference")}).exit_code, 0);
  const auto list = [](const std::string& folder) {
    Files files;
    for (const auto& entry : fs::recursive_directory_iterator(folder)) {
      if (entry.is_regular_file()) files[entry.path().lexically_relative(folder)] = *system::read_file(entry.path());
    }
    return files;
  };
  const Files whole = list(at("reference"));
  for (int round = 0; round < 20; ++round) {
    run_and_kill({"pull", at("store") + "/retail-orders/1", "-o", at("p"), "--extract", at("extracted")});
    if (!fs::exists(at("extracted"))) continue;
    EXPECT_TRUE(list(at("extracted")) == whole);
    fs::remove_all(at("extracted"));
  }
  const auto next = run_program("tidegate", {"pull", at("store") + "/retail-orders/1", "-o", at("p"), "--extract", at("extracted")});
  EXPECT_EQ(next.exit_code, 0) << next.err;
  EXPECT_TRUE(list(at("extracted")) == whole);
}

}  // namespace
}  // namespace tidegate
