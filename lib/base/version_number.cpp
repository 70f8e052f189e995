// SPDX-License-Identifier: Apache-2.0
#include "base/version_number.hpp"

#include <charconv>

#include "base/text.hpp"

namespace tidegate {

WrittenVersion read_version(std::string_view text) {
  WrittenVersion out;
  text = trim(text);
  if (text.starts_with('v')) text.remove_prefix(1);
  const std::vector<std::string_view> parts = split(text.substr(0, text.find_first_of("-+ ")), '.');
  for (const std::string_view part : parts) {
    std::uint32_t number = 0;
    const auto read = std::from_chars(part.data(), part.data() + part.size(), number);
    if (out.parts == out.version.size() || read.ec != std::errc() ||
        read.ptr != part.data() + part.size()) {
      break;
    }
    out.version[out.parts++] = number;
  }
  out.whole = out.parts == parts.size();
  return out;
}

std::string to_string(const Version& version) {
  return std::to_string(version[0]) + "." + std::to_string(version[1]) + "." +
         std::to_string(version[2]);
}

}  // namespace tidegate
