// SPDX-License-Identifier: Apache-2.0
// Small plans as text, as `terraform show -json` writes them.
#pragma once

#include <string>
#include <utility>
#include <vector>

namespace tidegate::test {

struct ChangeText {
  std::string address = "azurerm_storage_account.lake";
  std::string type = "azurerm_storage_account";
  std::string actions = R"(["delete"])";
  std::string before = R"({"name":"stlake"})";
  std::string after = "null";
  std::string unknown = "{}";
  std::string before_sensitive = "{}";
  std::string after_sensitive = "{}";
  std::string extra_entry{};    // members of the entry, each with a leading comma
  std::string extra_change{};   // members of `change`
};

inline std::string escaped(const std::string& text) {
  std::string out;
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

inline std::string render(const ChangeText& change) {
  return R"({"address":")" + escaped(change.address) + R"(","mode":"managed","type":")" + change.type + R"(","name":"x")" +
         change.extra_entry + R"(,"change":{"actions":)" + change.actions + R"(,"before":)" + change.before + R"(,"after":)" +
         change.after + R"(,"after_unknown":)" + change.unknown + R"(,"before_sensitive":)" + change.before_sensitive +
         R"(,"after_sensitive":)" + change.after_sensitive + change.extra_change + "}}";
}

struct PlanText {
  std::vector<ChangeText> changes{};
  std::vector<ChangeText> drift{};
  std::string format_version = R"("1.2")";
  std::string terraform_version = R"("1.11.4")";
  std::string flags = R"(,"complete":true,"errored":false)";
  std::string prior_state{};       // JSON text, empty: none
  std::string configuration = R"({"root_module":{}})";
  std::string extra{};             // members of the document, each with a leading comma
  bool has_changes = true;
};

inline std::string render(const PlanText& plan) {
  const auto list = [](const std::vector<ChangeText>& changes) {
    std::string out = "[";
    for (std::size_t i = 0; i < changes.size(); ++i) out += (i > 0 ? "," : "") + render(changes[i]);
    return out + "]";
  };
  std::string out = R"({"format_version":)" + plan.format_version + R"(,"terraform_version":)" + plan.terraform_version +
                    R"(,"planned_values":{"root_module":{}})";
  if (!plan.drift.empty()) out += R"(,"resource_drift":)" + list(plan.drift);
  if (plan.has_changes) out += R"(,"resource_changes":)" + list(plan.changes);
  if (!plan.prior_state.empty()) out += R"(,"prior_state":)" + plan.prior_state;
  return out + R"(,"configuration":)" + plan.configuration + plan.extra + plan.flags + "}";
}

// prior_state with these objects in the root module.
inline std::string state_with(const std::vector<std::pair<std::string, std::string>>& address_and_type) {
  std::string out = R"({"format_version":"1.0","values":{"root_module":{"resources":[)";
  for (std::size_t i = 0; i < address_and_type.size(); ++i) {
    out += (i > 0 ? "," : "") + std::string(R"({"address":")") + escaped(address_and_type[i].first) +
           R"(","mode":"managed","type":")" + address_and_type[i].second + R"(","values":{}})";
  }
  return out + "]}}}";
}

}  // namespace tidegate::test
