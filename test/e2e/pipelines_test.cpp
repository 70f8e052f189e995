// SPDX-License-Identifier: Apache-2.0
// The templates of buildpack/ci: linted by the tools of others, every command documented, and executed step by step with
// the built programs and the real Terraform; the stand-in providers take the place of the cloud, a folder that of the store.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <set>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "document/node.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "e2e/pipelines.hpp"
#include "e2e/stand_in.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::Pipeline;
using test::PipelineRun;
using test::run_program;
using test::TemporaryFolder;

const std::string templates = TIDEGATE_SOURCE_DIR "/buildpack/ci/";

struct Template {
  std::string server{};
  std::string file{};
  Pipeline (*read)(const std::string&) = nullptr;
};
const std::vector<Template>& all_templates() {
  static const std::vector<Template> all{{"github", "github-actions.yml", test::read_github},
                                         {"azure", "azure-pipelines.yml", test::read_azure},
                                         {"jenkins", "Jenkinsfile", test::read_jenkins}};
  return all;
}

std::string text_of(const Template& one) { return *system::read_file(templates + one.file); }

std::vector<std::string> scripts_of(const Template& one) {
  std::vector<std::string> all;
  for (const test::PipelineJob& job : one.read(text_of(one)).jobs) {
    for (const test::PipelineStep& step : job.steps) {
      if (step.kind == test::PipelineStep::Kind::script) all.push_back(step.text);
    }
  }
  return all;
}

// Every scalar a text, as the schema of Azure Pipelines wants it.
void write_texts(document::JsonWriter& json, document::Node node) {
  if (node.is_object()) {
    json.begin_object();
    for (const document::Node one : node) {
      json.key(one.key());
      write_texts(json, one);
    }
    json.end_object();
  } else if (node.is_array()) {
    json.begin_array();
    for (const document::Node one : node) write_texts(json, one);
    json.end_array();
  } else if (node.is_string()) {
    json.string(node.as_string());
  } else {
    json.string(document::render_canonical_json(node));
  }
}

std::string as_json(const std::string& server, const std::string& text) {
  const document::DocumentPtr parsed = *document::parse_yaml(server, text);
  if (server == "github") return document::render_canonical_json(parsed->root());
  std::string out;
  document::JsonWriter json(out, false);
  write_texts(json, parsed->root());
  return out;
}

TEST(Pipelines, follow_the_schemas_of_their_servers) {
  const auto github = test::find_foreign_schema("ci/github-workflows.json"), azure = test::find_foreign_schema("ci/azure-pipelines.json");
  if (!github || !azure) GTEST_SKIP() << "TIDEGATE_SCHEMAS names no folder with ci/github-workflows.json (./dev schemas)";
  for (const Template& one : all_templates()) {
    if (one.server == "jenkins") continue;  // has none; its reader here knows every word, or fails
    const std::string text = text_of(one);
    std::string wrong = text;
    const std::size_t at = wrong.find(" steps:");
    ASSERT_NE(at, std::string::npos);
    wrong.replace(at, 7, " stpes:");
    const auto answers = test::validate_draft_7(one.server == "github" ? *github : *azure, {as_json(one.server, text), as_json(one.server, wrong)});
    ASSERT_EQ(answers.size(), 2U) << answers[0];
    EXPECT_EQ(answers[0], "ok") << one.file;
    EXPECT_NE(answers[1], "ok") << one.file;
  }
}

TEST(Pipelines, actionlint_finds_nothing) {
  const char* program = std::getenv("TIDEGATE_ACTIONLINT");
  if (program == nullptr) GTEST_SKIP() << "actionlint is missing (./dev test builds it, TIDEGATE_ACTIONLINT)";
  const auto linted = system::run_process({.argv = {program, "-no-color", templates + "github-actions.yml"}});
  ASSERT_TRUE(linted.ok());
  EXPECT_EQ(linted->exit_code, 0) << linted->out << linted->err;
}

TEST(Pipelines, shellcheck_finds_nothing) {
  if (!system::find_program("shellcheck")) GTEST_SKIP() << "shellcheck is missing";
  const TemporaryFolder folder;
  for (const Template& one : all_templates()) {
    const std::string shell = one.server == "jenkins" ? "sh" : "bash";
    int number = 0;
    for (const std::string& script : scripts_of(one)) {
      const std::string file = folder.write(one.server + std::to_string(number++), script);
      const auto linted = system::run_process({.argv = {"shellcheck", "-s", shell, file}});
      ASSERT_TRUE(linted.ok());
      EXPECT_EQ(linted->exit_code, 0) << linted->out;
    }
  }
}

// Words of a line up to an unquoted end of the command.
std::vector<std::string> words_of(std::string_view line) {
  std::vector<std::string> words;
  for (const std::string_view word : split(line, ' ')) {
    if (!word.empty() && word != "\\") words.emplace_back(word);
  }
  return words;
}

