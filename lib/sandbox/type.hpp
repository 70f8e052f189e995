// SPDX-License-Identifier: Apache-2.0
// Type constraints of cty, as provider schemas and the JSON of dynamic values write them:
// "string", ["list", T], ["object", {…}], ["object", {…}, ["optional"]], ["tuple", […]].
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "document/node.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

struct Type {
  enum class Kind { string, number, boolean, dynamic, list, set, map, object, tuple };
  Kind kind = Kind::dynamic;
  std::vector<Type> elements{};  // list, set, map: one; tuple: each
  std::map<std::string, Type, std::less<>> attributes{};  // object
  std::vector<std::string> optional{};                    // object: names that may be missing

  friend bool operator==(const Type&, const Type&) = default;
};

// Code sandbox.bad-schema.
Result<Type> read_type(const document::Node& json);
std::string type_json(const Type& type);  // compact, names sorted, as cty writes it

// JSON (a state, a behaviour file) as a value of `type`, converted as core does: text to number and
// back, a missing object attribute is null, a member that the type does not know is dropped; into
// `dynamic` with the type that the JSON implies. Code sandbox.bad-value.
Result<Value> value_from_json(const document::Node& json, const Type& type);

}  // namespace tidegate::sandbox
