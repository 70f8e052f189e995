// SPDX-License-Identifier: Apache-2.0
// What a waiver covers, and everything that it does not.
#include "policy/organisation/waiver.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "policy/address_glob.hpp"
#include "unit/policy/organisation/support.hpp"

namespace tidegate::organisation {
namespace {

using policy::Level;
using test::ChangeText;
using test::PlanText;

const std::string lake = "azurerm_storage_account.lake";
const std::string open_lake = "block gate.stateful-destroy azurerm_storage_account.lake";

std::string faults_of(const std::string& entry, const std::string& code = "gate.waiver-invalid") {
  Diagnostics faults;
  const auto waivers = parse_waivers(source("schema: tidegate/waivers/1\nwaivers:\n  - " + entry + "\n", "w.yaml"), today, faults);
  EXPECT_EQ(waivers.empty(), faults.has_errors());
  for (const Diagnostic& fault : faults.items()) {
    EXPECT_EQ(fault.exit, ExitCode::policy_broken) << fault.message;
    EXPECT_EQ(fault.code, code) << fault.message;
    EXPECT_EQ(fault.where.line, 3U) << fault.message;
  }
  return lines(faults);
}

std::string replaced(std::string text, const std::string& old, const std::string& fresh) {
  text.replace(text.find(old), old.size(), fresh);
  return text;
}

TEST(Waiver, has_six_mandatory_keys) {
  const std::string entry = render(WaiverText{});
  EXPECT_EQ(faults_of(entry), "");
  const std::vector<std::pair<std::string, std::string>> keys{
      {"rule: gate.stateful-destroy, ", "no rule"}, {"address: 'azurerm_storage_account.lake', ", "no address"},
      {"effect: delete, ", "no effect"},            {"reason: copied, ", "no reason"},
      {"owner: data@example.org, ", "no owner"},    {", expires: 2026-12-01", "no expires"}};
  for (const auto& key : keys) {
    EXPECT_NE(faults_of(replaced(entry, key.first, "")).find("the waiver has " + key.second), std::string::npos) << key.first;
  }
}

TEST(Waiver, every_fault_says_what_is_right) {
  struct Wrong {
    WaiverText waiver{};
    const char* says = "";
  };
  const std::vector<Wrong> cases{
      {{.rule = "gate.stateful-destory"}, "did you mean \"gate.stateful-destroy\"?"},
      {{.rule = "stateful-destroy"}, "did you mean \"gate.stateful-destroy\"?"},
      {{.rule = "gate.plan-incomplete"}, "can be neither waived nor switched off"},
      {{.rule = "gate.unknown-action"}, "can be neither waived nor switched off"},
      {{.rule = "gate.malformed-json"}, "can be neither waived nor switched off"},
      {{.rule = "gate.waiver-expired"}, "cannot be waived"},
      {{.rule = "'*'"}, "unknown rule"},
      {{.address = "azurerm_storage_account.*"}, "has no max"},
      {{.address = R"(a_b.c["*"])"}, "has no max"},
      {{.address = " "}, "expected a text"},
      {{.effect = "destroy"}, "expected one of delete, replace"},
      {{.effect = "'*'"}, "expected one of delete, replace"},
      {{.expires = "2026-12-32"}, "expected a date"},
      {{.expires = "2026-12"}, "expected a date"},
      {{.expires = "never"}, "expected a date"},
      {{.expires = "2027-02-26"}, "more than 90 days ahead"},
      {{.more = ", max: 0"}, "expected a whole number from 1"},
      {{.more = ", max: all"}, "expected a whole number from 1"},
      {{.more = ", plan: sha256:abc"}, "64 digits"},
      {{.more = ", plan: " + std::string(71, 'a')}, "64 digits"},
      {{.more = ", until: 2026-12-01"}, "unknown field \"until\""},
      {{.more = ", efect: delete"}, "did you mean \"effect\"?"},
  };
  for (const Wrong& one : cases) {
    const std::string faults = faults_of(render(one.waiver));
    EXPECT_NE(faults.find(one.says), std::string::npos) << render(one.waiver) << "\n" << faults;
  }
  EXPECT_EQ(faults_of(render({.expires = "2027-02-25"})), "");  // 90 days
  EXPECT_EQ(faults_of(render({.expires = "2020-01-01"})), "");  // expired, and well formed
  EXPECT_EQ(faults_of(render({.rule = "sales.small-steps"})), "");
}

TEST(Waiver, for_everything_is_overbroad) {
  for (const char* address : {"*", "**", "module.**", "**.*"}) {
    EXPECT_NE(faults_of(render({.address = address, .more = ", max: 1000"}), "gate.waiver-overbroad").find("matches whatever comes"),
              std::string::npos) << address;
  }
}

TEST(Waiver, file_is_a_list) {
  for (const char* text : {"", "[]", "schema: tidegate/waivers/1", "schema: tidegate/waivers/2\nwaivers: []", "waivers: []",
                           "schema: tidegate/waivers/1\nwaivers: {}", "schema: tidegate/waivers/1\nwaivers: [a]",
                           "schema: tidegate/waivers/1\nwaivers: []\nseverity: {}", "schema: tidegate/policy/1"}) {
    Diagnostics faults;
    EXPECT_TRUE(parse_waivers(source(text), today, faults).empty());
    EXPECT_TRUE(faults.has_errors()) << text;
  }
  Diagnostics faults;
  EXPECT_TRUE(parse_waivers(source("schema: tidegate/waivers/1\nwaivers: []"), today, faults).empty());
  EXPECT_FALSE(faults.has_errors());
}

TEST(Waiver, covers_its_finding_and_stays_visible) {
  const Judged judged = judge(lost_lake, waivers_of({{}}));
  EXPECT_EQ(judged.lines(), Lines{"waived gate.stateful-destroy azurerm_storage_account.lake"});
  const policy::WaiverUse& use = *judged.findings[0].waiver;
  EXPECT_EQ(use.owner, "data@example.org");
  EXPECT_EQ(use.reason, "copied");
  EXPECT_EQ(use.expires, "2026-12-01");
  EXPECT_EQ(use.file, "p.yaml:3");
  EXPECT_EQ(use.sha256, std::string(64, 'f'));
}

TEST(Waiver, counts_to_the_end_of_its_last_day) {
  EXPECT_FALSE(judge(lost_lake, waivers_of({{}}), *parse_date("2026-12-01")).is_blocked());
  const Judged late = judge(lost_lake, waivers_of({{}}), *parse_date("2026-12-02"));
  EXPECT_EQ(late.lines(), (Lines{open_lake, "block gate.waiver-expired azurerm_storage_account.lake"}));
  EXPECT_NE(late.findings[0].message.find("The waiver at p.yaml:3 does not count: it expired on 2026-12-01"), std::string::npos);
  EXPECT_NE(late.findings[1].message.find("p.yaml:3"), std::string::npos);
}

TEST(Waiver, expired_is_as_severe_as_what_it_covered) {
  const PlanText plan{.changes = {removal("databricks_job.j", "databricks_job")}};
  const Policy policy = waivers_of({{.address = "databricks_job.j", .expires = "2026-11-01"}});
  EXPECT_EQ(judge(plan, policy).lines(), (Lines{"warn gate.stateful-destroy databricks_job.j", "warn gate.waiver-expired databricks_job.j"}));
  // A renewed entry takes over; the old one is of no use any more.
  EXPECT_EQ(judge(lost_lake, waivers_of({{.expires = "2026-11-01"}, {}})).lines(),
            (Lines{"waived gate.stateful-destroy azurerm_storage_account.lake", "warn gate.waiver-unused azurerm_storage_account.lake"}));
}

TEST(Waiver, never_frees_another_rule_address_or_effect) {
  for (const WaiverText& other : std::vector<WaiverText>{
           {.rule = "gate.stateful-replace"}, {.rule = "gate.container-destroy"}, {.address = "azurerm_storage_account.lake2"},
           {.address = "azurerm_storage_account.lak"}, {.address = "module.a.azurerm_storage_account.lake"},
           {.address = "azurerm_storage_account.LAKE"}, {.address = "plan"}, {.address = "module.*.azurerm_storage_account.*", .more = ", max: 9"},
           {.effect = "replace"}, {.effect = "update"}, {.effect = "none"}, {.more = ", plan: sha256:" + std::string(64, 'b')}}) {
    const Judged judged = judge(lost_lake, waivers_of({other}));
    EXPECT_EQ(judged.lines(), (Lines{open_lake, "warn gate.waiver-unused " + other.address})) << render(other);
  }
  EXPECT_FALSE(judge(lost_lake, waivers_of({{.more = ", plan: sha256:" + digest}})).is_blocked());
}

TEST(Waiver, matches_the_current_and_the_previous_name) {
  PlanText plan = lost_lake;
  plan.changes[0].address = "azurerm_storage_account.new";
  plan.changes[0].extra_entry += R"(,"previous_address":"azurerm_storage_account.lake")";
  EXPECT_FALSE(judge(plan, waivers_of({{}})).is_blocked());
  EXPECT_FALSE(judge(plan, waivers_of({{.address = "azurerm_storage_account.new"}})).is_blocked());
  // The name was given to another object, which would go as well: one waiver cannot mean both.
  plan.changes.push_back(lost_lake.changes[0]);
  EXPECT_TRUE(judge(plan, waivers_of({{}})).is_blocked());
}

TEST(Waiver, covers_none_if_it_names_more_than_its_maximum) {
  PlanText plan;
  for (const char* key : {"a", "b", "c"}) {
    plan.changes.push_back(removal(std::string("azurerm_storage_account.z[\"") + key + "\"]", "azurerm_storage_account"));
  }
  const auto open = [&](const std::string& max) {
    const Judged judged = judge(plan, waivers_of({{.address = R"(azurerm_storage_account.z["*"])", .more = ", max: " + max}}));
    return std::count_if(judged.findings.begin(), judged.findings.end(), [](const auto& finding) {
      return finding.level == Level::block && !finding.waiver;
    });
  };
  EXPECT_EQ(open("1"), 3);
  EXPECT_EQ(open("2"), 3);
  EXPECT_EQ(open("3"), 0);
  const Judged judged = judge(plan, waivers_of({{.address = R"(azurerm_storage_account.z["*"])", .more = ", max: 2"}}));
  EXPECT_NE(judged.findings[0].message.find("it may cover 2 findings and names 3, so it covers none"), std::string::npos);
  EXPECT_EQ(judged.lines().back(), R"(warn gate.waiver-unused azurerm_storage_account.z["*"])");
}

// A deposed generation shares its address with the current object; one entry does not free both.
TEST(Waiver, for_one_object_does_not_free_its_deposed_generation_too) {
  PlanText plan = lost_lake;
  plan.changes.push_back(lost_lake.changes[0]);
  plan.changes[1].extra_entry = R"(,"deposed":"deadbeef")";
  EXPECT_TRUE(judge(plan, waivers_of({{}})).is_blocked());
  EXPECT_FALSE(judge(plan, waivers_of({{.more = ", max: 2"}})).is_blocked());
}

TEST(Waiver, can_name_a_key_that_holds_a_star) {
  PlanText plan;
  for (const char* key : {"*.x", "a.x"}) {
    plan.changes.push_back(removal(std::string("azurerm_storage_account.z[\"") + key + "\"]", "azurerm_storage_account"));
  }
  const Judged judged = judge(plan, waivers_of({{.address = R"(azurerm_storage_account.z["\*.x"])"}}));
  EXPECT_EQ(judged.lines(), (Lines{R"(waived gate.stateful-destroy azurerm_storage_account.z["*.x"])",
                                   R"(block gate.stateful-destroy azurerm_storage_account.z["a.x"])"}));
}

TEST(Waiver, unused_is_said_unless_the_input_could_not_be_judged) {
  EXPECT_EQ(judge({}, waivers_of({{}})).lines(), Lines{"warn gate.waiver-unused azurerm_storage_account.lake"});
  Policy off = waivers_of({{}});
  off.severity.emplace("gate.waiver-unused", Level::off);
  EXPECT_EQ(judge({}, off).lines(), Lines{});
  EXPECT_EQ(judge({.flags = R"(,"complete":false)"}, waivers_of({{}})).lines(), Lines{});
}

// Exits 11 to 14: a waiver for every finding changes nothing.
TEST(Waiver, does_not_help_a_plan_that_cannot_be_judged) {
  PlanText plan = lost_lake;
  plan.flags = R"(,"complete":false)";
  EXPECT_TRUE(judge(plan, waivers_of({{}})).is_blocked());
  plan = lost_lake;
  plan.changes.push_back({.address = "a.b", .actions = R"(["vanish"])"});
  EXPECT_TRUE(judge(plan, waivers_of({{}})).is_blocked());
}

TEST(Waiver, printed_is_read_again_as_it_was) {
  const std::vector<Waiver> written{
      {.rule = "gate.stateful-replace", .address = policy::exact_glob(R"(module.m["it's.a \"key\" *"].a_b.c[0])"), .effect = "replace",
       .reason = "line one\nline \"two\" \\ # not a comment: yes", .owner = "ünï@example.org", .expires = today, .max = 3,
       .plan = digest},
      {.rule = "gate.destroy-mode", .address = "plan", .effect = "none", .reason = "null", .owner = "7", .expires = today + 90},
      // Line breaks of YAML 1.1 that are none of JSON.
      {.rule = "gate.stateful-replace", .address = policy::exact_glob("a_b.c[\"x\xE2\x80\xA8y\"]"), .effect = "delete",
       .reason = "x\xC2\x85y", .owner = "\xEF\xBB\xBFz\x7F", .expires = today}};
  Diagnostics faults;
  const auto read = parse_waivers(source(render_waivers(written)), today, faults);
  ASSERT_EQ(lines(faults), "");
  ASSERT_EQ(read.size(), written.size());
  for (std::size_t i = 0; i < written.size(); ++i) {
    EXPECT_EQ(read[i].rule, written[i].rule);
    EXPECT_EQ(read[i].address, written[i].address);
    EXPECT_EQ(read[i].effect, written[i].effect);
    EXPECT_EQ(read[i].reason, written[i].reason);
    EXPECT_EQ(read[i].owner, written[i].owner);
    EXPECT_EQ(read[i].expires, written[i].expires);
    EXPECT_EQ(read[i].max, written[i].max);
    EXPECT_EQ(read[i].plan, written[i].plan);
  }
}

// --- properties over generated plans -----------------------------------------------------------

const std::vector<std::string> protected_types{"azurerm_storage_account", "azurerm_resource_group", "azurerm_key_vault",
                                               "azurerm_management_lock", "aws_s3_bucket", "acme_invented"};

class Generator {
 public:
  explicit Generator(unsigned seed) : random_(seed) {}
  std::size_t pick(std::size_t count) { return random_() % count; }
  template <class T>
  const T& one_of(const std::vector<T>& list) { return list[pick(list.size())]; }

  std::string address(const std::string& type) {
    static const std::vector<std::string> modules{"", "", "module.a.", "module.b[\"x.y\"].", "module.a.module.c[0]."};
    static const std::vector<std::string> keys{"", "", "[0]", "[1]", "[\"raw\"]", "[\"a.b\"]", "[\"*\"]", "[\"it's\"]"};
    return one_of(modules) + type + "." + one_of(std::vector<std::string>{"x", "y", "lake"}) + one_of(keys);
  }

  ChangeText loss() {
    const std::string type = one_of(protected_types);
    ChangeText change = removal(address(type), type);
    switch (pick(4)) {
      case 0: change.actions = R"(["delete","create"])"; change.after = "{}"; break;
      case 1: change.actions = R"(["create","delete"])"; change.after = "{}"; break;
      case 2: change.extra_entry += R"(,"deposed":"0badcafe")"; break;
      default: break;
    }
    return change;
  }

  ChangeText noise() {
    switch (pick(3)) {
      case 0: return {.address = address("azurerm_virtual_network"), .type = "azurerm_virtual_network", .actions = R"(["create"])", .after = "{}"};
      case 1: return {.address = address("azurerm_storage_account"), .actions = R"(["no-op"])", .after = R"({"name":"stlake"})"};
      default: return removal(address("databricks_job"), "databricks_job");
    }
  }

  // One that misses `finding` in one way at least.
  WaiverText other_than(const policy::Finding& finding) {
    WaiverText waiver = exact(finding);
    switch (pick(7)) {
      case 0: waiver.rule = finding.rule == "gate.unproven" ? "gate.repointed" : "gate.unproven"; break;
      case 1: waiver.address += "2"; break;
      case 2: waiver.address = "module.z." + waiver.address; break;
      case 3: waiver.effect = finding.effect == "delete" ? "replace" : "delete"; break;
      case 4: waiver.expires = "2026-11-26"; break;
      case 5: waiver.more = ", plan: sha256:" + std::string(64, '0'); break;
      default: waiver.address.pop_back(); break;
    }
    return waiver;
  }

  WaiverText exact(const policy::Finding& finding) const {
    std::string address = policy::exact_glob(finding.address);
    for (std::size_t at = address.find('\''); at != address.npos; at = address.find('\'', at + 2)) address.insert(at, "'");
    return {.rule = finding.rule, .address = address, .effect = finding.effect};
  }

 private:
  std::mt19937 random_;
};

// Promise 1: whatever else is in the plan, and whatever waivers do not match, a protected delete or replace
// is never allowed; with exactly its waivers it is.
TEST(WaiverProperty, a_loss_is_never_allowed_without_its_own_waiver) {
  std::size_t waived = 0, tried = 0;
  for (unsigned seed = 0; seed < 600; ++seed) {
    Generator generator(seed);
    PlanText plan;
    for (std::size_t i = generator.pick(4); i > 0; --i) plan.changes.push_back(generator.noise());
    const std::size_t losses = 1 + generator.pick(3);
    for (std::size_t i = 0; i < losses; ++i) plan.changes.insert(plan.changes.begin() + static_cast<std::ptrdiff_t>(generator.pick(plan.changes.size() + 1)), generator.loss());
    plan.changes.push_back({.address = "azurerm_virtual_network.kept", .type = "azurerm_virtual_network", .actions = R"(["no-op"])", .after = "{}"});
    const Judged bare = judge(plan, waivers_of({}));
    ASSERT_TRUE(bare.is_blocked()) << test::render(plan);
    std::vector<policy::Finding> blocking;
    for (const policy::Finding& finding : bare.findings) {
      if (finding.level == Level::block) blocking.push_back(finding);
    }
    std::vector<WaiverText> others;
    for (std::size_t i = generator.pick(6); i > 0; --i) others.push_back(generator.other_than(generator.one_of(blocking)));
    // What was made to miss one finding may be right for another one of this plan.
    std::erase_if(others, [&](const WaiverText& waiver) {
      return std::any_of(blocking.begin(), blocking.end(), [&](const policy::Finding& finding) {
        const WaiverText right = generator.exact(finding);
        return waiver.rule == right.rule && waiver.address == right.address && waiver.effect == right.effect &&
               waiver.more.empty() && waiver.expires == right.expires;
      });
    });
    const Judged missed = judge(plan, waivers_of(others));
    for (const policy::Finding& finding : blocking) {
      const bool still = std::any_of(missed.findings.begin(), missed.findings.end(), [&](const policy::Finding& one) {
        return one.rule == finding.rule && one.address == finding.address && one.deposed == finding.deposed && one.effect == finding.effect &&
               one.level == Level::block && !one.waiver;
      });
      ASSERT_TRUE(still) << finding.rule << " " << finding.address << "\n" << test::render(plan);
    }
    // Leave out the waiver of one finding: blocked. Give all: not blocked.
    std::vector<WaiverText> all = others;
    std::set<std::string> given;
    for (const policy::Finding& finding : blocking) {
      if (!given.insert(finding.rule + finding.address + finding.effect).second) continue;
      const auto same = std::count_if(bare.findings.begin(), bare.findings.end(), [&](const policy::Finding& one) {
        return one.rule == finding.rule && one.address == finding.address && one.effect == finding.effect;
      });
      WaiverText right = generator.exact(finding);
      right.more = ", max: " + std::to_string(same);
      all.push_back(right);
    }
    const std::size_t left_out = others.size() + generator.pick(all.size() - others.size());
    std::vector<WaiverText> some = all;
    some.erase(some.begin() + static_cast<std::ptrdiff_t>(left_out));
    EXPECT_TRUE(judge(plan, waivers_of(some)).is_blocked()) << test::render(plan);
    EXPECT_FALSE(judge(plan, waivers_of(all)).is_blocked()) << test::render(plan);
    waived += all.size() - others.size();
    tried += others.size();
  }
  EXPECT_GT(waived, 600U);
  EXPECT_GT(tried, 600U);
}

}  // namespace
}  // namespace tidegate::organisation
