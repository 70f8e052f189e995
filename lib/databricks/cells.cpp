// SPDX-License-Identifier: Apache-2.0
#include "databricks/cells.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tidegate::databricks {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::uint32_t anchor_distance = 256;  // bytes; bounds the work of one locate()

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0U) == 0x80U; }

std::uint32_t narrow(std::size_t value) {
  return static_cast<std::uint32_t>(std::min<std::size_t>(value, UINT32_MAX));
}

std::string_view trim_right(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) {
    text.remove_suffix(1);
  }
  return text;
}

// Takes one line, without its end, from the front of `rest`.
std::string_view take_line(std::string_view& rest) {
  const std::size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end);
  rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  if (!line.empty() && line.back() == '\r') line.remove_suffix(1);
  return line;
}

// The text after "<comment> <word>" and one space, if the line is such a mark.
std::optional<std::string_view> after_mark(std::string_view line, std::string_view comment,
                                           std::string_view word) {
  if (!line.starts_with(comment)) return std::nullopt;
  line.remove_prefix(comment.size());
  if (!line.starts_with(' ')) return std::nullopt;
  line.remove_prefix(1);
  if (!line.starts_with(word)) return std::nullopt;
  line.remove_prefix(word.size());
  if (line.empty()) return line;
  if (line.front() != ' ' && line.front() != '\t') return std::nullopt;
  return line.substr(1);
}

CellKind kind_of(Language language) {
  switch (language) {
    case Language::python:
      return CellKind::python;
    case Language::scala:
      return CellKind::scala;
    case Language::sql:
      return CellKind::sql;
    case Language::r:
      return CellKind::r;
  }
  return CellKind::other;
}

struct Magic {
  std::string_view word{};
  CellKind kind = CellKind::other;
};
constexpr std::array known_magics{
    Magic{"python", CellKind::python},   Magic{"scala", CellKind::scala},
    Magic{"sql", CellKind::sql},         Magic{"r", CellKind::r},
    Magic{"run", CellKind::run},         Magic{"fs", CellKind::files},
    Magic{"md", CellKind::other},        Magic{"md-sandbox", CellKind::other},
    Magic{"sh", CellKind::other},        Magic{"bash", CellKind::other},
    Magic{"html", CellKind::other},      Magic{"javascript", CellKind::other},
    Magic{"js", CellKind::other},        Magic{"latex", CellKind::other},
    Magic{"writefile", CellKind::other}, Magic{"skip", CellKind::other},
};

bool is_magic_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '_';
}

// Decides the kind by the first line that is neither blank nor a comment, and blanks the word of a
// language magic: the rest of that line is code ("%sql SELECT 1"). Magics that are not a language
// (%pip, %time) leave the cell in the notebook's language; the scanner skips such lines.
void classify(Cell& cell, Language language) {
  cell.kind = kind_of(language);
  const std::string_view text = cell.text;
  std::size_t begin = 0;
  while (begin < text.size()) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = trim(text.substr(begin, end - begin));
    if (line.empty() || (!line.starts_with('%') && line.starts_with(comment_mark(language)))) {
      begin = end + 1;
      continue;
    }
    if (!line.starts_with('%')) return;
    const std::size_t start = text.find('%', begin);
    std::size_t word = start;
    while (word < end && text[word] == '%') ++word;
    std::size_t stop = word;
    while (stop < end && is_magic_letter(text[stop])) ++stop;
    const std::string_view name = text.substr(word, stop - word);
    const auto found = std::find_if(known_magics.begin(), known_magics.end(), [&](const Magic& m) {
      return equal_ignoring_case(m.word, name);
    });
    if (found == known_magics.end()) return;
    cell.kind = found->kind;
    if (cell.kind != CellKind::run) {
      std::fill(cell.text.begin() + static_cast<std::ptrdiff_t>(start),
                cell.text.begin() + static_cast<std::ptrdiff_t>(stop), ' ');
    }
    return;
  }
}

struct Line {
  std::string_view text{};  // without "MAGIC" mark
  std::uint32_t number = 0;
  std::uint32_t column = 1;
  bool magic = false;
};

