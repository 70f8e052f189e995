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
