// SPDX-License-Identifier: Apache-2.0
// One member function a key of the file; the table at the end says which.
#include "policy/organisation/policy.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "policy/address_glob.hpp"
#include "policy/organisation/fields.hpp"
#include "policy/rules.hpp"

namespace tidegate::organisation {

using document::Node;
using policy::Level;

namespace {

constexpr std::array<std::string_view, 4> levels{"off", "note", "warn", "block"};  // by Level

class Reader {
 public:
  Reader(const SourceText& source, Days today, Diagnostics& faults)
      : source_(source), today_(today), faults_(faults), fields_("gate.policy-invalid", faults) {}

  Policy read() {
    const document::DocumentPtr document = fields_.parse(source_, "tidegate/policy/1");
    if (!document) return {};
    const Node root = document->root();
    std::vector<std::string_view> names{"schema"};
    for (const Key& key : keys) names.push_back(key.name);
    fields_.check_names(root, names);
    for (const Key& key : keys) {
      const Node node = root[key.name];
      if (!node) continue;
      note_place(std::string(key.name), node);
      (this->*key.read)(node);
    }
    check_types();
    check_rules_left();
    return std::move(policy_);
  }

 private:
  struct Key {
    std::string_view name{};
    void (Reader::*read)(const Node&) = nullptr;
    Version since{0, 1, 0};  // deploy-gate knows it from there on
  };

  friend Version organisation::lowest_gate(const Node& policy);
  static const std::array<Key, 12> keys;

  void note_place(std::string key, const Node& node) {
    policy_.places.emplace(std::move(key), node.location());
  }

  bool is_group(const Node& node, std::string_view name) {
    if (node.is_object()) return true;
    fields_.fault(node.location(),
                  std::string(name) + " is " + found_text(node) + ", expected fields",
                  "write {} for none");
    return false;
  }

  void read_severity(const Node& group) {
    if (!is_group(group, "severity")) return;
    for (const Node node : group) {
      const std::string rule(node.key());
      if (const auto fault = find_rule_fault(rule, RuleUse::severity)) {
        fields_.fault(node.key_location(), fault->message, fault->hint);
        continue;
      }
      const auto level = fields_.word(node, "the severity of " + rule, levels);
      if (!level) continue;
      policy_.severity.emplace(rule, static_cast<Level>(*level));
      note_place("severity/" + rule, node);
    }
  }

  bool is_type(std::string_view type, Location where) {
    if (policy::is_type_name(type)) return true;
    const bool azapi = type == "azapi_resource";
    fields_.fault(std::move(where),
                  "\"" + std::string(type) + "\" " +
                      (azapi ? "stands for every ARM type" : "is not the name of one type"),
                  azapi ? "name the ARM type: Microsoft.Storage/storageAccounts"
                        : "patterns are not allowed here; list the types");
    return false;
  }

  void read_tiers(const Node& group) {
    if (!is_group(group, "tiers")) return;
    std::vector<std::string_view> words;
    for (std::size_t i = 0; i < catalogue::tier_count; ++i)
      words.push_back(to_string(static_cast<catalogue::Tier>(i)));
    for (const Node node : group) {
      if (!is_type(node.key(), node.key_location())) continue;
      const auto tier = fields_.word(node, "the tier of " + std::string(node.key()), words);
      if (!tier) continue;
      const std::string key = policy::type_key(node.key());
      policy_.settings.tiers.emplace(key, static_cast<catalogue::Tier>(*tier));
      note_place("tiers/" + key, node);
    }
  }

  void read_stateless(const Node& list) {
    for (const Node node : fields_.texts(list, "stateless")) {
      if (!is_type(node.as_string(), node.location())) continue;
      const std::string key = policy::type_key(node.as_string());
      policy_.settings.stateless.insert(key);
      note_place("stateless/" + key, node);
    }
  }

  void read_protected_addresses(const Node& list) {
    for (const Node node : fields_.texts(list, "protected_addresses"))
      policy_.settings.protected_addresses.emplace_back(node.as_string());
  }

