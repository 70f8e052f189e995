// SPDX-License-Identifier: Apache-2.0
#include "sandbox/schema.hpp"

#include <algorithm>

namespace tidegate::sandbox {

namespace {

template <class List>
auto find_by_name(const List& list, std::string_view name) -> decltype(list.data()) {
  const auto place = std::lower_bound(list.begin(), list.end(), name,
                                      [](const auto& item, std::string_view wanted) {
                                        return std::string_view(item.name) < wanted;
                                      });
  return place != list.end() && place->name == name ? &*place : nullptr;
}

Type nested_in(Nesting nesting, Type object) {
  if (nesting == Nesting::single || nesting == Nesting::group) return object;
  Type type;
  type.kind = nesting == Nesting::list  ? Type::Kind::list
              : nesting == Nesting::set ? Type::Kind::set
                                        : Type::Kind::map;
  type.elements.push_back(std::move(object));
  return type;
}

}  // namespace

const Attribute* Block::find_attribute(std::string_view name) const {
  return find_by_name(attributes, name);
}

const NestedBlock* Block::find_block(std::string_view name) const {
  return find_by_name(blocks, name);
}

Type type_of(const NestedType& nested) {
  Type object{.kind = Type::Kind::object};
  for (const Attribute& attribute : nested.attributes)
    object.attributes.emplace(attribute.name, attribute.type);
  return nested_in(nested.nesting, std::move(object));
}

Type type_of(const Block& block) {
  Type object{.kind = Type::Kind::object};
  for (const Attribute& attribute : block.attributes)
    object.attributes.emplace(attribute.name, attribute.type);
  for (const NestedBlock& nested : block.blocks)
    object.attributes.emplace(nested.name, nested_in(nested.nesting, type_of(nested.block)));
  return object;
}

}  // namespace tidegate::sandbox
