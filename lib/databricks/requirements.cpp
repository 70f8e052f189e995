// SPDX-License-Identifier: Apache-2.0
#include "databricks/requirements.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tidegate::databricks {

namespace {

constexpr std::string_view name_letters = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-";

// Options of pip that are followed by a value of their own.
constexpr std::array<std::string_view, 9> with_value{"-r", "--requirement", "-c", "--constraint", "-i", "--index-url",
                                                     "--extra-index-url", "-f", "-t"};

bool is_package(std::string_view word) {
  if (word.empty() || word.find("://") != std::string_view::npos || word.find('/') != std::string_view::npos) return false;
  if (word.find_first_of("${}@\\") != std::string_view::npos || word.ends_with(".whl")) return false;
  return name_letters.find(word.front()) != std::string_view::npos && word.front() != '-' && word.front() != '.';
}

// The words of a line, each where it lies; a word in quotes loses them at its ends.
std::vector<std::string_view> words_of(std::string_view line) {
  std::vector<std::string_view> words;
  for (const std::string_view word : split(line, ' ')) {
    std::string_view plain = trim(word);
    while (!plain.empty() && (plain.front() == '"' || plain.front() == '\'')) plain.remove_prefix(1);
    while (!plain.empty() && (plain.back() == '"' || plain.back() == '\'')) plain.remove_suffix(1);
    if (!plain.empty()) words.push_back(plain);
  }
  return words;
}

void add_line(std::string_view line, std::vector<std::string_view>& found) {
  line = trim(line.substr(0, line.find(" #")));
  if (!line.starts_with("%pip")) return;
  const std::vector<std::string_view> words = words_of(line);
  if (words.size() < 3 || words[0] != "%pip" || words[1] != "install") return;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i].starts_with('-')) {
      i += std::find(with_value.begin(), with_value.end(), words[i]) != with_value.end() ? 1 : 0;
    } else if (is_package(words[i])) {
      found.push_back(words[i]);
    }
  }
}

}  // namespace

std::vector<Found> find_requirements(const std::vector<Cell>& cells) {
  std::vector<Found> found;
  for (const Cell& cell : cells) {
    if (cell.text.find("%pip") == std::string::npos) continue;
    std::vector<std::string_view> words;
    for (const std::string_view line : split(cell.text, '\n')) add_line(trim(line), words);
    for (const std::string_view word : words) {
      const Location where = locate(cell, static_cast<std::size_t>(word.data() - cell.text.data()));
      found.push_back({.text = std::string(word), .line = where.line, .column = where.column});
    }
  }
  std::ranges::stable_sort(found, {}, &Found::text);
  const auto same = [](const Found& a, const Found& b) { return a.text == b.text; };
  found.erase(std::unique(found.begin(), found.end(), same), found.end());
  return found;
}

Requirement parse_requirement(std::string_view text) {
  text = text.substr(0, text.find(';'));  // a marker says when, not which
  Requirement out{.name = std::string(text.substr(0, text.find_first_not_of(name_letters)))};
  const std::size_t pin = text.find("==");
  if (pin == std::string_view::npos || text.find_first_of("*,", pin) != std::string_view::npos) return out;
  std::string_view version = text.substr(pin + 2);
  if (version.starts_with('=')) version.remove_prefix(1);
  version = trim(version);
  if (version.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+!") == std::string_view::npos) {
    out.version = version;
  }
  return out;
}

}  // namespace tidegate::databricks
