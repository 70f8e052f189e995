// SPDX-License-Identifier: Apache-2.0
#include "databricks/imports.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"

namespace tidegate::databricks {
namespace {

// "..a.b: c, d @2:6" for each.
std::string shown(std::string_view text) {
  std::string out;
  for (const PythonImport& one : read_module("m.py", text).imports) {
    out += one.computed ? "?" : std::string(one.dots, '.') + one.module.text;
    if (!one.names.empty()) out += ": " + join(one.names, ",");
    out += " @" + std::to_string(one.module.line) + ":" + std::to_string(one.module.column) + "\n";
  }
  return out;
}

TEST(Imports, statements) {
  EXPECT_EQ(shown("import a.b as x, c\nfrom a.b import c, d as e\n"),
            "a.b @1:8\nc @1:18\na.b: c,d @2:6\n");
  EXPECT_EQ(shown("from . import x\nfrom .. import (y,  # why\n  z,\n)\nfrom ...p.q import *\n"),
            ".: x @1:6\n..: y,z @2:6\n...p.q: * @5:6\n");
  EXPECT_EQ(shown("try: import a\nexcept ImportError: a = None\nif x:\n    from b import c; import "
                  "d\n\tdef f():\n\t\timport e\n"),
            "a @1:13\nb: c @4:10\nd @4:29\ne @6:10\n");
  EXPECT_EQ(shown("import a.\\\n  b\nimport \\\n  c\n"), "a.b @1:8\nc @4:3\n");
  EXPECT_EQ(shown("import a\r\nimport b\r\n"), "a @1:8\nb @2:8\n");
}

TEST(Imports, not_in_comments_texts_and_other_words) {
  EXPECT_EQ(shown("# import a\nx = 'import b'\n\"\"\"\nimport c\nfrom d import e\n\"\"\"\nimporter "
                  "= 1\nx.import_ = 2\nraise X from e\nyield from import_x\n"),
            "");
  EXPECT_EQ(shown("important = 1\ndef import_module(name): pass\n"), "");
}

TEST(Imports, calls) {
  EXPECT_EQ(shown("m = importlib.import_module('a.b')\nimport_module(\".c\", "
                  "package=__package__)\n__import__('d')\n"),
            "a.b @1:29\n.c @2:15\nd @3:12\n");
  EXPECT_EQ(shown("import_module(name)\nimport_module(f'a.{x}')\nimport_module('a.' + x)\n"),
            "? @1:15\n? @2:15\n? @3:15\n");
}

std::string resolved(const std::vector<std::string>& paths, std::string_view statement,
                     std::string_view from) {
  const PythonFiles files(paths);
  std::string out;
  for (const PythonImport& one : read_module("m.py", statement).imports)
    for (const std::string& path : files.resolve(one, from)) out += (out.empty() ? "" : " ") + path;
  return out;
}

TEST(Imports, files_of_modules) {
  const std::vector<std::string> paths{"lib/shop/__init__.py", "lib/shop/io/__init__.py",
                                       "lib/shop/io/read.py",  "lib/shop/tools.py",
                                       "notebooks/helper.py",  "top.py",
                                       "space/x/y.py"};
  EXPECT_EQ(resolved(paths, "import shop.io.read", "notebooks/load.py"),
            "lib/shop/__init__.py lib/shop/io/__init__.py lib/shop/io/read.py");
  EXPECT_EQ(resolved(paths, "from shop import tools, NAME", "notebooks/load.py"),
            "lib/shop/__init__.py lib/shop/tools.py");
  EXPECT_EQ(resolved(paths, "from shop.io import read", "x.py"),
            "lib/shop/__init__.py lib/shop/io/__init__.py lib/shop/io/read.py");
  EXPECT_EQ(resolved(paths, "import helper, top", "notebooks/deep/load.py"),
            "notebooks/helper.py top.py");
  EXPECT_EQ(resolved(paths, "from lib.shop import tools", "notebooks/load.py"),
            "lib/shop/__init__.py lib/shop/tools.py");
  EXPECT_EQ(resolved(paths, "from space.x import y", "a.py"),
            "space/x/y.py");  // no __init__.py: a namespace
  EXPECT_EQ(resolved(paths, "from shop import *", "a.py"),
            "lib/shop/__init__.py lib/shop/io/__init__.py lib/shop/io/read.py lib/shop/tools.py");
  EXPECT_EQ(resolved(paths, "import pandas.io, shop.none", "a.py"), "");
}

TEST(Imports, relative_ones) {
  const std::vector<std::string> paths{"p/__init__.py", "p/a.py", "p/q/__init__.py", "p/q/b.py",
                                       "p/q/c.py"};
  EXPECT_EQ(resolved(paths, "from . import c", "p/q/b.py"), "p/q/__init__.py p/q/c.py");
  EXPECT_EQ(resolved(paths, "from .c import x", "p/q/b.py"), "p/q/c.py");
  EXPECT_EQ(resolved(paths, "from ..a import x", "p/q/b.py"), "p/a.py");
  EXPECT_EQ(resolved(paths, "from .. import q", "p/q/b.py"), "p/__init__.py p/q/__init__.py");
  EXPECT_EQ(resolved(paths, "from ....x import y", "p/q/b.py"), "");
}

TEST(Imports, of_notebooks_with_their_places) {
  const auto source =
      parse_notebook("n/load.py",
                     "# Databricks notebook source\nimport a\n\n# COMMAND ----------\n\n# MAGIC "
                     "%sql\n# MAGIC import x\n\n# COMMAND ----------\n\nfrom b import c\n");
  ASSERT_TRUE(source.ok());
  ASSERT_EQ(source->imports.size(), 2U);
  EXPECT_EQ(source->imports[0].module.line, 2U);
  EXPECT_EQ(source->imports[1].module.text, "b");
  EXPECT_EQ(source->imports[1].module.line, 11U);
  const auto jupyter =
      parse_notebook("n/load.ipynb",
                     "{\"cells\": [{\"cell_type\": \"code\", \"source\": [\"import a\\n\",\n "
                     "\"import b\"]}], \"metadata\": {}, \"nbformat\": 4, \"nbformat_minor\": 2}");
  ASSERT_TRUE(jupyter.ok());
  ASSERT_EQ(jupyter->imports.size(), 2U);
  EXPECT_EQ(jupyter->imports[1].module.line, 2U);
}

// As every cell of a notebook has them: the first place of each. What is computed may be another module each time.
TEST(Imports, of_several_cells_are_kept_once) {
  const auto notebook = parse_notebook("n/load.py",
                                       "# Databricks notebook source\nimport a\nfrom b import c\n\n# COMMAND ----------\n\n"
                                       "import a\nfrom b import c\nfrom b import c, d\nfrom .b import c\nfrom ..b import c\n"
                                       "importlib.import_module(name)\nimportlib.import_module(name)\nimport a\n");
  ASSERT_TRUE(notebook.ok());
  std::vector<std::uint32_t> lines;
  for (const PythonImport& one : notebook->imports) lines.push_back(one.module.line);
  EXPECT_EQ(lines, (std::vector<std::uint32_t>{2, 3, 9, 10, 11, 12, 13}));
}

}  // namespace
}  // namespace tidegate::databricks
