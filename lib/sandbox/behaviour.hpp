// SPDX-License-Identifier: Apache-2.0
// What a schema does not say about a provider: which changes replace, what is computed and how,
// which values mean the same. One JSON file a provider (docs/formats/behaviour.md); key = type, or
// a prefix such as `azurerm_*`.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "document/node.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

enum class Equality { json, location, case_insensitive };

// A replacement that depends on values. With a condition it is decided here; with text only it is
// in place here and named under the limits of the report.
struct ConditionalForceNew {
  std::string path{};       // attribute path whose change is looked at
  std::string text{};       // what the real provider does
  document::Node when{};    // condition on before and after; kind missing: text only
  std::string source{};     // where the fact is from
};

struct NamedPattern { std::string path{}, pattern{}; };
struct NamedValue { std::string path{}; document::Node value{}; };
struct NamedEquality { std::string path{}; Equality equality = Equality::json; };

// All entries that fit a type, the most special last; what a special one names replaces the general.
struct TypeRules {
  bool known = false;  // an entry with exactly this type
  bool legacy = false;
  bool no_update = false;                        // every argument replaces
  std::vector<std::string> force_new{};          // paths
  std::vector<ConditionalForceNew> force_new_when{};
  std::vector<NamedValue> defaults{};            // planned values of attributes that are not computed
  std::vector<NamedPattern> computed{};          // `id` is one of them, read backwards for import
  std::vector<std::string> computed_blocks{};    // kept when not written
  std::vector<std::string> volatile_paths{};     // unknown on every update
  std::vector<NamedPattern> digest{};            // attribute = hash of the file named by another
  std::vector<NamedValue> enums{};               // allowed values
  std::vector<NamedEquality> equal{};
};

class Behaviour {
 public:
  Behaviour();  // no rule at all
  // The files of the providers, in order; a later file wins. Code sandbox.bad-behaviour.
  static Result<std::shared_ptr<const Behaviour>> read(
      const std::vector<document::DocumentPtr>& files);
  TypeRules of(std::string_view type) const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace tidegate::sandbox
