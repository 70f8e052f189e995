// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/judge.hpp"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <utility>

#include "base/text.hpp"
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
  Judging(const JudgeOptions& options, const Ground& ground, ExecRuns programs, std::string file, const Observer& observer)
      : ground_(ground), file_(std::move(file)), binary_sha256_(options.binary_sha256), evaluator_(ground.policy.settings),
        custom_(ground.checks.rules(), ground.policy.settings), limits_(ground.policy), programs_(std::move(programs)),
        reader_({.file = file_, .reduced = options.reduced, .strict = options.strict}, handlers(observer)) {}

  void feed(std::string_view piece) {
    if (digest_) digest_->update(piece);
    reader_.feed(piece);
    if (kept_) kept_ = programs_.take_bytes(piece);
  }

  // From the first byte on; otherwise the digest is given to finish().
  void find_digest() { digest_.emplace(); }

  // `cut`: why the bytes do not go on.
  Result<verdict::Verdict> finish(const Context& context, const std::optional<Diagnostic>& cut, std::string sha256) {
    if (!kept_) return kept_.failure();
    plan::PlanFacts facts = reader_.finish();
    if (cut) facts.problems = {*cut};
    std::vector<Diagnostic> broken = ground_.broken;
    std::vector<policy::Finding> findings = find_all(facts, context, broken);
    check_age(facts);
    if (digest_) sha256 = digest_->finish_hex();
    std::vector<std::string> digests{sha256};
    if (!binary_sha256_.empty()) digests.push_back(binary_sha256_);
    organisation::apply_severities(ground_.policy, findings);
    organisation::apply_waivers(ground_.policy,
                                {.today = organisation::day_of(ground_.now), .digests = std::move(digests),
                                 .complete = facts.problems.empty() && broken.empty()},
                                findings);
    policy::sort_findings(findings);
    facts.notes.insert(facts.notes.end(), ground_.notes.begin(), ground_.notes.end());
    std::sort(facts.notes.begin(), facts.notes.end());
    std::vector<std::string> skipped = ground_.policy.skipped();
    const std::size_t rules = policy::rules().size() - skipped.size() + limits_.rules();
    verdict::Verdict verdict = verdict::make_verdict(std::move(facts), std::move(findings), rules, sha256, std::move(broken));
    verdict.custom = ground_.checks.rules().size() + ground_.checks.exec_count();
    verdict.skipped = std::move(skipped);
    verdict.sources = ground_.sources;
    verdict.policy_digest = ground_.digest;
    return verdict;
  }

 private:
  plan::PlanHandlers handlers(const Observer& observer) {
    plan::PlanHandlers handlers = limits_.around(evaluator_.handlers());
    handlers.change = [this, observer, inner = std::move(handlers.change)](const plan::Change& change) {
      if (observer) observer(change, false);
      inner(change);
      custom_.take(change);
      programs_.take_change(change);
    };
    if (!observer) return handlers;
    handlers.drift = [observer, inner = std::move(handlers.drift)](const plan::Change& change) {
      observer(change, true);
      inner(change);
    };
    return handlers;
  }

  std::vector<policy::Finding> find_all(plan::PlanFacts& facts, const Context& context, std::vector<Diagnostic>& broken) {
    std::vector<policy::Finding> findings = evaluator_.finish(facts);
    const auto add = [&](std::vector<policy::Finding> more) {
      findings.insert(findings.end(), std::make_move_iterator(more.begin()), std::make_move_iterator(more.end()));
    };
    add(custom_.finish());
    add(limits_.finish(facts));
    add(organisation::take_partial(ground_.policy, facts));
    // A program gets only a plan that can be judged.
    if (facts.problems.empty() && broken.empty()) add(programs_.run(context, broken));
    return findings;
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
  std::string binary_sha256_;
  policy::Evaluator evaluator_;
  policy::custom::CustomEvaluator custom_;
  organisation::Limits limits_;
  ExecRuns programs_;
  plan::PlanReader reader_;  // last of those that changes are handed to
  std::optional<system::Sha256> digest_{};  // unless the caller has it
  Status kept_ = Done{};     // the bytes, for programs that want them
};

}  // namespace

void add_reduced_flag(commandline::Command command, JudgeOptions& options) {
  command.add_flag("--reduced", options.reduced, "judge a plan from which whole sections were cut");
}

