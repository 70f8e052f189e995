// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include <functional>

#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::document {
namespace {

DocumentPtr good(std::string text) {
  Result<DocumentPtr> parsed = parse_json("a.json", std::move(text));
  EXPECT_TRUE(parsed.ok()) << (parsed.ok() ? "" : render_diagnostic(parsed.failure()));
  return parsed.ok() ? *parsed : nullptr;
}

std::string bad(std::string text) {
  const Result<DocumentPtr> parsed = parse_json("a.json", std::move(text));
  return parsed.ok() ? "accepted" : render_diagnostic(parsed.failure());
}

TEST(Json, keeps_order_positions_and_number_text) {
  const DocumentPtr document = good("{\n  \"b\": 1.50,\n  \"a\": [true, null, \"x\\u00e9\\n\"]\n}");
  const Node root = document->root();
  ASSERT_TRUE(root.is_object());
  EXPECT_EQ(root.size(), 2U);
  EXPECT_EQ((*root.begin()).key(), "b");
  EXPECT_EQ(root["b"].number_text(), "1.50");
  EXPECT_EQ(to_string(root["b"].location()), "a.json:2:8");
  EXPECT_EQ(to_string(root["b"].key_location()), "a.json:2:3");
  EXPECT_EQ(root["a"].at(2).as_string(), "x\u00e9\n");
  EXPECT_EQ(root["a"].at(2).pointer(), "/a/2");
  EXPECT_EQ(to_string(root["a"].at(2).location()), "a.json:3:21");
  EXPECT_EQ(to_string(root["a"].at(2).location_in_string(3)), "a.json:3:29");
  EXPECT_TRUE(root["a"].at(1).is_null());
  EXPECT_FALSE(root["nothing"]["deeper"].exists());
}

// Against what the walk down says: containers of every size around the farthest parent that a node keeps itself, one
// inside the other, with members before and behind; and keys that are long, or far from their value.
TEST(Json, knows_parents_and_keys_at_any_distance) {
  const auto numbers = [](std::size_t count) {
    std::string text = "0";
    for (std::size_t i = 1; i < count; ++i) text += ",0";
    return text;
  };
  for (const std::size_t inner : {1U, 8190U, 8191U, 8192U, 20000U}) {
    for (const std::size_t outer : {1U, 8191U, 20000U}) {
      const std::string array = "[" + numbers(inner) + "]";
      const DocumentPtr document = good("{\"a\": [" + numbers(outer) + ", {\"b\": " + array + ", \"c\": [[]]}, " + array + ", " + numbers(outer) +
                                        "], \"z\": {\"y\": 1}}");
      ASSERT_NE(document, nullptr);
      std::size_t seen = 1;
      const std::function<void(const Node&)> walk = [&](const Node& above) {
        for (const Node child : above) {
          ++seen;
          if (child.parent() != above) ADD_FAILURE() << inner << " " << outer << " " << child.index();
          walk(child);
        }
      };
      walk(document->root());
      EXPECT_EQ(seen, document->node_count());
      EXPECT_FALSE(document->root().parent().exists());
      EXPECT_EQ(document->root()["a"].at(outer)["c"].at(0).pointer(), "/a/" + std::to_string(outer) + "/c/0");
    }
  }
  for (const std::size_t size : {0U, 1U, 254U, 255U, 256U, 70000U}) {
    for (const std::size_t gap : {0U, 5U, 6U, 7U, 300U}) {
      const std::string key(size, 'k');
      const DocumentPtr document = good("{\"first\": 0, \"" + key + "\":" + std::string(gap, ' ') + "[1]}");
      ASSERT_NE(document, nullptr);
      const Node value = document->root()[key];
      ASSERT_TRUE(value.is_array()) << size << " " << gap;
      EXPECT_EQ(value.key(), key);
      EXPECT_EQ(value.key_offset(), 13U);
      EXPECT_EQ(value.offset(), 13U + 1 + size + 2 + gap);
      EXPECT_EQ(value.parent(), document->root());
      EXPECT_EQ(bad("{\"" + key + "\":" + std::string(gap, ' ') + "1, \"" + key + "\": 2}").find("accepted"), std::string::npos);
    }
  }
}

// The same whichever of the two parsers reads the text.
TEST(Json, knows_whether_escapes_hide_characters) {
  const std::string huge = ", \"n\": 1e400}";  // only one of them takes such a number
  for (const std::string& end : {std::string("}"), huge}) {
    EXPECT_FALSE(good("{\"a\": \"plain\"" + end)->hides_characters());
    EXPECT_FALSE(good(R"({"a": "line\nquote\"back\\u0041")" + end)->hides_characters());
    EXPECT_TRUE(good(R"({"a": "\u0040x")" + end)->hides_characters());
    EXPECT_TRUE(good(R"({"a": "b\\\u0040")" + end)->hides_characters());
    EXPECT_TRUE(good(R"({"a": "https:\/\/host")" + end)->hides_characters());
    EXPECT_TRUE(good(R"({"\u0061": 1)" + end)->hides_characters());
  }
}

TEST(Json, columns_count_code_points) {
  const DocumentPtr document = good("{\"\xE3\x82\xB3\xF0\x9F\x8C\x8A\": 1}");
  EXPECT_EQ(to_string((*document->root().begin()).location()), "a.json:1:8");
}

// Each element is `"é",`: five bytes, four columns.
TEST(Json, columns_of_a_long_line_are_counted_from_nearby) {
  std::string text = "{\n\"a\":[";
  for (int i = 0; i < 3000; ++i) text += "\"é\",";
  const DocumentPtr document = good(text + "1],\n \"b\":2}");
  std::size_t i = 0;
  for (const Node element : document->root()["a"]) {
    const Location where = document->locate(element.offset());
    EXPECT_EQ(where.line, 2U);
    ASSERT_EQ(where.column, 6 + 4 * i);
    ++i;
  }
  EXPECT_EQ(to_string(document->root()["b"].key_location()), "a.json:3:2");
  EXPECT_EQ(to_string(document->locate(text.size() * 9)), "a.json:3:8");
}

TEST(Json, skips_a_byte_order_mark) {
  EXPECT_EQ(good("\xEF\xBB\xBF{\"a\":1}")->root()["a"].number_text(), "1");
}

TEST(Json, keeps_numbers_no_double_holds) {
  const DocumentPtr document = good("[12345678901234567890, 1e400, -0.0, 1E+2, 123456789012345678901234567890]");
  EXPECT_EQ(document->root().at(0).number_text(), "12345678901234567890");
  EXPECT_EQ(document->root().at(1).number_text(), "1e400");
  EXPECT_EQ(document->root().at(2).number_text(), "-0.0");
  EXPECT_EQ(document->root().at(3).as_integer(), 100);
  EXPECT_EQ(document->root().at(0).as_integer(), std::nullopt);
  EXPECT_EQ(document->root().at(2).as_integer(), 0);
}

TEST(Json, refuses_duplicate_keys_with_their_place) {
  EXPECT_EQ(bad("{\"a\": 1,\n \"a\": 2}"),
            "a.json:2:2: error: key \"a\" occurs twice in one object [document.duplicate-key]\n"
            "  remove one of the two members");
  EXPECT_NE(bad("{\"a\": 1, \"\\u0061\": 2}").find("document.duplicate-key"), std::string::npos);
  std::string many = "{";
  for (int i = 0; i < 100; ++i) many += "\"k" + std::to_string(i) + "\": {\"k\": [" + std::to_string(i) + "]},";
  EXPECT_EQ(good(many + "\"last\": 0}")->root().size(), 101U);
  EXPECT_NE(bad(many + "\"k7\": 0}").find("document.duplicate-key"), std::string::npos);
  EXPECT_NE(bad(many + "\"\\u006b7\": 0}").find("document.duplicate-key"), std::string::npos);
  EXPECT_NE(bad(many + "\"\\u0078\": 0, \"x\": 0}").find("document.duplicate-key"), std::string::npos);
}

// Objects of many members, with keys that are kept in place, with escapes, long ones, and far ones: each in its turn
// comes again at the end. Quadratic, this would take minutes.
TEST(Json, finds_duplicates_among_many_keys_of_every_kind) {
  constexpr std::size_t count = 20000;
  const auto member = [](std::size_t i) {
    const std::string number = std::to_string(i);
    const std::string keys[] = {"k" + number, "\\u006b" + number + "e", std::string(300, 'l') + number, "g" + number};
    return "\"" + keys[i % 4] + "\":" + std::string(i % 4 == 3 ? 40 : 1, ' ') + "1";
  };
  std::string text = "{\"inner\": {" + member(2) + "}, " + member(0);
  for (std::size_t i = 1; i < count; ++i) text += ", " + member(i);
  const DocumentPtr document = good(text + "}");
  ASSERT_NE(document, nullptr);
  EXPECT_EQ(document->root().size(), count + 1);
  for (const std::size_t again : {0U, 1U, 2U, 3U, 15U, 16U, 17U, 18U, 19U, 19996U, 19997U, 19998U, 19999U})
    EXPECT_NE(bad(text + ", " + member(again) + "}").find("document.duplicate-key"), std::string::npos) << again;
  EXPECT_NE(bad(text + ", \"k1e\": 1}").find("document.duplicate-key"), std::string::npos);  // as it is decoded
}

TEST(Json, names_the_place_of_a_syntax_error) {
  EXPECT_EQ(bad("{\"a\": 1\n \"b\": 2}").substr(0, 45), "a.json:2:2: error: not valid JSON: object - u");
  EXPECT_NE(bad("{\"a\": ").find("the text ends too early"), std::string::npos);
  EXPECT_NE(bad("").find("document.invalid-json"), std::string::npos);
  EXPECT_NE(bad(std::string("{}\0", 3)).find("a NUL byte"), std::string::npos);
  EXPECT_NE(bad("\xEF\xBB\xBF\xEF\xBB\xBF{}").find("second byte order mark"), std::string::npos);
  EXPECT_NE(bad("{} x").find("document.invalid-json"), std::string::npos);
  EXPECT_NE(bad("{\"a\": 01}").find("document.invalid-json"), std::string::npos);
  EXPECT_NE(bad("\"\\ud800\"").find("document.invalid-json"), std::string::npos);
  EXPECT_NE(bad("{\n<<<<<<< HEAD\n\"a\": 1}").find("a.json:2:1: error: not valid JSON: a merge conflict"),
            std::string::npos);
}

TEST(Json, never_repeats_the_input_in_a_message) {
  EXPECT_EQ(bad("{\"password\": 'hunter2'}").find("hunter2"), std::string::npos);
  EXPECT_EQ(bad("{\"password\": \"hunter2\n\"}").find("hunter2"), std::string::npos);
}

TEST(Json, limits_depth_and_checks_utf8) {
  EXPECT_NE(bad(std::string(300, '[') + std::string(300, ']')).find("document.too-deep"), std::string::npos);
  good(std::string(256, '[') + std::string(256, ']'));
  EXPECT_NE(bad("{\"a\": \"\xC0\x80\"}").find("document.invalid-utf8"), std::string::npos);
}

TEST(Json, resolves_pointers) {
  const DocumentPtr document = good("{\"a/b\": {\"m~n\": [10, 20]}}");
  const Node node = document->root().resolve_pointer("/a~1b/m~0n/1");
  EXPECT_EQ(node.number_text(), "20");
  EXPECT_EQ(node.pointer(), "/a~1b/m~0n/1");
  EXPECT_FALSE(document->root().resolve_pointer("/a~1b/m~0n/x").exists());
}

TEST(Json, writes_what_it_reads) {
  const std::string text = R"({"a":[1,2.50,"\u0001\"\\é"],"b":{"c":null,"d":false},"e":[],"f":{}})";
  const DocumentPtr document = good(text);
  EXPECT_EQ(render_canonical_json(document->root()), text);
  std::string pretty;
  JsonWriter(pretty).node(document->root());
  const DocumentPtr again = good(pretty);
  EXPECT_TRUE(equal_values(document->root(), again->root()));
  EXPECT_NE(pretty.find("\n  \"e\": [],\n  \"f\": {}\n}"), std::string::npos);
}

TEST(Json, compares_numbers_as_decimals) {
  const auto equal = [](const std::string& a, const std::string& b) {
    return equal_values(good(a)->root(), good(b)->root());
  };
  EXPECT_TRUE(equal("1.0", "1"));
  EXPECT_TRUE(equal("1e2", "100"));
  EXPECT_TRUE(equal("-0", "0"));
  EXPECT_TRUE(equal("{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}"));
  EXPECT_FALSE(equal("12345678901234567890", "12345678901234567891"));
  EXPECT_FALSE(equal("[1,2]", "[2,1]"));
  EXPECT_FALSE(equal("1", "\"1\""));
}

TEST(Json, knows_which_numbers_a_double_holds) {
  for (const char* text : {"0", "1", "0.1", "9007199254740992", "1e22", "1.50", "-0.0", "1e-7", "18014398509481984"}) {
    EXPECT_TRUE(survives_binary64(text)) << text;
  }
  for (const char* text : {"12345678901234567890", "9007199254740993", "1e400", "0.12345678901234567890123"}) {
    EXPECT_FALSE(survives_binary64(text)) << text;
  }
}

}  // namespace
}  // namespace tidegate::document
