// SPDX-License-Identifier: Apache-2.0
// What the arguments of Terraform resources are, as the providers themselves say: compiled in, one
// line a type, read when a type is asked for. Source: data/providers and data/providers-4, printed by
// `terraform providers schema -json`.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace tidegate::catalogue {

struct ValueType {
  enum class Kind : std::uint8_t { text, number, boolean, any, list, set, map, object, tuple };
  Kind kind = Kind::any;
  std::vector<ValueType> elements{};  // list, set, map: one; tuple: each
  std::vector<std::pair<std::string, ValueType>> attributes{};  // object: sorted by name
};

enum class Nesting : std::uint8_t { none, single, list, set, map };

struct SchemaBlock;
struct SchemaAttribute {
  std::string name{};
  ValueType type{};
  Nesting nesting = Nesting::none;             // not none: attribute of attributes
  std::shared_ptr<const SchemaBlock> inner{};  // with nesting
  bool required = false, optional = false, computed = false;
};
struct SchemaNested {
  std::string name{};
  Nesting nesting = Nesting::list;
  std::uint32_t least = 0, most = 0;  // most 0: no bound
  std::shared_ptr<const SchemaBlock> block{};
};
struct SchemaBlock {
  std::vector<SchemaAttribute> attributes{};  // sorted by name
  std::vector<SchemaNested> blocks{};         // sorted by name
  const SchemaAttribute* find_attribute(std::string_view name) const;
  const SchemaNested* find_block(std::string_view name) const;
};

enum class SchemaKind : std::uint8_t { provider, resource, data, ephemeral };

struct ProviderRelease {
  std::string_view source{};   // "hashicorp/azurerm", lower case
  std::string_view version{};  // "5.2.0"
  bool complete = true;        // false: a type that is not here may exist
  std::string_view text{};     // one line a type, sorted: `r NAME BODY`
};

// Newest first where one provider has several.
std::span<const ProviderRelease> provider_releases();

// `name` is not looked at for SchemaKind::provider. Reads one line of the table.
std::optional<SchemaBlock> find_schema(const ProviderRelease& release, SchemaKind kind,
                                       std::string_view name);
std::vector<std::string> schema_names(const ProviderRelease& release, SchemaKind kind);

// The body of a line; nothing if the text is none. For the table's own tests.
std::optional<SchemaBlock> parse_schema(std::string_view body);

}  // namespace tidegate::catalogue
