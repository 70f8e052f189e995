// SPDX-License-Identifier: Apache-2.0
// The JSON Schemas of docs/formats against documents that the programs write, and against wrong
// ones.
#include <gtest/gtest.h>

#include <filesystem>
#include <map>

#include "artifact/manifest.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::run_program;
using test::validate;

const std::string fixtures = TIDEGATE_SOURCE_DIR "/fixtures";

class Output : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  }
};

void replace(std::string& text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  ASSERT_NE(at, std::string::npos) << "no " << from << " in " << text;
  text.replace(at, from.size(), to);
}

// `document` with one change each: [from, to] pairs. Every one must be refused.
void expect_refused(const std::string& schema, const std::string& document,
                    const std::vector<std::pair<std::string, std::string>>& changes,
                    bool closed = false) {
  std::vector<std::string> documents{document};
  for (const auto& change : changes) {
    documents.push_back(document);
    replace(documents.back(), change.first, change.second);
  }
  const std::vector<std::string> answers = validate(schema, documents, closed);
  ASSERT_EQ(answers.size(), documents.size()) << answers[0];
  EXPECT_EQ(answers[0], "ok");
  for (std::size_t i = 1; i < answers.size(); ++i) {
    EXPECT_NE(answers[i], "ok") << schema << ": " << changes[i - 1].first << " -> "
                                << changes[i - 1].second;
  }
}

using Changes = std::vector<std::pair<std::string, std::string>>;

const Changes wrong_manifests{{"\"contentDigest\": \"", "\"contentDigest\": \"x"},
                              {"\"domain\": ", "\"extra\": 1,\n\"domain\": "},
                              {"\"mode\": \"0644\"", "\"mode\": \"0777\""},
                              {"\"mode\": \"0644\",", ""},
                              {"\"size\": ", "\"size\": -"},
                              {"\"size\": ", "\"other\": \"x\", \"size\": "},
                              {"\"required\": true", "\"required\": \"true\""},
                              {"\"dirty\": false", "\"dirty\": null"},
                              {"\"kind\": \"git\"", "\"kind\": \"svn\""},
                              {"tidegate/manifest/1", "tidegate/manifest/2"},
                              {"\"name\": \"tidegate\"", "\"name\": \"other\""},
                              {"\"waivers\": []", "\"waivers\": {}"}};

const Changes wrong_environments{{"\"service\": ", "\"servce\": "},
                                 {"\"allowlist\"", "\"allowList\""},
                                 {"\"required\": true", "\"required\": 1"},
                                 {"\"type\": \"bool\"", "\"type\": \"number\""},
                                 {"\"globalParameters\": {", "\"globalParameters\": [], \"x\": {"},
                                 {"\"linkedServices\": [", "\"linkedServices\": [1], \"x\": ["},
                                 {"tidegate/environment/1", "tidegate/environment"},
                                 {"\"variables\": [", "\"variables\": [{},"}};

const Changes wrong_contracts{{"\"dataset\": ", "\"data\": "},
                              {"\"shared\": false", "\"shared\": \"no\""},
                              {"\"mode\": \"", "\"mode\": \"x"},
                              {"\"addresses\": [", "\"addresses\": [\"\","},
                              {"\"owner\": ", "\"team\": 1, \"owner\": "}};

// The files of the only artifact in `folder`/out, unpacked below `folder`/files.
void unpack(const std::string& folder) {
  fs::create_directories(folder + "/files");
  const auto unpacked =
      system::run_process({.argv = {"tar", "-xf", test::find_artifact(folder + "/out")},
                           .directory = folder + "/files"});
  ASSERT_TRUE(unpacked.ok() && unpacked->exit_code == 0);
}

TEST_F(Output, artifacts_of_the_sample_services_validate_and_wrong_documents_do_not) {
  for (const std::string service : {"retail-orders", "orders-reporting"}) {
    const test::TemporaryFolder folder;
    test::make_repository(fixtures + "/services/" + service, folder.path() + "/s");
    const auto built =
        run_program("tidegate", {"build", folder.path() + "/s", "-o", folder.path() + "/out"});
    ASSERT_EQ(built.exit_code, 0) << built.err;
    unpack(folder.path());
    const std::string files = folder.path() + "/files/";
    const std::string manifest = *system::read_file(files + "META/manifest.json");
    expect_refused("manifest.schema.json", manifest, wrong_manifests);
    EXPECT_TRUE(artifact::parse_manifest("manifest", manifest).ok());
    for (const auto& change : wrong_manifests) {
      std::string wrong = manifest;
      replace(wrong, change.first, change.second);
      EXPECT_FALSE(artifact::parse_manifest("manifest", wrong).ok()) << change.second;
    }
    expect_refused("environment.schema.json",
                   *system::read_file(files + "contract/environment.json"), wrong_environments);
    expect_refused("contract-lock.schema.json", *system::read_file(files + "contract/contract.lock.json"),
                   {{"tidegate/contract-lock/1", "tidegate/contract-lock/2"},
                    {"\"datasets\": {", "\"sets\": {"},
                    {"\"columns\": [", "\"columns\": [1, "},
                    {"\"mode\": \"", "\"mode\": 1, \"x\": \""}});
    const auto parsed = artifact::parse_manifest("manifest", manifest);
    ASSERT_EQ(parsed->contract_outputs.size(), 2U);
    for (const std::string& contract : parsed->contract_outputs) {
      expect_refused("contract.schema.json", *system::read_file(files + contract), wrong_contracts);
    }
  }
}

