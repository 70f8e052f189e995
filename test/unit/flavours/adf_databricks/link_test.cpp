// SPDX-License-Identifier: Apache-2.0
// Notebooks, jars and files that activities name, and what stands for them in Terraform.
#include <gtest/gtest.h>

#include "memory_service.hpp"
#include "support/zip.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

const std::string body =
    "/resource/azapi_resource/pipeline_p/body/properties/activities/0/typeProperties";

// The findings, and what the path of the activity became.
std::string linked(const std::string& path, Files notebooks, const std::string& roots = "") {
  notebooks["adf/pipeline/p.json"] = pipeline_text("p", notebook_activity(path));
  if (!roots.empty()) {
    notebooks["tidegate.yaml"] = "databricks: {workspaceRoots: [" + roots + "]}\nbindings: []\n";
  }
  const MemoryService read = read_memory(std::move(notebooks));
  return read.findings() + read.json("pipelines.tf.json", body + "/notebookPath");
}

TEST(Notebooks, are_found_by_the_longest_suffix) {
  const Files two{{"notebooks/a/load.py", python_notebook},
                  {"notebooks/b/load.py", python_notebook}};
  EXPECT_TRUE(linked("/Repos/team/shop/notebooks/a/load", two)
                  .starts_with("\"${databricks_notebook.notebook_notebooks_a_load_"));
  EXPECT_TRUE(linked("/Shared/b/load", two)
                  .starts_with("\"${databricks_notebook.notebook_notebooks_b_load_"));
}

TEST(Notebooks, that_fit_equally_well_are_an_error_and_no_guess) {
  const Files two{{"notebooks/a/load.py", python_notebook},
                  {"notebooks/b/load.py", python_notebook}};
  EXPECT_EQ(linked("/Shared/load", two),
            "error adf/pipeline/p.json:1:126 databricks.ambiguous-notebook\n\"/Shared/load\"");
  Files files = two;
  files["adf/pipeline/p.json"] = pipeline_text("p", notebook_activity("/Shared/load"));
  const MemoryService read = read_memory(files);
  ASSERT_EQ(read.diagnostics.items().size(), 1U);
  EXPECT_EQ(read.diagnostics.items()[0].message,
            "notebook \"/Shared/load\" may be any of notebooks/a/load.py, notebooks/b/load.py");
  EXPECT_EQ(read.diagnostics.items()[0].hint,
            "name more of the path, or declare databricks.workspaceRoots in tidegate.yaml");
}

TEST(Notebooks, below_a_declared_workspace_root_are_found_from_there) {
  const Files two{{"load.py", python_notebook}, {"jobs/load.py", python_notebook}};
  EXPECT_EQ(linked("/Repos/ann/shop/load", two, "\"/Repos/*/shop\""),
            "\"${databricks_notebook.notebook_load.path}\"");
  EXPECT_TRUE(linked("/Repos/ann/shop/jobs/load", two, "\"/Repos/*/shop\"")
                  .starts_with("\"${databricks_notebook.notebook_jobs_load_"));
}

TEST(Notebooks, of_an_expression_are_found_by_its_constant_end) {
  const Files two{{"notebooks/sales/load.py", python_notebook},
                  {"notebooks/other/load.py", python_notebook}};
  const std::string link = "\"${databricks_notebook.notebook_notebooks_sales_load_";
  EXPECT_TRUE(linked("@concat('/Repos/', pipeline().RunId, '/sales/load')", two).starts_with(link));
  EXPECT_TRUE(linked("/Repos/@{pipeline().RunId}x/sales/load", two).starts_with(link));
  Files object = two;
  object["adf/pipeline/p.json"] =
      pipeline_text("p",
                    "{\"name\": \"run\", \"type\": \"DatabricksNotebook\", \"typeProperties\": "
                    "{\"notebookPath\": "
                    "{\"type\": \"Expression\", \"value\": \"@concat('/Repos/', pipeline().RunId, "
                    "'/sales/load')\"}}}");
  EXPECT_TRUE(
      read_memory(object).json("pipelines.tf.json", body + "/notebookPath").starts_with(link));
  for (const std::string path : {"@concat('/Repos/', pipeline().RunId, '/load')",
                                 "@pipeline().RunId", "/Repos/sales/@{pipeline().RunId}load"}) {
    EXPECT_TRUE(linked(path, two).starts_with(
        "note adf/pipeline/p.json:1:126 databricks.dynamic-notebook\n"))
        << path;
  }
}

