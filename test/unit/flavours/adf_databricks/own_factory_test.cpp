// SPDX-License-Identifier: Apache-2.0
// The file of an own factory: what belongs to one environment is a variable, in the configuration
// and in the packed copy of the file, and bindings reach everything that is sent.
#include "flavours/adf_databricks/own_factory.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <utility>

#include "memory_service.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

const std::string group =
    "/subscriptions/7a2f1a52-0b8e-4c11-93b1-2f2d6a1d5a01/resourceGroups/rg-dev/providers/";

MemoryService read_factory(const std::string& root, const std::string& properties,
                           const std::string& bindings = " []\n") {
  return read_memory(
      {{"tidegate.yaml",
        "service: shop\nowner: team\nplacement: {factory: own}\nbindings:" + bindings},
       {"pipeline/p.json",
        pipeline_text(
            "p", R"({"name": "w", "type": "Wait", "typeProperties": {"waitTimeInSeconds": 1}})")},
       {"factory/fac.json",
        R"({"name": "fac", )" + root + R"("properties": {)" + properties + "}}"}});
}

std::string argument(const MemoryService& read, const std::string& name) {
  return read.json("own.tf.json", "/resource/azurerm_data_factory/factory/" + name);
}

std::string packed(const MemoryService& read) {
  const auto& objects = read.service->factory.objects;
  std::string text;
  for (std::size_t i = 0; i < objects.size(); ++i) {
    if (objects[i].kind != adf::ObjectKind::factory) continue;
    EXPECT_TRUE(write_source(*read.service, i, [&](std::string_view piece) -> Status {
                  text += piece;
                  return Done{};
                }).ok());
  }
  return text;
}

const std::string identities =
    R"("identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": {")" + group +
    R"(Microsoft.ManagedIdentity/userAssignedIdentities/id-dev": {"clientId": "1a2f1a52-0b8e-4c11-93b1-2f2d6a1d5a02"}}}, )";
const std::string resources =
    R"("encryption": {"keyName": "adf", "keyVersion": "7", "vaultBaseUrl": "https://kv-dev.vault.azure.net/", "identity": {"userAssignedIdentity": ")" +
    group +
    R"(Microsoft.ManagedIdentity/userAssignedIdentities/id-dev"}}, "purviewConfiguration": {"purviewResourceId": ")" +
    group + R"(Microsoft.Purview/accounts/pv-dev"})";

TEST(OwnFactory, resources_of_one_environment_become_variables) {
  const MemoryService read = read_factory(identities, resources);
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(
      read.rewrites(),
      "factory/fac.json#/identity/userAssignedIdentities binding.derived\n"
      "factory/fac.json#/properties/encryption/vaultBaseUrl binding.derived\n"
      "factory/fac.json#/properties/encryption/identity/userAssignedIdentity binding.derived\n"
      "factory/fac.json#/properties/purviewConfiguration/purviewResourceId binding.derived\n");
  EXPECT_EQ(
      packed(read),
      R"({"name": "fac", "identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": "data_factory_identity_ids"}, )"
      R"("properties": {"encryption": {"keyName": "adf", "keyVersion": "7", "vaultBaseUrl": "data_factory_key_id", )"
      R"("identity": {"userAssignedIdentity": "data_factory_key_identity_id"}}, )"
      R"("purviewConfiguration": {"purviewResourceId": "data_factory_purview_id"}}})");
  EXPECT_EQ(argument(read, "customer_managed_key_id"), "\"${var.data_factory_key_id}\"");
  EXPECT_EQ(argument(read, "purview_id"), "\"${var.data_factory_purview_id}\"");
}

