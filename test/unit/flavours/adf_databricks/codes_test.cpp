// SPDX-License-Identifier: Apache-2.0
// Each code about notebooks, libraries and clusters: a service in which it is found, with its severity, and one that
// differs a little, in which it is not.
#include <gtest/gtest.h>

#include "memory_service.hpp"
#include "support/zip.hpp"
#include "unit/spark/class_bytes.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

const std::string head = "# Databricks notebook source\n";

std::string activity(const std::string& type, const std::string& properties) {
  return R"({"name": "run", "type": "Databricks)" + type + R"(", "linkedServiceName": )" + reference("ls", "LinkedService") +
         R"(, "typeProperties": {)" + properties + "}}";
}

std::string notebook(const std::string& path, const std::string& more = "") {
  return activity("Notebook", R"("notebookPath": ")" + path + "\"" + more);
}

std::string jar(const std::string& libraries, const std::string& main = "com.example.Main") {
  return activity("SparkJar", R"("mainClassName": ")" + main + R"(", "libraries": [)" + libraries + "]");
}

std::string zip(const std::string& name, const std::vector<spark::test::Method>& methods = {}, std::uint16_t major = 52) {
  return test::make_zip({{name + ".class", spark::test::make_class(name, methods, "java/lang/Object", major)}});
}

std::string cluster(const std::string& version) {
  return object_text("ls", R"("type": "AzureDatabricks", "typeProperties": {"newClusterVersion": ")" + version + "\"}");
}

std::string pom(const std::string& dependency) {
  return "<project><groupId>g</groupId><artifactId>app</artifactId><version>1</version><dependencies><dependency>" + dependency +
         "</dependency></dependencies></project>";
}

std::string spark_sql(const std::string& version, const std::string& scope) {
  return pom("<groupId>org.apache.spark</groupId><artifactId>spark-sql_2.12</artifactId><version>" + version +
             "</version><scope>" + scope + "</scope>");
}

struct Case {
  std::string code{};
  Severity severity = Severity::error;
  std::string activity{};
  Files files{};           // in which it is found
  std::string other{};     // empty: the same activity
  Files others{};          // in which it is not
};

constexpr Severity error = Severity::error, warning = Severity::warning, note = Severity::note;
const std::string main_jar = R"({"jar": "dbfs:/x/app.jar"})";
const std::string app = zip("com/example/Main", {{}});
const std::string load = notebook("/x/load");

std::vector<Case> notebook_cases() {
  const std::string run = head + "# MAGIC %run ./common\n", child = head + "dbutils.notebook.run(\"./common\", 60)\n";
  const std::string reads = head + "x = dbutils.widgets.get(\"day\")\n";
  const std::string defaults = head + "dbutils.widgets.text(\"day\", \"1\")\nx = dbutils.widgets.get(\"day\")\n";
  return {
      {"databricks.unresolved-notebook", error, load, {}, load, {{"load.py", head}}},
      {"databricks.ambiguous-notebook",
       error,
       load,
       {{"a/load.py", head}, {"b/load.py", head}},
       load,
       {{"a/load.py", head}}},
      {"databricks.dynamic-notebook",
       note,
       notebook("@concat('/x/', pipeline().RunId)"),
       {{"load.py", head}},
       notebook("@concat('/', pipeline().RunId, '/jobs/load')"),
       {{"jobs/load.py", head}}},
      {"databricks.not-a-notebook",
       warning,
       load,
       {{"load.py", "print(1)\n"}},
       load,
       {{"load.py", head}}},
      {"databricks.path-collision",
       error,
       load,
       {{"load.py", head}, {"load/steps.py", ""}},
       load,
       {{"load.py", head}, {"steps/load.py", ""}}},
      {"databricks.workspace-path",
       warning,
       load,
       {{"load.py", head + "sys.path.append('/Workspace/Repos/a/lib')\n"}},
       load,
       {{"load.py", head + "sys.path.append('../lib')\n"}}},
      {"databricks.unread-parameter",
       warning,
       notebook("/x/load", R"(, "baseParameters": {"dai": "1"})"),
       {{"load.py", defaults}},
       notebook("/x/load", R"(, "baseParameters": {"day": "1"})"),
       {{"load.py", defaults}}},
      {"databricks.missing-parameter",
       warning,
       load,
       {{"load.py", reads}},
       load,
       {{"load.py", defaults}}},
      {"databricks.unresolved-run",
       error,
       load,
       {{"load.py", run}},
       load,
       {{"load.py", run}, {"common.py", head}}},
      {"databricks.run-cycle",
       error,
       load,
       {{"load.py", run}, {"common.py", head + "# MAGIC %run ./load\n"}},
       load,
       {{"load.py", run}, {"common.py", head}}},
      {"databricks.unresolved-notebook-run",
       error,
       load,
       {{"load.py", child}},
       load,
       {{"load.py", child}, {"common.py", head}}},
      {"databricks.unresolved-notebook-run",
       note,
       load,
       {{"load.py", head + "dbutils.notebook.run(name, 60)\n"}},
       load,
       {{"load.py", head}}},
      {"databricks.unbound-job",
       warning,
       activity("Job", R"("jobId": "843")"),
       {{"tidegate.yaml", "bindings: []\n"}},
       activity("Job", R"("jobId": "@pipeline().RunId")"),
       {{"tidegate.yaml", "bindings: []\n"}}},
  };
}

