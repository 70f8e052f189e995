// SPDX-License-Identifier: Apache-2.0
// deploy-gate run --plan tfplan -- COMMAND…: judges a binary plan and lets the command have exactly
// this plan, or nothing.
#include <filesystem>
#include <memory>
#include <string>
#include <system_error>
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

constexpr std::string_view placeholder = "{plan}";

struct RunRequest {
  JudgeOptions judge{};
  OutputOptions output{};
  PlanFileOptions plan{};
  ReceiptOptions receipt{};
  std::vector<std::string> command{};
};

bool is_same_file(const std::string& a, const std::string& b) {
  std::error_code error;
  return std::filesystem::equivalent(a, b, error) && !error;
}

// The plan as an argument, or behind the `=` of one; seen from here, or from Terraform's -chdir.
bool names_plan(const std::vector<std::string>& command, const std::string& plan) {
  std::vector<std::string> folders{""};
  for (const std::string& word : command) {
    if (word.starts_with("-chdir=")) folders.push_back(word.substr(7));
  }
  for (std::size_t i = 1; i < command.size(); ++i) {
    const std::string& word = command[i];
    if (word.find(placeholder) != std::string::npos) return true;
    const std::size_t equals = word.find('=');
    for (const std::string& folder : folders) {
      if (is_same_file(join_path(folder, word), plan)) return true;
      if (equals != std::string::npos && is_same_file(join_path(folder, word.substr(equals + 1)), plan)) return true;
    }
  }
  return false;
}

std::vector<std::string> with_copy(std::vector<std::string> command, const std::string& copy) {
  for (std::string& word : command) {
    for (std::size_t at = word.find(placeholder); at != std::string::npos; at = word.find(placeholder, at + copy.size())) {
      word.replace(at, placeholder.size(), copy);
    }
  }
  return command;
}

Diagnostic plan_changed(const std::string& plan) {
  return {.code = "gate.plan-changed", .where = {.file = plan},
          .message = "the plan is not the one that was checked: its bytes changed meanwhile",
          .hint = "let nothing write to it, or hand the command {plan}, a private copy; plan and check again",
          .exit = ExitCode::blocked};
}

Status check_command(const RunRequest& request) {
  if (!system::find_program(request.command.front())) {
    return Diagnostic{.code = "gate.usage", .where = {.file = request.command.front()}, .message = "no such program",
                      .hint = "deploy-gate run --plan tfplan -- terraform apply tfplan", .exit = ExitCode::usage};
  }
  if (!names_plan(request.command, request.plan.plan)) {
    return Diagnostic{.code = "gate.plan-not-named", .where = {.file = request.plan.plan},
                      .message = "the command names neither this plan nor {plan}, so it would make a new one",
                      .hint = "deploy-gate run --plan tfplan -- terraform apply tfplan", .exit = ExitCode::usage};
  }
  return Done{};
}

class Run {
 public:
  Run(RunRequest request, Context& context) : request_(std::move(request)), context_(context) {}

  ExitCode execute(const Ground& ground, const std::vector<Output>& outputs, verdict::ReceiptFacts facts) {
    facts_ = std::move(facts);
    auto opened = PlanFile::open(request_.plan, context_);
    if (!opened) return fail(context_, opened.failure(), opened.failure().exit);
    plan_ = std::move(*opened);
    facts_.plan = {.name = std::string(file_name(plan_->path())), .sha256 = plan_->sha256()};
    facts_.command = request_.command;
    request_.judge.plan = request_.plan.plan;
    request_.judge.binary_sha256 = plan_->sha256();
    request_.judge.source = [this](const std::function<bool(std::string_view)>& take) { return plan_->show(foreground_, take); };
    Result<verdict::Verdict> verdict = judge(request_.judge, ground, context_);
    if (!verdict) return fail(context_, verdict.failure(), verdict.failure().exit);
    if (foreground_.stopped()) return stopped();
    if (plan_->has_changed()) verdict = refused(std::move(*verdict));
    const ExitCode written = write_outputs(*verdict, outputs, request_.output, context_);
    if (const Status receipt = write_receipt(request_.receipt, *verdict, facts_); !receipt) {
      return fail(context_, receipt.failure(), ExitCode::internal);
    }
    if (written != ExitCode::success) return written;
    return apply(*verdict);
  }

 private:
  // A worse reason stays in front.
  verdict::Verdict refused(verdict::Verdict verdict) const {
    const Diagnostic problem = plan_changed(plan_->path());
    verdict.facts.problems.push_back(problem);
    if (verdict.exit != ExitCode::success && verdict.exit != ExitCode::blocked) return verdict;
    verdict.exit = problem.exit;
    verdict.word = "blocked";
    verdict.reason = problem.message;
    return verdict;
  }

  ExitCode stopped() { return static_cast<ExitCode>(128 + foreground_.stopped().value_or(0)); }

  // The last look at the plan, the command, and how it ended.
  ExitCode apply(const verdict::Verdict& verdict) {
    if (!context_.terminal.good()) return ExitCode::internal;  // nobody could read the verdict
    if (foreground_.stopped()) return stopped();
    if (plan_->has_changed()) {
      const Status receipt = write_receipt(request_.receipt, refused(verdict), facts_);
      if (!receipt) fail(context_, receipt.failure(), ExitCode::internal);
      return fail(context_, plan_changed(plan_->path()), ExitCode::blocked);
    }
    const Result<int> exit = foreground_.run({.argv = with_copy(request_.command, plan_->copy())});
    if (!exit) return fail(context_, exit.failure(), ExitCode::internal);
    facts_.command_exit = *exit;
    // The command is over; a receipt without its exit status is there already.
    if (const Status receipt = write_receipt(request_.receipt, verdict, facts_); !receipt) {
      fail(context_, receipt.failure(), ExitCode::internal);
    }
    return static_cast<ExitCode>(*exit);
  }

  RunRequest request_;
  Context& context_;
  system::Foreground foreground_{};
  std::unique_ptr<PlanFile> plan_{};
  verdict::ReceiptFacts facts_{};
};

ExitCode run_run(const RunRequest& request, Context& context) {
  const auto outputs = parse_outputs(request.output);
  if (!outputs) return fail(context, outputs.failure(), ExitCode::usage);
  const Result<Ground> ground = lay_ground(request.judge);
  if (!ground) return fail(context, ground.failure(), ground.failure().exit);
  auto facts = receipt_facts(request.receipt, ground->now);
  if (!facts) return fail(context, facts.failure(), ExitCode::usage);
  if (const Status status = check_command(request); !status) return fail(context, status.failure(), ExitCode::usage);
  return Run(request, context).execute(*ground, *outputs, std::move(*facts));
}

}  // namespace

void add_run(commandline::Command app, Action& action) {
  auto request = std::make_shared<RunRequest>();
  const commandline::Command command = app.add_command("run", "judge a binary plan and run a command with exactly this plan");
  add_plan_file_options(command, request->plan).required();
  add_output_options(command, request->output);
  add_judge_options(command, request->judge);
  add_receipt_options(command, request->receipt);
  command.add_option("command", request->command, "behind --; names the plan, or {plan} for a private copy of it").required();
  command.when_chosen([request, &action] {
    action = [request](Context& context) { return run_run(*request, context); };
  });
}

}  // namespace tidegate::gate
