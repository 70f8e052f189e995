// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/since.hpp"

#include <algorithm>
#include <array>

namespace tidegate::policy::custom {

namespace {

using Kind = Condition::Kind;

bool has_kind(const Condition& condition, Kind kind) {
  return condition.kind == kind ||
         std::any_of(condition.parts.begin(), condition.parts.end(), [&](const Condition& part) { return has_kind(part, kind); });
}

template <Kind kind>
bool has_condition(const ChecksFile& file) {
  return std::any_of(file.rules.begin(), file.rules.end(), [](const CheckRule& rule) { return has_kind(rule.when, kind); });
}

bool always(const ChecksFile&) { return true; }
bool has_exec(const ChecksFile& file) { return !file.execs.empty(); }
bool has_types(const ChecksFile& file) { return !file.types.empty(); }

constexpr std::array<Feature, 9> table{{
    {"tidegate/checks/1", always, {0, 1, 0}},
    {"exec", has_exec, {0, 1, 0}},
    {"types", has_types, {0, 1, 0}},
    {"all", has_condition<Kind::all>, {0, 1, 0}},
    {"any", has_condition<Kind::any>, {0, 1, 0}},
    {"not", has_condition<Kind::negation>, {0, 1, 0}},
    {"some", has_condition<Kind::some>, {0, 1, 0}},
    {"each", has_condition<Kind::each>, {0, 1, 0}},
    {"count", has_condition<Kind::count>, {0, 1, 0}},
}};

Version lowest_of(const Condition& condition) {
  Version lowest{};
  if (condition.kind == Kind::test) lowest = words()[static_cast<std::size_t>(condition.word)].since;
  for (const Condition& part : condition.parts) lowest = std::max(lowest, lowest_of(part));
  return lowest;
}

}  // namespace

std::span<const Feature> features() { return table; }

Version lowest_gate(const ChecksFile& file) {
  Version lowest{};
  for (const Feature& feature : table) {
    if (feature.is_used(file)) lowest = std::max(lowest, feature.since);
  }
  for (const CheckRule& rule : file.rules) lowest = std::max(lowest, lowest_of(rule.when));
  return lowest;
}

}  // namespace tidegate::policy::custom
