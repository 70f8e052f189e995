// SPDX-License-Identifier: Apache-2.0
// First line: a path; the rest: patterns. One path and many are decided alike, and whoever decides
// fits.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.hpp"
#include "place.hpp"
#include "repository/patterns.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const std::vector<std::string_view> lines = split(text, '\n');
  const std::string_view path = lines.front();
  const repository::Patterns patterns(std::vector<std::string>(lines.begin() + 1, lines.end()));
  const auto decision = patterns.decide(path);
  const auto selection = patterns.select({path, path});
  fuzz::require(selection.taken[0] == (decision && decision->taken) &&
                selection.taken[0] == selection.taken[1]);
  if (decision) {
    fuzz::require(decision->pattern < lines.size() - 1 && patterns.fits(decision->pattern, path));
    fuzz::require(decision->taken == !lines[decision->pattern + 1].starts_with('!'));
  }
  return 0;
}
