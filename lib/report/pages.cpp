// SPDX-License-Identifier: Apache-2.0
#include "report/pages.hpp"

#include <algorithm>

namespace tidegate::report {

namespace {

constexpr Page table[] = {
#include "report/pages.inc"
};

}  // namespace

std::span<const Page> pages() { return table; }

std::optional<std::string_view> find_page(std::string_view code) {
  const auto found = std::find_if(std::begin(table), std::end(table), [&](const Page& page) { return page.code == code; });
  if (found == std::end(table)) return std::nullopt;
  return found->text;
}

std::vector<std::string> codes() {
  std::vector<std::string> all;
  for (const Page& page : table) all.emplace_back(page.code);
  return all;
}

std::string summary_of(std::string_view code) {
  const auto page = find_page(code);
  if (!page) return {};
  const std::size_t begin = page->find("\n\n");
  if (begin == std::string_view::npos) return {};
  std::string_view text = page->substr(begin + 2);
  text = text.substr(0, text.find("\n\n"));
  // "Error. …": the word at the beginning is the severity.
  for (const std::string_view word : {"Error. ", "Warning. ", "Note. "}) {
    if (text.starts_with(word)) text.remove_prefix(word.size());
  }
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i] == '\n' ? ' ' : text[i];
    if (c == '`') continue;
    out += c;
    if ((c == '.' || c == ':') && (i + 1 == text.size() || text[i + 1] == ' ' || text[i + 1] == '\n')) break;
  }
  if (out.ends_with(':')) out.back() = '.';
  return out;
}

}  // namespace tidegate::report
