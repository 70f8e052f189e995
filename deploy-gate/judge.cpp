// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/judge.hpp"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>
#include <utility>

#include "plan/documents.hpp"
#include "plan/reader.hpp"
#include "policy/evaluate.hpp"
#include "policy/organisation/apply.hpp"
#include "policy/organisation/limits.hpp"
#include "policy/rules.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::gate {

namespace {

// One document on its way to its verdict. A refused text is still read to its end: the digest names the
// whole input.
class Judging {
 public:
  Judging(const JudgeOptions& options, const Ground& ground, std::string file, const Observer& observer)
      : ground_(ground), file_(std::move(file)), evaluator_(ground.policy.settings), limits_(ground.policy),
        reader_({.file = file_, .reduced = options.reduced, .strict = options.strict}, handlers(observer)) {}

  void feed(std::string_view piece) {
    digest_.start(piece);
    reader_.feed(piece);
    digest_.wait();
  }

  verdict::Verdict finish() {
    plan::PlanFacts facts = reader_.finish();
    std::vector<policy::Finding> findings = evaluator_.finish(facts);
    for (policy::Finding& finding : limits_.finish(facts)) findings.push_back(std::move(finding));
    for (policy::Finding& finding : organisation::take_partial(ground_.policy, facts)) findings.push_back(std::move(finding));
    check_age(facts);
    const std::string sha256 = digest_.finish_hex();
    organisation::apply_severities(ground_.policy, findings);
    organisation::apply_waivers(ground_.policy,
                                {.today = organisation::day_of(ground_.now), .digests = {sha256},
                                 .complete = facts.problems.empty() && ground_.broken.empty()},
                                findings);
    facts.notes.insert(facts.notes.end(), ground_.notes.begin(), ground_.notes.end());
    std::sort(facts.notes.begin(), facts.notes.end());
    std::vector<std::string> skipped = ground_.policy.skipped();
    const std::size_t rules = policy::rules().size() - skipped.size() + limits_.rules();
    verdict::Verdict verdict = verdict::make_verdict(std::move(facts), std::move(findings), rules, sha256, ground_.broken);
    verdict.skipped = std::move(skipped);
    verdict.sources = ground_.sources;
    verdict.policy_digest = ground_.digest;
    return verdict;
  }

 private:
  plan::PlanHandlers handlers(const Observer& observer) {
    plan::PlanHandlers handlers = limits_.around(evaluator_.handlers());
    if (!observer) return handlers;
    handlers.change = [observer, inner = std::move(handlers.change)](const plan::Change& change) {
      observer(change, false);
      inner(change);
    };
    handlers.drift = [observer, inner = std::move(handlers.drift)](const plan::Change& change) {
      observer(change, true);
      inner(change);
    };
    return handlers;
  }

  // An input that is no plan has no age either.
  void check_age(plan::PlanFacts& facts) const {
    const bool unreadable = std::any_of(facts.problems.begin(), facts.problems.end(), [](const Diagnostic& problem) {
      return problem.exit == ExitCode::unreadable;
    });
    if (!ground_.policy.max_age || unreadable) return;
    if (auto fault = organisation::check_age(facts, file_, *ground_.policy.max_age, ground_.now)) {
      facts.problems.push_back(std::move(*fault));
    }
  }

  const Ground& ground_;
  std::string file_;
  policy::Evaluator evaluator_;
  organisation::Limits limits_;
  plan::PlanReader reader_;
  system::Sha256Beside digest_{};
};

}  // namespace

void add_judge_options(CLI::App& command, JudgeOptions& options) {
  command.add_flag("--reduced", options.reduced, "judge a plan from which whole sections were cut");
  command.add_flag("--strict", options.strict,
                   "check that every object of the state is in the plan, whatever it says of itself");
  command.add_option("--policy", options.policy, "policy of the organisation (tidegate/policy/1)");
  command.add_option("--service-policy", options.service_policy, "policy of the service; it can only tighten");
  command.add_option("--waivers", options.waivers, "waivers (tidegate/waivers/1); repeatable")->allow_extra_args(false);
  command.add_option("--max-age", options.max_age, "refuse a plan that is older: 90s, 30m, 4h, 7d");
  command.add_option("--now", options.now, "judge as at this time (RFC 3339); recorded in the verdict");
}

Result<std::vector<verdict::Verdict>> judge_all(const JudgeOptions& options, const Ground& ground, const Observer& observer) {
  const std::string file = options.plan == "-" ? "standard input" : options.plan;
  std::vector<verdict::Verdict> verdicts;
  std::unique_ptr<Judging> judging;
  const auto start = [&] {
    const std::string name = options.many ? file + "#" + std::to_string(verdicts.size() + 1) : file;
    judging = std::make_unique<Judging>(options, ground, name, observer);
  };
  const auto feed = [&](std::string_view piece) {
    if (!judging) start();
    judging->feed(piece);
  };
  const auto end = [&] {
    verdicts.push_back(judging->finish());
    judging.reset();
  };
  plan::DocumentParter parter(feed, end);
  const Status status = system::stream_file(options.plan, [&](std::string_view piece) {
    if (options.many) parter.feed(piece);
    else feed(piece);
    return true;
  });
  if (!status) {
    Diagnostic failure = status.failure();
    failure.exit = ExitCode::usage;
    return failure;
  }
  if (options.many) parter.finish();
  if (verdicts.empty() && !judging) start();  // nothing at all is an input, too
  if (judging) end();
  return verdicts;
}

Result<verdict::Verdict> judge(const JudgeOptions& options, const Ground& ground, const Observer& observer) {
  Result<std::vector<verdict::Verdict>> verdicts = judge_all(options, ground, observer);
  if (!verdicts) return verdicts.failure();
  return std::move(verdicts->front());
}

ExitCode fail(Context& context, const Diagnostic& failure, ExitCode code) {
  context.terminal.err("deploy-gate: " + render_diagnostic(failure) + "\n");
  return code;
}

Diagnostic usage_fault(std::string message, std::string hint) {
  return {.code = "gate.usage", .message = std::move(message), .hint = std::move(hint), .exit = ExitCode::usage};
}

}  // namespace tidegate::gate
