// SPDX-License-Identifier: Apache-2.0
// A sound and an unsound service for each row of the table of composition rules.
#include "service/composition.hpp"

#include <gtest/gtest.h>

#include "service/observe.hpp"
#include "unit/service/memory_factory.hpp"

namespace tidegate::service {
namespace {

using Files = std::map<std::string, std::string>;
using Texts = std::vector<std::string>;

std::string dataset(const std::string& name, const std::string& container, const std::string& folder,
                    const std::string& type = "Parquet") {
  return object_text(name, R"("type": ")" + type +
                               R"(", "linkedServiceName": {"referenceName": "ls_lake", "type": "LinkedServiceReference"},
    "parameters": {"day": {"type": "string"}, "kind": {"type": "string", "defaultValue": "all"}},
    "typeProperties": {"location": {"type": "AzureBlobFSLocation", "fileSystem": ")" +
                               container + R"(", "folderPath": )" + folder + "}}");
}

std::string reference(const std::string& name, const std::string& parameters = "{}") {
  return R"({"referenceName": ")" + name + R"(", "type": "DatasetReference", "parameters": )" + parameters + "}";
}

std::string copy(const std::string& from, const std::string& to, const std::string& sink = "{}") {
  return R"({"name": "c", "type": "Copy", "inputs": [)" + from + R"(], "outputs": [)" + to +
         R"(], "typeProperties": {"sink": )" + sink + "}}";
}

std::string pipeline(const std::string& name, const std::string& activities) {
  return object_text(name, R"("activities": [)" + activities + "]");
}

Files base() {
  return {{"dataset/ds_in.json", dataset("ds_in", "orders", "\"raw/in\"")},
          {"dataset/ds_out.json", dataset("ds_out", "sales", "\"curated/out\"")},
          {"dataset/ds_work.json", dataset("ds_work", "other", "\"tmp\"")},
          {"dataset/ds_day.json", dataset("ds_day", "sales", "\"@concat('curated/', dataset().kind, '/', dataset().day)\"")},
          {"pipeline/load.json", pipeline("load", copy(reference("ds_in"), reference("ds_out")))}};
}

const std::string head = "apiVersion: tidegate/v1\nservice: sales\nowner: team\n";
const std::string produces =
    "produces:\n  - {dataset: out, adf: ds_out, format: parquet, mode: append, location: {linkedService: ls_lake, path: sales/curated}}\n";
const std::string consumes = "consumes:\n  - {dataset: raw, adf: ds_in, from: ingest, appendOnly: true}\n";

// "severity code file:line", in order of place.
Texts findings(const Files& files, const std::string& yaml, const std::vector<ForeignContract>& contracts = {},
               const std::vector<std::string>& notebooks = {}, const std::set<std::string>& external = {}) {
  Diagnostics manifest_findings, diagnostics;
  const ServiceManifest manifest = yaml.empty() ? default_manifest("x") : manifest_of(yaml, manifest_findings);
  EXPECT_EQ(rendered(manifest_findings), "");
  const adf::Factory factory = memory_factory(files, external);
  check_composition({.manifest = manifest, .factory = factory, .contracts = contracts, .notebook_files = notebooks},
                    diagnostics);
  diagnostics.sort();
  Texts out;
  for (const Diagnostic& one : diagnostics.items())
    out.push_back(std::string(to_string(one.severity)) + " " + one.code + " " + one.where.file);
  return out;
}

Files with(Files files, const std::string& path, const std::string& text) {
  files[path] = text;
  return files;
}

TEST(Composition, of_a_declared_service_is_sound) {
  EXPECT_EQ(findings(base(), head + produces + consumes), Texts{});
}

TEST(Composition, reports_what_is_read_and_not_declared) {
  EXPECT_EQ(findings(base(), head + produces + "consumes: []\n"),
            Texts{"error service.undeclared-input pipeline/load.json"});
  EXPECT_EQ(findings(base(), head + produces), Texts{"note service.undeclared-input pipeline/load.json"});
  EXPECT_EQ(findings(base(), ""), Texts{"note service.undeclared-input pipeline/load.json"});
  // What the service itself has written is its own.
  EXPECT_EQ(findings(with(base(), "pipeline/load.json",
                          pipeline("load", copy(reference("ds_in"), reference("ds_out")) + "," +
                                               R"({"name": "l", "type": "Lookup", "typeProperties": {"dataset": )" +
                                               reference("ds_out") + "}}")),
                     head + produces + consumes),
            Texts{});
}

TEST(Composition, reports_what_is_written_outside_of_the_outputs) {
  const Files files = with(base(), "pipeline/load.json", pipeline("load", copy(reference("ds_in"), reference("ds_work"))));
  EXPECT_EQ(findings(files, head + produces + consumes), Texts{"warning service.undeclared-output pipeline/load.json"});
  EXPECT_EQ(findings(files, head + consumes), Texts{});
}

TEST(Composition, folds_constant_paths) {
  const auto day = [&](const std::string& parameters) {
    return with(base(), "pipeline/load.json", pipeline("load", copy(reference("ds_in"), reference("ds_day", parameters))));
  };
  EXPECT_EQ(findings(day(R"({"day": "1"})"), head + produces + consumes), Texts{});
  EXPECT_EQ(findings(day(R"({"day": {"value": "@pipeline().parameters.d", "type": "Expression"}})"), head + produces + consumes), Texts{});
  const adf::Factory factory = memory_factory(day(R"({"day": "1"})"));
  const std::vector<PlacedAccess> all = observe(factory);
  ASSERT_EQ(all.size(), 2U);
  EXPECT_EQ(to_string(all[1].place), "ls_lake:sales/curated/all/1");
  const adf::Factory computed = memory_factory(day(R"({"kind": "@{pipeline().RunId}", "day": "1"})"));
  const std::vector<PlacedAccess> open = observe(computed);
  EXPECT_EQ(to_string(open[1].place), "ls_lake:sales/curated/…");
}

TEST(Composition, lets_nobody_change_what_others_produce) {
  for (const std::string& activities :
       {copy(reference("ds_out"), reference("ds_in")),
        copy(reference("ds_in"), reference("ds_out")) + R"(,{"name": "d", "type": "Delete", "typeProperties": {"dataset": )" +
            reference("ds_in") + "}}"}) {
    const Texts found = findings(with(base(), "pipeline/load.json", pipeline("load", activities)), head + produces + consumes);
    EXPECT_NE(std::find(found.begin(), found.end(), "error service.consumer-mutates-input pipeline/load.json"), found.end());
  }
}

TEST(Composition, knows_what_takes_rows_away) {
  const auto kinds = [&](const std::string& sink) {
    std::size_t count = 0;
    const adf::Factory factory = memory_factory(
        with(base(), "pipeline/load.json", pipeline("load", copy(reference("ds_in"), reference("ds_out"), sink))));
    for_each_access(factory, [&](const Access& one) { count += one.kind == Access::Kind::mutate ? 1U : 0U; });
    return count;
  };
  EXPECT_EQ(kinds("{}"), 0U);
  EXPECT_EQ(kinds(R"({"preCopyScript": "TRUNCATE TABLE dbo.x"})"), 1U);
  EXPECT_EQ(kinds(R"({"preCopyScript": {"value": "delete from @{x}", "type": "Expression"}})"), 1U);
  EXPECT_EQ(kinds(R"({"preCopyScript": "select undeleted, dropped_at from t"})"), 0U);
  EXPECT_EQ(kinds(R"({"writeBehavior": "Upsert"})"), 1U);
  EXPECT_EQ(kinds(R"({"writeBehavior": "insert"})"), 0U);
}

TEST(Composition, looks_into_data_flows) {
  const auto flow = [&](const std::string& options) {
    Files files = base();
    files["dataflow/df.json"] = object_text(
        "df", R"("type": "MappingDataFlow", "typeProperties": {"sources": [{"name": "s", "dataset": )" + reference("ds_in") +
                  R"(}], "sinks": [{"name": "k", "dataset": )" + reference("ds_out") + R"(}], "scriptLines": ["source() ~> s", "s sink(allowSchemaDrift: true,", ")" +
                  options + R"(", ") ~> k"]})");
    files["pipeline/load.json"] = pipeline("load", R"({"name": "f", "type": "ExecuteDataFlow", "typeProperties": {"dataflow": {"referenceName": "df", "type": "DataFlowReference"}}})");
    std::string out;
    for_each_access(memory_factory(files), [&](const Access& one) {
      out += one.kind == Access::Kind::read ? 'r' : one.kind == Access::Kind::write ? 'w' : 'm';
    });
    return out;
  };
  EXPECT_EQ(flow("insertable: true"), "rw");
  EXPECT_EQ(flow("truncate:true"), "rwm");
  EXPECT_EQ(flow("upsertable: true"), "rwm");
  EXPECT_EQ(flow("deletable: false"), "rw");
}

