// SPDX-License-Identifier: Apache-2.0
// Files of the Data Factory root that become no resource: each is named, what is deployed is not.
#include <gtest/gtest.h>

#include "memory_service.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

const std::string load = pipeline_text("load", R"({"name": "w", "type": "Wait", "typeProperties": {"waitTimeInSeconds": 1}})");
const std::string linked = object_text("store", R"("type": "AzureBlobFS", "typeProperties": {"url": "@linkedService().u"})");

// `<severity> <place>` of each finding of the code, beside a pipeline that is deployed.
std::string found(Files files, const std::string& manifest = {}) {
  files.emplace("adf/pipeline/load.json", load);
  files.emplace("adf/linkedService/other.json", linked);
  if (!manifest.empty()) files.emplace("tidegate.yaml", manifest);
  Diagnostics sorted = read_memory(std::move(files)).diagnostics;
  sorted.sort();
  std::string text;
  for (const Diagnostic& item : sorted.items()) {
    if (item.code != "terraform.not-deployed") continue;
    EXPECT_NE(item.hint, "");
    text += std::string(to_string(item.severity)) + " " + to_string(item.where) + "\n";
  }
  return text;
}

TEST(NotDeployed, nothing_is_said_of_what_becomes_a_resource) { EXPECT_EQ(found({}), ""); }

TEST(NotDeployed, objects_without_properties) {
  EXPECT_EQ(found({{"adf/pipeline/p.json", R"({"name": "p", "activities": []})"}}), "error adf/pipeline/p.json:1:10\n");
  EXPECT_EQ(found({{"adf/dataset/d.json", R"({"name": "d", "Properties": {"type": "Json"}})"}}), "error adf/dataset/d.json:1:15\n");
  EXPECT_EQ(found({{"adf/trigger/t.json", R"({"name": "t", "properties": null})"}}), "error adf/trigger/t.json:1:29\n");
  EXPECT_EQ(found({{"adf/trigger/t.json", R"({"name": "t", "properties": []})"}}), "error adf/trigger/t.json:1:29\n");
}

TEST(NotDeployed, files_in_folders_where_nothing_is_read) {
  EXPECT_EQ(found({{"adf/pipeline/daily/p.json", pipeline_text("p", "")}}), "error adf/pipeline/daily/p.json:1:1\n");
  EXPECT_EQ(found({{"adf/pipeline/daily/sample.json", "[1, 2]"}}), "warning adf/pipeline/daily/sample.json:1:1\n");
  EXPECT_EQ(found({{"adf/pipelines/p.json", pipeline_text("p", "")}}), "error adf/pipelines/p.json:1:1\n");
  EXPECT_EQ(found({{"adf/old/p.json", pipeline_text("p", "")}}), "warning adf/old/p.json:1:1\n");
  EXPECT_EQ(found({{"adf/p.json", pipeline_text("p", "")}}), "warning adf/p.json:1:1\n");
  EXPECT_EQ(found({{"adf/pipeline/p.json.bak", pipeline_text("p", "")}}), "warning adf/pipeline/p.json.bak:1:1\n");
  EXPECT_EQ(found({{"adf/pipeline/.env-load.json", pipeline_text("p", "")}}), "error adf/pipeline/.env-load.json:1:1\n");
}

TEST(NotDeployed, what_something_refers_to_is_an_error) {
  const std::string call = R"({"name": "c", "type": "ExecutePipeline", "typeProperties": {"pipeline": )" + reference("P", "Pipeline") + "}}";
  EXPECT_EQ(found({{"adf/old/p.json", pipeline_text("p", "")}, {"adf/pipeline/q.json", pipeline_text("q", call)}}), "error adf/old/p.json:1:1\n");
}

TEST(NotDeployed, other_files_are_no_objects) {
  EXPECT_EQ(found({{"adf/publish_config.json", R"({"publishBranch": "adf_publish"})"},
                   {"adf/arm-template-parameters-definition.json", "{}"},
                   {"adf/pipeline/~p.json", pipeline_text("p", "")},
                   {"adf/pipeline/README.md", "# pipelines"},
                   {"adf/data/orders.json", R"({"name": "orders", "properties": {"a": 1}})"},
                   {"adf/templates/t.json", R"({"$schema": "x", "resources": [{"properties": {"activities": []}}]})"},
                   {"elsewhere/p.json", pipeline_text("p", "")}}),
            "");
}

TEST(NotDeployed, change_data_capture) {
  EXPECT_EQ(found({{"adf/adfcdc/orders.json", object_text("orders", "")}}), "warning adf/adfcdc/orders.json:1:1\n");
}

TEST(NotDeployed, what_the_owner_of_a_shared_factory_deploys) {
  const Files files{{"adf/integrationRuntime/r.json", object_text("r", R"("type": "SelfHosted")")},
                    {"adf/credential/c.json", object_text("c", R"("type": "ManagedIdentity")")},
                    {"adf/factory/f.json", R"({"name": "f", "location": "westeurope"})"},
                    {"adf/managedVirtualNetwork/default.json", R"({"name": "default"})"}};
  EXPECT_EQ(found(files), "note adf/credential/c.json:1:10\nnote adf/factory/f.json:1:10\nnote adf/integrationRuntime/r.json:1:10\n"
                          "note adf/managedVirtualNetwork/default.json:1:10\n");
  const std::string own = "service: shop\nowner: team@contoso.example\ndomain: sales\nversion: 1.0.0\nplacement:\n  factory: own\n";
  EXPECT_EQ(found(files, own), "");
  Files more = files;
  more["adf/factory/g.json"] = R"({"name": "g", "location": "westeurope"})";
  more["adf/managedVirtualNetwork/second.json"] = R"({"name": "second"})";
  more["adf/credential/c.json"] = R"({"name": "c"})";
  EXPECT_EQ(found(more, own), "error adf/credential/c.json:1:10\nerror adf/factory/g.json:1:10\n"
                              "warning adf/managedVirtualNetwork/second.json:1:10\n");
  more["adf/managedVirtualNetwork/second/managedPrivateEndpoint/e.json"] = object_text("e", R"("groupId": "dfs")");
  EXPECT_EQ(found(more, own), "error adf/credential/c.json:1:10\nerror adf/factory/g.json:1:10\n"
                              "error adf/managedVirtualNetwork/second.json:1:10\n");
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
