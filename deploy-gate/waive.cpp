// SPDX-License-Identifier: Apache-2.0
// deploy-gate waive ADDRESS --in PLAN --rule R …: prints the waiver that lets this change of this
// plan pass, and nothing else.
#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "deploy-gate/command.hpp"
#include "deploy-gate/judge.hpp"
#include "policy/address_glob.hpp"
#include "policy/organisation/apply.hpp"
#include "policy/organisation/fields.hpp"
#include "policy/rules.hpp"

namespace tidegate::gate {

namespace {

using organisation::Waiver;
using policy::Finding;

struct WaiveRequest {
  JudgeOptions judge{};
  std::string address{};
  std::string rule{};
  std::string owner{};
  std::string reason{};
  std::string expires{};
};

// The words of the command line as the file will hold them.
Result<Waiver> check_words(const WaiveRequest& request, organisation::Days today) {
  if (const auto fault =
          organisation::find_rule_fault(request.rule, organisation::RuleUse::waiver)) {
    return usage_fault("--rule: " + fault->message, fault->hint);
  }
  if (trim(request.owner).empty() || trim(request.reason).empty()) {
    return usage_fault("--owner and --reason must not be empty",
                       "say who answers for it, and why no data is lost");
  }
  const auto expires = organisation::parse_date(request.expires);
  if (!expires) return usage_fault("--expires " + request.expires, "expected a date: YYYY-MM-DD");
  if (*expires < today || *expires - today > organisation::most_days_ahead) {
    return usage_fault("--expires " + request.expires + " is " +
                           (*expires < today ? "in the past" : "more than 90 days ahead"),
                       "a date from " + organisation::to_date(today) + " to " +
                           organisation::to_date(today + organisation::most_days_ahead));
  }
  return Waiver{.rule = request.rule,
                .address = policy::exact_glob(printable(request.address)),
                .reason = request.reason,
                .owner = request.owner,
                .expires = *expires};
}

bool is_at(const Finding& finding, const std::string& address) {
  return finding.address == address ||
         (!finding.previous_address.empty() && finding.previous_address == address);
}

// What stands at the address instead.
Diagnostic nothing_open(const WaiveRequest& request, const verdict::Verdict& verdict) {
  const std::string address = printable(request.address);
  std::vector<std::string> others;
  for (const Finding& finding : verdict.findings) {
    if (!is_at(finding, address)) continue;
    others.push_back((finding.waiver ? "waived " : "open ") + finding.rule);
  }
  others.erase(std::unique(others.begin(), others.end()), others.end());
  return usage_fault(request.rule + " has no open finding at " + request.address,
                     others.empty() ? "no rule has a finding there; `deploy-gate check` lists all"
                                    : "found there: " + join(others, ", "));
}

ExitCode run_waive(const WaiveRequest& request, Context& context) {
  const Result<Ground> ground = lay_ground(request.judge);
  if (!ground) return fail(context, ground.failure(), ground.failure().exit);
  const Result<Waiver> words = check_words(request, organisation::day_of(ground->now));
  if (!words) return fail(context, words.failure(), words.failure().exit);
  const auto verdict = judge(request.judge, *ground, context);
  if (!verdict) return fail(context, verdict.failure(), verdict.failure().exit);
  if (!verdict->facts.problems.empty()) {  // exits 11 to 14 cannot be waived
    return fail(context, verdict->facts.problems.front(), verdict->exit);
  }
  std::set<std::string> effects;
  for (const Finding& finding : verdict->findings) {
    if (finding.rule != request.rule || finding.waiver ||
        !is_at(finding, printable(request.address)))
      continue;
    effects.insert(finding.effect.empty() ? std::string(organisation::no_effect) : finding.effect);
  }
  if (effects.empty()) return fail(context, nothing_open(request, *verdict), ExitCode::usage);
  std::vector<Waiver> waivers;
  for (const std::string& effect : effects) {
    Waiver waiver = *words;
    waiver.effect = effect;
    waiver.plan = verdict->sha256;
    waiver.max = static_cast<std::size_t>(std::count_if(
        verdict->findings.begin(), verdict->findings.end(),
        [&](const Finding& finding) { return organisation::names(waiver, finding); }));
    waivers.push_back(std::move(waiver));
  }
  context.terminal.out(organisation::render_waivers(waivers));
  return ExitCode::success;
}

std::vector<std::string> rule_names() {
  std::vector<std::string> names;
  for (const policy::Rule& rule : policy::rules()) names.emplace_back(rule.id);
  return names;
}

}  // namespace

void add_waive(commandline::Command app, Action& action) {
  auto request = std::make_shared<WaiveRequest>();
  const commandline::Command command = app.add_command("waive", "print a waiver for one change of one plan");
  command.add_option("address", request->address, "address of the finding, or plan").required();
  command.add_option("--in", request->judge.plan, "PLAN.json, or - for standard input")
      .required().suggest_files();
  command.add_option("--rule", request->rule, "the rule to waive").required().suggest(rule_names());
  command.add_option("--owner", request->owner, "who answers for it").required();
  command.add_option("--reason", request->reason, "why no data is lost").required();
  command.add_option("--expires", request->expires, "last day, YYYY-MM-DD, at most 90 days ahead")
      .required();
  add_reduced_flag(command, request->judge);
  add_judge_options(command, request->judge);
  command.when_chosen([request, &action] {
    action = [request](Context& context) { return run_waive(*request, context); };
  });
}

}  // namespace tidegate::gate
