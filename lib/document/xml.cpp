// SPDX-License-Identifier: Apache-2.0
#include "document/xml.hpp"

#include <algorithm>
#include <limits>
#include <new>
#include <optional>
#include <pugixml.hpp>

#include "base/text.hpp"

namespace tidegate::document {
namespace {

constexpr std::size_t most_bytes = std::size_t{64} << 20U;

// Line and column of byte offsets; asked in any order, fast when they grow.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {}

  // The first byte at or after `offset` that is no white space.
  std::size_t skip_space(std::size_t offset) const {
    return std::min(text_.find_first_not_of(" \t\r\n", offset), text_.size());
  }

  std::pair<std::uint32_t, std::uint32_t> at(std::size_t offset) {
    offset = std::min(offset, text_.size());
    if (offset < offset_) {
      offset_ = 0;
      line_ = 1;
      column_ = 1;
    }
    for (; offset_ < offset; ++offset_) {
      if (text_[offset_] == '\n') {
        ++line_;
        column_ = 1;
      } else if ((static_cast<unsigned char>(text_[offset_]) & 0xC0U) != 0x80U) {
        ++column_;
      }
    }
    return {line_, column_};
  }

 private:
  std::string_view text_;
  std::size_t offset_ = 0;
  std::uint32_t line_ = 1;
  std::uint32_t column_ = 1;
};

Diagnostic refuse(const std::string& file, std::string_view text, std::size_t offset,
                  std::string code, std::string message) {
  const auto [line, column] = Places(text).at(offset);
  return {.code = std::move(code),
          .where = {.file = file, .line = line, .column = column},
          .message = std::move(message),
          .hint = "correct the file; an XML editor shows the same place",
          .exit = ExitCode::unreadable};
}

// The value of encoding="…" in the XML declaration, or nothing.
std::optional<std::string_view> declared_encoding(std::string_view text) {
  if (!text.starts_with("<?xml")) return std::nullopt;
  const std::string_view declaration = text.substr(0, text.find("?>"));
  std::size_t at = declaration.find("encoding");
  if (at == std::string_view::npos) return std::nullopt;
  at = declaration.find_first_of("\"'", at);
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t end = declaration.find(declaration[at], at + 1);
  if (end == std::string_view::npos) return std::nullopt;
  return declaration.substr(at + 1, end - at - 1);
}

std::string from_latin1(std::string_view text) {
  std::string out;
  out.reserve(text.size() + text.size() / 8);
  for (const char c : text) append_utf8(out, static_cast<unsigned char>(c));
  return out;
}

struct TooDeep {
  std::size_t offset = 0;
};

// A text of blanks alone, or one whose place pugixml does not know, has none.
void place_text(const pugi::xml_node& from, XmlNode& to, Places& places) {
  const std::ptrdiff_t offset = from.offset_debug();
  if (offset < 0 || trim(from.value()).empty()) return;
  const auto [line, column] = places.at(places.skip_space(static_cast<std::size_t>(offset)));
  to.text_line = line;
  to.text_column = column;
}

// pugixml knows the offset of an element's name, and frees its tree without recursion; this copy
// recurses at most max_depth times.
std::optional<TooDeep> copy_element(const pugi::xml_node& from, XmlNode& to, Places& places,
                                    std::size_t depth_left) {
  const std::ptrdiff_t offset = from.offset_debug();
  if (depth_left == 0)
    return TooDeep{static_cast<std::size_t>(std::max<std::ptrdiff_t>(offset, 0))};
  to.name = from.name();
  if (offset >= 0) {
    const auto [line, column] = places.at(static_cast<std::size_t>(offset));
    to.line = line;
    to.column = column;
  }
  for (const pugi::xml_attribute& attribute : from.attributes()) {
    to.attributes.emplace_back(attribute.name(), attribute.value());
  }
  for (const pugi::xml_node& child : from.children()) {
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata) {
      to.text += child.value();
      if (to.text_line == 0) place_text(child, to, places);
    } else if (child.type() == pugi::node_element) {
      to.children.emplace_back();
      if (auto deep = copy_element(child, to.children.back(), places, depth_left - 1)) return deep;
    }
  }
  return std::nullopt;
}

Result<XmlNode> parse_prepared(const std::string& file, const std::string& text,
                               const XmlOptions& options) {
  pugi::xml_document document;
  constexpr unsigned int flags =
      pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol | pugi::parse_wconv_attribute;
  const auto parsed = document.load_buffer(text.data(), text.size(), flags, pugi::encoding_utf8);
  if (!parsed) {
    const auto offset = static_cast<std::size_t>(std::max<std::ptrdiff_t>(parsed.offset, 0));
    return refuse(file, text, offset, "document.invalid-xml",
                  std::string("no well-formed XML: ") + parsed.description());
  }
  std::optional<pugi::xml_node> root;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() != pugi::node_element) continue;
    if (root) {
      return refuse(file, text,
                    static_cast<std::size_t>(std::max<std::ptrdiff_t>(node.offset_debug(), 0)),
                    "document.invalid-xml", "found a second root element, expected one");
    }
    root = node;
  }
  if (!root) return refuse(file, text, 0, "document.invalid-xml", "found no element");
  XmlNode out;
  Places places(text);
  if (const auto deep = copy_element(*root, out, places, options.max_depth)) {
    return refuse(file, text, deep->offset, "document.too-deep",
                  "elements are nested deeper than " + std::to_string(options.max_depth));
  }
  return out;
}

}  // namespace

const XmlNode* XmlNode::find(std::string_view child) const {
  const auto found = std::find_if(children.begin(), children.end(),
                                  [child](const XmlNode& node) { return node.name == child; });
  return found == children.end() ? nullptr : &*found;
}

std::string_view XmlNode::text_of(std::string_view child) const {
  const XmlNode* node = find(child);
  return node == nullptr ? std::string_view() : trim(node->text);
}

Result<XmlNode> parse_xml(const std::string& file, std::string text, const XmlOptions& options) {
  constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
  if (text.starts_with(byte_order_mark)) text.erase(0, byte_order_mark.size());
  if (text.size() > most_bytes) {
    return refuse(file, {}, 0, "document.invalid-xml", "the file is larger than 64 MiB");
  }
  if (const auto encoding = declared_encoding(text);
      encoding && (equal_ignoring_case(*encoding, "ISO-8859-1") ||
                   equal_ignoring_case(*encoding, "US-ASCII"))) {
    text = from_latin1(text);
  }
  if (const auto bad = find_invalid_utf8(text)) {
    return refuse(file, text, *bad, "document.invalid-utf8", "the text is not valid UTF-8");
  }
  if (const std::size_t nul = text.find('\0'); nul != std::string::npos) {
    return refuse(file, text, nul, "document.invalid-xml", "found a NUL character");
  }
  try {
    return parse_prepared(file, text, options);
  } catch (const std::bad_alloc&) {
    return refuse(file, text, 0, "document.invalid-xml", "the file needs too much memory");
  }
}

}  // namespace tidegate::document
