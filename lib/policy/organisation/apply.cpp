// SPDX-License-Identifier: Apache-2.0
// A waiver is settled as a whole: all findings that it names are counted first, then it covers all
// of them or none. So what a waiver frees never depends on the order of findings or of other
// waivers.
#include "policy/organisation/apply.hpp"

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "policy/address_glob.hpp"
#include "policy/organisation/own_rules.hpp"
#include "policy/rules.hpp"

namespace tidegate::organisation {

using policy::Finding;
using policy::Level;

namespace {

const Level* find_level(const Levels& levels, const Finding& finding) {
  for (const std::string* rule : {&finding.rule, &finding.stands_for}) {
    const auto found = levels.find(*rule);
    if (!rule->empty() && found != levels.end()) return &found->second;
  }
  return nullptr;
}

// Of the service's lines both count, whichever is stricter.
Level least_level(const Levels& levels, const Finding& finding) {
  Level least = Level::off;
  for (const std::string* rule : {&finding.rule, &finding.stands_for}) {
    const auto found = levels.find(*rule);
    if (!rule->empty() && found != levels.end()) least = std::max(least, found->second);
  }
  return least;
}

std::string place_of(const Waiver& waiver) {
  return printable(waiver.where.file) + ":" + std::to_string(waiver.where.line);
}

policy::WaiverUse use_of(const Waiver& waiver) {
  return {.owner = printable(waiver.owner),
          .reason = printable(waiver.reason),
          .expires = to_date(waiver.expires),
          .file = place_of(waiver),
          .sha256 = waiver.sha256};
}

class Settlement {
 public:
  Settlement(const Policy& policy, const Situation& situation, std::vector<Finding>& findings)
      : policy_(policy), situation_(situation), findings_(findings) {}

  void run() {
    std::vector<Open> open;
    for (const Waiver& waiver : policy_.waivers) {
      std::vector<std::size_t> named = findings_named_by(waiver);
      std::string objection = find_objection(policy_, situation_, waiver, named.size());
      if (named.empty() || !objection.empty()) {
        open.push_back({&waiver, std::move(named), std::move(objection)});
        continue;
      }
      for (const std::size_t index : named) {
        if (!findings_[index].waiver) findings_[index].waiver = use_of(waiver);
      }
    }
    for (Open& one : open) report(one);
    for (Finding& finding : added_) findings_.push_back(std::move(finding));
    policy::sort_findings(findings_);
  }

 private:
  struct Open {
    const Waiver* waiver = nullptr;
    std::vector<std::size_t> named{};
    std::string objection{};
  };

  std::vector<std::size_t> findings_named_by(const Waiver& waiver) const {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < findings_.size(); ++i) {
      if (names(waiver, findings_[i])) out.push_back(i);
    }
    return out;
  }

  void report(Open& one) {
    const Waiver& waiver = *one.waiver;
    Level worst = Level::warn;
    std::vector<Finding*> uncovered;
    for (const std::size_t index : one.named) {
      if (findings_[index].waiver) continue;
      uncovered.push_back(&findings_[index]);
      worst = std::max(worst, findings_[index].level);
    }
    for (Finding* finding : uncovered) {
      finding->message +=
          " The waiver at " + place_of(waiver) + " does not count: " + one.objection + ".";
    }
    if (!uncovered.empty() && waiver.expires < situation_.today) {
      Finding& finding = add(expired_rule, worst, waiver);
      if (uncovered.size() == 1) {
        finding.address = uncovered.front()->address;
        finding.effect = uncovered.front()->effect;
      }
      finding.message = "The waiver of " + printable(waiver.owner) + " for " +
                        printable(waiver.rule) + " expired on " + to_date(waiver.expires) + " (" +
                        place_of(waiver) + ").";
      finding.fix = "do without it; or have it renewed: a new entry with a new date";
      return;
    }
    if (!situation_.complete) return;
    const auto level = policy_.severity.find(unused_rule);
    const auto least = policy_.at_least.find(unused_rule);
    const Level unused = std::max(level == policy_.severity.end() ? Level::warn : level->second,
                                  least == policy_.at_least.end() ? Level::off : least->second);
    if (unused == Level::off) return;
    Finding& finding = add(unused_rule, unused, waiver);
    const std::string why = one.objection.empty()
                                ? "no finding of this rule and effect has such an address"
                                : one.objection;
    finding.message = "The waiver for " + printable(waiver.rule) + " at " + place_of(waiver) +
                      " covers nothing: " + why + ".";
    finding.fix =
        one.named.empty() ? "remove it once the change is applied" : "correct it or remove it";
  }

  Finding& add(std::string_view rule, Level level, const Waiver& waiver) {
    added_.push_back({.rule = std::string(rule),
                      .level = level,
                      .address = printable(waiver.address),
                      .attribute = printable(waiver.rule)});
    return added_.back();
  }

