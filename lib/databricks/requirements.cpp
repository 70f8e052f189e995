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

void add_line(std::string_view line, std::vector<std::string>& found) {
  constexpr std::string_view command = "%pip";
  line = trim(line.substr(0, line.find(" #")));
  if (!line.starts_with(command)) return;
  std::vector<std::string> words;
  for (const std::string_view word : split(line, ' ')) {
    const std::string_view plain = trim(word);
    if (plain.empty()) continue;
    words.emplace_back(plain);
    std::erase_if(words.back(), [](char c) { return c == '"' || c == '\''; });
  }
  if (words.size() < 3 || words[0] != command || words[1] != "install") return;
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i].starts_with('-')) {
      i += std::find(with_value.begin(), with_value.end(), words[i]) != with_value.end() ? 1 : 0;
    } else if (is_package(words[i])) {
      found.push_back(words[i]);
    }
  }
}

}  // namespace

std::vector<std::string> find_requirements(const std::vector<Cell>& cells) {
  std::vector<std::string> found;
  for (const Cell& cell : cells) {
    if (cell.text.find("%pip") == std::string::npos) continue;
    for (const std::string_view line : split(cell.text, '\n')) add_line(trim(line), found);
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found;
}

Requirement parse_requirement(std::string_view text) {
  Requirement out{.name = std::string(text.substr(0, text.find_first_not_of(name_letters)))};
  const std::size_t pin = text.find("==");
  if (pin == std::string_view::npos || text.find_first_of("*,;", pin) != std::string_view::npos) return out;
  std::string_view version = text.substr(pin + 2);
  if (version.starts_with('=')) version.remove_prefix(1);
  version = trim(version);
  if (version.find_first_not_of("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-+!") == std::string_view::npos) {
    out.version = version;
  }
  return out;
}

}  // namespace tidegate::databricks
