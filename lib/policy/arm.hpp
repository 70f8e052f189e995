// SPDX-License-Identifier: Apache-2.0
// Dangerous changes in place of objects that azapi manages: entries of the catalogue's grammar
// whose paths lie in the ARM body. Source: the reference of the ARM types (Azure REST API).
#pragma once

#include <string_view>
#include <vector>

#include "catalogue/types.hpp"
#include "policy/compare.hpp"
#include "policy/value.hpp"

namespace tidegate::policy {

struct Subject;

// Of the ARM type of an azapi_resource or azapi_update_resource; their paths begin in the body.
std::vector<catalogue::Entry> arm_entries(const Subject& subject);

// The argument `type` without `@version`.
std::string_view arm_type(const document::Node& object);

// The argument `body`: an object, or in versions 1 of azapi JSON text, which is read. A text that is no
// JSON stays a text.
class ArmBody {
 public:
  explicit ArmBody(const Value& object);
  const Value& value() const { return value_; }
  // As `compare`, with paths that begin in the object.
  static std::vector<Difference> compare(const catalogue::Entry& entry, const ArmBody& before, const ArmBody& after);

 private:
  document::DocumentPtr text_{};
  document::DocumentPtr mask_{};
  Value value_{};
};

}  // namespace tidegate::policy
