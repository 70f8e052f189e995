// SPDX-License-Identifier: Apache-2.0
// The dataset that others read is the interface of a service: what carries it must stay, stay where it
// is, and keep its columns.
#include <array>
#include <set>

#include "base/text.hpp"
#include "policy/arm.hpp"
#include "policy/causes.hpp"
#include "policy/compare.hpp"
#include "policy/rules.hpp"

namespace tidegate::policy {

namespace {

using plan::Effect;

constexpr std::string_view place = "it would be found in another place or form";
constexpr std::string_view columns_gone = "a column that readers know is gone";

struct Broken {
  std::string what{};
  std::string attribute{};
  Value before{};
  Value after{};
  std::string element{};  // the column
};

bool differ(const Value& before, const Value& after) {
  return after.holds_unknown() || before.normal_form() != after.normal_form();
}

// Columns are lists of {name, type}: gone, or of another type.
void compare_columns(const std::string& path, const Value& before, const Value& after, std::vector<Broken>& out) {
  if (before.is_blank()) return;
  if (after.is_unknown() || after.is_blank() || !before.node().is_array() || !after.node().is_array()) {
    if (differ(before, after)) out.push_back({std::string(columns_gone), path, before, after, {}});
    return;
  }
  for (const Pair& pair : pair_elements(before, after)) {
    if (!pair.before.node().exists()) continue;
    const bool gone = !pair.after.node().exists();
    if (!gone && !differ(pair.before.member("type"), pair.after.member("type")) &&
        !differ(pair.before.member("name"), pair.after.member("name"))) {
      continue;
    }
    out.push_back({std::string(gone ? columns_gone : "a column that readers know changes"), path, before, after,
                   pair.name.empty() ? pair.before.member("name").shown() : pair.name});
  }
}

// Everything else of a dataset says where and how it lies, but for what is only told to people.
bool is_remark(std::string_view member) {
  constexpr std::array<std::string_view, 9> remarks{"annotations", "description", "folder", "additional_properties",
                                                    "parameters", "id", "timeouts", "tags", "schema_column"};
  for (const std::string_view remark : remarks) {
    if (member == remark) return true;
  }
  return member == "schema" || member == "structure";
}

std::set<std::string> names_in(const Value& before, const Value& after) {
  std::set<std::string> names;
  for (const Value* side : {&before, &after}) {
    for (const auto& member : side->members()) names.emplace(member.first);
  }
  return names;
}

// The leaves that differ: "typeProperties 1 field -> 1 field" would tell nobody anything.
void compare_leaves(const std::string& path, const Value& before, const Value& after, std::vector<Broken>& out) {
  if (!differ(before, after)) return;
  const Value left = before.unwrapped(), right = after.unwrapped();
  if (!left.node().is_object() || !right.node().is_object() || after.is_unknown()) {
    out.push_back({std::string(place), path, before, after, {}});
    return;
  }
  for (const std::string& name : names_in(left, right)) {
    compare_leaves(path + "." + printable(name), left.member(name), right.member(name), out);
  }
}

void compare_members(const std::string& path, const Value& before, const Value& after, std::vector<Broken>& out) {
  for (const std::string& name : names_in(before, after)) {
    if (!is_remark(name)) compare_leaves(path + printable(name), before.member(name), after.member(name), out);
  }
}

std::string sentence(const Broken& broken) {
  if (!broken.element.empty()) return broken.what + ": " + broken.attribute + " loses " + broken.element;
  return broken.what + ": " + broken.attribute + " " + broken.before.shown() + " -> " + broken.after.shown();
}

void add(const Rule& rule, const Subject& subject, Report& report, const Contract& promise, const Broken& broken) {
  Finding& finding = report.add(rule, Level::block, subject,
                                "The contract of the dataset " + printable(promise.dataset) + " is broken, " + sentence(broken) + ".");
  finding.attribute = broken.attribute;
  finding.before = broken.before.shown();
  finding.after = broken.after.shown();
}

void compare_body(const Subject& subject, const Rule& rule, Report& report, const Contract& promise) {
  const ArmBody before(subject.before);
  const ArmBody after(subject.after);
  std::vector<Broken> found;
  if (after.value().is_unknown()) {
    found.push_back({std::string(place), "body", subject.before.member("body"), subject.after.member("body"), {}});
  } else {
    const Value left = before.value().member("properties");
    const Value right = after.value().member("properties");
    compare_members("body.properties.", left, right, found);
    compare_columns("body.properties.schema", left.member("schema"), right.member("schema"), found);
    compare_columns("body.properties.structure", left.member("structure"), right.member("structure"), found);
  }
  for (const char* name : {"name", "parent_id"}) {
    const Value left = subject.before.member(name);
    const Value right = subject.after.member(name);
    if (differ(left, right)) found.push_back({"it has another name", name, left, right, {}});
  }
  for (const Broken& broken : found) add(rule, subject, report, promise, broken);
}

}  // namespace

void check_contract(const Rule& rule, const Subject& subject, Report& report) {
  const Effect effect = subject.change.effect;
  for (const Contract* promise : subject.promises) {
    if (effect == Effect::destroy || effect == Effect::replace || effect == Effect::create_forget) {
      if (effect == Effect::destroy && !subject.change.deposed.empty()) continue;  // the current one carries it
      Finding& finding = report.add(rule, Level::block, subject,
                                    "The contract of the dataset " + printable(promise->dataset) + " is broken: " +
                                        (effect == Effect::destroy ? "what carries it is deleted." : "what carries it is replaced."));
      finding.cause = effect == Effect::destroy ? std::string() : forced_by(subject);
      continue;
    }
    if (effect != Effect::update) continue;
    if (subject.change.type == "azapi_resource") {
      compare_body(subject, rule, report, *promise);
      continue;
    }
    std::vector<Broken> found;
    compare_members({}, subject.before, subject.after, found);
    compare_columns("schema_column", subject.before.member("schema_column"), subject.after.member("schema_column"), found);
    for (const Broken& broken : found) add(rule, subject, report, *promise, broken);
  }
}

}  // namespace tidegate::policy