TEST(Composition, aggregates_in_mergeable_formats_only) {
  const auto two = [&](const std::string& more) {
    Files files = base();
    files["pipeline/more.json"] = pipeline("more", copy(reference("ds_in"), reference("ds_out")));
    if (!more.empty()) files["pipeline/top.json"] = more;
    return files;
  };
  const auto format = [&](const std::string& name, const std::string& mode) {
    return head + consumes + "produces:\n  - {dataset: out, adf: ds_out, format: " + name + ", mode: " + mode +
           ", location: {linkedService: ls_lake, path: sales/curated}}\n";
  };
  const Texts wrong{"warning service.aggregation-not-mergeable pipeline/more.json"};
  EXPECT_EQ(findings(two(""), format("parquet", "append")), wrong);
  EXPECT_EQ(findings(two(""), format("delta", "append")), Texts{});
  EXPECT_EQ(findings(two(""), format("delta", "overwrite")), wrong);
  const auto call = [](const std::string& name) {
    return R"({"name": "x)" + name + R"(", "type": "ExecutePipeline", "typeProperties": {"pipeline": {"referenceName": ")" + name +
           R"(", "type": "PipelineReference"}}})";
  };
  EXPECT_EQ(findings(two(pipeline("top", call("load") + "," + call("more"))), format("parquet", "append")), Texts{});
}

