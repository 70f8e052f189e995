// SPDX-License-Identifier: Apache-2.0
#include "policy/organisation/waiver.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/yaml_text.hpp"
#include "policy/address_glob.hpp"
#include "policy/organisation/fields.hpp"

namespace tidegate::organisation {

using document::Node;

namespace {

constexpr std::array<std::string_view, 8> names{"rule",  "address", "effect", "reason",
                                                "owner", "expires", "max",    "plan"};
constexpr std::size_t mandatory = 6;  // the first ones
constexpr std::array<std::string_view, 9> effects{"delete",       "replace", "update",
                                                  "create",       "forget",  "create-forget",
                                                  "drift-delete", "invoke",  no_effect};

class Entry {
 public:
  Entry(const Node& node, const SourceText& source, Days today, Diagnostics& faults)
      : node_(node), today_(today), faults_(faults), fields_("gate.waiver-invalid", faults) {
    waiver_.where = node.location();
    waiver_.sha256 = source.sha256;
  }

  // Nothing after a fault.
  std::optional<Waiver> read() {
    const std::size_t before = faults_.items().size();
    if (!node_.is_object()) {
      fields_.fault(node_.location(), "a waiver is " + found_text(node_) + ", expected fields");
      return std::nullopt;
    }
    fields_.check_names(node_, names);
    for (const std::string_view name : std::span(names).first(mandatory)) {
      if (!node_[name])
        fields_.fault(node_.location(), "the waiver has no " + std::string(name),
                      "a waiver needs rule, address, effect, reason, owner and expires");
    }
    take("rule", waiver_.rule, &Entry::check_rule);
    take("address", waiver_.address, &Entry::check_address);
    take("reason", waiver_.reason);
    take("owner", waiver_.owner);
    take("plan", waiver_.plan, &Entry::check_plan);
    std::string expires;
    take("expires", expires, &Entry::check_expires);
    if (const Node node = node_["effect"]) {
      if (fields_.word(node, "effect", effects)) waiver_.effect = std::string(node.as_string());
    }
    if (const Node node = node_["max"]) waiver_.max = fields_.count(node, "max", 1).value_or(1);
    if (faults_.items().size() != before) return std::nullopt;
    return std::move(waiver_);
  }

 private:
  void take(std::string_view name, std::string& target,
            void (Entry::*check)(const Node&) = nullptr) {
    const Node node = node_[name];
    if (!node) return;
    auto text = fields_.text(node, name);
    if (!text) return;
    target = std::move(*text);
    if (check != nullptr) (this->*check)(node);
  }

  void check_rule(const Node& node) {
    if (auto fault = find_rule_fault(waiver_.rule, RuleUse::waiver))
      fields_.fault(node.location(), fault->message, fault->hint);
  }

  void check_address(const Node& node) {
    if (policy::is_overbroad(waiver_.address)) {
      faults_.add(
          {.code = "gate.waiver-overbroad",
           .where = node.location(),
           .message = "address \"" + waiver_.address + "\" matches whatever comes",
           .hint = "name the resource; `deploy-gate waive ADDRESS --in PLAN …` prints the entry",
           .exit = ExitCode::policy_broken});
    } else if (policy::has_wildcard(waiver_.address) && !node_["max"]) {
      fields_.fault(node.location(),
                    "address \"" + waiver_.address + "\" is a pattern and the waiver has no max",
                    "write max: with the number of findings it may cover, or \\* for a star that "
                    "is part of a key");
    }
  }

  void check_plan(const Node& node) {
    constexpr std::string_view prefix = "sha256:";
    const std::string_view digits =
        std::string_view(waiver_.plan).substr(std::min(prefix.size(), waiver_.plan.size()));
    const bool hex = digits.size() == 64 &&
                     digits.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    if (!waiver_.plan.starts_with(prefix) || !hex) {
      fields_.fault(node.location(),
                    "plan is " + found_text(node) + ", expected sha256: and 64 digits 0-9 a-f",
                    "input.sha256 of the verdict, or `sha256sum` of the plan");
      return;
    }
    waiver_.plan.erase(0, prefix.size());
  }

  void check_expires(const Node& node) {
    const auto day = parse_date(node.as_string());
    if (!day) {
      fields_.fault(node.location(),
                    "expires is " + found_text(node) + ", expected a date: YYYY-MM-DD");
    } else if (*day - today_ > most_days_ahead) {
      fields_.fault(node.location(),
                    "expires is " + to_date(*day) + ", more than " +
                        std::to_string(most_days_ahead) + " days ahead",
                    "write " + to_date(today_ + most_days_ahead) +
                        " or earlier, and renew it then if it is still needed");
    } else {
      waiver_.expires = *day;
    }
  }

  Node node_;
  Days today_;
  Diagnostics& faults_;
  Fields fields_;
  Waiver waiver_{};
};

std::string quoted(std::string_view text) {
  std::string out;
  document::append_yaml_string(out, text);
  return out;
}

// Ids of the developers' rules may hold what YAML reads otherwise.
std::string rule_text(const std::string& rule) {
  const bool plain = std::all_of(rule.begin(), rule.end(), [](char c) {
    const char low = ascii_lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-';
  });
  return plain && rule.starts_with("gate.") ? rule : quoted(rule);
}

// In single quotes nothing but the quote itself is special, so an address stays as it is.
std::string address_text(const std::string& address) {
  const bool plain =
      address.find('\'') == std::string::npos && !document::needs_yaml_escapes(address);
  return plain ? "'" + address + "'" : quoted(address);
}

}  // namespace

std::vector<Waiver> read_waivers(const Node& list, const SourceText& source, Days today,
                                 Diagnostics& faults) {
  std::vector<Waiver> out;
  if (!list.is_array()) {
    Fields("gate.waiver-invalid", faults)
        .fault(list.location(), "waivers is " + found_text(list) + ", expected a list",
               "write waivers: [] for none");
    return out;
  }
  for (const Node node : list) {
    if (auto waiver = Entry(node, source, today, faults).read()) out.push_back(std::move(*waiver));
  }
  return out;
}

std::vector<Waiver> parse_waivers(const SourceText& source, Days today, Diagnostics& faults) {
  const Fields fields("gate.waiver-invalid", faults);
  const document::DocumentPtr document = fields.parse(source, "tidegate/waivers/1");
  if (!document) return {};
  const Node root = document->root();
  constexpr std::array<std::string_view, 2> top{"schema", "waivers"};
  fields.check_names(root, top);
  if (!root["waivers"]) {
    fields.fault({.file = source.file}, "the field waivers is missing",
                 "write waivers: [] for none");
    return {};
  }
  return read_waivers(root["waivers"], source, today, faults);
}

std::string render_waivers(const std::vector<Waiver>& waivers) {
  std::string out =
      "schema: tidegate/waivers/1\nwaivers:" + std::string(waivers.empty() ? " []" : "") + "\n";
  for (const Waiver& waiver : waivers) {
    out += "  - rule: " + rule_text(waiver.rule) +
           "\n    address: " + address_text(waiver.address) + "\n    effect: " + waiver.effect +
           "\n    reason: " + quoted(waiver.reason) + "\n    owner: " + quoted(waiver.owner) +
           "\n    expires: " + to_date(waiver.expires) +
           "\n    max: " + std::to_string(waiver.max) + "\n";
    if (!waiver.plan.empty()) out += "    plan: sha256:" + waiver.plan + "\n";
  }
  return out;
}

}  // namespace tidegate::organisation