std::vector<Case> library_cases() {
  const Files with{{"libs/app.jar", app}};
  const auto notebook_with = [](const std::string& library) { return notebook("/x/load", R"(, "libraries": [)" + library + "]"); };
  return {
      {"databricks.dbfs-library", error, jar(main_jar), {}, jar(R"({"maven": {"coordinates": "g:a:1"}})"), {}},
      {"databricks.dbfs-library", warning, jar(main_jar), with, jar(R"({"jar": "app.jar"})"), with},
      {"databricks.invalid-library", error, notebook_with(R"({"jars": "a.jar"})"), {{"load.py", head}},
       notebook_with(R"({"pypi": {"package": "p==1"}})"), {{"load.py", head}}},
      {"databricks.unpinned-library", warning, notebook_with(R"({"pypi": {"package": "p>=1"}})"), {{"load.py", head}},
       notebook_with(R"({"pypi": {"package": "p==1"}})"), {{"load.py", head}}},
      {"spark.main-class-missing", error, jar(main_jar, "com.example.Other"), with, jar(main_jar), with},
      {"spark.main-method-missing", error, jar(main_jar), {{"libs/app.jar", zip("com/example/Main")}}, jar(main_jar), with},
      {"spark.library-not-built", error, jar(R"({"jar": "dbfs:/x/app-1.jar"})"), {{"libs/pom.xml", spark_sql("3.5.0", "provided")}},
       jar(R"({"jar": "dbfs:/x/app-1.jar"})"), {{"libs/pom.xml", spark_sql("3.5.0", "provided")}, {"libs/app-1.jar", app}}},
      {"spark.unpinned-dependency", error, load, {{"load.py", head}, {"libs/pom.xml", pom("<groupId>g</groupId><artifactId>a</artifactId><version>[1,2)</version>")}},
       load, {{"load.py", head}, {"libs/pom.xml", pom("<groupId>g</groupId><artifactId>a</artifactId><version>1</version>")}}},
      {"spark.scala-mismatch", error, jar(R"({"jar": "dbfs:/x/app_2.13-1.jar"})"), {{"libs/app_2.13-1.jar", app}},
       jar(R"({"jar": "dbfs:/x/app_2.12-1.jar"})"), {{"libs/app_2.12-1.jar", app}}},
      {"spark.class-version", error, jar(main_jar), {{"libs/app.jar", zip("com/example/Main", {{}}, 61)}}, jar(main_jar), with},
      {"spark.version-mismatch", warning, jar(R"({"jar": "app-1.jar"})"), {{"libs/app-1.jar", app}, {"libs/pom.xml", spark_sql("3.3.2", "provided")}},
       jar(R"({"jar": "app-1.jar"})"), {{"libs/app-1.jar", app}, {"libs/pom.xml", spark_sql("3.5.0", "provided")}}},
      {"spark.bundled-spark", warning, jar(main_jar), {{"libs/app.jar", test::make_zip({{"com/example/Main.class", spark::test::make_class("com/example/Main", {{}})},
                                                                                    {"org/apache/spark/sql/SparkSession.class", spark::test::make_class("org/apache/spark/sql/SparkSession", {})}})}},
       jar(main_jar), with},
      {"spark.unsupported-runtime", warning, jar(main_jar), {{"libs/app.jar", app}, {"adf/linkedService/ls.json", cluster("12.2.x-scala2.12")}},
       jar(main_jar), with},
      {"spark.archive-not-searched", warning, notebook_with(R"({"whl": "dbfs:/x/shop-1-py3-none-any.whl"})"),
       {{"load.py", head}, {"libs/shop-1-py3-none-any.whl", "no zip"}},
       notebook_with(R"({"whl": "dbfs:/x/shop-1-py3-none-any.whl"})"),
       {{"load.py", head}, {"libs/shop-1-py3-none-any.whl", test::make_zip({{"shop.py", "x = 1\n"}})}}},
  };
}

std::size_t found(const std::string& code, Severity severity, const std::string& activity, Files files, std::string& all) {
  files["adf/pipeline/p.json"] = pipeline_text("p", activity);
  files.try_emplace("adf/linkedService/ls.json", cluster("15.4.x-scala2.12"));
  const MemoryService read = read_memory(std::move(files));
  std::size_t count = 0;
  for (const Diagnostic& one : read.diagnostics.items()) {
    count += one.code == code && one.severity == severity && one.where.line + one.where.file.size() > 0 && !one.hint.empty();
    all += std::string(to_string(one.severity)) + " " + to_string(one.where) + " " + one.code + "\n";
  }
  return count;
}

TEST(Codes, are_found_once_and_not_in_a_service_without_the_fault) {
  std::vector<Case> cases = notebook_cases();
  for (Case& one : library_cases()) cases.push_back(std::move(one));
  for (const Case& one : cases) {
    SCOPED_TRACE(one.code);
    std::string bad, good;
    EXPECT_EQ(found(one.code, one.severity, one.activity, one.files, bad), 1U) << bad;
    EXPECT_EQ(found(one.code, one.severity, one.other, one.others, good), 0U) << good;
  }
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
