// SPDX-License-Identifier: Apache-2.0
// `tidegate rehearse` as a user runs it: the built programs, the real Terraform, whole lives.
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <thread>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "document/xml.hpp"
#include "e2e/rehearsed.hpp"
#include "support/schema.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::Rehearsed;
using test::Sample;
using Words = std::vector<std::string>;

class Rehearse : public test::WithEachTerraform {};

INSTANTIATE_TEST_SUITE_P(Terraform, Rehearse, ::testing::Values(0U, 1U), test::terraform_name);

const Words whole_life{"passed new extract",     "passed new stand-ins", "passed new init",
                       "passed new validate",    "passed new test",      "passed new gate tests",
                       "passed new plan",        "passed new gate",      "passed new apply",
                       "passed new second plan", "passed new destroy"};

TEST_P(Rehearse, sample_services_live_from_init_to_destroy) {
  for (const char* name : {"retail-orders", "orders-reporting", "bare-factory"}) {
    SCOPED_TRACE(name);
    const Rehearsed found = sample.rehearse(sample.build(name));
    EXPECT_EQ(found.exit, 0) << found.out << found.err;
    EXPECT_EQ(found.steps(), whole_life);
    EXPECT_TRUE(found.failures().empty());
    EXPECT_TRUE(sample.nothing_is_left());
  }
}

TEST_P(Rehearse, new_notebook_content_upgrades) {
  const std::string before = sample.build("retail-orders");
  sample.edit("notebooks/lib/common.py", "\"curated\")", "\"curated\", \"served\")");
  const Rehearsed found = sample.rehearse(sample.build_again(), {"--from", before});
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
  EXPECT_EQ(found.report()["plans"].at(1)["verdict"].as_string(), "allowed");
  const std::string counts(found.report()["plans"].at(1)["counts"].as_string());
  EXPECT_NE(counts.find("to replace"), std::string::npos) << counts;
  EXPECT_EQ(found.steps().back(), "passed upgrade destroy");
  EXPECT_TRUE(sample.nothing_is_left());
}

// A rule of the provider's code that no condition states.
TEST_P(Rehearse, changes_that_are_not_modelled_are_named) {
  sample.copy("bare-factory");
  sample.write("terraform/own.tf", R"HCL(
provider "azurerm" {
  features {}
}
resource "azurerm_healthbot" "h" {
  name                = "hb"
  resource_group_name = "rg"
  location            = "westeurope"
  sku_name            = "F0"
}
)HCL");
  const std::string before = sample.build_again();
  sample.edit("terraform/own.tf", "\"F0\"", "\"S1\"");
  const Rehearsed found = sample.rehearse(sample.build_again(), {"--from", before});
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
  EXPECT_NE(found.out.find("limit: azurerm_healthbot.h: sku_name is changed in place here; in the "
                           "real provider some changes of sku_name make a new object"),
            std::string::npos)
      << found.out;
  EXPECT_EQ(found.report()["limits"].size(), 1U) << found.json;
}

TEST_P(Rehearse, renamed_container_is_blocked) {
  const std::string before = sample.build("retail-orders");
  sample.edit("terraform/storage.tf", "= \"retail-orders\"", "= \"retail-orders-v2\"");
  const Rehearsed found = sample.rehearse(sample.build_again(), {"--from", before});
  EXPECT_EQ(found.exit, 10) << found.out << found.err;
  EXPECT_NE(found.out.find("gate.stateful-replace"), std::string::npos) << found.out;
  EXPECT_NE(found.out.find("azurerm_storage_container.retail_orders"), std::string::npos);
  EXPECT_NE(found.out.find("prevent_destroy stops this plan in Terraform, too"), std::string::npos);
  const Words steps = found.steps();
  EXPECT_EQ(std::ranges::count(steps, "blocked upgrade gate"), 1);
  EXPECT_EQ(std::ranges::count(steps, "passed upgrade apply"), 0);
  EXPECT_EQ(steps.back(), "passed upgrade destroy");
  EXPECT_TRUE(sample.nothing_is_left());
}

