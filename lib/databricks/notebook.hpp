// SPDX-License-Identifier: Apache-2.0
// Databricks notebooks: what they run, read and declare. Formats: source files with the header line
// "Databricks notebook source" (.py .scala .sql .r), Jupyter .ipynb, and .dbc archives.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tidegate::databricks {

enum class Language : std::uint8_t { python, scala, sql, r };
std::string_view to_string(Language language);
std::string_view terraform_language(Language language);  // PYTHON SCALA SQL R

struct Found {          // something extracted, and where: line and column count from 1
  std::string text{};
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct NotebookRun {    // %run PATH, or dbutils.notebook.run(PATH)
  Found path{};
  bool child = false;    // dbutils.notebook.run
  bool dynamic = false;  // path is no literal
};

struct Widget {
  Found name{};
  bool has_default = false;  // also an empty text: the widget exists, reading it cannot fail
};

struct SecretUse {       // names only, never a value
  Found scope{};         // text empty: no literal; the place is right
  std::string key{};     // empty: no literal
};

struct PythonImport {
  Found module{};                    // "a.b"; empty for `from . import x`, and where it is computed
  std::size_t dots = 0;              // in front of it: relative
  std::vector<std::string> names{};  // of `from … import`, which may be modules, too; "*" for all
  bool computed = false;             // import_module(expression)
};

struct WorkspacePath {  // a literal that begins with /Workspace/ or /Repos/, of no run
  Found path{};
  bool searched = false;  // sys.path gets it: modules are loaded from there
};

struct Notebook {
  std::string file{};       // path in the repository
  std::string path{};       // workspace path: file without extension
  Language language = Language::python;
  std::string format{};     // "source", "jupyter", "dbc"
  std::size_t cells = 0;
  std::vector<NotebookRun> runs{};
  std::vector<Widget> widgets{};
  std::vector<Found> widget_reads{};
  std::vector<SecretUse> secrets{};
  bool reads_all_widgets = false;   // getAll(), a name that is no literal, or dbutils is handed on
  std::vector<Found> data_paths{};  // literals: dbfs:/ /dbfs/ /mnt/ abfss:// wasbs:// s3:// gs:// …
  std::vector<WorkspacePath> workspace_paths{};
  std::vector<Found> requirements{};  // of %pip install: "pandas==2.1.0"; sorted by text
  std::vector<PythonImport> imports{};  // of Python cells, each once
  std::string entry{};              // dbc: path in the archive; line and column count in this entry
  std::string source{};             // dbc: the same notebook as a source file
  bool as_source = false;           // deployed as `source`: of a dbc that holds several
  bool in_submodule = false;        // where a path fits it and one that is not alike, the other is meant
};

// True if the first bytes or the name say "notebook" (adf.md, section 7).
bool is_notebook(std::string_view path, std::string_view first_bytes);

// One notebook. A .dbc must hold exactly one. Codes: databricks.invalid-notebook.
Result<Notebook> parse_notebook(std::string file, std::string_view bytes);

// The same, but a .dbc may hold many: paths are then <file without extension>/<path in the archive>,
// while that of a single one is <file without extension>.
Result<std::vector<Notebook>> parse_notebooks(std::string file, std::string_view bytes);

// A Python file that is no notebook: what it imports, reads and names, with format "module".
Notebook read_module(std::string file, std::string_view text);

// Which notebook a workspace path of an activity, or a %run path, means.
struct PathMatch {
  std::vector<std::size_t> candidates{};  // indices into the notebooks; one is the answer
};
// `path` absolute as in an activity; `roots` are globs of workspace folders cut from it first. Then
// the longest suffix that fits one notebook.
PathMatch match_activity_path(const std::vector<Notebook>& notebooks, std::string_view path,
                              const std::vector<std::string>& roots);
// The same for a path of which only the end is known (constant suffix of an expression).
PathMatch match_suffix(const std::vector<Notebook>& notebooks, std::string_view suffix);
// %run and dbutils.notebook.run: relative to the folder of `from`, or absolute as above.
PathMatch match_run_path(const std::vector<Notebook>& notebooks, const Notebook& from,
                         std::string_view path, const std::vector<std::string>& roots);

// What of a workspace a data path needs: "/mnt/raw" of /mnt/raw/x, dbfs:/mnt/raw/x and /dbfs/mnt/raw/x, "dbfs:/" of
// other paths in DBFS; empty for all else, and where the name is no literal.
std::string mount_of(std::string_view path);

// Checks runs: databricks.unresolved-run, databricks.run-cycle, databricks.unresolved-notebook-run,
// databricks.ambiguous-notebook. Notes databricks.unpinned-library: packages that %pip installs in
// any version; databricks.dbfs-path: literals below a mount or in the DBFS root;
// databricks.workspace-path: literals in the workspace, a warning where Python is told to look for
// modules there.
void check_notebooks(const std::vector<Notebook>& notebooks, const std::vector<std::string>& roots,
                     Diagnostics& diagnostics);

// The last two of them: where a module runs notebooks, the folder is that of whoever calls it.
void check_module(const Notebook& module, Diagnostics& diagnostics);

}  // namespace tidegate::databricks
