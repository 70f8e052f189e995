// SPDX-License-Identifier: Apache-2.0
#include "policy/subject.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "policy/address_glob.hpp"
#include "policy/arm.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Tier;
using document::Node;

constexpr std::string_view trigger_type = "Microsoft.DataFactory/factories/triggers";

// The side that tells what the object is: what exists now, else what will exist.
Node present(const plan::Change& change) { return change.before.is_object() ? change.before : change.after; }

std::string trigger_kind(const Node& object) {
  const ArmBody body(Value::before(object, {}));
  return body.value().member("properties").member("type").as_text();
}

// Only tumbling windows keep run state. A body that cannot be read counts as one.
Tier trigger_tier(const Node& object) {
  const std::string kind = trigger_kind(object);
  return kind.empty() || equal_ignoring_case(kind, "TumblingWindowTrigger") ? Tier::etl_state : Tier::etl;
}

void settle_azapi(Subject& subject) {
  const Node object = present(subject.change);
  const std::string_view type = arm_type(object);
  if (type.empty()) return;
  subject.type = printable(type);
  const auto alias = catalogue::find_arm_type(type);
  subject.tier.reset();
  subject.reason.clear();
  if (!alias) return;
  if (const auto row = catalogue::find_type(alias->name)) subject.reason = row->reason;
  subject.tier = equal_ignoring_case(type, trigger_type) ? trigger_tier(object) : alias->tier;
}

// Start and stop of a Data Factory trigger: the pair that a build generates around its changes.
void settle_azapi_action(Subject& subject) {
  const Node object = present(subject.change);
  if (!equal_ignoring_case(arm_type(object), trigger_type)) return;
  const std::string_view action = object["action"].as_string();
  const std::string_view method = object["method"].as_string();
  const bool harmless = equal_ignoring_case(action, "start") || equal_ignoring_case(action, "stop");
  if (harmless && (method.empty() || equal_ignoring_case(method, "POST"))) subject.tier = Tier::etl;
}

// An uploaded object whose bytes Terraform does not send can hold anything.
bool has_source(const plan::Change& change) {
  constexpr std::array<std::string_view, 5> sources{"source", "source_content", "source_uri", "content", "content_base64"};
  return std::any_of(sources.begin(), sources.end(), [&](std::string_view name) {
    return !Value::before(change.before[name], change.before_sensitive).is_blank();
  });
}

// What the organisation says outranks the catalogue; of azapi objects the ARM type counts.
void settle_by_organisation(Subject& subject, const Settings& settings) {
  for (const std::string& key : {type_key(subject.type), type_key(subject.change.type)}) {
    const auto given = settings.tiers.find(key);
    if (given == settings.tiers.end() && !settings.stateless.contains(key)) continue;
    subject.tier.reset();
    subject.is_stateless = given == settings.tiers.end();
    if (!subject.is_stateless) subject.tier = given->second;
    return;
  }
}

// Tiers whose creates and updates are dangerous on their own keep them.
void settle_protected_address(Subject& subject, const Settings& settings) {
  const plan::Change& change = subject.change;
  subject.is_protected_address =
      std::any_of(settings.protected_addresses.begin(), settings.protected_addresses.end(), [&](const std::string& glob) {
        return matches_address(glob, change.address) ||
               (!change.previous_address.empty() && matches_address(glob, change.previous_address));
      });
  if (!subject.is_protected_address) return;
  if (subject.reason.empty()) subject.reason = "the policy protects this address";
  if (subject.tier && (catalogue::is_protected(*subject.tier) || subject.tier == Tier::expiry ||
                       subject.tier == Tier::escape_hatch)) {
    return;
  }
  subject.tier = Tier::data;
  subject.is_stateless = false;
}

}  // namespace

std::string type_key(std::string_view type) {
  if (type.find('/') == std::string_view::npos) return std::string(type);
  return to_lower(type.substr(0, type.find('@')));
}

bool is_type_name(std::string_view type) {
  const bool arm = type.find('/') != std::string_view::npos;
  const auto is_part = [&](char c) {
    const char low = ascii_lower(c);
    return (low >= 'a' && low <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || (arm && (c == '.' || c == '/'));
  };
  if (type == "azapi_resource" || type.empty() || type.starts_with('-')) return false;
  return std::all_of(type.begin(), type.end(), is_part);
}

std::string Subject::tier_text() const {
  if (tier) return std::string(catalogue::to_string(*tier));
  return is_stateless ? "stateless" : "unknown";
}

Subject make_subject(const plan::Change& change, const Settings& settings) {
  Subject subject{.change = change, .row = catalogue::find_type(change.type), .type = printable(change.type),
                  .before = Value::before(change.before, change.before_sensitive),
                  .after = Value::after(change.after, change.after_unknown, change.after_sensitive)};
  for (const Contract& contract : settings.contracts) {
    if (carries(contract, change.address) || carries(contract, change.previous_address)) subject.promises.push_back(&contract);
  }
  if (subject.row) {
    subject.tier = subject.row->tier;
    subject.reason = subject.row->reason;
  } else {
    subject.is_stateless = catalogue::find_stateless(change.type).has_value();
  }
  if (change.type == "azapi_resource") settle_azapi(subject);
  if (change.type == "azapi_resource_action") settle_azapi_action(subject);
  settle_by_organisation(subject, settings);
  const bool exists = change.effect != plan::Effect::create || change.before.is_object();
  if (subject.tier == Tier::upload && exists && !has_source(change)) subject.tier = Tier::data;
  settle_protected_address(subject, settings);
  return subject;
}

}  // namespace tidegate::policy
