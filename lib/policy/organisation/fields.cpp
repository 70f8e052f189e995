// SPDX-License-Identifier: Apache-2.0
#include "policy/organisation/fields.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "policy/organisation/own_rules.hpp"
#include "policy/rules.hpp"

namespace tidegate::organisation {

using document::Kind;
using document::Node;

namespace {

std::string listed(std::span<const std::string_view> words) {
  std::string out;
  for (const std::string_view word : words) out += (out.empty() ? "" : ", ") + std::string(word);
  return out;
}

std::string did_you_mean(std::string_view word, std::span<const std::string_view> known) {
  const std::vector<std::string> candidates(known.begin(), known.end());
  const auto nearest = find_nearest(word, candidates);
  return nearest ? "did you mean \"" + *nearest + "\"?" : std::string();
}

// Codes of inputs that cannot be judged; they never become findings.
constexpr std::array<std::string_view, 9> refusals{
    "gate.plan-incomplete",     "gate.plan-too-old",   "gate.unknown-action",
    "gate.unsupported-version", "gate.malformed-json", "gate.malformed-plan",
    "gate.not-a-plan",          "gate.reduced-plan",   "gate.bad-encoding"};

std::vector<std::string_view> usable_rules(RuleUse use) {
  std::vector<std::string_view> ids;
  for (const policy::Rule& rule : policy::rules()) ids.push_back(rule.id);
  for (const OwnRule& rule : own_rules()) {
    if (use == RuleUse::severity ? rule.severity : rule.waivable) ids.push_back(rule.id);
  }
  return ids;
}

}  // namespace

std::string found_text(const Node& node) {
  switch (node.kind()) {
    case Kind::null:
      return "nothing";
    case Kind::boolean:
      return node.as_boolean() ? "true" : "false";
    case Kind::number:
      return "the number " + std::string(node.number_text());
    case Kind::string:
      return "\"" + shortened(node.as_string(), 120) + "\"";
    case Kind::array:
      return "a list";
    case Kind::object:
      return "a group of fields";
  }
  return "nothing";
}

document::DocumentPtr Fields::parse(const SourceText& source, std::string_view schema) const {
  const auto parsed = document::parse_yaml(source.file, source.text);
  const std::string wanted = "schema: " + std::string(schema);
  if (!parsed) {
    fault(parsed.failure().where, parsed.failure().message, parsed.failure().hint);
    return nullptr;
  }
  const Node root = (*parsed)->root();
  if (!root.is_object()) {
    fault({.file = source.file}, "the file holds " + found_text(root) + ", expected fields",
          "begin with " + wanted);
  } else if (!root["schema"]) {
    fault({.file = source.file}, "the field schema is missing", "begin with " + wanted);
  } else if (root["schema"].as_string() != schema) {
    fault(root["schema"].location(),
          "schema is " + found_text(root["schema"]) + ", expected " + std::string(schema),
          root["schema"].as_string().starts_with("tidegate/")
              ? "give the file to the option it is for"
              : "write " + wanted);
  } else {
    return *parsed;
  }
  return nullptr;
}

void Fields::fault(Location where, std::string message, std::string hint) const {
  faults_.add({.code = code_,
               .where = std::move(where),
               .message = std::move(message),
               .hint = std::move(hint),
               .exit = ExitCode::policy_broken});
}

void Fields::check_names(const Node& object, std::span<const std::string_view> known) const {
  for (const Node member : object) {
    if (std::find(known.begin(), known.end(), member.key()) != known.end()) continue;
    const std::string nearest = did_you_mean(member.key(), known);
    fault(member.key_location(),
          "unknown field \"" + std::string(member.key()) + "\"; known: " + listed(known),
          nearest.empty() ? "remove it" : nearest);
  }
}

std::optional<std::string> Fields::text(const Node& node, std::string_view name) const {
  if (node.is_string() && !trim(node.as_string()).empty()) return std::string(node.as_string());
  const bool unquoted = node.is_number() || node.is_boolean();
  fault(node.location(), std::string(name) + " is " + found_text(node) + ", expected a text",
        unquoted ? "put it in quotes" : "give it a text");
  return std::nullopt;
}

std::vector<Node> Fields::texts(const Node& node, std::string_view name) const {
  std::vector<Node> out;
  if (!node.is_array()) {
    fault(node.location(), std::string(name) + " is " + found_text(node) + ", expected a list",
          node.is_string() ? "write [" + std::string(node.as_string()) + "]" : "write [] for none");
    return out;
  }
  for (const Node element : node) {
    if (text(element, "an entry of " + std::string(name))) out.push_back(element);
  }
  return out;
}

std::optional<bool> Fields::flag(const Node& node, std::string_view name) const {
  if (node.is_boolean()) return node.as_boolean();
  fault(node.location(),
        std::string(name) + " is " + found_text(node) + ", expected true or false");
  return std::nullopt;
}

std::optional<std::size_t> Fields::count(const Node& node, std::string_view name,
                                         std::size_t least) const {
  const auto value = node.as_integer();
  if (node.is_number() && value && *value >= static_cast<std::int64_t>(least) &&
      *value <= 1'000'000) {
    return static_cast<std::size_t>(*value);
  }
  fault(node.location(), std::string(name) + " is " + found_text(node) +
                             ", expected a whole number from " + std::to_string(least) +
                             " to 1000000");
  return std::nullopt;
}

std::optional<std::size_t> Fields::word(const Node& node, std::string_view name,
                                        std::span<const std::string_view> words) const {
  const auto found = std::find(words.begin(), words.end(), node.as_string());
  if (node.is_string() && found != words.end())
    return static_cast<std::size_t>(found - words.begin());
  fault(node.location(),
        std::string(name) + " is " + found_text(node) + ", expected one of " + listed(words),
        did_you_mean(node.as_string(), words));
  return std::nullopt;
}

std::optional<RuleFault> find_rule_fault(std::string_view id, RuleUse use) {
  const std::vector<std::string_view> known = usable_rules(use);
  if (std::find(known.begin(), known.end(), id) != known.end()) return std::nullopt;
  const std::string shown = "\"" + shortened(id, 80) + "\"";
  const bool is_own = std::any_of(own_rules().begin(), own_rules().end(),
                                  [&](const OwnRule& rule) { return rule.id == id; });
  if (is_own && use == RuleUse::waiver)
    return RuleFault{"rule is " + shown + ": a finding about a waiver cannot be waived",
                     "correct or remove the waiver that it names"};
  if (is_own)
    return RuleFault{"the severity of " + shown + " cannot be changed",
                     "renew or remove the waiver that it names"};
  if (std::find(refusals.begin(), refusals.end(), id) != refusals.end()) {
    return RuleFault{"rule is " + shown +
                         ": an input that cannot be judged (exits 11 to 14) can be neither waived "
                         "nor switched off",
                     "give a complete plan"};
  }
  const bool foreign = !id.starts_with("gate.") && id.find('.') != std::string_view::npos &&
                       !id.starts_with('.') && !id.ends_with('.') &&
                       id.find_first_of(" \t*") == std::string_view::npos;
  if (foreign) return std::nullopt;
  std::string nearest =
      did_you_mean(id.starts_with("gate.") ? std::string(id) : "gate." + std::string(id), known);
  if (nearest.empty()) nearest = "docs/codes has a page for every rule";
  return RuleFault{"unknown rule " + shown, std::move(nearest)};
}

}  // namespace tidegate::organisation
