// SPDX-License-Identifier: Apache-2.0
// TOML: a fault lies inside the text; names are decoded UTF-8; what was read, written as one line each, is read again.
#include "document/toml.hpp"

#include <cstddef>
#include <cstdint>
#include <string>

#include "base/text.hpp"
#include "document/write.hpp"
#include "place.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  using fuzz::require;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto read = document::read_toml_strings("x.toml", text);
  if (!read) {
    const Diagnostic& fault = read.failure();
    require(fault.code == "document.invalid-toml" || fault.code == "document.invalid-utf8" || fault.code == "document.too-deep");
    require(size > (std::size_t{1} << 20U) || (fault.where.line > 0 && fault.where.column > 0));
    return 0;
  }
  std::string again;
  for (const auto& one : *read) {
    require(!find_invalid_utf8(one.first) && !find_invalid_utf8(one.second));
    std::string line;
    for (const std::string_view part : split(one.first, '.')) {
      if (!line.empty()) line += ".";
      document::append_json_string(line, part);
    }
    again += line + " = ";
    document::append_json_string(again, one.second);
    again += "\n";
  }
  if (again.size() > (std::size_t{1} << 20U) || again.find('\x7F') != std::string::npos) return 0;
  const auto second = document::read_toml_strings("x.toml", again);
  require(second.ok() && *second == *read);
  return 0;
}
