// SPDX-License-Identifier: Apache-2.0
// Build step: data/*.tsv -> catalogue/tables.inc, constant tables sorted by name.
// Usage: catalogue_tables STATEFUL STATELESS ALIASES OUTPUT. Any line it does not understand fails
// the build.
#include <algorithm>
#include <cstdio>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "catalogue/grammar.hpp"

namespace {

using tidegate::catalogue::Comparison;
using tidegate::catalogue::ParsedEntry;

// All text of the tables in one block; equal strings are stored once.
class TextBlock {
 public:
  std::string place(const std::string& word) {
    const auto found = places_.find(word);
    std::size_t begin = bytes_.size();
    if (found != places_.end()) {
      begin = found->second;
    } else {
      places_.emplace(word, begin);
      bytes_ += word;
    }
    return "{" + std::to_string(begin) + "," + std::to_string(word.size()) + "}";
  }

  void write(std::ostream& out) const {
    out << "#if defined(__clang__)\n#pragma clang diagnostic push\n"
           "#pragma clang diagnostic ignored \"-Woverlength-strings\"\n#endif\n"
           "constexpr char text[] =\n";
    constexpr std::size_t width = 90;
    for (std::size_t at = 0; at < bytes_.size(); at += width) {
      out << '"';
      for (const char c : bytes_.substr(at, width)) {
        char escaped[8];
        if (c == '"' || c == '\\') {
          out << '\\' << c;
        } else if (c < 0x20 || c == 0x7F || static_cast<unsigned char>(c) >= 0x80U || c == '?') {
          std::snprintf(escaped, sizeof escaped, "\\%03o", static_cast<unsigned char>(c));
          out << escaped;
        } else {
          out << c;
        }
      }
      out << "\"\n";
    }
    out << ";\n#if defined(__clang__)\n#pragma clang diagnostic pop\n#endif\n";
  }

