// SPDX-License-Identifier: Apache-2.0
#include "verdict/receipt.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"

namespace tidegate::verdict {
namespace {

Verdict allowed() {
  Verdict verdict = make_verdict({}, {}, 27, std::string(64, 'a'));
  verdict.facts.effects_digest = std::string(64, 'e');
  return verdict;
}

ReceiptFacts facts() {
  return {.time = "2026-12-01T08:30:00Z", .plan = {.name = "tfplan", .sha256 = std::string(64, 'c')}};
}

document::DocumentPtr parsed(const Verdict& verdict, const ReceiptFacts& receipt) {
  const auto document = document::parse_json("r", render_receipt(verdict, receipt));
  EXPECT_TRUE(document.ok());
  return *document;
}

TEST(Receipt, is_a_verification_summary_of_the_plan) {
  const auto document = parsed(allowed(), facts());
  const document::Node root = document->root();
  EXPECT_EQ(root["_type"].as_string(), "https://in-toto.io/Statement/v1");
  EXPECT_EQ(root["predicateType"].as_string(), "https://slsa.dev/verification_summary/v1");
  ASSERT_EQ(root["subject"].size(), 1U);
  EXPECT_EQ(root["subject"].at(0)["name"].as_string(), "tfplan");
  EXPECT_EQ(root["subject"].at(0)["digest"]["sha256"].as_string(), std::string(64, 'c'));
  const document::Node predicate = root["predicate"];
  EXPECT_EQ(predicate["verificationResult"].as_string(), "PASSED");
  EXPECT_EQ(predicate["verifiedLevels"].at(0).as_string(), "SLSA_BUILD_LEVEL_UNEVALUATED");
  EXPECT_EQ(predicate["resourceUri"].as_string(), "plan:sha256:" + std::string(64, 'c'));
  EXPECT_EQ(predicate["timeVerified"].as_string(), "2026-12-01T08:30:00Z");
  EXPECT_EQ(predicate["policy"]["uri"].as_string(), "urn:tidegate:policy:built-in");
  EXPECT_EQ(predicate["urn:tidegate:receipt:plan-json"]["digest"]["sha256"].as_string(), std::string(64, 'a'));
  EXPECT_EQ(predicate["urn:tidegate:receipt:plan-json"]["effects"].as_string(), std::string(64, 'e'));
  EXPECT_FALSE(predicate["urn:tidegate:receipt:command"].exists());
}

TEST(Receipt, names_artifact_policy_waivers_and_command) {
  policy::Finding finding{.rule = "gate.stateful-destroy", .address = "a.b", .effect = "delete"};
  finding.waiver = {.owner = "o", .reason = "r", .expires = "2026-12-01", .file = "w.yaml:3", .sha256 = std::string(64, 'b')};
  Verdict verdict = make_verdict({}, {finding}, 27, std::string(64, 'a'));
  verdict.policy_digest = std::string(64, 'd');
  verdict.sources = {{.kind = "policy", .file = "org/policy 1.yaml", .sha256 = std::string(64, 'f')}};
  ReceiptFacts receipt = facts();
  receipt.artifact = {.name = "sales-1.0.0.tar.gz#tar", .sha256 = std::string(64, '9')};
  receipt.command = {"terraform", "apply", "-var", "password=hunter2", "-var=token=x=y", "--plan=tfplan", "AccountKey=hunter2hunter2"};
  receipt.command_exit = 3;
  const auto document = parsed(verdict, receipt);
  const document::Node root = document->root();
  EXPECT_EQ(root["subject"].at(1)["name"].as_string(), "sales-1.0.0.tar.gz#tar");
  const document::Node predicate = root["predicate"];
  EXPECT_EQ(predicate["resourceUri"].as_string(), "artifact:sha256:" + std::string(64, '9'));
  EXPECT_EQ(predicate["policy"]["uri"].as_string(), "org/policy%201.yaml");
  EXPECT_EQ(predicate["policy"]["digest"]["sha256"].as_string(), std::string(64, 'd'));
  const document::Node waiver = predicate["urn:tidegate:receipt:waivers"].at(0);
  EXPECT_EQ(waiver["finding"].as_string(), id_of(finding));
  EXPECT_EQ(waiver["digest"]["sha256"].as_string(), std::string(64, 'b'));
  const document::Node command = predicate["urn:tidegate:receipt:command"];
  EXPECT_EQ(command["exitCode"].as_integer(), 3);
  std::vector<std::string> words;
  for (const document::Node word : command["argv"]) words.emplace_back(word.as_string());
  EXPECT_EQ(words, (std::vector<std::string>{"terraform", "apply", "-var", "password=(hidden)", "-var=token=(hidden)", "--plan=tfplan", "(hidden)"}));
}

TEST(Receipt, says_failed_when_the_plan_is_not_allowed) {
  for (const ExitCode code : {ExitCode::unreadable, ExitCode::incomplete, ExitCode::unsupported, ExitCode::policy_broken, ExitCode::blocked}) {
    Verdict verdict = make_verdict({}, {}, 27, {}, {{.code = "gate.x", .exit = code}});
    const auto document = parsed(verdict, facts());
    const document::Node predicate = document->root()["predicate"];
    EXPECT_EQ(predicate["verificationResult"].as_string(), "FAILED");
    ASSERT_EQ(predicate["verifiedLevels"].size(), 1U);
    EXPECT_EQ(predicate["verifiedLevels"].at(0).as_string(), "FAILED");
  }
}

}  // namespace
}  // namespace tidegate::verdict