  void read_required_tags(const Node& list) {
    for (const Node node : fields_.texts(list, "required_tags"))
      policy_.required_tags.emplace_back(node.as_string());
  }

  void read_max_deletions(const Node& node) {
    policy_.max_deletions = fields_.count(node, "max_deletions", 0);
  }

  void read_destroy_plans(const Node& node) {
    constexpr std::array<std::string_view, 2> words{"block", "allow"};
    policy_.allow_destroy_plans = fields_.word(node, "destroy_plans", words) == 1U;
  }

  void read_partial_plans(const Node& node) {
    constexpr std::array<std::string_view, 2> words{"refuse", "warn"};
    policy_.allow_partial_plans = fields_.word(node, "partial_plans", words) == 1U;
  }

  void read_max_age(const Node& node) {
    policy_.max_age = parse_age(node.as_string());
    if (!policy_.max_age)
      fields_.fault(node.location(), "max_age is " + found_text(node) +
                                         ", expected an age such as 90s, 30m, 4h, 7d");
  }

  void read_service_may_waive(const Node& list) {
    for (const Node node : fields_.texts(list, "service_may_waive")) {
      if (const auto fault = find_rule_fault(node.as_string(), RuleUse::waiver)) {
        fields_.fault(node.location(), fault->message, fault->hint);
      } else {
        policy_.service_may_waive.emplace(node.as_string());
        note_place("service_may_waive/" + std::string(node.as_string()), node);
      }
    }
  }

  void read_require_artifact(const Node& node) {
    policy_.require_artifact = fields_.flag(node, "require_artifact").value_or(false);
  }

  void read_list_of_waivers(const Node& list) {
    policy_.waivers = read_waivers(list, source_, today_, faults_);
  }

  void check_types() {
    for (const auto& type : policy_.settings.tiers) {
      if (!policy_.settings.stateless.contains(type.first)) continue;
      fields_.fault(policy_.places.at("stateless/" + type.first),
                    type.first + " stands under tiers and under stateless",
                    "remove one of the two");
    }
  }

  void check_rules_left() {
    if (policy_.skipped().size() < policy::rules().size()) return;
    fields_.fault(policy_.places.at("severity"), "every rule is off: nothing would be judged",
                  "leave at least one rule on");
  }

  const SourceText& source_;
  Days today_;
  Diagnostics& faults_;
  Fields fields_;
  Policy policy_{};
};

constexpr std::array<Reader::Key, 12> Reader::keys{{
    {"severity", &Reader::read_severity},
    {"tiers", &Reader::read_tiers},
    {"stateless", &Reader::read_stateless},
    {"protected_addresses", &Reader::read_protected_addresses},
    {"required_tags", &Reader::read_required_tags},
    {"max_deletions", &Reader::read_max_deletions},
    {"destroy_plans", &Reader::read_destroy_plans},
    {"partial_plans", &Reader::read_partial_plans},
    {"max_age", &Reader::read_max_age},
    {"service_may_waive", &Reader::read_service_may_waive},
    {"require_artifact", &Reader::read_require_artifact},
    {"waivers", &Reader::read_list_of_waivers},
}};

}  // namespace

Version lowest_gate(const Node& policy) {
  Version lowest{0, 1, 0};  // tidegate/policy/1
  for (const Reader::Key& key : Reader::keys) {
    if (policy[key.name]) lowest = std::max(lowest, key.since);
  }
  return lowest;
}

std::vector<std::string> Policy::skipped() const {
  std::vector<std::string> out;
  for (const policy::Rule& rule : policy::rules()) {
    const auto level = severity.find(rule.id);
    const auto raised = at_least.find(rule.id);
    const bool off = level != severity.end() && level->second == Level::off;
    if (off && (raised == at_least.end() || raised->second == Level::off))
      out.emplace_back(rule.id);
  }
  std::sort(out.begin(), out.end());
  return out;
}

Policy parse_policy(const SourceText& source, Days today, Diagnostics& faults) {
  return Reader(source, today, faults).read();
}

}  // namespace tidegate::organisation
