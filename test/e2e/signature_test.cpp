// SPDX-License-Identifier: Apache-2.0
// Keys, `sign`, `verify --key`: judged by openssl and by Sigstore's own verifier.
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <cstdlib>
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
const std::map<std::string, std::string> password{{"TIDEGATE_KEY_PASSWORD", "correct horse battery"}};

system::ProcessResult run_shell(const std::string& script, const std::string& folder, const std::map<std::string, std::string>& environment = {}) {
  const auto result = system::run_process({.argv = {"bash", "-ec", script}, .directory = folder, .environment = environment});
  EXPECT_TRUE(result.ok());
  return result.ok() ? *result : system::ProcessResult{};
}

class Signing : public testing::Test {
 protected:
  void SetUp() override {
    test::make_repository(sample, folder_.path() + "/s");
    const auto built = run_program("tidegate", {"build", folder_.path() + "/s", "-o", out_});
    ASSERT_EQ(built.exit_code, 0) << built.err;
    artifact_ = test::find_artifact(out_);
    const auto made = run_program("tidegate", {"key", "generate", key_}, password);
    ASSERT_EQ(made.exit_code, 0) << made.err;
  }
  void sign() {
    const auto done = run_program("tidegate", {"sign", artifact_, "--key", key_}, password);
    ASSERT_EQ(done.exit_code, 0) << done.err;
  }
  system::ProcessResult verify(const std::string& file, const std::string& key) { return run_program("tidegate", {"verify", file, "--key", key}); }
  void change(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = *system::read_file(file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << from;
    ASSERT_TRUE(system::write_file(file, text.replace(at, from.size(), to)).ok());
  }

  const TemporaryFolder folder_{};
  const std::string out_ = folder_.path() + "/out";
  const std::string key_ = folder_.path() + "/release.key";
  std::string artifact_{};
};

TEST_F(Signing, keys_are_private_encrypted_and_never_overwritten) {
  struct stat info {};
  ASSERT_EQ(::stat(key_.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 0777U, 0600U);
  const std::string before = *system::read_file(key_);
  EXPECT_TRUE(before.starts_with("-----BEGIN ENCRYPTED PRIVATE KEY-----\n"));
  const auto again = run_program("tidegate", {"key", "generate", key_}, password);
  EXPECT_EQ(again.exit_code, 64);
  EXPECT_NE(again.err.find("[signature.key-exists]"), std::string::npos) << again.err;
  EXPECT_EQ(*system::read_file(key_), before);
  const auto open = run_program("tidegate", {"key", "public", key_}, password);
  EXPECT_EQ(open.out, *system::read_file(key_ + ".pub"));
  const auto wrong = run_program("tidegate", {"key", "public", key_}, {{"TIDEGATE_KEY_PASSWORD", "hunter2"}});
  EXPECT_EQ(wrong.exit_code, 64);
  EXPECT_EQ(wrong.err.find("hunter2"), std::string::npos);
  EXPECT_NE(wrong.err.find("[signature.wrong-password]"), std::string::npos) << wrong.err;
  // openssl reads both halves.
  const auto openssl = run_shell("openssl pkey -in release.key -passin env:TIDEGATE_KEY_PASSWORD -pubout | cmp - release.key.pub && "
                                 "openssl ec -pubin -in release.key.pub -noout -text 2>&1 | grep -q prime256v1", folder_.path(), password);
  EXPECT_EQ(openssl.exit_code, 0) << openssl.err;
}

TEST_F(Signing, openssl_and_sha256sum_agree) {
  sign();
  const auto judged = run_shell("x=$(basename out/*.tar.gz); cd out; sha256sum -c $x.sha256; base64 -d $x.sig > ../x.der; "
                                "openssl dgst -sha256 -verify ../release.key.pub -signature ../x.der $x", folder_.path());
  EXPECT_EQ(judged.exit_code, 0) << judged.err;
  EXPECT_NE(judged.out.find("Verified OK"), std::string::npos) << judged.out;
  // The envelope by hand: its signed bytes, put together by Python.
  const auto envelope = run_shell(R"(python3 - <<'P'
import base64, glob, json
line = open(glob.glob("out/*.intoto.jsonl")[0]).read()
envelope = json.loads(line)
body, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"]
open("pae", "wb").write(f"DSSEv1 {len(kind)} {kind} {len(body)} ".encode() + body)
open("pae.der", "wb").write(base64.b64decode(envelope["signatures"][0]["sig"]))
assert body == open(glob.glob("out/*.provenance.json")[0], "rb").read()
P
openssl dgst -sha256 -verify release.key.pub -signature pae.der pae)", folder_.path());
  EXPECT_EQ(envelope.exit_code, 0) << envelope.err;
}

TEST_F(Signing, sigstore_agrees) {
  const char* given = std::getenv("TIDEGATE_SIGSTORE");
  if (given == nullptr || !system::find_program("node")) GTEST_SKIP() << "node, or @sigstore/verify (./dev sigstore, TIDEGATE_SIGSTORE) is missing";
  sign();
  const std::map<std::string, std::string> environment{{"TIDEGATE_SIGSTORE", given}};
  const std::string judge = "node " TIDEGATE_SOURCE_DIR "/test/support/sigstore_verify.mjs release.key.pub ";
  const auto file = run_shell(judge + "out/*.tar.gz.sigstore.json out/*.tar.gz", folder_.path(), environment);
  EXPECT_EQ(file.exit_code, 0) << file.err;
  const auto statement = run_shell(judge + "out/*.provenance.sigstore.json", folder_.path(), environment);
  EXPECT_EQ(statement.exit_code, 0) << statement.err;
  EXPECT_EQ(statement.out, "verified\n" + *system::read_file(artifact_ + ".provenance.json"));
  // It is no judge if it says yes to everything.
  ASSERT_TRUE(system::write_file(folder_.path() + "/other", "x").ok());
  EXPECT_NE(run_shell(judge + "out/*.tar.gz.sigstore.json other", folder_.path(), environment).exit_code, 0);
}

TEST_F(Signing, verify_needs_both_documents_and_names_the_builder) {
  EXPECT_NE(verify(artifact_, key_ + ".pub").err.find("[signature.missing]"), std::string::npos);
  sign();
  const auto good = verify(artifact_, key_ + ".pub");
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_NE(good.out.find("urn:tidegate:builder:local"), std::string::npos) << good.out;
  EXPECT_EQ(good.out.find("integrity only"), std::string::npos);
  ASSERT_EQ(run_program("tidegate", {"key", "generate", folder_.path() + "/other.key"}).exit_code, 0);
  const auto other = verify(artifact_, folder_.path() + "/other.key.pub");
  EXPECT_EQ(other.exit_code, 30);
  EXPECT_NE(other.err.find("was signed with another key"), std::string::npos) << other.err;
  EXPECT_EQ(verify(artifact_, key_).exit_code, 64) << "a private key is no public one";
  fs::remove(artifact_ + ".provenance.sigstore.json");
  const auto half = verify(artifact_, key_ + ".pub");
  EXPECT_EQ(half.exit_code, 30);
  EXPECT_NE(half.err.find("has no provenance"), std::string::npos) << half.err;
}

TEST_F(Signing, what_belongs_to_another_artifact_is_refused) {
  sign();
  const auto built = run_program("tidegate", {"build", folder_.path() + "/s", "-o", folder_.path() + "/two", "--version", "9"});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const std::string second = test::find_artifact(folder_.path() + "/two");
  ASSERT_EQ(run_program("tidegate", {"sign", second, "--key", key_}, password).exit_code, 0);
  for (const char* suffix : {".sigstore.json", ".provenance.sigstore.json"}) {
    const std::string kept = *system::read_file(artifact_ + suffix);
    fs::copy_file(second + suffix, artifact_ + suffix, fs::copy_options::overwrite_existing);
    const auto mixed = verify(artifact_, key_ + ".pub");
    EXPECT_EQ(mixed.exit_code, 30) << suffix;
    ASSERT_TRUE(system::write_file(artifact_ + suffix, kept).ok());
  }
  EXPECT_EQ(verify(artifact_, key_ + ".pub").exit_code, 0);
}

// sign believes a statement only if it tells of the artifact that it lies beside.
TEST_F(Signing, nothing_wrong_is_signed) {
  const std::string statement = artifact_ + ".provenance.json", sound = *system::read_file(statement);
  const std::string sha = sound.substr(sound.find("\"sha256\": \"") + 11, 64);
  const std::vector<std::pair<std::string, std::string>> changes{{sha, std::string(64, '0')},
                                                                 {"#tar", "#zip"},
                                                                 {"\"path\": \"\"", "\"path\": \"other\""},
                                                                 {"\"version\": \"\"", "\"version\": \"9\""},
                                                                 {"\"tidegate\": \"", "\"tidegate\": \"9"},
                                                                 {"\"inputsDigest\": \"", "\"inputsDigest\": \"0"},
                                                                 {"\"gitCommit\": \"", "\"gitCommit\": \"0"},
                                                                 {"\"ref\": \"HEAD\",", ""},
                                                                 {"provenance/v1", "provenance/v2"}};
  for (const auto& one : changes) {
    change(statement, one.first, one.second);
    const auto refused = run_program("tidegate", {"sign", artifact_, "--key", key_}, password);
    if (one.first != "\"ref\": \"HEAD\",") {
      EXPECT_EQ(refused.exit_code, 30) << one.second << refused.err;
    }
    ASSERT_TRUE(system::write_file(statement, sound).ok());
  }
  std::string bytes = *system::read_file(artifact_);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  ASSERT_TRUE(system::write_file(artifact_, bytes).ok());
  EXPECT_EQ(run_program("tidegate", {"sign", artifact_, "--key", key_}, password).exit_code, 30);
}

TEST_F(Signing, a_receipt_of_the_gate_is_signed_in_the_same_way) {
  const std::string receipt = folder_.path() + "/receipt.json";
  const auto checked = run_program("deploy-gate", {"check", TIDEGATE_SOURCE_DIR "/fixtures/plans/release-safe.json", "--receipt", receipt});
  ASSERT_EQ(checked.exit_code, 0) << checked.err;
  ASSERT_EQ(run_program("tidegate", {"sign", receipt, "--key", key_}, password).exit_code, 0);
  const auto good = verify(receipt + ".sigstore.json", key_ + ".pub");
  EXPECT_EQ(good.exit_code, 0) << good.err;
  EXPECT_NE(good.out.find("https://slsa.dev/verification_summary/v1"), std::string::npos) << good.out;
  EXPECT_EQ(verify(receipt + ".intoto.jsonl", key_ + ".pub").exit_code, 0);
  change(receipt + ".intoto.jsonl", "\"payload\":\"ew", "\"payload\":\"ex");
  EXPECT_EQ(verify(receipt + ".intoto.jsonl", key_ + ".pub").exit_code, 30);
  EXPECT_EQ(verify(receipt, key_ + ".pub").exit_code, 30) << "the statement itself carries no signature";
  EXPECT_EQ(run_program("tidegate", {"verify", receipt + ".sigstore.json"}).exit_code, 64);
}

TEST_F(Signing, provenance_obeys_its_schema_and_holds_no_value_of_the_environment) {
  const auto built = run_program("tidegate", {"build", folder_.path() + "/s", "-o", folder_.path() + "/ci"},
                                 {{"GIT_URL", "https://user:hush-token@git.example.org/team/orders.git"}, {"BUILD_TAG", "jenkins-orders-7"}, {"CI", "true"}});
  ASSERT_EQ(built.exit_code, 0) << built.err;
  const std::string text = *system::read_file(test::find_artifact(folder_.path() + "/ci") + ".provenance.json");
  EXPECT_EQ(text.find("hush-token"), std::string::npos);
  EXPECT_NE(text.find("\"repository\": \"https://git.example.org/team/orders.git\""), std::string::npos) << text;
  EXPECT_NE(text.find("urn:tidegate:builder:self-hosted-ci"), std::string::npos);
  EXPECT_NE(text.find("\"invocationId\": \"jenkins:jenkins-orders-7\""), std::string::npos);
  if (const auto missing = test::missing_validator()) GTEST_SKIP() << *missing;
  EXPECT_EQ(test::validate("provenance.schema.json", {text, *system::read_file(artifact_ + ".provenance.json")}), (std::vector<std::string>{"ok", "ok"}));
}

TEST_F(Signing, the_recorded_commit_gives_the_same_identity_again) {
  const auto same = run_program("tidegate", {"verify", artifact_, "--rebuild", folder_.path() + "/s"});
  EXPECT_EQ(same.exit_code, 0) << same.err;
  EXPECT_NE(same.out.find("gives the same identity"), std::string::npos) << same.out;
  // Later commits do not matter.
  ASSERT_TRUE(system::write_file(folder_.path() + "/s/config/more.json", "{}\n").ok());
  test::git(folder_.path() + "/s", {"add", "-A"});
  test::git(folder_.path() + "/s", {"commit", "-qm", "more"});
  EXPECT_EQ(run_program("tidegate", {"verify", artifact_, "--rebuild", folder_.path() + "/s"}).exit_code, 0);
  // A repository without that commit, and an artifact without one.
  test::make_repository(TIDEGATE_SOURCE_DIR "/fixtures/services/bare-factory", folder_.path() + "/other");
  const auto other = run_program("tidegate", {"verify", artifact_, "--rebuild", folder_.path() + "/other"});
  EXPECT_EQ(other.exit_code, 30) << other.out;
  EXPECT_NE(other.err.find("[artifact.not-rebuilt]"), std::string::npos) << other.err;
  ASSERT_TRUE(system::write_file(folder_.path() + "/s/config/loose.json", "{}\n").ok());
  ASSERT_EQ(run_program("tidegate", {"build", folder_.path() + "/s", "--worktree", "-o", folder_.path() + "/dirty"}).exit_code, 0);
  EXPECT_EQ(run_program("tidegate", {"verify", test::find_artifact(folder_.path() + "/dirty"), "--rebuild", folder_.path() + "/s"}).exit_code, 30);
}

}  // namespace
}  // namespace tidegate
