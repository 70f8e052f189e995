// SPDX-License-Identifier: Apache-2.0
#include "policy/subject.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Tier;
using document::Node;

constexpr std::string_view trigger_type = "Microsoft.DataFactory/factories/triggers";

// The side that tells what the object is: what exists now, else what will exist.
Node present(const plan::Change& change) { return change.before.is_object() ? change.before : change.after; }

std::string_view arm_type(const Node& object) {
  const std::string_view text = object["type"].as_string();
  return text.substr(0, text.find('@'));
}

// The body is an object, or JSON text in older versions of the provider.
std::string trigger_kind(const Node& object) {
  const Node body = object["body"];
  if (body.is_string()) {
    const auto parsed = document::parse_json("body", std::string(body.as_string()));
    return parsed ? std::string((*parsed)->root()["properties"]["type"].as_string()) : std::string();
  }
  return std::string(body["properties"]["type"].as_string());
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

}  // namespace

std::string Subject::tier_text() const {
  if (tier) return std::string(catalogue::to_string(*tier));
  return is_stateless ? "stateless" : "unknown";
}

Subject make_subject(const plan::Change& change, const Settings& settings) {
  Subject subject{.change = change, .row = catalogue::find_type(change.type), .type = printable(change.type),
                  .before = Value::before(change.before, change.before_sensitive),
                  .after = Value::after(change.after, change.after_unknown, change.after_sensitive)};
  const auto given = settings.tiers.find(change.type);
  if (given != settings.tiers.end()) {
    subject.tier = given->second;
    return subject;
  }
  if (subject.row) {
    subject.tier = subject.row->tier;
    subject.reason = subject.row->reason;
  } else {
    subject.is_stateless = catalogue::find_stateless(change.type).has_value();
  }
  if (change.type == "azapi_resource") settle_azapi(subject);
  if (change.type == "azapi_resource_action") settle_azapi_action(subject);
  if (subject.tier == Tier::upload && change.before.is_object() && !has_source(change)) subject.tier = Tier::data;
  return subject;
}

}  // namespace tidegate::policy
