// SPDX-License-Identifier: Apache-2.0
// The same findings however the text is cut into pieces; every place lies inside the text.
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "place.hpp"
#include "repository/secrets.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

std::vector<repository::SecretFinding> scan(std::string_view text, std::size_t piece) {
  repository::SecretScanner scanner;
  for (std::size_t i = 0; i < text.size(); i += piece) scanner.feed(text.substr(i, piece));
  return scanner.finish();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto whole = scan(text, size + 1);
  const auto cut = scan(text, 7);
  require(whole.size() == cut.size() && whole.size() <= repository::SecretScanner::max_findings);
  for (std::size_t i = 0; i < whole.size(); ++i) {
    require(whole[i].line == cut[i].line && whole[i].column == cut[i].column && whole[i].kind == cut[i].kind);
    require(whole[i].line > 0 && whole[i].column > 0);
  }
  return 0;
}
