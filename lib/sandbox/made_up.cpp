// SPDX-License-Identifier: Apache-2.0
#include "sandbox/made_up.hpp"

#include <algorithm>

#include "sandbox/pattern.hpp"

namespace tidegate::sandbox {

namespace {

const NamedPattern* pattern_of(const TypeRules& rules, std::string_view path) {
  const auto found = std::find_if(rules.computed.begin(), rules.computed.end(),
                                  [&](const NamedPattern& one) { return one.path == path; });
  return found == rules.computed.end() ? nullptr : &*found;
}

// What is known of the object itself: unknown and null members would make the seed another one at
// the next call.
Value known_part(const Value& value) {
  if (value.kind() == Value::Kind::list) {
    Value::List items;
    for (const Value& item : value.items()) {
      if (!item.is_unknown()) items.push_back(known_part(item));
    }
    return Value::list(std::move(items));
  }
  if (value.kind() != Value::Kind::map) return value;
  Value::Map members;
  for (const auto& member : value.members()) {
    if (member.second.is_unknown() || member.second.is_null()) continue;
    members.emplace(member.first, known_part(member.second));
  }
  return Value::map(std::move(members));
}

class Maker {
 public:
  explicit Maker(const Origin& origin) : origin_(origin) {}

  Value block(const Block& block, const Value& value, const std::string& prefix) const {
    if (value.is_unknown()) return make_up(type_of(block), origin_.seed, prefix);
    if (value.kind() != Value::Kind::map) return value;
    Value::Map members = value.members();
    for (const Attribute& attribute : block.attributes) {
      Value& member = members[attribute.name];
      member = this->attribute(attribute, member, prefix + attribute.name);
    }
    for (const NestedBlock& nested : block.blocks) {
      Value& member = members[nested.name];
      member = each(nested.nesting, member, [&](const Value& item) {
        return this->block(nested.block, item, prefix + nested.name + ".");
      });
    }
    return Value::map(std::move(members));
  }

 private:
  template <class Work>
  static Value each(Nesting nesting, const Value& value, const Work& work) {
    if (value.is_unknown()) {  // a dynamic block of unknown length
      if (nesting == Nesting::map) return Value::map({});
      return nesting == Nesting::list || nesting == Nesting::set ? Value::list({}) : Value();
    }
    if (nesting == Nesting::single || nesting == Nesting::group) return work(value);
    if (value.kind() == Value::Kind::list) {
      Value::List items;
      for (const Value& item : value.items()) items.push_back(work(item));
      return Value::list(std::move(items));
    }
    if (value.kind() != Value::Kind::map) return value;
    Value::Map members;
    for (const auto& member : value.members()) members.emplace(member.first, work(member.second));
    return Value::map(std::move(members));
  }

  Value attribute(const Attribute& attribute, const Value& value, const std::string& path) const {
    if (attribute.write_only) return {};
    if (value.is_unknown()) return unknown(attribute.type, path);
    if (attribute.nested != nullptr) {
      const Block inner{.attributes = attribute.nested->attributes};
      return each(attribute.nested->nesting, value,
                  [&](const Value& item) { return block(inner, item, path + "."); });
    }
    return value.is_wholly_known() ? value : parts(attribute.type, value, path);
  }

  Value unknown(const Type& type, const std::string& path) const {
    if (const NamedPattern* pattern = pattern_of(origin_.rules, path)) {
      const auto text =
          fill_pattern(pattern->pattern, origin_.object, origin_.provider, origin_.seed);
      if (text && type.kind == Type::Kind::number) return Value::number(*text);
      if (text && type.kind == Type::Kind::boolean) return Value::boolean(*text == "true");
      if (text && type.kind == Type::Kind::string) return Value::string(*text);
    }
    return make_up(type, origin_.seed, path);
  }

  // Unknowns inside a collection that is known as such.
  Value parts(const Type& type, const Value& value, const std::string& path) const {
    if (value.is_unknown()) return make_up(type, origin_.seed, path);
    const bool dynamic = type.kind == Type::Kind::dynamic;
    const auto inner = [&](std::size_t index) {
      if (dynamic || type.elements.empty()) return Type{};
      return type.elements[std::min(index, type.elements.size() - 1)];
    };
    if (value.kind() == Value::Kind::list) {
      Value::List items;
      for (const Value& item : value.items())
        items.push_back(
            parts(inner(items.size()), item, path + "." + std::to_string(items.size())));
      return Value::list(std::move(items));
    }
    if (value.kind() != Value::Kind::map) return value;
    Value::Map members;
    for (const auto& member : value.members()) {
      const auto known = type.attributes.find(member.first);
      const Type of_member = known != type.attributes.end() ? known->second : inner(0);
      members.emplace(member.first, parts(of_member, member.second, path + "." + member.first));
    }
    return Value::map(std::move(members));
  }

  const Origin& origin_;
};

}  // namespace

Origin origin_of(std::string_view type, const TypeRules& rules, const Value& object,
                 const Value& provider) {
  return {.type = type,
          .rules = rules,
          .object = object,
          .provider = provider,
          .seed = stable_hash(Value::list({Value::string(std::string(type)), known_part(object)}))};
}

Value make_known(const Origin& origin, const Block& block, const Value& value) {
  return Maker(origin).block(block, value, "");
}

Value make_up(const Type& type, std::string_view seed, std::string_view path) {
  switch (type.kind) {
    case Type::Kind::string:
      return Value::string(made_up_hex(seed, path));
    case Type::Kind::number:
      return Value::number(made_up_number(seed, path).substr(0, 4));
    case Type::Kind::boolean:
      return Value::boolean(false);
    case Type::Kind::dynamic:  // an object without members
      return Value::list({Value::bytes("[\"object\",{}]"), Value::map({})});
    case Type::Kind::list:
    case Type::Kind::set:
      return Value::list({make_up(type.elements.front(), seed, std::string(path) + ".0")});
    case Type::Kind::map:
      return Value::map({});
    case Type::Kind::tuple: {
      Value::List items;
      for (const Type& element : type.elements)
        items.push_back(
            make_up(element, seed, std::string(path) + "." + std::to_string(items.size())));
      return Value::list(std::move(items));
    }
    case Type::Kind::object: {
      Value::Map members;
      for (const auto& attribute : type.attributes)
        members.emplace(attribute.first,
                        make_up(attribute.second, seed, std::string(path) + "." + attribute.first));
      return Value::map(std::move(members));
    }
  }
  return {};
}

}  // namespace tidegate::sandbox
