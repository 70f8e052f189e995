// SPDX-License-Identifier: Apache-2.0
// A lossless and a lossy object for each row of the table of azurerm's losses.
#include "flavours/adf_databricks/azurerm_loss.hpp"

#include <gtest/gtest.h>

#include "memory_service.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

// Pointers of what would be lost.
std::string losses(const std::string& path, const std::string& properties) {
  const MemoryService read = read_memory({{path, object_text("x", properties)}, {"pipeline/p.json", pipeline_text("p", "")}});
  Diagnostics diagnostics;
  const bool lost = check_azurerm_loss(*read.service, diagnostics);
  std::string out;
  for (const Diagnostic& one : diagnostics.items()) {
    EXPECT_EQ(one.code, "terraform.azurerm-loss");
    EXPECT_EQ(one.exit, ExitCode::unsupported);
    EXPECT_GT(one.where.line, 0U);
    out += one.message.substr(0, one.message.find(':')) + " ";
  }
  EXPECT_EQ(lost, !out.empty());
  return out;
}

TEST(AzurermLoss, names_the_path_of_each_loss) {
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [], "parameters": {"a": {"type": "string", "defaultValue": "x"}}, "variables": {"v": {"type": "String"}})"), "");
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [], "parameters": {"a": {"type": "int", "defaultValue": 1}})"), "/properties/parameters/a ");
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [], "parameters": {"a": {"type": "string"}})"), "/properties/parameters/a ");
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [], "variables": {"v": {"type": "Array"}})"), "/properties/variables/v ");
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [{"name": "n", "type": "DatabricksNotebook", "typeProperties": {"libraries": []}}])"), "");
  EXPECT_EQ(losses("dataset/x.json", R"("type": "Parquet", "parameters": {"a": {"type": "String"}})"), "");
  EXPECT_EQ(losses("dataset/x.json", R"("type": "Parquet", "structure": [], "parameters": {"a": {"type": "Int"}})"), "/properties/structure /properties/parameters/a ");
  EXPECT_EQ(losses("dataset/x.json", R"("type": "Parquet", "linkedServiceName": {"referenceName": "l", "type": "LinkedServiceReference",
                   "parameters": {"a": "b", "c": {"value": "@dataset().c", "type": "Expression"}}})"), "/properties/linkedServiceName/parameters/c ");
  EXPECT_EQ(losses("linkedService/x.json", R"("type": "Http", "typeProperties": {})"), "/properties/typeProperties ");
  EXPECT_EQ(losses("linkedService/x.json", R"("type": "Http", "parameters": {"a": {"type": "Int"}})"), "/properties/parameters/a ");
  EXPECT_EQ(losses("trigger/x.json", R"("type": "ScheduleTrigger", "typeProperties": {"recurrence": {"startTime": "2024-01-01T00:00:00Z"}}, "pipelines": [{"parameters": {"a": "b"}}])"), "");
  EXPECT_EQ(losses("trigger/x.json", R"("type": "ScheduleTrigger", "typeProperties": {"recurrence": {"startTime": "2024-01-01T00:00:00"}}, "pipelines": [{"parameters": {"a": 1}}])"),
            "/properties/typeProperties/recurrence/startTime /properties/pipelines/0/parameters/a ");
  EXPECT_EQ(losses("trigger/x.json", R"("type": "TumblingWindowTrigger", "typeProperties": {"startTime": "2024-01-01T00:00:00"}, "pipeline": {"parameters": {"a": true, "b": "c"}})"),
            "/properties/typeProperties/startTime /properties/pipeline/parameters/a ");
  EXPECT_EQ(losses("trigger/x.json", R"("type": "ScheduleTrigger", "typeProperties": {"recurrence": {"startTime": "2024-01-01T00:00:00+02:00"}})"), "");
  EXPECT_EQ(losses("trigger/x.json", R"("type": "ChainingTrigger", "typeProperties": {"dependsOn": []})"), "/properties/type ");
  EXPECT_EQ(losses("trigger/x.json", R"("type": "RerunTumblingWindowTrigger", "typeProperties": {"parentTrigger": "t"})"), "/properties/type ");
  EXPECT_EQ(losses("trigger/x.json", R"("type": "TumblingWindowTrigger", "typeProperties": {"dependsOn": []})"), "");
  EXPECT_EQ(losses("dataflow/x.json", R"("type": "MappingDataFlow", "typeProperties": {"scriptLines": ["a", "b"]})"), "");
  EXPECT_EQ(losses("dataflow/x.json", R"("type": "MappingDataFlow", "typeProperties": {"scriptLines": ["a", " ", "b"]})"), "/properties/typeProperties/scriptLines/1 ");
  EXPECT_EQ(losses("dataflow/x.json", R"("type": "WranglingDataFlow", "typeProperties": {"documentLocale": "en-us"})"), "/properties/type ");
}

