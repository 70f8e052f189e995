// SPDX-License-Identifier: Apache-2.0
// Sound JSON is read by one parser, everything else by another: nothing of that may be visible.
#include "support/json_readers.hpp"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "support/shared.hpp"

namespace tidegate {
namespace {

const std::string sample =
    R"({"name": "load", "n": [0, -0, 1.50, -2e+3, 12345678901234567890, 1E-7],
  "text": ["", "plain", "a\"b\\c\/\b\f\n\r\t", "\u00e9\ud83c\udf0a", "é🌊", "//", "${x}"],
  "k\u0065y": {"": null, "deep": [[[{"a": [true, false, null]}]]]} ,	"last":{ } , "e":[ ]})";

bool taken(const std::string& text) {
  bool result = false;
  EXPECT_EQ(test::difference_of_readers(text, result), "") << text;
  return result;
}

TEST(JsonReaders, sound_texts_take_the_short_way) {
  EXPECT_TRUE(taken(sample));
  EXPECT_TRUE(taken("[]"));
  EXPECT_TRUE(taken(" \r\n\t{}\n"));
  std::string wide =
      "{";  // more members than are compared one by one, keys with escapes among them
  for (int i = 0; i < 300; ++i)
    wide += (i > 0 ? ",\"k" : "\"k") + std::string(i % 3 == 0 ? "\\u0041" : "") +
            std::to_string(i) + "\":" + std::to_string(i);
  EXPECT_TRUE(taken(wide + "}"));
}

// Whatever stands behind a value: a form feed behind null once threw.
TEST(JsonReaders, every_byte_behind_every_value) {
  for (const std::string value : {"null", "true", "false", "1", "1.5e3", "\"s\"", "[]", "{}"}) {
    for (int byte = 0; byte < 256; ++byte) {
      const std::string behind(1, static_cast<char>(byte));
      const bool space = byte == ' ' || byte == '\n' || byte == '\t' || byte == '\r';
      const bool digit = value.starts_with('1') && byte >= '0' && byte <= '9';
      EXPECT_EQ(taken("{\"a\": " + value + behind + "}"), space || digit) << value << " " << byte;
      EXPECT_EQ(taken("[" + value + behind + ", 2]"), space || digit) << value << " " << byte;
    }
  }
}

TEST(JsonReaders, faults_and_extremes_are_left_to_the_other) {
  const std::array<std::string, 46> texts{"",
                                          " ",
                                          "1",
                                          "\"a\"",
                                          "null",
                                          "[1,]",
                                          "[,1]",
                                          "[1 2]",
                                          "[1,,2]",
                                          "{\"a\":1,}",
                                          "{\"a\" 1}",
                                          "{\"a\":}",
                                          "{a:1}",
                                          "{\"a\":1 \"b\":2}",
                                          "{1:2}",
                                          "[01]",
                                          "[1.]",
                                          "[.5]",
                                          "[+1]",
                                          "[1e]",
                                          "[1e+]",
                                          "[--1]",
                                          "[0x1]",
                                          "[NaN]",
                                          "[tru]",
                                          "[truer]",
                                          "[nul]",
                                          "[True]",
                                          "[\"\\x\"]",
                                          "[\"\\u12\"]",
                                          "[\"\\ud800\"]",
                                          "[\"\\udc00\"]",
                                          "[\"\\ud800\\u0041\"]",
                                          "[\"a\nb\"]",
                                          "[\"a]",
                                          "[1]]",
                                          "[1] x",
                                          "[1]{}",
                                          "{\"a\":1}}",
                                          "[\"\xC3\"]",
                                          "[\"\xED\xA0\x80\"]",
                                          "\xEF\xBB\xBF\xEF\xBB\xBF[]",
                                          "[1e9999]",
                                          "{\"a\":1,\"\\u0061\":2}",
                                          "{\"a\":1,\"a\":2}",
                                          "[\"a\"b]"};
  for (const std::string& text : texts) EXPECT_FALSE(taken(text)) << text;
  EXPECT_FALSE(taken(std::string("[1\0]", 4)));
  EXPECT_FALSE(taken(std::string("[1]\0", 4)));
  EXPECT_FALSE(taken(std::string(300, '[') + std::string(300, ']')));
  EXPECT_TRUE(taken(std::string(256, '[') + std::string(256, ']')));
}

TEST(JsonReaders, no_part_of_a_text_is_sound) {
  for (std::size_t size = 0; size < sample.size(); ++size)
    EXPECT_FALSE(taken(sample.substr(0, size))) << size;
}

TEST(JsonReaders, agree_on_mutated_texts) {
  std::mt19937 random(20261127);
  const std::string bytes = "{}[]\",:\\u0019-.eE tfn/\n\xC3\xA9\xF0\x00\x1F";
  const auto any = [&](std::size_t count) { return static_cast<std::size_t>(random()) % count; };
  int sound = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = sample;
    for (std::size_t changes = 1 + any(2); changes > 0; --changes) {
      const std::size_t at = any(text.size());
      switch (any(4)) {
        case 0:
          text.erase(at, 1 + any(3));
          break;
        case 1:
          text.insert(at, 1, bytes[any(bytes.size())]);
          break;
        case 2:
          text[at] = bytes[any(bytes.size())];
          break;
        default:
          text.insert(at, text.substr(any(text.size()), any(12)));
          break;
      }
    }
    sound += taken(text) ? 1 : 0;
  }
  EXPECT_GT(sound, 2000);  // enough of both, or nothing was shown
  EXPECT_LT(sound, 18000);
}

TEST(JsonReaders, agree_on_real_repositories) {
  const auto folder = test::shared_folder();
  if (!folder) GTEST_SKIP() << "the corpus is not here";
  std::size_t sound = 0, others = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(*folder + "/corpus/adf")) {
    if (!entry.is_regular_file() || entry.path().extension() != ".json") continue;
    std::ostringstream text;
    text << std::ifstream(entry.path(), std::ios::binary).rdbuf();
    ++(taken(text.str()) ? sound : others);
  }
  EXPECT_GT(sound, 400U);
  EXPECT_LT(others, 20U);
}

}  // namespace
}  // namespace tidegate