void add_judge_options(commandline::Command command, JudgeOptions& options) {
  command.add_flag("--strict", options.strict,
                   "check that every object of the state is in the plan, whatever it says of itself");
  command.add_option("--policy", options.policy, "policy of the organisation (tidegate/policy/1)").suggest_files();
  command.add_option("--service-policy", options.service_policy, "policy of the service; it can only tighten").suggest_files();
  command.add_option("--waivers", options.waivers, "waivers (tidegate/waivers/1); repeatable").one_word_each().suggest_files();
  command.add_option("--max-age", options.max_age, "refuse a plan that is older: 90s, 30m, 4h, 7d");
  command.add_option("--now", options.now, "judge as at this time (RFC 3339); recorded in the verdict");
  add_checks_options(command, options.checks);
}

namespace {

// Cuts a stream of documents where one ends, and judges each.
class Documents {
 public:
  Documents(const JudgeOptions& options, const Ground& ground, const Context& context, const Observer& observer)
      : options_(options), ground_(ground), context_(context), observer_(observer),
        file_(options.plan == "-" ? "standard input" : options.plan) {}

  void feed(std::string_view piece) {
    if (failure_) return;
    if (!judging_) start();
    if (judging_) judging_->feed(piece);
  }

  void end(const std::optional<Diagnostic>& cut = {}, const std::string& sha256 = {}) {
    if (failure_) return;
    Result<verdict::Verdict> verdict = judging_->finish(context_, cut, sha256);
    judging_.reset();
    if (!verdict) {
      failure_ = verdict.failure();
      return;
    }
    if (options_.plan != "-") verdict->file = file_name(options_.plan);
    verdicts_.push_back(std::move(*verdict));
  }

  // `sha256`: of the one document that was read; "" where each finds its own.
  Result<std::vector<verdict::Verdict>> finish(const std::optional<Diagnostic>& cut, const std::string& sha256) {
    if (verdicts_.empty() && !judging_ && !failure_) start();  // nothing at all is an input, too
    if (judging_) end(cut, sha256);
    if (failure_) return *failure_;
    return std::move(verdicts_);
  }

 private:
  void start() {
    const std::string name = options_.many ? file_ + "#" + std::to_string(verdicts_.size() + 1) : file_;
    Result<ExecRuns> programs = ExecRuns::prepare(ground_.checks, ground_.policy.settings);
    if (programs) judging_ = std::make_unique<Judging>(options_, ground_, std::move(*programs), name, observer_);
    else failure_ = programs.failure();
    if (judging_ && (options_.many || options_.source)) judging_->find_digest();
  }

  const JudgeOptions& options_;
  const Ground& ground_;
  const Context& context_;
  const Observer& observer_;
  std::string file_;
  std::vector<verdict::Verdict> verdicts_{};
  std::unique_ptr<Judging> judging_{};
  std::optional<Diagnostic> failure_{};
};

}  // namespace

Result<std::vector<verdict::Verdict>> judge_all(const JudgeOptions& options, const Ground& ground, const Context& context,
                                                const Observer& observer) {
  Documents documents(options, ground, context, observer);
  plan::DocumentParter parter([&](std::string_view piece) { documents.feed(piece); }, [&] { documents.end(); });
  const std::function<bool(std::string_view)> take = [&](std::string_view piece) {
    if (options.many) parter.feed(piece);
    else documents.feed(piece);
    return true;
  };
  if (options.source) {
    const Status status = options.source(take);
    return documents.finish(status ? std::nullopt : std::optional(status.failure()), {});
  }
  Result<std::string> sha256 = std::string();
  if (!options.many) sha256 = system::digest_stream(options.plan, take);
  else if (Status status = system::stream_file(options.plan, take); !status) sha256 = status.failure();
  if (!sha256) {
    Diagnostic failure = sha256.failure();
    failure.exit = ExitCode::usage;
    return failure;
  }
  if (options.many) parter.finish();
  return documents.finish({}, *sha256);
}

Result<verdict::Verdict> judge(const JudgeOptions& options, const Ground& ground, const Context& context,
                               const Observer& observer) {
  Result<std::vector<verdict::Verdict>> verdicts = judge_all(options, ground, context, observer);
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
