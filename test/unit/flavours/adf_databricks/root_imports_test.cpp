// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/root_imports.hpp"

#include <gtest/gtest.h>

#include "memory_service.hpp"
#include "system/digest.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

Files with_pipeline(Files files,
                    const std::string& activity = notebook_activity("/x/src/notebooks/main")) {
  files["adf/pipeline/p.json"] = pipeline_text("p", activity);
  return files;
}

std::string notebook(const std::string& text) { return "# Databricks notebook source\n" + text; }

// Paths of the stand-ins.
std::string stand_ins(const MemoryService& read) {
  std::string all;
  for (const auto& one : read.service->stand_ins)
    all += (all.empty() ? "" : " ") + read.service->config_files[one.first].path;
  return all;
}

std::string stand_ins(Files files) {
  return stand_ins(read_memory(with_pipeline(std::move(files))));
}

std::string release_in(const MemoryService& read, const std::string& file,
                       const std::string& pointer) {
  const std::string path(read.node(file, pointer).as_string());
  const std::string root = "${var.workspace_root}/shop/";
  return path.starts_with(root) ? path.substr(root.size()) : path;
}

TEST(Workspace, notebooks_and_files_lie_in_one_tree) {
  const MemoryService read =
      read_memory(with_pipeline({{"src/notebooks/main.py", notebook("import near\n")},
                                 {"src/notebooks/near.py", "x = 1\n"}}));
  const std::string release = read.service->releases.workspace;
  const std::string main = read.names("notebooks.tf.json", "databricks_notebook");
  EXPECT_EQ(release_in(read, "notebooks.tf.json", "/resource/databricks_notebook/" + main + "/path"),
            release + "/src/notebooks/main");
  const std::string file = read.names("files.tf.json", "databricks_workspace_file");
  EXPECT_EQ(
      release_in(read, "files.tf.json", "/resource/databricks_workspace_file/" + file + "/path"),
      release + "/src/notebooks/near.py");
  EXPECT_EQ(stand_ins(read), "");
}

TEST(Workspace, moves_as_a_whole_and_only_when_something_changed) {
  const auto release = [](const std::string& module, const std::string& jar = "") {
    Files files{{"src/notebooks/main.py", notebook("import near\n")},
                {"src/notebooks/near.py", module}};
    if (!jar.empty()) files["libs/pom.xml"] = jar;
    return read_memory(with_pipeline(std::move(files))).service->releases.workspace;
  };
  const std::string first = release("x = 1\n");
  EXPECT_EQ(first.size(), 16U);
  EXPECT_EQ(release("x = 1\n"), first);
  EXPECT_EQ(release("x = 1\n", "<project/>"), first);
  EXPECT_NE(release("x = 2\n"), first);
}

TEST(RootImports, of_a_notebook_below_get_a_stand_in) {
  const MemoryService read = read_memory(with_pipeline(
      {{"lib/__init__.py", ""},
       {"lib/helpers.py", "def clean(x): return x\n"},
       {"src/notebooks/main.py", notebook("x = 1\nfrom lib.helpers import clean\n")}}));
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(stand_ins(read), "src/notebooks/lib.py");
  EXPECT_EQ(
      read.rewrites(),
      "src/notebooks/lib.py# import.root\n"
      "adf/pipeline/p.json#/properties/activities/0/typeProperties/notebookPath link.notebook\n");
  ASSERT_EQ(read.mapping.uploads.size(), 4U);
  EXPECT_EQ(read.mapping.uploads[2].path, "files/config/src/notebooks/lib.py");
  EXPECT_EQ(read.mapping.uploads[2].origin, "generated");
  EXPECT_EQ(read.mapping.uploads[2].bytes, root_import_text("src/notebooks"));
  std::string note;
  for (const Diagnostic& item : read.diagnostics.items())
    if (item.message.find("import.root") != std::string::npos)
      note += to_string(item.where) + " " + item.message + "\n";
  EXPECT_EQ(note,
            "src/notebooks/main.py:3:6 module \"lib\" lies at the root of the repository, which a "
            "release is not searched "
            "from: src/notebooks/lib.py is put beside it, and hands lib/__init__.py over "
            "(import.root)\n");
}

TEST(RootImports, text_climbs_to_the_root) {
  EXPECT_NE(root_import_text("a").find("__file__), \"..\"))"), std::string::npos);
  EXPECT_NE(root_import_text("a/b/c").find("__file__), \"..\", \"..\", \"..\"))"),
            std::string::npos);
}

