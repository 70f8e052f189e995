// SPDX-License-Identifier: Apache-2.0
// What one cell runs, reads and declares, in each language.
#include <gtest/gtest.h>

#include "databricks/notebook.hpp"

namespace tidegate::databricks {
namespace {

using Texts = std::vector<std::string>;

Notebook python(const std::string& code) {
  auto notebook = parse_notebook("a.py", "# Databricks notebook source\n" + code);
  EXPECT_TRUE(notebook);
  return notebook ? std::move(*notebook) : Notebook{};
}
Notebook sql(const std::string& code) {
  auto notebook = parse_notebook("a.sql", "-- Databricks notebook source\n" + code);
  EXPECT_TRUE(notebook);
  return notebook ? std::move(*notebook) : Notebook{};
}
Notebook scala(const std::string& code) {
  auto notebook = parse_notebook("a.scala", "// Databricks notebook source\n" + code);
  EXPECT_TRUE(notebook);
  return notebook ? std::move(*notebook) : Notebook{};
}
Notebook in_r(const std::string& code) {
  auto notebook = parse_notebook("a.r", "# Databricks notebook source\n" + code);
  EXPECT_TRUE(notebook);
  return notebook ? std::move(*notebook) : Notebook{};
}

Texts texts(const std::vector<Found>& all) {
  Texts out;
  for (const Found& found : all) out.push_back(found.text);
  return out;
}
Texts reads(const Notebook& notebook) { return texts(notebook.widget_reads); }
Texts runs(const Notebook& notebook) {  // "~" in front: only known at run time
  Texts out;
  for (const NotebookRun& run : notebook.runs)
    out.push_back((run.dynamic ? "~" : "") + run.path.text);
  return out;
}
Texts widgets(const Notebook& notebook) {  // "=" behind: has a default
  Texts out;
  for (const Widget& widget : notebook.widgets) {
    out.push_back(widget.name.text + (widget.has_default ? "=" : ""));
  }
  return out;
}

TEST(Extract, RunForms) {
  const auto run = [](const std::string& line) { return runs(python("# MAGIC " + line + "\n")); };
  EXPECT_EQ(run("%run ./a/b"), Texts{"./a/b"});
  EXPECT_EQ(run("%run /Repos/u/r/a b"), Texts{"/Repos/u/r/a b"});
  EXPECT_EQ(run("%run \"../a b\""), Texts{"../a b"});
  EXPECT_EQ(run("%run './a' $x=\"v\" $y='w'"), Texts{"./a"});
  EXPECT_EQ(run("%run ./a $x=\"v\""), Texts{"./a"});
  EXPECT_EQ(run("%run ./price$ $x = 1"), Texts{"./price$ $x = 1"});
  EXPECT_EQ(run("%RUN ./a"), Texts{"./a"});
  EXPECT_EQ(run("%run"), Texts{""});
  EXPECT_EQ(run("%runner ./a"), Texts{});
  EXPECT_EQ(runs(python("# MAGIC # first\n# MAGIC\n# MAGIC %run ./a")), Texts{"./a"});
  EXPECT_EQ(runs(python("x = '%run ./a'\n# %run ./b\n")), Texts{});
}

TEST(Extract, ChildRunForms) {
  EXPECT_EQ(runs(python("dbutils.notebook.run('a', 60)")), Texts{"a"});
  EXPECT_EQ(runs(python("x = dbutils . notebook . run(\n  'a'\n  'b', 60)")), Texts{"ab"});
  EXPECT_EQ(runs(python("dbutils.notebook.run(timeout_seconds=1, path=\"../a\")")), Texts{"../a"});
  EXPECT_EQ(runs(python("dbutils.notebook.run(f'a', 1)")), Texts{"a"});
  EXPECT_EQ(runs(python("dbutils.notebook.run(f'a/{b}', 1)")), Texts{"~f'a/{b}'"});
  EXPECT_EQ(runs(python("dbutils.notebook.run(name, 1)")), Texts{"~name"});
  EXPECT_EQ(runs(python("dbutils.notebook.run('a' + b, 1)")), Texts{"~'a' + b"});
  EXPECT_EQ(runs(python("dbutils.notebook.run()")), Texts{"~"});
  EXPECT_EQ(runs(scala("dbutils.notebook.run(\"a\", 0, Map(\"x\" -> \"y\"))")), Texts{"a"});
  EXPECT_EQ(runs(scala("dbutils.notebook.run(s\"a/$b\", 0)")), Texts{"~s\"a/$b\""});
  EXPECT_EQ(runs(in_r("dbutils.notebook.run('a', 60)")), Texts{"a"});
  EXPECT_EQ(runs(python("dbutils.notebook.exit('a')\ndbutils.notebook.run")), Texts{});
  EXPECT_TRUE(python("dbutils.notebook.run('a', 60)").runs[0].child);
}

TEST(Extract, NothingInCommentsAndBlocks) {
  const Notebook notebook = python(
      "# dbutils.widgets.get('a') dbfs:/x\n"
      "'''\ndbutils.widgets.get('b') '/mnt/b'\n'''\n"
      "\"\"\" \" dbutils.widgets.get('c') \"\"\"\n"
      "%pip install dbutils.widgets.get('d')\n"
      "!ls dbutils.widgets.get('e')\n"
      "x = 1 %dbutils.widgets.get('f')\n");
  EXPECT_EQ(reads(notebook), Texts{"f"});
  EXPECT_TRUE(notebook.data_paths.empty());
  EXPECT_EQ(reads(scala("/* /* */ dbutils.widgets.get(\"a\") */ // dbutils.widgets.get(\"b\")\n"
                        "val q = '\"'; dbutils.widgets.get(\"c\")")),
            Texts{"c"});
}

TEST(Extract, WidgetForms) {
  EXPECT_EQ(
      widgets(python("dbutils.widgets.text('a', '')\n"
                     "dbutils.widgets.dropdown(name=\"b\", defaultValue=\"1\", choices=[\"1\"])\n"
                     "dbutils.widgets.combobox('c', 'x', ['x'])\n"
                     "dbutils.widgets.multiselect('d', 'x', ['x'], 'label')\n"
                     "dbutils.widgets.text(e, 'x')\n"
                     "dbutils.widgets.remove('f')\n"
                     "dbutils.widgets.text('g')")),
      (Texts{"a=", "b=", "c=", "d=", "g"}));
  EXPECT_EQ(widgets(sql("CREATE WIDGET TEXT day DEFAULT '1';\n"
                        "create widget dropdown `a b` DEFAULT \"x\" CHOICES SELECT 1;\n"
                        "CREATE WIDGET COMBOBOX c\n; CREATE TABLE text;")),
            (Texts{"day=", "a b=", "c"}));
}

TEST(Extract, WidgetReads) {
  EXPECT_EQ(
      reads(python("dbutils.widgets.get('a'); dbutils.widgets.get(name=\"b\"); getArgument('c')")),
      (Texts{"a", "b", "c"}));
  EXPECT_TRUE(python("dbutils.widgets.get(x)").reads_all_widgets);
  EXPECT_TRUE(python("dbutils.widgets.getAll()").reads_all_widgets);
  EXPECT_TRUE(scala("dbutils.notebook.entry_point.getCurrentBindings()").reads_all_widgets);
  EXPECT_FALSE(python("dbutils.widgets.get('a')").reads_all_widgets);
  const Notebook with_default =
      python("dbutils.widgets.getArgument('a', 'x'); getArgument('b', 'y')");
  EXPECT_EQ(reads(with_default), (Texts{"a", "b"}));
  EXPECT_EQ(widgets(with_default), (Texts{"a=", "b="}));
  EXPECT_EQ(reads(python("x = f\"a {dbutils.widgets.get('a')} {{dbutils.widgets.get('b')}}\"")),
            Texts{"a"});
  EXPECT_EQ(reads(scala("val x = s\"${dbutils.widgets.get(\"a\")} $b\"")),
            Texts{});  // no nested quotes
  EXPECT_EQ(reads(scala("val x = s\"\"\"${dbutils.widgets.get(\"a\")} $b\"\"\"")), Texts{"a"});
}

TEST(Extract, SqlParameters) {
  EXPECT_EQ(reads(sql("SELECT :a, x=:b, (:c), j:field, y::INT, '12:30', ':d', t.j :e, 1:f -- :g\n"
                      "/* :h */ FROM IDENTIFIER(:i)")),
            (Texts{"a", "b", "c", "e", "i"}));
  EXPECT_EQ(reads(sql("SELECT '${a}', ${b}, ${ c }, ${spark.d}, ${hivevar:e}, ${}, ${f")),
            (Texts{"a", "b", "c"}));
}

TEST(Extract, Secrets) {
  const Notebook notebook = python(
      "dbutils.secrets.get('s', 'k'); dbutils.secrets.get(key='k2', scope=\"s2\")\n"
      "dbutils.secrets.getBytes(scope=x, key='k3'); spark.conf.set('c', '{{secrets/s4/k4}}')\n"
      "'{{secrets/broken}}'; '{{secrets/a/b'");
  Texts found;
  for (const SecretUse& use : notebook.secrets) found.push_back(use.scope.text + "/" + use.key);
  EXPECT_EQ(found, (Texts{"s/k", "s2/k2", "/k3", "s4/k4"}));
  const Notebook in_sql = sql("SELECT secret('s', 'k'), try_secret('s', x)");
  ASSERT_EQ(in_sql.secrets.size(), 2U);
  EXPECT_EQ(in_sql.secrets[0].key, "k");
  EXPECT_EQ(in_sql.secrets[1].key, "");
}

TEST(Extract, DataPaths) {
  EXPECT_EQ(texts(python("a='dbfs:/x'; b='/mnt/y'; c=f\"abfss://c@{h}/z\"; d='/mnt/'; e='mnt/x'; "
                         "f=r's3a://b\\k'")
                      .data_paths),
            (Texts{"dbfs:/x", "/mnt/y", "abfss://c@{h}/z", "s3a://b\\k"}));
  EXPECT_EQ(texts(python("# MAGIC %fs ls \"dbfs:/x\"\n").data_paths), Texts{"dbfs:/x"});
  EXPECT_EQ(
      texts(in_r("x <- r\"(/mnt/a\"b)\"; y <- r'--[/mnt/c]--'; `d` <- '/mnt/e\nf'").data_paths),
      (Texts{"/mnt/a\"b", "/mnt/c", "/mnt/e\nf"}));
}

TEST(Extract, UnfinishedTextEndsWithItsLine) {
  EXPECT_EQ(reads(python("x = 'open\ndbutils.widgets.get('a')\ny = \"\ndbutils.widgets.get('b')")),
            (Texts{"a", "b"}));
  EXPECT_EQ(
      reads(python(
          "x = '''open\ndbutils.widgets.get('a')\n# COMMAND ----------\ndbutils.widgets.get('b')")),
      Texts{"b"});
}

TEST(Widgets, AnyMayBeReadWhenDbutilsIsHandedOn) {
  EXPECT_TRUE(python("helper(dbutils)\n").reads_all_widgets);
  EXPECT_TRUE(python("helper(spark, dbutils, 1)\n").reads_all_widgets);
  EXPECT_TRUE(python("w = dbutils.widgets\n").reads_all_widgets);
  EXPECT_FALSE(python("dbutils.widgets.text('a', '')\ndbutils.fs.ls('/')\n").reads_all_widgets);
  ASSERT_EQ(sql("SELECT $day, 1 AS x\n").widget_reads.size(), 1U);
  EXPECT_EQ(sql("SELECT $day\n").widget_reads[0].text, "day");
}

}  // namespace
}  // namespace tidegate::databricks
