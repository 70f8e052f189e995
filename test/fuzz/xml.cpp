// SPDX-License-Identifier: Apache-2.0
// Every element's place is that of its name, the text's place lies inside, and the tree written
// again reads as the same tree.
#include "document/xml.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"

namespace {

using namespace tidegate;
using document::XmlNode;
using fuzz::require;

std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    switch (c) {
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '&':
        out += "&amp;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\r':
        out += "&#13;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\t':
        out += "&#9;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

void render(const XmlNode& node, std::string& out) {
  out += "<" + node.name;
  for (const auto& attribute : node.attributes) {
    out += " " + attribute.first + "=\"" + escaped(attribute.second) + "\"";
  }
  out += ">" + escaped(node.text);
  for (const XmlNode& child : node.children) render(child, out);
  out += "</" + node.name + ">";
}

bool same(const XmlNode& a, const XmlNode& b) {
  if (a.name != b.name || a.attributes != b.attributes || a.children.size() != b.children.size())
    return false;
  if (a.text != b.text) return false;
  for (std::size_t i = 0; i < a.children.size(); ++i) {
    if (!same(a.children[i], b.children[i])) return false;
  }
  return true;
}

void check_places(const XmlNode& node, std::string_view text) {
  require(fuzz::is_inside(text, node.line, node.column));
  if (node.text_line != 0) require(fuzz::is_inside(text, node.text_line, node.text_column));
  for (const XmlNode& child : node.children) check_places(child, text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto root = document::parse_xml("a.xml", text);
  if (!root) {
    require(root.failure().code.starts_with("document.") && !root.failure().message.empty());
    return 0;
  }
  std::string_view shown = text;
  if (shown.starts_with("\xEF\xBB\xBF")) shown.remove_prefix(3);
  if (shown.substr(0, 200).find("encoding") == std::string_view::npos) check_places(*root, shown);
  std::string out;
  render(*root, out);
  const auto again = document::parse_xml("again.xml", out);
  require(again.ok() && same(*root, *again));
  return 0;
}
