// SPDX-License-Identifier: Apache-2.0
// Texts that build servers and report readers take: encodings of their log formats, XML, URIs.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace tidegate {

std::string uri_of(std::string_view file);  // a path as a relative URI

// Build servers take "##[…" and "##vso[…" anywhere in a line for commands: the second `#` becomes
// `instead`, which the format reads as the same character, or as near to it as it can.
std::string without_commands(std::string text, std::string_view instead);

// Percent encoding of a log format: each of these characters becomes its code.
struct Code {
  char character = 0;
  std::string_view code{};
};
std::string encoded(std::string_view text, std::span<const Code> codes);

// Text or attribute of XML, of text that is printable apart from line ends. U+FFFE and U+FFFF are no
// characters of XML.
std::string xml_escaped(std::string_view text);

// Text of a workflow command of GitHub Actions, or a property of one.
std::string github_escaped(std::string_view text, bool is_property);
// Text of a logging command of Azure Pipelines, or a property of one.
std::string azure_escaped(std::string_view text, bool is_property);

}  // namespace tidegate
