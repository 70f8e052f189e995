// SPDX-License-Identifier: Apache-2.0
// The tests that travel in an artifact: they hold for what was built, and each kind of assertion is
// broken by one change of the artifact that breaks no other.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "artifact/archive.hpp"
#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "e2e/rehearsed.hpp"
#include "support/service.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

namespace fs = std::filesystem;
using test::Edit;
using test::Rehearsed;
using test::Sample;

class Travelling : public test::WithEachTerraform {};

INSTANTIATE_TEST_SUITE_P(Terraform, Travelling, ::testing::Values(0U, 1U), test::terraform_name);

TEST_P(Travelling, tests_hold_and_are_listed) {
  const std::string artifact = sample.build("retail-orders");
  const Rehearsed found = sample.test(artifact);
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
  EXPECT_EQ(found.steps().back(), "passed new gate tests");
  const auto manifest = artifact::read_manifest(artifact);
  ASSERT_TRUE(manifest.ok());
  std::vector<std::string> generated;
  for (const artifact::ManifestTest& test : manifest->tests) {
    if (test.kind == "generated") generated.push_back(std::string(file_name(test.path)));
  }
  EXPECT_EQ(generated, (std::vector<std::string>{
                           "tidegate_bodies.tftest.json", "tidegate_objects.tftest.json",
                           "tidegate_references.tftest.json", "tidegate_triggers.tftest.json",
                           "tidegate_uploads.tftest.json"}));
  std::size_t files = 0;
  for (const std::string& name : generated) {
    for (const document::Node test : found.report()["tests"]) {
      files += test["file"].as_string() == "tests/" + name &&
               test["assertions"].as_integer().value_or(0) > 0;
    }
  }
  EXPECT_EQ(files, generated.size() + 1);  // two runs of triggers
  const auto protected_cases = std::ranges::count_if(
      found.report()["tests"],
      [](const document::Node& test) { return test["file"].as_string() == "gate/protected"; });
  EXPECT_EQ(protected_cases, 6);  // two datasets and a container, deleted and replaced
}

struct Mutation {
  std::string name{};
  std::vector<Edit> edits{};
  std::string failure{};  // how the only failure starts
};

std::vector<Mutation> mutations() {
  const std::string pipelines = "terraform/pipelines.tf.json",
                    triggers = "terraform/triggers.tf.json",
                    notebooks = "terraform/notebooks.tf.json", files = "terraform/files.tf.json",
                    libraries = "terraform/libraries.tf.json";
  return {
      {"object with another name",
       {{pipelines, "\"name\": \"pl_orders_ingest\"", "\"name\": \"pl_orders_other\""}},
       "tests/tidegate_objects.tftest.json every_object: "
       "source/adf/pipeline/pl_orders_ingest.json: "
       "pipeline \"pl_orders_ingest\" is not created"},
      {"object of another type",
       {{pipelines, "factories/pipelines@", "factories/dataflows@"}},
       "tests/tidegate_objects.tftest.json every_object: source/adf/pipeline/"},
      {"body with another text",
       {{triggers, "Every night, local time of the shops", "Every night"}},
       "tests/tidegate_bodies.tftest.json bodies_are_the_source: "
       "source/adf/trigger/tr_orders_daily.json: the body of trigger \"tr_orders_daily\" is not "
       "the "
       "source"},
      {"body with another number",
       {{triggers, "\"intervalInSeconds\":300", "\"intervalInSeconds\":301"}},
       "tests/tidegate_bodies.tftest.json bodies_are_the_source: "
       "source/adf/trigger/tr_orders_backfill.json"},
      {"notebook with other bytes",
       {{notebooks, "files/notebooks/notebooks/lib/common.py",
         "files/notebooks/notebooks/ingest/update_watermark.py"}},
       "tests/tidegate_uploads.tftest.json files_are_uploaded: notebooks/lib/common.py: other "
       "bytes"},
      {"notebook in another place",
       {{notebooks, "notebooks/lib/common\"", "notebooks/lib/commons\""}},
       "tests/tidegate_uploads.tftest.json files_are_uploaded: notebooks/lib/common.py: is not "
       "uploaded to /Shared/example/retail-orders/"},
      {"configuration file with other bytes",
       {{files, "files/config/config/quality.json", "files/config/config/retention.json"}},
       "tests/tidegate_uploads.tftest.json files_are_uploaded: config/quality.json: other bytes"},
      {"configuration file in another place",
       {{files, "config/quality.json\"", "config/quantity.json\""}},
       "tests/tidegate_uploads.tftest.json files_are_uploaded: config/quality.json: is not "
       "uploaded to /Shared/example/retail-orders/"},
      {"jar with other bytes",
       {{libraries, "files/jars/libs/prebuilt/orders-quality_2.12-1.2.0.jar",
         "files/config/config/quality.json"}},
       "tests/tidegate_uploads.tftest.json files_are_uploaded: "
       "libs/prebuilt/orders-quality_2.12-1.2.0.jar: other bytes"},
      {"triggers that start by default",
       {{"terraform/variables.tf.json", "\"default\": false", "\"default\": true"}},
       "tests/tidegate_triggers.tftest.json stopped_by_default: "
       "source/adf/trigger/tr_orders_daily.json: trigger \"tr_orders_daily\" would start"},
      {"trigger that never starts",
       {{triggers, "\"${var.triggers_started ? 1 : 0}\"", "0"}},
       "tests/tidegate_triggers.tftest.json started_when_asked: "
       "source/adf/trigger/tr_orders_daily.json: trigger \"tr_orders_daily\" would not start"},
  };
}

