// SPDX-License-Identifier: Apache-2.0
// An artifact that is compressed with Zstandard goes everywhere where one with gzip goes, and is
// the same one.
#include <gtest/gtest.h>

#include <filesystem>

#include "document/parse.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;
using test::TemporaryFolder;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";

class Compressions : public testing::Test {
 protected:
  void SetUp() override {
    test::make_repository(sample, folder_.path() + "/s");
    gzip_ = build("gzip");
    zstd_ = build("zstd");
  }
  std::string build(const std::string& compression) {
    const std::string out = folder_.path() + "/" + compression;
    const auto built =
        run_program("tidegate", {"build", folder_.path() + "/s", "-o", out, "--version", "1.2.0",
                                 "--compression", compression});
    EXPECT_EQ(built.exit_code, 0) << built.err;
    const std::size_t at = built.out.find("identity sha256:");
    identities_[compression] = built.out.substr(at + 16, 64);
    return test::find_artifact(out);
  }
  system::ProcessResult tidegate(const std::vector<std::string>& words) {
    system::ProcessResult result = run_program("tidegate", words);
    EXPECT_EQ(result.exit_code, 0) << words.front() << "\n" << result.out << result.err;
    return result;
  }
  std::string shell(const std::string& script) {
    const auto result =
        system::run_process({.argv = {"bash", "-ec", script}, .directory = folder_.path()});
    EXPECT_TRUE(result.ok() && result->exit_code == 0) << script << "\n" << result->err;
    return result->out;
  }

  const TemporaryFolder folder_{};
  std::string gzip_{}, zstd_{};
  std::map<std::string, std::string> identities_{};
};

TEST_F(Compressions, give_one_identity_that_plain_tools_compute) {
  EXPECT_TRUE(gzip_.ends_with("/retail-orders-1.2.0.tar.gz")) << gzip_;
  EXPECT_TRUE(zstd_.ends_with("/retail-orders-1.2.0.tar.zst")) << zstd_;
  EXPECT_EQ(identities_["gzip"], identities_["zstd"]);
  EXPECT_EQ(tidegate({"build", folder_.path() + "/s", "--dry-run", "--version", "1",
                      "--compression", "zstd"})
                .out.find("retail-orders-1.tar.gz"),
            std::string::npos);
  EXPECT_EQ(
      run_program("tidegate", {"build", folder_.path() + "/s", "--compression", "xz"}).exit_code,
      64);
  if (!system::find_program("zstd")) GTEST_SKIP() << "zstd is missing";
  EXPECT_TRUE(shell("zstd -dc zstd/*.tar.zst | sha256sum").starts_with(identities_["zstd"]));
  shell("mkdir x && tar --zstd -xpf zstd/*.tar.zst -C x && test -s x/META/manifest.json");
}

TEST_F(Compressions, say_the_same_of_themselves) {
  for (const char* format : {"--json", "--files"}) {
    EXPECT_EQ(tidegate({"inspect", zstd_, format}).out, tidegate({"inspect", gzip_, format}).out);
  }
  EXPECT_EQ(tidegate({"sbom", zstd_}).out, tidegate({"sbom", gzip_}).out);
  EXPECT_EQ(tidegate({"verify", zstd_, "--identity", "sha256:" + identities_["gzip"]}).exit_code,
            0);
  tidegate({"verify", zstd_, "--rebuild", folder_.path() + "/s"});
  const auto difference =
      document::parse_json("diff", tidegate({"diff", gzip_, zstd_, "--json"}).out);
  ASSERT_TRUE(difference.ok());
  EXPECT_EQ((*difference)->root()["files"].size(), 0U);
  // Rebuilt from the same inputs: nothing to say against the other compression.
  const auto again = tidegate({"build", folder_.path() + "/s", "-o", folder_.path() + "/again",
                               "--version", "1.2.0", "--compression", "zstd", "--previous", gzip_});
  EXPECT_NE(again.err.find("nothing changed since"), std::string::npos) << again.err;
  const std::string provenance = *system::read_file(zstd_ + ".provenance.json");
  EXPECT_EQ(test::validate("provenance.schema.json", {provenance}), std::vector<std::string>{"ok"});
  const auto parsed = document::parse_json("provenance", provenance);
  const auto internal = (*parsed)->root()["predicate"]["buildDefinition"]["internalParameters"];
  EXPECT_EQ(internal["compression"].as_string(), "zstd");
  EXPECT_EQ(internal["level"].as_string(), "3");
  EXPECT_FALSE(internal["libzstd"].as_string().empty());
}

TEST_F(Compressions, are_signed_published_and_pulled) {
  const std::string key = folder_.path() + "/k", store = folder_.path() + "/store";
  const std::map<std::string, std::string> password{
      {"TIDEGATE_KEY_PASSWORD", "correct horse battery"}};
  ASSERT_EQ(run_program("tidegate", {"key", "generate", key}, password).exit_code, 0);
  for (const std::string& file : {gzip_, zstd_}) {
    ASSERT_EQ(run_program("tidegate", {"sign", file, "--key", key}, password).exit_code, 0);
    tidegate({"verify", file, "--key", key + ".pub"});
  }
  const std::string address = store + "/retail-orders/1.2.0@sha256:" + identities_["zstd"] + "\n";
  EXPECT_EQ(tidegate({"publish", zstd_, "--to", store, "--key", key + ".pub"}).out,
            "published          " + address);
  EXPECT_EQ(tidegate({"publish", gzip_, "--to", store, "--key", key + ".pub"}).out,
            "already published  " + address);
  EXPECT_NE(tidegate({"inspect", store + "/retail-orders/1.2.0"})
                .out.find("retail-orders-1.2.0.tar.zst.sig"),
            std::string::npos);
  const std::string pulled = folder_.path() + "/p";
  tidegate({"pull", store + "/retail-orders/1.2.0@sha256:" + identities_["gzip"], "-o", pulled,
            "--extract", folder_.path() + "/tree"});
  EXPECT_EQ(*system::read_file(pulled + "/retail-orders-1.2.0.tar.zst"), *system::read_file(zstd_));
  tidegate({"verify", pulled + "/retail-orders-1.2.0.tar.zst", "--key", key + ".pub"});
  EXPECT_TRUE(system::is_file(folder_.path() + "/tree/META/manifest.json"));
  // Under the name of another compression it is another file than its manifest and its provenance
  // tell of.
  fs::copy(zstd_, folder_.path() + "/retail-orders-1.2.0.tar.gz");
  const auto misnamed = run_program(
      "tidegate", {"publish", folder_.path() + "/retail-orders-1.2.0.tar.gz", "--to", store});
  EXPECT_EQ(misnamed.exit_code, 64);
  EXPECT_NE(misnamed.err.find("[store.bad-name]"), std::string::npos) << misnamed.err;
}

// Not rehearsed here, where Terraform is needed: its own tests open an artifact the same way.
TEST_F(Compressions, a_damaged_file_does_not_verify) {
  std::string bytes = *system::read_file(zstd_);
  for (const std::size_t at : {std::size_t{8}, bytes.size() / 2, bytes.size() - 1}) {
    std::string damaged = bytes;
    damaged[at] = static_cast<char>(damaged[at] ^ 1);
    const std::string file = folder_.path() + "/damaged.tar.zst";
    ASSERT_TRUE(system::write_file(file, damaged).ok());
    EXPECT_EQ(run_program("tidegate", {"verify", file}).exit_code, 30) << at;
  }
}

}  // namespace
}  // namespace tidegate
