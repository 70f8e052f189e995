// SPDX-License-Identifier: Apache-2.0
#include "document/xml.hpp"

#include <gtest/gtest.h>

namespace tidegate::document {
namespace {

TEST(Xml, ElementsTextAndPlaces) {
  const auto root = parse_xml(
      "a.xml",
      "<?xml version=\"1.0\"?>\n<!-- c -->\n<a>\n  <b k=\"v&amp;w\"> x<![CDATA[<y>]]>&#65; </b>\n"
      "  <é/><b>2</b>\n</a>");
  ASSERT_TRUE(root) << root.failure().message;
  EXPECT_EQ(root->name, "a");
  EXPECT_EQ(root->line, 3U);
  EXPECT_EQ(root->column, 2U);
  ASSERT_EQ(root->children.size(), 3U);
  const XmlNode& b = root->children[0];
  EXPECT_EQ(b.text, " x<y>A ");
  EXPECT_EQ(root->text_of("b"), "x<y>A");
  EXPECT_EQ(b.line, 4U);
  EXPECT_EQ(b.column, 4U);
  ASSERT_EQ(b.attributes.size(), 1U);
  EXPECT_EQ(b.attributes[0].second, "v&w");
  EXPECT_EQ(root->children[2].line, 5U);
  EXPECT_EQ(root->children[2].column, 8U);  // é is one column
  EXPECT_EQ(root->find("none"), nullptr);
  EXPECT_EQ(root->text_of("none"), "");
}

TEST(Xml, PlaceOfTheText) {
  const auto root = parse_xml("a.xml", "<a>\r\n  é <b>&#65;</b><c>  </c><d><e/>x</d></a>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->text_line, 2U);
  EXPECT_EQ(root->text_column, 3U);
  EXPECT_EQ(root->children[0].text_column, 8U);
  EXPECT_EQ(root->children[1].text_line, 0U);
  EXPECT_EQ(root->children[2].text_column, 33U);
}

TEST(Xml, TextAroundCommentsJoins) {
  EXPECT_EQ(parse_xml("a.xml", "<a>1<!-- x -->2</a>")->text, "12");
}

TEST(Xml, BomAndLatin1) {
  EXPECT_EQ(parse_xml("a.xml", "\xEF\xBB\xBF<a>\xC3\xA9</a>")->text, "é");
  EXPECT_EQ(parse_xml("a.xml", "<?xml version='1.0' encoding='ISO-8859-1'?><a>\xE9</a>")->text,
            "é");
}

TEST(Xml, EntitiesOfADocumentTypeStayText) {
  const auto root =
      parse_xml("a.xml", "<!DOCTYPE a [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>\n<a>&x;</a>");
  ASSERT_TRUE(root);
  EXPECT_EQ(root->text, "&x;");
}

TEST(Xml, ErrorsHaveACodeAndAPlace) {
  const auto code = [](const std::string& text) {
    const auto root = parse_xml("a.xml", text);
    return root ? std::string("ok") : root.failure().code + " " + to_string(root.failure().where);
  };
  EXPECT_EQ(code(""), "document.invalid-xml a.xml:1:1");
  EXPECT_EQ(code("plain"), "document.invalid-xml a.xml:1:6");
  EXPECT_TRUE(code("<a>\n<b></a>").starts_with("document.invalid-xml a.xml:2:"));
  EXPECT_EQ(code("<a/>\n<b/>"), "document.invalid-xml a.xml:2:2");
  EXPECT_EQ(code("<a>\n\xFF</a>"), "document.invalid-utf8 a.xml:2:1");
  EXPECT_EQ(code(std::string("<a>\0</a>", 8)), "document.invalid-xml a.xml:1:4");
}

TEST(Xml, DepthIsLimited) {
  std::string text;
  for (int i = 0; i < 300; ++i) text += "<a>";
  for (int i = 0; i < 300; ++i) text += "</a>";
  const auto root = parse_xml("a.xml", text);
  ASSERT_FALSE(root);
  EXPECT_EQ(root.failure().code, "document.too-deep");
  EXPECT_EQ(root.failure().where.column, 256U * 3 + 2);
  EXPECT_TRUE(parse_xml("a.xml", text, {.max_depth = 300}));
}

}  // namespace
}  // namespace tidegate::document
