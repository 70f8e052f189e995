// SPDX-License-Identifier: Apache-2.0
// Order of activities, shapes of outputs, variables: a case that fires and the nearest that does not.
#include "findings.hpp"

namespace tidegate::adf {
namespace {

std::string activity(const std::string& name, const std::string& type, const std::string& properties = "",
                     const std::string& after = "", const std::string& condition = "Succeeded") {
  std::string text = "{\"name\": \"" + name + "\", \"type\": \"" + type + "\"";
  if (!after.empty())
    text += ", \"dependsOn\": [{\"activity\": \"" + after + "\", \"dependencyConditions\": [\"" + condition + "\"]}]";
  return text + ", \"typeProperties\": {" + properties + "}}";
}

std::string reads(const std::string& expression) { return "\"x\": \"" + expression + "\""; }

std::string loop(const std::string& name, const std::string& type, const std::string& inner, const std::string& after = "",
                 const std::string& more = "") {
  return activity(name, type, more + "\"activities\": [" + inner + "]", after);
}

const std::string step = activity("a", "Lookup");

TEST(Order, of_activities_that_are_read) {
  const std::string code = "adf.missing-depends-on";
  expect_code("error " + code, pipeline_file(step + ", " + activity("b", "Wait", reads("@§activity('a').output.firstRow"))));
  expect_no(code, pipeline_file(step + ", " + activity("b", "Wait", reads("@activity('A').output"), "A")));
  // Through others, and from inside a container that waits.
  expect_no(code, pipeline_file(step + ", " + activity("m", "Wait", "", "a") + ", " +
                                loop("l", "ForEach", activity("b", "Wait", reads("@activity('a').output")), "m")));
  expect_code("error " + code,
              pipeline_file(step + ", " + loop("l", "ForEach", activity("b", "Wait", reads("x @{§activity('a').Status}")))));
  expect_code("error " + code, pipeline_file(activity("a", "Wait", reads("@§activity('a').output"))));
  // What waits for the reader has not run.
  expect_code("error " + code, pipeline_file(activity("b", "Wait", reads("@§activity('c').output")) + ", " +
                                             activity("c", "Wait", "", "b")));
}

TEST(Order, of_activities_in_containers) {
  const std::string code = "adf.inner-activity-output";
  const auto after = [](const std::string& type) {
    return pipeline_file(loop("l", type, step) + ", " + activity("b", "Wait", reads("@§activity('a').output"), "l"));
  };
  expect_code("warning " + code, after("ForEach"));
  expect_code("note " + code, after("Until"));
  expect_no("adf.missing-depends-on", pipeline_file(loop("l", "Until", step) + ", " +
                                                     activity("b", "Wait", reads("@activity('a').output"), "l")));
  const std::string unordered = loop("l", "Until", step) + ", " + activity("b", "Wait", reads("@§activity('a').output"));
  expect_code("error adf.missing-depends-on", pipeline_file(unordered));
  // The condition of an Until sees what is inside; its time limit does not, nor does an If.
  const std::string condition = "\"expression\": {\"value\": \"@activity('a').output\", \"type\": \"Expression\"}, ";
  expect_no(code, pipeline_file(loop("l", "Until", step, "", condition)));
  expect_no("adf.missing-depends-on", pipeline_file(loop("l", "Until", step, "", condition)));
  expect_code("error adf.missing-depends-on",
              pipeline_file(loop("l", "Until", step, "", "\"timeout\": \"@§activity('a').output\", ")));
  expect_code("error adf.missing-depends-on",
              pipeline_file(loop("l", "IfCondition", step, "", "\"expression\": \"@§activity('a').output\", ")));
  expect_code("note " + code,
              pipeline_file(loop("l", "Until", activity("i", "IfCondition", "\"ifTrueActivities\": [" + step + "]"), "",
                                 "\"expression\": \"@§activity('a').output\", ")));
}

TEST(Shape, of_a_lookup) {
  const std::string code = "adf.output-shape";
  const auto lookup = [](const std::string& properties, const std::string& part) {
    return pipeline_file(activity("a", "Lookup", properties) + ", " +
                         activity("b", "Wait", reads("@activity('a').output." + part), "a"));
  };
  expect_code("warning " + code, lookup("\"firstRowOnly\": false", "§firstRow"));
  expect_code("warning " + code, lookup("\"firstRowOnly\": true", "§value"));
  expect_code("warning " + code, lookup("", "§count"));
  expect_no(code, lookup("\"firstRowOnly\": false", "value"));
  expect_no(code, lookup("", "firstRow"));
  expect_no(code, lookup("\"firstRowOnly\": {\"type\": \"Expression\", \"value\": \"@x()\"}", "value"));
}

TEST(Shape, of_other_activities) {
  const std::string code = "adf.output-shape";
  const auto read = [](const std::string& type, const std::string& properties, const std::string& part) {
    return pipeline_file(activity("a", type, properties) + ", " + activity("b", "Wait", reads("@activity('a').output" + part), "a"));
  };
  expect_code("warning " + code, read("GetMetadata", "\"fieldList\": [\"exists\"]", ".§childItems"));
  expect_code("warning " + code, read("GetMetadata", "\"fieldList\": [\"exists\"]", "[§'childItems']"));
  expect_no(code, read("GetMetadata", "\"fieldList\": [\"childItems\"]", ".childItems"));
  expect_no(code, read("GetMetadata", "\"fieldList\": \"@pipeline().x\"", ".childItems"));
  expect_code("warning " + code, read("Copy", "", ".§runOutput"));
  expect_no(code, read("DatabricksNotebook", "", ".runOutput"));
  expect_code("warning " + code, read("Copy", "", ".§firstRow"));
}

TEST(Shape, of_a_return_value) {
  const std::string code = "adf.output-shape";
  const auto call = [](const std::string& wait, const std::string& part, const std::string& child) {
    Files files = pipeline_file(
        activity("a", "ExecutePipeline", wait + "\"pipeline\": " + reference("\"c\"", "Pipeline")) + ", " +
        activity("b", "Wait", reads("@activity('a').output." + part), "a"));
    files["pipeline/c.json"] = object_text("c", "\"activities\": [" + child + "]");
    return files;
  };
  const std::string returns = activity("r", "SetVariable", "\"variableName\": \"pipelineReturnValue\", \"setSystemVariable\": true, "
                                       "\"value\": [{\"key\": \"rows\", \"value\": {\"type\": \"Int\", \"content\": 1}}]");
  const std::string wait = "\"waitOnCompletion\": true, ";
  expect_no(code, call(wait, "pipelineReturnValue.Rows", returns));
  expect_code("warning " + code, call(wait, "pipelineReturnValue.§row", returns));
  expect_code("warning " + code, call(wait, "§pipelineReturnValue.rows", step));
  expect_code("warning " + code, call("", "§pipelineReturnValue.rows", returns));
  expect_no(code, call(wait, "pipelineRunId", step));
}

TEST(Variables, that_iterations_share) {
  const std::string code = "adf.variable-race";
  const std::string declared = "\"variables\": {\"v\": {\"type\": \"String\"}, \"l\": {\"type\": \"Array\"}}, ";
  const auto in = [&](const std::string& type, const std::string& name, const std::string& more = "") {
    return pipeline_file(loop("f", "ForEach", activity("s", type, "\"variableName\": " + name), "", more), declared);
  };
  expect_code("warning " + code, in("SetVariable", "§\"v\""));
  expect_code("note " + code, in("AppendVariable", "§\"l\""));
  expect_no(code, in("SetVariable", "\"v\"", "\"isSequential\": true, "));
  expect_no(code, in("SetVariable", "\"v\"", "\"batchCount\": 1, "));
  expect_no(code, pipeline_file(loop("f", "Until", activity("s", "SetVariable", "\"variableName\": \"v\"")), declared));
}

TEST(Variables, that_read_themselves) {
  const std::string declared = "\"variables\": {\"v\": {\"type\": \"String\"}, \"w\": {\"type\": \"String\"}}, ";
  const auto set = [&](const std::string& value) {
    return pipeline_file(activity("s", "SetVariable", "\"variableName\": \"V\", \"value\": \"" + value + "\""), declared);
  };
  expect_code("error adf.variable-self-reference", set("@concat(§variables('v'), 'a')"));
  expect_no("adf.variable-self-reference", set("@concat(variables('w'), 'a')"));
  expect_code("note adf.unused-variable",
              pipeline_file(activity("s", "Wait", reads("@variables('v')")),
                            "\"variables\": {\"v\": {\"type\": \"String\"}, §\"w\": {\"type\": \"String\"}}, "));
  const std::string both = activity("s", "SetVariable", "\"variableName\": \"v\"");
  expect_code("note adf.unused-variable", pipeline_file(both, "\"variables\": {§\"v\": {\"type\": \"String\"}}, "));
  expect_no("adf.unused-variable", pipeline_file(both + ", " + activity("t", "Wait", reads("@variables('V')")),
                                                 "\"variables\": {\"v\": {\"type\": \"String\"}}, "));
}

TEST(Conditions, that_exclude_each_other) {
  const std::string code = "adf.unreachable-activity";
  const auto twice = [](const std::string& first, const std::string& second) {
    return pipeline_file(activity("a", "Wait") + ", " + activity("b", "Wait", "", "a") +
                         ", {\"name\": \"c\", \"type\": \"Wait\", \"dependsOn\": [{\"activity\": \"a\", \"dependencyConditions\": [\"" +
                         first + "\"]}, §{\"activity\": \"b\", \"dependencyConditions\": [\"" + second + "\"]}]}");
  };
  expect_code("warning " + code, twice("Failed", "Failed"));
  for (const auto& row : {std::pair("Failed", "Skipped"), std::pair("Succeeded", "Failed"), std::pair("Completed", "Succeeded")}) {
    Files files = twice(row.first, row.second);
    take_mark("", files.at("pipeline/p.json"));
    expect_no(code, files);
  }
}

TEST(Conditions, must_be_named) {
  expect_finding("error adf.dependency-cycle",
                 pipeline_file("{\"name\": \"a\"}, {\"name\": \"b\", \"dependsOn\": [{\"activity\": \"a\", "
                               "\"dependencyConditions\": §[]}]}"));
}

TEST(Cycles, are_all_named) {
  const auto after = [](const std::string& name, const std::string& other) {
    return "{\"name\": \"" + name + "\", \"dependsOn\": [{\"activity\": \"" + other + "\"}]}";
  };
  const Diagnostics found = diagnose(pipeline_file(after("a", "b") + ", " + after("b", "a") + ", " + after("c", "d") + ", " +
                                                   after("d", "e") + ", " + after("e", "c") + ", " + after("f", "a")));
  std::string text;
  for (const Diagnostic& item : found.items()) {
    if (item.code == "adf.dependency-cycle") text += item.message + "\n";
  }
  EXPECT_EQ(text,
            "activities wait for each other: \"a\" -> \"b\" -> \"a\"\n"
            "activities wait for each other: \"c\" -> \"d\" -> \"e\" -> \"c\"\n");
}

}  // namespace
}  // namespace tidegate::adf
