// SPDX-License-Identifier: Apache-2.0
#include "policy/organisation/tighten.hpp"

#include <algorithm>

#include "policy/rules.hpp"

namespace tidegate::organisation {

namespace {

using catalogue::Tier;
using policy::Level;

// The most severe level that the rule has on any object, unless the organisation says another.
Level built_in_level(const policy::Rule& rule) {
  switch (rule.scale) {
    case policy::Scale::warn:
      return rule.drift != nullptr ? Level::block : Level::warn;  // drift may block
    case policy::Scale::note:
      return Level::note;
    case policy::Scale::block:
    case policy::Scale::protected_blocks:
    case policy::Scale::expiry_blocks:
    case policy::Scale::by_tier:
      return Level::block;
  }
  return Level::block;
}

class Merge {
 public:
  Merge(Policy organisation, const Policy& service, const Levels& custom, Diagnostics& faults)
      : merged_(std::move(organisation)), service_(service), custom_(custom), faults_(faults) {}

  Policy run() {
    severities();
    types();
    const auto append = [](std::vector<std::string>& target, const std::vector<std::string>& more) {
      target.insert(target.end(), more.begin(), more.end());
    };
    append(merged_.settings.protected_addresses, service_.settings.protected_addresses);
    append(merged_.required_tags, service_.required_tags);
    limits();
    switches();
    waivers();
    return std::move(merged_);
  }

 private:
  void loosens(const std::string& key, std::string message, std::string hint) {
    const auto place = service_.places.find(key);
    faults_.add({.code = "gate.policy-loosened",
                 .where = place == service_.places.end() ? Location{} : place->second,
                 .message = std::move(message) + "; a service can only tighten the policy",
                 .hint = std::move(hint),
                 .exit = ExitCode::policy_broken});
  }

  Level level_so_far(const std::string& rule) const {
    if (const auto given = merged_.severity.find(rule); given != merged_.severity.end())
      return given->second;
    if (const policy::Rule* found = policy::find_rule(rule)) return built_in_level(*found);
    if (const auto own = custom_.find(rule); own != custom_.end()) return own->second;
    return rule == "gate.waiver-unused" ? Level::warn : Level::block;
  }

  void severities() {
    for (const auto& line : service_.severity) {
      const Level so_far = level_so_far(line.first);
      if (line.second < so_far) {
        loosens("severity/" + line.first,
                line.first + " would be " + std::string(to_string(line.second)) + " instead of " +
                    std::string(to_string(so_far)),
                "remove the line, or write " + std::string(to_string(so_far)));
        continue;
      }
      Level& least = merged_.at_least[line.first];
      least = std::max(least, line.second);
    }
  }

  // Nothing: a type that nobody has classified, which counts as the worst.
  std::optional<Tier> tier_so_far(const std::string& key, bool& is_stateless) const {
    is_stateless = merged_.settings.stateless.contains(key);
    if (const auto given = merged_.settings.tiers.find(key); given != merged_.settings.tiers.end())
      return given->second;
    if (is_stateless) return std::nullopt;
    if (const auto row = catalogue::find_type(key)) return row->tier;
    if (const auto alias = catalogue::find_arm_type(key)) return alias->tier;
    is_stateless = catalogue::find_stateless(key).has_value();
    return std::nullopt;
  }

  // Drift of these blocks if the plan creates the object anew; of other protected ones it warns.
  static bool is_grave(Tier tier) {
    return tier == Tier::data || tier == Tier::container || tier == Tier::key ||
           tier == Tier::backup;
  }

  static bool is_stricter(std::optional<Tier> before, bool is_stateless, Tier after) {
    if (!catalogue::is_protected(after)) return false;
    if (!before) return is_stateless || is_grave(after);
    // Creates and updates of these are dangerous in ways that only their own tier looks for.
    if (*before == Tier::expiry || *before == Tier::escape_hatch) return false;
    return !is_grave(*before) || is_grave(after);
  }

  void types() {
    for (const auto& line : service_.settings.tiers) {
      bool is_stateless = false;
      const std::optional<Tier> before = tier_so_far(line.first, is_stateless);
      if (before == line.second) continue;  // an object of it may count as more: leave that alone
      if (is_stricter(before, is_stateless, line.second)) {
        merged_.settings.stateless.erase(line.first);
        merged_.settings.tiers.insert_or_assign(line.first, line.second);
        continue;
      }
      const std::string was = before         ? std::string(catalogue::to_string(*before))
                              : is_stateless ? "stateless"
                                             : "unknown, which blocks";
      loosens("tiers/" + line.first,
              line.first + " would count as " + std::string(catalogue::to_string(line.second)) +
                  " instead of " + was,
              "remove the line, or write data");
    }
    for (const std::string& type : service_.settings.stateless) {
      bool is_stateless = false;
      if (!tier_so_far(type, is_stateless) && is_stateless) continue;
      loosens("stateless/" + type, type + " would count as holding no data",
              "ask for the line in the organisation's policy");
    }
  }

  void limits() {
    if (const auto& max = service_.max_deletions) {
      if (merged_.max_deletions && *max > *merged_.max_deletions) {
        loosens("max_deletions",
                "max_deletions is " + std::to_string(*max) + ", the organisation allows " +
                    std::to_string(*merged_.max_deletions),
                "write a smaller number or remove the line");
      } else {
        merged_.max_deletions = max;
      }
    }
    if (const auto& age = service_.max_age) {
      if (merged_.max_age && *age > *merged_.max_age) {
        loosens(
            "max_age",
            "max_age is " + to_age(*age) + ", the organisation allows " + to_age(*merged_.max_age),
            "write a shorter age or remove the line");
      } else {
        merged_.max_age = age;
      }
    }
  }

  // A word that the service gives and the organisation's setting. Loose ones must agree.
  void set(const std::string& key, bool service, bool& organisation, bool loose,
           const std::string& word) {
    if (!service_.places.contains(key)) return;
    if (service == loose && organisation != loose)
      return loosens(key, key + " is " + word, "remove the line");
    organisation = service;
  }

  void switches() {
    set("destroy_plans", service_.allow_destroy_plans, merged_.allow_destroy_plans, true, "allow");
    set("partial_plans", service_.allow_partial_plans, merged_.allow_partial_plans, true, "warn");
    set("require_artifact", service_.require_artifact, merged_.require_artifact, false, "false");
  }

  void waivers() {
    if (service_.places.contains("service_may_waive")) {
      for (const std::string& rule : service_.service_may_waive) {
        if (merged_.service_may_waive.contains(rule)) continue;
        loosens("service_may_waive/" + rule, "the service would let itself waive " + rule,
                "ask for it in the organisation's policy");
      }
      std::erase_if(merged_.service_may_waive, [&](const std::string& rule) {
        return !service_.service_may_waive.contains(rule);
      });
    }
    for (Waiver waiver : service_.waivers) {
      waiver.of_service = true;
      merged_.waivers.push_back(std::move(waiver));
    }
  }

  Policy merged_;
  const Policy& service_;
  const Levels& custom_;
  Diagnostics& faults_;
};

}  // namespace

Policy tighten(Policy organisation, const Policy& service, const Levels& custom,
               Diagnostics& faults) {
  return Merge(std::move(organisation), service, custom, faults).run();
}

}  // namespace tidegate::organisation
