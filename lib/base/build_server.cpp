// SPDX-License-Identifier: Apache-2.0
#include "base/build_server.hpp"

#include <algorithm>
#include <array>

namespace tidegate {

namespace {

// Text of a message has the first three only, a property all. Percent encoding as GitHub's toolkit
// (core/command.ts) and the task library of Azure (taskcommand.ts) have it.
constexpr std::array<Code, 5> github_codes{{{'%', "%25"}, {'\r', "%0D"}, {'\n', "%0A"}, {':', "%3A"}, {',', "%2C"}}};
constexpr std::array<Code, 5> azure_codes{{{'%', "%AZP25"}, {'\r', "%0D"}, {'\n', "%0A"}, {';', "%3B"}, {']', "%5D"}}};

std::string escaped(std::string_view text, std::span<const Code> codes, bool is_property) {
  return without_commands(encoded(text, is_property ? codes : codes.first(3)), " #");
}

}  // namespace

std::string uri_of(std::string_view file) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : file) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       std::string_view("-._~/").find(c) != std::string_view::npos;
    const auto byte = static_cast<unsigned char>(c);
    if (plain) out += c;
    else out += {'%', digits[byte >> 4U], digits[byte & 0xFU]};
  }
  return out;
}

std::string without_commands(std::string text, std::string_view instead) {
  for (std::size_t at = text.find("##"); at != std::string::npos; at = text.find("##", at + 1)) {
    const std::string_view rest = std::string_view(text).substr(at + 2);
    if (rest.starts_with('[') || rest.starts_with("vso[")) text.replace(at + 1, 1, instead);
  }
  return text;
}

std::string encoded(std::string_view text, std::span<const Code> codes) {
  std::string out;
  for (const char c : text) {
    const auto code = std::find_if(codes.begin(), codes.end(), [&](const Code& one) { return one.character == c; });
    if (code == codes.end()) out += c;
    else out += code->code;
  }
  return out;
}

std::string xml_escaped(std::string_view text) {
  std::string out;
  for (std::size_t at = 0; at < text.size(); ++at) {
    const char c = text[at];
    if (text.substr(at).starts_with("\xEF\xBF") && at + 2 < text.size() && static_cast<unsigned char>(text[at + 2]) >= 0xBEU) {
      out += static_cast<unsigned char>(text[at + 2]) == 0xBEU ? "\\ufffe" : "\\uffff";
      at += 2;
      continue;
    }
    switch (c) {
      case '&': out += "&amp;"; break;
      case '<': out += "&lt;"; break;
      case '>': out += "&gt;"; break;
      case '"': out += "&quot;"; break;
      case '\n': out += "&#10;"; break;
      default: out += c;
    }
  }
  return out;
}

std::string github_escaped(std::string_view text, bool is_property) { return escaped(text, github_codes, is_property); }
std::string azure_escaped(std::string_view text, bool is_property) { return escaped(text, azure_codes, is_property); }

}  // namespace tidegate
