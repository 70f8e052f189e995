// SPDX-License-Identifier: Apache-2.0
// One plan read, evaluated and judged: the way from the command line to a verdict that `check`, `run`,
// `explain` and `waive` share.
#pragma once

#include <string>

#include "base/result.hpp"
#include "deploy-gate/command.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::gate {

struct JudgeOptions {
  std::string plan{};    // PLAN.json, or "-" for standard input
  bool reduced = false;
  bool strict = false;
};

void add_judge_options(CLI::App& command, JudgeOptions& options);  // the flags; not the plan

// No verdict: exit 64 when a file of the command line cannot be read.
Result<verdict::Verdict> judge(const JudgeOptions& options, Context& context);

// "deploy-gate: " and the diagnostic on standard error; returns `code`.
ExitCode fail(Context& context, const Diagnostic& failure, ExitCode code);

}  // namespace tidegate::gate