TEST_P(Travelling, each_assertion_has_a_change_that_breaks_only_it) {
  const std::string artifact = sample.build("retail-orders");
  for (const Mutation& mutation : mutations()) {
    SCOPED_TRACE(mutation.name);
    const Rehearsed found = sample.test(test::mutated(sample, artifact, mutation.edits));
    EXPECT_EQ(found.exit, 20) << found.out << found.err;
    const std::vector<std::string> failures = found.failures();
    ASSERT_EQ(failures.size(), 1U) << found.out;
    EXPECT_TRUE(failures.front().starts_with(mutation.failure)) << failures.front();
    EXPECT_NE(found.out.find(mutation.failure.substr(mutation.failure.find(": ") + 2)),
              std::string::npos)
        << found.out;
  }
}

struct Moved {
  std::string file{};  // that holds the resource
  std::string type{};
  std::string name{};      // how it starts
  std::string variable{};  // the beginning of its path
  std::string example{};   // what stands there in a test
};

// The path moves, and the activity keeps naming the old one.
void expect_missed(const Sample& sample, const std::string& artifact, const Moved& moved) {
  SCOPED_TRACE(moved.name);
  const std::string tree = sample.folder() + "/look";
  std::filesystem::remove_all(tree);
  ASSERT_TRUE(artifact::extract_artifact(artifact, tree).ok());
  const std::string resources = *system::read_file(tree + "/" + moved.file);
  const std::size_t name = resources.find(moved.name);
  ASSERT_NE(name, std::string::npos);
  const std::string address = resources.substr(name, resources.find('"', name) - name);
  const std::size_t path = resources.find(moved.variable, name);
  ASSERT_NE(path, std::string::npos);
  const std::size_t below_at = path + moved.variable.size();
  const std::string below = resources.substr(below_at, resources.find('"', below_at) - below_at);
  const Rehearsed found = sample.test(
      test::mutated(sample, artifact,
                    {{moved.file, below + "\"", below + "_moved\""},
                     {"terraform/pipelines.tf.json", "${" + moved.type + "." + address + ".path}",
                      moved.example + below}}));
  EXPECT_EQ(found.exit, 20) << found.out;
  const std::vector<std::string> failures = found.failures();
  ASSERT_EQ(failures.size(), 1U) << found.out;
  EXPECT_TRUE(
      failures.front().starts_with("tests/tidegate_references.tftest.json what_activities_need: "
                                   "source/adf/pipeline/pl_orders_curate.json:"))
      << failures.front();
  EXPECT_NE(failures.front().find(" needs " + moved.example + below + ", which is not created"),
            std::string::npos)
      << failures.front();
}

TEST_P(Travelling, activity_that_names_a_file_which_is_not_created) {
  const std::string artifact = sample.build("retail-orders");
  expect_missed(
      sample, artifact,
      {"terraform/notebooks.tf.json", "databricks_notebook",
       "notebook_notebooks_curate_publish_orders_", "${var.workspace_root}", "/Shared/example"});
  expect_missed(
      sample, artifact,
      {"terraform/libraries.tf.json", "databricks_file", "jar_libs_prebuilt_orders-quality_",
       "${var.volume_path}", "/Volumes/example/example/libraries"});
}

