// SPDX-License-Identifier: Apache-2.0
#include "catalogue/grammar.hpp"

#include <array>
#include <utility>

namespace tidegate::catalogue {

namespace {

constexpr std::array<std::pair<std::string_view, Comparison>, 10> words{{
    {"decrease", Comparison::decrease}, {"increase", Comparison::increase}, {"zero", Comparison::zero},
    {"remove", Comparison::remove},     {"add", Comparison::add},           {"set", Comparison::set},
    {"change", Comparison::change},     {"rename", Comparison::rename},     {"widen", Comparison::widen},
    {"downgrade", Comparison::downgrade},
}};

Diagnostic bad(std::string_view entry, std::string_view why) {
  return Diagnostic{.code = "catalogue.bad-entry",
                    .message = "\"" + std::string(entry) + "\": " + std::string(why),
                    .hint = "an entry is: P<number> <path> <change> [(<note>)]"};
}

bool read_number(std::string_view text, int& out) {
  if (text.empty() || text.size() > 2) return false;
  out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return false;
    out = out * 10 + (c - '0');
  }
  return out <= 17;
}

// `a.b["k"].c` -> a, b, k, c
bool read_path(std::string_view text, std::vector<std::string>& steps) {
  while (!text.empty()) {
    if (text.starts_with("[\"")) {
      const std::size_t end = text.find("\"]");
      if (steps.empty() || end == std::string_view::npos || end == 2) return false;
      steps.emplace_back(text.substr(2, end - 2));
      text.remove_prefix(end + 2);
    } else {
      const std::size_t end = text.find_first_of(".[");
      if (end == 0) return false;
      steps.emplace_back(text.substr(0, end));
      text.remove_prefix(end == std::string_view::npos ? text.size() : end);
    }
    if (text.empty()) return true;
    if (text.front() == '.') {
      text.remove_prefix(1);
      if (text.empty() || text.front() == '.') return false;
    } else if (text.front() != '[') {
      return false;
    }
  }
  return !steps.empty();
}

bool read_change(std::string_view text, ParsedEntry& entry) {
  for (const auto& word : words) {
    if (word.first == text) {
      entry.comparison = word.second;
      return true;
    }
  }
  const std::size_t arrow = text.find("->");
  if (arrow == std::string_view::npos || arrow + 2 == text.size()) return false;
  entry.comparison = Comparison::becomes;
  entry.from = std::string(text.substr(0, arrow));
  entry.to = std::string(text.substr(arrow + 2));
  return true;
}

Result<ParsedEntry> parse_entry(std::string_view text) {
  ParsedEntry entry;
  const std::string_view whole = text;
  if (const std::size_t note = text.find(" ("); note != std::string_view::npos) {
    if (!text.ends_with(')')) return bad(whole, "the note has no closing parenthesis");
    entry.note = std::string(text.substr(note + 2, text.size() - note - 3));
    text = text.substr(0, note);
  }
  const std::size_t first = text.find(' ');
  const std::size_t second = first == std::string_view::npos ? first : text.find(' ', first + 1);
  if (second == std::string_view::npos) return bad(whole, "has fewer than three words");
  if (text.front() != 'P' || !read_number(text.substr(1, first - 1), entry.pattern)) {
    return bad(whole, "must begin with P0 to P17");
  }
  if (!read_path(text.substr(first + 1, second - first - 1), entry.steps)) return bad(whole, "has a bad path");
  if (!read_change(text.substr(second + 1), entry)) return bad(whole, "has an unknown change");
  return entry;
}

}  // namespace

std::string_view to_string(Comparison comparison) {
  for (const auto& word : words) {
    if (word.second == comparison) return word.first;
  }
  return "->";
}

Result<std::vector<ParsedEntry>> parse_entries(std::string_view cell) {
  std::vector<ParsedEntry> entries;
  if (cell == "-") return entries;
  while (true) {
    // "; " separates, also after a note; a note itself may hold none (the table has no such case).
    const std::size_t end = cell.find("; ");
    Result<ParsedEntry> entry = parse_entry(cell.substr(0, end));
    if (!entry) return entry.failure();
    entries.push_back(*std::move(entry));
    if (end == std::string_view::npos) return entries;
    cell.remove_prefix(end + 2);
  }
}

}  // namespace tidegate::catalogue
