// SPDX-License-Identifier: Apache-2.0
// The schema of a provider, in the words of `terraform providers schema -json`
// (developer.hashicorp.com/terraform/cli/commands/providers/schema). The one model: read from that
// JSON and from the pieces of a pack, written as messages of the plugin protocol.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "sandbox/type.hpp"

namespace tidegate::sandbox {

enum class Nesting { single, group, list, set, map };

struct NestedType;
struct Attribute {
  std::string name{};
  Type type{};  // with `nested`: the type that it implies
  std::shared_ptr<const NestedType> nested{};
  bool required = false, optional = false, computed = false, sensitive = false, write_only = false;
};
struct NestedType {  // attribute of attributes
  Nesting nesting = Nesting::single;
  std::vector<Attribute> attributes{};  // sorted by name
};
struct NestedBlock;
struct Block {
  std::vector<Attribute> attributes{};  // sorted by name
  std::vector<NestedBlock> blocks;      // sorted by name; no {}: clang 14 wants it complete then
  const Attribute* find_attribute(std::string_view name) const;
  const NestedBlock* find_block(std::string_view name) const;
};
struct NestedBlock {
  std::string name{};
  Nesting nesting = Nesting::list;
  Block block{};
  std::uint64_t min_items = 0, max_items = 0;  // 0: no bound
};
struct Schema {
  std::int64_t version = 0;  // of the stored state
  Block block{};
};
struct FunctionParameter {
  std::string name{};
  Type type{};
  bool allow_null = false;
};
struct Function {
  std::string name{};
  std::vector<FunctionParameter> parameters{};
  std::shared_ptr<const FunctionParameter> variadic{};
  Type result{};
};

enum class SchemaKind : std::uint8_t { provider, resource, data_source, ephemeral, function };

// The type of a whole object: lists, sets and maps of blocks as such, single and group as objects.
Type type_of(const Block& block);
Type type_of(const NestedType& nested);

}  // namespace tidegate::sandbox
