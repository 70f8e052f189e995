// SPDX-License-Identifier: Apache-2.0
// publish, pull, list: with a folder.
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <random>
#include <set>
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

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";
const std::string program = TIDEGATE_BIN_DIR "/tidegate";

class Stores : public testing::Test {
 protected:
  void SetUp() override {
    test::make_repository(sample, folder_.path() + "/s");
    one_ = build("one", {"--version", "1.2.0"});
  }
  std::string build(const std::string& name, std::vector<std::string> more) {
    std::vector<std::string> words{"build", folder_.path() + "/s", "-o",
                                   folder_.path() + "/" + name};
    words.insert(words.end(), more.begin(), more.end());
    const auto built = run_program("tidegate", words);
    EXPECT_EQ(built.exit_code, 0) << built.err;
    return test::find_artifact(folder_.path() + "/" + name);
  }
  // Another content under the same version.
  std::string build_other(const std::string& name) {
    const std::string file = folder_.path() + "/s/tidegate.yaml";
    std::string text =
        fs::exists(file) ? *system::read_file(file) : std::string("service: retail-orders\n");
    EXPECT_TRUE(system::write_file(file, text + "# " + name + "\n").ok());
    test::git(folder_.path() + "/s", {"add", "-A"});
    test::git(folder_.path() + "/s", {"commit", "-qm", name});
    return build(name, {"--version", "1.2.0"});
  }
  system::ProcessResult tidegate(const std::vector<std::string>& words) {
    return run_program("tidegate", words);
  }
  std::string identity(const std::string& file) {
    return artifact::verify_artifact(file)->identity;
  }
  std::string name(const std::string& file) {
    return artifact::verify_artifact(file)->manifest.name;
  }

  const TemporaryFolder folder_{};
  const std::string store_ = folder_.path() + "/store";
  std::string one_{};
};

TEST_F(Stores, inspect_a_release) {
  const std::string url = store_ + "/" + name(one_) + "/1.2.0", digest = identity(one_);
  ASSERT_EQ(tidegate({"publish", one_, "--to", store_}).exit_code, 0);
  const std::string file = std::string(fs::path(one_).filename());
  for (const std::string& address : {url, "file://" + url}) {
    const auto text = tidegate({"inspect", address});
    EXPECT_EQ(text.exit_code, 0) << text.err;
    EXPECT_NE(text.out.find("  identity   not known without reading all: tidegate pull " + address + "\n"),
              std::string::npos)
        << text.out;
    EXPECT_NE(text.out.find(", nothing was hashed\n"), std::string::npos) << text.out;
    const std::string beside =
        "\nbeside the file with sha256 " + artifact::verify_artifact(one_)->sha256 + ", not checked\n";
    EXPECT_NE(text.out.find(beside + "  " + file + ".cdx.json"), std::string::npos) << text.out;
    EXPECT_NE(text.out.find(".provenance.json  provenance, not signed\n"), std::string::npos) << text.out;
  }
  const auto named = tidegate({"inspect", url + "@sha256:" + digest});
  EXPECT_NE(named.out.find("sha256:" + digest + " by the word of the address; `tidegate pull` proves it"),
            std::string::npos)
      << named.out;
  EXPECT_EQ(tidegate({"inspect", url, "--json"}).out, tidegate({"inspect", one_, "--json"}).out);
  EXPECT_EQ(tidegate({"inspect", url, "--files"}).out, tidegate({"inspect", one_, "--files"}).out);
  EXPECT_TRUE(tidegate({"inspect", url, "--json"}).err.starts_with("unverified: the first "));
  // Of a file: what lies beside it.
  const auto local = tidegate({"inspect", one_});
  EXPECT_NE(local.out.find("beside it, not checked\n  " + file + ".cdx.json"), std::string::npos)
      << local.out;
  EXPECT_EQ(tidegate({"inspect", store_}).exit_code, 40);
  EXPECT_EQ(tidegate({"inspect", "ftp://x/orders/1"}).exit_code, 64);
  EXPECT_NE(tidegate({"inspect", "/nowhere/orders/1"}).err.find("cannot be read"), std::string::npos);
}

