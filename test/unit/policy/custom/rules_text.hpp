// SPDX-License-Identifier: Apache-2.0
// Checks files for tests.
#pragma once

#include <string>

#include "base/diagnostic.hpp"
#include "policy/custom/examples.hpp"
#include "policy/custom/read.hpp"
#include "policy/custom/types.hpp"

namespace tidegate::policy::custom::test {

struct Loaded {
  ChecksFile file{};
  Diagnostics diagnostics{};
  std::vector<TestOutcome> outcomes{};
  std::string text() const {
    std::string out;
    for (const Diagnostic& item : diagnostics.items()) out += render_diagnostic(item) + "\n";
    return out;
  }
};

inline Loaded load(const std::string& text) {
  Loaded out;
  out.file = parse_checks("checks/a.yaml", text, out.diagnostics);
  Settings settings;
  add_types(out.file, settings, out.diagnostics);
  if (!out.diagnostics.has_errors()) out.outcomes = run_tests(out.file, settings, out.diagnostics);
  return out;
}

// A file with one rule on storage accounts; `body` is what follows the message, two spaces deeper.
inline std::string rule_text(const std::string& when, const std::string& tests) {
  return "schema: tidegate/checks/1\nrules:\n  - id: team.rule\n    severity: block\n"
         "    match: {type: azurerm_storage_account, effect: [update]}\n    when: " +
         when + "\n    message: \"{address} is wrong\"\n    tests:\n" + tests;
}

}  // namespace tidegate::policy::custom::test