// Repositories without tidegate.yaml: every variable is derived, nothing is said about datasets.
TEST_F(Output, artifacts_of_the_corpus_validate) {
  const auto shared = test::shared_folder();
  if (!shared) GTEST_SKIP() << "the shared folder is not beside the project";
  std::vector<std::string> manifests, environments, detections;
  for (const auto& entry : fs::directory_iterator(*shared + "/corpus/adf")) {
    if (!entry.is_directory()) continue;
    const test::TemporaryFolder folder;
    const std::string repository = folder.path() + "/s";
    test::make_repository(entry.path().string(), repository);
    detections.push_back(run_program("tidegate", {"detect", repository, "--format", "json"}).out);
    const auto built = run_program("tidegate", {"build", repository, "-o", folder.path() + "/out"});
    if (built.exit_code != 0) continue;  // several roots, or located errors: another test looks
    unpack(folder.path());
    manifests.push_back(*system::read_file(folder.path() + "/files/META/manifest.json"));
    environments.push_back(*system::read_file(folder.path() + "/files/contract/environment.json"));
  }
  const auto all_ok = [](std::size_t count) { return std::vector<std::string>(count, "ok"); };
  EXPECT_EQ(validate("detect.schema.json", detections), all_ok(detections.size()));
  EXPECT_EQ(validate("manifest.schema.json", manifests), all_ok(manifests.size()));
  EXPECT_EQ(validate("environment.schema.json", environments), all_ok(environments.size()));
  EXPECT_GT(detections.size(), 3U);
  EXPECT_GT(manifests.size(), 0U);
}

TEST_F(Output, detections_validate_and_wrong_ones_do_not) {
  const test::TemporaryFolder folder;
  fs::copy(fixtures + "/services", folder.path() + "/several", fs::copy_options::recursive);
  fs::create_directories(folder.path() + "/empty");
  test::make_repository(fixtures + "/services/retail-orders", folder.path() + "/git");
  folder.write("git/.env", "X=1");
  const std::map<std::string, std::string> alone{{"GIT_CEILING_DIRECTORIES", folder.path()}};
  const auto detect = [&](const std::string& name) {
    return run_program("tidegate", {"detect", folder.path() + "/" + name, "--format", "json"},
                       alone);
  };
  const auto empty = detect("empty");
  const auto several = detect("several");
  EXPECT_EQ(empty.exit_code, 100);
  EXPECT_NE(several.out.find("detect.several-roots"), std::string::npos);
  EXPECT_EQ(validate("detect.schema.json", {empty.out, several.out}),
            (std::vector<std::string>{"ok", "ok"}));
  const std::string ours = detect("git").out;
  EXPECT_NE(ours.find("\"denied\""), std::string::npos) << ours;
  expect_refused("detect.schema.json", ours,
                 {{"\"ours\": true", "\"ours\": 1"},
                  {"\"commit\": \"", "\"commit\": \"x"},
                  {"\"pipeline\": 3", "\"pipeline\": \"3\""},
                  {"\"markers\": [", "\"markers\": [{\"name\": \"x\"},"},
                  {"\"findings\": [", "\"finding\": ["},
                  {"\"flavours\": ", "\"flavour\": [], \"flavours\": "}});
}

TEST_F(Output, verdicts_validate_and_wrong_ones_do_not) {
  std::vector<std::string> plans;
  for (const auto& entry : fs::directory_iterator(fixtures + "/plans")) {
    if (entry.path().extension() == ".json") plans.push_back(entry.path().string());
  }
  ASSERT_GE(plans.size(), 3U);
  const test::TemporaryFolder folder;
  plans.push_back(folder.write(
      "state.json", R"({"format_version":"1.0","terraform_version":"1.9.0","values":{}})"));
  plans.push_back(folder.write("broken.json", "{\"format_version\": \"1.2\",\n  x"));
  plans.push_back(folder.write(
      "newer.json",
      R"({"format_version":"2.0","terraform_version":"3.0.0","resource_changes":[]})"));
  plans.push_back(folder.write("empty.json", ""));
  std::vector<std::string> verdicts;
  std::string blocked;
  for (const std::string& plan : plans) {
    const auto result = run_program("deploy-gate", {"check", plan, "--format", "json"});
    EXPECT_TRUE(result.out.ends_with("}\n")) << plan << result.out << result.err;
    verdicts.push_back(result.out);
    if (result.exit_code == 10) blocked = result.out;
  }
  // `closed`: no member that the schema does not name, although readers must take later ones.
  const std::vector<std::string> answers = validate("verdict.schema.json", verdicts, true);
  ASSERT_EQ(answers.size(), plans.size()) << answers[0];
  for (std::size_t i = 0; i < plans.size(); ++i) EXPECT_EQ(answers[i], "ok") << plans[i];
  ASSERT_FALSE(blocked.empty());
  expect_refused("verdict.schema.json", blocked,
                 {{"\"verdict\": \"blocked\"", "\"verdict\": \"maybe\""},
                  {"\"exitCode\": 10", "\"exitCode\": 1"},
                  {"\"exitCode\": 10,", ""},
                  {"\"severity\": \"block\"", "\"severity\": \"high\""},
                  {"\"sha256\": \"", "\"sha256\": \"x"},
                  {"\"evaluated\": ", "\"evaluated\": -"},
                  {"\"notes\": []", "\"notes\": null"}});
  expect_refused(
      "verdict.schema.json", blocked,
      {{"\"reason\": ", "\"extra\": 1, \"reason\": "}, {"\"rule\": ", "\"rul\": 1, \"rule\": "}},
      true);
}

}  // namespace
}  // namespace tidegate
