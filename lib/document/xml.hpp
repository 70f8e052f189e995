// SPDX-License-Identifier: Apache-2.0
// XML text -> a tree of elements with their places. Enough for files that hold data (Maven POM):
// comments, processing instructions and the document type are dropped, entities of a document type
// are never expanded, namespaces are not resolved (names are as written).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tidegate::document {

struct XmlNode {
  std::string name{};      // of the element, as written
  std::string text{};      // all text and CDATA directly inside, as written, white space kept
  std::uint32_t line = 0;  // of the element's name; columns count code points, both from 1
  std::uint32_t column = 0;
  std::uint32_t text_line = 0;  // of the first character of `text` that is no white space, or 0
  std::uint32_t text_column = 0;
  std::vector<std::pair<std::string, std::string>> attributes{};
  std::vector<XmlNode> children{};

  const XmlNode* find(std::string_view child) const;       // the first with this name
  std::string_view text_of(std::string_view child) const;  // its text, trimmed; "" when absent
};

struct XmlOptions {
  std::size_t max_depth = 256;
};

// The root element. UTF-8 with or without a BOM; ISO-8859-1 and US-ASCII when the declaration says
// so. Codes: document.invalid-xml, document.too-deep, document.invalid-utf8.
Result<XmlNode> parse_xml(const std::string& file, std::string text,
                          const XmlOptions& options = {});

}  // namespace tidegate::document
