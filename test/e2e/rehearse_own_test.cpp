// SPDX-License-Identifier: Apache-2.0
// A service with a factory and a container of its own lives from plan to destroy, with access of the
// factory to the container and of a group to its notebooks, and without.
#include <gtest/gtest.h>

#include <filesystem>

#include "artifact/archive.hpp"
#include "e2e/rehearsed.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

TEST(RehearseOwn, factory_with_access_to_its_container_lives_to_the_end) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  test::Sample sample;
  sample.use(*terraform);
  sample.copy("retail-orders");
  for (const char* file : {"outputs.tf", "providers.tf", "storage.tf", "variables.tf"})
    std::filesystem::remove(sample.folder() + "/s/terraform/" + file);
  std::filesystem::remove_all(sample.folder() + "/s/tests");
  sample.edit("tidegate.yaml", "factory: shared", "factory: own");
  sample.edit("tidegate.yaml", "    addresses: [azurerm_storage_container.retail_orders]\n", "    addresses: []\n");
  const std::string manifest = sample.read("tidegate.yaml");
  const std::size_t variables = manifest.find("\nvariables:\n");
  ASSERT_NE(variables, std::string::npos);
  sample.write("tidegate.yaml", manifest.substr(0, variables + 1) + manifest.substr(manifest.find("placement:", variables)));
  // A tag of its file that is bound: the generated tests expect what the variable says.
  sample.write("adf/factory/adf-retail.json", R"({"name": "adf-retail", "tags": {"costCentre": "42"}, "properties": {}})");
  sample.edit("tidegate.yaml", "\nbindings:\n",
              "\nbindings:\n  - {variable: cost_centre, description: Who pays, path: 'factory/adf-retail#/tags/costCentre'}\n");
  const std::string artifact = sample.build_again();
  sample.write("../with.json", R"({"access_granted": true, "runner_group": "runners"})");
  const test::Rehearsed without = sample.rehearse(artifact);
  const test::Rehearsed with = sample.rehearse(artifact, {"--var-file", sample.folder() + "/with.json"});
  EXPECT_EQ(without.exit, 0) << without.out << without.err;
  EXPECT_EQ(with.exit, 0) << with.out << with.err;
  EXPECT_NE(without.out.find("plan 25 to add"), std::string::npos) << without.out;
  EXPECT_NE(with.out.find("plan 27 to add"), std::string::npos) << with.out;
}

// With a factory of others: the volume that tidegate.yaml names lives from plan to destroy, and the gate protects it.
TEST(RehearseOwn, volume_of_a_service_in_a_shared_factory_lives_to_the_end) {
  const auto terraform = test::find_terraform();
  if (!terraform) GTEST_SKIP() << "terraform is not installed";
  test::Sample sample;
  sample.use(*terraform);
  sample.copy("retail-orders");
  sample.edit("tidegate.yaml", "  jars: volume\n", "  jars: volume\n  volume: {catalog: retail, schema: orders, name: libraries}\n");
  const std::string artifact = sample.build_again();
  sample.write("../with.json", R"({"runner_group": "runners"})");
  const test::Rehearsed with = sample.rehearse(artifact, {"--var-file", sample.folder() + "/with.json"});
  EXPECT_EQ(with.exit, 0) << with.out << with.err;
  const std::string tree = sample.folder() + "/tree";
  ASSERT_TRUE(artifact::extract_artifact(artifact, tree).ok());
  const Result<std::string> guard = system::read_file(tree + "/gate/policy/protect.json");
  ASSERT_TRUE(guard.ok());
  EXPECT_NE(guard->find("\"databricks_volume.libraries\""), std::string::npos) << *guard;
  EXPECT_NE(guard->find("\"azurerm_storage_container.retail_orders\""), std::string::npos) << *guard;
}

}  // namespace
}  // namespace tidegate
