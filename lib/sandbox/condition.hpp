// SPDX-License-Identifier: Apache-2.0
// Conditions of rules that replace depending on values (docs/formats/behaviour.md):
//   {"leaves": [v…]}  before is one of them, after is not     {"from": [v…]}   before is one of
//   them
//   {"enters": [v…]}  the other way round                     {"to": [v…]}     after is one of them
//   {"differs_before": "@"}  the texts up to that mark differ, case aside
//   {"decreases": true}, {"increases": true}                  {"becomes_null": true}
//   {"changes": true}         the two differ
//   {"at": {"path": "sku_name", "when": c}}  c holds at another attribute of the object
//   {"any": [c…]}, {"all": [c…]}, {"not": c}
#pragma once

#include <string_view>

#include "base/result.hpp"
#include "document/node.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

// Code sandbox.bad-behaviour.
Status check_condition(const document::Node& condition);

// Of a checked condition, at a dotted attribute path of the object before and after. An unknown value
// after meets a condition, for it may.
bool holds(const document::Node& condition, std::string_view path, const Value& before,
           const Value& after);

}  // namespace tidegate::sandbox