TEST_P(Rehearse, changed_schema_of_the_output_is_blocked) {
  sample.copy("retail-orders");
  sample.edit("adf/dataset/ds_raw_entity.json", "\"schema\": []",
              "\"schema\": [{\"name\": \"order_id\", \"type\": \"UTF8\"}, "
              "{\"name\": \"net\", \"type\": \"DOUBLE\"}]");
  const std::string before = sample.build_again();
  sample.edit("adf/dataset/ds_raw_entity.json", ", {\"name\": \"net\", \"type\": \"DOUBLE\"}", "");
  const Rehearsed found = sample.rehearse(sample.build_again(), {"--from", before});
  EXPECT_EQ(found.exit, 10) << found.out << found.err;
  EXPECT_NE(found.out.find("gate.contract-broken"), std::string::npos) << found.out;
}

TEST_P(Rehearse, typing_error_in_a_policy_is_broken_policy) {
  const std::string policy = sample.folder() + "/policy.yaml";
  ASSERT_TRUE(system::write_file(policy, "schema: tidegate/policy/1\nrulez: {}\n").ok());
  const Rehearsed found = sample.rehearse(sample.build("bare-factory"), {"--policy", policy});
  EXPECT_EQ(found.exit, 13) << found.out << found.err;
  EXPECT_NE(found.out.find("rulez"), std::string::npos) << found.out;
}

TEST_P(Rehearse, failure_of_the_stand_in_fails_the_step) {
  const std::string control = sample.folder() + "/control.json";
  ASSERT_TRUE(
      system::write_file(
          control,
          R"({"fail":[{"type":"databricks_notebook","op":"create","message":"409 Conflict"}]})")
          .ok());
  const Rehearsed found = sample.rehearse(sample.build("bare-factory"), {"--control", control});
  EXPECT_EQ(found.exit, 20) << found.out;
  EXPECT_EQ(found.steps().back(), "failed new apply");
  EXPECT_NE(found.out.find("409 Conflict"), std::string::npos) << found.out;
  EXPECT_TRUE(sample.nothing_is_left());
}

TEST_P(Rehearse, drift_shows_in_the_second_plan) {
  const std::string control = sample.folder() + "/control.json";
  ASSERT_TRUE(system::write_file(control, R"({"drift":[{"type":"databricks_notebook","match":{},
                                   "set":{"language":"SQL"}}]})")
                  .ok());
  const Rehearsed found = sample.rehearse(sample.build("bare-factory"), {"--control", control});
  EXPECT_EQ(found.exit, 20) << found.out;
  EXPECT_EQ(found.steps().back(), "failed new second plan");
  EXPECT_NE(found.out.find("databricks_notebook."), std::string::npos) << found.out;
  EXPECT_NE(found.out.find("language"), std::string::npos) << found.out;
}

TEST_P(Rehearse, terraform_sees_nothing_of_the_caller) {
  sample.copy("retail-orders");
  sample.write("terraform/look.tf",
               "resource \"terraform_data\" \"look\" {\n  provisioner \"local-exec\" {\n"
               "    command = \"env > look.txt\"\n  }\n}\n");
  const std::string artifact = sample.build_again();
  for (const char* name : {"ARM_CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "TF_VAR_lake_host",
                           "TF_CLI_ARGS_plan", "DATABRICKS_TOKEN"}) {
    ::setenv(name, "must-not-be-seen", 1);
  }
  const std::string kept = sample.folder() + "/kept";
  const Rehearsed found = sample.rehearse(artifact, {"--keep", kept});
  for (const char* name : {"ARM_CLIENT_SECRET", "AWS_SECRET_ACCESS_KEY", "TF_VAR_lake_host",
                           "TF_CLI_ARGS_plan", "DATABRICKS_TOKEN"}) {
    ::unsetenv(name);
  }
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
  EXPECT_NE(found.out.find("terraform_data.look: its provisioner local-exec runs as you"),
            std::string::npos)
      << found.out;
  const auto seen = system::read_file(kept + "/new/terraform/look.txt");
  ASSERT_TRUE(seen.ok());
  EXPECT_EQ(seen->find("must-not-be-seen"), std::string::npos) << *seen;
  EXPECT_NE(seen->find("HTTPS_PROXY=http://127.0.0.1:1"), std::string::npos) << *seen;
}

