// SPDX-License-Identifier: Apache-2.0
// The checks of a linked factory. Private to this module: callers use check_factory.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "adf/expression.hpp"
#include "adf/factory.hpp"

namespace tidegate::adf {

struct Activity {
  document::Node node{};
  std::string_view name{};
  std::string_view type{};
  std::size_t parent = 0;  // index of the container activity, or none
  std::size_t list = 0;    // activities of one list are siblings
  static constexpr std::size_t none = static_cast<std::size_t>(-1);
};

// All activities of a pipeline, containers before their inner activities.
std::vector<Activity> activities_of(const Object& pipeline);

// Calls `visit` for every string of the object that the service evaluates (not descriptions, not
// data-flow scripts) and that holds an expression.
void for_each_expression(
    const Object& object,
    const std::function<void(const document::Node&, const ParsedText&)>& visit);

// Finds a cycle in a graph of `count` nodes; `next(i)` gives successors. Empty if there is none.
std::vector<std::size_t> find_cycle(
    std::size_t count, const std::function<std::vector<std::size_t>(std::size_t)>& next);

// Of one object; several objects may be checked at the same time.
void check_name(const Factory& factory, const Object& object, Diagnostics& diagnostics);
void check_activities(const Factory& factory, const Object& object, Diagnostics& diagnostics);
void check_expressions(const Factory& factory, const Object& object, Diagnostics& diagnostics);
void check_values(const Factory& factory, const Object& object, Diagnostics& diagnostics);
void check_trigger(const Factory& factory, const Object& object, Diagnostics& diagnostics);

// Of the factory as a whole.
void check_reference_cycles(const Factory& factory, Diagnostics& diagnostics);

}  // namespace tidegate::adf
