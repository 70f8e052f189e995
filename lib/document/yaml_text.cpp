// SPDX-License-Identifier: Apache-2.0
// Source: YAML 1.1, 4.1.1 (b-char) and 5.1 (c-printable) of 1.2.
#include "document/yaml_text.hpp"

#include <cstdint>

#include <fmt/format.h>

#include "document/write.hpp"

namespace tidegate::document {

namespace {

struct Special {
  std::size_t size = 0;  // in bytes; 0: none stands there
  std::uint32_t code_point = 0;
};

// Above the control characters of ASCII, which JSON escapes as well.
Special special_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) {
    return at + i < text.size() ? static_cast<unsigned char>(text[at + i]) : 0U;
  };
  if (byte(0) == 0x7F) return {1, 0x7F};
  if (byte(0) == 0xC2 && byte(1) >= 0x80 && byte(1) <= 0x9F) return {2, byte(1)};
  if (byte(0) == 0xE2 && byte(1) == 0x80 && (byte(2) == 0xA8 || byte(2) == 0xA9))
    return {3, 0x2000U + (byte(2) - 0x80U)};
  if (byte(0) == 0xEF && byte(1) == 0xBB && byte(2) == 0xBF) return {3, 0xFEFF};
  return {};
}

}  // namespace

void append_yaml_string(std::string& out, std::string_view text) {
  std::string json;
  append_json_string(json, text);
  for (std::size_t at = 0; at < json.size();) {
    const Special special = special_at(json, at);
    if (special.size == 0) {
      out += json[at++];
    } else {
      out += fmt::format("\\u{:04x}", special.code_point);
      at += special.size;
    }
  }
}

bool needs_yaml_escapes(std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at)
    if (static_cast<unsigned char>(text[at]) < 0x20U || special_at(text, at).size > 0) return true;
  return false;
}

}  // namespace tidegate::document
