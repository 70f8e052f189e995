// SPDX-License-Identifier: Apache-2.0
// `tidegate diff` and `build --previous`: why is this another artifact?
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
using test::find_artifact;
using test::git;
using test::make_repository;
using test::run_program;
using test::TemporaryFolder;

const std::string sample = TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders";

class Diff : public testing::Test {
 protected:
  std::string build(const std::string& out, std::vector<std::string> more = {}) {
    std::vector<std::string> words{"build", service_, "-o", folder_.path() + "/" + out};
    words.insert(words.end(), more.begin(), more.end());
    last_ = run_program("tidegate", words);
    EXPECT_EQ(last_.exit_code, 0) << last_.err;
    return find_artifact(folder_.path() + "/" + out);
  }
  void edit(const std::string& file, const std::string& from, const std::string& to) {
    std::string text = *system::read_file(service_ + "/" + file);
    const std::size_t at = text.find(from);
    ASSERT_NE(at, std::string::npos) << file;
    text.replace(at, from.size(), to);
    ASSERT_TRUE(system::write_file(service_ + "/" + file, text).ok());
    git(service_, {"commit", "-qam", "edit"});
  }
  void SetUp() override { make_repository(sample, service_); }

  const TemporaryFolder folder_{};
  const std::string service_ = folder_.path() + "/s";
  system::ProcessResult last_{};
};

TEST_F(Diff, explains_commit_objects_terraform_and_contract) {
  const std::string before = build("one");
  edit("adf/trigger/tr_orders_daily.json", "\"interval\": 1", "\"interval\": 2");
  edit("contract/orders.schema.json", "decimal(28,2)", "decimal(30,2)");  // breaks no reader
  const std::string after = build("two", {"--previous", before});
  EXPECT_NE(last_.err.find("rebuilt  commit: "), std::string::npos) << last_.err;
  EXPECT_NE(last_.err.find("         source: 2 files (adf/trigger/tr_orders_daily.json, contract/orders.schema.json)\n"),
            std::string::npos)
      << last_.err;
  const auto text = run_program("tidegate", {"diff", before, after});
  EXPECT_EQ(text.exit_code, 0) << text.err;
  for (const char* line : {"why it was built again\n  commit: ", "\n  source: 2 files (adf/trigger/tr_orders_daily.json, ",
                           "Data Factory objects\n  changed  trigger tr_orders_daily: /properties/typeProperties/recurrence/interval\n",
                           "Terraform\n  changed  azapi_resource.trigger_tr_orders_daily: ", "contract\n  changed  contract/orders"}) {
    EXPECT_NE(text.out.find(line), std::string::npos) << line << "\n" << text.out;
  }
  const auto json = run_program("tidegate", {"diff", before, after, "--json"});
  const auto parsed = document::parse_json("diff", json.out);
  ASSERT_TRUE(parsed.ok()) << json.out;
  EXPECT_FALSE((*parsed)->root()["same"].as_boolean());
  EXPECT_EQ((*parsed)->root()["inputs"].at(0)["name"].as_string(), "commit");
  EXPECT_EQ((*parsed)->root()["objects"].at(0)["name"].as_string(), "trigger tr_orders_daily");
  if (const auto missing = test::missing_validator()) GTEST_SKIP() << *missing;
  std::string wrong = json.out;
  wrong.replace(wrong.find("\"change\""), 8, "\"chance\"");
  const auto answers = test::validate("diff.schema.json", {json.out, wrong});
  ASSERT_EQ(answers.size(), 2U) << answers[0];
  EXPECT_EQ(answers[0], "ok");
  EXPECT_NE(answers[1], "ok");
}

TEST_F(Diff, equal_inputs_are_the_same_artifact) {
  const std::string before = build("one");
  const std::string after = build("two", {"--previous", before});
  EXPECT_NE(last_.err.find("rebuilt  nothing changed since"), std::string::npos) << last_.err;
  const auto text = run_program("tidegate", {"diff", before, after});
  EXPECT_NE(text.out.find("\nthe same artifact\n"), std::string::npos) << text.out;
  build("three", {"--version", "9", "--previous", before});
  EXPECT_NE(last_.err.find("rebuilt  option --version: none -> 9\n"), std::string::npos) << last_.err;
}

TEST_F(Diff, says_which_option_changed) {
  const std::string before = build("one", {"--version", "1"});
  const std::string after = build("two", {"--version", "2", "--worktree"});
  const auto text = run_program("tidegate", {"diff", before, after});
  EXPECT_NE(text.out.find("\n  option --version: 1 -> 2; option --worktree: false -> true\n"), std::string::npos) << text.out;
  const auto json = run_program("tidegate", {"diff", before, after, "--json"});
  const auto parsed = document::parse_json("diff", json.out);
  ASSERT_TRUE(parsed.ok()) << json.out;
  const document::Node options = (*parsed)->root()["inputs"].at(0)["options"];
  EXPECT_EQ(options.at(0)["name"].as_string(), "--version");
  EXPECT_EQ(options.at(0)["after"].as_string(), "2");
  EXPECT_EQ(options.size(), 2U);
  if (const auto missing = test::missing_validator()) GTEST_SKIP() << *missing;
  EXPECT_EQ(test::validate("diff.schema.json", {json.out}), std::vector<std::string>{"ok"});
}

