// SPDX-License-Identifier: Apache-2.0
// One entry of `resource_changes` or `resource_drift`. Identity is (address, deposed): a deposed
// generation shares its address with the current object.
// Source: hashicorp/terraform internal/command/jsonplan, docs "JSON Output Format".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "document/node.hpp"

namespace tidegate::plan {

enum class Mode : std::uint8_t { managed, data, ephemeral };

// The set of action words, whatever their order.
enum class Effect : std::uint8_t { none, create, read, update, destroy, replace, forget, create_forget };

std::string_view to_string(Effect effect);  // "no-op", "create", … "delete", "replace", "create-forget"

struct Change {
  std::string address{};
  std::string previous_address{};
  std::string module_address{};
  std::string type{};
  std::string name{};
  std::string index{};          // as in the address: 0, or "key" with quotes; empty without
  std::string provider{};
  std::string deposed{};        // key of the old generation
  std::string reason{};         // action_reason
  Mode mode = Mode::managed;
  Effect effect = Effect::none;
  bool create_first = false;    // of replace
  bool importing = false;
  document::DocumentPtr document{};
  document::Node before{};
  document::Node after{};
  document::Node after_unknown{};
  document::Node before_sensitive{};  // absent: no mask was given
  document::Node after_sensitive{};
  document::Node replace_paths{};
};

// `file` names the input and the place in messages. Codes: gate.malformed-plan (exit 11): no address,
// type or actions, a duplicate key, a wrong kind of value; gate.unknown-action (exit 12).
// `rebuild_address`: drift entries of Terraform 1.0 have none. `text` is JSON already (splitter.hpp); a
// change that does nothing, moves nothing and imports nothing has no values.
Result<Change> parse_change(const std::string& file, std::string_view text, bool rebuild_address);

// An address without instance keys: module.a["x"].t.n[0] -> module.a.t.n. Keys may hold anything.
std::string without_keys(std::string_view address);

}  // namespace tidegate::plan
