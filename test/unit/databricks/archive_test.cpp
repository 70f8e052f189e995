// SPDX-License-Identifier: Apache-2.0
#include "databricks/archive.hpp"

#include <gtest/gtest.h>

#include <set>

#include "databricks/notebook.hpp"
#include "support/zip.hpp"

namespace tidegate::databricks {
namespace {

using ::tidegate::test::make_zip;

const std::string first = R"x({"version":"NotebookV1","language":"scala","commands":[
  {"position":2.5,"command":"dbutils.notebook.run(\"y\", 0)"},
  {"position":1,"command":"%run ./b"}],
  "inputWidgets":{"day":{"widgetInfo":{"defaultValue":"1"}}}})x";

TEST(Dbc, EntriesAreSortedFiles) {
  const auto entries = read_archive("a.dbc", make_zip({{"b", "2"}, {"a/c", "1"}, {"a/b", ""}}));
  ASSERT_TRUE(entries) << entries.failure().message;
  ASSERT_EQ(entries->size(), 3U);
  EXPECT_EQ(entries->at(0).path, "a/b");
  EXPECT_EQ(entries->at(1).bytes, "1");
  EXPECT_EQ(entries->at(2).path, "b");
}

TEST(Dbc, AnEmptyZipHasNoEntriesAndNoNotebook) {
  std::string end("PK\5\6", 4);
  end.append(18, '\0');
  const auto entries = read_archive("a.dbc", end);
  ASSERT_TRUE(entries);
  EXPECT_TRUE(entries->empty());
  const auto notebook = parse_notebook("n/a.dbc", end);
  ASSERT_FALSE(notebook);
  EXPECT_EQ(notebook.failure().code, "databricks.invalid-notebook");
  EXPECT_EQ(notebook.failure().where, Location{.file = "n/a.dbc"});
}

TEST(Dbc, RefusesDamageAndPathsThatLeave) {
  for (const std::string& bytes :
       {std::string(), std::string("text"), std::string(3000, 'x'), make_zip({{"../a", "x"}}),
        make_zip({{"a/../../b", "x"}}), make_zip({{"..\\a", "x"}})}) {
    const auto entries = read_archive("a.dbc", bytes);
    ASSERT_FALSE(entries);
    EXPECT_EQ(entries.failure().code, "databricks.invalid-notebook");
    EXPECT_EQ(entries.failure().where.file, "a.dbc");
  }
  const std::string whole = make_zip({{"a.python", first}});
  EXPECT_FALSE(read_archive("a.dbc", whole.substr(0, whole.size() / 2)));
}

