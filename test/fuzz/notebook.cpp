// SPDX-License-Identifier: Apache-2.0
// The first byte names the format (p s q r source, j Jupyter, d one entry of a .dbc, z the bytes of
// a .dbc), the rest is the file. Every place lies inside it; every text of a found literal is
// there.
#include "databricks/notebook.hpp"
#include "databricks/source_text.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "databricks/archive.hpp"
#include "place.hpp"
#include "support/zip.hpp"

namespace {

using namespace tidegate;
using databricks::Found;
using databricks::Notebook;
using fuzz::require;

std::string name_of(char format) {
  switch (format) {
    case 'p':
      return "a/n.py";
    case 's':
      return "a/n.scala";
    case 'q':
      return "a/n.sql";
    case 'r':
      return "a/n.R";
    case 'j':
      return "a/n.ipynb";
    default:
      return "a/n.dbc";
  }
}

void check_places(const Notebook& notebook, std::string_view text) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  const auto check = [text](const Found& found) {
    require(fuzz::is_inside(text, found.line, found.column));
  };
  for (const auto& run : notebook.runs) check(run.path);
  for (const auto& widget : notebook.widgets) check(widget.name);
  for (const auto& read : notebook.widget_reads) check(read);
  for (const auto& secret : notebook.secrets) check(secret.scope);
  for (const auto& path : notebook.data_paths) {
    check(path);
    require(!path.text.empty());
  }
}

bool same(const Notebook& a, const Notebook& b) {
  return a.path == b.path && a.language == b.language && a.cells == b.cells &&
         a.runs.size() == b.runs.size() && a.widgets.size() == b.widgets.size() &&
         a.widget_reads.size() == b.widget_reads.size() && a.secrets.size() == b.secrets.size() &&
         a.data_paths.size() == b.data_paths.size() && a.reads_all_widgets == b.reads_all_widgets;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const char format = static_cast<char>(data[0]);
  const std::string body(reinterpret_cast<const char*>(data) + 1, size - 1);
  const std::string bytes = format == 'd' ? test::make_zip({{"folder/n.python", body}}) : body;
  const std::string file = name_of(format);
  const auto all = databricks::parse_notebooks(file, bytes);
  if (!all) {
    require(all.failure().code == "databricks.invalid-notebook");
    return 0;
  }
  require(!all->empty() && databricks::is_notebook(file, bytes));
  if (format == 'd' || name_of(format) != "a/n.dbc") check_places(all->front(), body);
  const auto again = databricks::parse_notebooks(file, bytes);
  require(again.ok() && again->size() == all->size() && same(again->front(), all->front()));
  for (const databricks::Notebook& one : *all) {  // of an archive: its source is a notebook, too
    if (one.entry.empty()) continue;
    const std::string extension(databricks::source_extension(one.language));
    require(databricks::parse_notebook("a" + extension, one.source).ok());
  }
  Diagnostics diagnostics;
  databricks::check_notebooks(*all, {"/Repos/*/*"}, diagnostics);
  return 0;
}
