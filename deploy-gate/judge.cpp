// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/judge.hpp"

#include <CLI/CLI.hpp>

#include <utility>
#include <vector>

#include "plan/reader.hpp"
#include "policy/evaluate.hpp"
#include "policy/rules.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::gate {

void add_judge_options(CLI::App& command, JudgeOptions& options) {
  command.add_flag("--reduced", options.reduced, "judge a plan from which whole sections were cut");
  command.add_flag("--strict", options.strict,
                   "check that every object of the state is in the plan, whatever it says of itself");
}

Result<verdict::Verdict> judge(const JudgeOptions& options, Context&) {
  policy::Evaluator evaluator;
  plan::PlanReader reader({.file = options.plan == "-" ? "standard input" : options.plan, .reduced = options.reduced,
                           .strict = options.strict},
                          evaluator.handlers());
  system::Sha256Beside digest;
  // A refused text is still read to its end: the digest names the whole input.
  const Status status = system::stream_file(options.plan, [&](std::string_view piece) {
    digest.start(piece);
    reader.feed(piece);
    digest.wait();
    return true;
  });
  if (!status) {
    Diagnostic failure = status.failure();
    failure.exit = ExitCode::usage;
    return failure;
  }
  plan::PlanFacts facts = reader.finish();
  std::vector<policy::Finding> findings = evaluator.finish(facts);
  return verdict::make_verdict(std::move(facts), std::move(findings), policy::rules().size(), digest.finish_hex());
}

ExitCode fail(Context& context, const Diagnostic& failure, ExitCode code) {
  context.terminal.err("deploy-gate: " + render_diagnostic(failure) + "\n");
  return code;
}

}  // namespace tidegate::gate