TEST(Pipelines, call_only_documented_commands) {
  std::set<std::string> called;
  for (const Template& one : all_templates()) {
    for (std::string script : scripts_of(one)) {
      for (std::size_t at = script.find("\\\n"); at != script.npos; at = script.find("\\\n")) script.replace(at, 2, " ");
      for (const std::string_view line : split(script, '\n')) {
        const std::vector<std::string> words = words_of(line);
        for (std::size_t i = 0; i + 1 < words.size(); ++i) {
          const std::string program = words[i].ends_with("$(tidegate") || words[i] == "tidegate" || words[i].ends_with("\"$(tidegate") ? "tidegate" : words[i];
          if (program != "tidegate" && program != "deploy-gate") continue;
          const auto help = run_program(program, {words[i + 1], "--help"});
          EXPECT_EQ(help.exit_code, 0) << program << " " << words[i + 1];
          called.insert(program + " " + words[i + 1]);
          const std::string known = help.out + run_program(program, {"--help"}).out;
          for (std::size_t k = i + 2; k < words.size() && words[k] != "--"; ++k) {
            if (words[k].starts_with("-")) {
              EXPECT_NE(known.find(words[k]), std::string::npos) << one.file << ": " << words[k];
            }
          }
          break;
        }
      }
    }
  }
  EXPECT_EQ(called, (std::set<std::string>{"deploy-gate check", "deploy-gate run", "tidegate build", "tidegate publish", "tidegate pull",
                                           "tidegate sign", "tidegate verify"}));
}

TEST(Pipelines, init_writes_them) {
  for (const Template& one : all_templates()) {
    const TemporaryFolder folder;
    test::make_repository(TIDEGATE_SOURCE_DIR "/fixtures/services/bare-factory", folder.path() + "/s");
    ASSERT_EQ(run_program("tidegate", {"init", folder.path() + "/s", "--owner", "a", "--ci", one.server}).exit_code, 0);
    const std::string path = one.server == "github" ? ".github/workflows/tidegate.yml" : one.file;
    EXPECT_EQ(*system::read_file(folder.path() + "/s/" + path), text_of(one));
  }
}

class ExecutedPipeline : public testing::TestWithParam<std::size_t> {
 protected:
  void SetUp() override {
    if (test::terraforms().empty()) GTEST_SKIP() << "no terraform (TIDEGATE_TERRAFORM, PATH)";
    auto host = sandbox::RunningHost::start(test::host_program(), test::host_arguments(folder_, {"--log", folder_.path() + "/log"}));
    ASSERT_TRUE(host.ok()) << render_diagnostic(host.failure());
    host_ = std::move(*host);
    prepare();
  }

  // The service as its team would commit it, with what the templates ask for.
  void prepare() {
    test::copy_service(TIDEGATE_SOURCE_DIR "/fixtures/services/retail-orders", service_);
    ASSERT_EQ(run_program("tidegate", {"key", "generate", folder_.path() + "/release.key"}, {{"TIDEGATE_KEY_PASSWORD", "CANARY-password"}}).exit_code, 0);
    write("deploy/release.pub", *system::read_file(folder_.path() + "/release.key.pub"));
    const std::string state = host_->state_url("production");
    write("deploy/production.tfbackend", "address = \"" + state + "\"\nlock_address = \"" + state + "\"\nunlock_address = \"" + state + "\"\n");
    test::git(service_, {"init", "-q"});
    commit("First");
    const auto built = run_program("tidegate", {"build", service_, "-o", folder_.path() + "/first"});
    ASSERT_EQ(built.exit_code, 0) << built.err;
    std::string values = "{";
    const auto verified = artifact::verify_artifact(test::find_artifact(folder_.path() + "/first"));
    for (const artifact::ManifestParameter& one : verified->manifest.parameters) {
      if (one.required) values += (values.size() > 1 ? ", " : "") + ("\"" + one.name + "\": ") + (one.type == "string" ? "\"" + one.example + "\"" : one.example);
    }
    write("deploy/production.tfvars.json", values + "}\n");
    commit("Values of production");
  }
  void write(const std::string& file, const std::string& text) { folder_.write("service/" + file, text); }
  void commit(const std::string& message) {
    test::git(service_, {"add", "-A"});
    test::git(service_, {"commit", "-qm", message});
  }

