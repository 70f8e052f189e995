// SPDX-License-Identifier: Apache-2.0
// A plan's text through reader and rules, for tests that link the module policy.
#pragma once

#include <gtest/gtest.h>

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/evaluate.hpp"
#include "support/plan_text.hpp"

namespace tidegate::test {

using Lines = std::vector<std::string>;

struct Judged {
  std::vector<policy::Finding> findings{};
  plan::PlanFacts facts{};
  policy::Level worst() const { return findings.empty() ? policy::Level::off : findings.front().level; }
  // "block gate.stateful-destroy azurerm_x.y" for each finding.
  Lines lines() const {
    Lines out;
    for (const policy::Finding& finding : findings) {
      out.push_back(std::string(policy::to_string(finding.level)) + " " + finding.rule + " " + finding.address);
    }
    return out;
  }
  // The finding of this rule and address; fails the test without it.
  policy::Finding find(std::string_view rule, std::string_view address) const {
    for (const policy::Finding& finding : findings) {
      if (finding.rule == rule && finding.address == address) return finding;
    }
    ADD_FAILURE() << "no " << rule << " on " << address;
    return {};
  }
};

inline Judged judge_text(std::string_view text, policy::Settings settings = {},
                         std::span<const policy::Rule> table = policy::rules()) {
  policy::Evaluator evaluator(std::move(settings), table);
  plan::PlanReader reader({}, evaluator.handlers());
  reader.feed(text);
  Judged out{.facts = reader.finish()};
  out.findings = evaluator.finish(out.facts);
  return out;
}

inline Judged judge(const PlanText& plan, policy::Settings settings = {},
                    std::span<const policy::Rule> table = policy::rules()) {
  Judged out = judge_text(render(plan), std::move(settings), table);
  EXPECT_TRUE(out.facts.problems.empty()) << out.facts.problems[0].message;
  return out;
}

}  // namespace tidegate::test
