// SPDX-License-Identifier: Apache-2.0
// Large and hostile notebooks take time in proportion to their size. The limit is far above what is
// needed even under sanitizers, and far below what quadratic work on these sizes takes.
#include <gtest/gtest.h>

#include <ctime>
#include <functional>

#include "databricks/notebook.hpp"
#include "support/zip.hpp"

namespace tidegate::databricks {
namespace {

constexpr double limit_seconds = 15;

std::string repeat(std::string_view text, std::size_t bytes) {
  std::string out;
  while (out.size() < bytes) out += text;
  return out;
}

Notebook timed(const std::string& file, const std::string& text) {
  const std::clock_t start = std::clock();
  auto notebook = parse_notebook(file, text);
  EXPECT_LT(static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC, limit_seconds);
  EXPECT_TRUE(notebook);
  return notebook ? std::move(*notebook) : Notebook{};
}

Notebook python(const std::string& code) {
  return timed("a.py", "# Databricks notebook source\n" + code);
}
Notebook sql(const std::string& code) {
  return timed("a.sql", "-- Databricks notebook source\n" + code);
}

TEST(Speed, OneCellOfFiveMegabytes) {
  const Notebook notebook = python(repeat("x = dbutils.widgets.get('a')\n", 5'000'000));
  EXPECT_EQ(notebook.cells, 1U);
  EXPECT_EQ(notebook.widget_reads.size(), 172'414U);
  EXPECT_EQ(notebook.widget_reads.back().line, 172'415U);
}

TEST(Speed, HundredThousandCells) {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += "# COMMAND ----------\n# MAGIC %run ./a\n";
  const Notebook notebook = python(text);
  EXPECT_EQ(notebook.cells, 100'000U);
  EXPECT_EQ(notebook.runs.size(), 100'000U);
}

TEST(Speed, OneLineOfAMegabyte) {
  EXPECT_EQ(python(repeat("dbutils.widgets.get('a');", 1'000'000)).widget_reads.back().column,
            999'996U);
  EXPECT_EQ(python("x = '" + repeat("/mnt/a ", 1'000'000)).cells, 1U);
  EXPECT_EQ(python(repeat("dbutils.notebook.run(a,", 1'000'000)).runs.size(), 43'479U);
}

TEST(Speed, TextThatIsNeverClosed) {
  for (const char* piece :
       {"x = \"abc\n", "x = '''abc\n", "f'{", "f\"{f'{", "f'''{f\"\"\"{", "(", "{"}) {
    EXPECT_TRUE(python(repeat(piece, 1'000'000)).widget_reads.empty()) << piece;
  }
  for (const char* piece : {"${", "'${", "/*", ":", "`"}) {
    EXPECT_TRUE(sql(repeat(piece, 1'000'000)).widget_reads.empty()) << piece;
  }
  EXPECT_TRUE(python("'" + repeat("{{secrets/", 1'000'000) + "}}'").secrets.empty());
}

TEST(Speed, CommandsOfAnArchiveInReverse) {
  std::string text = R"({"language":"python","commands":[{"position":0,"command":""})";
  for (int i = 100'000; i > 0; --i) {
    text += ",{\"position\":" + std::to_string(i) + ",\"command\":\"dbutils.widgets.get('a')\"}";
  }
  const Notebook notebook = timed("a.dbc", test::make_zip({{"n.python", text + "]}"}}));
  EXPECT_EQ(notebook.widget_reads.size(), 100'000U);
}

TEST(Speed, ManySavedWidgetsInOneLine) {
  std::string text = R"({"cells":[{"cell_type":"code","source":")";
  for (int i = 0; i < 50'000; ++i)
    text += "dbutils.widgets.text('w" + std::to_string(i) + "','')\\n";
  text += R"("}],"metadata":{"application/vnd.databricks.v1+notebook":{"widgets":{"w1":{})";
  for (int i = 0; i < 50'000; ++i) text += ",\"v" + std::to_string(i) + "\":{}";
  EXPECT_EQ(timed("a.ipynb", text + "}}}}").widgets.size(), 100'000U);
}

}  // namespace
}  // namespace tidegate::databricks
