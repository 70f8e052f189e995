// SPDX-License-Identifier: Apache-2.0
// Which notebook a path means, and what check_notebooks says of runs.
#include <gtest/gtest.h>

#include "databricks/match.hpp"
#include "databricks/notebook.hpp"

namespace tidegate::databricks {
namespace {

std::vector<Notebook> notebooks(const std::vector<std::string>& paths) {
  std::vector<Notebook> all;
  for (const std::string& path : paths) all.push_back({.file = path + ".py", .path = path});
  return all;
}

std::vector<std::string> found(const std::vector<Notebook>& all, const PathMatch& match) {
  std::vector<std::string> out;
  for (const std::size_t i : match.candidates) out.push_back(all[i].path);
  return out;
}

using Paths = std::vector<std::string>;

TEST(Match, ActivityPathTakesTheLongestEnd) {
  const auto all = notebooks({"etl/load", "load", "etl/clean", "x/etl/clean", "a/same", "b/same"});
  const NotebookIndex index(all);
  const auto match = [&](std::string_view path, const std::vector<std::string>& roots) {
    const PathMatch plain = match_activity_path(all, path, roots);
    EXPECT_EQ(plain.candidates, index.match_activity_path(path, roots).candidates) << path;
    return found(all, plain);
  };
  EXPECT_EQ(match("/Repos/u/r/etl/load", {}), Paths{"etl/load"});
  EXPECT_EQ(match("/Shared/load", {}), Paths{"load"});
  EXPECT_EQ(match("/Repos/u/r/etl/clean", {}), Paths{"etl/clean"});  // whole before longer
  EXPECT_EQ(match("/Repos/u/r/same", {}), (Paths{"a/same", "b/same"}));
  EXPECT_EQ(match("/Repos/u/b/same", {"/Repos/*"}), Paths{"b/same"});
  EXPECT_EQ(match("/Repos/u/r/Load", {}), Paths{});  // case counts
  EXPECT_EQ(match("/Repos/../../load", {}), Paths{});
  EXPECT_EQ(match("/", {}), Paths{});
}

TEST(Match, RunPathIsRelativeToTheFolder) {
  const auto all = notebooks({"etl/load", "etl/lib/tools", "tools"});
  const auto run = [&](std::string_view path) {
    return found(all, match_run_path(all, all[0], path, {}));
  };
  EXPECT_EQ(run("./lib/tools"), Paths{"etl/lib/tools"});
  EXPECT_EQ(run("lib/tools"), Paths{"etl/lib/tools"});
  EXPECT_EQ(run("../tools"), Paths{"tools"});
  EXPECT_EQ(run("tools"), Paths{});
  EXPECT_EQ(run("../../tools"), Paths{});
  EXPECT_EQ(run("/Repos/u/r/etl/lib/tools"), Paths{"etl/lib/tools"});
}

TEST(Mount, IsTheFirstNameBelowMnt) {
  EXPECT_EQ(mount_of("/mnt/raw/x"), "/mnt/raw");
  EXPECT_EQ(mount_of("/mnt/raw"), "/mnt/raw");
  EXPECT_EQ(mount_of("dbfs:/mnt/raw/x"), "/mnt/raw");
  EXPECT_EQ(mount_of("dbfs:///mnt/raw"), "/mnt/raw");
  EXPECT_EQ(mount_of("/dbfs/mnt/raw/x"), "/mnt/raw");
  EXPECT_EQ(mount_of("dbfs:/tables/x"), "dbfs:/");
  EXPECT_EQ(mount_of("/dbfs/FileStore/x"), "dbfs:/");
  for (const char* none : {"", "/mnt/", "/mnt/{x}/y", "/mnt/$x", "abfss://c@h/mnt/x", "/Volumes/a/b/c", "dbfs:x", "mnt/raw"})
    EXPECT_EQ(mount_of(none), "") << none;
}

TEST(Check, MountsAreNotedOnceANotebook) {
  const auto one = parse_notebook("n.py", "# Databricks notebook source\na = '/mnt/raw/a'\nb = 'dbfs:/mnt/raw/b'\nc = 'dbfs:/x'\n"
                                          "d = 'abfss://c@h.example/d'\n");
  ASSERT_TRUE(one);
  Diagnostics diagnostics;
  check_notebooks({*one}, {}, diagnostics);
  std::string text;
  for (const Diagnostic& item : diagnostics.items())
    text += std::string(to_string(item.severity)) + " " + to_string(item.where) + " " + item.code + ": " + item.message + "\n";
  EXPECT_EQ(text,
            "note n.py:2:5 databricks.dbfs-path: '/mnt/raw/a' lies in the mount /mnt/raw of a workspace; every environment must have it\n"
            "note n.py:4:5 databricks.dbfs-path: 'dbfs:/x' lies in the DBFS root of a workspace; every environment must have it\n");
}

TEST(Check, PathsOfOneWorkspaceAreFoundButThoseOfRuns) {
  const auto one = parse_notebook(
      "n.py",
      "# Databricks notebook source\nimport sys\nsys.path.append('/Workspace/Repos/ann/x/lib')\n"
      "sys.path.append('../lib')\na = open('/Workspace/Shared/a.json')\nb = 'file:/Repos/ann/b'\n"
      "c = '/Workspaces/c'\nd = '/Repos/'\ndbutils.notebook.run('/Repos/ann/x/other', 60)\n"
      "# sys.path.append('/Workspace/e')\n");
  ASSERT_TRUE(one);
  Diagnostics diagnostics;
  check_notebooks({*one}, {}, diagnostics);
  std::string text;
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.code != "databricks.workspace-path") continue;
    text += std::string(to_string(item.severity)) + " " + to_string(item.where) + ": " +
            item.message + "\n";
  }
  EXPECT_EQ(text,
            "warning n.py:3:17: '/Workspace/Repos/ann/x/lib' lies outside of what is deployed, and "
            "modules are loaded from there, not from the release\n"
            "note n.py:5:10: '/Workspace/Shared/a.json' lies outside of what is deployed; every "
            "environment must have it\n"
            "note n.py:6:5: 'file:/Repos/ann/b' lies outside of what is deployed; every "
            "environment must have it\n");
}