// Address -> attributes of all objects of a state file.
std::map<std::string, std::string> values_of(const std::string& state) {
  std::map<std::string, std::string> values;
  const auto parsed = document::parse_json("state", system::read_file(state).ok() ? *system::read_file(state) : "");
  if (!parsed) return values;
  for (const document::Node resource : (*parsed)->root()["resources"]) {
    for (const document::Node instance : resource["instances"]) {
      const std::string address = std::string(resource["module"].as_string()) + "." + std::string(resource["type"].as_string()) + "." +
                                  std::string(resource["name"].as_string()) +
                                  document::render_canonical_json(instance["index_key"].exists() ? instance["index_key"] : resource["name"]);
      values[address] = document::render_canonical_json(instance["attributes"]);
    }
  }
  return values;
}

TEST_P(Rehearse, kept_folder_holds_plans_verdicts_and_states) {
  const std::string before = sample.build("bare-factory");
  sample.write("notebooks/lib/common.py", sample.read("notebooks/lib/common.py") + "# changed\n");
  const std::string after = sample.build_again();
  const std::string kept = sample.folder() + "/kept";
  ASSERT_EQ(sample.rehearse(after, {"--from", before, "--keep", kept}).exit, 0);
  for (const char* file :
       {"new/META/manifest.json", "previous/META/manifest.json", "results/new.tfplan.json",
        "results/upgrade.tfplan.json", "results/upgrade.verdict.txt", "results/upgrade.tfstate",
        "new.tfvars.json"}) {
    EXPECT_TRUE(fs::exists(kept + "/" + file)) << file;
  }
  const Rehearsed again = sample.rehearse(after, {"--keep", kept});
  EXPECT_EQ(again.exit, 64);
  // Lineage and the order of sensitive_attributes differ by run; what the stand-ins made up does not.
  const std::string twin = sample.folder() + "/twin";
  ASSERT_EQ(sample.rehearse(after, {"--from", before, "--keep", twin}).exit, 0);
  const auto values = values_of(kept + "/results/upgrade.tfstate");
  EXPECT_GT(values.size(), 5U);
  EXPECT_EQ(values, values_of(twin + "/results/upgrade.tfstate"));
  EXPECT_NE(again.err.find("rehearsal.folder-not-empty"), std::string::npos) << again.err;
}

// What a failed apply has left is what one wants to look at.
TEST_P(Rehearse, kept_folder_holds_the_state_of_a_life_that_failed) {
  const std::string control = sample.folder() + "/control.json";
  ASSERT_TRUE(system::write_file(control, R"({"fail":[{"type":"databricks_notebook",
                "match":{"language":"PYTHON"},"op":"create","message":"409 Conflict","partial":true}]})")
                  .ok());
  const std::string before = sample.build("bare-factory");
  const std::string kept = sample.folder() + "/kept";
  ASSERT_EQ(sample.rehearse(before, {"--control", control, "--keep", kept}).exit, 20);
  EXPECT_GT(values_of(kept + "/results/new.tfstate").size(), 2U);
  const auto backend = system::read_file(kept + "/new/terraform/tidegate_rehearsal_override.tf.json");
  ASSERT_TRUE(backend.ok());
  EXPECT_NE(backend->find("/results/new.tfstate"), std::string::npos) << *backend;

  const std::string trigger = "adf/trigger/tr_daily.json";
  sample.edit(trigger, "\"interval\": 1", "\"interval\": 2");
  ASSERT_TRUE(system::write_file(control, R"({"fail":[{"type":"azapi_resource","op":"update","message":"409"}]})").ok());
  const std::string again = sample.folder() + "/again";
  ASSERT_EQ(sample.rehearse(sample.build_again(), {"--from", before, "--control", control, "--keep", again}).exit, 20);
  EXPECT_EQ(values_of(again + "/results/upgrade.tfstate").size(), 8U);
}

