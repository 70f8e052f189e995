// SPDX-License-Identifier: Apache-2.0
// The inline tests of rules. A rule without a test that expects a finding and one that expects
// `pass`, or with a test that fails, is not used. Codes: gate.check-untested,
// gate.check-test-failed (exit 13).
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "policy/custom/rule.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy::custom {

struct TestOutcome {
  std::string id{};
  std::size_t passed = 0;
  std::size_t failed = 0;
};

// One outcome for each rule, in their order.
std::vector<TestOutcome> run_tests(const ChecksFile& file, const Settings& settings,
                                   Diagnostics& diagnostics);

// The changes that a snippet stands for, read by the reader of real plans.
Result<std::vector<plan::Change>> make_changes(const Snippet& snippet, const Location& where);

}  // namespace tidegate::policy::custom
