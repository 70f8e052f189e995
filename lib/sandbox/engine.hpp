// SPDX-License-Identifier: Apache-2.0
// What a provider decides, for any provider whose schema and behaviour are known. No network, no
// gRPC, no memory between calls: everything a decision needs is in its arguments, as in the plugin
// protocol (github.com/hashicorp/terraform, docs/plugin-protocol/tfplugin6.proto and
// resource-instance-change-lifecycle.md).
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "sandbox/behaviour.hpp"
#include "sandbox/control.hpp"
#include "sandbox/pack.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

// A step into an attribute: a name, a list index, or a map key.
using Step = std::variant<std::string, std::int64_t, Value>;
using AttributePath = std::vector<Step>;

struct Finding {  // a diagnostic of the provider
  bool error = true;
  std::string summary{}, detail{};
  AttributePath path{};
};

struct Planned {
  Value state{};
  std::vector<AttributePath> replace{};
  std::string private_data{};
  bool legacy = false;
  std::vector<Finding> findings{};
};
struct Applied {
  Value state{};
  std::string private_data{};
  bool legacy = false;
  std::vector<Finding> findings{};
};
struct Read {
  Value state{};  // null: it is gone
  std::vector<Finding> findings{};
};
struct Imported {
  std::string type{};
  Value state{};
};

// The provider block of one connection; aliases have one each. Its values take part in ids
// (subscription_id, workspace host) and may be unknown.
struct Connection { Value configuration{}; };

class Engine {
 public:
  Engine(std::shared_ptr<const Pack> pack, std::shared_ptr<const Behaviour> behaviour,
         std::shared_ptr<Control> control);

  std::vector<Finding> validate_provider(const Value& configuration) const;
  std::vector<Finding> validate(SchemaKind kind, std::string_view type, const Value& configuration) const;

  Planned plan(const Connection& connection, std::string_view type, const Value& prior,
               const Value& proposed, const Value& configuration, std::string_view prior_private) const;
  Applied apply(const Connection& connection, std::string_view type, const Value& prior,
                const Value& planned, const Value& configuration, std::string_view planned_private) const;
  Read read(std::string_view type, const Value& current) const;
  // A stored state of any version as one of the pack's schema; text is JSON.
  Read upgrade(std::string_view type, std::int64_t version, std::string_view json) const;
  Read import(const Connection& connection, std::string_view type, std::string_view id) const;
  Read read_data(const Connection& connection, std::string_view type, const Value& configuration) const;
  Read open_ephemeral(const Connection& connection, std::string_view type, const Value& configuration) const;
  Read call(std::string_view function, const std::vector<Value>& arguments) const;

  const Pack& pack() const;

 private:
  std::shared_ptr<const Pack> pack_;
  std::shared_ptr<const Behaviour> behaviour_;
  std::shared_ptr<Control> control_;
};

}  // namespace tidegate::sandbox