// True if the cell starts with a magic: only blank lines and comments stand before it.
bool starts_with_magic(const std::vector<Line>& lines, std::string_view comment) {
  for (const Line& line : lines) {
    const std::string_view text = trim(line.text);
    if (text.empty()) continue;
    if (line.magic && text.starts_with('%')) return true;
    if (!text.starts_with(comment)) return false;
  }
  return false;
}

void append_anchored(Cell& cell, std::string_view text, std::uint32_t line, std::uint32_t column) {
  cell.anchors.push_back({narrow(cell.text.size()), line, column});
  std::uint32_t last = cell.anchors.back().offset;
  if (text.size() > anchor_distance) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      if (is_continuation(text[i])) continue;
      const std::uint32_t offset = narrow(cell.text.size() + i);
      if (offset - last >= anchor_distance) {
        cell.anchors.push_back({offset, line, column});
        last = offset;
      }
      ++column;
    }
  }
  cell.text.append(text);
}

// Lines of the other sort (code in a magic cell, magic lines among code) are comments: left out.
void add_source_cell(std::vector<Cell>& cells, std::vector<Line>& lines, Language language) {
  const bool magic = starts_with_magic(lines, comment_mark(language));
  Cell cell;
  bool any = false;
  for (const Line& line : lines) {
    if (!trim(line.text).empty()) any = true;
    append_anchored(cell, line.magic == magic ? line.text : std::string_view(), line.number,
                    line.column);
    cell.text += '\n';
  }
  lines.clear();
  if (!any) return;
  classify(cell, language);
  cells.push_back(std::move(cell));
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// The code unit of "\uXXXX" at `at` (the backslash), if it is one.
std::optional<char32_t> unicode_escape(std::string_view raw, std::size_t at) {
  if (at + 6 > raw.size() || raw[at] != '\\' || raw[at + 1] != 'u') return std::nullopt;
  char32_t value = 0;
  for (std::size_t i = at + 2; i < at + 6; ++i) {
    const int digit = hex_value(raw[i]);
    if (digit < 0) return std::nullopt;
    value = value * 16 + static_cast<char32_t>(digit);
  }
  return value;
}

// Appends the character of the escape at `at`; returns the number of bytes it takes in the source.
std::size_t append_escape(std::string& out, std::string_view raw, std::size_t at) {
  if (const auto unit = unicode_escape(raw, at)) {
    if (*unit >= 0xD800 && *unit < 0xDC00) {
      const auto low = unicode_escape(raw, at + 6);
      if (low && *low >= 0xDC00 && *low < 0xE000) {
        append_utf8(out, 0x10000 + ((*unit - 0xD800) << 10U) + (*low - 0xDC00));
        return 12;
      }
    }
    append_utf8(out, *unit >= 0xD800 && *unit < 0xE000 ? U'\uFFFD' : *unit);
    return 6;
  }
  const char c = at + 1 < raw.size() ? raw[at + 1] : '\\';
  switch (c) {
    case 'n':
      out += '\n';
      break;
    case 't':
      out += '\t';
      break;
    case 'r':
      out += '\r';
      break;
    case 'b':
      out += '\b';
      break;
    case 'f':
      out += '\f';
      break;
    default:
      out += c;
  }
  return 2;
}

}  // namespace

Location locate(const Cell& cell, std::size_t offset) {
  const auto after = std::upper_bound(
      cell.anchors.begin(), cell.anchors.end(), offset,
      [](std::size_t value, const Anchor& anchor) { return value < anchor.offset; });
  if (after == cell.anchors.begin()) return {};
  const Anchor& anchor = *(after - 1);
  std::uint32_t column = anchor.column;
  for (std::size_t i = anchor.offset; i < offset && i < cell.text.size(); ++i) {
    if (!is_continuation(cell.text[i])) ++column;
  }
  return Location{.line = anchor.line, .column = column};
}

Cell module_cell(std::string_view text) {
  Cell cell{.kind = CellKind::python};
  cell.text.reserve(text.size() + 1);
  if (text.starts_with(byte_order_mark)) text.remove_prefix(byte_order_mark.size());
  for (std::uint32_t number = 1; !text.empty(); ++number) {
    append_anchored(cell, take_line(text), number, 1);
    cell.text += '\n';
  }
  return cell;
}

