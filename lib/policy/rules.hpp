// SPDX-License-Identifier: Apache-2.0
// The built-in rules: one constexpr list in rules.cpp. A rule looks at a change, at what refreshing
// found (drift), or, when all has been read, at the plan as a whole.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plan/reader.hpp"
#include "policy/finding.hpp"
#include "policy/subject.hpp"

namespace tidegate::policy {

class Report;
struct Rule;

// What whole-plan rules may ask once everything has been read.
struct PlanView {
  const plan::PlanFacts& facts;
  std::span<const plan::ActionInvocation> actions{};
  std::span<const plan::FailedCheck> checks{};
};

enum class Scale : std::uint8_t {
  block, warn, note,
  protected_blocks,   // block on protected tiers, else warn
  expiry_blocks,      // the same, and block on tier expiry
  by_tier             // the table of tiers: block, warn, note or nothing
};

struct Rule {
  std::string_view id{};
  std::string_view about{};      // what it looks for, one sentence without a full stop
  Scale scale = Scale::block;
  std::uint32_t patterns = 0;    // comparators P0 to P17 that it stands for, as bits
  std::string_view says{};       // of comparators: what the change does
  std::string_view instead{};    // what to do
  void (*change)(const Rule&, const Subject&, Report&) = nullptr;
  void (*drift)(const Rule&, const Subject&, Report&) = nullptr;
  void (*plan)(const Rule&, const PlanView&, Report&) = nullptr;
};

std::span<const Rule> rules();
const Rule* find_rule(std::string_view id);

// Level of a finding of this rule on an object of this tier. Unknown types count as protected.
Level level_of(const Rule& rule, const Subject& subject);

// Collects findings. Some can only be settled when the rest of the plan has been read.
class Report {
 public:
  struct Origin {                    // what a finding is about, as the plan writes it
    std::string address{};
    std::string module{};
    std::string resource_type{};
    std::string reason{};
  };
  enum class Later : std::uint8_t {
    provisioner,     // block if the configuration gives the resource a provisioner
    referents,       // note if everything it refers to is created by this plan
    recreated        // block if this plan creates the address anew, or is refresh-only
  };
  struct Open {
    std::size_t finding = 0;
    Later later = Later::provisioner;
    std::string address{};           // as in the plan
    std::map<std::string, std::string> parents{};  // referents: values of these arguments that are known
  };

  Finding& add(const Rule& rule, Level level, const Subject& subject, std::string message);
  Finding& add_plan(const Rule& rule, Level level, std::string address, std::string message);
  void settle_later(Later later, const Subject& subject);  // for the finding added last

  std::vector<Finding>& findings() { return findings_; }
  const std::vector<Origin>& origins() const { return origins_; }  // one a finding
  const std::vector<Open>& open() const { return open_; }

 private:
  std::vector<Finding> findings_{};
  std::vector<Origin> origins_{};
  std::vector<Open> open_{};
};

// rules/destroy.cpp
void check_destroy(const Rule&, const Subject&, Report&);
void check_replace(const Rule&, const Subject&, Report&);
void check_container(const Rule&, const Subject&, Report&);
void check_key(const Rule&, const Subject&, Report&);
void check_guard(const Rule&, const Subject&, Report&);
void check_unknown_type(const Rule&, const Subject&, Report&);
void check_forget(const Rule&, const Subject&, Report&);
void check_create_forget(const Rule&, const Subject&, Report&);
void check_import_replace(const Rule&, const Subject&, Report&);
void check_hatch_loss(const Rule&, const Subject&, Report&);
// rules/hatch.cpp
void check_escape_hatch(const Rule&, const Subject&, Report&);
void check_invocations(const Rule&, const PlanView&, Report&);
// What tells that a script, template or action deletes objects that the plan does not show.
struct DeletesOthers {
  std::string path{};       // of the attribute that decides
  bool unproven = false;    // the plan does not show its value
};
std::optional<DeletesOthers> deletes_others(const Subject&);
// rules/contract.cpp
void check_contract(const Rule&, const Subject&, Report&);
// rules/update.cpp
void check_comparators(const Rule&, const Subject&, Report&);
bool creates_expiry(const Subject&);  // of tier expiry, and begins to exist
void check_expiry(const Rule&, const Subject&, Report&);
void check_unproven(const Rule&, const Subject&, Report&);
// rules/whole.cpp
void check_drift(const Rule&, const Subject&, Report&);
void check_destroy_mode(const Rule&, const PlanView&, Report&);
void check_checks(const Rule&, const PlanView&, Report&);
void check_secrets(const Rule&, const Subject&, Report&);

}  // namespace tidegate::policy
