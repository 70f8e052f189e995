// SPDX-License-Identifier: Apache-2.0
// All positions that the text can be at are carried along the glob, so time is glob × text at most.
#include "policy/custom/glob.hpp"

#include <cstddef>
#include <vector>

namespace tidegate::policy::custom {

namespace {

// Where a step ends. Keys in brackets may hold anything, quoted.
std::vector<bool> separators(std::string_view text, char separator, bool brackets) {
  std::vector<bool> out(text.size(), false);
  bool inside = false, quoted = false;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (!inside) {
      out[at] = c == separator;
      inside = brackets && c == '[';
    } else if (quoted && c == '\\') {
      ++at;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (!quoted && c == ']') {
      inside = false;
    }
  }
  return out;
}

bool matches(std::string_view glob, std::string_view text, const std::vector<bool>& separator) {
  std::vector<bool> at(text.size() + 1, false), next(text.size() + 1, false);
  at[0] = true;
  for (std::size_t g = 0; g < glob.size(); ++g) {
    const bool star = glob[g] == '*';
    const bool across = star && g + 1 < glob.size() && glob[g + 1] == '*';
    if (across) ++g;
    next.assign(text.size() + 1, false);
    for (std::size_t i = 0; i <= text.size(); ++i) {
      if (star) {
        if (at[i]) next[i] = true;
        if (next[i] && i < text.size() && (across || !separator[i])) next[i + 1] = true;
      } else if (at[i] && i < text.size() && text[i] == glob[g]) {
        next[i + 1] = true;
      }
    }
    at.swap(next);
  }
  return at[text.size()];
}

}  // namespace

bool matches_address(std::string_view glob, std::string_view address) {
  return matches(glob, address, separators(address, '.', true));
}

bool matches_name(std::string_view glob, std::string_view name, char separator) {
  return matches(glob, name, separators(name, separator, false));
}

}  // namespace tidegate::policy::custom
