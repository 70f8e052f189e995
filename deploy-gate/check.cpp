// SPDX-License-Identifier: Apache-2.0
// deploy-gate check PLAN.json|-: read, evaluate, verdict, output.
#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "deploy-gate/command.hpp"
#include "deploy-gate/judge.hpp"
#include "deploy-gate/outputs.hpp"

namespace tidegate::gate {

namespace {

struct CheckRequest {
  JudgeOptions judge{};
  OutputOptions output{};
};

ExitCode run_check(const CheckRequest& request, Context& context) {
  const auto outputs = parse_outputs(request.output);
  if (!outputs) return fail(context, outputs.failure(), ExitCode::usage);
  const Result<verdict::Verdict> verdict = judge(request.judge, context);
  if (!verdict) return fail(context, verdict.failure(), verdict.failure().exit);
  return write_outputs(*verdict, *outputs, request.output, context);
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto request = std::make_shared<CheckRequest>();
  CLI::App* command = app.add_subcommand("check", "judge a plan: the output of `terraform show -json`");
  command->add_option("plan", request->judge.plan, "PLAN.json, or - for standard input")->required();
  add_output_options(*command, request->output);
  add_judge_options(*command, request->judge);
  command->callback([request, &action] {
    action = [request](Context& context) { return run_check(*request, context); };
  });
}

}  // namespace tidegate::gate
