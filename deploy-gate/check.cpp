// SPDX-License-Identifier: Apache-2.0
// deploy-gate check PLAN.json|-, check --plan tfplan: read, evaluate, verdict, output.
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "deploy-gate/command.hpp"
#include "deploy-gate/judge.hpp"
#include "deploy-gate/outputs.hpp"
#include "deploy-gate/plan_file.hpp"
#include "deploy-gate/receipt.hpp"

namespace tidegate::gate {

namespace {

struct CheckRequest {
  JudgeOptions judge{};
  OutputOptions output{};
  PlanFileOptions plan{};
  ReceiptOptions receipt{};
};

ExitCode finish(const CheckRequest& request, const Result<verdict::Verdict>& verdict, const std::vector<Output>& outputs,
                verdict::ReceiptFacts facts, Context& context) {
  if (!verdict) return fail(context, verdict.failure(), verdict.failure().exit);
  if (facts.plan.sha256.empty()) {
    facts.plan = {.name = verdict->file.empty() ? "standard input" : verdict->file, .sha256 = verdict->sha256};
  }
  const ExitCode code = write_outputs(*verdict, outputs, request.output, context);
  if (const Status status = write_receipt(request.receipt, *verdict, facts); !status) {
    return fail(context, status.failure(), ExitCode::internal);
  }
  return code;
}

ExitCode check_plan_file(CheckRequest request, const Ground& ground, const std::vector<Output>& outputs,
                         verdict::ReceiptFacts facts, Context& context) {
  system::Foreground foreground;
  const auto plan = PlanFile::open(request.plan, context);
  if (!plan) return fail(context, plan.failure(), plan.failure().exit);
  facts.plan = {.name = std::string(file_name(request.plan.plan)), .sha256 = (*plan)->sha256()};
  request.judge.plan = request.plan.plan;
  request.judge.binary_sha256 = (*plan)->sha256();
  request.judge.source = [&](const std::function<bool(std::string_view)>& take) { return (*plan)->show(foreground, take); };
  const Result<verdict::Verdict> verdict = judge(request.judge, ground, context);
  if (const auto signal = foreground.stopped()) return static_cast<ExitCode>(128 + *signal);
  return finish(request, verdict, outputs, std::move(facts), context);
}

ExitCode check_many(const CheckRequest& request, const Ground& ground, const std::vector<Output>& outputs, Context& context) {
  const auto verdicts = judge_all(request.judge, ground, context);
  if (!verdicts) return fail(context, verdicts.failure(), verdicts.failure().exit);
  return write_outputs(*verdicts, outputs, request.output, context);
}

Status check_usage(const CheckRequest& request, const std::vector<Output>& outputs) {
  if (request.judge.plan.empty() == request.plan.plan.empty()) {
    return usage_fault("one plan is wanted", "give PLAN.json, - or --plan tfplan");
  }
  if (!request.judge.many) return Done{};
  if (!request.plan.plan.empty()) return usage_fault("--many with --plan", "a plan file holds one plan");
  if (!request.receipt.file.empty()) return usage_fault("--many with --receipt", "a receipt is about one plan");
  for (const Output& output : outputs) {
    if (output.format->name == "text" || output.format->name == "json") continue;
    return usage_fault("--many with --format " + std::string(output.format->name), "only text and json can hold several verdicts");
  }
  return Done{};
}

ExitCode run_check(const CheckRequest& request, Context& context) {
  const auto outputs = parse_outputs(request.output);
  if (!outputs) return fail(context, outputs.failure(), ExitCode::usage);
  if (const Status usage = check_usage(request, *outputs); !usage) return fail(context, usage.failure(), ExitCode::usage);
  const Result<Ground> ground = lay_ground(request.judge);
  if (!ground) return fail(context, ground.failure(), ground.failure().exit);
  auto facts = receipt_facts(request.receipt, ground->now);
  if (!facts) return fail(context, facts.failure(), ExitCode::usage);
  if (request.judge.many) return check_many(request, *ground, *outputs, context);
  if (!request.plan.plan.empty()) return check_plan_file(request, *ground, *outputs, std::move(*facts), context);
  return finish(request, judge(request.judge, *ground, context), *outputs, std::move(*facts), context);
}

}  // namespace

void add_check(commandline::Command app, Action& action) {
  auto request = std::make_shared<CheckRequest>();
  const commandline::Command command = app.add_command("check", "judge a plan: the output of `terraform show -json`");
  command.add_option("plan", request->judge.plan, "PLAN.json, or - for standard input").suggest_files();
  add_plan_file_options(command, request->plan);
  add_output_options(command, request->output);
  add_reduced_flag(command, request->judge);
  add_judge_options(command, request->judge);
  command.add_flag("--many", request->judge.many, "judge each of several JSON documents; the worst answer wins");
  add_receipt_options(command, request->receipt);
  command.when_chosen([request, &action] {
    action = [request](Context& context) { return run_check(*request, context); };
  });
}

}  // namespace tidegate::gate
