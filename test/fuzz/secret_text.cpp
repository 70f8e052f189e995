// SPDX-License-Identifier: Apache-2.0
// Any text: the answers are the same twice, constants only get fewer, what is appended in clear is found,
// and what an expression computes is not.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "adf/secret_text.hpp"
#include "place.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const bool found = adf::holds_secret(text);
  require(found == adf::holds_secret(text));
  const std::string flat = adf::flatten_expressions(text);
  if (text.find('@') == std::string_view::npos) {
    require(flat == text);
    require(adf::holds_secret(std::string(text) + "\n&sig=a1b2c3"));
    require(!found || adf::holds_secret(std::string(text) + "\n"));
  }
  const std::string_view name = text.substr(0, text.find(':'));
  const std::string_view value = text.substr(std::min(name.size() + 1, text.size()));
  const bool header = adf::is_secret_header(name, value);
  require(!header || !value.empty());
  require(!adf::is_secret_header(name, "@activity('x').output.value"));
  require(!adf::is_secret_value("@{variables('x')}"));
  if (name.size() < 30 && adf::is_secret_name(name)) require(adf::is_secret_name(std::string(name) + "_"));
  adf::is_secret_value(value);
  return 0;
}
