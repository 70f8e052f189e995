// SPDX-License-Identifier: Apache-2.0
// A plan's text through reader, rules and verdict, for tests that link the module verdict.
#pragma once

#include <string>
#include <utility>

#include "policy/evaluate.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::test {

inline verdict::Verdict judge(const std::string& text) {
  policy::Evaluator evaluator;
  plan::PlanReader reader({.file = "p.json"}, evaluator.handlers());
  reader.feed(text);
  plan::PlanFacts facts = reader.finish();
  auto findings = evaluator.finish(facts);
  return verdict::make_verdict(std::move(facts), std::move(findings), policy::rules().size(), std::string(64, 'a'));
}

}  // namespace tidegate::test