TEST_F(Stores, publish_list_pull) {
  const std::string name = this->name(one_), digest = identity(one_);
  const std::string address = store_ + "/" + name + "/1.2.0";
  const auto published = tidegate({"publish", one_, "--to", store_});
  ASSERT_EQ(published.exit_code, 0) << published.err;
  EXPECT_EQ(published.out, "published          " + address + "@sha256:" + digest + "\n");
  const auto again = tidegate({"publish", one_, "--to", "file://" + store_ + "/"});
  EXPECT_EQ(again.exit_code, 0) << again.err;
  EXPECT_EQ(again.out, "already published  " + address + "@sha256:" + digest + "\n");
  const auto listed = tidegate({"list", store_});
  EXPECT_EQ(listed.exit_code, 0) << listed.err;
  EXPECT_TRUE(listed.out.starts_with(name + "  1.2.0  -  ")) << listed.out;
  EXPECT_EQ(listed.out, tidegate({"list", store_ + "/" + name}).out);
  const std::string out = folder_.path() + "/pulled", extracted = folder_.path() + "/extracted";
  const auto pulled =
      tidegate({"pull", address + "@sha256:" + digest, "-o", out, "--extract", extracted});
  ASSERT_EQ(pulled.exit_code, 0) << pulled.err;
  EXPECT_NE(pulled.out.find("sha256:" + digest), std::string::npos);
  EXPECT_EQ(pulled.err, "");
  EXPECT_TRUE(fs::exists(extracted + "/META/manifest.json"));
  std::size_t files = 0;
  for (const auto& file : fs::directory_iterator(out)) {
    ++files;
    EXPECT_EQ(*system::read_file(file.path()),
              *system::read_file(folder_.path() + "/one/" + file.path().filename().string()));
  }
  EXPECT_GE(files, 4U);  // with SBOM, provenance and digest
  const auto by_version = tidegate({"pull", address, "-o", out});
  EXPECT_EQ(by_version.exit_code, 0);
  EXPECT_NE(by_version.err.find(address + "@sha256:" + digest), std::string::npos)
      << by_version.err;
}