TEST(Composition, wants_one_cohesive_output) {
  const auto second = [&](const std::string& path) {
    return head + consumes + produces + "  - {dataset: more, format: parquet, location: {linkedService: ls_lake, path: " + path + "}}\n";
  };
  EXPECT_EQ(findings(base(), second("sales/more")), Texts{});
  EXPECT_EQ(findings(base(), second("elsewhere/more")), Texts{"warning service.many-outputs tidegate.yaml"});
}

TEST(Composition, runs_no_pipelines_of_other_services) {
  const std::string called = R"({"name": "x", "type": "ExecutePipeline", "typeProperties": {"pipeline": {"referenceName": "foreign", "type": "PipelineReference"}}})";
  EXPECT_EQ(findings({{"pipeline/a.json", pipeline("a", called)}}, head, {}, {}, {"foreign"}),
            Texts{"error service.run-time-sub-pipeline pipeline/a.json"});
  EXPECT_EQ(findings({{"pipeline/a.json", pipeline("a", called)}, {"pipeline/foreign.json", pipeline("foreign", "")}}, head), Texts{});
  const auto web = [&](const std::string& url) {
    return Files{{"pipeline/a.json", pipeline("a", R"({"name": "w", "type": "WebActivity", "typeProperties": {"url": )" + url + "}}")}};
  };
  const Texts wrong{"error service.run-time-sub-pipeline pipeline/a.json"};
  EXPECT_EQ(findings(web(R"("https://management.example/factories/f/pipelines/p/createRun?api-version=2018-06-01")"), head), wrong);
  EXPECT_EQ(findings(web(R"~({"value": "@concat(pipeline().parameters.u, '/pipelines/p/CreateRun')", "type": "Expression"})~"), head), wrong);
  EXPECT_EQ(findings(web(R"("https://hooks.example/createRun")"), head), Texts{});
}

ForeignContract contract(const std::string& text) {
  return {"contract/raw.json", *document::parse_json("contract/raw.json", text)};
}

TEST(Composition, checks_the_contracts_of_producers) {
  const std::string yaml = head + produces + "consumes:\n  - {dataset: raw, adf: ds_in, from: ingest, appendOnly: true, contract: contract/raw.json}\n";
  EXPECT_EQ(findings(base(), yaml, {contract(R"({"dataset": "raw", "service": "ingest", "mode": "append"})")}), Texts{});
  EXPECT_EQ(findings(base(), yaml, {contract(R"({"dataset": "raw", "service": "ingest", "mode": "overwrite"})")}),
            Texts{"error service.fan-out-not-append-only contract/raw.json"});
  EXPECT_EQ(findings(base(), yaml, {contract(R"({"dataset": "raw", "service": "other", "mode": "append"})")}),
            Texts{"error service.foreign-contract contract/raw.json"});
  EXPECT_EQ(findings(base(), yaml), Texts{"error service.foreign-contract tidegate.yaml"});
}

TEST(Composition, keeps_the_paths_of_two_editors_apart) {
  EXPECT_EQ(findings(base(), head + produces + consumes, {}, {"notebooks/a.py"}), Texts{});
  EXPECT_EQ(findings(base(), head + produces + consumes, {}, {"pipeline/a.py"}), Texts{"error service.layout-overlap pipeline/a.py"});
  EXPECT_EQ(findings(base(), head + produces + consumes + "databricks: {notebooks: dataset}\n"),
            Texts{"error service.layout-overlap tidegate.yaml"});
}

}  // namespace
}  // namespace tidegate::service
