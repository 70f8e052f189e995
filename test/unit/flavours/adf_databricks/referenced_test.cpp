// SPDX-License-Identifier: Apache-2.0
// Which files of submodules are read: those that something refers to.
#include "flavours/adf_databricks/referenced.hpp"

#include <gtest/gtest.h>

#include "memory_service.hpp"
#include "support/zip.hpp"

namespace tidegate::flavours::adf_databricks {
namespace {

std::string run_of(const std::string& path) {
  return "# Databricks notebook source\n# MAGIC %run " + path + "\n";
}

// Files that are read, sorted as they are kept.
std::string files_of(const MemoryService& read) {
  std::string all;
  for (const PackedPath& file : read.service->notebook_files) all += file.path + " ";
  for (const PackedPath& file : read.service->jar_files) all += file.path + " ";
  for (const PackedPath& file : read.service->config_files) all += file.path + " ";
  return all;
}

TEST(Referenced, notebooks_of_activities_and_what_they_run) {
  const MemoryService read = read_memory(
      {{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/Shared/common/load"))},
       {"own.py", run_of("./common/helper")},
       {"common/load.py", run_of("./lib/a")},
       {"common/lib/a.py", run_of("/Shared/lib/b")},
       {"common/lib/b.py", run_of("./a2")},
       {"common/lib/a2.py", python_notebook},
       {"common/helper.py", python_notebook},
       {"common/other.py", run_of("./nowhere")},
       {"common/broken.ipynb", "{"}},
      {"common"});
  EXPECT_EQ(read.findings(), "");
  EXPECT_EQ(
      files_of(read),
      "own.py common/load.py common/helper.py common/lib/a.py common/lib/b.py common/lib/a2.py ");
}

TEST(Referenced, a_broken_notebook_that_is_named_is_an_error) {
  const MemoryService read =
      read_memory({{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/Shared/load"))},
                   {"common/load.ipynb", "{"}},
                  {"common"});
  EXPECT_NE(read.findings().find("databricks.invalid-notebook"), std::string::npos)
      << read.findings();
}

TEST(Referenced, the_own_file_wins_where_both_fit_alike) {
  const Files both{{"notebooks/load.py", python_notebook}, {"common/load.py", python_notebook}};
  const auto link_of = [&](const std::string& path, const std::vector<std::string>& submodules) {
    Files files = both;
    files["adf/pipeline/p.json"] = pipeline_text("p", notebook_activity(path));
    const MemoryService read = read_memory(std::move(files), submodules);
    return read.findings() + (read.service->links.empty()
                                  ? std::string("none")
                                  : read.service->notebooks[read.service->links[0].index].file);
  };
  EXPECT_EQ(link_of("/Shared/load", {"common"}), "notebooks/load.py");
  EXPECT_EQ(link_of("/Shared/load", {"notebooks"}), "common/load.py");
  EXPECT_EQ(link_of("/Shared/common/load", {"common"}), "common/load.py");  // it fits better
  EXPECT_NE(link_of("/Shared/load", {}).find("databricks.ambiguous-notebook"), std::string::npos);
  EXPECT_NE(link_of("/Shared/load", {"common", "notebooks"}).find("databricks.ambiguous-notebook"),
            std::string::npos);
}

TEST(Referenced, libraries_and_python_files) {
  const std::string jar = test::make_zip({{"a/B.txt", "x"}});
  const Files files{
      {"adf/pipeline/p.json",
       pipeline_text("p",
                     "{\"name\": \"run\", \"type\": \"DatabricksSparkPython\", \"typeProperties\": "
                     "{\"pythonFile\": \"dbfs:/Volumes/x/job.py\", \"libraries\": [{\"jar\": "
                     "\"/Volumes/x/used.jar\"}, {\"whl\": \"/Volumes/x/used.whl\"}, {\"jar\": "
                     "\"/Volumes/x/both.jar\"}]}}")},
      {"libs/both.jar", jar},
      {"common/both.jar", jar},
      {"common/used.jar", jar},
      {"common/broken.jar", "no zip"},
      {"common/used.whl", jar},
      {"common/other.whl", jar},
      {"common/job.py", "print(1)"},
      {"common/other.py", "print(1)"},
      {"common/pom.xml", "<project"},
      {"config/c.json", "{}"}};
  const MemoryService read = read_memory(files, {"common"});
  EXPECT_EQ(read.findings({"spark.no-pom"}), "");
  EXPECT_EQ(files_of(read),
            "common/used.jar libs/both.jar config/c.json common/job.py common/used.whl ");
  EXPECT_EQ(read.service->links.size(), 4U);
}

TEST(Referenced, modules_that_are_imported) {
  const Files files{{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/Shared/own"))},
                    {"own.py", "# Databricks notebook source\nfrom common.shop import tools\n"},
                    {"common/shop/__init__.py", ""},
                    {"common/shop/tools.py", "def f():\n  from .plugins import *\n"},
                    {"common/shop/plugins/__init__.py", ""},
                    {"common/shop/plugins/a.py", "x = 1"},
                    {"common/shop/unused.py", "x = 1"}};
  const MemoryService read = read_memory(files, {"common"});
  EXPECT_EQ(files_of(read),
            "own.py common/shop/__init__.py common/shop/tools.py common/shop/plugins/__init__.py "
            "common/shop/plugins/a.py ");
  const std::vector<ReadFile>& found = read.service->imported_files;
  ASSERT_EQ(found.size(), 4U);
  EXPECT_EQ(to_string(found[3].where), "own.py:2:6");
}

// A package that looks for its modules itself is taken whole.
TEST(Referenced, packages_with_side_effects) {
  Files files{{"adf/pipeline/p.json", pipeline_text("p", notebook_activity("/Shared/own"))},
              {"own.py", "# Databricks notebook source\nimport common.shop\n"},
              {"common/shop/__init__.py", "import pkgutil\n"},
              {"common/shop/a.py", "x = 1"}};
  EXPECT_EQ(files_of(read_memory(files, {"common"})),
            "own.py common/shop/__init__.py common/shop/a.py ");
  files["common/shop/__init__.py"] = "import importlib\nimportlib.import_module(name)\n";
  const MemoryService read = read_memory(files, {"common"});
  EXPECT_EQ(files_of(read), "own.py common/shop/__init__.py common/shop/a.py ");
  EXPECT_NE(read.findings({"spark.no-pom"}).find("databricks.computed-import"), std::string::npos);
}

TEST(Referenced, closest_needs_the_name) {
  Candidates files;
  files.add("a/x.jar", false);
  for (const char* path : {"b/x.jar", "c/b/x.jar", "y.jar"}) files.add(path, true);
  using Indices = std::vector<std::size_t>;
  EXPECT_EQ(files.closest("/Volumes/x.jar"), Indices{0});
  EXPECT_EQ(files.closest("/Volumes/b/x.jar"), (Indices{1, 2}));
  EXPECT_EQ(files.closest("/Volumes/c/b/x.jar"), Indices{2});
  EXPECT_EQ(files.closest("y.jar"), Indices{3});
  EXPECT_EQ(files.closest("z.jar"), Indices{});
}

}  // namespace
}  // namespace tidegate::flavours::adf_databricks