TEST_F(Stores, other_content_is_exit_31_and_what_is_there_stays) {
  ASSERT_EQ(tidegate({"publish", one_, "--to", store_}).exit_code, 0);
  const std::string two = build_other("two");
  ASSERT_NE(identity(one_), identity(two));
  const auto refused = tidegate({"publish", two, "--to", store_});
  EXPECT_EQ(refused.exit_code, 31);
  EXPECT_NE(refused.err.find("[store.conflict]"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find(identity(one_)), std::string::npos);
  EXPECT_NE(refused.err.find(identity(two)), std::string::npos);
  const auto pulled =
      tidegate({"pull", store_ + "/" + name(one_) + "/1.2.0@sha256:" + identity(one_), "-o",
                folder_.path() + "/p"});
  EXPECT_EQ(pulled.exit_code, 0) << pulled.err;
  const auto other = tidegate({"pull", store_ + "/" + name(one_) + "/1.2.0@sha256:" + identity(two),
                               "-o", folder_.path() + "/q"});
  EXPECT_EQ(other.exit_code, 30);
  EXPECT_FALSE(fs::exists(folder_.path() + "/q/" + fs::path(one_).filename().string()));
}

TEST_F(Stores, nothing_is_published_that_does_not_verify) {
  const auto count = [&] { return fs::exists(store_); };
  const std::string bytes = *system::read_file(one_);
  ASSERT_TRUE(
      system::write_file(folder_.path() + "/cut.tar.gz", bytes.substr(0, bytes.size() - 1)).ok());
  EXPECT_EQ(tidegate({"publish", folder_.path() + "/cut.tar.gz", "--to", store_}).exit_code, 30);
  ASSERT_TRUE(system::write_file(folder_.path() + "/renamed.tar.gz", bytes).ok());
  EXPECT_NE(tidegate({"publish", folder_.path() + "/renamed.tar.gz", "--to", store_})
                .err.find("[store.bad-name]"),
            std::string::npos);
  // One that is wrong keeps back all.
  EXPECT_EQ(tidegate({"publish", one_, folder_.path() + "/cut.tar.gz", "--to", store_}).exit_code, 30);
  ASSERT_TRUE(system::write_file(one_ + ".sha256", std::string(64, '0') + "  x\n").ok());
  EXPECT_EQ(tidegate({"publish", one_, "--to", store_}).exit_code, 30);
  EXPECT_FALSE(count()) << "something was written";
  const std::string manifest = folder_.path() + "/s/tidegate.yaml";
  ASSERT_TRUE(system::write_file(manifest, *system::read_file(manifest) + "# changed\n").ok());
  const std::string dirty = build("dirty", {"--worktree", "--version", "2"});
  const auto refused = tidegate({"publish", dirty, "--to", store_});
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_NE(refused.err.find("[store.dirty]"), std::string::npos) << refused.err;
  EXPECT_EQ(tidegate({"publish", dirty, "--to", store_, "--allow-dirty"}).exit_code, 0);
  EXPECT_EQ(tidegate({"publish", one_}).exit_code, 64);
  const auto unknown = tidegate({"publish", dirty, "--to", "gopher://x/y"});
  EXPECT_EQ(unknown.exit_code, 64);
  EXPECT_NE(unknown.err.find("file:///FOLDER"), std::string::npos) << unknown.err;
}

TEST_F(Stores, nothing_is_published_that_nobody_owns) {
  const std::string bare = folder_.path() + "/bare";
  test::make_repository(TIDEGATE_SOURCE_DIR "/fixtures/services/bare-factory", bare);
  ASSERT_EQ(tidegate({"build", bare, "-o", folder_.path() + "/bare-out", "--version", "1.0.0"}).exit_code, 0);
  const std::string artifact = test::find_artifact(folder_.path() + "/bare-out");
  const auto refused = tidegate({"publish", artifact, "--to", store_});
  EXPECT_EQ(refused.exit_code, 64);
  EXPECT_NE(refused.err.find("[service.missing-manifest]"), std::string::npos) << refused.err;
  EXPECT_NE(refused.err.find("was built without service and owner in tidegate.yaml"), std::string::npos) << refused.err;
  EXPECT_FALSE(fs::exists(store_)) << "something was written";
  // One of the two is not enough, nor is what a build makes up.
  int n = 0;
  for (const auto& [manifest, missing] : std::vector<std::pair<std::string, std::string>>{
           {"owner: team\n", "without service in"}, {"service: bare\n", "without owner in"},
           {"service: bare\nowner: unowned\n", "without owner in"}, {"service: service\nowner: team\n", "without service in"},
           {"service: bare\nowner: team\n", ""}}) {
    ASSERT_TRUE(system::write_file(bare + "/tidegate.yaml", manifest).ok());
    test::git(bare, {"add", "-A"});
    test::git(bare, {"commit", "-q", "-m", "x"});
    const std::string out = folder_.path() + "/bare-" + std::to_string(n++);
    ASSERT_EQ(tidegate({"build", bare, "-o", out, "--version", "1.0.0"}).exit_code, 0) << manifest;
    const auto again = tidegate({"publish", test::find_artifact(out), "--to", store_});
    EXPECT_EQ(again.exit_code, missing.empty() ? 0 : 64) << manifest << again.err;
    EXPECT_NE(again.err.find(missing), std::string::npos) << again.err;
  }
}

TEST_F(Stores, signed_documents_of_another_run_stay_if_they_verify) {
  const std::string key = folder_.path() + "/k";
  ASSERT_EQ(tidegate({"key", "generate", key}).exit_code, 0);
  EXPECT_EQ(tidegate({"publish", one_, "--to", store_, "--key", key + ".pub"}).exit_code, 30)
      << "it is not signed";
  ASSERT_EQ(tidegate({"sign", one_, "--key", key}).exit_code, 0);
  ASSERT_EQ(tidegate({"publish", one_, "--to", store_, "--key", key + ".pub"}).exit_code, 0);
  // The other run got as far as the sidecars.
  const std::string place = store_ + "/" + name(one_) + "/1.2.0";
  fs::remove(place + "/" + fs::path(one_).filename().string());
  ASSERT_EQ(tidegate({"sign", one_, "--key", key}).exit_code, 0);  // other signatures, as good
  const auto unjudged = tidegate({"publish", one_, "--to", store_});
  EXPECT_EQ(unjudged.exit_code, 31);
  EXPECT_NE(unjudged.err.find("--key"), std::string::npos) << unjudged.err;
  const auto judged = tidegate({"publish", one_, "--to", store_, "--key", key + ".pub"});
  EXPECT_EQ(judged.exit_code, 0) << judged.err;
  const std::string out = folder_.path() + "/pulled";
  ASSERT_EQ(tidegate({"pull", place, "-o", out}).exit_code, 0);
  EXPECT_EQ(
      tidegate({"verify", out + "/" + fs::path(one_).filename().string(), "--key", key + ".pub"})
          .exit_code,
      0);
}

// A deployment leaves a signed receipt beside what it deployed, each of its own name; what is no receipt of it does not get there.
TEST_F(Stores, signed_receipts_lie_beside_the_artifact) {
  const std::string key = folder_.path() + "/k", plan = folder_.path() + "/receipt";
  ASSERT_EQ(tidegate({"key", "generate", key}).exit_code, 0);
  ASSERT_EQ(tidegate({"sign", one_, "--key", key}).exit_code, 0);
  const auto receipt = [&](const std::string& digest, const std::string& now) {
    const auto judged = run_program("deploy-gate", {"check", TIDEGATE_SOURCE_DIR "/fixtures/plans/release-safe.json", "--receipt", plan,
                                                    "--artifact-identity", "sha256:" + digest, "--now", now});
    EXPECT_EQ(judged.exit_code, 0) << judged.err;
    EXPECT_EQ(tidegate({"sign", plan, "--key", key}).exit_code, 0);
    return plan + ".intoto.jsonl";
  };
  const std::vector<std::string> publish{"publish", one_, "--to", store_, "--key", key + ".pub"};
  const auto with = [&](std::vector<std::string> words, const std::string& file) {
    words.insert(words.end(), {"--receipt", file});
    return tidegate(words);
  };
  const auto unsigned_receipt = with({"publish", one_, "--to", store_}, receipt(identity(one_), "2026-11-01T00:00:00Z"));
  EXPECT_EQ(unsigned_receipt.exit_code, 64);
  EXPECT_NE(unsigned_receipt.err.find("[store.bad-receipt]"), std::string::npos) << unsigned_receipt.err;
  EXPECT_EQ(with(publish, plan).exit_code, 30) << "not signed";
  EXPECT_EQ(with(publish, one_ + ".intoto.jsonl").exit_code, 30) << "a provenance is no receipt";
  const auto other = with(publish, receipt(std::string(64, 'a'), "2026-11-01T00:00:00Z"));
  EXPECT_EQ(other.exit_code, 30);
  EXPECT_NE(other.err.find("[signature.other-artifact]"), std::string::npos) << other.err;
  EXPECT_FALSE(fs::exists(store_)) << "something was written";

  for (const char* now : {"2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"}) {
    const std::string file = receipt(identity(one_), now);
    for (int i = 0; i < 2; ++i) EXPECT_EQ(with(publish, file).exit_code, 0);
  }
  const std::string out = folder_.path() + "/pulled";
  ASSERT_EQ(tidegate({"pull", store_ + "/" + name(one_) + "/1.2.0", "-o", out}).exit_code, 0);
  std::size_t receipts = 0;
  for (const auto& file : fs::directory_iterator(out)) {
    if (file.path().string().find(".receipt-") == std::string::npos) continue;
    ++receipts;
    EXPECT_EQ(tidegate({"verify", file.path(), "--key", key + ".pub"}).exit_code, 0);
  }
  EXPECT_EQ(receipts, 2U);
}

// Killed at any moment: the store holds nothing, or the release with everything beside it; the next
// run completes it.
TEST_F(Stores, kill_at_random_moments_leaves_a_store_that_is_right) {
  const std::string name = this->name(one_), file = fs::path(one_).filename().string();
  std::mt19937 random(7);
  std::set<bool> seen;
  for (int i = 0; i < 60; ++i) {
    const std::string store = folder_.path() + "/store" + std::to_string(i);
    auto child = system::Child::start({.argv = {program, "publish", one_, "--to", store}});
    ASSERT_TRUE(child.ok());
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 40000));
    (*child)->send_signal(SIGKILL);
    (void)(*child)->wait(std::chrono::seconds(60));
    const std::string target = store + "/" + name + "/1.2.0/" + file;
    seen.insert(fs::exists(target));
    if (fs::exists(target)) {
      EXPECT_EQ(tidegate({"pull", store + "/" + name + "/1.2.0@sha256:" + identity(one_), "-o",
                          folder_.path() + "/k" + std::to_string(i)})
                    .exit_code,
                0);
      for (const char* suffix : {".sha256", ".cdx.json", ".provenance.json"}) {
        EXPECT_TRUE(fs::exists(folder_.path() + "/k" + std::to_string(i) + "/" + file + suffix))
            << suffix;
      }
    }
    if (fs::exists(store)) {
      for (const auto& one : fs::recursive_directory_iterator(store)) {
        if (!one.is_regular_file()) continue;
        EXPECT_EQ(*system::read_file(one.path()),
                  *system::read_file(folder_.path() + "/one/" + one.path().filename().string()));
      }
    }
    EXPECT_EQ(tidegate({"publish", one_, "--to", store}).exit_code, 0);
  }
  EXPECT_TRUE(seen.count(false)) << "never killed before the end";
}

// Many at once, with two contents: one wins, and its publishers alone are told so.
TEST_F(Stores, racing_publishers_never_mix) {
  const std::string two = build_other("two");
  for (int round = 0; round < 5; ++round) {
    const std::string store = folder_.path() + "/race" + std::to_string(round);
    std::vector<std::unique_ptr<system::Child>> children;
    for (int i = 0; i < 6; ++i) {
      auto child =
          system::Child::start({.argv = {program, "publish", i % 2 == 0 ? one_ : two, "--to", store}});
      ASSERT_TRUE(child.ok());
      children.push_back(std::move(*child));
    }
    std::vector<int> ends;
    for (const auto& child : children)
      ends.push_back(child->wait(std::chrono::seconds(120))->exit_code);
    const std::string won =
        identity(store + "/" + name(one_) + "/1.2.0/" + fs::path(one_).filename().string());
    for (std::size_t i = 0; i < ends.size(); ++i) {
      EXPECT_EQ(ends[i], identity(i % 2 == 0 ? one_ : two) == won ? 0 : 31) << i;
    }
  }
}

}  // namespace
}  // namespace tidegate
