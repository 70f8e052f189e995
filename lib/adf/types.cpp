// SPDX-License-Identifier: Apache-2.0
#include "adf/types.hpp"

#include <algorithm>
#include <compare>
#include <span>

#include "base/text.hpp"

namespace tidegate::adf {

namespace {

struct MemberRow {
  std::uint16_t name = 0;
  std::uint8_t size = 0;
  bool required = false;
  TypeId type = 0;
};

struct TypeRow {
  TypeKind kind = TypeKind::any;
  std::uint16_t name = 0;
  std::uint8_t size = 0;
  std::uint16_t discriminator = 0;
  std::uint8_t discriminator_size = 0;
  std::uint16_t rest = 0;
  std::uint16_t first = 0;   // into members: properties, then values of the discriminator
  std::uint16_t count = 0;
  std::uint16_t values = 0;
};

#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Woverlength-strings"
#elif defined(__GNUC__)
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Woverlength-strings"
#endif
#include "adf/types.inc"
#if defined(__clang__)
#pragma clang diagnostic pop
#elif defined(__GNUC__)
#pragma GCC diagnostic pop
#endif

std::string_view name_of(const MemberRow& row) { return {names + row.name, row.size}; }

// The order of the tables: without case. Bytes that are the same need no look at their case.
std::weak_ordering compare(std::string_view a, std::string_view b) {
  const std::size_t common = std::min(a.size(), b.size());
  for (std::size_t i = 0; i < common; ++i) {
    if (a[i] == b[i]) continue;
    const auto x = static_cast<unsigned char>(ascii_lower(a[i]));
    const auto y = static_cast<unsigned char>(ascii_lower(b[i]));
    if (x != y) return x <=> y;
  }
  return a.size() <=> b.size();
}

const MemberRow* find_row(std::span<const MemberRow> rows, std::string_view name) {
  std::size_t first = 0, last = rows.size();
  while (first < last) {
    const std::size_t middle = first + (last - first) / 2;
    const std::weak_ordering order = compare(name_of(rows[middle]), name);
    if (order == 0) return &rows[middle];
    if (order < 0) {
      first = middle + 1;
    } else {
      last = middle;
    }
  }
  return nullptr;
}

std::span<const MemberRow> properties_of(TypeId type) {
  return std::span(members).subspan(types[type].first, types[type].count);
}

std::span<const MemberRow> values_of(TypeId type) {
  return std::span(members).subspan(std::size_t{types[type].first} + types[type].count, types[type].values);
}

}  // namespace

TypeId root_type(ObjectKind kind) {
  switch (kind) {
    case ObjectKind::pipeline: return root_pipelines;
    case ObjectKind::dataset: return root_datasets;
    case ObjectKind::linked_service: return root_linkedservices;
    case ObjectKind::data_flow: return root_dataflows;
    case ObjectKind::trigger: return root_triggers;
    case ObjectKind::integration_runtime: return root_integrationRuntimes;
    case ObjectKind::credential: return root_credentials;
    case ObjectKind::factory: return root_factories;
    case ObjectKind::managed_virtual_network: return root_managedVirtualNetworks;
    case ObjectKind::managed_private_endpoint: return root_managedPrivateEndpoints;
    case ObjectKind::synapse: return 0;
  }
  return 0;
}

SchemaType schema_type(TypeId type) {
  const TypeRow& row = types[type];
  SchemaType out{.kind = row.kind,
                 .name = {names + row.name, row.size},
                 .discriminator = {names + row.discriminator, row.discriminator_size}};
  if (row.kind == TypeKind::array) out.element = row.rest;
  if (row.kind == TypeKind::values) out.closed = row.rest != 0;
  if (row.kind == TypeKind::object && row.rest > 0) out.rest = static_cast<TypeId>(row.rest - 1);
  return out;
}

std::size_t member_count(TypeId type) { return types[type].count; }

TypeMember member_at(TypeId type, std::size_t index) {
  const MemberRow& row = properties_of(type)[index];
  return {.name = name_of(row), .required = row.required, .type = row.type};
}

std::optional<TypeMember> find_member(TypeId type, std::string_view name) {
  const MemberRow* row = find_row(properties_of(type), name);
  if (row == nullptr) return std::nullopt;
  return TypeMember{.name = name_of(*row), .required = row->required, .type = row->type};
}

std::optional<TypeId> find_variant(TypeId type, std::string_view value) {
  const MemberRow* row = find_row(values_of(type), value);
  if (row == nullptr) return std::nullopt;
  return row->type;
}

std::vector<std::string> variant_names(TypeId type) {
  std::vector<std::string> all;
  for (const MemberRow& row : values_of(type)) all.emplace_back(name_of(row));
  return all;
}

bool is_value(TypeId type, std::string_view text) { return find_row(values_of(type), text) != nullptr; }

std::vector<std::string> value_names(TypeId type) { return variant_names(type); }

}  // namespace tidegate::adf
