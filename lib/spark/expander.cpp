// SPDX-License-Identifier: Apache-2.0
#include "spark/expander.hpp"

namespace tidegate::spark {

std::string Expander::expand(std::string_view text) const {
  std::size_t steps = 0;
  std::string out;
  append(out, text, 0, steps);
  return out;
}

void Expander::append(std::string& out, std::string_view text, int depth, std::size_t& steps) const {
  while (!text.empty()) {
    const std::size_t open = text.find("${");
    const std::size_t close = open == std::string_view::npos ? open : text.find('}', open);
    if (close == std::string_view::npos) break;
    out += text.substr(0, open);
    const auto found = properties_.find(text.substr(open + 2, close - open - 2));
    if (found == properties_.end() || depth >= expansion_depth || steps >= expansion_steps ||
        out.size() + found->second.size() > expansion_bytes) {
      out += text.substr(open, close + 1 - open);
    } else {
      ++steps;
      append(out, found->second, depth + 1, steps);
    }
    text.remove_prefix(close + 1);
  }
  out += text;
}

}  // namespace tidegate::spark