TEST(Jars, are_compared_with_the_clusters_that_run_them) {
  const auto findings = [](const std::string& version) {
    Files files{{"libs/app_2.12-1.0.jar",
                 test::make_zip({{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\r\n\r\n"}})}};
    files["adf/linkedService/ls.json"] = object_text(
        "ls", "\"type\": \"AzureDatabricks\", \"typeProperties\": {\"newClusterVersion\": \"" +
                  version + "\"}");
    files["adf/pipeline/p.json"] = pipeline_text(
        "p", "{\"name\": \"run\", \"type\": \"DatabricksNotebook\", \"linkedServiceName\": " +
                 reference("ls", "LinkedService") +
                 ", \"typeProperties\": {\"notebookPath\": \"@pipeline().RunId\", \"libraries\": "
                 "[{\"jar\": "
                 "\"app_2.12-1.0.jar\"}]}}");
    return read_memory(std::move(files)).findings({"databricks.dynamic-notebook"});
  };
  EXPECT_EQ(findings("15.4.x-scala2.12"), "");
  EXPECT_NE(findings("17.3.x-scala2.13").find("spark.scala-mismatch"), std::string::npos)
      << findings("17.3.x-scala2.13");
}

TEST(Notebooks, that_are_not_there_are_an_error_at_the_path) {
  EXPECT_EQ(linked("/Shared/other", {{"notebooks/load.py", python_notebook}}),
            "error adf/pipeline/p.json:1:126 databricks.unresolved-notebook\n\"/Shared/other\"");
  EXPECT_EQ(linked("/Shared/load", {{"notebooks/load.py", "print(1)\n"}}),
            "error adf/pipeline/p.json:1:126 databricks.unresolved-notebook\n"
            "warning notebooks/load.py:1:1 databricks.not-a-notebook\n\"/Shared/load\"");
}

TEST(Notebooks, computed_at_run_time_stay_as_they_are) {
  const Files one{{"load.py", python_notebook}};
  EXPECT_EQ(linked("@concat('/Shared/', pipeline().RunId)", one),
            "note adf/pipeline/p.json:1:126 databricks.dynamic-notebook\n\"@concat('/Shared/', "
            "pipeline().RunId)\"");
  EXPECT_EQ(linked("/Shared/@{pipeline().RunId}", one),
            "note adf/pipeline/p.json:1:126 databricks.dynamic-notebook\n\"/Shared/@{pipeline().RunId}\"");
  EXPECT_EQ(linked("/Shared/@{toLower('LOAD')}", one),  // a constant
            "\"${databricks_notebook.notebook_load.path}\"");
  EXPECT_EQ(linked("/Repos/ann@example.com/shop/load", one),
            "\"${databricks_notebook.notebook_load.path}\"");
}

TEST(Notebooks, in_containers_are_linked_too) {
  const std::string loop =
      "{\"name\": \"each\", \"type\": \"ForEach\", \"typeProperties\": {\"items\": "
      "\"@createArray(1)\", "
      "\"activities\": [{\"name\": \"branch\", \"type\": \"IfCondition\", \"typeProperties\": "
      "{\"expression\": \"@equals(1, 1)\", \"ifTrueActivities\": [" +
      notebook_activity("/x/load") + "]}}]}}";
  const MemoryService read = read_memory(
      {{"adf/pipeline/p.json", pipeline_text("p", loop)}, {"load.py", python_notebook}});
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(
      read.json(
          "pipelines.tf.json",
          body + "/activities/0/typeProperties/ifTrueActivities/0/typeProperties/notebookPath"),
      "\"${databricks_notebook.notebook_load.path}\"");
  EXPECT_EQ(
      read.rewrites(),
      "adf/pipeline/p.json#/properties/activities/0/typeProperties/activities/0/typeProperties/"
      "ifTrueActivities/0/typeProperties/notebookPath link.notebook\n");
}

// The list in the manifest and the notes name the same places.
TEST(Rewrites, are_noted_with_both_values) {
  const MemoryService read = read_memory(
      {{"tidegate.yaml", "service: shop\nowner: team\nbindings: [{variable: lake, literal: \"stlake\"}]\n"},
       {"notebooks/load.py", "# Databricks notebook source\n# MAGIC %run /Repos/ann/shop/notebooks/near\n"},
       {"notebooks/near.py", "# Databricks notebook source\n"},
       {"pipeline/p.json",
        R"({"name": "p", "properties": {"lastPublishTime": "2026", "description": "of stlake", "activities": [{
  "name": "a", "type": "DatabricksNotebook",
  "typeProperties": {"notebookPath": "/Repos/ann/shop/notebooks/load"}}]}})"}});
  std::string notes;
  for (const Diagnostic& item : read.diagnostics.items()) {
    if (item.code == "adf.rewritten") notes += to_string(item.where) + " " + item.message + "\n";
  }
  const std::string release = read.service->releases.workspace;
  EXPECT_EQ(release.size(), 16U);
  EXPECT_EQ(notes,
            "notebooks/load.py:2:14 %run path \"/Repos/ann/shop/notebooks/near\" becomes \"./near\" (run.relative)\n"
            "pipeline/p.json:1:30 lastPublishTime is left out (noise)\n"
            "pipeline/p.json:1:72 description takes in the value of variable lake (binding.literal)\n"
            "pipeline/p.json:3:38 path \"/Repos/ann/shop/notebooks/load\" becomes "
            "\"${var.workspace_root}/shop/" + release + "/notebooks/load\", where notebooks/load.py is put (link.notebook)\n");
  EXPECT_EQ(read.rewrites(),
            "notebooks/load.py# run.relative\npipeline/p.json#/properties/lastPublishTime noise\n"
            "pipeline/p.json#/properties/description binding.literal\n"
            "pipeline/p.json#/properties/activities/0/typeProperties/notebookPath link.notebook\n");
}

TEST(Notebooks, absolute_runs_become_relative_and_keep_the_rest) {
  const MemoryService read = read_memory(
      {{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/x/jobs/load"))},
       {"notebooks/jobs/load.py",
        "# Databricks notebook source\n# MAGIC %run /Repos/ann/shop/notebooks/lib/common\n\n# "
        "COMMAND ----------\n"
        "# /Repos/ann/shop/notebooks/lib/common\n# COMMAND ----------\n# MAGIC %run ./near\n"},
       {"notebooks/jobs/near.py", python_notebook},
       {"notebooks/lib/common.py", python_notebook}});
  EXPECT_EQ(read.findings(), "");
  ASSERT_EQ(read.service->rewritten_notebooks.size(), 1U);
  EXPECT_EQ(read.service->rewritten_notebooks.begin()->second,
            "# Databricks notebook source\n# MAGIC %run ../lib/common\n\n# COMMAND ----------\n"
            "# /Repos/ann/shop/notebooks/lib/common\n# COMMAND ----------\n# MAGIC %run ./near\n");
  ASSERT_EQ(read.mapping.uploads.size(), 3U);
  EXPECT_EQ(read.mapping.uploads[0].path, "files/notebooks/notebooks/jobs/load.py");
  EXPECT_TRUE(read.mapping.uploads[0].bytes.has_value());
  EXPECT_FALSE(read.mapping.uploads[1].bytes.has_value());
  EXPECT_EQ(read.mapping.rewrites.front().rule, "run.relative");
}

TEST(Notebooks, absolute_runs_of_jupyter_become_relative_too) {
  const std::string cells = R"({"cells":[{"cell_type":"code","source":["%run /Repos/ann/shop/notebooks/lib/common\n"]},)"
                            R"({"cell_type":"code","source":"%run /Repos/ann/shop/notebooks/lib/common"},)"
                            R"({"cell_type":"markdown","source":"/Repos/ann/shop/notebooks/lib/common"}],"metadata":{}})";
  const MemoryService read = read_memory({{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/x/jobs/load"))},
                                          {"notebooks/jobs/load.ipynb", cells},
                                          {"notebooks/lib/common.py", python_notebook}});
  EXPECT_EQ(read.findings(), "");
  ASSERT_EQ(read.service->rewritten_notebooks.size(), 1U);
  EXPECT_EQ(read.service->rewritten_notebooks.begin()->second,
            R"({"cells":[{"cell_type":"code","source":["%run ../lib/common\n"]},)"
            R"({"cell_type":"code","source":"%run ../lib/common"},)"
            R"({"cell_type":"markdown","source":"/Repos/ann/shop/notebooks/lib/common"}],"metadata":{}})");
}

// Of an archive with several notebooks each is a notebook of its own.
TEST(Notebooks, of_an_archive_go_out_as_source_files) {
  const std::string one = R"x({"language":"python","commands":[{"command":"%run ./two"},{"command":"%run /Repos/a/shop/notebooks/lib/common"}]})x";
  const std::string two = R"x({"language":"scala","commands":[{"command":"val z = 1"}]})x";
  const MemoryService read = read_memory({{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/Shared/etl/one"))},
                                          {"notebooks/pack.dbc", test::make_zip({{"etl/one.python", one}, {"etl/two.scala", two}})},
                                          {"notebooks/lib/common.py", python_notebook}});
  EXPECT_EQ(read.findings(), "");
  ASSERT_EQ(read.service->notebooks.size(), 3U);
  ASSERT_EQ(read.mapping.uploads.size(), 3U);
  EXPECT_EQ(read.mapping.uploads[1].path, "files/notebooks/notebooks/pack/etl/one.py");
  EXPECT_EQ(read.mapping.uploads[1].origin, "notebooks/pack.dbc");
  EXPECT_EQ(read.mapping.uploads[1].bytes,
            "# Databricks notebook source\n# MAGIC %run ./two\n\n# COMMAND ----------\n\n# MAGIC %run ../../lib/common\n");
  EXPECT_EQ(read.mapping.uploads[2].path, "files/notebooks/notebooks/pack/etl/two.scala");
  EXPECT_EQ(read.mapping.uploads[2].bytes, "// Databricks notebook source\nval z = 1\n");
  const std::string address = "notebook_notebooks_pack_etl_one_";
  EXPECT_NE(read.json("pipelines.tf.json", body + "/notebookPath").find(address), std::string::npos);
  EXPECT_NE(read.terraform.at("notebooks.tf.json").find("\"language\": \"SCALA\""), std::string::npos);
  EXPECT_EQ(read.terraform.at("notebooks.tf.json").find("DBC"), std::string::npos);
  EXPECT_NE(read.rewrites().find("notebooks/pack.dbc# archive.source\nnotebooks/pack.dbc# archive.source\n"), std::string::npos);
}

TEST(Notebooks, of_an_archive_of_one_stay_as_they_are_unless_a_path_changes) {
  const auto read = [](const std::string& command) {
    return read_memory({{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/Shared/load"))},
                        {"notebooks/load.dbc", test::make_zip({{"x.python", R"x({"language":"python","commands":[{"command":")x" + command + R"x("}]})x"}})},
                        {"notebooks/lib/common.py", python_notebook}});
  };
  const MemoryService same = read("%run ./lib/common");
  EXPECT_EQ(same.findings(), "");
  EXPECT_NE(same.terraform.at("notebooks.tf.json").find("\"format\": \"DBC\""), std::string::npos);
  EXPECT_TRUE(same.service->rewritten_notebooks.empty());
  const MemoryService changed = read("%run /Repos/a/shop/notebooks/lib/common");
  EXPECT_EQ(changed.findings(), "");
  EXPECT_EQ(changed.terraform.at("notebooks.tf.json").find("DBC"), std::string::npos);
  ASSERT_EQ(changed.service->rewritten_notebooks.size(), 1U);
  EXPECT_EQ(changed.service->rewritten_notebooks.begin()->second,
            "# Databricks notebook source\n# MAGIC %run ./lib/common\n");
}

TEST(Notebooks, of_an_archive_are_searched_for_values_of_an_environment) {
  const std::string one = R"x({"language":"python","commands":[{"command":"x = 1"},{"command":"y = 'abfss://c@stsalesdev.dfs.core.windows.net/'"}]})x";
  const MemoryService read = read_memory({{"tidegate.yaml", "bindings: []\n"},
                                          {"pipeline/p.json", pipeline_text("p", notebook_activity("/Shared/load"))},
                                          {"notebooks/load.dbc", test::make_zip({{"x.python", one}})}});
  EXPECT_EQ(read.findings(), "error notebooks/load.dbc#x.python:6:16 service.environment-in-artifact\n");
}

TEST(Notebooks, move_to_another_folder_when_one_of_them_changes) {
  const auto place = [](const std::string& text) {
    const MemoryService read =
        read_memory({{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/x/load"))},
                     {"load.py", python_notebook},
                     {"other.py", text}});
    return std::string(
        read.node("notebooks.tf.json", "/resource/databricks_notebook/notebook_load/path")
            .as_string());
  };
  const std::string first = place(python_notebook);
  EXPECT_TRUE(first.starts_with("${var.workspace_root}/shop/")) << first;
  EXPECT_TRUE(first.ends_with("/load")) << first;
  EXPECT_EQ(first.size(), std::string("${var.workspace_root}/shop/").size() + 16 + 5);
  EXPECT_EQ(place(python_notebook), first);
  EXPECT_NE(place(python_notebook + "# more\n"), first);
}

std::string jar_activity(const std::string& libraries, const std::string& type = "SparkJar",
                         const std::string& more = "") {
  return "{\"name\": \"run\", \"type\": \"Databricks" + type + "\", \"typeProperties\": {" + more +
         "\"libraries\": [" + libraries + "]}}";
}

const std::string prebuilt = test::make_zip({{"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"}});

// The path that jobs use: Terraform knows it before the file is there.
std::string workspace_path_of(const std::string& file) {
  return "/Workspace${trimprefix(databricks_workspace_file." + file + R"(.path, \"/Workspace\")})";
}

// The places of secrets, in the order of the archives.
std::string secrets_of(const Service& service) {
  std::string out;
  for (const auto& archive : service.archive_secrets) {
    for (const MemberSecret& one : archive.second) out += to_string(one.where) + " " + one.kind + "\n";
  }
  return out;
}

TEST(Archives, are_searched_for_values_of_an_environment_and_secrets) {
  const std::string token = "dapi" + std::string("0123456789abcdef0123456789abcdef");
  const MemoryService read = read_memory(
      {{"tidegate.yaml", "bindings:\n  - {variable: lake, literal: lake-of-sales, type: string}\n"},
       {"pipeline/p.json", pipeline_text("p", jar_activity(R"({"whl": "dbfs:/w/shop-1-py3-none-any.whl"}, {"jar": "dbfs:/x/app.jar"})", "SparkPython",
                                                           "\"pythonFile\": \"@pipeline().RunId\", "))},
       {"dataset/d.json", object_text("d", R"("type": "Parquet", "typeProperties": {"x": "lake-of-sales"})")},
       {"config/more.zip", test::make_zip({{"deep/a.txt", "x\ny lake-of-sales\n"}})},
       {"libs/shop-1-py3-none-any.whl",
        test::make_zip({{"shop/settings.py", "a = 1\nHOST = \"stsalesdev.dfs.core.windows.net\"\n"},
                        {"shop/names.py", "x = 'orders-dev-x'\n"},
                        {"shop-1.dist-info/list.txt", "orders-dev@example.com\n"}})},
       {"libs/app.jar", test::make_zip({{"conf/app.properties", "# " + token + "\ntoken=" + token + "\n"},
                                        {"lib/x.jar", test::make_zip({{"y.yaml", "vault: kv-sales.vault.azure.net\n"}})},
                                        {"META-INF/MANIFEST.MF", "Manifest-Version: 1.0\n"}})}});
  EXPECT_EQ(read.findings({"databricks.dbfs-library"}),
            "error config/more.zip!deep/a.txt:2:3 service.environment-in-artifact\n"
            "error libs/app.jar!lib/x.jar!y.yaml:1:8 service.environment-in-artifact\n"
            "warning libs/shop-1-py3-none-any.whl!shop/names.py:1:12 service.environment-in-artifact\n"
            "error libs/shop-1-py3-none-any.whl!shop/settings.py:2:9 service.environment-in-artifact\n");
  EXPECT_EQ(secrets_of(*read.service),
            "libs/app.jar!conf/app.properties:1:3 Databricks token\nlibs/app.jar!conf/app.properties:2:7 Databricks token\n");
}

TEST(Libraries, of_the_repository_replace_their_DBFS_path) {
  const MemoryService read = read_memory(
      {{"adf/pipeline/p.json",
        pipeline_text("p", jar_activity("{\"jar\": \"dbfs:/FileStore/jars/quality-1.0.jar\"}, "
                                        "{\"whl\": \"dbfs:/w/tools-1.0-py3-none-any.whl\"}"))},
       {"libs/quality-1.0.jar", prebuilt},
       {"libs/tools-1.0-py3-none-any.whl", prebuilt}});
  EXPECT_EQ(read.findings({"databricks.dbfs-library"}), "");
  const std::string jar = read.names("libraries.tf.json", "databricks_file");
  EXPECT_TRUE(jar.starts_with("jar_libs_quality-1_0_jar_")) << jar;
  EXPECT_EQ(read.json("pipelines.tf.json", body + "/libraries/0/jar"),
            "\"${databricks_file." + jar + ".path}\"");
  const std::string wheel = read.names("files.tf.json", "databricks_workspace_file");
  EXPECT_EQ(read.json("pipelines.tf.json", body + "/libraries/1/whl"),
            "\"" + workspace_path_of(wheel) + "\"");
  EXPECT_TRUE(read.node("libraries.tf.json", "/resource/databricks_file/" + jar + "/path")
                  .as_string()
                  .starts_with("${var.volume_path}/shop/"));
  EXPECT_EQ(
      read.node("libraries.tf.json", "/resource/databricks_file/" + jar + "/source").as_string(),
      "${path.module}/../files/jars/libs/quality-1.0.jar");
  EXPECT_EQ(
      read.rewrites(),
      "adf/pipeline/p.json#/properties/activities/0/typeProperties/libraries/0/jar link.jar\n"
      "adf/pipeline/p.json#/properties/activities/0/typeProperties/libraries/1/whl link.file\n");
}

TEST(Libraries, go_where_the_manifest_says) {
  const auto path = [](const std::string& placement, const std::string& type) {
    const MemoryService read = read_memory(
        {{"tidegate.yaml", "bindings: []\nplacement: {" + placement + "}\n"},
         {"adf/pipeline/p.json", pipeline_text("p", jar_activity("{\"jar\": \"dbfs:/q.jar\"}"))},
         {"libs/q.jar", prebuilt}});
    EXPECT_EQ(read.findings({"databricks.dbfs-library"}), "");
    const std::string name = read.names("libraries.tf.json", type);
    const std::string text(
        read.node("libraries.tf.json", "/resource/" + type + "/" + name + "/path").as_string());
    return text.substr(0, text.rfind("/shop/")) + " " +
           read.json("pipelines.tf.json", body + "/libraries/0/jar").substr(1, 32);
  };
  EXPECT_EQ(path("volume: {catalog: main, schema: shop, name: libs}", "databricks_file"),
            "/Volumes/main/shop/libs ${databricks_file.jar_libs_q_jar");
  EXPECT_EQ(path("jars: workspace", "databricks_workspace_file"),
            "${var.workspace_root} /Workspace${trimprefix(databrick");
  EXPECT_EQ(path("jars: workspace, notebooks: /Shared/etl", "databricks_workspace_file"),
            "/Shared/etl /Workspace${trimprefix(databrick");
}

TEST(Libraries, that_are_not_in_the_repository_are_refused_at_their_path) {
  const auto findings = [](const std::string& activity) {
    return read_memory({{"adf/pipeline/p.json", pipeline_text("p", activity)},
                        {"load.py", python_notebook}})
        .findings();
  };
  EXPECT_EQ(findings(jar_activity("{\"jar\": \"dbfs:/q.jar\"}")),
            "error adf/pipeline/p.json:1:132 databricks.dbfs-library\n");
  EXPECT_EQ(findings(jar_activity("{\"egg\": \"dbfs:/q.egg\"}")),
            "error adf/pipeline/p.json:1:132 databricks.dbfs-library\n");
  EXPECT_EQ(findings(jar_activity("", "SparkPython", "\"pythonFile\": \"dbfs:/q.py\", ")),
            "error adf/pipeline/p.json:1:127 databricks.dbfs-library\n");
  EXPECT_EQ(findings(jar_activity(
                "{\"maven\": {\"coordinates\": \"a:b:1\"}}, {\"pypi\": {\"package\": \"p==1\"}}")),
            "");
  EXPECT_EQ(findings(jar_activity("{\"jar\": \"@pipeline().parameters.jar\"}", "SparkJar")),
            "error adf/pipeline/p.json:1:156 adf.undefined-parameter\n");
}

TEST(Libraries, of_one_name_are_told_apart_by_their_folder) {
  const auto read = [](const std::string& path) {
    return read_memory({{"adf/pipeline/p.json",
                         pipeline_text("p", jar_activity("", "SparkPython",
                                                         "\"pythonFile\": \"" + path + "\", "))},
                        {"load/main.py", "print(1)\n"},
                        {"clean/main.py", "print(2)\n"}});
  };
  const MemoryService clear = read("dbfs:/jobs/load/main.py");
  EXPECT_EQ(clear.findings(), "warning adf/pipeline/p.json:1:127 databricks.dbfs-library\n");
  EXPECT_TRUE(clear.json("pipelines.tf.json", body + "/pythonFile")
                  .starts_with("\"/Workspace${trimprefix(databricks_workspace_file.file_load_main_py_"));
  const MemoryService unclear = read("dbfs:/jobs/main.py");
  EXPECT_EQ(unclear.findings(), "error adf/pipeline/p.json:1:127 databricks.ambiguous-library\n");
  EXPECT_EQ(unclear.diagnostics.items().at(0).message,
            "file \"dbfs:/jobs/main.py\" may be any of clean/main.py, load/main.py");
}

TEST(Libraries, of_one_name_do_not_overwrite_each_other) {
  const MemoryService read = read_memory(
      {{"adf/pipeline/p.json", pipeline_text("p", jar_activity("{\"jar\": \"dbfs:/b/q.jar\"}"))},
       {"a/q.jar", prebuilt},
       {"b/q.jar", prebuilt}});
  EXPECT_EQ(read.findings({"databricks.dbfs-library"}), "");
  std::set<std::string> paths;
  for (const document::Node block : read.node("libraries.tf.json", "/resource/databricks_file")) {
    paths.emplace(block["path"].as_string());
  }
  EXPECT_EQ(paths.size(), 2U);
  EXPECT_TRUE(read.json("pipelines.tf.json", body + "/libraries/0/jar")
                  .starts_with("\"${databricks_file.jar_b_q_jar_"));
}

TEST(Libraries, must_hold_the_main_class_of_the_activity) {
  const auto findings = [](const std::string& libraries) {
    return read_memory(
               {{"adf/pipeline/p.json",
                 pipeline_text("p", jar_activity(libraries, "SparkJar",
                                                 "\"mainClassName\": \"com.shop.Main\", "))},
                {"libs/q.jar", prebuilt}})
        .findings({"databricks.dbfs-library"});
  };
  EXPECT_EQ(findings("{\"jar\": \"dbfs:/q.jar\"}"),
            "error adf/pipeline/p.json:1:127 spark.main-class-missing\n");
  EXPECT_EQ(findings("{\"jar\": \"dbfs:/q.jar\"}, {\"maven\": {\"coordinates\": \"a:b:1\"}}"), "");
}

TEST(PythonFiles, are_linked_by_their_name) {
  const MemoryService read =
      read_memory({{"adf/pipeline/p.json",
                    pipeline_text("p", jar_activity("", "SparkPython",
                                                    "\"pythonFile\": \"dbfs:/x/job.py\", "))},
                   {"src/job.py", "print(1)\n"}});
  EXPECT_EQ(read.findings({"databricks.dbfs-library"}), "");
  EXPECT_EQ(read.json("pipelines.tf.json", body + "/pythonFile"),
            "\"" + workspace_path_of(read.names("files.tf.json", "databricks_workspace_file")) + "\"");
}

// Findings of one activity of a pipeline, next to these files.
std::string findings_of(const std::string& activity, Files files = {}) {
  files["adf/pipeline/p.json"] = pipeline_text("p", activity);
  files.try_emplace("load.py", python_notebook);
  const MemoryService read = read_memory(std::move(files));
  std::string text;
  for (const Diagnostic& one : read.diagnostics.items()) {
    if (one.code == "adf.rewritten") continue;
    text += std::string(to_string(one.severity)) + " " + one.code + ": " + one.message + "\n";
  }
  return text;
}

std::string with_parameters(const std::string& parameters) {
  return "{\"name\": \"run\", \"type\": \"DatabricksNotebook\", \"typeProperties\": {\"notebookPath\": "
         "\"/x/load\", \"baseParameters\": " + parameters + "}}";
}

TEST(Parameters, are_those_that_the_notebook_and_its_runs_read) {
  const std::string head = "# Databricks notebook source\n";
  const Files files{{"load.py", head + "# MAGIC %run ./common\n\n# COMMAND ----------\n"
                                       "dbutils.widgets.text(\"day\", \"1\")\nx = dbutils.widgets.get(\"load_date\")\n"},
                    {"common.py", head + "y = dbutils.widgets.get(\"region\")\n"}};
  EXPECT_EQ(findings_of(with_parameters("{\"load_date\": \"1\", \"region\": \"x\", \"day\": \"2\"}"), files), "");
  EXPECT_EQ(findings_of(with_parameters("{\"loaddate\": \"1\", \"region\": \"x\"}"), files),
            "warning databricks.unread-parameter: load.py reads no parameter \"loaddate\"\n"
            "warning databricks.missing-parameter: the notebook reads \"load_date\" (load.py:6:25), which the activity "
            "does not hand over and no widget has a default for\n");
}

TEST(Parameters, are_not_judged_when_the_notebook_computes_names) {
  const std::string head = "# Databricks notebook source\n";
  for (const std::string text : {"dbutils.widgets.get(name)\n", "helper(dbutils)\n", "w = dbutils.widgets\n",
                                 "dbutils.widgets.getAll()\n"}) {
    EXPECT_EQ(findings_of(with_parameters("{\"other\": \"1\"}"), {{"load.py", head + text}}), "") << text;
  }
  EXPECT_EQ(findings_of(with_parameters("{\"n\": \"1\"}"),
                        {{"load.sql", "-- Databricks notebook source\nSELECT $n\n"}, {"load.py", "print(1)\n"}}), "");
}

const std::string main_class = "\"mainClassName\": \"com.example.Main\", ";

TEST(Libraries, have_one_kind_and_an_exact_version) {
  const auto codes = [](const std::string& library) {
    std::string text;
    const MemoryService read = read_memory({{"adf/pipeline/p.json", pipeline_text("p", jar_activity(library, "SparkJar", main_class))}});
    for (const Diagnostic& one : read.diagnostics.items()) text += one.code.substr(one.code.find('.') + 1) + " ";
    return text;
  };
  EXPECT_EQ(codes("{\"pypi\": {\"package\": \"pandas[x]==2.1.0; python_version > '3'\"}}"), "");
  EXPECT_EQ(codes("{\"maven\": {\"coordinates\": \"g:a:1\"}}, {\"cran\": {\"package\": \"p\", \"repo\": \"https://x\"}}"), "");
  EXPECT_EQ(codes("{\"maven\": {\"coordinates\": \"@pipeline().parameters.x\"}}"), "undefined-parameter ");
  for (const std::string package : {"pandas", "pandas>=2", "pandas==2.*", "pandas~=2.1", "pandas=="}) {
    EXPECT_EQ(codes("{\"pypi\": {\"package\": \"" + package + "\"}}"), "unpinned-library ") << package;
  }
  for (const std::string coordinates : {"g:a:[1,2)", "g:a:1-SNAPSHOT", "g:a:LATEST", "g:a:1.+"}) {
    EXPECT_EQ(codes("{\"maven\": {\"coordinates\": \"" + coordinates + "\"}}"), "unpinned-library ") << coordinates;
  }
  for (const std::string library :
       {"{}", "1", "{\"jars\": \"x\"}", "{\"maven\": {}}", "{\"maven\": {\"coordinates\": \"g:a\"}}", "{\"pypi\": {\"name\": \"p\"}}",
        "{\"maven\": {\"coordinates\": \"g:a:1\"}, \"pypi\": {\"package\": \"p==1\"}}"}) {
    EXPECT_EQ(codes(library), "invalid-library ") << library;
  }
}

TEST(Libraries, that_a_POM_makes_are_not_just_missing) {
  const Files files{{"libs/pom.xml",
                     "<project><groupId>g</groupId><artifactId>app</artifactId><version>1</version><dependencies><dependency>"
                     "<groupId>g</groupId><artifactId>lib</artifactId><version>2</version></dependency></dependencies></project>"}};
  EXPECT_TRUE(findings_of(jar_activity("{\"jar\": \"dbfs:/x/app-1.jar\"}", "SparkJar", main_class), files).starts_with("error spark.library-not-built: "));
  EXPECT_TRUE(findings_of(jar_activity("{\"jar\": \"dbfs:/x/lib-2.jar\"}", "SparkJar", main_class), files).starts_with("error spark.library-not-built: "));
  EXPECT_TRUE(findings_of(jar_activity("{\"jar\": \"dbfs:/x/lib-3.jar\"}", "SparkJar", main_class), files).starts_with("error databricks.dbfs-library: "));
}

TEST(Notebooks, without_their_first_line_are_named) {
  EXPECT_EQ(findings_of(notebook_activity("/x/plain"), {{"src/plain.py", "print(1)\n"}}),
            "warning databricks.not-a-notebook: is named like the notebook \"/x/plain\" of an activity, but its first line does "
            "not mark a notebook\n"
            "error databricks.unresolved-notebook: notebook \"/x/plain\" is not in the repository\n");
}

TEST(Jobs, are_named_by_a_variable) {
  const std::string job = "{\"name\": \"run\", \"type\": \"DatabricksJob\", \"typeProperties\": {\"jobId\": \"843\"}}";
  EXPECT_TRUE(findings_of(job, {{"tidegate.yaml", "bindings: []\n"}}).find("warning databricks.unbound-job") != std::string::npos);
  EXPECT_EQ(findings_of(job, {{"tidegate.yaml", "bindings:\n  - variable: job\n    path: pipeline/p#/properties/activities/0/"
                                                "typeProperties/jobId\n"}}).find("unbound-job"), std::string::npos);
  EXPECT_EQ(findings_of(job).find("unbound-job"), std::string::npos) << "derived";
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
