// SPDX-License-Identifier: Apache-2.0
#include "commandline/formats.hpp"

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::commandline {

FormatWords read_format_words(std::span<const std::string> names,
                              std::span<const std::string> words) {
  FormatWords out;
  std::size_t on_standard_output = 0;
  for (const std::string& word : words) {
    const std::size_t equals = std::min(word.find('='), word.size());
    const auto known = std::ranges::find(names, std::string_view(word).substr(0, equals));
    const std::string file = equals < word.size() ? word.substr(equals + 1) : std::string();
    if (known == names.end() || (equals < word.size() && file.empty())) {
      out.fault = "--format " + word;
      out.hint = "expected a format, or format=FILE: " + join(names, ", ");
      return out;
    }
    on_standard_output += file.empty() ? 1U : 0U;
    out.list.push_back({static_cast<std::size_t>(known - names.begin()), file});
  }
  if (on_standard_output > 1) {
    out.fault = "two formats on standard output";
    out.hint = "write one of them to a file: --format json=FILE";
  }
  if (on_standard_output == 0) out.list.push_back({});
  return out;
}

}  // namespace tidegate::commandline
