// SPDX-License-Identifier: Apache-2.0
// Environment values at known properties of Data Factory objects (service.md, section 3.1).
#pragma once

#include <string>
#include <vector>

#include "adf/factory.hpp"
#include "document/node.hpp"

namespace tidegate::service {

struct DerivedLeaf {
  std::size_t object = 0;      // index into Factory::objects
  document::Node node{};       // the leaf that the variable replaces
  std::string property{};      // "baseUrl": as in the table of known properties
  std::string variable{};      // unique, a legal Terraform name
  bool sensitive = false;
};

// Sorted by (object, node). Only leaves that hold a value of an environment:
// * a constant text, number or boolean at a known property (empty text and masks: no);
// * an expression or interpolated text if its constant part holds one (a host, a subscription, a
//   server of a connection string); one that only passes parameters on stays;
// * of an Expression or SecureString object its `value`; Key Vault references stay.
std::vector<DerivedLeaf> find_environment_leaves(const adf::Factory& factory);

}  // namespace tidegate::service
