// SPDX-License-Identifier: Apache-2.0
#include "document/splitter.hpp"

#include <gtest/gtest.h>

#include <random>

#include "document/parse.hpp"
#include "plan/fingerprint.hpp"
#include "plan/text_decoder.hpp"

namespace tidegate::plan {
namespace {

using document::Decision;
using document::JsonSplitter;
using document::Member;
using document::root_tag;
using document::SplitFailure;
using document::SplitProblem;
using document::Take;

struct Outcome {
  bool good = false;
  std::vector<std::string> captured{};
  std::optional<SplitFailure> failure{};
};

// Captures every value of a top-level object or list, in pieces of `size` bytes.
Outcome split_in(std::string_view text, std::size_t size) {
  Outcome outcome;
  JsonSplitter splitter({.begin = [](const Member& member) {
                           return member.parent == root_tag ? Decision{Take::open, 1} : Decision{Take::capture, 2};
                         },
                         .captured = [&](int, const Member& member, std::string_view part) {
                           outcome.captured.push_back(std::string(member.key) + "=" + std::string(part));
                         },
                         .closed = [](int) {}});
  bool good = true;
  for (std::size_t at = 0; good && at < text.size(); at += size) {
    const std::string piece(text.substr(at, size));  // its own memory: nothing may point into an old piece
    good = splitter.feed(piece);
  }
  outcome.good = splitter.finish();
  outcome.failure = splitter.failure();
  return outcome;
}

TEST(Splitter, captures_the_same_whatever_the_pieces) {
  const std::string text = "{ \"a\" : [1, {\"b\": \"x\\\"y\"}] , \"k\\u0065y\":-1.5e+3,\"\xC3\xA9\":\"\\ud83d\\ude00\xF0\x9F\x98\x80\" ,\"n\":null}\n ";
  const std::vector<std::string> expected{"a=[1, {\"b\": \"x\\\"y\"}]", "key=-1.5e+3",
                                          "\xC3\xA9=\"\\ud83d\\ude00\xF0\x9F\x98\x80\"", "n=null"};
  for (std::size_t size = 1; size <= text.size(); ++size) {
    const Outcome outcome = split_in(text, size);
    EXPECT_TRUE(outcome.good) << size;
    EXPECT_EQ(outcome.captured, expected) << size;
  }
}

TEST(Splitter, names_problem_and_place) {
  const auto problem = [](std::string_view text) {
    const Outcome outcome = split_in(text, 3);
    EXPECT_FALSE(outcome.good) << text;
    return outcome.failure.value_or(SplitFailure{});
  };
  EXPECT_EQ(problem("{\"a\":1,\n \"a\":2}").problem, SplitProblem::duplicate_key);
  EXPECT_EQ(problem("{\"a\":1,\n \"a\":2}").line, 2U);
  EXPECT_EQ(problem("{\"a\":1,\"\\u0061\":2}").detail, "a");
  EXPECT_EQ(problem("{\"a\":tru}").problem, SplitProblem::syntax);
  EXPECT_EQ(problem("{\"\xC3\xA9\":x}").column, 6U);
  EXPECT_EQ(problem("{\"a\":\"\xC0\x80\"}").problem, SplitProblem::invalid_utf8);
  EXPECT_EQ(problem("{\"a\":\"\xED\xA0\x80\"}").problem, SplitProblem::invalid_utf8);
  EXPECT_EQ(problem("{\"a\":\"\\ud800\"}").problem, SplitProblem::lone_surrogate);
  EXPECT_EQ(problem("{\"a\":\"\\ude00\"}").problem, SplitProblem::lone_surrogate);
  EXPECT_EQ(problem(std::string_view("{\"a\":\"\0\"}", 9)).problem, SplitProblem::nul_byte);
  EXPECT_EQ(problem(std::string_view("{\"a\":\0}", 7)).problem, SplitProblem::nul_byte);
  EXPECT_EQ(problem("{\"a\":1} \n{\"b\"").problem, SplitProblem::trailing);
  EXPECT_EQ(problem("{\"a\":1} \n{\"b\"").offset, 9U);
  EXPECT_EQ(problem("{\"a\":1} \n{\"b\"").excerpt, "{\"b\"");
  EXPECT_EQ(problem("{\"a\":[1,2").problem, SplitProblem::truncated);
  EXPECT_EQ(problem("").problem, SplitProblem::truncated);
}

TEST(Splitter, limits_depth) {
  const auto nested = [](std::size_t depth) { return std::string(depth, '[') + std::string(depth, ']'); };
  EXPECT_TRUE(split_in(nested(256), 7).good);
  EXPECT_EQ(split_in(nested(257), 7).failure->problem, SplitProblem::too_deep);
}

// The oracle: the whole-file parser of `document`. Documents are made by changing single bytes of a
// good one, so that most are nearly good.
TEST(Splitter, agrees_with_the_whole_file_parser) {
  const std::string good = R"({"a":[1,-0.5e10,{"b":"\u00e9\n\\","c":null}],"d":true,"e":"x y","f":{},"g":[],"h":false})";
  std::mt19937 random(7);
  constexpr std::string_view bytes = "{}[]\",:\\ 0123456789.eE+-truefalsnu\n\t\x01\x7F";
  int accepted = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string text = good;
    for (unsigned change = 0; change <= random() % 3; ++change) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
        case 0: text[at] = bytes[random() % bytes.size()]; break;
        case 1: text.insert(at, 1, bytes[random() % bytes.size()]); break;
        default: text.erase(at, 1);
      }
    }
    const Result<document::DocumentPtr> parsed = document::parse_json("t", text);
    const Outcome outcome = split_in(text, 1 + random() % 40);
    // A duplicate key below the opened level is found when the captured text is parsed.
    const bool duplicate = !parsed.ok() && parsed.failure().code == "document.duplicate-key";
    EXPECT_TRUE(duplicate || outcome.good == parsed.ok()) << text;
    accepted += outcome.good;
  }
  EXPECT_GT(accepted, 1000);
}

