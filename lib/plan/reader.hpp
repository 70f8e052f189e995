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

struct ConfiguredResource {          // of `configuration`; lives during the call
  std::string address{};             // without instance keys: module.a.azurerm_x.y
  std::string type{};
  std::string provider_key{};        // of its provider's configuration: azurerm.two
  bool has_provisioner = false;
  std::string_view expressions{};    // JSON text of its arguments; empty without
};

struct StateObject {                 // managed, of `prior_state`
  std::string address{};
  std::string type{};
  std::string_view depends_on{};     // JSON list of addresses without keys; empty unless wanted
};

struct ActionInvocation {            // of `action_invocations`
  std::string address{};
  std::string type{};
  document::DocumentPtr document{};
  document::Node values{};           // its arguments, with the two masks that belong to them
  document::Node unknown{};
  document::Node sensitive{};
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
  // `features` block of a provider configuration: its key (azurerm.two, module.a:azurerm) and the JSON
  // text of the block.
  std::function<void(std::string_view key, std::string_view json)> features = [](std::string_view, std::string_view) {};
  // Arguments of a call, and outputs, of the module with this address (without keys): JSON texts.
  std::function<void(std::string_view module, std::string_view json)> module_call = [](std::string_view, std::string_view) {};
  std::function<void(std::string_view module, std::string_view name, std::string_view json)> module_output =
      [](std::string_view, std::string_view, std::string_view) {};
  std::function<void(std::string_view address)> module = [](std::string_view) {};  // that is called, without keys
  std::function<void()> changes_end = [] {};  // all of resource_changes have been handed on
  // What objects depend on is read only while this says so.
  std::function<bool()> wants_dependencies = [] { return false; };
  std::function<void(const StateObject&)> state = [](const StateObject&) {};
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
