// SPDX-License-Identifier: Apache-2.0
// Recognition, formats, cells, and where things stand.
#include "databricks/notebook.hpp"

#include <gtest/gtest.h>

namespace tidegate::databricks {
namespace {

std::string place(const Found& found) {
  return found.text + "@" + std::to_string(found.line) + ":" + std::to_string(found.column);
}

Notebook parse(const std::string& file, const std::string& text) {
  auto notebook = parse_notebook(file, text);
  EXPECT_TRUE(notebook) << notebook.failure().message;
  return notebook ? std::move(*notebook) : Notebook{};
}

TEST(Notebook, IsRecognisedByItsFirstLineOrName) {
  const std::string header = "# Databricks notebook source";
  EXPECT_TRUE(is_notebook("a.py", header));
  EXPECT_TRUE(is_notebook("a.PY", header + "\nx"));
  EXPECT_TRUE(is_notebook("a.r", header + "\r\nx"));
  EXPECT_TRUE(is_notebook("a.R", "\xEF\xBB\xBF" + header + "\r\n"));
  EXPECT_TRUE(is_notebook("a.scala", "// Databricks notebook source\n"));
  EXPECT_TRUE(is_notebook("a.sql", "-- Databricks notebook source\n"));
  EXPECT_TRUE(is_notebook("a.ipynb", ""));
  EXPECT_TRUE(is_notebook("a.dbc", "PK"));
  for (const std::string& other :
       {std::string(), "\n" + header, " " + header, header + " ", header + "s",
        std::string("#Databricks notebook source"), std::string("# databricks notebook source"),
        std::string("// Databricks notebook source")}) {
    EXPECT_FALSE(is_notebook("a.py", other)) << other;
  }
  EXPECT_FALSE(is_notebook("a.txt", header));
  EXPECT_FALSE(is_notebook("a.sql", header));
}

TEST(Notebook, WithoutHeaderIsRefused) {
  const auto notebook = parse_notebook("n/a.py", "print(1)\n");
  ASSERT_FALSE(notebook);
  EXPECT_EQ(notebook.failure().code, "databricks.invalid-notebook");
  EXPECT_EQ(to_string(notebook.failure().where), "n/a.py:1:1");
  EXPECT_FALSE(parse_notebook("n/a.txt", "# Databricks notebook source\n"));
}

const std::string source =
    "# Databricks notebook source\n"
    "# DBTITLE 1,Widgets\n"
    "dbutils.widgets.text(\"day\", \"1\")\n"
    "\n"
    "# COMMAND ----------\n"
    "\n"
    "# MAGIC %run ./lib/tools $a=\"1\"\n"
    "\n"
    "# COMMAND ----------\n"
    "\n"
    "# MAGIC %sql SELECT * FROM t\n"
    "# MAGIC WHERE d = :day\n"
    "dbutils.widgets.get(\"not here: code in a magic cell\")\n"
    "# COMMAND ----------\n"
    "# MAGIC %md dbutils.widgets.get(\"text\")\n"
    "# COMMAND ----------\n"
    "é = 'ü'; dbutils.widgets.get(\"day\")\n"
    "# MAGIC print(dbutils.widgets.get(\"comment\"))\n";

TEST(Notebook, SourceCells) {
  const Notebook notebook = parse("etl/load.py", source);
  EXPECT_EQ(notebook.path, "etl/load");
  EXPECT_EQ(notebook.format, "source");
  EXPECT_EQ(notebook.cells, 5U);
  ASSERT_EQ(notebook.runs.size(), 1U);
  EXPECT_EQ(place(notebook.runs[0].path), "./lib/tools@7:14");
  EXPECT_FALSE(notebook.runs[0].child);
  ASSERT_EQ(notebook.widgets.size(), 1U);
  EXPECT_EQ(place(notebook.widgets[0].name), "day@3:22");
  ASSERT_EQ(notebook.widget_reads.size(), 2U);
  EXPECT_EQ(place(notebook.widget_reads[0]), "day@12:19");
  EXPECT_EQ(place(notebook.widget_reads[1]), "day@17:30");  // columns count characters
}

TEST(Notebook, LineEndsAndByteOrderMarkChangeNothing) {
  std::string windows = "\xEF\xBB\xBF";
  for (const char c : source) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const Notebook a = parse("load.py", source);
  const Notebook b = parse("load.py", windows);
  EXPECT_EQ(a.cells, b.cells);
  ASSERT_EQ(a.widget_reads.size(), b.widget_reads.size());
  for (std::size_t i = 0; i < a.widget_reads.size(); ++i) {
    EXPECT_EQ(place(a.widget_reads[i]), place(b.widget_reads[i]));
  }
  EXPECT_EQ(place(a.runs.at(0).path), place(b.runs.at(0).path));
}

TEST(Notebook, ContinuedLinesWithWindowsEnds) {
  const Notebook notebook = parse("a.ipynb", R"x({"cells":[{"cell_type":"code","source":
"x = dbutils.widgets \\\r\n  .get('a')\r\ny = 'b\\\r\n/mnt/c'\r\ndbutils.widgets.get('d')"}]})x");
  ASSERT_EQ(notebook.widget_reads.size(), 2U);
  EXPECT_EQ(notebook.widget_reads[0].text, "a");
  EXPECT_EQ(notebook.widget_reads[1].text, "d");
}

