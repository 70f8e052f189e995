// SPDX-License-Identifier: Apache-2.0
// A change together with what the catalogue knows about its type.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "catalogue/types.hpp"
#include "plan/change.hpp"
#include "policy/contract.hpp"
#include "policy/value.hpp"

namespace tidegate::policy {

// What an organisation says about types and addresses. Keys are `type_key` of the name of a Terraform
// resource type or an ARM type.
struct Settings {
  // What the service has promised about its datasets: the files contract/*.json of its artifact.
  std::vector<Contract> contracts{};
  // Types that count as another tier than the catalogue says, or that it does not list.
  std::map<std::string, catalogue::Tier, std::less<>> tiers{};
  std::set<std::string, std::less<>> stateless{};   // types that hold no data
  std::vector<std::string> protected_addresses{};   // patterns (address_glob.hpp): count as data
};

// ARM types (they hold a '/') compare without case and without `@version`.
std::string type_key(std::string_view type);
// One type, as Terraform (`azurerm_storage_account`) or ARM (`Microsoft.Storage/storageAccounts`) writes
// it. `azapi_resource` is none: it stands for every ARM type.
bool is_type_name(std::string_view type);

struct Subject {
  const plan::Change& change;
  std::optional<catalogue::TypeRow> row{};  // entries and texts
  std::optional<catalogue::Tier> tier{};    // nothing: stateless, or unknown
  bool is_stateless = false;
  bool is_protected_address = false;        // the organisation protects it, whatever its type is
  std::string type{};                       // shown; for azapi the ARM type
  std::string reason{};                     // what is lost with it; may be empty
  Value before{};
  Value after{};
  std::vector<const Contract*> promises{};  // contracts of datasets that this object carries

  bool is_unknown_type() const { return !tier && !is_stateless; }
  bool is_protected() const { return is_protected_address || (tier && catalogue::is_protected(*tier)); }
  std::string tier_text() const;
};

Subject make_subject(const plan::Change& change, const Settings& settings);

}  // namespace tidegate::policy
