// SPDX-License-Identifier: Apache-2.0
// Texts of fixed lists: a misspelt one, and what is left alone.
#include "findings.hpp"

namespace tidegate::adf {
namespace {

const std::string code = "adf.unknown-value";

Files activity(const std::string& members) {
  return pipeline_file("{\"name\": \"a\", \"type\": \"Wait\", \"typeProperties\": {\"waitTimeInSeconds\": 1}}, "
                       "{\"name\": \"w\", \"type\": \"Wait\", \"typeProperties\": {\"waitTimeInSeconds\": 1}, " +
                       members + "}");
}

Files after(const std::string& conditions) {
  return activity("\"dependsOn\": [{\"activity\": \"a\", \"dependencyConditions\": [" + conditions + "]}]");
}

Files trigger(const std::string& type, const std::string& properties, const std::string& more = "") {
  return {{"trigger/t.json", object_text("t", "\"type\": \"" + type + "\", " + more + "\"typeProperties\": {" + properties + "}")}};
}

TEST(UnknownValue, of_activities) {
  expect_code("error " + code, activity("\"state\": §\"Inactiv\""));
  expect_code("error " + code, activity("\"state\": \"Inactive\", \"onInactiveMarkAs\": §\"Succeded\""));
  expect_code("error " + code, after("\"Succeeded\", §\"Suceeded\""));
  expect_no(code, activity("\"state\": \"inactive\", \"onInactiveMarkAs\": \"SKIPPED\""));
  expect_no(code, after("\"succeeded\", \"Failed\", \"Skipped\", \"Completed\""));
}

TEST(UnknownValue, names_the_nearest_word) {
  for (const auto& row : {std::pair("Faild", "\"Failed\""), std::pair("nonsense", "take one of these")}) {
    const Diagnostics found = diagnose(after("\"" + std::string(row.first) + "\""));
    const auto item = std::find_if(found.items().begin(), found.items().end(), [](const Diagnostic& one) { return one.code == code; });
    ASSERT_NE(item, found.items().end());
    EXPECT_NE(item->hint.find(row.second), std::string::npos) << item->hint;
    EXPECT_NE(item->message.find("dependencyConditions"), std::string::npos) << item->message;
    EXPECT_NE(item->message.find("Completed, Failed, Skipped, Succeeded"), std::string::npos) << item->message;
  }
}

TEST(UnknownValue, of_parameters_and_variables) {
  expect_code("error " + code, pipeline_file("", "\"parameters\": {\"p\": {\"type\": §\"strng\"}}, "));
  expect_no(code, pipeline_file("", "\"parameters\": {\"p\": {\"type\": \"STRING\"}, \"s\": {\"type\": \"secureString\"}}, "));
  expect_code("error " + code, pipeline_file("", "\"variables\": {\"v\": {\"type\": §\"Arry\"}}, "));
  expect_no(code, pipeline_file("", "\"variables\": {\"v\": {\"type\": \"Integer\"}, \"b\": {\"type\": \"Boolean\"}}, "));
}

TEST(UnknownValue, of_triggers) {
  expect_code("error " + code, trigger("ScheduleTrigger", "\"recurrence\": {\"frequency\": §\"Dayly\", \"interval\": 1}"));
  expect_code("error " + code, trigger("ScheduleTrigger", "\"recurrence\": {\"frequency\": \"Week\", \"interval\": 1, \"schedule\": {\"weekDays\": [\"Monday\", §\"Thirsday\"]}}"));
  expect_code("error " + code, trigger("ScheduleTrigger", "\"recurrence\": {}", "\"runtimeState\": §\"Strated\", "));
  expect_code("error " + code, trigger("BlobEventsTrigger", "\"scope\": \"s\", \"events\": [§\"Microsoft.Storage.BlobCreate\"], \"blobPathEndsWith\": \"x\""));
  expect_code("error " + code, trigger("TumblingWindowTrigger", "\"frequency\": §\"Day\", \"interval\": 1"));
  expect_no(code, trigger("ScheduleTrigger", "\"recurrence\": {\"frequency\": \"week\", \"interval\": 1, \"schedule\": {\"weekDays\": [\"MONDAY\"]}}", "\"runtimeState\": \"Started\", "));
}

TEST(UnknownValue, of_copies_and_formats) {
  const auto sink = [](const std::string& settings) {
    return pipeline_file("{\"name\": \"c\", \"type\": \"Copy\", \"typeProperties\": {\"source\": {\"type\": \"JsonSource\"}, \"sink\": {\"type\": "
                         "\"BinarySink\", \"storeSettings\": {\"type\": \"AzureBlobFSWriteSettings\", " + settings + "}}}}");
  };
  expect_code("warning " + code, sink("\"copyBehavior\": §\"FlatenHierarchy\""));
  expect_no(code, sink("\"copyBehavior\": \"flattenhierarchy\""));
  expect_no(code, sink("\"copyBehavior\": \"@pipeline().parameters.b\""));
  expect_no(code, sink("\"copyBehavior\": {\"value\": \"@pipeline().parameters.b\", \"type\": \"Expression\"}"));
  const auto dataset = [](const std::string& properties) {
    return Files{{"dataset/d.json", object_text("d", "\"type\": \"Binary\", \"typeProperties\": {" + properties + "}")}};
  };
  expect_code("warning " + code, dataset("\"compression\": {\"type\": §\"gzipp\", \"level\": \"Optimal\"}"));
  expect_code("warning " + code, dataset("\"compression\": {\"type\": \"gzip\", \"level\": §\"Optimum\"}"));
  expect_no(code, dataset("\"compression\": {\"type\": \"ZipDeflate\", \"level\": \"fastest\"}"));
}

// Words of data/values.tsv, and words that looked like some of them but stand in no source.
TEST(UnknownValue, of_documented_settings) {
  const auto source = [](const std::string& type, const std::string& settings) {
    return pipeline_file(
        "{\"name\": \"c\", \"type\": \"Copy\", \"typeProperties\": {\"source\": {\"type\": \"" +
        type + "\", " + settings + "}, \"sink\": {\"type\": \"BlobSink\"}}}");
  };
  expect_no(code, source("AzureSqlSource",
                         "\"isolationLevel\": \"Snapshot\", \"partitionOption\": \"None\""));
  expect_code("warning " + code, source("AzureSqlSource", "\"isolationLevel\": §\"None\""));
  expect_no(code, source("SapTableSource", "\"partitionOption\": \"PartitionOnCalendarYear\""));
  expect_code("warning " + code,
              source("SapTableSource", "\"partitionOption\": §\"DynamicRange\""));
  expect_no(code, source("SalesforceSource", "\"readBehavior\": \"queryAll\""));
  expect_code("warning " + code,
              source("SalesforceSource", "\"readBehavior\": §\"QueryEverything\""));
  const auto web = [](const std::string& settings) {
    return pipeline_file(
        "{\"name\": \"w\", \"type\": \"WebActivity\", \"typeProperties\": {\"url\": \"u\", " +
        settings + "}}");
  };
  expect_no(code, web("\"method\": \"PATCH\", \"authentication\": {\"type\": "
                      "\"UserAssignedManagedIdentity\"}"));
  expect_code("warning " + code, web("\"method\": §\"TRACE\""));
  expect_code("error " + code,
              pipeline_file("", "\"variables\": {\"v\": {\"type\": §\"Float\"}}, "));
  expect_code("warning " + code,
              {{"dataset/d.json", object_text("d",
                                              "\"type\": \"Binary\", \"typeProperties\": "
                                              "{\"compression\": {\"type\": §\"Zstd\"}}")}});
}

// Where nothing is known of the place, a type beside a reference or an expression still says what it is.
TEST(UnknownValue, of_types_of_references_and_expressions) {
  const auto web = [](const std::string& body) {
    return pipeline_file("{\"name\": \"w\", \"type\": \"WebActivity\", \"typeProperties\": {\"method\": \"POST\", \"url\": \"u\", \"body\": " + body + "}}");
  };
  expect_code("error " + code, web("{\"value\": \"@pipeline().RunId\", \"type\": §\"Expresion\"}"));
  expect_no(code, web("{\"value\": \"@pipeline().RunId\", \"type\": \"expression\"}"));
  expect_no(code, web("{\"value\": \"@pipeline().RunId\", \"type\": \"event\"}"));
  expect_no(code, web("{\"value\": \"plain\", \"type\": \"Expresion\"}"));
  expect_code("error " + code, web("{\"referenceName\": \"d\", \"type\": §\"DatasetReferense\"}"));
  expect_code("error " + code, web("{\"referenceName\": \"d\", \"type\": §\"TableReference\"}"));
  expect_no(code, web("{\"referenceName\": \"d\", \"type\": \"NotebookReference\"}"));
  expect_no(code, web("{\"referenceName\": \"d\", \"type\": \"invoice\"}"));
  expect_code("error " + code, pipeline_file("{\"name\": \"i\", \"type\": \"IfCondition\", \"typeProperties\": {\"expression\": {\"value\": \"@bool(1)\", "
                                             "\"type\": §\"Expresssion\"}, \"ifTrueActivities\": [{\"name\": \"w\", \"type\": \"Wait\"}]}}"));
}

}  // namespace
}  // namespace tidegate::adf
