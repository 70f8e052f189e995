// SPDX-License-Identifier: Apache-2.0
// Where an attribute differs between two objects, as Terraform writes paths.
#pragma once

#include <functional>
#include <string_view>
#include <vector>

#include "sandbox/engine.hpp"
#include "sandbox/schema.hpp"

namespace tidegate::sandbox {

// Places of the dotted path at which `before` and `after` differ; one in each element of a list.
// Below a set or map, and where a list has another length, the collection itself. `same` compares;
// an unknown value is another.
std::vector<AttributePath> differing_places(
    const Block& block, std::string_view path, const Value& before, const Value& after,
    const std::function<bool(const Value&, const Value&)>& same);

// A dotted path with no indices, as rules name it.
std::string dotted(const AttributePath& path);

}  // namespace tidegate::sandbox
