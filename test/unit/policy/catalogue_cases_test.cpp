// SPDX-License-Identifier: Apache-2.0
// Every entry of the catalogue in two generated plans: a change that it must find, and its opposite or
// no change at all, on which the rules must be silent.
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "catalogue/types.hpp"
#include "support/judge.hpp"

namespace tidegate::policy {
namespace {

using catalogue::Comparison;
using catalogue::Entry;
using test::ChangeText;
using test::judge;
using test::Judged;

struct Sides {
  std::string before{};
  std::string after{};
};

std::string quoted(std::string_view text) { return "\"" + test::escaped(std::string(text)) + "\""; }

// The word of an `A->B` entry as JSON.
std::string word(std::string_view text) {
  if (text == "true" || text == "false" || text == "null") return std::string(text);
  return quoted(text);
}

// Values of the attribute that the comparison must find.
Sides firing_values(const Entry& entry) {
  switch (entry.comparison) {
    case Comparison::decrease: return {"30", "7"};
    case Comparison::increase: return {"5", "60"};
    case Comparison::zero: return {"7", "0"};
    case Comparison::remove: return {R"([{"name":"a"},{"name":"b"}])", R"([{"name":"b"}])"};
    case Comparison::add:
    case Comparison::set: return {"null", "60"};
    case Comparison::change: return {R"("a")", R"("b")"};
    case Comparison::rename: return {R"([{"name":"a","x":1}])", R"([{"name":"b","x":1}])"};
    case Comparison::widen: return {R"(["raw/tmp"])", R"(["raw"])"};
    case Comparison::downgrade: return {R"("Standard_GRS")", R"("Standard_LRS")"};
    case Comparison::becomes: break;
  }
  const std::string to = word(entry.to);
  if (!entry.from.empty()) return {word(entry.from), to};
  return {to == "true" ? "false" : to == "false" ? "true" : R"("other")", to};
}

// Values that go the other way, where there is one; else the same value twice.
Sides silent_values(const Entry& entry) {
  const Sides firing = firing_values(entry);
  switch (entry.comparison) {
    case Comparison::decrease:
    case Comparison::increase:
    case Comparison::zero:
    case Comparison::downgrade:
    case Comparison::widen: return {firing.after, firing.before};
    default: return {firing.after, firing.after};
  }
}

std::string nested(const std::vector<std::string_view>& steps, const std::string& value, const std::string& head) {
  std::string out = "{" + head;
  for (std::size_t i = 0; i < steps.size(); ++i) out += quoted(steps[i]) + ":" + (i + 1 < steps.size() ? "{" : "");
  out += value;
  return out + std::string(steps.size(), '}');
}

const Rule& rule_of(int pattern) {
  for (const Rule& rule : rules()) {
    if ((rule.patterns >> static_cast<unsigned>(pattern) & 1U) != 0) return rule;
  }
  ADD_FAILURE() << "no rule for P" << pattern;
  return rules().front();
}

Judged judge_entry(const catalogue::TypeRow& row, const Entry& entry, const Sides& values, const std::string& unknown = "{}") {
  const auto steps = catalogue::steps_of(entry.path);
  // azapi is judged by the type of its body, an upload by whether Terraform sends the bytes.
  const std::string head = row.name == "azapi_resource"            ? R"("type":"Microsoft.Storage/storageAccounts@2023-05-01",)"
                           : row.tier != catalogue::Tier::upload ? ""
                           : steps.front() == "source"           ? R"("content":"a",)"
                                                                 : R"("source":"a",)";
  const std::string type(row.name);
  return judge({.changes = {{.address = type + ".x", .type = type, .actions = R"(["update"])",
                             .before = nested(steps, values.before, head), .after = nested(steps, values.after, head),
                             .unknown = unknown}}});
}

std::string what(const catalogue::TypeRow& row, const Entry& entry) {
  return std::string(row.name) + " P" + std::to_string(entry.pattern) + " " + catalogue::shown_path(entry.path) + " " +
         std::string(catalogue::to_string(entry.comparison));
}

bool fires(const Judged& judged, const Rule& rule) {
  return std::any_of(judged.findings.begin(), judged.findings.end(), [&](const Finding& one) { return one.rule == rule.id; });
}

// Complete, DELETE, destroy: an escape hatch with this value deletes others, whatever it was before.
bool deletes_others(const Entry& entry) {
  const std::string path = catalogue::shown_path(entry.path);
  return (path == "deployment_mode" && entry.to == "Complete") || (path == "method" && entry.to == "DELETE") ||
         (path == "when" && entry.to == "destroy");
}

// The severity that rule and tier promise.
Level promised(const Rule& rule, const catalogue::TypeRow& row, const Entry& entry) {
  if (rule.id == "gate.escape-hatch") return deletes_others(entry) ? Level::block : Level::warn;
  const bool guarded = catalogue::is_protected(row.tier) || row.name == "azapi_resource";
  switch (rule.scale) {
    case Scale::block: return Level::block;
    case Scale::warn: return Level::warn;
    case Scale::note: return Level::note;
    case Scale::protected_blocks: return guarded ? Level::block : Level::warn;
    case Scale::expiry_blocks: return guarded || row.tier == catalogue::Tier::expiry ? Level::block : Level::warn;
    case Scale::by_tier: break;
  }
  return Level::off;
}

template <class Use>
std::size_t each_entry(Use use) {
  std::size_t count = 0;
  for (std::size_t i = 0; i < catalogue::type_count(); ++i) {
    const catalogue::TypeRow row = catalogue::type_at(i);
    for (std::size_t k = 0; k < row.entry_count; ++k, ++count) use(row, catalogue::entry_of(row, k));
  }
  return count;
}

TEST(CatalogueCases, every_entry_fires_with_its_rule_and_severity) {
  const std::size_t count = each_entry([](const catalogue::TypeRow& row, const Entry& entry) {
    if (entry.pattern == 17) return;
    const Rule& rule = rule_of(entry.pattern);
    const Judged out = judge_entry(row, entry, firing_values(entry));
    EXPECT_TRUE(fires(out, rule)) << what(row, entry);
    for (const Finding& finding : out.findings) {
      if (finding.rule != rule.id) continue;
      EXPECT_EQ(finding.level, promised(rule, row, entry)) << what(row, entry);
    }
  });
  EXPECT_GT(count, 1700U);
}

TEST(CatalogueCases, every_entry_is_silent_on_the_opposite_and_on_no_change) {
  each_entry([](const catalogue::TypeRow& row, const Entry& entry) {
    const Sides firing = firing_values(entry);
    if (deletes_others(entry)) {
      EXPECT_TRUE(judge_entry(row, entry, {firing.before, firing.before}).findings.empty()) << what(row, entry);
      return;
    }
    for (const std::string& value : {firing.before, firing.after}) {
      const Judged same = judge_entry(row, entry, {value, value});
      EXPECT_TRUE(same.findings.empty()) << what(row, entry) << " " << same.lines()[0];
    }
    // Another entry of the same path may stand for the other direction.
    const Judged back = judge_entry(row, entry, silent_values(entry));
    for (const Finding& finding : back.findings) {
      bool other = false;
      for (std::size_t k = 0; k < row.entry_count; ++k) {
        const Entry sibling = catalogue::entry_of(row, k);
        const bool same_entry = sibling.pattern == entry.pattern && sibling.comparison == entry.comparison;
        if (sibling.path.starts_with(entry.path.substr(0, sibling.path.size())) && !same_entry) other = true;
      }
      EXPECT_TRUE(other) << what(row, entry) << " fires on its opposite: " << finding.rule << " " << finding.message;
    }
  });
}

// An operand that is not known before apply counts as unsafe, with the severity of the rule it stands for.
TEST(CatalogueCases, every_entry_is_unproven_on_an_unknown_value) {
  each_entry([](const catalogue::TypeRow& row, const Entry& entry) {
    if (entry.pattern == 0 || entry.pattern == 17) return;
    Sides values = firing_values(entry);
    values.after = "null";
    const std::string unknown = nested(catalogue::steps_of(entry.path), "true", "");
    const Rule& rule = rule_of(entry.pattern);
    const Judged out = judge_entry(row, entry, values, unknown);
    // Words that decide whether it deletes others block when they are known, and when they are not.
    const bool decides = entry.pattern == 15 && (entry.path == "method" || entry.path == "when" || entry.path == "deployment_mode");
    bool found = false;
    for (const Finding& finding : out.findings) {
      found = found || (finding.rule == "gate.unproven" && finding.message.find(std::string(rule.id)) != std::string::npos &&
                        finding.level == (decides ? Level::block : promised(rule, row, {})));
    }
    EXPECT_TRUE(found) << what(row, entry) << " " << (out.findings.empty() ? "no finding" : out.lines()[0]);
  });
}

// Every type, with entries or without: a delete, a replace and a deposed delete get the severity of its tier.
TEST(CatalogueCases, every_type_has_the_severity_of_its_tier) {
  std::map<catalogue::Tier, std::size_t> counts;
  for (std::size_t i = 0; i < catalogue::type_count(); ++i) {
    const catalogue::TypeRow row = catalogue::type_at(i);
    ++counts[row.tier];
    const std::string type(row.name);
    const auto worst = [&](const char* actions, const char* extra) {
      return judge({.changes = {{.address = type + ".x", .type = type, .actions = actions, .before = R"({"source":"a"})",
                                 .after = "{}", .extra_entry = extra}}}).worst();
    };
    using catalogue::Tier;
    Level expected = Level::warn;
    if (catalogue::is_protected(row.tier) || row.tier == Tier::escape_hatch) expected = Level::block;
    if (row.tier == Tier::expiry) expected = Level::off;
    if (row.tier == Tier::compute) expected = Level::note;
    if (type == "null_resource" || type == "terraform_data") expected = Level::warn;  // without a provisioner
    if (type == "azapi_resource") expected = Level::block;                            // of an unknown body
    EXPECT_EQ(worst(R"(["delete"])", R"(,"action_reason":"delete_because_no_resource_config")"), expected) << type;
    EXPECT_EQ(worst(R"(["delete"])", R"(,"deposed":"0123abcd")"), expected) << type;
    if (row.tier == Tier::upload) expected = Level::note;
    if (row.tier == Tier::expiry) continue;  // counts as a create
    EXPECT_EQ(worst(R"(["delete","create"])", ""), expected) << type;
    EXPECT_EQ(worst(R"(["create","delete"])", ""), expected) << type;
  }
  EXPECT_EQ(counts.size(), 21U);
}

}  // namespace
}  // namespace tidegate::policy
