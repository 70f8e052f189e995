// SPDX-License-Identifier: Apache-2.0
#include "databricks/requirements.hpp"

#include <gtest/gtest.h>

#include "databricks/notebook.hpp"

namespace tidegate::databricks {
namespace {

using Names = std::vector<std::string>;

Names names_of(const Notebook& notebook) {
  Names names;
  for (const Found& one : notebook.requirements) {
    names.push_back(one.text + " " + std::to_string(one.line) + ":" + std::to_string(one.column));
  }
  return names;
}

TEST(Requirements, are_the_packages_of_pip_lines) {
  const auto notebook = parse_notebook("n.py",
                                       "# Databricks notebook source\n# MAGIC %pip install --quiet pandas==2.1.0 'numpy>=1.2' -r requirements.txt\n"
                                       "# COMMAND ----------\n# MAGIC %pip install /Volumes/a/b.whl git+https://x/y great_expectations[spark]==0.18.1  # pinned\n"
                                       "# COMMAND ----------\nprint('%pip install no')\n# %pip install neither\n");
  ASSERT_TRUE(notebook.ok());
  EXPECT_EQ(names_of(*notebook), (Names{"great_expectations[spark]==0.18.1 4:55", "numpy>=1.2 2:45", "pandas==2.1.0 2:30"}));
  const auto jupyter = parse_notebook("n.ipynb", R"({"cells":[{"cell_type":"code","source":["%pip install a==1\n","%pip install $x"]}],"metadata":{}})");
  ASSERT_TRUE(jupyter.ok());
  EXPECT_EQ(names_of(*jupyter), Names{"a==1 1:55"});
}

TEST(Requirements, without_an_exact_version_are_noted_where_they_stand) {
  const auto notebook = parse_notebook("n.py", "# Databricks notebook source\n# MAGIC %pip install pandas==2.1.0 numpy\n"
                                               "# MAGIC %pip install numpy \"polars>=1\" exact==1.0;python_version<'3.12'\n");
  ASSERT_TRUE(notebook.ok());
  Diagnostics diagnostics;
  check_notebooks({*notebook}, {}, diagnostics);
  Names found;
  for (const Diagnostic& one : diagnostics.items()) {
    EXPECT_EQ(one.severity, Severity::note);
    found.push_back(one.code + " " + std::to_string(one.where.line) + ":" + std::to_string(one.where.column) + " " + one.message);
  }
  EXPECT_EQ(found, (Names{"databricks.unpinned-library 2:36 %pip installs 'numpy', which names no exact version",
                          "databricks.unpinned-library 3:29 %pip installs 'polars>=1', which names no exact version"}));
}

TEST(Requirements, a_version_is_one_that_is_pinned) {
  const auto both = [](const char* text) {
    const Requirement found = parse_requirement(text);
    return found.name + "|" + found.version;
  };
  EXPECT_EQ(both("pandas==2.1.0"), "pandas|2.1.0");
  EXPECT_EQ(both("great_expectations[spark]==0.18.1"), "great_expectations|0.18.1");
  EXPECT_EQ(both("pandas>=2"), "pandas|");
  EXPECT_EQ(both("pandas==2.*"), "pandas|");
  EXPECT_EQ(both("pandas"), "pandas|");
  EXPECT_EQ(both("a===1.0"), "a|1.0");
  EXPECT_EQ(both("a==1.0;python_version<'3.12'"), "a|1.0");
  EXPECT_EQ(both("a>=1,==1.2"), "a|1.2");
}

}  // namespace
}  // namespace tidegate::databricks
