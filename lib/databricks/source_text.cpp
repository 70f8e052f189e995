// SPDX-License-Identifier: Apache-2.0
#include "databricks/source_text.hpp"

#include "base/text.hpp"
#include "databricks/cells.hpp"

namespace tidegate::databricks {

namespace {

bool has_magic(std::string_view command) {
  const std::size_t first = command.find_first_not_of(" \t\r\n");
  return first != std::string_view::npos && command[first] == '%';
}

void add_lines(std::string_view text, std::string_view before, std::string& out) {
  for (std::string_view line : split(text, '\n')) {
    if (line.ends_with('\r')) line.remove_suffix(1);
    out += before;
    out += line;
    out += '\n';
  }
}

}  // namespace

std::string render_source(Language language, const std::vector<SourceCell>& cells) {
  const std::string mark(comment_mark(language));
  std::string out = std::string(header_of(language)) + "\n";
  bool first = true;
  for (const SourceCell& cell : cells) {
    if (!first) out += "\n" + mark + " COMMAND ----------\n\n";
    first = false;
    if (!cell.title.empty() && cell.title.find_first_of("\r\n") == std::string_view::npos)
      out += mark + " DBTITLE 1," + std::string(cell.title) + "\n";
    add_lines(cell.command, has_magic(cell.command) ? mark + " MAGIC " : std::string(), out);
  }
  return out;
}

std::string_view source_extension(Language language) {
  switch (language) {
    case Language::python:
      return ".py";
    case Language::scala:
      return ".scala";
    case Language::sql:
      return ".sql";
    case Language::r:
      return ".r";
  }
  return "";
}

}  // namespace tidegate::databricks