TEST(OwnFactory, bindings_of_the_service_come_first) {
  const MemoryService read = read_factory(
      identities, resources,
      "\n  - {variable: vault, path: 'factory/fac#/properties/encryption/vaultBaseUrl'}\n"
      "  - {variable: subscription, literal: 7a2f1a52-0b8e-4c11-93b1-2f2d6a1d5a01}\n");
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(argument(read, "customer_managed_key_id"),
            R"("${trimsuffix(var.vault, \"/\")}/keys/adf/7")");
  EXPECT_EQ(
      argument(read, "purview_id"),
      R"("/subscriptions/${var.subscription}/resourceGroups/rg-dev/providers/Microsoft.Purview/accounts/pv-dev")");
  for (const char* name : {"key_id", "key_identity_id", "purview_id"})
    EXPECT_EQ(read.json("variables.tf.json", std::string("/variable/data_factory_") + name),
              "absent");
  EXPECT_EQ(packed(read).find("7a2f1a52"), std::string::npos) << packed(read);
}

// Of leaves of objects that come later, too, the place is kept: all of them are found by it.
TEST(OwnFactory, bindings_of_other_objects_stay_in_their_order) {
  const MemoryService read =
      read_factory(identities, resources,
                   "\n  - {variable: seconds, type: number, path: "
                   "'pipeline/p#/properties/activities/0/typeProperties/waitTimeInSeconds'}\n"
                   "  - {variable: catalogue, path: "
                   "'factory/fac#/properties/purviewConfiguration/purviewResourceId'}\n");
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(argument(read, "purview_id"), "\"${var.catalogue}\"");
  EXPECT_EQ(read.json("variables.tf.json", "/variable/data_factory_purview_id"), "absent");
  const auto& leaves = read.service->bindings.leaves;
  EXPECT_EQ(leaves.size(), 5U);
  EXPECT_TRUE(std::ranges::is_sorted(leaves, {}, [](const service::BoundLeaf& leaf) {
    return std::pair(leaf.object, leaf.node.index());
  }));
}

TEST(OwnFactory, bindings_reach_global_parameters_and_tags) {
  const MemoryService read = read_factory(
      R"("tags": {"stage": "dev"}, )",
      R"("globalParameters": {"env": {"type": "string", "value": "dev"},
       "host": {"type": "string", "value": "https://kv-dev.vault.azure.net/x"}, "size": {"type": "int", "value": 3},
       "all": {"type": "object", "value": {"z": [1, "${y}"], "host": "at kv-dev.vault.azure.net", "n": {"size": 4}}}})",
      "\n  - {variable: env, path: 'factory/fac#/properties/globalParameters/env/value'}\n"
      "  - {variable: stage, path: 'factory/fac#/tags/stage'}\n"
      "  - {variable: size, type: number, path: "
      "'factory/fac#/properties/globalParameters/size/value'}\n"
      "  - {variable: inner, type: number, path: "
      "'factory/fac#/properties/globalParameters/all/value/n/size'}\n"
      "  - {variable: host, literal: kv-dev.vault.azure.net}\n");
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(
      argument(read, "global_parameter"),
      R"([{"name":"env","type":"String","value":"${var.env}"},{"name":"host","type":"String","value":"https://${var.host}/x"},)"
      R"({"name":"size","type":"Int","value":"${jsonencode(var.size)}"},)"
      R"({"name":"all","type":"Object","value":"{\"host\":${jsonencode(join(\"\", [\"at \", var.host]))},\"n\":{\"size\":${jsonencode(var.inner)}},\"z\":[1,\"$${y}\"]}"}])");
  EXPECT_EQ(argument(read, "tags/stage"), "\"${var.stage}\"");
}

TEST(OwnFactory, file_of_a_shared_factory_stays_as_it_is) {
  const MemoryService read = read_memory(
      {{"tidegate.yaml", "service: shop\nowner: team\nbindings: []\n"},
       {"pipeline/p.json",
        pipeline_text(
            "p", R"({"name": "w", "type": "Wait", "typeProperties": {"waitTimeInSeconds": 1}})")},
       {"factory/fac.json",
        R"({"name": "fac", "properties": {"purviewConfiguration": {"purviewResourceId": "x"}}})"}});
  EXPECT_EQ(read.rewrites(), "");
  EXPECT_NE(packed(read).find("\"x\""), std::string::npos);
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
