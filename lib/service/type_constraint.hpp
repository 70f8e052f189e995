// SPDX-License-Identifier: Apache-2.0
// Terraform's type constraints: string, number, bool, any, list(T), set(T), map(T), tuple([T, …]),
// object({name = T, …}) with optional(T).
// Source: Terraform language, "Type constraints".
#pragma once

#include <string>
#include <string_view>

#include "document/node.hpp"

namespace tidegate::service {

bool is_type_constraint(std::string_view text);

// Can a variable of this type hold the value without changing its kind? (Terraform itself would turn
// "22" into 22; a Data Factory property would then have another type than in the source.)
bool type_holds(std::string_view type, const document::Node& value);

// The constraint that holds the value as it is: string, number, bool, or any.
std::string_view type_of(const document::Node& value);

// JSON text of a made-up value of the type: "\"example\"", "1", "[]", "{\"name\":\"example\"}".
std::string example_of_type(std::string_view type);

}  // namespace tidegate::service
