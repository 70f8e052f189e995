// SPDX-License-Identifier: Apache-2.0
#include "databricks/requirements.hpp"

#include <gtest/gtest.h>

#include "databricks/notebook.hpp"

namespace tidegate::databricks {
namespace {

using Names = std::vector<std::string>;

TEST(Requirements, are_the_packages_of_pip_lines) {
  const auto notebook = parse_notebook("n.py",
                                       "# Databricks notebook source\n# MAGIC %pip install --quiet pandas==2.1.0 'numpy>=1.2' -r requirements.txt\n"
                                       "# COMMAND ----------\n# MAGIC %pip install /Volumes/a/b.whl git+https://x/y great_expectations[spark]==0.18.1  # pinned\n"
                                       "# COMMAND ----------\nprint('%pip install no')\n# %pip install neither\n");
  ASSERT_TRUE(notebook.ok());
  EXPECT_EQ(notebook->requirements, (Names{"great_expectations[spark]==0.18.1", "numpy>=1.2", "pandas==2.1.0"}));
  const auto jupyter = parse_notebook("n.ipynb", R"({"cells":[{"cell_type":"code","source":["%pip install a==1\n","%pip install $x"]}],"metadata":{}})");
  ASSERT_TRUE(jupyter.ok());
  EXPECT_EQ(jupyter->requirements, Names{"a==1"});
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
}

}  // namespace
}  // namespace tidegate::databricks
