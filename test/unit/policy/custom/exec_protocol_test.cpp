// SPDX-License-Identifier: Apache-2.0
#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "policy/custom/exec_protocol.hpp"

namespace tidegate::policy::custom {
namespace {

const ExecCheck check{.id = "team.rego",
                      .command = {"x"},
                      .where = {.file = "checks/a.yaml", .line = 3, .column = 5}};

std::string refused(int code, const std::string& text) {
  const auto answer = parse_exec_answer(check, code, text);
  if (answer) return "taken";
  EXPECT_EQ(answer.failure().exit, ExitCode::policy_broken);
  EXPECT_EQ(answer.failure().code, "gate.exec-failed");
  EXPECT_EQ(answer.failure().where.line, 3U);
  return answer.failure().message;
}

const std::string one =
    R"({"schema":"tidegate/exec/1","evaluated":1,"findings":[{"rule":"r","severity":"warn","message":"m"}]})";
const std::string none = R"({"schema":"tidegate/exec/1","evaluated":1,"findings":[]})";

TEST(ExecProtocol, takes_what_the_protocol_says) {
  for (const int code : {0, 10}) {
    const auto answer = parse_exec_answer(check, code, one);
    ASSERT_TRUE(answer.ok());
    ASSERT_EQ(answer->size(), 1U);
    EXPECT_EQ((*answer)[0].rule, "team.rego.r");
    EXPECT_EQ((*answer)[0].level, Level::warn);
    EXPECT_EQ((*answer)[0].address, "plan");
  }
  EXPECT_TRUE(parse_exec_answer(check, 0, none).ok());
}

TEST(ExecProtocol, refuses_everything_else) {
  EXPECT_NE(refused(1, one).find("exit code 1"), std::string::npos);
  EXPECT_NE(refused(137, none).find("137"), std::string::npos);
  EXPECT_NE(refused(10, none).find("without a finding"), std::string::npos);
  EXPECT_NE(refused(0, "").find("not one JSON document"), std::string::npos);
  EXPECT_NE(refused(0, none + none).find("not one JSON document"), std::string::npos);
  EXPECT_NE(refused(0, "[]").find("no JSON object"), std::string::npos);
  EXPECT_NE(refused(0, "{}").find("schema"), std::string::npos);
  EXPECT_NE(
      refused(0, R"({"schema":"tidegate/exec/1","evaluated":0,"findings":[]})").find("0 rules"),
      std::string::npos);
  EXPECT_NE(
      refused(0, R"({"schema":"tidegate/exec/1","evaluated":"1","findings":[]})").find("evaluated"),
      std::string::npos);
  EXPECT_NE(refused(0, R"({"schema":"tidegate/exec/1","evaluated":1})").find("findings"),
            std::string::npos);
  EXPECT_NE(refused(0, R"({"schema":"tidegate/exec/1","evaluated":1,"finding":[]})")
                .find("unknown field \"finding\""),
            std::string::npos);
  EXPECT_NE(
      refused(
          0,
          R"({"schema":"tidegate/exec/1","evaluated":1,"findings":[{"severity":"blok","message":"m"}]})")
          .find("blok"),
      std::string::npos);
  EXPECT_NE(
      refused(0, R"({"schema":"tidegate/exec/1","evaluated":1,"findings":[{"severity":"block"}]})")
          .find("without message"),
      std::string::npos);
  EXPECT_NE(
      refused(
          0,
          R"({"schema":"tidegate/exec/1","evaluated":1,"findings":[{"severity":"block","message":"m","path":"x"}]})")
          .find("unknown field"),
      std::string::npos);
}

TEST(ExecProtocol, changes_are_redacted) {
  const auto change = plan::parse_change(
      "p",
      R"({"address":"a.b","type":"azurerm_key_vault_secret","name":"b","change":{"actions":["update"],
    "before":{"n":"open","v":"hunter2","k":"AccountKey=abcdefgh"},"after":{"n":"","v":"hunter3","l":[1,{"p":"x"}],"t":true},
    "after_unknown":{"id":true},"before_sensitive":{"v":true},"after_sensitive":{"v":true,"l":[false,{"p":true}]}}})",
      false);
  ASSERT_TRUE(change.ok());
  const std::string text =
      std::string(changes_header()) + redacted_change(*change, {}) + std::string(changes_footer());
  const auto parsed = document::parse_json("c", text);
  ASSERT_TRUE(parsed.ok()) << text;
  const document::Node entry = (*parsed)->root()["changes"].at(0);
  EXPECT_EQ(entry["before"]["n"].as_string(), "open");
  EXPECT_EQ(entry["before"]["v"].as_string(), "(sensitive)");
  EXPECT_EQ(entry["before"]["k"].as_string(), "(hidden)");
  EXPECT_EQ(entry["after"]["n"].as_string(), "");
  EXPECT_EQ(entry["after"]["l"].at(1)["p"].as_string(), "(sensitive)");
  EXPECT_TRUE(entry["after"]["t"].as_boolean());
  EXPECT_TRUE(entry["unknown"]["id"].as_boolean());
  EXPECT_EQ(entry["effect"].as_string(), "update");
  EXPECT_EQ(text.find("hunter"), std::string::npos);
}

TEST(ExecProtocol, without_a_mask_all_texts_are_hidden) {
  const auto change = plan::parse_change(
      "p",
      R"({"address":"a.b","type":"t","name":"b","change":{"actions":["update"],"before":{"n":"open"},"after":{"n":1}}})",
      false);
  ASSERT_TRUE(change.ok());
  EXPECT_EQ(redacted_change(*change, {}).find("open"), std::string::npos);
}

}  // namespace
}  // namespace tidegate::policy::custom
