// SPDX-License-Identifier: Apache-2.0
// Scripts of data flows: places lie inside the text, names stand where they are said to stand.
#include "adf/data_flow.hpp"

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "place.hpp"

using namespace tidegate;
using fuzz::require;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const adf::Script script = adf::parse_script(text);
  for (const adf::ScriptStream& stream : script.streams) {
    require(!stream.operation.empty());
    require(text.substr(stream.name.offset, stream.name.name.size()) == stream.name.name);
    for (const adf::ScriptName& input : stream.inputs) {
      const std::string_view word = std::string_view(input.name).substr(0, input.name.find('@'));
      require(text.substr(input.offset, word.size()) == word);
    }
  }
  for (const adf::ScriptName& use : script.uses)
    require(text.substr(use.offset, use.name.size() + 1) == "$" + use.name);
  return 0;
}