// Of any activity, and wherever it stands.
TEST(AzurermLoss, names_an_expression_in_the_place_of_a_list) {
  const std::string libraries = R"({"name": "n", "type": "DatabricksNotebook", "typeProperties": {"libraries": {"value": "@x", "type": "Expression"}}})";
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [)" + libraries + "]"), "/properties/activities/0/typeProperties/libraries ");
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [{"name": "i", "type": "IfCondition", "typeProperties": {"ifTrueActivities": [)" + libraries + "]}}]"),
            "/properties/activities/0/typeProperties/ifTrueActivities/0/typeProperties/libraries ");
  EXPECT_EQ(losses("pipeline/x.json", R"("activities": [{"name": "j", "type": "DatabricksSparkJar", "typeProperties": {"mainClassName": "a.B",
                   "parameters": {"value": "@x", "type": "Expression"}}}])"), "/properties/activities/0/typeProperties/parameters ");
}

// Pointers of what the typed resource of a runtime, a credential or an endpoint would lose.
std::string own_losses(const std::string& path, const std::string& properties, const std::string& placement = "own") {
  const MemoryService read = read_memory(
      {{"tidegate.yaml", "service: shop\nowner: team\nplacement: {factory: " + placement + "}\nbindings: []\n"},
       {"pipeline/p.json", pipeline_text("p", "")},
       {path, object_text("x", properties)}});
  Diagnostics diagnostics;
  check_azurerm_loss(*read.service, diagnostics);
  std::string out;
  for (const Diagnostic& one : diagnostics.items()) {
    EXPECT_EQ(one.exit, ExitCode::unsupported);
    EXPECT_EQ(one.where.file, path);
    out += one.message.substr(0, one.message.find(':')) + " ";
  }
  return out;
}

TEST(AzurermLoss, names_what_a_runtime_would_lose) {
  const std::string path = "integrationRuntime/x.json";
  const std::string flow = R"("dataFlowProperties": {"computeType": "General", "coreCount": 8, "timeToLive": 10, "cleanup": false)";
  const auto managed = [&](const std::string& more, const std::string& around = "") {
    return R"("type": "Managed", "typeProperties": {"computeProperties": {"location": "AutoResolve", )" + flow + more + "}" + around;
  };
  const std::string network = R"(, "managedVirtualNetwork": {"type": "ManagedVirtualNetworkReference", "referenceName": "default"}, "state": "Online")";
  EXPECT_EQ(own_losses(path, managed("}}", network)), "");
  EXPECT_EQ(own_losses(path, managed(R"(, "customProperties": []}})", R"(, "annotations": [])")), "");
  const std::string scaled = managed(R"(, "customProperties": [{"name": "a"}]}, "copyComputeScaleProperties": {"timeToLive": 15}})", network);
  EXPECT_EQ(own_losses(path, scaled), "/properties/typeProperties/computeProperties/dataFlowProperties/customProperties "
                                      "/properties/typeProperties/computeProperties/copyComputeScaleProperties ");
  EXPECT_EQ(own_losses(path, scaled, "external"), "");
  EXPECT_EQ(own_losses(path, R"("TYPE": "managed", "annotations": ["a"])"), "/properties/annotations ");
  EXPECT_EQ(own_losses(path, R"("type": "Managed", "typeProperties": {"computeProperties": {"nodeSize": "S", "copyComputeScaleProperties": {"timeToLive": 5},
                       "dataFlowProperties": {"coreCount": 8}}, "ssisProperties": {"edition": "Standard", "catalogInfo": {"catalogAdminUserName": "a"}}})"),
            "/properties/typeProperties/computeProperties/dataFlowProperties ");
  EXPECT_EQ(own_losses(path, R"("type": "SelfHosted", "typeProperties": {"linkedInfo": {"resourceId": "/r", "authorizationType": "Rbac"}})"), "");
  EXPECT_EQ(own_losses(path, R"("type": "SelfHosted", "typeProperties": {"linkedInfo": {"key": {"type": "SecureString"}, "authorizationType": "Key"}})"),
            "/properties/typeProperties/linkedInfo/key /properties/typeProperties/linkedInfo/authorizationType ");
}