// Of a Python file that is no notebook, whatever its line ends.
TEST(Check, reads_a_module_like_a_notebook) {
  const Notebook module = read_module(
      "lib/shop.py",
      "\xEF\xBB\xBFimport sys\r\nsys.path.append('/Workspace/Repos/ann/lib')\r\n"
      "key = dbutils.secrets.get('sales', \"key\")\r\nä = '/mnt/raw/orders'; b = '/mnt/raw/items'\r\n");
  ASSERT_EQ(module.imports.size(), 1U);
  EXPECT_EQ(module.imports[0].module.line, 1U);
  EXPECT_EQ(module.imports[0].module.column, 8U);
  ASSERT_EQ(module.secrets.size(), 1U);
  EXPECT_EQ(module.secrets[0].scope.text, "sales");
  Diagnostics diagnostics;
  check_module(module, diagnostics);
  std::string text;
  for (const Diagnostic& item : diagnostics.items())
    text += std::string(to_string(item.severity)) + " " + to_string(item.where) + " " + item.code + "\n";
  EXPECT_EQ(text, "note lib/shop.py:4:5 databricks.dbfs-path\nwarning lib/shop.py:2:17 databricks.workspace-path\n");
  EXPECT_TRUE(read_module("empty.py", "").imports.empty());
}

TEST(Match, SuffixMayBeginInsideAName) {
  const auto all = notebooks({"etl/load_orders", "etl/load_items", "raw/load_items"});
  EXPECT_EQ(found(all, match_suffix(all, "_orders")), Paths{"etl/load_orders"});
  EXPECT_EQ(found(all, match_suffix(all, "/load_items")),
            (Paths{"etl/load_items", "raw/load_items"}));
  EXPECT_EQ(found(all, match_suffix(all, "raw/load_items")), Paths{"raw/load_items"});
  EXPECT_EQ(found(all, match_suffix(all, "/orders")), Paths{});
}

std::vector<Diagnostic> check(std::vector<Notebook> all) {
  Diagnostics diagnostics;
  check_notebooks(all, {}, diagnostics);
  return diagnostics.items();
}

Notebook with_run(const std::string& path, const std::string& target, bool child = false,
                  bool dynamic = false) {
  return {.file = path + ".py",
          .path = path,
          .runs = {{.path = {target, 3, 14}, .child = child, .dynamic = dynamic}}};
}

TEST(Check, UnresolvedRuns) {
  const auto run = check({with_run("a/load", "./tols"), {.file = "a/tools.py", .path = "a/tools"}});
  ASSERT_EQ(run.size(), 1U);
  EXPECT_EQ(run[0].code, "databricks.unresolved-run");
  EXPECT_EQ(run[0].severity, Severity::error);
  EXPECT_EQ(to_string(run[0].where), "a/load.py:3:14");
  EXPECT_EQ(run[0].hint, "did you mean 'a/tools'?");
  EXPECT_EQ(check({with_run("a", "./b.py")})[0].hint,
            "notebook paths have no extension: write './b'");
  EXPECT_EQ(check({with_run("a", "")})[0].hint, "add the path");
  EXPECT_EQ(check({with_run("a", "./zzzzzz", true)})[0].code, "databricks.unresolved-notebook-run");
  const auto dynamic = check({with_run("a", "name", true, true)});
  ASSERT_EQ(dynamic.size(), 1U);
  EXPECT_EQ(dynamic[0].severity, Severity::note);
}

TEST(Check, AmbiguousRun) {
  const auto items = check({with_run("load", "/Repos/u/r/same"),
                            {.file = "a/same.py", .path = "a/same"},
                            {.file = "b.dbc", .path = "b/same", .entry = "same.python"}});
  ASSERT_EQ(items.size(), 1U);
  EXPECT_EQ(items[0].code, "databricks.ambiguous-notebook");
  EXPECT_NE(items[0].message.find("fits 2 notebooks: a/same.py, b.dbc#same.python"),
            std::string::npos);
}

TEST(Check, RunCycles) {
  const auto circle = check({with_run("a", "./b"), with_run("b", "./c"), with_run("c", "./a")});
  ASSERT_EQ(circle.size(), 1U);
  EXPECT_EQ(circle[0].code, "databricks.run-cycle");
  EXPECT_EQ(circle[0].message, "%run goes in a circle: a -> b -> c -> a");
  EXPECT_EQ(to_string(circle[0].where), "c.py:3:14");
  EXPECT_EQ(check({with_run("a", "./a")}).size(), 1U);
  EXPECT_TRUE(check({with_run("a", "./b", true), with_run("b", "./a", true)}).empty());  // jobs
}

}  // namespace
}  // namespace tidegate::databricks
