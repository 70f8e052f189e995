// SPDX-License-Identifier: Apache-2.0
// Checks of developers: findings lie inside the file; rules that load answer every change the same
// way twice, and their tests run.
#include <cstddef>
#include <cstdint>
#include <string>

#include "place.hpp"
#include "policy/address_glob.hpp"
#include "policy/custom/evaluate.hpp"
#include "policy/custom/examples.hpp"
#include "policy/custom/exec_protocol.hpp"
#include "policy/custom/read.hpp"
#include "policy/custom/types.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace tidegate;
  namespace custom = policy::custom;
  using fuzz::require;
  const std::string text(reinterpret_cast<const char*>(data), size);
  if (const auto answer = custom::parse_exec_answer({.id = "a.b", .command = {"x"}}, 0, text)) {
    for (const policy::Finding& finding : *answer)
      require(finding.rule.starts_with("a.b") && !finding.address.empty());
  }
  if (text.size() < 200) policy::matches_address(text, text);
  Diagnostics diagnostics;
  const custom::ChecksFile file = custom::parse_checks("checks/a.yaml", text, diagnostics);
  policy::Settings settings;
  if (!diagnostics.has_errors()) custom::add_types(file, settings, diagnostics);
  for (const Diagnostic& one : diagnostics.items()) {
    require(one.exit == ExitCode::policy_broken && one.where.file == "checks/a.yaml");
    if (one.code.starts_with("gate."))
      require(one.where.line == 0 || fuzz::is_inside(text, one.where.line, one.where.column));
  }
  if (diagnostics.has_errors()) return 0;
  Diagnostics first, second;
  const auto outcomes = custom::run_tests(file, settings, first);
  custom::run_tests(file, settings, second);
  require(outcomes.size() == file.rules.size() && first.items().size() == second.items().size());
  for (std::size_t i = 0; i < outcomes.size(); ++i) {
    const custom::CheckRule& rule = file.rules[i];
    require(!rule.id.empty() && !rule.id.starts_with("gate.") &&
            outcomes[i].passed + outcomes[i].failed == rule.tests.size());
  }
  return 0;
}
