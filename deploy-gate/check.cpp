// SPDX-License-Identifier: Apache-2.0
// deploy-gate check PLAN.json|-: read, evaluate, verdict, output.
#include <CLI/CLI.hpp>

#include <memory>
#include <string>
#include <vector>

#include "deploy-gate/command.hpp"
#include "plan/reader.hpp"
#include "policy/evaluate.hpp"
#include "policy/rules.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::gate {

namespace {

struct Output {
  std::string format{};
  std::string file{};  // empty: standard output
};

struct CheckRequest {
  std::string plan{};
  std::vector<std::string> formats{};
  std::string colour = "auto";
  bool quiet = false;
  bool reduced = false;
  bool strict = false;
};

ExitCode fail(Context& context, const Diagnostic& failure, ExitCode code) {
  context.terminal.err("deploy-gate: " + render_diagnostic(failure) + "\n");
  return code;
}

// `text`, `json`, `json=FILE`. Nothing on standard output: text goes there.
bool parse_outputs(const CheckRequest& request, std::vector<Output>& outputs, std::string& wrong) {
  std::size_t on_standard_output = 0;
  for (const std::string& word : request.formats) {
    const std::size_t equals = word.find('=');
    Output output{.format = word.substr(0, equals)};
    if (equals != std::string::npos) output.file = word.substr(equals + 1);
    if ((output.format != "text" && output.format != "json") || (equals != std::string::npos && output.file.empty())) {
      wrong = "--format " + word + ": expected text, json, text=FILE or json=FILE";
      return false;
    }
    on_standard_output += output.file.empty();
    outputs.push_back(std::move(output));
  }
  if (on_standard_output > 1) {
    wrong = "two formats on standard output; write one of them to a file: --format json=FILE";
    return false;
  }
  if (on_standard_output == 0) outputs.push_back({.format = "text"});
  return true;
}

bool use_colour(const Context& context, const std::string& choice) {
  if (choice != "auto") return choice == "always";
  return context.terminal.out_is_terminal() && context.environment.get("NO_COLOR").value_or("").empty();
}

Result<verdict::Verdict> evaluate(const CheckRequest& request) {
  policy::Evaluator evaluator;
  plan::PlanReader reader({.file = request.plan == "-" ? "standard input" : request.plan, .reduced = request.reduced,
                           .strict = request.strict},
                          evaluator.handlers());
  system::Sha256 digest;
  // A refused text is still read to its end: the digest names the whole input.
  const Status status = system::stream_file(request.plan, [&](std::string_view piece) {
    digest.update(piece);
    reader.feed(piece);
    return true;
  });
  if (!status) return status.failure();
  plan::PlanFacts facts = reader.finish();
  std::vector<policy::Finding> findings = evaluator.finish(facts);
  return verdict::make_verdict(std::move(facts), std::move(findings), policy::rules().size(), digest.finish_hex());
}

ExitCode run_check(const CheckRequest& request, Context& context) {
  std::vector<Output> outputs;
  std::string wrong;
  if (!parse_outputs(request, outputs, wrong)) {
    context.terminal.err("deploy-gate: " + wrong + "\n");
    return ExitCode::usage;
  }
  const Result<verdict::Verdict> result = evaluate(request);
  if (!result) return fail(context, result.failure(), ExitCode::usage);
  for (const Output& output : outputs) {
    const bool to_file = !output.file.empty();
    const bool colour = !to_file && use_colour(context, request.colour);
    const std::string bytes =
        output.format == "json" ? verdict::render_json(*result) : verdict::render_text(*result, {.colour = colour});
    if (to_file) {
      if (const Status status = system::write_file(output.file, bytes); !status) {
        return fail(context, status.failure(), ExitCode::internal);
      }
    } else if (output.format == "json" || !request.quiet || result->exit != ExitCode::success) {
      context.terminal.out(bytes);
    }
  }
  return result->exit;
}

}  // namespace

void add_check(CLI::App& app, Action& action) {
  auto request = std::make_shared<CheckRequest>();
  CLI::App* command = app.add_subcommand("check", "judge a plan: the output of `terraform show -json`");
  command->add_option("plan", request->plan, "PLAN.json, or - for standard input")->required();
  command->add_option("--format", request->formats, "text or json, =FILE to write it there; repeatable")
      ->allow_extra_args(false);
  command->add_option("--color", request->colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command->add_flag("--quiet", request->quiet, "print text only if the plan is not allowed");
  command->add_flag("--reduced", request->reduced, "judge a plan from which whole sections were cut");
  command->add_flag("--strict", request->strict, "check that every object of the state is in the plan, whatever it says of itself");
  command->callback([request, &action] {
    action = [request](Context& context) { return run_check(*request, context); };
  });
}

}  // namespace tidegate::gate
