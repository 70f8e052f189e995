// SPDX-License-Identifier: Apache-2.0
#include "sandbox/value.hpp"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <random>

#include "document/parse.hpp"
#include "sandbox/decimal.hpp"
#include "sandbox/type.hpp"

namespace tidegate::sandbox {
namespace {

using std::string_view_literals::operator""sv;

Value decoded(std::string_view bytes) {
  const Result<Value> value = decode_msgpack(bytes);
  EXPECT_TRUE(value.ok()) << (value.ok() ? "" : value.failure().message);
  return value.ok() ? *value : Value();
}

std::string refusal(std::string_view bytes) {
  const Result<Value> value = decode_msgpack(bytes);
  return value.ok() ? "accepted " + to_display(*value) : value.failure().code + ": " + value.failure().message;
}

TEST(MessagePack, reads_every_kind_that_core_writes) {
  EXPECT_TRUE(decoded("\xC0"sv).is_null());
  EXPECT_TRUE(decoded("\xC3"sv).as_bool());
  EXPECT_FALSE(decoded("\xC2"sv).as_bool());
  EXPECT_EQ(decoded("\xA3" "abc"sv).text(), "abc");
  EXPECT_EQ(decoded("\xD9\x01x"sv).text(), "x");
  EXPECT_EQ(decoded("\xDA\0\x01x"sv).text(), "x");
  EXPECT_EQ(to_display(decoded("\x93\x01\xFF\xC0"sv)), "[1,-1,null]");
  EXPECT_EQ(to_display(decoded("\xDC\0\x01\x7F"sv)), "[127]");
  EXPECT_EQ(to_display(decoded("\x82\xA1" "b\x01\xA1" "a\xC2"sv)), "{\"a\":false,\"b\":1}");
  EXPECT_EQ(to_display(decoded("\xDE\0\x01\xA1" "k\x01"sv)), "{\"k\":1}");
}

TEST(MessagePack, numbers_keep_their_value) {
  const std::vector<std::pair<std::string_view, std::string>> cases{
      {"\xCC\xFF"sv, "255"}, {"\xCD\xFF\xFF"sv, "65535"}, {"\xCE\xFF\xFF\xFF\xFF"sv, "4294967295"},
      {"\xCF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, "18446744073709551615"}, {"\xD0\x80"sv, "-128"},
      {"\xD1\x80\0"sv, "-32768"}, {"\xD2\x80\0\0\0"sv, "-2147483648"},
      {"\xD3\x80\0\0\0\0\0\0\0"sv, "-9223372036854775808"}, {"\xE0"sv, "-32"},
      {"\xCB\x3F\xE0\0\0\0\0\0\0"sv, "0.5"}, {"\xCA\x3F\x80\0\0"sv, "1"},
      {"\xCB\x44\x50\0\0\0\0\0\0"sv, "1180591620717411303424"},  // 2^70, more digits than a double prints
      {"\xCB\x7F\xF0\0\0\0\0\0\0"sv, "Inf"}, {"\xCB\xFF\xF0\0\0\0\0\0\0"sv, "-Inf"}};
  for (const auto& one : cases) {
    const Value value = decoded(one.first);
    EXPECT_EQ(value.text(), one.second);
    EXPECT_EQ(decoded(encode_msgpack(value)).text(), one.second);
  }
  EXPECT_EQ(encode_msgpack(Value::number("1.0")), "\x01"sv);
  EXPECT_EQ(encode_msgpack(Value::number("0.1")), "\xA3" "0.1"sv);
  EXPECT_EQ(encode_msgpack(Value::number("12345678901234567890123")), "\xB7" "12345678901234567890123"sv);
}

TEST(MessagePack, unknowns_pass_untouched) {
  const Value plain = decoded("\xD4\0\0"sv);
  EXPECT_TRUE(plain.is_unknown());
  EXPECT_FALSE(plain.is_refined());
  EXPECT_EQ(encode_msgpack(plain), "\xD4\0\0"sv);
  const std::string_view refined = "\xC7\x03\x0C\x81\x01\xC2"sv;  // not null
  EXPECT_TRUE(decoded(refined).is_refined());
  EXPECT_EQ(encode_msgpack(decoded(refined)), refined);
  EXPECT_FALSE(decoded("\x91\xD4\0\0"sv).is_wholly_known());
  EXPECT_FALSE(plain == decoded(refined));
}

TEST(MessagePack, dynamic_values_keep_their_type) {
  const std::string_view bytes = "\x92\xC4\x08\"string\"\xA1x"sv;
  const Value value = decoded(bytes);
  EXPECT_TRUE(value.is_dynamic());
  EXPECT_EQ(value.dynamic_content().text(), "x");
  EXPECT_EQ(encode_msgpack(value), bytes);
}

TEST(MessagePack, refuses_what_is_none) {
  EXPECT_EQ(refusal(""), "sandbox.bad-value: byte 0 of a MessagePack value: the text ends too early");
  EXPECT_NE(refusal("\xC1"sv).find("unused type byte"), std::string::npos);
  EXPECT_NE(refusal("\x01\x01"sv).find("left behind"), std::string::npos);
  EXPECT_NE(refusal("\xDD\xFF\xFF\xFF\xFF"sv).find("more items than bytes"), std::string::npos);
  EXPECT_NE(refusal("\xDF\x7F\xFF\xFF\xFF"sv).find("more members than bytes"), std::string::npos);
  EXPECT_NE(refusal("\xDB\xFF\xFF\xFF\xFFx"sv).find("too early"), std::string::npos);
  EXPECT_NE(refusal("\x81\x01\x01"sv).find("no text"), std::string::npos);
  EXPECT_NE(refusal("\x82\xA1" "a\x01\xA1" "a\x02"sv).find("key twice"), std::string::npos);
  EXPECT_NE(refusal("\xA1\xFF"sv).find("UTF-8"), std::string::npos);
  EXPECT_NE(refusal("\xCB\x7F\xF8\0\0\0\0\0\0"sv).find("not a number"), std::string::npos);
  EXPECT_NE(refusal(std::string(600, '\x91') + "\x01").find("too deeply"), std::string::npos);
}

// A value of every kind, down to a depth.
Value random_value(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 9 : 7)) {
    case 0: return {};
    case 1: return Value::unknown();
    case 2: return Value::unknown(std::string(random() % 5, 'r'));
    case 3: return Value::boolean(random() % 2 == 0);
    case 4: return Value::number(std::to_string(static_cast<std::int64_t>(random()) - 2000000000) + (random() % 2 == 0 ? "" : ".25"));
    case 5: return Value::string(std::string(random() % 70000 / (1 + random() % 500), 'x'));
    case 6: return Value::bytes("\"string\"");
    case 7: {
      Value::List items;
      for (std::size_t i = random() % 20; i > 0; --i) items.push_back(random_value(random, depth - 1));
      return Value::list(std::move(items));
    }
    default: {
      Value::Map members;
      for (std::size_t i = random() % 20; i > 0; --i) members.emplace("k" + std::to_string(i), random_value(random, depth - 1));
      return Value::map(std::move(members));
    }
  }
}

TEST(MessagePack, what_is_written_reads_back) {
  std::mt19937 random(7);
  for (int round = 0; round < 500; ++round) {
    const Value value = random_value(random, 3);
    const std::string bytes = encode_msgpack(value);
    EXPECT_TRUE(decoded(bytes) == value);
    EXPECT_EQ(encode_msgpack(decoded(bytes)), bytes);
    EXPECT_EQ(stable_hash(decoded(bytes)), stable_hash(value));
  }
}

TEST(Decimal, has_one_text_for_a_number) {
  for (const char* text : {"100", "1e2", "1E+2", "100.0", "0100", "10000e-2", "+100"}) EXPECT_EQ(canonical_number(text), "100") << text;
  EXPECT_EQ(canonical_number("-0.0"), "0");
  EXPECT_EQ(canonical_number("0.00120"), "0.0012");
  EXPECT_EQ(canonical_number("-12.50"), "-12.5");
  EXPECT_EQ(canonical_number("15e98"), "1.5e+99");
  EXPECT_EQ(canonical_number("2e-100"), "2e-100");
  EXPECT_EQ(canonical_number("Inf"), "Inf");
  EXPECT_EQ(canonical_number(""), "");
  EXPECT_EQ(exact_decimal(0.1), canonical_number("0.1000000000000000055511151231257827021181583404541015625"));
  EXPECT_EQ(exact_decimal(std::numeric_limits<double>::max()).substr(0, 12), "1.7976931348");
  EXPECT_EQ(exact_decimal(std::numeric_limits<double>::denorm_min()).substr(0, 5), "4.940");
}

Type type(const std::string& json) {
  const auto parsed = document::parse_json("t", "[" + json + "]");
  const Result<Type> read = read_type((*parsed)->root().at(0));
  EXPECT_TRUE(read.ok()) << (read.ok() ? "" : read.failure().message);
  return read.ok() ? *read : Type{};
}

TEST(Types, read_and_write_the_same) {
  for (const char* text : {R"("string")", R"("dynamic")", R"(["list",["set",["map","number"]]])",
                           R"(["object",{"a":"bool","b":["tuple",["string","number"]]}])",
                           R"(["object",{"a":"bool","b":"string"},["a","b"]])", R"(["tuple",[]])", R"(["object",{}])"}) {
    EXPECT_EQ(type_json(type(text)), text);
  }
  for (const char* text : {R"("text")", R"(["list"])", R"(["vector","string"])", "1", R"(["object",["a"]])",
                           R"(["list","string","number"])", R"(["object",{"a":"bool"},["b"]])", "[]"}) {
    const auto parsed = document::parse_json("t", "[" + std::string(text) + "]");
    const Result<Type> read = read_type((*parsed)->root().at(0));
    EXPECT_FALSE(read.ok()) << text;
    if (read.ok()) continue;
    EXPECT_EQ(read.failure().code, "sandbox.bad-schema");
  }
}

std::string converted(const std::string& json, const std::string& wanted) {
  const auto parsed = document::parse_json("v", "[" + json + "]");
  const Result<Value> value = value_from_json((*parsed)->root().at(0), type(wanted));
  return value.ok() ? to_display(*value) : value.failure().code + " " + value.failure().message;
}

TEST(Json, becomes_a_value_of_the_type) {
  EXPECT_EQ(converted("1", R"("string")"), "\"1\"");
  EXPECT_EQ(converted("\"1.50\"", R"("number")"), "1.5");
  EXPECT_EQ(converted("\"true\"", R"("bool")"), "true");
  EXPECT_EQ(converted("{\"a\":1,\"gone\":2}", R"(["object",{"a":"number","b":["list","string"]}])"), "{\"a\":1,\"b\":null}");
  EXPECT_EQ(converted("[\"b\",\"a\"]", R"(["set","string"])"), "[\"b\",\"a\"]");
  EXPECT_EQ(converted("{\"k\":1}", R"(["map","string"])"), "{\"k\":\"1\"}");
  EXPECT_EQ(converted("{\"value\":[1],\"type\":[\"tuple\",[\"number\"]]}", R"("dynamic")"), "[1]");
  EXPECT_EQ(converted("{\"a\":null}", R"("dynamic")"), "{\"a\":null}");
  EXPECT_EQ(converted("\"x\"", R"("number")"), "sandbox.bad-value found string, expected a number");
  EXPECT_EQ(converted("[1]", R"(["tuple",["number","number"]])"), "sandbox.bad-value found array, expected 2 elements");
}

}  // namespace
}  // namespace tidegate::sandbox
