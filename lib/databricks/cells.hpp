// SPDX-License-Identifier: Apache-2.0
// The cells of a notebook as plain text, with the way back to the place in the file.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "databricks/notebook.hpp"
#include "document/node.hpp"

namespace tidegate::databricks {

enum class CellKind : std::uint8_t { python, scala, sql, r, run, files, other };

// The text at and after `offset` lies at line:column of the file, up to the next anchor.
struct Anchor {
  std::uint32_t offset = 0;
  std::uint32_t line = 0;
  std::uint32_t column = 0;
};

struct Cell {
  CellKind kind = CellKind::other;
  std::string text{};               // "MAGIC" marks removed; the word of a language magic is blank
  std::vector<Anchor> anchors{};    // sorted by offset
};

Location locate(const Cell& cell, std::size_t offset);  // without file

// The first line that marks a source notebook of this file name, or nothing for other files.
std::optional<Language> source_language(std::string_view path);
std::string_view header_of(Language language);
std::string_view comment_mark(Language language);  // "#", "//", "--"
// True if the first line, after a BOM and without \r, is the header.
bool has_header(std::string_view bytes, Language language);

// The whole text of a Python file that is no notebook.
Cell module_cell(std::string_view text);

// Cells of a source notebook whose header was checked; cells without text are left out.
std::vector<Cell> split_source(std::string_view bytes, Language language);

// Makes cells from strings of one JSON document. Strings must come in the order of the document
// for this to be linear; any order is right.
class JsonCells {
 public:
  explicit JsonCells(const document::Document& document) : document_(document) {}
  // `source` is a string or an array of strings.
  Cell make(const document::Node& source, Language language);

 private:
  void append_string(Cell& cell, const document::Node& string);
  void move_to(std::size_t offset);

  const document::Document& document_;
  std::size_t offset_ = 0;  // a forward cursor: place of the byte at offset_
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

}  // namespace tidegate::databricks
