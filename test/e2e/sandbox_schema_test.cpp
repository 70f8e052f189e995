// SPDX-License-Identifier: Apache-2.0
// docs/formats/behaviour.schema.json and control.schema.json say yes and no as the readers do.
#include <gtest/gtest.h>

#include <filesystem>

#include "document/parse.hpp"
#include "sandbox/behaviour.hpp"
#include "sandbox/control.hpp"
#include "support/schema.hpp"
#include "support/shared.hpp"
#include "system/file_sink.hpp"

namespace tidegate {
namespace {

bool behaviour_accepts(const std::string& text) {
  const auto parsed = document::parse_json("behaviour.json", text);
  return parsed && sandbox::Behaviour::read({*parsed}).ok();
}

bool control_accepts(const std::string& text) {
  const test::TemporaryFolder folder;
  return sandbox::Control::open(folder.write("control.json", text)).ok();
}

class SandboxSchema : public testing::Test {
 protected:
  void SetUp() override {
    if (const auto reason = test::missing_validator()) GTEST_SKIP() << *reason;
  }
  static void expect_agreement(const std::string& schema, const std::vector<std::string>& texts,
                               bool (*reader)(const std::string&)) {
    const std::vector<std::string> answers = test::validate(schema, texts);
    ASSERT_EQ(answers.size(), texts.size()) << answers[0];
    std::size_t accepted = 0;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      accepted += reader(texts[i]) ? 1U : 0U;
      EXPECT_EQ(answers[i] == "ok", reader(texts[i])) << texts[i] << "\nschema: " << answers[i];
    }
    EXPECT_GT(accepted, 2U);
    EXPECT_GT(texts.size() - accepted, 5U);
  }
};

std::string rule(const std::string& when) {
  return R"({"a":{"force_new_when":[{"path":"x","text":"t","source":"s","when":)" + when + "}]}}";
}

TEST_F(SandboxSchema, of_behaviour_says_what_the_reader_says) {
  std::vector<std::string> texts{
      "{}",
      "[]",
      R"({"a":1})",
      R"({"a_*":{"legacy":true},"$comment":"x"})",
      R"({"a":{"legacy":1}})",
      R"({"a":{"force_new":["x"],"volatile":[],"computed_blocks":["b"]}})",
      R"({"a":{"force_new":[""]}})",
      R"({"a":{"force_new":"x"}})",
      R"({"a":{"force_now":[]}})",
      R"({"a":{"computed":{"x":1}}})",
      R"({"a":{"id":"{name}","digest":{"md5":"source"}}})",
      R"({"a":{"id":1}})",
      R"({"a":{"equal":{"x":"same"}}})",
      R"({"a":{"equal":{"x":"case"}}})",
      R"({"a":{"enums":{"x":"y"}}})",
      R"({"a":{"enums":{"x":["y"]},"defaults":{"z":1}}})",
      R"({"a":{"defaults":[]}})",
      R"({"a":{"no_update":"yes"}})",
      R"({"a":{"force_new_when":[{"path":"x","text":"t","source":"s"}]}})",
      R"({"a":{"force_new_when":[{"path":"x","text":"t"}]}})",
      R"({"a":{"force_new_when":[{"path":"x","text":"t","source":"s","odd":1}]}})"};
  for (const char* when :
       {R"({"leaves":["a"]})", R"({"enters":"a"})", R"({"decreases":true})", R"({"decreases":1})",
        R"({"increases":false})", R"({"not":{"to":[null]}})", R"({"not":[]})",
        R"({"any":[{"from":[1]},{"becomes_null":true}]})", R"({"all":[{"odd":1}]})",
        R"({"differs_before":"@"})", R"({"differs_before":1})", R"({})", R"("x")",
        R"({"from":[],"to":[]})"})
    texts.push_back(rule(when));
  const std::filesystem::path data = TIDEGATE_SOURCE_DIR "/lib/catalogue/data/behaviour";
  for (const auto& file : std::filesystem::directory_iterator(data)) {
    if (file.path().extension() == ".json")
      texts.push_back(*system::read_file(file.path().string()));
  }
  expect_agreement("behaviour.schema.json", texts, behaviour_accepts);
}

TEST_F(SandboxSchema, of_control_says_what_the_reader_says) {
  expect_agreement("control.schema.json",
                   {"{}",
                    "[]",
                    R"({"delay_ms":5})",
                    R"({"delay_ms":-1})",
                    R"({"delay_ms":"1"})",
                    R"({"lost":[]})",
                    R"({"gone":{}})",
                    R"({"gone":[{}]})",
                    R"({"gone":[{"type":"a"}]})",
                    R"({"gone":[{"type":"a","set":{}}]})",
                    R"({"gone":[{"type":"a","match":[]}]})",
                    R"({"gone":[1]})",
                    R"({"gone":[{"type":1}]})",
                    R"({"drift":[{"type":"a","match":{"x":1},"set":{"y":2}}]})",
                    R"({"drift":[{"type":"a","set":1}]})",
                    R"({"fail":[{"type":"a"}]})",
                    R"({"fail":[{"type":"a","op":"burn"}]})",
                    R"({"fail":[{"type":"a","op":"plan"}]})",
                    R"({"fail":[{"type":"a","op":"read","message":"m","partial":true}]})",
                    R"({"objects":[{"type":"a","id":"x","attributes":{}}]})",
                    R"({"objects":[{"type":"a","attributes":[]}]})",
                    R"({"data":[{"type":"a","match":{},"attributes":{"x":null}}]})",
                    R"({"data":[{"type":"a","id":"x"}]})"},
                   control_accepts);
}

}  // namespace
}  // namespace tidegate
