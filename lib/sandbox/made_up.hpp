// SPDX-License-Identifier: Apache-2.0
// Values that only the cloud knows. Made of what is known, so that the same object has the same
// ones on every machine and in every run.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/behaviour.hpp"
#include "sandbox/schema.hpp"
#include "sandbox/value.hpp"

namespace tidegate::sandbox {

struct Origin {
  std::string_view type{};
  const TypeRules& rules;
  const Value& object;    // patterns refer to it
  const Value& provider;  // configuration of the provider
  std::string seed{};     // stable hash of type and known values
};

Origin origin_of(std::string_view type, const TypeRules& rules, const Value& object,
                 const Value& provider);

// `value` with every unknown inside replaced: by the pattern of its path, else by a value of its
// type. A list has one element, so that references to its first one work. Write-only values become
// null.
Value make_known(const Origin& origin, const Block& block, const Value& value);

// A value of the type alone, for results of functions.
Value make_up(const Type& type, std::string_view seed, std::string_view path);

}  // namespace tidegate::sandbox
