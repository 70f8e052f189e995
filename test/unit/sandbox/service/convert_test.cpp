// SPDX-License-Identifier: Apache-2.0
#include "sandbox/service/convert.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "sandbox/service/call_log.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate::sandbox {
namespace {

const Type text{.kind = Type::Kind::string};

TEST(Convert, reads_both_encodings_and_none) {
  tfplugin6::DynamicValue message;
  EXPECT_TRUE(to_value(message, text)->is_null());
  message.set_json("\"a\"");
  EXPECT_EQ(*to_value(message, text), Value::string("a"));
  message.set_msgpack(
      "\xA1"
      "b");
  EXPECT_EQ(*to_value(message, text), Value::string("b"));
  put_value(Value::string("c"), message);
  EXPECT_EQ(message.msgpack(),
            "\xA1"
            "c");
}

TEST(Convert, reports_what_cannot_be_read) {
  tfplugin6::DynamicValue message;
  message.set_json("{");
  EXPECT_FALSE(to_value(message, text).ok());
  message.set_msgpack("\xC1");
  EXPECT_FALSE(to_value(message, text).ok());
}

TEST(Convert, puts_paths_as_far_as_the_protocol_goes) {
  tfplugin6::AttributePath message;
  put_path({std::string("step"), std::int64_t{2}, std::string("part"), Value::string("k"),
            Value::number("3"), Value::map({}), std::string("lost")},
           message);
  ASSERT_EQ(message.steps_size(), 5);
  EXPECT_EQ(message.steps(0).attribute_name(), "step");
  EXPECT_EQ(message.steps(1).element_key_int(), 2);
  EXPECT_EQ(message.steps(3).element_key_string(), "k");
  EXPECT_EQ(message.steps(4).element_key_int(), 3);
}

TEST(Convert, sends_only_text_that_protobuf_accepts) {
  Messages messages;
  put_finding({.error = false, .summary = "a\xFF", .detail = "é", .path = {std::string("x\xFF")}},
              messages);
  EXPECT_EQ(messages.at(0).severity(), tfplugin6::Diagnostic::WARNING);
  EXPECT_EQ(messages.at(0).detail(), "é");
  tfplugin6::Diagnostic again;
  EXPECT_TRUE(again.ParseFromString(messages.at(0).SerializeAsString()));
  EXPECT_EQ(messages.at(0).summary().find('\xFF'), std::string::npos);
  EXPECT_EQ(count_errors(messages), 0);
  put_failure({.code = "sandbox.bad-value", .message = "m", .hint = "h"}, messages);
  EXPECT_EQ(count_errors(messages), 1);
  EXPECT_NE(messages.at(1).detail().find("sandbox.bad-value"), std::string::npos);
}

TEST(CallLog, writes_one_object_a_line) {
  EXPECT_EQ(
      render_call(
          {.provider = "a/b", .method = "M", .type = "t\"", .milliseconds = 1.23456, .errors = 2}),
      "{\"provider\":\"a/b\",\"method\":\"M\",\"type\":\"t\\\"\",\"ms\":1.235,\"errors\":2}\n");
  EXPECT_EQ(render_call({.provider = "a/b", .method = "M"}),
            "{\"provider\":\"a/b\",\"method\":\"M\",\"ms\":0.000,\"errors\":0}\n");
  const test::TemporaryFolder folder;
  const auto log = CallLog::open(folder.path() + "/log");
  ASSERT_TRUE(log.ok());
  (*log)->add({.method = "A"});
  (*log)->add({.method = "B"});
  const auto written = system::read_file(folder.path() + "/log");
  EXPECT_EQ(std::count(written->begin(), written->end(), '\n'), 2);
  EXPECT_EQ(CallLog::open(folder.path() + "/no/log").failure().code, "system.write-failed");
}

}  // namespace
}  // namespace tidegate::sandbox
