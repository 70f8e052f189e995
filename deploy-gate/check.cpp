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
  for (const Output& output : *outputs) {
    if (!request.judge.many || output.format->name == "text" || output.format->name == "json") continue;
    return fail(context, usage_fault("--many with --format " + std::string(output.format->name),
                                     "only text and json can hold several verdicts"), ExitCode::usage);
  }
  const Result<Ground> ground = lay_ground(request.judge);
  if (!ground) return fail(context, ground.failure(), ground.failure().exit);
  const auto verdicts = judge_all(request.judge, *ground, context);
  if (!verdicts) return fail(context, verdicts.failure(), verdicts.failure().exit);
  return write_outputs(*verdicts, *outputs, request.output, context);
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto request = std::make_shared<CheckRequest>();
  CLI::App* command = app.add_subcommand("check", "judge a plan: the output of `terraform show -json`");
  command->add_option("plan", request->judge.plan, "PLAN.json, or - for standard input")->required();
  add_output_options(*command, request->output);
  add_judge_options(*command, request->judge);
  command->add_flag("--many", request->judge.many, "judge each of several JSON documents; the worst answer wins");
  command->callback([request, &action] {
    action = [request](Context& context) { return run_check(*request, context); };
  });
}

}  // namespace tidegate::gate