TEST_P(Rehearse, control_file_that_is_wrong_is_said_in_its_own_words) {
  const std::string control = sample.folder() + "/control.json";
  ASSERT_TRUE(system::write_file(control, R"({"fial": []})").ok());
  const Rehearsed found = sample.rehearse(sample.build("bare-factory"), {"--control", control});
  EXPECT_EQ(found.exit, 13) << found.out;
  EXPECT_NE(found.out.find("control.json:1:10: error: unknown key \"fial\" [sandbox.bad-control]"), std::string::npos)
      << found.out;
  EXPECT_TRUE(sample.nothing_is_left());
}

TEST_P(Rehearse, control_entries_that_change_nothing_are_limits) {
  const std::string control = sample.folder() + "/control.json";
  ASSERT_TRUE(system::write_file(control, R"({"data": [],
"gone": [{"type": "databricks_notebok"}],
"drift": [{"type": "databricks_notebook", "match": {"path": "/nowhere"}, "set": {"language": "SQL"}},
          {"type": "databricks_notebook", "set": {"languag": "SQL"}}]})")
                  .ok());
  const Rehearsed found = sample.rehearse(sample.build("bare-factory"), {"--control", control});
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
  for (const char* line : {"limit: ", "control.json:2:10: warning: this entry of gone has changed nothing: no databricks_notebok fitted",
                           "control.json:3:11: warning: this entry of drift", "control.json:4:11: warning: this entry of drift"})
    EXPECT_NE(found.out.find(line), std::string::npos) << line << found.out;
}

TEST_P(Rehearse, provider_without_pack_is_named_before_terraform_starts) {
  sample.copy("bare-factory");
  sample.write("terraform/own.tf", "resource \"acme_thing\" \"t\" {}\n");
  sample.write(
      "terraform/own_override.tf",
      "terraform {\n  required_providers {\n    acme = { source = \"acme/widgets\" }\n  }\n}\n");
  const Rehearsed found = sample.rehearse(sample.build_again());
  EXPECT_EQ(found.exit, 12) << found.out;
  EXPECT_NE(found.out.find("acme/widgets"), std::string::npos) << found.out;
  EXPECT_EQ(found.steps().back(), "failed new stand-ins");
  sample.write("terraform/own.tf", "");
  sample.write(
      "terraform/own_override.tf",
      "terraform {\n  required_providers {\n    azurerm = { source = \"hashicorp/azurerm\", "
      "version = \">= 9.0\" }\n  }\n}\n");
  const Rehearsed newer = sample.rehearse(sample.build_again());
  EXPECT_EQ(newer.exit, 12) << newer.out;
  EXPECT_NE(newer.out.find("hashicorp/azurerm fits \">= 9.0\": there is 5.2.0"), std::string::npos)
      << newer.out;
}

TEST_P(Rehearse, damaged_artifact_does_not_verify) {
  const std::string artifact = sample.build("bare-factory");
  std::string bytes = *system::read_file(artifact);
  bytes[bytes.size() / 2] = static_cast<char>(bytes[bytes.size() / 2] ^ 1);
  ASSERT_TRUE(system::write_file(artifact, bytes).ok());
  const Rehearsed found = sample.rehearse(artifact);
  EXPECT_EQ(found.exit, 30) << found.out;
  EXPECT_EQ(found.report()["result"].as_string(), "not-verified");
}

TEST_P(Rehearse, report_has_four_forms) {
  const std::string before = sample.build("retail-orders");
  sample.edit("terraform/storage.tf", "= \"retail-orders\"", "= \"retail-orders-v2\"");
  const std::string base = sample.folder() + "/form.";
  const Rehearsed found = sample.rehearse(
      sample.build_again(), {"--from", before, "--format", "junit=" + base + "xml", "--format",
                             "markdown=" + base + "md", "--format", "json"});
  EXPECT_EQ(found.exit, 10);
  EXPECT_EQ(found.out, found.json);
  const auto xml = document::parse_xml("junit", *system::read_file(base + "xml"));
  ASSERT_TRUE(xml.ok());
  EXPECT_NE(system::read_file(base + "md")->find("gate.stateful-replace"), std::string::npos);
  if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  EXPECT_EQ(test::validate("rehearsal.schema.json", {found.json}, true), Words{"ok"});
}

