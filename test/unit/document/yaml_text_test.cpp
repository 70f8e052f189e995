// SPDX-License-Identifier: Apache-2.0
#include "document/yaml_text.hpp"

#include <gtest/gtest.h>

#include "base/text.hpp"
#include "document/parse.hpp"

namespace tidegate::document {
namespace {

std::string as_utf8(std::uint32_t code_point) {
  std::string out;
  append_utf8(out, code_point);
  return out;
}

std::string written(std::string_view text) {
  std::string out;
  append_yaml_string(out, text);
  return out;
}

// Between letters, where a line break would be folded into a blank.
TEST(YamlText, is_read_as_it_was_written) {
  for (std::uint32_t code_point = 1; code_point <= 0xFFFF; ++code_point) {
    if (code_point >= 0xD800 && code_point <= 0xDFFF) continue;
    if (code_point > 0x2100 && code_point < 0xF000 && code_point % 61 != 0) continue;
    const std::string text = "a" + as_utf8(code_point) + "b";
    const Result<DocumentPtr> parsed = parse_yaml("a.yaml", "t: " + written(text) + "\n");
    ASSERT_TRUE(parsed.ok()) << code_point << " " << render_diagnostic(parsed.failure());
    EXPECT_EQ((*parsed)->root()["t"].as_string(), text) << code_point;
  }
}

TEST(YamlText, escapes_what_is_no_printable_character) {
  EXPECT_EQ(written("\"\\\n\x7F"), "\"\\\"\\\\\\n\\u007f\"");
  EXPECT_EQ(written("\xC2\x80 \xC2\x85 \xC2\x9F \xC2\xA0"), "\"\\u0080 \\u0085 \\u009f \xC2\xA0\"");
  EXPECT_EQ(written("\xE2\x80\xA7\xE2\x80\xA8\xE2\x80\xA9\xE2\x80\xAA"),
            "\"\xE2\x80\xA7\\u2028\\u2029\xE2\x80\xAA\"");
  EXPECT_EQ(written("\xEF\xBB\xBF\xEF\xBB\xBE"), "\"\\ufeff\xEF\xBB\xBE\"");
  EXPECT_EQ(written("\xC2"), "\"\xC2\"");  // cut off
  EXPECT_TRUE(needs_yaml_escapes("a\xC2\x85"));
  EXPECT_TRUE(needs_yaml_escapes("a\tb"));
  EXPECT_FALSE(needs_yaml_escapes("azurerm_x.y[\"\xC3\xA9\"]"));
}

}  // namespace
}  // namespace tidegate::document
