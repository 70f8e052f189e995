// SPDX-License-Identifier: Apache-2.0
#include "policy/organisation/limits.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "policy/organisation/own_rules.hpp"
#include "policy/subject.hpp"

namespace tidegate::organisation {

using plan::Effect;
using policy::Finding;
using policy::Level;
using policy::Value;

namespace {

// Where providers keep them; the second names hold what the provider itself adds.
constexpr std::array<std::string_view, 4> tag_members{"tags", "tags_all", "labels",
                                                      "effective_labels"};

enum class Found { no, yes, unknown };

Found find_tag(const Value& after, const std::string& tag) {
  Found found = Found::no;
  for (const std::string_view member : tag_members) {
    const Value tags = after.member(member);
    if (tags.is_unknown()) {
      found = Found::unknown;
      continue;
    }
    const Value value = tags.member(tag);
    if (value.is_unknown() || !value.is_blank()) return Found::yes;
  }
  return found;
}

bool can_have_tags(const Value& after) {
  const std::vector<std::pair<std::string_view, Value>> members = after.members();
  const bool known = std::any_of(members.begin(), members.end(), [](const auto& member) {
    return member.first == "tags" || member.first == "labels";
  });
  return known || after.member("tags").is_unknown() || after.member("labels").is_unknown();
}

}  // namespace

plan::PlanHandlers Limits::around(plan::PlanHandlers handlers) {
  if (policy_.required_tags.empty()) return handlers;
  handlers.change = [this, inner = std::move(handlers.change)](const plan::Change& change) {
    check_tags(change);
    inner(change);
  };
  return handlers;
}

std::size_t Limits::rules() const {
  return (policy_.required_tags.empty() ? 0U : 1U) + (policy_.max_deletions ? 1U : 0U);
}

void Limits::check_tags(const plan::Change& change) {
  if (change.effect != Effect::create && change.effect != Effect::update &&
      change.effect != Effect::replace && change.effect != Effect::create_forget) {
    return;
  }
  const policy::Subject subject = policy::make_subject(change, policy_.settings);
  if (!can_have_tags(subject.after)) return;
  std::vector<std::string> missing, unproven;
  for (const std::string& tag : policy_.required_tags) {
    const Found found = find_tag(subject.after, tag);
    if (found == Found::no) missing.push_back(tag);
    if (found == Found::unknown) unproven.push_back(tag);
  }
  if (missing.empty() && unproven.empty()) return;
  std::string message =
      missing.empty() ? std::string() : "It has no " + join(missing, ", ") + " among its tags.";
  if (!unproven.empty()) {
    message += (message.empty() ? "" : " ") + std::string("Whether it will have ") +
               join(unproven, ", ") + " is only known after apply.";
  }
  findings_.push_back(
      {.rule = std::string(required_tags_rule),
       .level = Level::block,
       .address = printable(change.address),
       .previous_address = printable(change.previous_address),
       .type = subject.type,
       .tier = subject.tier_text(),
       .effect = std::string(plan::to_string(change.effect)),
       .attribute = "tags",
       .message = std::move(message),
       .fix = "give it the tags that the policy requires: " + join(policy_.required_tags, ", ")});
}

std::vector<Finding> Limits::finish(const plan::PlanFacts& facts) {
  const std::size_t lost = facts.effects[static_cast<std::size_t>(Effect::destroy)] +
                           facts.effects[static_cast<std::size_t>(Effect::replace)];
  if (policy_.max_deletions && lost > *policy_.max_deletions) {
    findings_.push_back({.rule = std::string(deletions_rule),
                         .level = Level::block,
                         .address = "plan",
                         .message = counted(lost, "object") +
                                    " would be deleted or replaced, the policy allows " +
                                    std::to_string(*policy_.max_deletions) + ".",
                         .fix = "delete in smaller steps"});
  }
  return std::move(findings_);
}

std::vector<Finding> take_partial(const Policy& policy, plan::PlanFacts& facts) {
  std::vector<Finding> out;
  if (!policy.allow_partial_plans || facts.errored) return out;
  std::erase_if(facts.problems, [&](const Diagnostic& problem) {
    if (problem.code != "gate.plan-incomplete") return false;
    out.push_back({.rule = problem.code,
                   .level = Level::warn,
                   .address = "plan",
                   .message = problem.message +
                              ". The policy lets such a plan be judged (partial_plans: warn).",
                   .fix = problem.hint});
    return true;
  });
  return out;
}

std::optional<Diagnostic> check_age(const plan::PlanFacts& facts, const std::string& file,
                                    Seconds most, Seconds now) {
  Diagnostic fault{.code = "gate.plan-too-old",
                   .where = {.file = file},
                   .hint = "plan again, and check it at once",
                   .exit = ExitCode::incomplete};
  const auto made = parse_time(facts.timestamp);
  if (facts.timestamp.empty()) {
    fault.message =
        "the plan does not say when it was made, and may be at most " + to_age(most) + " old";
    fault.hint = "plan with Terraform 1.5 or newer, which writes timestamp";
  } else if (!made) {
    fault.message =
        "the time of the plan is \"" + shortened(facts.timestamp, 80) + "\", expected RFC 3339";
  } else if (*made > now) {
    fault.message =
        "the plan is from the future: " + to_time(*made) + ", now it is " + to_time(now);
    fault.hint = "set the clocks of the machines that plan and check";
  } else if (now - *made > most) {
    fault.message = "the plan was made at " + to_time(*made) + ", more than " + to_age(most) +
                    " before " + to_time(now);
  } else {
    return std::nullopt;
  }
  return fault;
}

}  // namespace tidegate::organisation