TEST(Splitter, skipped_parts_are_validated) {
  JsonSplitter splitter({.begin = [](const Member&) { return Decision{}; },
                         .captured = [](int, const Member&, std::string_view) {}, .closed = [](int) {}});
  EXPECT_FALSE(splitter.feed("{\"a\":{\"b\":[1,2,}]}}"));
}

TEST(Fingerprint, is_siphash_2_4_128) {
  EXPECT_EQ(to_hex(fingerprint("")), "a3817f04ba25a8e66df67214c7550293");
  EXPECT_EQ(to_hex(fingerprint(std::string_view("\0", 1))), "da87c1d86b99af44347659119b22fc45");
}

std::optional<std::string> decode(std::string_view bytes, std::size_t size, Encoding* encoding = nullptr) {
  std::string out;
  TextDecoder decoder([&](std::string_view piece) {
    out += piece;
    return true;
  });
  bool good = true;
  for (std::size_t at = 0; good && at < bytes.size(); at += size) good = decoder.feed(bytes.substr(at, size));
  good = good && decoder.finish();
  if (encoding != nullptr) *encoding = decoder.encoding();
  return good ? std::optional(out) : std::nullopt;
}

TEST(TextDecoder, transcodes_utf_16_with_a_mark) {
  using std::string_view_literals::operator""sv;
  for (std::size_t size = 1; size < 6; ++size) {
    Encoding encoding = Encoding::utf8;
    EXPECT_EQ(decode("\xFF\xFE{\0\xE9\0=\xD8\0\xDE"sv, size, &encoding), "{\xC3\xA9\xF0\x9F\x98\x80");
    EXPECT_EQ(encoding, Encoding::utf16_little);
    EXPECT_EQ(decode("\xFE\xFF\0{\0\xE9"sv, size, &encoding), "{\xC3\xA9");
    EXPECT_EQ(encoding, Encoding::utf16_big);
    EXPECT_EQ(decode("\xEF\xBB\xBF{}"sv, size), "{}");
    EXPECT_EQ(decode("{}"sv, size), "{}");
    EXPECT_EQ(decode(""sv, size), "");
  }
}

TEST(TextDecoder, refuses_the_rest) {
  using std::string_view_literals::operator""sv;
  for (const std::string_view bytes : {"{\0\"\0"sv, "\0{\0\""sv, "\xFF\xFE\0\0{\0\0\0"sv, "\0\0\xFE\xFF"sv,
                                       "\xFF\xFE=\xD8"sv, "\xFF\xFE=\xD8x\0"sv, "\xFF\xFE\0\xDE"sv, "\xFF\xFE{"sv}) {
    for (std::size_t size = 1; size < 6; ++size) EXPECT_EQ(decode(bytes, size), std::nullopt);
  }
}

}  // namespace
}  // namespace tidegate::plan