  const Policy& policy_;
  const Situation& situation_;
  std::vector<Finding>& findings_;
  std::vector<Finding> added_{};
};

}  // namespace

void apply_severities(const Policy& policy, std::vector<Finding>& findings) {
  for (Finding& finding : findings) {
    if (finding.rule == "gate.destroy-mode" && policy.allow_destroy_plans) {
      finding.level = Level::note;
      finding.message += " The policy allows destroy plans; objects with data block on their own.";
      finding.fix.clear();
    }
    if (const Level* level = find_level(policy.severity, finding)) finding.level = *level;
    finding.level = std::max(finding.level, least_level(policy.at_least, finding));
  }
  std::erase_if(findings, [](const Finding& finding) { return finding.level == Level::off; });
  policy::sort_findings(findings);
}

void apply_waivers(const Policy& policy, const Situation& situation,
                   std::vector<Finding>& findings) {
  Settlement(policy, situation, findings).run();
}

bool names(const Waiver& waiver, const Finding& finding) {
  if (waiver.rule != finding.rule) return false;
  if (finding.effect.empty() ? waiver.effect != no_effect : waiver.effect != finding.effect)
    return false;
  return policy::matches_address(waiver.address, finding.address) ||
         (!finding.previous_address.empty() &&
          policy::matches_address(waiver.address, finding.previous_address));
}

std::string find_objection(const Policy& policy, const Situation& situation, const Waiver& waiver,
                           std::size_t count) {
  if (waiver.of_service && !policy.service_may_waive.contains(waiver.rule)) {
    return "the organisation's policy does not let a service waive " + printable(waiver.rule) +
           " (service_may_waive)";
  }
  if (waiver.expires < situation.today) return "it expired on " + to_date(waiver.expires);
  if (!waiver.plan.empty() && std::find(situation.digests.begin(), situation.digests.end(),
                                        waiver.plan) == situation.digests.end()) {
    return "it is for another plan (sha256:" + waiver.plan.substr(0, 12) + "…)";
  }
  if (count > waiver.max) {
    return "it may cover " + counted(waiver.max, "finding") + " and names " +
           std::to_string(count) + ", so it covers none";
  }
  return {};
}

const Waiver* find_nearest_waiver(const std::vector<Waiver>& waivers, const Finding& finding) {
  const Waiver* best = nullptr;
  std::size_t best_score = 0;
  for (const Waiver& waiver : waivers) {
    const auto shared = [&](const std::string& address) {
      const auto [end, other] = std::mismatch(waiver.address.begin(), waiver.address.end(),
                                              address.begin(), address.end());
      static_cast<void>(other);
      return static_cast<std::size_t>(end - waiver.address.begin());
    };
    const bool matches = policy::matches_address(waiver.address, finding.address) ||
                         policy::matches_address(waiver.address, finding.previous_address);
    const bool same_rule = waiver.rule == finding.rule;
    if (!matches && !same_rule) continue;
    const std::size_t score =
        1 + shared(finding.address) + (same_rule ? 1000U : 0U) + (matches ? 2000U : 0U);
    if (score > best_score) {
      best = &waiver;
      best_score = score;
    }
  }
  return best;
}

std::string digest_text(std::string_view version, std::string_view catalogue,
                        std::vector<std::pair<std::string, std::string>> files) {
  std::vector<std::string> ids;
  for (const policy::Rule& rule : policy::rules()) ids.emplace_back(rule.id);
  for (const OwnRule& rule : own_rules()) ids.emplace_back(rule.id);
  std::sort(ids.begin(), ids.end());
  std::sort(files.begin(), files.end());
  std::string text =
      "deploy-gate " + std::string(version) + "\ncatalogue " + std::string(catalogue) + "\n";
  for (const std::string& id : ids) text += "rule " + id + "\n";
  for (const auto& file : files) text += file.first + " " + file.second + "\n";
  return text;
}

std::vector<std::string> doubtful_lines(const Policy& policy, const Levels& custom) {
  std::vector<std::string> out;
  for (const Levels* levels : {&policy.severity, &policy.at_least}) {
    for (const auto& line : *levels) {
      if (line.first.starts_with("gate.") || custom.contains(line.first)) continue;
      out.push_back("the policy sets the severity of " + printable(line.first) +
                    ", no such rule was loaded");
    }
  }
  const auto doubt = [&](const std::string& type) {
    if (catalogue::find_type(type) || catalogue::find_stateless(type) ||
        catalogue::find_arm_type(type))
      return;
    const auto nearest = catalogue::find_nearest_type(type);
    if (nearest)
      out.push_back("the policy names the type " + type +
                    ", which no list knows; a listed one is " + *nearest);
  };
  for (const auto& tier : policy.settings.tiers) doubt(tier.first);
  for (const std::string& type : policy.settings.stateless) doubt(type);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace tidegate::organisation
