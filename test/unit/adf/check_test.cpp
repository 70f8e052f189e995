// SPDX-License-Identifier: Apache-2.0
// Every check of the module: a case that fires, at its exact place, and the nearest case that does
// not.
#include "adf/check.hpp"

#include "findings.hpp"

namespace tidegate::adf {
namespace {

const std::string service = object_text("l", "\"type\": \"X\"");

TEST(Read, invalid_json) {
  expect_finding("error adf.invalid-json",
                 {{"dataset/a.json", "{\"name\": \"a\",\n \"\xC3\xA9\" §}"}});
  expect_finding("error adf.invalid-json",
                 {{"dataset/a.json", "{\"name\": \"a\",\n§<<<<<<< HEAD\n}"}});
  expect_silence({{"dataset/a.json", "\xEF\xBB\xBF{\"name\": \"a\", \"properties\": {}}\r\n"},
                  {"dataset/~a.json", "draft"},
                  {"dataset/readme.txt", "no JSON"}});
}

TEST(Read, duplicate_key) {
  expect_finding("error adf.duplicate-key",
                 {{"dataset/a.json", "{\"name\": \"a\", \"properties\": {\"x\": 1, §\"x\": 2}}"}});
  expect_silence({{"dataset/a.json", object_text("a", "\"x\": 1, \"X\": 2")}});
}

TEST(Read, not_an_object) {
  expect_finding("error adf.not-an-object", {{"dataset/a.json", " §[]"}});
  expect_finding("error adf.not-an-object",
                 {{"dataset/a.json", "§{\"name\": 1, \"properties\": {}}"}});
  expect_finding("error adf.not-an-object", {{"pipeline/a.json", "§{\"x\": 1}"}});
  expect_silence({{"factory/fab.json", "{\"location\": \"westeurope\", \"name\": \"fab\"}"}});
}

TEST(Read, name_differs_from_file) {
  expect_finding("warning adf.name-differs-from-file",
                 {{"dataset/a.json", "{\"name\": §\"b\", \"properties\": {}}"}});
  expect_finding("warning adf.name-differs-from-file",
                 {{"dataset/a.json", "§{\"properties\": {}}"}});
  expect_silence({{"dataset/a.json", object_text("a", "")}});
}

TEST(Read, name_is_read_without_case) {
  EXPECT_EQ(all_findings({{"pipeline/p.json", R"({"Name": "p", "properties": {"activities": []}})"}}),
            all_findings({{"pipeline/p.json", R"({"name": "p", "properties": {"activities": []}})"}}));
  expect_finding("warning adf.name-differs-from-file",
                 {{"dataset/d.json", R"({"Name": §"other", "properties": {"type": "Binary"}})"}});
}

TEST(Read, name_collision) {
  const Files two{{"dataset/a.json", object_text("a", "")},
                  {"dataset/A.json", object_text("A", "")}};
  EXPECT_EQ(all_findings(two), "error adf.name-collision dataset/a.json:1:1\n");
  expect_silence({{"dataset/a.json", object_text("a", "")},
                  {"pipeline/a.json", object_text("a", "\"activities\": []")}});
}

TEST(Names, illegal_characters) {
  for (const std::string bad : {".", "+", "?", "/", "<", ">", "*", "%", "&", ":", "\\\\"}) {
    const std::string text =
        all_findings({{"pipeline/p.json",
                       "{\"name\": \"a" + bad + "b\", \"properties\": {\"activities\": []}}"}});
    EXPECT_NE(text.find("error adf.illegal-name pipeline/p.json:1:10\n"), std::string::npos)
        << bad << text;
  }
  expect_silence({{"pipeline/a b-c_(d).json", object_text("a b-c_(d)", "\"activities\": []")},
                  {"trigger/a.b.json", object_text("a.b", "")}});
}

TEST(Names, dashes) {
  for (const char* kind : {"dataset", "linkedservice", "dataflow"}) {
    expect_finding("warning adf.dash-in-name",
                   {{std::string(kind) + "/a-b.json", "{\"name\": §\"a-b\", \"properties\": {}}"}});
  }
  expect_silence({{"pipeline/a-b.json", object_text("a-b", "\"activities\": []")}});
}

TEST(References, unresolved) {
  for (const auto& row :
       std::vector<std::pair<std::string, std::string>>{{"Dataset", "error"},
                                                        {"LinkedService", "error"},
                                                        {"Pipeline", "error"},
                                                        {"DataFlow", "error"},
                                                        {"Trigger", "error"},
                                                        {"ManagedVirtualNetwork", "error"},
                                                        {"IntegrationRuntime", "note"},
                                                        {"Credential", "note"}}) {
    const Files files{
        {"dataset/d.json",
         object_text("d", "\"x\": [{\"y\": " + reference("§\"ghost\"", row.first) + "}]")}};
    expect_finding(row.second + " adf.unresolved-reference", files);
    expect_silence(
        {{"dataset/d.json", object_text("d", "\"x\": " + reference("\"ghost\"", row.first))}},
        {"GHOST"});
  }
  expect_silence(
      {{"dataset/d.json",
        object_text("d", "\"x\": " + reference("\"l\"", "LinkedService") + ", \"y\": " +
                             reference("\"AutoResolveIntegrationRuntime\"", "IntegrationRuntime") +
                             ", \"z\": " + reference("\"default\"", "ManagedVirtualNetwork"))},
       {"linkedservice/l.json", service}});
  expect_silence(
      {{"dataset/d.json",
        object_text("d",
                    "\"x\": {\"referenceName\": \"n\", \"type\": \"NotebookReference\"}, \"y\": "
                    "{\"referenceName\": \"n\", \"type\": \"Other\"}")}});
}

TEST(References, unresolved_ones_name_the_nearest) {
  const Diagnostics found = diagnose_without_those(
      {{"dataset/d.json", object_text("d", "\"x\": " + reference("\"ls_lak\"", "LinkedService"))},
       {"linkedservice/ls_lake.json", object_text("ls_lake", "")}});
  ASSERT_EQ(found.items().size(), 1U);
  EXPECT_EQ(found.items()[0].message, "linked service \"ls_lak\" is not in the repository");
  EXPECT_EQ(found.items()[0].hint, "did you mean \"ls_lake\"?");
}

TEST(References, that_differ_in_case) {
  expect_finding(
      "note adf.case-differs",
      {{"dataset/d.json", object_text("d", "\"x\": " + reference("§\"L\"", "LinkedService"))},
       {"linkedservice/l.json", service}});
}

TEST(References, computed_at_run_time) {
  expect_finding("note adf.dynamic-reference",
                 {{"dataset/d.json",
                   object_text("d", "\"x\": " + reference("§\"@concat('l')\"", "LinkedService"))}});
  expect_finding(
      "note adf.dynamic-reference",
      {{"dataset/d.json",
        object_text(
            "d", "\"x\": " + reference("§{\"type\": \"Expression\", \"value\": \"@concat('l')\"}",
                                       "LinkedService"))}});
}

TEST(References, in_a_circle) {
  const auto pipeline = [](const std::string& name, const std::string& other) {
    return object_text(name,
                       "\"activities\": [{\"name\": \"x\", \"type\": \"ExecutePipeline\", "
                       "\"typeProperties\": {\"pipeline\": " +
                           reference(other, "Pipeline") + "}}]");
  };
  expect_finding("error adf.execute-cycle", {{"pipeline/a.json", pipeline("a", "§\"b\"")},
                                             {"pipeline/b.json", pipeline("b", "\"c\"")},
                                             {"pipeline/c.json", pipeline("c", "\"a\"")}});
  expect_finding("error adf.execute-cycle", {{"pipeline/a.json", pipeline("a", "§\"a\"")}});
  expect_silence({{"pipeline/a.json", pipeline("a", "\"c\"")},
                  {"pipeline/b.json", pipeline("b", "\"c\"")},
                  {"pipeline/c.json", object_text("c", "\"activities\": []")}});
  expect_finding(
      "error adf.reference-cycle",
      {{"linkedservice/k.json", object_text("k", "\"x\": " + reference("§\"l\"", "LinkedService"))},
       {"linkedservice/l.json",
        object_text("l", "\"x\": " + reference("\"k\"", "LinkedService"))}});
}

TEST(Activities, with_equal_names) {
  expect_finding("error adf.duplicate-activity",
                 pipeline_file("{\"name\": \"a\"},\n{\"name\": §\"A\"}"));
  expect_finding("error adf.duplicate-activity",
                 pipeline_file("{\"name\": \"a\", \"type\": \"Switch\", \"typeProperties\": "
                               "{\"cases\": [{\"activities\": [{\"name\": §\"a\"}]}]}}"));
  expect_silence(pipeline_file("{\"name\": \"a\"}, {\"name\": \"b\"}, {}, {}"));
}

TEST(Activities, in_loops) {
  const auto loop = [](const std::string& name, const std::string& type, const std::string& inner) {
    return "{\"name\": " + name + ", \"type\": \"" + type +
           "\", \"typeProperties\": {\"activities\": [" + inner + "]}}";
  };
  const std::string wait = "{\"name\": \"w\", \"type\": \"Wait\"}";
  for (const char* type : {"ForEach", "Until"}) {
    expect_finding("error adf.empty-container", pipeline_file(loop("§\"a\"", type, "")));
    expect_finding("error adf.nested-loop",
                   pipeline_file(loop("\"a\"", "ForEach", loop("§\"b\"", type, wait))));
    expect_silence(pipeline_file(loop("\"a\"", type, wait)));
  }
  const std::string branch =
      "{\"name\": \"i\", \"type\": \"IfCondition\", \"typeProperties\": {\"ifFalseActivities\": [" +
      loop("§\"b\"", "Until", wait) + "]}}";
  expect_finding("error adf.nested-loop", pipeline_file(loop("\"a\"", "ForEach", branch)));
  expect_finding("error adf.empty-container",
                 pipeline_file("{\"name\": §\"a\", \"type\": \"ForEach\"}"));
  expect_silence(pipeline_file(
      "{\"name\": \"i\", \"type\": \"IfCondition\", \"typeProperties\": {\"ifTrueActivities\": [" +
      loop("\"b\"", "Until", wait) + "]}}"));
}

TEST(Activities, that_wait_for_others) {
  const auto after = [](const std::string& name, const std::string& other) {
    return "{\"name\": \"" + name + "\", \"dependsOn\": " + other + "}";
  };
  expect_finding("error adf.undefined-dependency",
                 pipeline_file(after("a", "[{\"activity\": §\"ghost\"}]")));
  expect_finding("error adf.undefined-dependency",
                 pipeline_file("{\"name\": \"i\", \"type\": \"IfCondition\", \"typeProperties\": "
                               "{\"ifTrueActivities\": [{\"name\": \"x\"}]}}, " +
                               after("a", "[{\"activity\": §\"x\"}]")));
  expect_finding("error adf.dependency-cycle",
                 pipeline_file(after("a", "§[{\"activity\": \"a\"}]")));
  expect_finding("error adf.dependency-cycle",
                 pipeline_file(after("a", "§[{\"activity\": \"b\"}]") + ", " +
                               after("b", "[{\"activity\": \"c\"}]") + ", " +
                               after("c", "[{\"activity\": \"d\"}]") + ", " +
                               after("d", "[{\"activity\": \"A\"}]")));
  expect_silence(pipeline_file(after("a", "[]") + ", " + after("b", "[{\"activity\": \"A\"}]") +
                               ", " +
                               after("c", "[{\"activity\": \"a\"}, {\"activity\": \"b\"}]")));
}

TEST(Activities, are_collected_with_their_containers) {
  Files files = pipeline_file(
      "{\"name\": \"s\", \"type\": \"Switch\", \"typeProperties\": {\"cases\": [{\"activities\": "
      "[{\"name\": \"c\"}]}], "
      "\"defaultActivities\": [{\"name\": \"d\"}]}}, {\"name\": \"e\"}");
  const system::MemoryTree tree(files);
  Diagnostics diagnostics;
  const Factory factory = read_factory(tree, "", {{"pipeline/p.json", "pipeline"}}, diagnostics);
  std::string text;
  for (const Activity& activity : activities_of(factory.objects.at(0))) {
    text += std::string(activity.name) + ":" +
            (activity.parent == Activity::none ? "-" : std::to_string(activity.parent)) + " ";
  }
  EXPECT_EQ(text, "s:- e:- c:0 d:0 ");
}

TEST(Triggers, time_zones) {
  const auto trigger = [](const std::string& recurrence) {
    return Files{{"trigger/t.json",
                  object_text("t", "\"typeProperties\": {\"recurrence\": {" + recurrence + "}}")}};
  };
  expect_finding("error adf.trigger-time-zone", trigger("\"startTime\": §\"2024-01-01T00:00:00\""));
  expect_finding("error adf.trigger-time-zone",
                 trigger("\"startTime\": §\"2024-01-01T00:00:00\", \"timeZone\": \"utc\""));
  expect_finding(
      "error adf.trigger-time-zone",
      trigger("\"startTime\": §\"2024-01-01T00:00:00Z\", \"timeZone\": \"India Standard Time\""));
  expect_silence(trigger("\"startTime\": \"2024-01-01T00:00:00Z\""));
  expect_silence(trigger("\"startTime\": \"2024-01-01T00:00:00Z\", \"timeZone\": \"UTC\""));
  expect_silence(
      trigger("\"startTime\": \"2024-01-01T00:00:00\", \"timeZone\": \"India Standard Time\""));
  expect_silence(trigger("\"frequency\": \"Day\""));
}

TEST(Values, inexact_numbers) {
  for (const char* number :
       {"9007199254740993", "-9007199254740993", "12345678901234567890", "1e400"}) {
    expect_finding(
        "error adf.inexact-number",
        {{"dataset/d.json", object_text("d", std::string("\"x\": [1, §") + number + "]")}});
  }
  expect_silence(
      {{"dataset/d.json",
        object_text("d",
                    "\"x\": [0, -1, 0.1, 1.50, 9007199254740992, 1e22, \"9007199254740993\"]")}});
}

TEST(Values, not_normalised) {
  expect_finding("error adf.not-normalised",
                 {{"dataset/d.json", object_text("d", "\"x\": §\"e\xCC\x81\"")}});
  expect_finding("error adf.not-normalised",
                 {{"dataset/d.json", object_text("d", "§\"e\xCC\x81\": 1")}});
  expect_finding("error adf.not-normalised",
                 {{"dataset/d.json", object_text("d", "\"x\": §\"\\u212b\"")}});
  expect_silence(
      {{"dataset/d.json",
        object_text("d", "\"\xC3\xA9\": \"\xC3\xA9 \xE3\x82\xB3\xE3\x83\xB3 \xF0\x9F\x98\x80\"")}});
}

Files linked(const std::string& member) {
  return {{"linkedservice/l.json",
           object_text("l", "\"parameters\": {\"p\": {}}, \"typeProperties\": {" + member + "}")}};
}

TEST(Values, literal_secrets) {
  for (const char* name : {"password", "accountKey", "sasToken", "secret", "servicePrincipalKey",
                           "accessToken", "apiKey", "clientSecret", "functionKey", "PASSWORD"}) {
    expect_finding("error adf.literal-secret",
                   linked("\"" + std::string(name) + "\": §\"hunter2\""));
    expect_silence(
        {{"dataset/d.json", object_text("d", "\"" + std::string(name) + "\": \"a column\"")}});
  }
  expect_finding("error adf.literal-secret",
                 linked("\"x\": {\"type\": \"securestring\", \"value\": §\"hunter2\"}"));
  for (const char* text : {"AccountName=a;AccountKey=abc==", "Server=x;PASSWORD=abc", "a;Pwd=abc",
                           "Endpoint=x;SharedAccessKey=abc=", "https://x.example/?sv=1&sig=abc%3D",
                           "dapi0123456789abcdef0123456789abcdef",
                           "Bearer dapi0123456789abcdef0123456789abcdef-2",
                           "@concat('https://x.example/', '?sv=1&sig=abc%3D')", "@concat(pipeline().RunId, 'sig=abc')",
                           "@{pipeline().RunId};AccountKey=abc=="}) {
    expect_finding(
        "error adf.literal-secret",
        {{"pipeline/p.json",
          object_text("p", std::string("\"activities\": [], \"x\": §\"") + text + "\"")}});
  }
}

TEST(Values, what_is_no_literal_secret) {
  for (const char* member :
       {"\"password\": \"\"", "\"password\": \"**********\"",
        "\"password\": \"@linkedService().p\"", "\"password\": null",
        "\"x\": {\"type\": \"SecureString\", \"value\": \"********\"}",
        "\"x\": {\"type\": \"SecureString\", \"value\": \"\"}",
        "\"x\": \"Server=a;Password=;User=b\"", "\"x\": \"Server=a;Password=@{linkedService().p}\"",
        "\"x\": \"Server=a;Password=***\"", "\"x\": \"https://x.example/?sig=\"",
        "\"x\": \"https://x.example/?design=1\"", "\"x\": \"dapi\"", "\"x\": \"sig=\"",
        "\"x\": \"midapi0123456789abcdef0123456789abcdef\"", "\"x\": \"dapi of 0123456789abcdef0123456789abcdef\"",
        "\"x\": \"@concat('?sig=', item())\"", "\"x\": \"Password=@{item()}\"",
        "\"password\": {\"type\": \"AzureKeyVaultSecret\", \"secretName\": \"hunter2\"}",
        "\"x\": {\"type\": \"String\", \"value\": \"hunter2\"}"}) {
    EXPECT_EQ(all_findings(linked(member)), "") << member;
  }
}

}  // namespace
}  // namespace tidegate::adf