  PipelineRun run(const std::string& name) {
    const std::string terraform = test::terraforms().front(), store = folder_.path() + "/store", key = folder_.path() + "/release.key";
    std::map<std::string, std::string> values{
        {"vars.TIDEGATE_STORE", store}, {"vars.TIDEGATE_BACKEND", "http"}, {"secrets.TIDEGATE_KEY", *system::read_file(key)},
        {"secrets.TIDEGATE_KEY_PASSWORD", "CANARY-password"}, {"secrets.TIDEGATE_STORE_SAS", "CANARY-sas"}, {"STORE", store}, {"BACKEND", "http"},
        {"STORE_SAS", "CANARY-sas"}, {"KEY_PASSWORD", "CANARY-password"}, {"secure file release.key", key}, {"credentials.tidegate-key", key},
        {"credentials.tidegate-key-password", "CANARY-password"}, {"credentials.tidegate-store-sas", "CANARY-sas"}, {"credentials.arm-client", "x"}};
    for (const char* arm : {"ARM_CLIENT_ID", "ARM_CLIENT_SECRET", "ARM_TENANT_ID", "ARM_SUBSCRIPTION_ID"}) {
      values[arm] = values[std::string("vars.") + arm] = "00000000-0000-0000-0000-000000000000";
    }
    fs::create_directories(folder_.path() + "/home");
    std::map<std::string, std::string> environment = *sandbox::terraform_environment(
        host_->line(), folder_.path() + "/home", std::string(TIDEGATE_BIN_DIR) + ":" + fs::path(terraform).parent_path().string() + ":/usr/local/bin:/usr/bin:/bin");
    environment["TIDEGATE_STORE"] = store;
    environment["TIDEGATE_BACKEND"] = "http";
    const Template& one = all_templates()[GetParam()];
    PipelineRun run(folder_.path() + "/" + name, service_, values, environment);
    run.run(one.read(text_of(one)));
    EXPECT_EQ(run.said.find("CANARY"), std::string::npos) << run.said;
    return run;
  }
  std::size_t applied() const {
    const std::string log = *system::read_file(folder_.path() + "/log");
    std::size_t count = 0;
    for (std::size_t at = log.find("ApplyResourceChange"); at != log.npos; at = log.find("ApplyResourceChange", at + 1)) ++count;
    return count;
  }
  static std::size_t count(const std::vector<std::string>& all, const std::string& name) {
    return static_cast<std::size_t>(std::count(all.begin(), all.end(), name));
  }

  const TemporaryFolder folder_{};
  const std::string service_ = folder_.path() + "/service";
  std::unique_ptr<sandbox::RunningHost> host_{};
};

TEST_P(ExecutedPipeline, deploys_a_release_and_stops_a_destructive_one_before_apply) {
  const PipelineRun first = run("run1");
  EXPECT_FALSE(first.failed) << first.failed_step << " failed\n" << first.said;
  for (const char* step : {"build", "sign", "publish", "pull", "plan", "gate", "apply"}) EXPECT_GE(count(first.done, step), 1U) << step;
  EXPECT_NE(first.said.find("tested   5 files"), std::string::npos) << first.said;
  const std::size_t objects = applied();
  EXPECT_GT(objects, 20U);
  // The receipt of the deployment lies in the store, signed, beside what was deployed.
  const std::string store = folder_.path() + "/store";
  const auto listed = run_program("tidegate", {"list", store});
  const std::string version(split(listed.out, ' ').at(2));
  ASSERT_EQ(run_program("tidegate", {"pull", store + "/retail-orders/" + version, "-o", folder_.path() + "/pulled"}).exit_code, 0);
  std::size_t receipts = 0;
  for (const auto& file : fs::directory_iterator(folder_.path() + "/pulled")) {
    if (file.path().string().find(".receipt-") == std::string::npos) continue;
    ++receipts;
    const auto verified = run_program("tidegate", {"verify", file.path(), "--key", service_ + "/deploy/release.pub"});
    EXPECT_EQ(verified.exit_code, 0) << verified.out << verified.err;
  }
  EXPECT_EQ(receipts, 1U);

  // Somebody renames the container that holds the orders, and takes the guards away at which build and plan would stop.
  std::string manifest = *system::read_file(service_ + "/tidegate.yaml");
  const std::string guard = "gate:\n  protect:\n    addresses: [azurerm_storage_container.retail_orders]\n";
  manifest.erase(manifest.find(guard), guard.size());
  write("tidegate.yaml", manifest);
  std::string storage = *system::read_file(service_ + "/terraform/storage.tf");
  storage.replace(storage.find("\"retail-orders\""), 15, "\"retail-orders-v2\"");
  storage.replace(storage.find("prevent_destroy = true"), 22, "prevent_destroy = false");
  write("terraform/storage.tf", storage);
  commit("Rename the container");
  const PipelineRun second = run("run2");
  EXPECT_TRUE(second.failed);
  EXPECT_EQ(second.failed_step, "gate") << second.said;
  EXPECT_EQ(second.exit_code, 10) << second.said;
  EXPECT_EQ(count(second.done, "apply"), 0U);
  EXPECT_EQ(applied(), objects) << "something was applied";
  EXPECT_NE(second.said.find("gate.stateful-replace"), std::string::npos) << second.said;

  // A test of the service that fails ends it before anything is signed.
  write("tests/own.tftest.hcl",
        "run \"own\" {\n  command = plan\n  assert {\n    condition     = var.triggers_started\n"
        "    error_message = \"triggers are stopped\"\n  }\n}\n");
  commit("Expect started triggers");
  const PipelineRun third = run("run3");
  EXPECT_TRUE(third.failed);
  EXPECT_EQ(third.failed_step, "build") << third.said;
  EXPECT_EQ(third.exit_code, 20) << third.said;
  EXPECT_NE(third.said.find("triggers are stopped"), std::string::npos) << third.said;
}

INSTANTIATE_TEST_SUITE_P(Servers, ExecutedPipeline, testing::Range(std::size_t{0}, std::size_t{3}),
                         [](const auto& tested) { return all_templates()[tested.param].server; });

}  // namespace
}  // namespace tidegate
