// SPDX-License-Identifier: Apache-2.0
// The published types of Data Factory objects, reduced to names: which properties there are, which
// are required, what a `type` adds, which texts a property may hold. Everything is compared without case, because real files do not
// keep to it. Source: data/README.md.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adf/factory.hpp"

namespace tidegate::adf {

enum class TypeKind : std::uint8_t { any, object, array, variant, values };

using TypeId = std::uint16_t;  // 0: anything

struct TypeMember {
  std::string_view name{};
  bool required = false;
  TypeId type = 0;
};

struct SchemaType {
  TypeKind kind = TypeKind::any;
  std::string_view name{};            // "CopyActivityTypeProperties"
  std::string_view discriminator{};   // variant: mostly "type"
  std::optional<TypeId> rest{};       // object: type of other keys, if others are allowed
  TypeId element = 0;                 // array: type of its elements
  bool closed = false;                // values: the service takes no others
};

// The type of `properties`; 0 for kinds that are not described.
TypeId root_type(ObjectKind kind);
SchemaType schema_type(TypeId type);
std::size_t member_count(TypeId type);
TypeMember member_at(TypeId type, std::size_t index);
// Nothing: no such property.
std::optional<TypeMember> find_member(TypeId type, std::string_view name);
// Variant: the type behind a value of the discriminator.
std::optional<TypeId> find_variant(TypeId type, std::string_view value);
std::vector<std::string> variant_names(TypeId type);
// Values: is the text one of them?
bool is_value(TypeId type, std::string_view text);
std::vector<std::string> value_names(TypeId type);

}  // namespace tidegate::adf
