// SPDX-License-Identifier: Apache-2.0
// One plan read, evaluated and judged: the way from the command line to a verdict that `check`, `run`,
// `explain` and `waive` share.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "deploy-gate/checks.hpp"
#include "deploy-gate/command.hpp"
#include "plan/change.hpp"
#include "policy/organisation/policy.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::gate {

struct JudgeOptions {
  std::string plan{};    // PLAN.json, or "-" for standard input
  bool reduced = false;
  bool strict = false;
  std::string policy{};                // of the organisation
  std::string service_policy{};        // of the service; can only tighten
  std::vector<std::string> waivers{};
  std::string max_age{};
  std::string now{};                   // RFC 3339; empty: the clock
  bool many = false;                   // several documents in one stream
  ChecksOptions checks{};
  // Gives the plan's bytes instead of reading `plan`, which then only names it. Its failure is a
  // problem of the verdict.
  std::function<Status(const std::function<bool(std::string_view)>&)> source{};
  std::string binary_sha256{};         // of the plan file that the bytes were made of; waivers may name it
};

void add_reduced_flag(commandline::Command command, JudgeOptions& options);   // for plans that Terraform has not just shown
void add_judge_options(commandline::Command command, JudgeOptions& options);  // what all share

// Policy, waivers, checks and time, before any plan is read.
struct Ground {
  organisation::Policy policy{};
  LoadedChecks checks{};
  organisation::Seconds now = 0;
  std::vector<verdict::Source> sources{};
  std::string digest{};                // of everything that decides
  std::vector<std::string> notes{};
  std::vector<Diagnostic> broken{};    // exit 13; the policy is then the built-in one, without waivers
};

// No ground: exit 64 when a file cannot be read or a word of the command line is wrong.
Result<Ground> lay_ground(const JudgeOptions& options);

// Sees the changes on their way to the rules; `is_drift`: found by refreshing.
using Observer = std::function<void(const plan::Change&, bool is_drift)>;

// No verdict: exit 64 when the plan cannot be read. One verdict, with `many` one for each document.
Result<std::vector<verdict::Verdict>> judge_all(const JudgeOptions& options, const Ground& ground,
                                                const Context& context, const Observer& observer = {});
Result<verdict::Verdict> judge(const JudgeOptions& options, const Ground& ground, const Context& context,
                               const Observer& observer = {});

// "deploy-gate: " and the diagnostic on standard error; returns `code`.
ExitCode fail(Context& context, const Diagnostic& failure, ExitCode code);

Diagnostic usage_fault(std::string message, std::string hint);  // gate.usage, exit 64

}  // namespace tidegate::gate