void expect_end(const Sample& sample, int signal, int exit) {
  const std::string control = sample.folder() + "/control.json";
  ASSERT_TRUE(system::write_file(control, R"({"delay_ms":400})").ok());
  const std::string artifact = test::find_artifact(sample.folder() + "/o0");
  const auto child = sample.start(artifact, {"--control", control});
  // Somewhere in the middle of a life.
  EXPECT_TRUE(sample.has_host(std::chrono::seconds(60)));
  std::this_thread::sleep_for(std::chrono::seconds(3));
  child->send_signal(signal);
  const auto result = child->wait(std::chrono::seconds(60));
  ASSERT_TRUE(result.has_value()) << "still running";
  EXPECT_EQ(result->exit_code, exit) << result->out << result->err;
}

TEST_P(Rehearse, ends_with_nothing_left_when_it_is_interrupted) {
  sample.build("retail-orders");
  expect_end(sample, SIGINT, 130);
  EXPECT_TRUE(sample.nothing_is_left());
  expect_end(sample, SIGTERM, 143);
  EXPECT_TRUE(sample.nothing_is_left());
}

TEST_P(Rehearse, leaves_nothing_when_it_is_killed) {
  sample.build("retail-orders");
  expect_end(sample, SIGKILL, 137);
  // The host tidies up; Terraform ends with its providers.
  EXPECT_TRUE(sample.nothing_is_left(std::chrono::seconds(20)));
}

TEST(RehearseWithout, terraform_is_skipped_and_no_success_by_accident) {
  Sample sample;
  sample.use("/nowhere/terraform");
  const std::string artifact = sample.build("bare-factory");
  const Rehearsed found = sample.rehearse(artifact);
  EXPECT_EQ(found.exit, 12);
  EXPECT_EQ(found.out,
            "SKIPPED: terraform not found (/nowhere/terraform); nothing was rehearsed\n");
  EXPECT_EQ(sample.rehearse(artifact, {"--allow-skip"}).exit, 0);
  EXPECT_EQ(sample.test(artifact).out,
            "SKIPPED: terraform not found (/nowhere/terraform); nothing was tested\n");
  EXPECT_EQ(sample.rehearse(artifact, {"--terraform", "/bin/true"}).exit, 12);
  EXPECT_EQ(sample.rehearse(artifact, {"--format", "yaml"}).exit, 64);
}

TEST(RehearseWithout, mocks_is_too_old) {
  const char* all = std::getenv("TIDEGATE_TERRAFORMS");
  const std::string programs = all != nullptr ? all : "";
  std::string old;
  for (const std::string_view program : split(programs, ':')) {
    if (program.find("terraform-1.6.") != std::string_view::npos) old = program;
  }
  if (old.empty()) GTEST_SKIP() << "TIDEGATE_TERRAFORMS has no Terraform 1.6";
  Sample sample;
  sample.use(old);
  const Rehearsed found = sample.rehearse(sample.build("bare-factory"));
  EXPECT_EQ(found.exit, 12);
  EXPECT_NE(found.out.find("too old"), std::string::npos) << found.out;
}

TEST(RehearseWithout, terraform_opentofu_does_it) {
  const char* all = std::getenv("TIDEGATE_TERRAFORMS");
  const std::string programs = all != nullptr ? all : "";
  std::size_t tried = 0;
  for (const std::string_view program : split(programs, ':')) {
    if (file_name(program) != "tofu") continue;
    ++tried;
    Sample sample;
    const Rehearsed found =
        sample.rehearse(sample.build("retail-orders"), {"--terraform", std::string(program)});
    EXPECT_EQ(found.exit, 0) << found.out << found.err;
    EXPECT_EQ(found.report()["engine"]["name"].as_string(), "opentofu");
  }
  if (tried == 0) GTEST_SKIP() << "TIDEGATE_TERRAFORMS has no OpenTofu";
}

}  // namespace
}  // namespace tidegate
