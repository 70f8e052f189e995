// SPDX-License-Identifier: Apache-2.0
// The `features` block of azurerm decides whether a delete is final. Read per provider configuration and
// said in the text about recovery; it never lowers a severity.
// Source: terraform-provider-azurerm, guides/features-block.
#pragma once

#include <map>
#include <string>
#include <string_view>

#include "policy/rules.hpp"

namespace tidegate::policy {

class Features {
 public:
  void take(std::string_view key, std::string_view json);  // key of a provider configuration
  // Which provider configuration a resource uses; kept only where the block matters.
  void take_configured(const plan::ConfiguredResource& resource);
  // Adds to `recovery` of deletes and replaces of types that a switch decides about.
  void complete(Report& report) const;

 private:
  struct Setting {
    std::string text{};      // true, false, or what the value depends on
    bool is_known = false;
  };
  using Block = std::map<std::string, Setting, std::less<>>;  // "key_vault.purge_soft_delete_on_destroy"

  const Block* block_of(const std::string& address) const;

  std::map<std::string, Block, std::less<>> blocks_{};             // by key
  std::map<std::string, std::string, std::less<>> providers_{};    // resource without keys -> key
};

// Does any switch decide about this type?
bool has_feature(std::string_view type);

}  // namespace tidegate::policy
