// SPDX-License-Identifier: Apache-2.0
// deploy-gate explain ADDRESS --in PLAN: why a change got the answer that it got.
#include <memory>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "deploy-gate/command.hpp"
#include "deploy-gate/judge.hpp"
#include "policy/explain.hpp"
#include "policy/organisation/apply.hpp"
#include "policy/organisation/fields.hpp"

namespace tidegate::gate {

namespace {

using policy::Compared;
using policy::Finding;

constexpr std::size_t most_addresses = 100'000;  // that are kept to find the nearest one

struct ExplainRequest {
  JudgeOptions judge{};
  std::string address{};
};

std::string padded(std::string text, std::size_t width) {
  if (text.size() < width) text.resize(width, ' ');
  return text + " ";
}

std::string compared_text(const Compared& one) {
  const char* result = one.result == Compared::Result::fires      ? "fires"
                       : one.result == Compared::Result::unproven ? "unproven"
                                                                  : "silent";
  return "      P" + padded(std::to_string(one.pattern), 2) + one.path + " (" + one.wanted +
         ")   " + one.before + " -> " + one.after + "   " + result + "\n";
}

// The changes at one address, as the rules saw them.
class Looks {
 public:
  Looks(std::string address, const Ground& ground)
      : address_(std::move(address)), ground_(ground) {}

  void take(const plan::Change& change, bool is_drift) {
    const std::string current = printable(change.address);
    const std::string previous = printable(change.previous_address);
    if (addresses_.size() < most_addresses) addresses_.push_back(current);
    if (address_ != current && address_ != previous) return;
    const policy::Subject subject = policy::make_subject(change, ground_.policy.settings);
    text_ += (text_.empty() ? "" : "\n") + head(subject, is_drift);
    std::vector<std::string> idle;
    for (const policy::Look& look : policy::look_at(subject, is_drift)) {
      if (look.compared.empty() && look.findings.empty())
        idle.emplace_back(look.rule);
      else
        text_ += look_text(look);
    }
    if (!idle.empty())
      text_ += "  looked and found nothing to compare:\n      " + join(idle, "\n      ") + "\n";
  }

  const std::string& text() const { return text_; }
  std::optional<std::string> nearest() const { return find_nearest(address_, addresses_); }

 private:
  static std::string head(const policy::Subject& subject, bool is_drift) {
    const plan::Change& change = subject.change;
    std::string text = printable(change.address) + "   " + (is_drift ? "drift: " : "") +
                       std::string(plan::to_string(change.effect)) + "\n";
    if (!change.deposed.empty()) text += "  deposed   " + printable(change.deposed) + "\n";
    if (!change.previous_address.empty())
      text += "  was       " + printable(change.previous_address) + "\n";
    text += "  type      " + subject.type + " (" + subject.tier_text() + ")" +
            (subject.reason.empty() ? "" : ": " + subject.reason) + "\n";
    if (subject.is_protected_address) text += "  protected by the policy (protected_addresses)\n";
    if (!change.reason.empty()) text += "  reason    " + printable(change.reason) + "\n";
    return text;
  }

  static std::string look_text(const policy::Look& look) {
    std::string text =
        "  " + std::string(look.rule) + "   " +
        (look.findings.empty() ? "no finding" : counted(look.findings.size(), "finding")) + "\n";
    for (const Compared& one : look.compared) text += compared_text(one);
    for (const Finding& finding : look.findings) {
      text += "      " + std::string(policy::to_string(finding.level)) + ": " +
              printable(finding.message) + "\n";
      if (!finding.cause.empty()) text += "      forced by " + printable(finding.cause) + "\n";
      if (!finding.recovery.empty()) text += "      recovery " + printable(finding.recovery) + "\n";
    }
    return text;
  }

  std::string address_;
  const Ground& ground_;
  std::vector<std::string> addresses_{};
  std::string text_{};
};

// What keeps the waiver that comes nearest from covering the finding.
std::string waiver_text(const Ground& ground, const verdict::Verdict& verdict,
                        const Finding& finding) {
  const organisation::Waiver* waiver =
      organisation::find_nearest_waiver(ground.policy.waivers, finding);
  if (waiver == nullptr) return "none";
  std::size_t count = 0;
  for (const Finding& other : verdict.findings) count += organisation::names(*waiver, other);
  const organisation::Situation situation{.today = organisation::day_of(ground.now),
                                          .digests = {verdict.sha256}};
  std::string why = organisation::find_objection(ground.policy, situation, *waiver, count);
  if (!organisation::names(*waiver, finding)) {
    why = "it is for " + waiver->rule + ", " + waiver->effect + " of " + waiver->address;
  }
  return to_string(Location{.file = waiver->where.file, .line = waiver->where.line}) + " of " +
         waiver->owner + ": " + why;
}

std::string result_text(const Ground& ground, const verdict::Verdict& verdict,
                        const std::string& address) {
  std::string text = "result\n";
  std::size_t count = 0;
  for (const Finding& finding : verdict.findings) {
    if (finding.address != address && finding.previous_address != address) continue;
    ++count;
    text += "  " +
            padded(finding.waiver ? "waived" : std::string(policy::to_string(finding.level)), 6) +
            finding.rule + (finding.attribute.empty() ? "" : "   " + finding.attribute) + "\n";
    if (finding.waiver)
      text += "         waiver          " + finding.waiver->file + " of " + finding.waiver->owner +
              "\n";
    else if (!organisation::find_rule_fault(finding.rule, organisation::RuleUse::waiver))
      text += "         nearest waiver  " + printable(waiver_text(ground, verdict, finding)) + "\n";
  }
  if (count == 0) text += "  no finding\n";
  return text;
}

// An input that cannot be understood explains nothing.
const Diagnostic* find_refusal(const verdict::Verdict& verdict) {
  for (const Diagnostic& problem : verdict.facts.problems) {
    if (problem.exit != ExitCode::incomplete) return &problem;
  }
  return nullptr;
}

ExitCode run_explain(const ExplainRequest& request, Context& context) {
  const Result<Ground> ground = lay_ground(request.judge);
  if (!ground) return fail(context, ground.failure(), ground.failure().exit);
  Looks looks(printable(request.address), *ground);
  const auto verdict = judge(request.judge, *ground, context, [&](const plan::Change& change, bool is_drift) { looks.take(change, is_drift); });
  if (!verdict) return fail(context, verdict.failure(), verdict.failure().exit);
  if (const Diagnostic* refusal = find_refusal(*verdict))
    return fail(context, *refusal, refusal->exit);
  if (looks.text().empty()) {
    const auto nearest = looks.nearest();
    return fail(
        context,
        usage_fault("the plan has no change at " + request.address,
                    nearest ? "did you mean " + *nearest + "?"
                            : "addresses are written as in the plan, keys with their quotes"),
        ExitCode::usage);
  }
  context.terminal.out(looks.text() + result_text(*ground, *verdict, printable(request.address)));
  return ExitCode::success;
}

}  // namespace

void add_explain(commandline::Command app, Action& action) {
  auto request = std::make_shared<ExplainRequest>();
  const commandline::Command command =
      app.add_command("explain", "show how every rule looked at one change, and what it found");
  command.add_option("address", request->address, "address of the change, current or previous")
      .required();
  command.add_option("--in", request->judge.plan, "PLAN.json, or - for standard input")
      .required().suggest_files();
  add_reduced_flag(command, request->judge);
  add_judge_options(command, request->judge);
  command.when_chosen([request, &action] {
    action = [request](Context& context) { return run_explain(*request, context); };
  });
}

}  // namespace tidegate::gate