 private:
  std::map<std::string, std::size_t> places_{};
  std::string bytes_{};
};

[[noreturn]] void stop(const std::string& where, const std::string& why) {
  std::fprintf(stderr, "%s: %s\n", where.c_str(), why.c_str());
  std::exit(1);
}

struct Line {
  std::string where{};
  std::vector<std::string> cells{};
};

std::vector<Line> read_table(const std::string& file, const std::vector<std::string>& header) {
  std::ifstream in(file, std::ios::binary);
  if (!in) stop(file, "cannot be read");
  std::vector<Line> lines;
  std::string text;
  for (int number = 1; std::getline(in, text); ++number) {
    Line line{.where = file + ":" + std::to_string(number)};
    for (const std::string_view cell : tidegate::split(text, '\t')) line.cells.emplace_back(cell);
    if (line.cells.size() != header.size()) stop(line.where, "has another number of columns than the header");
    for (const std::string& cell : line.cells) {
      if (cell.empty()) stop(line.where, "has an empty cell; none is written as -");
    }
    if (number == 1) {
      if (line.cells != header) stop(line.where, "has an unexpected header");
    } else {
      lines.push_back(std::move(line));
    }
  }
  if (lines.empty()) stop(file, "has no lines");
  return lines;
}

void sort_unique(std::vector<Line>& lines, std::size_t column) {
  std::sort(lines.begin(), lines.end(),
            [&](const Line& a, const Line& b) { return a.cells[column] < b.cells[column]; });
  for (std::size_t i = 1; i < lines.size(); ++i) {
    if (lines[i].cells[column] == lines[i - 1].cells[column]) {
      stop(lines[i].where, lines[i].cells[column] + " is listed twice");
    }
  }
}

std::string tier_of(const Line& line, const std::string& word) {
  static const std::set<std::string> known{
      "data", "container", "backup", "key", "messaging", "logs", "cache-data", "compute-data", "etl-state",
      "retention", "guard", "etl", "code", "config", "access", "identity", "dns", "upload", "expiry", "compute",
      "escape-hatch"};
  if (!known.contains(word)) stop(line.where, "unknown tier " + word);
  std::string name = word;
  std::replace(name.begin(), name.end(), '-', '_');
  return "Tier::" + name;
}

std::string comparison_of(Comparison comparison) {
  const std::string word(tidegate::catalogue::to_string(comparison));
  return "Comparison::" + (word == "->" ? std::string("becomes") : word);
}

void write_stateful(std::ostream& out, TextBlock& text, std::vector<Line> lines) {
  sort_unique(lines, 1);
  std::ostringstream types, entries;
  std::size_t count = 0;
  for (const Line& line : lines) {
    const auto parsed = tidegate::catalogue::parse_entries(line.cells[5]);
    if (!parsed) stop(line.where, parsed.failure().message);
    types << "{" << text.place(line.cells[1]) << "," << text.place(line.cells[0]) << ","
          << tier_of(line, line.cells[2]) << "," << text.place(line.cells[3]) << ","
          << text.place(line.cells[4]) << "," << text.place(line.cells[6]) << "," << count << ","
          << parsed->size() << "},\n";
    for (const ParsedEntry& entry : *parsed) {
      std::string path;
      for (const std::string& step : entry.steps) {
        if (!path.empty()) path += '\0';
        path += step;
      }
      entries << "{" << entry.pattern << "," << comparison_of(entry.comparison) << "," << text.place(path) << ","
              << text.place(entry.from) << "," << text.place(entry.to) << "," << text.place(entry.note) << "},\n";
      ++count;
    }
  }
  out << "constexpr RawType type_rows[] = {\n" << types.str() << "};\n"
      << "constexpr RawEntry entry_rows[] = {\n" << entries.str() << "};\n";
}

void write_stateless(std::ostream& out, TextBlock& text, std::vector<Line> lines) {
  sort_unique(lines, 1);
  out << "constexpr RawStateless stateless_rows[] = {\n";
  for (const Line& line : lines) {
    out << "{" << text.place(line.cells[1]) << "," << text.place(line.cells[0]) << "," << text.place(line.cells[2])
        << "," << text.place(line.cells[3]) << "},\n";
  }
  out << "};\n";
}

void write_aliases(std::ostream& out, TextBlock& text, std::vector<Line> lines) {
  for (Line& line : lines) line.cells.push_back(tidegate::to_lower(line.cells[0]));
  sort_unique(lines, 3);
  out << "constexpr RawAlias alias_rows[] = {\n";
  for (const Line& line : lines) {
    out << "{" << text.place(line.cells[3]) << "," << text.place(line.cells[0]) << "," << text.place(line.cells[1])
        << "," << tier_of(line, line.cells[2]) << "},\n";
  }
  out << "};\n";
}

}  // namespace

int main(int count, char** words) {
  if (count != 5) stop("catalogue_tables", "usage: catalogue_tables STATEFUL STATELESS ALIASES OUTPUT");
  const auto stateful = read_table(words[1], {"provider", "resource_type", "tier", "why_stateful",
                                              "replace_forcing_attributes", "dangerous_in_place_changes",
                                              "checked_against"});
  const auto stateless = read_table(words[2], {"provider", "resource_type", "group", "checked_against"});
  std::set<std::string> names;
  for (const Line& line : stateful) names.insert(line.cells[1]);
  for (const Line& line : stateless) {
    if (names.contains(line.cells[1])) stop(line.where, line.cells[1] + " is in both tables");
  }
  std::ostringstream out;
  out << "// Generated from lib/catalogue/data; edit the tables there.\n";
  TextBlock text;
  write_stateful(out, text, stateful);
  write_stateless(out, text, stateless);
  write_aliases(out, text, read_table(words[3], {"arm_type", "resource_type", "tier"}));
  text.write(out);
  std::ofstream file(words[4], std::ios::binary);
  file << out.str();
  file.close();
  if (!file) stop(words[4], "cannot be written");
  return 0;
}