TEST(AzurermLoss, names_what_credentials_and_endpoints_would_lose) {
  EXPECT_EQ(own_losses("credential/x.json", R"("type": "ManagedIdentity", "annotations": [], "typeProperties": {"resourceId": "/i"})"), "");
  EXPECT_EQ(own_losses("credential/x.json", R"("type": "ServicePrincipal", "typeProperties": {"servicePrincipalId": "i", "tenant": "t",
                       "servicePrincipalKey": {"type": "AzureKeyVaultSecret", "secretName": "s", "store": {"referenceName": "v", "type": "LinkedServiceReference"}}})"), "");
  EXPECT_EQ(own_losses("credential/x.json", R"("type": "BasicAuth", "typeProperties": {})"), "/properties/type ");
  const std::string link = R"("privateLinkResourceId": "/r", "groupId": "dfs", "fqdns": ["a.b"], "connectionState": {})";
  EXPECT_EQ(own_losses("managedVirtualNetwork/default/managedPrivateEndpoint/x.json", link), "");
  EXPECT_EQ(own_losses("managedVirtualNetwork/default/managedPrivateEndpoint/x.json", link + R"(, "timeout": 5.55)"), "/properties/timeout ");
  EXPECT_EQ(own_losses("managedVirtualNetwork/other/managedPrivateEndpoint/x.json", link), "/properties ");
}

// Pointers of what azurerm_data_factory would lose of an own factory; with `shared` the file is
// another's.
std::string factory_losses(const std::string& file, const std::string& placement = "own") {
  const MemoryService read = read_memory(
      {{"tidegate.yaml",
        "service: shop\nowner: team\nplacement: {factory: " + placement + "}\nbindings: []\n"},
       {"pipeline/p.json", pipeline_text("p", "")},
       {"factory/f.json", file}});
  Diagnostics diagnostics;
  const bool lost = check_azurerm_loss(*read.service, diagnostics);
  std::string out;
  for (const Diagnostic& one : diagnostics.items()) {
    EXPECT_EQ(one.exit, ExitCode::unsupported);
    EXPECT_EQ(one.where.file, "factory/f.json");
    out += one.message.substr(0, one.message.find(':')) + " ";
  }
  EXPECT_EQ(lost, !out.empty());
  // A build that goes through azapi says the same as warnings.
  std::size_t warnings = 0;
  for (const Diagnostic& one : read.diagnostics.items())
    warnings += one.code == "terraform.azurerm-loss" && one.severity == Severity::warning;
  EXPECT_EQ(warnings, diagnostics.items().size());
  return out;
}

TEST(AzurermLoss, names_the_path_of_each_loss_of_an_own_factory) {
  const auto with = [](const std::string& root, const std::string& properties = "") {
    return R"({"name": "f", )" + root + R"("properties": {)" + properties + "}}";
  };
  EXPECT_EQ(
      factory_losses(with(
          R"("location": "westeurope", "identity": {"type": "SystemAssigned"}, )",
          R"("globalParameters": {"a": {"type": "int", "value": 1}}, "publicNetworkAccess": "Disabled")")),
      "");
  EXPECT_EQ(
      factory_losses(with(
          R"("tags": {"cost center": "7", "stage": "raw"}, "identity": {"type": "SystemAssigned,UserAssigned", "userAssignedIdentities": {"/x/y": {}}}, )",
          R"("encryption": {"keyName": "k", "vaultBaseUrl": "v", "identity": {"userAssignedIdentity": "u"}}, "purviewConfiguration": {"purviewResourceId": "p"})")),
      "");
  EXPECT_EQ(
      factory_losses(with(R"("tags": {"Owner": "x", "deep": {"a": 1}, "a": "b"}, "zones": ["1"], )",
                          R"("globalConfigurations": {"a": "b"})")),
      "/properties/globalConfigurations /zones /tags/Owner /tags/deep ");
  EXPECT_EQ(
      factory_losses(with(R"("tags": {"Owner": "x"}, )", R"("globalConfigurations": {"a": "b"})"),
                     "shared"),
      "");
}

// What the structs of the SDK do not know is lost, also deep inside containers.
TEST(AzurermLoss, names_properties_of_activities_that_azurerm_does_not_know) {
  const auto activity = [](const std::string& properties) {
    return losses("pipeline/x.json", R"("activities": [{"name": "f", "type": "ForEach", "typeProperties": {"items": {"value": "@x", "type": "Expression"}, "activities": [)"
                                     R"({"name": "n", "dependsOn": [], )" + properties + "}]}}]");
  };
  const std::string inner = "/properties/activities/0/typeProperties/activities/0";
  EXPECT_EQ(activity(R"("type": "Wait", "typeProperties": {"waitTimeInSeconds": 1})"), "");
  EXPECT_EQ(activity(R"("type": "Wait", "typeProperties": {"waitTimeInSeconds": {"value": "@x", "type": "Expression"}})"), "");
  EXPECT_EQ(activity(R"("type": "Wait", "typeProperties": {"waitTimeInSeconds": 1, "unit": "s"})"), inner + "/typeProperties/unit ");
  EXPECT_EQ(activity(R"("type": "Wait", "typeProperties": {"WaitTimeInSeconds": 1})"), "");
  EXPECT_EQ(activity(R"("type": "Dream", "typeProperties": {})"), inner + "/type ");
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
