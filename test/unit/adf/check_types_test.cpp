// SPDX-License-Identifier: Apache-2.0
// Types, parameters, names, limits, triggers, data flows: a case that fires and the nearest that does
// not.
#include "findings.hpp"

namespace tidegate::adf {
namespace {

std::string copy_of(const std::string& properties) {
  return "{\"name\": \"c\", \"type\": \"Copy\", \"inputs\": [" + reference("\"d\"", "Dataset") +
         "], \"typeProperties\": {" + properties + "}}";
}

Files dataset(const std::string& type, const std::string& more = "") {
  return {{"dataset/d.json", object_text("d", "\"type\": \"" + type + "\", \"linkedServiceName\": " +
                                                  reference("\"l\"", "LinkedService") + more)}};
}

Files with(Files files, const Files& others) {
  files.insert(others.begin(), others.end());
  return files;
}

TEST(Types, required_properties) {
  const std::string code = "adf.missing-property";
  const std::string both = "\"source\": {\"type\": \"JsonSource\"}, \"sink\": {\"type\": \"JsonSink\"}";
  expect_code("error " + code, pipeline_file("{\"name\": \"c\", \"type\": \"Copy\", §\"typeProperties\": {\"source\": {\"type\": \"JsonSource\"}}}"));
  expect_no(code, pipeline_file(copy_of(both)));
  expect_code("error " + code, pipeline_file("{\"name\": \"c\", \"type\": \"Copy\", \"typeProperties\": {\"sink\": {\"type\": \"JsonSink\"}, §\"source\": {}}}"));
  expect_code("error " + code, pipeline_file("{\"name\": \"e\", \"type\": \"ExecutePipeline\", §\"typeProperties\": {}}"));
  expect_code("error " + code, pipeline_file("{\"name\": \"n\", \"type\": \"databricksnotebook\", §\"typeProperties\": {}}"));
  // Without case, and not inside what is computed.
  expect_no(code, pipeline_file("{\"name\": \"n\", \"type\": \"DatabricksNotebook\", \"typeProperties\": {\"NotebookPath\": \"/a\"}}"));
  expect_no(code, pipeline_file("{\"name\": \"c\", \"type\": \"Copy\", \"typeProperties\": {\"source\": {\"type\": \"Expression\", \"value\": "
                                "\"@json('{}')\"}, \"sink\": {\"type\": \"@pipeline().x\"}}}"));
}

TEST(Types, unknown_properties) {
  const std::string code = "adf.unknown-property";
  expect_code("note " + code, pipeline_file("{\"name\": \"w\", \"type\": \"Wait\", \"typeProperties\": {\"waitTimeInSeconds\": 1, §\"unit\": 1}}"));
  expect_no(code, pipeline_file("{\"name\": \"w\", \"type\": \"WAIT\", \"typeProperties\": {\"WaitTimeInSeconds\": 1}}"));
  expect_code("note " + code, pipeline_file("{\"name\": \"w\", \"type\": §\"Wiat\"}"));
  expect_no(code, pipeline_file("", "\"lastPublishTime\": \"2024\", "));
  expect_code("warning " + code, dataset("Json", ", §\"published\": false"));
  expect_no(code, dataset("AzureDatabricksDeltaLakeDataset", ", \"typeProperties\": {\"schema\": [1]}"));
}

TEST(Types, of_copy_sides) {
  const std::string code = "adf.type-mismatch";
  const auto side = [](const std::string& source, const std::string& type) {
    return with(pipeline_file(copy_of("\"source\": {\"type\": §\"" + source + "\"}")), dataset(type));
  };
  expect_code("warning " + code, side("JsonSource", "DelimitedText"));
  expect_code("warning " + code, side("AzureSqlSource", "Parquet"));
  for (const auto& row : {std::pair("DelimitedTextSource", "DelimitedText"), std::pair("SqlServerSource", "AzureSqlTable"),
                          std::pair("SqlDWSource", "AzureSqlDWTable"), std::pair("AzureTableSource", "AzureTable"),
                          std::pair("SapTableSource", "SapTableResource"), std::pair("RestSource", "RestResource"),
                          std::pair("SnowflakeV2Source", "SnowflakeV2Table"), std::pair("RelationalSource", "OdbcTable"),
                          std::pair("JsonSource", "UnheardOf"), std::pair("BlobSource", "AzureBlob"),
                          std::pair("CosmosDbSqlApiSource", "CosmosDbSqlApiCollection"), std::pair("SalesforceSource", "SalesforceObject")}) {
    Files files = side(row.first, row.second);
    take_mark("", files.at("pipeline/p.json"));
    EXPECT_EQ(all_findings(files, {}, code), "") << row.first << " " << row.second;
  }
}

TEST(Types, of_locations) {
  const std::string code = "adf.type-mismatch";
  const auto at = [](const std::string& location, const std::string& service) {
    return with(dataset("Json", ", \"typeProperties\": {\"location\": {\"type\": " + location + "}}"),
                {{"linkedservice/l.json", object_text("l", "\"type\": \"" + service + "\"")}});
  };
  expect_code("warning " + code, at("§\"AzureBlobFSLocation\"", "Sftp"));
  expect_no(code, at("\"AzureBlobFSLocation\"", "AzureBlobFS"));
  expect_no(code, at("\"AzureBlobStorageLocation\"", "AzureStorage"));
  expect_no(code, at("\"AzureBlobFSLocation\"", "UnheardOf"));
}

TEST(Parameters, defaults) {
  const std::string code = "adf.default-type";
  const auto of = [](const std::string& type, const std::string& value) {
    return pipeline_file("", "\"parameters\": {\"p\": {\"type\": \"" + type + "\", \"defaultValue\": " + value + "}}, ");
  };
  for (const auto& row : std::vector<std::pair<std::string, std::string>>{
           {"string", "§1"}, {"INT", "§\"1\""}, {"int", "§1.5"}, {"bool", "§\"true\""}, {"array", "§{}"}, {"object", "§\"\""}, {"float", "§\"1\""}})
    expect_code("warning " + code, of(row.first, row.second));
  for (const auto& row : std::vector<std::pair<std::string, std::string>>{
           {"String", "\"\""}, {"int", "1"}, {"float", "1"}, {"Bool", "false"}, {"array", "[]"}, {"object", "{}"}, {"int", "null"},
           {"int", "\"@pipeline().x\""}, {"secureString", "\"\""}, {"unheard", "1"}})
    expect_no(code, of(row.first, row.second));
  expect_code("warning " + code, pipeline_file("", "\"variables\": {\"v\": {\"type\": \"Boolean\", \"defaultValue\": §0}}, "));
}

TEST(Parameters, that_nothing_reads) {
  const std::string code = "adf.unused-parameter";
  const auto with_value = [](const std::string& value, const std::string& mark = "") {
    return pipeline_file("{\"name\": \"a\", \"x\": \"" + value + "\"}", "\"parameters\": {" + mark + "\"p\": {\"type\": \"string\"}}, ");
  };
  expect_code("note " + code, with_value("p", "§"));
  expect_no(code, with_value("@pipeline().parameters.P"));
  expect_no(code, with_value("@pipeline().parameters['p']"));
  expect_no(code, with_value("@pipeline().parameters"));
  expect_no(code, with_value("@pipeline().parameters[item()]"));
  expect_code("note " + code, {{"dataset/d.json", object_text("d", "\"parameters\": {§\"p\": {}, \"q\": {}}, \"x\": \"@dataset().q\"")}});
  expect_no(code, {{"linkedservice/l.json", object_text("l", "\"parameters\": {\"p\": {}}, \"x\": \"@{linkedService().p}\"")}});
}

TEST(Arguments, of_datasets_and_linked_services) {
  const auto given = [](const std::string& name, const std::string& arguments) {
    return Files{{"dataset/d.json", object_text("d", "\"linkedServiceName\": {\"referenceName\": " + name +
                                                         ", \"type\": \"LinkedServiceReference\"" + arguments + "}")},
                 {"linkedservice/l.json", object_text("l", "\"parameters\": {\"host\": {\"type\": \"string\"}, \"port\": {\"type\": \"int\", \"defaultValue\": 1}}")}};
  };
  expect_code("error adf.missing-argument", given("§\"l\"", ""));
  expect_code("error adf.missing-argument", given("§\"l\"", ", \"parameters\": {\"port\": 2}"));
  expect_no("adf.missing-argument", given("\"l\"", ", \"parameters\": {\"Host\": \"h\"}"));
  expect_no("adf.missing-argument", given("\"l\"", ", \"parameters\": \"@json('{}')\""));
  expect_code("warning adf.undeclared-argument", given("\"l\"", ", \"parameters\": {\"host\": \"h\", §\"hots\": \"h\"}"));
  expect_no("adf.undeclared-argument", given("\"l\"", ", \"parameters\": {\"HOST\": \"h\"}"));
  expect_code("warning adf.argument-type", given("\"l\"", ", \"parameters\": {\"host\": \"h\", \"port\": §\"2\"}"));
  expect_no("adf.argument-type", given("\"l\"", ", \"parameters\": {\"host\": \"h\", \"port\": \"@int('2')\"}"));
}

TEST(Arguments, of_calls) {
  const auto call = [](const std::string& name, const std::string& arguments) {
    return with(pipeline_file("{\"name\": \"e\", \"type\": \"ExecutePipeline\", \"typeProperties\": {\"pipeline\": " +
                              reference(name, "Pipeline") + arguments + "}}"),
                {{"pipeline/c.json", object_text("c", "\"parameters\": {\"day\": {\"type\": \"string\"}}, \"activities\": []")}});
  };
  expect_code("note adf.missing-call-argument", call("§\"c\"", ""));
  expect_no("adf.missing-call-argument", call("\"c\"", ", \"parameters\": {\"day\": \"d\"}"));
  expect_code("warning adf.undeclared-argument", call("\"c\"", ", \"parameters\": {\"day\": \"d\", §\"dya\": 1}"));
  const auto trigger = [](const std::string& name, const std::string& arguments) {
    return Files{{"trigger/t.json", object_text("t", "\"pipelines\": [{\"pipelineReference\": " + reference(name, "Pipeline") + arguments + "}]")},
                 {"pipeline/c.json", object_text("c", "\"parameters\": {\"day\": {\"type\": \"string\"}}, \"activities\": []")}};
  };
  expect_code("note adf.missing-call-argument", trigger("§\"c\"", ""));
  expect_no("adf.missing-call-argument", trigger("\"c\"", ", \"parameters\": {\"day\": \"@trigger().scheduledTime\"}"));
}

TEST(Objects, that_nothing_uses) {
  expect_code("note adf.unused-object", {{"dataset/d.json", "{\"name\": §\"d\", \"properties\": {}}"}});
  expect_no("adf.unused-object", {{"pipeline/p.json", object_text("p", "")}});
  expect_no("adf.unused-object", with(pipeline_file(copy_of("")), {{"dataset/d.json", object_text("d", "")}}));
}

TEST(Limits, of_names_and_counts) {
  const auto named = [](std::size_t size) {
    return pipeline_file("{\"name\": §\"" + std::string(size, 'a') + "\"}");
  };
  expect_code("warning adf.limit", named(56));
  Files fits = named(55);
  take_mark("", fits.at("pipeline/p.json"));
  expect_no("adf.limit", fits);
  const auto many = [](std::size_t count, const std::string& mark) {
    std::string list;
    for (std::size_t i = 0; i < count; ++i) list += (i > 0 ? ", " : "") + ("{\"name\": \"a" + std::to_string(i)) + "\"}";
    return Files{{"pipeline/p.json", "{\"name\": " + mark + "\"p\", \"properties\": {\"activities\": [" + list + "]}}"}};
  };
  expect_code("error adf.limit", many(121, "§"));
  expect_code("warning adf.limit", many(81, "§"));
  expect_no("adf.limit", many(80, ""));
  const auto batch = [](const std::string& count) {
    return pipeline_file("{\"name\": \"f\", \"type\": \"ForEach\", \"typeProperties\": {\"batchCount\": " + count + "}}");
  };
  expect_code("error adf.limit", batch("§51"));
  expect_no("adf.limit", batch("50"));
  const auto timeout = [](const std::string& time) {
    return pipeline_file("{\"name\": \"f\", \"type\": \"Wait\", \"policy\": {\"timeout\": " + time + "}}");
  };
  expect_code("warning adf.limit", timeout("§\"7.00:00:01\""));
  expect_no("adf.limit", timeout("\"7.00:00:00\""));
  expect_code("error adf.limit", pipeline_file("{\"name\": \"a\", \"x\": §\"@concat('" + std::string(8192, 'a') + "')\"}"));
  const auto window = [](const std::string& minutes) {
    return Files{{"trigger/t.json", object_text("t", "\"type\": \"TumblingWindowTrigger\", \"typeProperties\": {\"frequency\": \"Minute\", \"interval\": " + minutes + "}")}};
  };
  expect_code("error adf.limit", window("§4"));
  expect_no("adf.limit", window("5"));
}

TEST(Notes, on_activities) {
  expect_code("note adf.no-activities", {{"pipeline/p.json", "{\"name\": §\"p\", \"properties\": {\"activities\": []}}"}});
  expect_code("note adf.inactive-activity", pipeline_file("{\"name\": \"a\", \"state\": §\"Inactive\"}"));
  expect_no("adf.inactive-activity", pipeline_file("{\"name\": \"a\", \"state\": \"Active\"}"));
  expect_code("note adf.default-timeout", pipeline_file("{\"name\": \"a\", \"policy\": {\"timeout\": §\"7.00:00:00\"}}"));
  expect_no("adf.default-timeout", pipeline_file("{\"name\": \"a\", \"policy\": {\"timeout\": \"0.12:00:00\"}}"));
}

TEST(Nesting, of_conditions_and_validations) {
  const auto inside = [](const std::string& outer, const std::string& inner) {
    return pipeline_file("{\"name\": \"o\", \"type\": \"" + outer + "\", \"typeProperties\": {\"ifTrueActivities\": [{\"name\": §\"i\", \"type\": \"" +
                         inner + "\"}]}}");
  };
  expect_code("warning adf.nested-condition", inside("IfCondition", "Switch"));
  expect_code("error adf.nested-validation", inside("IfCondition", "Validation"));
  Files loop = inside("ForEach", "IfCondition");
  take_mark("", loop.at("pipeline/p.json"));
  expect_no("adf.nested-condition", loop);
  expect_no("adf.nested-validation", pipeline_file("{\"name\": \"v\", \"type\": \"Validation\"}"));
}

TEST(SystemRoots, have_known_properties) {
  const std::string code = "adf.unknown-system-property";
  const auto value = [](const std::string& text) { return pipeline_file("{\"name\": \"a\", \"x\": \"" + text + "\"}"); };
  expect_code("warning " + code, value("@pipeline().§RunIdd"));
  expect_code("warning " + code, value("@trigger().§time"));
  expect_code("warning " + code, value("@activity('a').§outputs"));
  expect_no(code, value("@pipeline()?.TriggeredByPipelineName"));
  expect_no(code, value("@concat(trigger().outputs.windowStartTime, triggerBody().fileName, pipeline().runid)"));
}

TEST(Triggers, without_pipeline_or_with_offsets) {
  expect_code("warning adf.trigger-without-pipeline",
              {{"trigger/t.json", "{\"name\": §\"t\", \"properties\": {\"type\": \"ScheduleTrigger\", \"runtimeState\": \"Started\"}}"}});
  expect_code("note adf.trigger-without-pipeline",
              {{"trigger/t.json", "{\"name\": §\"t\", \"properties\": {\"type\": \"ScheduleTrigger\", \"pipelines\": []}}"}});
  expect_no("adf.trigger-without-pipeline", {{"trigger/t.json", object_text("t", "\"type\": \"X\", \"pipeline\": {\"pipelineReference\": {}}")}});
  expect_code("error adf.trigger-time-zone",
              {{"trigger/t.json", object_text("t", "\"typeProperties\": {\"recurrence\": {\"startTime\": §\"2024-01-01T00:00:00+08:00\", "
                                                   "\"timeZone\": \"Singapore Standard Time\"}}")}});
}

TEST(Names, of_factories_runtimes_and_parts_of_data_flows) {
  expect_code("error adf.illegal-name", {{"integrationruntime/a.json", "{\"name\": §\"a--b\", \"properties\": {}}"}});
  expect_code("error adf.illegal-name", {{"factory/a.json", "{\"name\": §\"ab\", \"properties\": {}}"}});
  expect_code("error adf.illegal-name", {{"pipeline/a.json", "{\"name\": §\"-a\", \"properties\": {}}"}});
  expect_code("error adf.illegal-name", {{"dataflow/a.json", object_text("a", "\"typeProperties\": {\"sources\": [{\"name\": §\"a b\"}]}")}});
  expect_no("adf.illegal-name", {{"integrationruntime/a.json", object_text("a-b", "")}, {"factory/a.json", object_text("abc", "")}});
}

Files flow(const std::string& script, const std::string& parts = "\"sources\": [{\"name\": \"orders\"}], \"sinks\": [{\"name\": \"out\"}]") {
  return {{"dataflow/f.json", object_text("f", "\"type\": \"MappingDataFlow\", \"typeProperties\": {" + parts + ", \"scriptLines\": [" + script + "]}")}};
}

TEST(DataFlows, scripts_and_declarations) {
  const std::string code = "adf.dataflow-stream";
  const std::string source = "\"parameters{\",\"     day as string ('2024-01-01'),\",\"     n as integer\",\"}\",\"source(output(id as string), // a ~> b\",\"     wildcards: ['x ~> y']) ~> orders\",";
  expect_no(code, flow(source + "\"orders sink(skip: $n, x: $day == $$) ~> out\""));
  expect_code("warning " + code, flow(source + "\"§order sink(x: 1) ~> out\""));
  expect_code("warning " + code, flow(source + "\"orders sink(x: §$dya) ~> out\""));
  expect_code("warning " + code, flow(source + "\"orders filter(true()) ~> §some\",\"some sink() ~> out\""));
  expect_code("warning " + code, flow(source + "\"orders sink() ~> out\"", "\"sources\": [{\"name\": \"orders\"}, {\"name\": §\"lost\"}], \"sinks\": [{\"name\": \"out\"}]"));
  expect_no(code, flow(source + "\"orders split(a == 1, disjoint: false) ~> parts@(yes, no)\",\"parts@yes, parts@no union() ~> both\",\"both sink() ~> out\"",
                       "\"sources\": [{\"name\": \"orders\"}], \"sinks\": [{\"name\": \"out\"}], \"transformations\": [{\"name\": \"parts\"}, {\"name\": \"both\"}]"));
  expect_no(code, {{"dataflow/w.json", object_text("w", "\"type\": \"WranglingDataFlow\", \"typeProperties\": {\"script\": \"a(b) ~> c\"}")}});
}

TEST(DataFlows, arguments) {
  const auto run = [](const std::string& reference_text) {
    return with(with(pipeline_file("{\"name\": \"x\", \"type\": \"ExecuteDataFlow\", \"typeProperties\": {\"dataflow\": {\"referenceName\": \"f\", "
                                   "\"type\": \"DataFlowReference\"" + reference_text + "}}}"),
                     flow("\"parameters{\",\"     day as string\",\"}\",\"source(x: $day) ~> orders\",\"orders sink() ~> out\"",
                          "\"sources\": [{\"name\": \"orders\", \"dataset\": " + reference("\"d\"", "Dataset") + "}], \"sinks\": [{\"name\": \"out\"}]")),
                {{"dataset/d.json", object_text("d", "\"parameters\": {\"p\": {\"type\": \"string\"}}")}});
  };
  expect_no("adf.undeclared-argument", run(", \"parameters\": {\"Day\": \"'2024'\"}, \"datasetParameters\": {\"orders\": {\"p\": \"x\"}}"));
  expect_code("warning adf.undeclared-argument", run(", \"parameters\": {§\"dya\": \"'2024'\"}"));
  expect_code("warning adf.undeclared-argument", run(", \"datasetParameters\": {\"orders\": {§\"q\": \"x\"}}"));
  expect_no("adf.missing-argument", run(""));
}

}  // namespace
}  // namespace tidegate::adf