// A factory of the service's own, the container of what it produces, schema and volume.
TEST_P(Travelling, what_a_service_owns_is_tagged_and_private) {
  sample.copy("retail-orders");
  std::filesystem::remove_all(sample.folder() + "/s/terraform");
  std::string manifest = sample.read("tidegate.yaml");
  manifest.resize(manifest.find("variables:\n"));
  sample.write("tidegate.yaml",
               manifest +
                   "placement:\n  factory: own\n  jars: volume\n"
                   "  volume: {catalog: retail, schema: retail_orders, name: libraries}\n");
  const std::string artifact = sample.build_again();
  const Rehearsed whole = sample.rehearse(artifact);
  EXPECT_EQ(whole.exit, 0) << whole.out << whole.err;
  const std::string own = "terraform/own.tf.json";
  const std::vector<Mutation> mutations{
      {"factory without owner",
       {{own, "\"tags\": {\"domain\":\"retail\",\"owner\":\"team-retail-data\"",
         "\"tags\": {\"domain\":\"retail\""}},
       "azurerm_data_factory.factory does not carry the tags"},
      {"schema of another service",
       {{own, "\"properties\": {\"domain\":\"retail\"", "\"properties\": {\"domain\":\"sales\""}},
       "databricks_schema.libraries does not carry the tags"},
      {"container that others read",
       {{own, "\"container_access_type\": \"private\"", "\"container_access_type\": \"blob\""}},
       "container retail-orders of ls_lake is not created, or others may read it"}};
  for (const Mutation& mutation : mutations) {
    SCOPED_TRACE(mutation.name);
    const Rehearsed found = sample.test(test::mutated(sample, artifact, mutation.edits));
    EXPECT_EQ(found.exit, 20) << found.out << found.err;
    const std::vector<std::string> failures = found.failures();
    ASSERT_EQ(failures.size(), 1U) << found.out;
    EXPECT_TRUE(failures.front().starts_with(
        "tests/tidegate_own.tftest.json what_the_service_owns: " + mutation.failure))
        << failures.front();
  }
}

TEST_P(Travelling, expected_bodies_hold_for_hostile_text) {
  sample.copy("bare-factory");
  sample.write(
      "adf/pipeline/hostile.json",
      R"JSON({"name": "hostile $ name", "properties": {"activities": [], "annotations": ["${var.x}",
    "%{ if true }x%{ endif }", "$${a}", "$$${b}", "%%{d}", "$", "%", "a\"b\\c", "line\nfeed\r\n\ttab",
    "\u2028", "\ud83c\udf0a", "//", "<<EOT", "${\"$\"}"], "folder": {"name": "x"},
    "x": {"//": "comment?", "": "empty", "${k}": 1, "%{k}": 2, "a.b": {"//": null}, "count": 1},
    "n": [0, 1.50, -0.25, 1e3, 9007199254740992, 0.1, 1E-7]}})JSON");
  const Rehearsed found = sample.test(sample.build_again());
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
}

// The packed source and the expected bodies differ only where the manifest says so.
TEST(TravellingStatic, expected_bodies_differ_from_the_source_at_the_rewrites_only) {
  for (const char* name : {"retail-orders", "orders-reporting", "bare-factory"}) {
    SCOPED_TRACE(name);
    Sample sample;
    const std::string tree = sample.folder() + "/tree";
    const auto extracted = artifact::extract_artifact(sample.build(name), tree);
    ASSERT_TRUE(extracted.ok());
    std::size_t compared = 0;
    for (const artifact::ManifestFile& file : extracted->manifest.files) {
      constexpr std::string_view prefix = "terraform/tests/expected/";
      if (!file.path.starts_with(prefix)) continue;
      const std::string below = file.path.substr(prefix.size());
      const auto expected = document::parse_json("e", *system::read_file(tree + "/" + file.path));
      const auto source =
          document::parse_json("s", *system::read_file(tree + "/source/adf/" + below));
      ASSERT_TRUE(expected.ok() && source.ok()) << below;
      std::set<std::string> places;
      for (const artifact::ManifestRewrite& rewrite : extracted->manifest.rewrites) {
        if (rewrite.file.ends_with(below)) places.insert(rewrite.pointer);
      }
      for (std::uint32_t i = 0; i < (*source)->node_count(); ++i) {
        const document::Node node = (*source)->node(i);
        const std::string pointer = node.pointer();
        if (node.is_object() || node.is_array() || !pointer.starts_with("/properties/")) continue;
        const bool rewritten = std::ranges::any_of(places, [&](const std::string& place) {
          return pointer == place || pointer.starts_with(place + "/");
        });
        if (rewritten) continue;
        EXPECT_TRUE(document::equal_values(node, (*expected)->root().resolve_pointer(pointer)))
            << below << pointer;
        ++compared;
      }
    }
    EXPECT_GT(compared, 20U);
  }
}