std::optional<Language> source_language(std::string_view path) {
  if (ends_with_ignoring_case(path, ".py")) return Language::python;
  if (ends_with_ignoring_case(path, ".scala")) return Language::scala;
  if (ends_with_ignoring_case(path, ".sql")) return Language::sql;
  if (ends_with_ignoring_case(path, ".r")) return Language::r;
  return std::nullopt;
}

std::string_view comment_mark(Language language) {
  switch (language) {
    case Language::python:
    case Language::r:
      return "#";
    case Language::scala:
      return "//";
    case Language::sql:
      return "--";
  }
  return "#";
}

std::string_view header_of(Language language) {
  switch (language) {
    case Language::python:
    case Language::r:
      return "# Databricks notebook source";
    case Language::scala:
      return "// Databricks notebook source";
    case Language::sql:
      return "-- Databricks notebook source";
  }
  return "# Databricks notebook source";
}

bool has_header(std::string_view bytes, Language language) {
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  return take_line(bytes) == header_of(language);
}

std::vector<Cell> split_source(std::string_view bytes, Language language) {
  if (bytes.starts_with(byte_order_mark)) bytes.remove_prefix(byte_order_mark.size());
  const std::string_view comment = comment_mark(language);
  const std::string separator = std::string(comment) + " COMMAND ----------";
  std::vector<Cell> cells;
  std::vector<Line> lines;
  take_line(bytes);
  for (std::uint32_t number = 2; !bytes.empty(); ++number) {
    const std::string_view line = take_line(bytes);
    if (trim_right(line) == separator) {
      add_source_cell(cells, lines, language);
    } else if (const auto magic = after_mark(line, comment, "MAGIC")) {
      const std::size_t cut = line.size() - magic->size();
      lines.push_back({*magic, number, narrow(cut) + 1, true});
    } else if (!after_mark(line, comment, "DBTITLE")) {
      lines.push_back({line, number, 1, false});
    }
  }
  add_source_cell(cells, lines, language);
  return cells;
}

Cell JsonCells::make(const document::Node& source, Language language) {
  Cell cell;
  if (source.is_string()) {
    append_string(cell, source);
  } else if (source.is_array()) {
    for (const document::Node line : source) {
      if (line.is_string()) append_string(cell, line);
    }
  }
  classify(cell, language);
  return cell;
}

void JsonCells::move_to(std::size_t offset) {
  const std::string_view text = document_.text();
  if (offset < offset_) {
    offset_ = 0;
    line_ = 1;
    column_ = 1;
  }
  for (; offset_ < offset && offset_ < text.size(); ++offset_) {
    if (text[offset_] == '\n') {
      ++line_;
      column_ = 1;
    } else if (!is_continuation(text[offset_])) {
      ++column_;
    }
  }
}

// Decodes the literal itself, because every escape moves the columns: an anchor follows each one.
void JsonCells::append_string(Cell& cell, const document::Node& string) {
  const std::string_view text = document_.text();
  if (string.offset() >= text.size() || text[string.offset()] != '"') return;
  const std::size_t begin = string.offset() + 1;
  move_to(begin);
  cell.anchors.push_back({narrow(cell.text.size()), line_, column_});
  std::uint32_t column = column_;
  for (std::size_t i = begin; i < text.size() && text[i] != '"';) {
    if (text[i] == '\\') {
      const std::size_t taken = append_escape(cell.text, text, i);
      i += taken;
      column += narrow(taken);
      cell.anchors.push_back({narrow(cell.text.size()), line_, column});
      continue;
    }
    if (!is_continuation(text[i])) {
      const std::uint32_t offset = narrow(cell.text.size());
      if (offset - cell.anchors.back().offset >= anchor_distance) {
        cell.anchors.push_back({offset, line_, column});
      }
      ++column;
    }
    cell.text += text[i];
    ++i;
  }
}

}  // namespace tidegate::databricks
