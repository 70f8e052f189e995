// SPDX-License-Identifier: Apache-2.0
#include "databricks/notebook.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>
#include <tuple>
#include <utility>

#include "base/text.hpp"
#include "databricks/archive.hpp"
#include "databricks/cells.hpp"
#include "databricks/extract.hpp"
#include "databricks/requirements.hpp"
#include "databricks/source_text.hpp"
#include "document/parse.hpp"

namespace tidegate::databricks {
namespace {

using document::Node;

constexpr std::size_t most_bytes = std::size_t{256} << 20U;
constexpr std::string_view vendor_notebook = "application/vnd.databricks.v1+notebook";

Diagnostic refuse(Location where, std::string message, std::string hint) {
  return {.code = "databricks.invalid-notebook",
          .where = std::move(where),
          .message = std::move(message),
          .hint = std::move(hint)};
}

bool is_jupyter(std::string_view path) { return ends_with_ignoring_case(path, ".ipynb"); }
bool is_archive(std::string_view path) { return ends_with_ignoring_case(path, ".dbc"); }

std::string without_extension(std::string_view path) {
  return join_path(parent_path(path), file_stem(path));
}

std::optional<Language> find_language(std::string_view name) {
  if (equal_ignoring_case(name, "python")) return Language::python;
  if (equal_ignoring_case(name, "scala")) return Language::scala;
  if (equal_ignoring_case(name, "sql")) return Language::sql;
  if (equal_ignoring_case(name, "r")) return Language::r;
  return std::nullopt;
}

template <class T>
void sort_by_place(std::vector<T>& all, const Found T::*place) {
  std::stable_sort(all.begin(), all.end(), [place](const T& a, const T& b) {
    const Found& x = a.*place;
    const Found& y = b.*place;
    return std::tie(x.line, x.column) < std::tie(y.line, y.column);
  });
}

// Cell after cell imports the same: the first place says it.
void keep_first_of_each(std::vector<PythonImport>& imports) {
  std::set<std::tuple<std::size_t, std::string, std::vector<std::string>>> known;
  std::erase_if(imports, [&](const PythonImport& one) {
    return !one.computed && !known.emplace(one.dots, one.module.text, one.names).second;
  });
  imports.shrink_to_fit();
}

void finish(Notebook& notebook, const std::vector<Cell>& cells) {
  notebook.cells = cells.size();
  extract_facts(cells, notebook);
  keep_first_of_each(notebook.imports);
  notebook.requirements = find_requirements(cells);
  sort_by_place(notebook.runs, &NotebookRun::path);
  sort_by_place(notebook.widgets, &Widget::name);
  sort_by_place(notebook.secrets, &SecretUse::scope);
  sort_by_place(notebook.workspace_paths, &WorkspacePath::path);
  std::erase_if(notebook.workspace_paths, [&](const WorkspacePath& one) {  // a run resolves its own
    return std::ranges::any_of(notebook.runs, [&](const NotebookRun& run) {
      return run.path.line == one.path.line && run.path.text == one.path.text;
    });
  });
  const auto by_place = [](const Found& a, const Found& b) {
    return std::tie(a.line, a.column) < std::tie(b.line, b.column);
  };
  std::stable_sort(notebook.widget_reads.begin(), notebook.widget_reads.end(), by_place);
  std::stable_sort(notebook.data_paths.begin(), notebook.data_paths.end(), by_place);
}

Result<Notebook> parse_source(std::string file, std::string_view bytes, Language language) {
  if (!has_header(bytes, language)) {
    return refuse({.file = std::move(file), .line = 1, .column = 1},
                  "the first line is not '" + std::string(header_of(language)) + "'",
                  "a notebook file starts with exactly this line; without it Databricks takes the "
                  "file for a plain one");
  }
  Notebook notebook{.path = without_extension(file), .language = language, .format = "source"};
  notebook.file = std::move(file);
  finish(notebook, split_source(bytes, language));
  return notebook;
}

// Language of a Jupyter notebook: Databricks' own note, the kernel, else Python.
Language jupyter_language(const Node& metadata) {
  const std::string_view candidates[] = {
      metadata[vendor_notebook]["language"].as_string(),
      metadata["language_info"]["name"].as_string(),
      metadata["kernelspec"]["language"].as_string(),
  };
  for (const std::string_view name : candidates) {
    if (const auto language = find_language(name)) return *language;
  }
  return Language::python;
}

// Widgets that the notebook's state holds and that no code declares.
void add_saved_widgets(const Node& widgets, Notebook& notebook) {
  std::set<std::string, std::less<>> known;
  for (const Widget& widget : notebook.widgets) known.insert(widget.name.text);
  for (const Node widget : widgets) {
    if (!widget.is_object()) continue;
    const std::string_view name = widget.key();
    if (!known.emplace(name).second) continue;
    const Location where = widget.key_location();
    const bool has_default = widget["widgetInfo"]["defaultValue"].exists() ||
                             widget["typedWidgetInfo"]["defaultValue"].exists();
    notebook.widgets.push_back({{std::string(name), where.line, where.column}, has_default});
  }
}

Diagnostic as_invalid_notebook(Diagnostic failure) {
  failure.message = "no valid notebook: " + failure.message;
  failure.code = "databricks.invalid-notebook";
  if (failure.hint.empty()) failure.hint = "export the notebook again";
  return failure;
}

Result<Notebook> parse_jupyter(std::string file, std::string_view bytes) {
  auto parsed = document::parse_json(file, std::string(bytes));
  if (!parsed) return as_invalid_notebook(parsed.failure());
  const document::DocumentPtr document = *parsed;
  const Node root = document->root();
  if (!root["cells"].is_array()) {
    return refuse(root.location(), "found no array \"cells\", expected a Jupyter notebook",
                  "save it in notebook format 4, or name it otherwise");
  }
  const Node metadata = root["metadata"];
  Notebook notebook{.path = without_extension(file), .format = "jupyter"};
  notebook.file = std::move(file);
  notebook.language = jupyter_language(metadata);
  JsonCells reader(*document);
  std::vector<Cell> cells;
  std::size_t count = 0;
  for (const Node cell : root["cells"]) {
    ++count;
    if (cell["cell_type"].as_string() != "code") continue;
    cells.push_back(reader.make(cell["source"], notebook.language));
  }
  finish(notebook, cells);
  notebook.cells = count;
  add_saved_widgets(metadata[vendor_notebook]["widgets"], notebook);
  return notebook;
}

struct Commands {
  std::vector<Cell> cells{};
  std::string source{};
};

// In the order of the commands' "position"; made in the order of the text, which is fast.
Commands read_commands(const document::Document& document, const Node& commands, Language language) {
  JsonCells reader(document);
  struct One {
    double position = 0;
    Cell cell{};
    SourceCell source{};
  };
  std::vector<One> all;
  for (const Node command : commands) {
    const std::string_view text = command["position"].number_text();
    One one{.cell = reader.make(command["command"], language),
            .source = {.command = command["command"].as_string()}};
    std::from_chars(text.data(), text.data() + text.size(), one.position);
    if (command["showCommandTitle"].as_boolean()) one.source.title = command["commandTitle"].as_string();
    all.push_back(std::move(one));
  }
  std::stable_sort(all.begin(), all.end(),
                   [](const One& a, const One& b) { return a.position < b.position; });
  Commands read;
  std::vector<SourceCell> sources;
  for (One& one : all) {
    read.cells.push_back(std::move(one.cell));
    sources.push_back(one.source);
  }
  read.source = render_source(language, sources);
  return read;
}

// One entry of a .dbc; nothing if it is no notebook (a dashboard, a manifest).
Result<std::optional<Notebook>> parse_entry(const std::string& file, const ArchiveEntry& entry) {
  auto parsed = document::parse_json(file + "#" + entry.path, entry.bytes);
  if (!parsed) {
    if (!find_language(entry.path.substr(entry.path.rfind('.') + 1))) return {std::nullopt};
    return as_invalid_notebook(parsed.failure());
  }
  const document::DocumentPtr document = *parsed;
  const Node root = document->root();
  if (!root["commands"].is_array()) return {std::nullopt};
  Notebook notebook{.file = file, .format = "dbc", .entry = entry.path};
  notebook.path = join_path(without_extension(file), without_extension(entry.path));
  notebook.language = find_language(root["language"].as_string()).value_or(Language::python);
  Commands commands = read_commands(*document, root["commands"], notebook.language);
  finish(notebook, commands.cells);
  notebook.source = std::move(commands.source);
  add_saved_widgets(root["inputWidgets"], notebook);
  return {std::move(notebook)};
}

Result<std::vector<Notebook>> parse_archive(const std::string& file, std::string_view bytes) {
  const auto entries = read_archive(file, bytes);
  if (!entries) return entries.failure();
  std::vector<Notebook> notebooks;
  for (const ArchiveEntry& entry : *entries) {
    auto one = parse_entry(file, entry);
    if (!one) return one.failure();
    if (*one) notebooks.push_back(std::move(**one));
  }
  if (notebooks.empty()) {
    return refuse({.file = file}, "the archive holds no notebook, expected JSON with \"commands\"",
                  "export the folder again as DBC, or commit the notebooks as source files");
  }
  return notebooks;
}

std::optional<Diagnostic> refuse_size(const std::string& file, std::string_view bytes) {
  if (bytes.size() <= most_bytes) return std::nullopt;
  return refuse({.file = file}, "the notebook is larger than 256 MiB",
                "clear its outputs, or split it");
}

}  // namespace

std::string_view to_string(Language language) {
  switch (language) {
    case Language::python:
      return "python";
    case Language::scala:
      return "scala";
    case Language::sql:
      return "sql";
    case Language::r:
      return "r";
  }
  return "";
}

std::string_view terraform_language(Language language) {
  switch (language) {
    case Language::python:
      return "PYTHON";
    case Language::scala:
      return "SCALA";
    case Language::sql:
      return "SQL";
    case Language::r:
      return "R";
  }
  return "";
}

bool is_notebook(std::string_view path, std::string_view first_bytes) {
  if (is_jupyter(path) || is_archive(path)) return true;
  const auto language = source_language(path);
  return language && has_header(first_bytes, *language);
}

Result<Notebook> parse_notebook(std::string file, std::string_view bytes) {
  if (auto failure = refuse_size(file, bytes)) return *std::move(failure);
  if (is_jupyter(file)) return parse_jupyter(std::move(file), bytes);
  if (is_archive(file)) {
    auto all = parse_archive(file, bytes);
    if (!all) return all.failure();
    if (all->size() > 1) {
      return refuse({.file = file},
                    "the archive holds " + std::to_string(all->size()) +
                        " notebooks, expected one: an archive is one workspace object",
                    "commit the notebooks as source files (workspace export-dir)");
    }
    Notebook notebook = std::move(all->front());
    notebook.path = without_extension(file);  // Databricks names it after the place of import
    return notebook;
  }
  const auto language = source_language(file);
  if (!language) {
    return refuse({.file = file},
                  "the name does not end with .py, .scala, .sql, .r, .ipynb or .dbc",
                  "name the notebook by its language");
  }
  return parse_source(std::move(file), bytes, *language);
}

Notebook read_module(std::string file, std::string_view text) {
  Notebook module{.path = without_extension(file), .format = "module"};
  module.file = std::move(file);
  std::vector<Cell> cells;
  cells.push_back(module_cell(text));
  finish(module, cells);
  return module;
}

Result<std::vector<Notebook>> parse_notebooks(std::string file, std::string_view bytes) {
  if (auto failure = refuse_size(file, bytes)) return *std::move(failure);
  if (is_archive(file)) {
    auto all = parse_archive(file, bytes);
    if (!all) return all;
    for (Notebook& one : *all) one.as_source = all->size() > 1;
    if (all->size() == 1) all->front().path = without_extension(file);
    return all;
  }
  auto one = parse_notebook(std::move(file), bytes);
  if (!one) return one.failure();
  std::vector<Notebook> all;
  all.push_back(std::move(*one));
  return all;
}

}  // namespace tidegate::databricks