// A list that a provider computes has one element here and none under Terraform's own mocks; `body` is written.
TEST(TravellingStatic, generated_tests_take_elements_of_what_is_written_only) {
  std::size_t numbers = 0;
  for (const char* name : {"retail-orders", "orders-reporting", "bare-factory"}) {
    SCOPED_TRACE(name);
    Sample sample;
    const std::string tree = sample.folder() + "/tree";
    const auto extracted = artifact::extract_artifact(sample.build(name), tree);
    ASSERT_TRUE(extracted.ok());
    std::size_t conditions = 0;
    for (const artifact::ManifestTest& test : extracted->manifest.tests) {
      if (test.kind != "generated") continue;
      const auto file = document::parse_json(test.path, *system::read_file(tree + "/" + test.path));
      ASSERT_TRUE(file.ok());
      for (std::uint32_t i = 0; i < (*file)->node_count(); ++i) {
        const document::Node node = (*file)->node(i);
        if (node.key() != "condition") continue;
        ++conditions;
        const std::string_view text = node.as_string();
        for (std::size_t at = text.find('['); at != text.npos; at = text.find('[', at + 1)) {
          const bool number = at + 1 < text.size() && text[at + 1] >= '0' && text[at + 1] <= '9';
          const std::string_view before = text.substr(0, at);
          const std::string_view operand = before.substr(before.find_last_of(" ({") + 1);
          EXPECT_TRUE(!number || operand.find(".body[") != operand.npos) << test.path << ": " << text;
          numbers += number;
        }
      }
    }
    EXPECT_GT(conditions, 10U);
  }
  EXPECT_GT(numbers, 0U);
}

constexpr char own_test[] = R"HCL(
mock_provider "azapi" {}
mock_provider "azurerm" { source = "./tests/mocks" }
mock_provider "databricks" {}
run "names" {
  command = plan
  module { source = "./tests/setup" }
  assert {
    condition     = output.word == "hello"
    error_message = "the word is another"
  }
}
)HCL";

TEST_P(Travelling, own_tests_run_with_their_modules_and_mocks) {
  sample.copy("retail-orders");
  sample.write("tests/own.tftest.hcl", own_test);
  sample.write("tests/setup/main.tf", "output \"word\" { value = \"hello\" }\n");
  sample.write("tests/mocks/m.tfmock.hcl",
               "mock_resource \"azurerm_storage_container\" {\n  defaults = { id = \"/x\" }\n}\n");
  sample.write("tests/test_python.py", "print('not packed')\n");
  const std::string artifact = sample.build_again();
  const auto manifest = artifact::read_manifest(artifact);
  ASSERT_TRUE(manifest.ok());
  const auto own = std::ranges::find(manifest->tests, "custom", &artifact::ManifestTest::kind);
  ASSERT_NE(own, manifest->tests.end());
  EXPECT_EQ(own->path + " " + own->level, "terraform/tests/own.tftest.hcl plan");
  const Rehearsed good = sample.test(artifact);
  EXPECT_EQ(good.exit, 0) << good.out << good.err;
  sample.edit("tests/setup/main.tf", "hello", "goodbye");
  const Rehearsed bad = sample.test(sample.build_again());
  EXPECT_EQ(bad.exit, 20) << bad.out;
  EXPECT_NE(bad.out.find("the word is another"), std::string::npos) << bad.out;
}

