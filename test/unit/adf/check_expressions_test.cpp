// SPDX-License-Identifier: Apache-2.0
// Names inside expressions, at their exact place.
#include "adf/expression.hpp"
#include "findings.hpp"

namespace tidegate::adf {
namespace {

const std::string declared =
    "\"parameters\": {\"Day\": {\"type\": \"string\"}}, \"variables\": {\"v\": {\"type\": "
    "\"String\"}, "
    "\"list\": {\"type\": \"Array\"}}, ";

Files value_of(const std::string& expression) {
  return pipeline_file(
      "{\"name\": \"a\", \"type\": \"Wait\", \"x\": [{\"type\": \"Expression\", \"value\": \"" +
          expression + "\"}]}",
      declared);
}

TEST(Syntax, errors_stand_where_they_are) {
  for (const char* text : {"@concat('a'§", "@concat('a',§)", "@concat('a')§x", "@concat(§'a)", "@§",
                           "@item() §and item()", "a @{utcNow() §b", "a @{concat('\xC3\xA9'§",
                           "@conc\\u0061t(1§", "@concat(§\\\"a\\\")"}) {
    expect_finding("error adf.expression-syntax", value_of(text));
  }
  for (const char* text :
       {"@@concat(", "me@example.com", "plain", "a@@{b", "@concat( 'a' )", "@{utcNow()}"})
    expect_silence(value_of(text));
}

TEST(Syntax, counts_only_where_the_service_evaluates) {
  for (const char* key : {"description", "script", "annotations"}) {
    expect_silence(
        pipeline_file("{\"name\": \"a\", \"" + std::string(key) + "\": [\"@concat(\"]}"));
  }
  expect_silence(
      {{"dataset/d.json", "{\"name\": \"d\", \"x\": \"@concat(\", \"properties\": {}}"}});
  expect_finding("error adf.expression-syntax",
                 {{"dataset/d.json", object_text("d", "\"x\": \"@concat(§\"")}});
}

TEST(Functions, unknown_and_with_the_wrong_number_of_arguments) {
  expect_finding("error adf.unknown-function", value_of("@toUpper(§conct('a'))"));
  expect_finding("error adf.function-arity", value_of("x @{§substring('a')}"));
  expect_finding("error adf.function-arity", value_of("@§utcNow('a', 'b')"));
  expect_finding("error adf.function-arity", value_of("@§concat()"));
  expect_finding("error adf.function-arity", value_of("@§activity()"));
  expect_silence(value_of("@TOUPPER(Concat('a'))"));
}

TEST(Functions, say_what_was_expected) {
  const auto message = [](const std::string& text) {
    return diagnose_without_those(value_of(text)).items().at(0).message;
  };
  EXPECT_EQ(message("@concat()"), "concat has 0 arguments, expected at least 1");
  EXPECT_EQ(message("@guid('a', 'b')"), "guid has 2 arguments, expected 0 to 1");
  EXPECT_EQ(message("@length('a', 'b')"), "length has 2 arguments, expected 1");
  const Diagnostics unknown = diagnose_without_those(value_of("@conct('a')"));
  EXPECT_EQ(unknown.items().at(0).message, "there is no function \"conct\"");
  EXPECT_EQ(unknown.items().at(0).hint, "did you mean \"concat\"?");
}

TEST(Names, of_parameters) {
  expect_finding("error adf.undefined-parameter", value_of("@pipeline().parameters.§dya"));
  expect_finding("error adf.undefined-parameter",
                 value_of("@concat('a', pipeline()?.Parameters?.§dya.x)"));
  expect_silence(value_of("@pipeline().parameters.Day"));
  expect_finding("note adf.case-differs", value_of("@pipeline().parameters.§day"));
  expect_silence(value_of("@pipeline().RunId"));
  const auto dataset = [](const std::string& text) {
    return Files{{"dataset/d.json",
                  object_text("d", "\"parameters\": {\"folder\": {}}, \"x\": \"" + text + "\"")}};
  };
  expect_finding("error adf.undefined-parameter", dataset("@dataset().§file"));
  expect_silence(dataset("@dataset().folder"));
  expect_finding("note adf.case-differs", dataset("@dataset().§Folder"));
  const auto linked = [](const std::string& text) {
    return Files{{"linkedservice/l.json",
                  object_text("l", "\"parameters\": {\"host\": {}}, \"x\": \"" + text + "\"")}};
  };
  expect_finding("error adf.undefined-parameter", linked("https://@{linkedService().§hots}/"));
  expect_silence(linked("https://@{linkedService().host}/"));
}

TEST(Names, of_global_parameters) {
  Files files = value_of("@pipeline().globalParameters.§region");
  expect_finding("note adf.undefined-global-parameter", files);
  files["factory/fab.json"] = object_text(
      "fab", "\"globalParameters\": {\"other\": {\"type\": \"string\", \"value\": \"x\"}}");
  expect_finding("error adf.undefined-global-parameter", files);
  Files good = value_of("@pipeline().globalParameters.Other");
  good["factory/fab.json"] = files["factory/fab.json"];
  expect_silence(good);
}

TEST(Names, of_variables) {
  expect_finding("error adf.undefined-variable", value_of("@variables(§'w')"));
  expect_silence(value_of("@variables('v')"));
  expect_finding("note adf.case-differs", value_of("@variables(§'V')"));
  const auto sets = [](const std::string& type, const std::string& name,
                       const std::string& more = "") {
    return pipeline_file("{\"name\": \"a\", \"type\": \"" + type +
                             "\", \"typeProperties\": {\"variableName\": " + name + more + "}}",
                         declared);
  };
  expect_finding("error adf.undefined-variable", sets("SetVariable", "§\"w\""));
  expect_finding("error adf.undefined-variable", sets("AppendVariable", "§\"w\""));
  expect_finding("error adf.undefined-variable", sets("AppendVariable", "§\"v\""));
  expect_silence(sets("SetVariable", "\"V\""));
  expect_silence(sets("AppendVariable", "\"List\""));
  expect_silence(sets("SetVariable", "\"pipelineReturnValue\"", ", \"setSystemVariable\": true"));
}

TEST(Names, of_activities) {
  const auto after = [](const std::string& text) {
    return pipeline_file("{\"name\": \"a\", \"type\": \"Wait\"}, {\"name\": \"b\", \"type\": \"Wait\", \"dependsOn\": "
                         "[{\"activity\": \"a\"}], \"x\": \"" + text + "\"}");
  };
  expect_finding("error adf.undefined-activity-output", after("@activity(§'c').output.value"));
  expect_silence(after("@activity('a').output.value"));
  expect_finding("note adf.case-differs", after("@activity(§'A').output.value"));
  expect_silence(after("@activity(concat('a', 'b')).output"));
}

TEST(Names, of_the_item) {
  const auto inside = [](const std::string& type, const std::string& text) {
    return pipeline_file("{\"name\": \"f\", \"type\": \"" + type +
                         "\", \"typeProperties\": {\"activities\": [{\"name\": \"a\", \"x\": \"" +
                         text + "\"}]}}");
  };
  expect_finding("error adf.item-outside-loop", value_of("@concat('a', §item().x)"));
  expect_finding("error adf.item-outside-loop", inside("Until", "@§item()"));
  expect_silence(inside("ForEach", "@item().\xE3\x82\xB3\xE3\x83\xB3"));
  expect_silence(
      pipeline_file("{\"name\": \"f\", \"type\": \"Filter\", \"typeProperties\": {\"condition\": "
                    "\"@equals(item(), 1)\"}}"));
  const auto items = [](const std::string& type, const std::string& around) {
    const std::string loop =
        "{\"name\": \"f\", \"type\": \"" + type +
        "\", \"typeProperties\": {\"items\": {\"type\": \"Expression\", \"value\": "
        "\"@§item().x\"}, \"activities\": [{\"name\": \"a\"}]}}";
    return pipeline_file(around.empty()
                             ? loop
                             : "{\"name\": \"g\", \"type\": \"" + around +
                                   "\", \"typeProperties\": {\"activities\": [" + loop + "]}}");
  };
  expect_finding("error adf.item-outside-loop", items("ForEach", ""));
  expect_finding("error adf.item-outside-loop", items("Filter", ""));
  Files filter = items("Filter", "ForEach");
  take_mark("pipeline/p.json", filter.at("pipeline/p.json"));
  expect_silence(filter);
  Files other = items("Other", "ForEach");
  take_mark("pipeline/p.json", other.at("pipeline/p.json"));
  expect_silence(other);
}

}  // namespace
}  // namespace tidegate::adf