TEST(Dbc, RefusesTooManyEntries) {
  std::vector<std::pair<std::string, std::string>> files;
  for (int i = 0; i < 10'001; ++i) files.emplace_back(std::to_string(i), "");
  const auto entries = read_archive("a.dbc", make_zip(files));
  ASSERT_FALSE(entries);
  EXPECT_EQ(entries.failure().message, "the archive has more than 10,000 entries");
}

TEST(Dbc, OneNotebookTakesTheNameOfTheFile) {
  const auto notebook =
      parse_notebook("dbc/load.dbc", make_zip({{"x.scala", first}, {"manifest.mf", "v"}}));
  ASSERT_TRUE(notebook) << notebook.failure().message;
  EXPECT_EQ(notebook->path, "dbc/load");
  EXPECT_EQ(notebook->format, "dbc");
  EXPECT_EQ(notebook->entry, "x.scala");
  EXPECT_EQ(notebook->language, Language::scala);
  EXPECT_EQ(notebook->cells, 2U);
  ASSERT_EQ(notebook->runs.size(), 2U);
  EXPECT_EQ(notebook->runs[0].path.text, "y");  // by place in the text
  EXPECT_TRUE(notebook->runs[0].child);
  EXPECT_EQ(notebook->runs[0].path.line, 2U);
  EXPECT_EQ(notebook->runs[0].path.column, 51U);
  EXPECT_EQ(notebook->runs[1].path.text, "./b");
  ASSERT_EQ(notebook->widgets.size(), 1U);
  EXPECT_EQ(notebook->widgets[0].name.text, "day");
  EXPECT_TRUE(notebook->widgets[0].has_default);
}

TEST(Dbc, SeveralNotebooksKeepTheirPaths) {
  const std::string bytes = make_zip({{"f/x.scala", first},
                                      {"f/y.python", R"x({"commands":[]})x"},
                                      {"board.dashboard", R"x({"widgets":[]})x"}});
  EXPECT_FALSE(parse_notebook("a.dbc", bytes));
  const auto all = parse_notebooks("n/a.dbc", bytes);
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_EQ(all->at(0).path, "n/a/f/x");
  EXPECT_EQ(all->at(1).path, "n/a/f/y");
  EXPECT_EQ(all->at(1).language, Language::python);
}

TEST(Dbc, ANotebookIsWrittenAsTheSourceFileThatDatabricksExports) {
  const std::string text = R"x({"language":"python","commands":[
    {"position":2,"command":"%md\n# Title\n\nwords","commandTitle":"Read me","showCommandTitle":true},
    {"position":1,"command":"x = 1\r\ny = 2"},
    {"position":3,"command":" %run ./b","commandTitle":"hidden","showCommandTitle":false},
    {"position":4,"command":""}]})x";
  const auto all = parse_notebooks("n/a.dbc", make_zip({{"f/x.python", text}, {"f/y.sql", R"x({"language":"sql","commands":[{"command":"select 1"},{"command":"%python\n1"}]})x"}}));
  ASSERT_TRUE(all);
  ASSERT_EQ(all->size(), 2U);
  EXPECT_TRUE(all->at(0).as_source);
  EXPECT_EQ(all->at(0).source,
            "# Databricks notebook source\nx = 1\ny = 2\n\n# COMMAND ----------\n\n# DBTITLE 1,Read me\n# MAGIC %md\n"
            "# MAGIC # Title\n# MAGIC \n# MAGIC words\n\n# COMMAND ----------\n\n# MAGIC  %run ./b\n\n"
            "# COMMAND ----------\n\n\n");
  EXPECT_EQ(all->at(1).source,
            "-- Databricks notebook source\nselect 1\n\n-- COMMAND ----------\n\n-- MAGIC %python\n-- MAGIC 1\n");
}

// What is found in the source is what was found in the archive.
TEST(Dbc, TheSourceHoldsWhatTheArchiveHolds) {
  const auto all = parse_notebooks("n/a.dbc", make_zip({{"f/x.scala", first}, {"f/z.sql", R"x({"language":"sql","commands":[
    {"command":"CREATE WIDGET TEXT region DEFAULT 'eu'"},{"command":"select :region"},{"command":"%python\ndbutils.widgets.get('p')"},
    {"command":"%pip install a==1"},{"command":"%scala\nval k = dbutils.secrets.get(\"s\", \"k\")"}]})x"}}));
  ASSERT_TRUE(all);
  for (const Notebook& one : *all) {
    const auto again = parse_notebook(one.path + (one.language == Language::sql ? ".sql" : ".scala"), one.source);
    ASSERT_TRUE(again) << again.failure().message;
    const auto texts = [](const std::vector<Found>& found) {
      std::multiset<std::string> out;
      for (const Found& each : found) out.insert(each.text);
      return out;
    };
    const auto runs = [](const Notebook& notebook) {
      std::multiset<std::string> out;
      for (const NotebookRun& run : notebook.runs) out.insert(run.path.text + (run.child ? " child" : ""));
      return out;
    };
    EXPECT_EQ(runs(*again), runs(one)) << one.source;
    EXPECT_EQ(texts(again->widget_reads), texts(one.widget_reads)) << one.source;
    EXPECT_EQ(texts(again->requirements), texts(one.requirements)) << one.source;
    EXPECT_EQ(again->secrets.size(), one.secrets.size()) << one.source;
    EXPECT_EQ(again->path, one.path);
  }
}

TEST(Dbc, ABrokenNotebookIsNamed) {
  const auto all = parse_notebooks("a.dbc", make_zip({{"f/x.scala", "{\"commands\":\n[}"}}));
  ASSERT_FALSE(all);
  EXPECT_EQ(all.failure().code, "databricks.invalid-notebook");
  EXPECT_EQ(all.failure().where.file, "a.dbc#f/x.scala");
  EXPECT_EQ(all.failure().where.line, 2U);
}

}  // namespace
}  // namespace tidegate::databricks
