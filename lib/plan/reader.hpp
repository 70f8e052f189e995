// SPDX-License-Identifier: Apache-2.0
// Reads `terraform show -json` in one pass. Bytes come in pieces of any size; changes go to the
// handlers as they are met, in the order of the document; `finish` says what the input was and what
// forbids a verdict. Keys may come in any order.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "plan/address_index.hpp"
#include "plan/change.hpp"

namespace tidegate::plan {

struct ConfiguredResource {          // of `configuration`
  std::string address{};             // without instance keys: module.a.azurerm_x.y
  std::string type{};
  bool has_provisioner = false;
  std::string expressions{};         // JSON text of its arguments; empty without
};

struct ActionInvocation {            // of `action_invocations`
  std::string address{};
  std::string type{};
};

struct FailedCheck {                 // of `checks`, status fail or error
  std::string address{};
  std::string status{};
  std::vector<std::string> messages{};
};

// Called while bytes are fed. A Change lives only during the call. Only managed objects are handed on.
struct PlanHandlers {
  std::function<void(const Change&)> change = [](const Change&) {};
  std::function<void(const Change&)> drift = [](const Change&) {};
  std::function<void(const ActionInvocation&)> action = [](const ActionInvocation&) {};
  std::function<void(const FailedCheck&)> check = [](const FailedCheck&) {};
  std::function<void(const ConfiguredResource&)> configured = [](const ConfiguredResource&) {};
  // `features` block of a provider configuration, JSON text of its expressions.
  std::function<void(std::string_view provider, std::string_view json)> features =
      [](std::string_view, std::string_view) {};
};

struct ReadOptions {
  std::string file = "plan.json";    // names the input in messages
  bool reduced = false;              // evaluate a plan from which sections were cut
  bool strict = false;               // check coverage for every plan
};

struct PlanFacts {
  std::string kind{};                // plan, reduced-plan, state, schema, ndjson, …
  std::string format_version{};
  std::string terraform_version{};
  std::string timestamp{};
  std::string coverage{};            // how completeness was shown
  std::string effects_digest{};      // sha256 of what applying does (effects.hpp); empty if not read to the end
  std::vector<std::string> notes{};  // sorted
  // Why there can be no verdict, most important first: exit 11, 12, 14.
  std::vector<Diagnostic> problems{};
  std::array<std::size_t, 8> effects{};      // managed changes, by Effect
  AddressIndex changes{};                    // managed addresses of resource_changes and drift
  std::map<std::string, std::size_t> state_types{};  // managed objects in prior_state, by type
  std::size_t state_objects = 0;
  bool errored = false;              // Terraform could not finish the plan
  bool refresh_only = false;         // nothing but what refreshing found
  bool destroy_plan = false;         // every managed change is a delete without a reason

  std::size_t changed() const;       // managed changes that do something
};

class PlanReader {
 public:
  PlanReader(ReadOptions options, PlanHandlers handlers);
  ~PlanReader();
  PlanReader(const PlanReader&) = delete;
  PlanReader& operator=(const PlanReader&) = delete;

  bool feed(std::string_view bytes);  // false: refused, the rest need not be fed
  PlanFacts finish();                 // call once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace tidegate::plan