TEST_P(Travelling, own_test_without_mocks_touches_stand_ins_only) {
  sample.copy("bare-factory");
  sample.write(
      "tests/life.tftest.hcl",
      "variables {\n  word = \"x\"\n}\nrun \"apply\" {\n  module { source = \"./tests/pet\" "
      "}\n  assert {\n    condition     = random_pet.p.length == 2\n    error_message = "
      "\"length\"\n  }\n}\n");
  sample.write("tests/pet/main.tf",
               "terraform {\n  required_providers {\n    random = { source = \"hashicorp/random\" "
               "}\n  }\n}\nvariable \"word\" {}\nresource \"random_pet\" \"p\" { length = 2 }\n");
  const Rehearsed found = sample.test(sample.build_again());
  EXPECT_EQ(found.exit, 0) << found.out << found.err;
}

TEST(TravellingStatic, own_tests_that_cannot_travel_are_refused) {
  Sample sample;
  sample.copy("bare-factory");
  sample.write("tests/Tidegate_mine.tftest.hcl", "run \"a\" {}\n");
  sample.write("tests/deep/x.tftest.hcl", "run \"a\" {}\n");
  sample.write("terraform/tests/beside.tftest.hcl", "run \"a\" {}\n");
  sample.write("top.tftest.json", "{}\n");
  sample.write(
      "tests/out.tftest.hcl",
      "run \"a\" {\n  module { source = \"../common\" }\n}\nrun \"b\" {\n  module {\n    source "
      "= \"./tests/nowhere\"\n  }\n}\n");
  sample.build_again(20);
  for (const char* text :
       {"tests/Tidegate_mine.tftest.hcl: error:", "[build.reserved-test-name]",
        "tests/deep/x.tftest.hcl: warning:", "[build.test-not-run]",
        "terraform/tests/beside.tftest.hcl: warning: a test outside of tests/", "top.tftest.json: warning: a test",
        "tests/out.tftest.hcl:2:12: error: source \"../common\"", "[build.test-outside]",
        "tests/out.tftest.hcl:6:5: error: source \"./tests/nowhere\""}) {
    EXPECT_NE(sample.build_output().find(text), std::string::npos) << text << "\n"
                                                                   << sample.build_output();
  }
}

TEST(TravellingStatic, protected_objects_are_declared_and_guarded) {
  Sample sample;
  sample.copy("retail-orders");
  sample.edit("terraform/storage.tf", "prevent_destroy = true", "prevent_destroy = false");
  sample.build_again();
  EXPECT_NE(sample.build_output().find("terraform/storage.tf:3:1: warning: "
                                       "azurerm_storage_container.retail_orders is protected"),
            std::string::npos)
      << sample.build_output();
  sample.edit("tidegate.yaml", "azurerm_storage_container.retail_orders",
              "azurerm_storage_container.retail_order");
  sample.build_again(20);
  EXPECT_NE(sample.build_output().find("azurerm_storage_container.retail_orders holds what the service produces"), std::string::npos)
      << sample.build_output();
  EXPECT_NE(sample.build_output().find("[build.unknown-protected]"), std::string::npos)
      << sample.build_output();
}

TEST_P(Travelling, build_with_test_names_no_artifact_whose_tests_fail) {
  sample.copy("retail-orders");
  sample.write(
      "tests/own.tftest.hcl",
      "mock_provider \"azapi\" {}\nmock_provider \"azurerm\" {}\nmock_provider "
      "\"databricks\" {}\nvariables {\n  lake_host = \"other\"\n}\nrun \"a\" {\n  command = "
      "plan\n  assert {\n    condition     = var.lake_host == \"x\"\n    error_message = "
      "\"not x\"\n  }\n}\n");
  EXPECT_EQ(sample.build_again(20, {"--test"}), "");
  EXPECT_NE(sample.build_output().find("not x"), std::string::npos) << sample.build_output();
  sample.edit("tests/own.tftest.hcl", "== \"x\"", "== \"other\"");
  EXPECT_NE(sample.build_again(0, {"--test"}), "");
  EXPECT_NE(sample.build_output().find("tested   6 files, "), std::string::npos)
      << sample.build_output();
}

TEST(TravellingStatic, build_with_test_says_when_there_is_no_terraform) {
  Sample sample;
  sample.use("/nowhere/terraform");
  sample.copy("bare-factory");
  EXPECT_NE(sample.build_again(0, {"--test"}), "");
  EXPECT_NE(sample.build_output().find("tested   SKIPPED: terraform not found"), std::string::npos)
      << sample.build_output();
}

}  // namespace
}  // namespace tidegate
