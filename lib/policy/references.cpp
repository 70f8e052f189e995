// SPDX-License-Identifier: Apache-2.0
#include "policy/references.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"

namespace tidegate::policy {

namespace {

// Calls `dot(at)` for every dot, and `open(at)` for every bracket, outside of keys.
template <class Dot, class Open>
void scan(std::string_view address, Dot dot, Open open) {
  for (std::size_t at = 0; at < address.size(); ++at) {
    if (address[at] == '.') dot(at);
    if (address[at] != '[') continue;
    open(at);
    bool quoted = false;
    for (++at; at < address.size(); ++at) {
      if (quoted && address[at] == '\\') ++at;
      else if (address[at] == '"') quoted = !quoted;
      else if (!quoted && address[at] == ']') break;
    }
  }
}

void collect(const document::Node& node, std::vector<std::string>& out) {
  if (node.is_array()) {
    for (const document::Node child : node) collect(child, out);
  }
  if (!node.is_object()) return;
  for (const document::Node child : node) {
    if (child.key() == "constant_value") continue;
    if (child.key() != "references") {
      collect(child, out);
      continue;
    }
    for (const document::Node reference : child) out.emplace_back(reference.as_string());
  }
}

}  // namespace

std::vector<std::string> address_steps(std::string_view address) {
  std::vector<std::string> out;
  std::size_t start = 0;
  scan(
      address,
      [&](std::size_t at) {
        out.emplace_back(address.substr(start, at - start));
        start = at + 1;
      },
      [](std::size_t) {});
  if (start < address.size()) out.emplace_back(address.substr(start));
  return out;
}

SplitAddress split_key(std::string_view address) {
  std::size_t key = std::string_view::npos;
  scan(
      address, [&](std::size_t) { key = std::string_view::npos; }, [&](std::size_t at) { key = at; });
  if (key == std::string_view::npos) return {.resource = std::string(address)};
  return {.resource = std::string(address.substr(0, key)), .key = std::string(address.substr(key))};
}

bool is_reserved_root(std::string_view word) {
  constexpr std::array<std::string_view, 10> reserved{"var", "local", "module", "data", "each",
                                                      "count", "path", "terraform", "self", "ephemeral"};
  return std::find(reserved.begin(), reserved.end(), word) != reserved.end();
}

std::vector<std::string> parent_arguments(std::string_view forcing) {
  std::vector<std::string> out;
  if (forcing == "-" || forcing == "*") return out;
  for (std::string_view word : split(forcing, ',')) {
    if (word.ends_with('?')) word.remove_suffix(1);
    if (!word.empty() && word != "name") out.emplace_back(word);
  }
  return out;
}

std::vector<std::string> references_in(const document::Node& expression) {
  std::vector<std::string> out;
  collect(expression, out);
  return out;
}

}  // namespace tidegate::policy
