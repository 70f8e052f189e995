// SPDX-License-Identifier: Apache-2.0
// A change together with what the catalogue knows about its type.
#pragma once

#include <map>
#include <optional>
#include <string>

#include "catalogue/types.hpp"
#include "plan/change.hpp"
#include "policy/value.hpp"

namespace tidegate::policy {

struct Settings {
  // Types that count as another tier than the catalogue says, or that it does not list.
  std::map<std::string, catalogue::Tier, std::less<>> tiers{};
};

struct Subject {
  const plan::Change& change;
  std::optional<catalogue::TypeRow> row{};  // entries and texts
  std::optional<catalogue::Tier> tier{};    // nothing: stateless, or unknown
  bool is_stateless = false;
  std::string type{};                       // shown; for azapi the ARM type
  std::string reason{};                     // what is lost with it; may be empty
  Value before{};
  Value after{};

  bool is_unknown_type() const { return !tier && !is_stateless; }
  bool is_protected() const { return tier && catalogue::is_protected(*tier); }
  std::string tier_text() const;
};

Subject make_subject(const plan::Change& change, const Settings& settings);

}  // namespace tidegate::policy