TEST_F(Diff, an_activity_that_moves_is_no_difference) {
  const std::string before = build("one");
  const auto done = system::run_process({.argv = {"python3", "-c", R"PY(
import json, sys, glob
for path in sorted(glob.glob(sys.argv[1] + "/adf/pipeline/*.json")):
    pipeline = json.load(open(path))
    activities = pipeline["properties"]["activities"]
    if len(activities) > 1:
        pipeline["properties"]["activities"] = activities[::-1]
        pipeline["properties"].setdefault("annotations", []).insert(0, "first")
        json.dump(pipeline, open(path, "w"), indent=2)
        break
)PY", service_}});
  ASSERT_TRUE(done.ok() && done->exit_code == 0) << done->err;
  git(service_, {"commit", "-qam", "order"});
  const auto text = run_program("tidegate", {"diff", before, build("two")});
  EXPECT_NE(text.out.find("changed  pipeline "), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("/properties/activities"), std::string::npos) << text.out;
  EXPECT_EQ(text.out.find("/properties/activities/"), std::string::npos) << text.out;
  EXPECT_NE(text.out.find("/properties/annotations"), std::string::npos) << text.out;
}

// Every clone says the same of its origin, because nobody asks git.
TEST_F(Diff, the_declared_repository_stands_in_manifest_and_provenance) {
  edit("tidegate.yaml", "owner:", "repository: https://git.example.com/retail/orders\nowner:");
  const std::string artifact = build("one");
  git(service_, {"remote", "add", "origin", "ssh://git@elsewhere.example.com/x"});
  const std::string again = build("two");
  EXPECT_EQ(*system::read_file(artifact), *system::read_file(again));
  const auto shown = run_program("tidegate", {"inspect", artifact});
  EXPECT_NE(shown.out.find(", of https://git.example.com/retail/orders\n"), std::string::npos) << shown.out;
  const std::string provenance = *system::read_file(artifact + ".provenance.json");
  EXPECT_NE(provenance.find("\"uri\": \"git+https://git.example.com/retail/orders@"), std::string::npos) << provenance;
  EXPECT_EQ(provenance.find("elsewhere"), std::string::npos);
}

// An artifact that claims the inputs of another one is put together with plain tools: only the bytes can tell.
TEST_F(Diff, a_forged_previous_with_equal_inputs_is_found_and_nothing_is_kept) {
  const std::string genuine = build("one");
  const std::string script = R"PY(
import hashlib, json, subprocess, sys, tarfile, io, gzip
before, after = sys.argv[1:]
tar = tarfile.open(before)
files = {m.name: tar.extractfile(m).read() for m in tar.getmembers()}
manifest = json.loads(files["META/manifest.json"])
files["source/adf/trigger/tr_orders_daily.json"] += b"\n"
for entry in manifest["files"]:
    entry["sha256"] = hashlib.sha256(files[entry["path"]]).hexdigest()
    entry["size"] = len(files[entry["path"]])
content = [f for f in manifest["files"] if not f["path"].startswith("META/")]
manifest["contentDigest"] = hashlib.sha256("".join(f"{f['sha256']}  {f['path']}\n" for f in content).encode()).hexdigest()
files["META/manifest.json"] = (json.dumps(manifest, indent=2, sort_keys=True, ensure_ascii=False) + "\n").encode()
files["META/manifest.json"] = files["META/manifest.json"].replace(b": []", b": []")
out = io.BytesIO()
with tarfile.open(fileobj=out, mode="w", format=tarfile.GNU_FORMAT) as made:
    for name in sorted(files):
        info = tarfile.TarInfo(name)
        info.size, info.mtime, info.mode = len(files[name]), 315532801, 0o644
        made.addfile(info, io.BytesIO(files[name]))
data = out.getvalue()
end = sum(512 + (len(b) + 511) // 512 * 512 for b in files.values()) + 1024
data = data[:end]
body = gzip.compress(data, 6)
open(after, "wb").write(b"\x1f\x8b\x08\0\0\0\0\0\0\xff" + body[10:])
)PY";
  const std::string forged = folder_.path() + "/forged.tar.gz";
  const auto made = system::run_process({.argv = {"python3", "-c", script, genuine, forged}});
  ASSERT_TRUE(made.ok() && made->exit_code == 0) << made->err;
  ASSERT_EQ(run_program("tidegate", {"verify", forged}).exit_code, 0) << run_program("tidegate", {"verify", forged}).err;
  const auto built = run_program("tidegate", {"build", service_, "-o", folder_.path() + "/two", "--previous", forged});
  EXPECT_EQ(built.exit_code, 20) << built.err;
  EXPECT_NE(built.err.find("[build.not-reproducible]"), std::string::npos) << built.err;
  EXPECT_TRUE(fs::is_empty(folder_.path() + "/two"));
  const auto text = run_program("tidegate", {"diff", forged, genuine});
  EXPECT_NE(text.out.find("so one of the two is not genuine"), std::string::npos) << text.out;
}

TEST_F(Diff, a_damaged_artifact_is_no_argument) {
  const std::string good = build("one");
  std::string bytes = *system::read_file(good);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  const std::string bad = folder_.write("bad.tar.gz", bytes);
  EXPECT_EQ(run_program("tidegate", {"diff", good, bad}).exit_code, 30);
  EXPECT_EQ(run_program("tidegate", {"diff", bad, good}).exit_code, 30);
  EXPECT_EQ(run_program("tidegate", {"build", service_, "-o", folder_.path() + "/two", "--previous", bad}).exit_code, 30);
  EXPECT_EQ(run_program("tidegate", {"diff", good}).exit_code, 64);
}

}  // namespace
}  // namespace tidegate
