// SPDX-License-Identifier: Apache-2.0
// deploy-gate as the program that is installed: a rehearsal asks the same judge as a deployment,
// with the checks, contract and protected objects of the artifact.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "artifact/manifest.hpp"
#include "base/result.hpp"
#include "document/node.hpp"
#include "rehearsal/report.hpp"
#include "system/environment.hpp"
#include "system/foreground.hpp"

namespace tidegate::rehearsal {

struct GateOptions {
  std::string program{};
  std::string policy{};  // of the organisation; empty: none
  std::vector<std::string> waivers{};
  std::string path{};  // PATH: checks may run programs
};

// `deploy-gate` beside this program; TIDEGATE_GATE_PROGRAM names another one. Code
// rehearsal.gate-missing.
Result<std::string> find_gate_program(const system::Environment& environment);

struct Judgement {
  int exit = 0;
  std::string word{};
  std::string reason{};
  document::DocumentPtr document{};
  std::string text{};
  std::string errors{};
};

// Judges a file with `show -json`; `artifact` is an extracted one, `text_file` is written by the
// gate.
Result<Judgement> judge_plan(const GateOptions& options, const std::string& plan,
                             const std::string& artifact, const std::string& text_file,
                             system::Foreground& foreground);

// `deploy-gate test` of the artifact's own checks: a case for each rule.
struct CheckTests {
  int exit = 0;
  std::vector<TestCase> cases{};
  std::string errors{};
};
Result<CheckTests> run_check_tests(const GateOptions& options, const std::string& artifact,
                                   system::Foreground& foreground);
std::vector<TestCase> parse_check_tests(std::string_view output);

// Objects that must not be lost: what carries a produced dataset (contract/), and what the service
// protects (gate/policy/protect.json); without patterns, sorted.
std::vector<std::string> protected_addresses(const std::vector<document::DocumentPtr>& contracts,
                                             const document::DocumentPtr& protect);
// A plan that does nothing but `actions` ("delete", or "delete" and "create") to this address.
std::string render_made_up_plan(const std::string& address, bool replace);

}  // namespace tidegate::rehearsal