TEST(Notebook, JupyterSourceIsAStringOrAList) {
  const std::string as_list = R"x({
 "cells": [
  {"cell_type": "markdown", "source": ["dbutils.widgets.get('no')"]},
  {"cell_type": "code", "source": ["%run \"./x\"\n"]},
  {"cell_type": "code", "source": ["a = 'é\u00e9'\n", "dbutils.widgets.get(\"a\")"]}],
 "metadata": {"language_info": {"name": "python"}}})x";
  const Notebook list = parse("a.ipynb", as_list);
  EXPECT_EQ(list.format, "jupyter");
  EXPECT_EQ(list.cells, 3U);
  ASSERT_EQ(list.runs.size(), 1U);
  EXPECT_EQ(place(list.runs[0].path), "./x@4:42");
  ASSERT_EQ(list.widget_reads.size(), 1U);
  EXPECT_EQ(place(list.widget_reads[0]), "a@5:76");
  const Notebook text = parse("a.ipynb", R"x({"cells":[{"cell_type":"code",
"source":"# note\n%sql\nSELECT :b, '${c}', ${spark.d}"}]})x");
  ASSERT_EQ(text.widget_reads.size(), 2U);
  EXPECT_EQ(place(text.widget_reads[0]), "b@2:32");
  EXPECT_EQ(place(text.widget_reads[1]), "c@2:37");
  EXPECT_TRUE(
      parse("a.ipynb", R"x({"cells":[{"cell_type":"code"},{"cell_type":"code","source":[1]}]})x")
          .runs.empty());
}

TEST(Notebook, JupyterLanguageAndSavedWidgets) {
  const Notebook notebook = parse("a.ipynb", R"x({"cells":[],"metadata":{
    "kernelspec":{"language":"python"},
    "application/vnd.databricks.v1+notebook":{"language":"scala","widgets":{
      "day":{"widgetInfo":{"defaultValue":"1"}}, "bare":{}}}}})x");
  EXPECT_EQ(notebook.language, Language::scala);
  ASSERT_EQ(notebook.widgets.size(), 2U);
  EXPECT_EQ(place(notebook.widgets[0].name), "day@4:7");
  EXPECT_TRUE(notebook.widgets[0].has_default);
  EXPECT_FALSE(notebook.widgets[1].has_default);
}

TEST(Notebook, BrokenJupyterIsLocated) {
  const auto broken = parse_notebook("a.ipynb", "{\"cells\":\n<<<<<<< HEAD\n[]}");
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.failure().code, "databricks.invalid-notebook");
  EXPECT_EQ(broken.failure().where.line, 2U);
  const auto other = parse_notebook("a.ipynb", "{\"worksheets\":[]}");
  ASSERT_FALSE(other);
  EXPECT_EQ(to_string(other.failure().where), "a.ipynb:1:1");
}

}  // namespace
}  // namespace tidegate::databricks