// What Python finds beside the notebook, at the root itself, or in no file of the repository.
TEST(RootImports, stay_as_they_are_where_python_finds_them_anyway) {
  EXPECT_EQ(stand_ins({{"main.py", notebook("import lib\n")}, {"lib.py", ""}}), "");
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py", notebook("import lib.a\n")},
                       {"src/notebooks/lib/a.py", ""},
                       {"lib/a.py", ""}}),
            "");
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py", notebook("import pandas\nimport lib.b\n")},
                       {"lib/a.py", ""}}),
            "");
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py", notebook("# import lib.a\nx = 'import lib.a'\n")},
                       {"lib/a.py", ""}}),
            "");
  // src/ is neither the folder of the notebook nor the root: a Git folder does not look there.
  EXPECT_EQ(
      stand_ins({{"src/notebooks/main.py", notebook("import lib.a\n")}, {"src/lib/a.py", ""}}), "");
  // What is found first hides the package at the root, which it would in a Git folder.
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py", notebook("import lib.b\n")},
                       {"src/notebooks/lib/__init__.py", ""},
                       {"lib/__init__.py", ""},
                       {"lib/b.py", ""}}),
            "");
}

TEST(RootImports, are_followed_through_modules_and_runs) {
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py", notebook("import lib\n")},
                       {"lib.py", "from tools.text import strip\n"},
                       {"tools/text.py", "import settings\n"},
                       {"settings.py", ""},
                       {"unused.py", ""}}),
            "src/notebooks/lib.py src/notebooks/settings.py src/notebooks/tools.py");
  // A notebook that another one runs is executed in the folder of that one; a child run in its own.
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py", notebook("# MAGIC %run ../shared/setup\n")},
                       {"src/shared/setup.py", notebook("import lib\n")},
                       {"lib.py", ""}}),
            "src/notebooks/lib.py src/shared/lib.py");
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py",
                        notebook("dbutils.notebook.run('../shared/setup', 60)\n")},
                       {"src/shared/setup.py", notebook("import lib\n")},
                       {"lib.py", ""}}),
            "src/shared/lib.py");
  // Two packages that import each other end, too.
  EXPECT_EQ(stand_ins({{"src/notebooks/main.py", notebook("import a\n")},
                       {"a.py", "import b\n"},
                       {"b.py", "import a\n"}}),
            "src/notebooks/a.py src/notebooks/b.py");
}

TEST(RootImports, of_python_files_that_activities_start) {
  const std::string activity =
      R"({"name": "run", "type": "DatabricksSparkPython", "typeProperties": {"pythonFile": "dbfs:/x/src/jobs/start.py"}})";
  const MemoryService read = read_memory(with_pipeline({{"src/jobs/start.py", "import lib, near\n"},
                                                        {"src/jobs/near.py", ""},
                                                        {"src/tools/other.py", "import lib\n"},
                                                        {"lib.py", ""}},
                                                       activity));
  EXPECT_EQ(stand_ins(read), "src/jobs/lib.py");
  // A stand-in is no file that an activity may mean.
  const MemoryService same_name = read_memory(with_pipeline(
      {{"src/jobs/start.py", "import lib\n"}, {"lib.py", "print(1)\n"}},
      activity +
          R"(, {"name": "two", "type": "DatabricksSparkPython", "typeProperties": {"pythonFile": "dbfs:/y/lib.py"}})"));
  EXPECT_EQ(same_name.findings({"databricks.dbfs-library"}), "");
  EXPECT_EQ(stand_ins(same_name), "src/jobs/lib.py");
}

// A module that is nowhere may be one that the cluster installs: no finding, nothing is put there.
TEST(RootImports, of_unknown_modules_are_no_finding) {
  const MemoryService read = read_memory(with_pipeline(
      {{"src/notebooks/main.py", notebook("import nowhere\nfrom lib import gone\n")}}));
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(stand_ins(read), "");
}

TEST(Collisions, of_paths_in_the_workspace_are_errors) {
  const auto found = [](Files files) {
    files["adf/pipeline/p.json"] = pipeline_text("p", notebook_activity("/x/src/etl"));
    return read_memory(std::move(files)).findings({"databricks.ambiguous-notebook", "document.duplicate-key"});
  };
  EXPECT_EQ(found({{"src/etl.py", notebook("")}, {"src/etl/steps.py", ""}}),
            "error src/etl/steps.py databricks.path-collision\n");
  EXPECT_EQ(found({{"src/etl.py", notebook("")}, {"src/etl/steps.py", notebook("")}}),
            "error src/etl/steps.py databricks.path-collision\n");
  EXPECT_EQ(
      found({{"src/etl.py", notebook("")}, {"src/etl.sql", "-- Databricks notebook source\n"}}),
      "error src/etl.sql databricks.path-collision\n");
  EXPECT_EQ(
      found({{"src/etl.py", notebook("")}, {"src/etl2/steps.py", ""}, {"src/other/etl/x.py", ""}}),
      "");
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
