// SPDX-License-Identifier: Apache-2.0
#include "sandbox/difference.hpp"

#include <algorithm>
#include <optional>

#include "base/text.hpp"

namespace tidegate::sandbox {

namespace {

using Same = std::function<bool(const Value&, const Value&)>;

Value member(const Value& object, std::string_view name) {
  const Value* found = object.find(name);
  return found == nullptr ? Value() : *found;
}

// What stands below an attribute whose type is made of objects: a list, set or map of blocks that
// may be written as an attribute (SDKv2, ConfigMode attr).
struct Below {
  Nesting nesting = Nesting::single;
  std::vector<Attribute> attributes{};
};

std::optional<Below> below_type(const Type& type) {
  const bool many =
      type.kind == Type::Kind::list || type.kind == Type::Kind::set || type.kind == Type::Kind::map;
  const Type& object = many ? type.elements.front() : type;
  if (object.kind != Type::Kind::object) return std::nullopt;
  Below out{.nesting = type.kind == Type::Kind::list  ? Nesting::list
                       : type.kind == Type::Kind::set ? Nesting::set
                       : type.kind == Type::Kind::map ? Nesting::map
                                                      : Nesting::single};
  for (const auto& one : object.attributes)
    out.attributes.push_back({.name = one.first, .type = one.second});
  return out;
}

class Search {
 public:
  explicit Search(const Same& same) : same_(same) {}

  void in(const std::vector<Attribute>& attributes, const std::vector<NestedBlock>& blocks,
          const std::vector<std::string_view>& steps, std::size_t at, const Value& before,
          const Value& after) {
    const std::string_view name = steps[at];
    here_.emplace_back(std::string(name));
    const Value a = member(before, name);
    const Value b = member(after, name);
    const auto attribute = std::find_if(attributes.begin(), attributes.end(),
                                        [&](const Attribute& one) { return one.name == name; });
    const auto block = std::find_if(blocks.begin(), blocks.end(),
                                    [&](const NestedBlock& one) { return one.name == name; });
    const bool last = at + 1 == steps.size();
    if (!last && attribute != attributes.end() && attribute->nested != nullptr) {
      below(attribute->nested->nesting, attribute->nested->attributes, {}, steps, at + 1, a, b);
    } else if (const auto inner = last || attribute == attributes.end()
                                      ? std::nullopt
                                      : below_type(attribute->type)) {
      below(inner->nesting, inner->attributes, {}, steps, at + 1, a, b);
    } else if (!last && block != blocks.end()) {
      below(block->nesting, block->block.attributes, block->block.blocks, steps, at + 1, a, b);
    } else {
      compare(a, b);
    }
    here_.pop_back();
  }

  std::vector<AttributePath> take() { return std::move(found_); }

 private:
  void compare(const Value& a, const Value& b) {
    if (b.is_unknown() ? !a.is_unknown() : !same_(a, b)) found_.push_back(here_);
  }

  void below(Nesting nesting, const std::vector<Attribute>& attributes,
             const std::vector<NestedBlock>& blocks, const std::vector<std::string_view>& steps,
             std::size_t at, const Value& a, const Value& b) {
    if (nesting == Nesting::single || nesting == Nesting::group)
      return in(attributes, blocks, steps, at, a, b);
    const bool collection = nesting == Nesting::set || nesting == Nesting::map;
    if (collection || b.is_unknown() || a.items().size() != b.items().size()) {
      if (b.is_unknown() || changed_inside(attributes, blocks, steps, at, a, b))
        found_.push_back(here_);
      return;
    }
    for (std::size_t i = 0; i < a.items().size(); ++i) {
      here_.emplace_back(static_cast<std::int64_t>(i));
      in(attributes, blocks, steps, at, a.items()[i], b.items()[i]);
      here_.pop_back();
    }
  }

  // Whether the path below differs in any element; an element that comes or goes counts when it has
  // a value there.
  bool changed_inside(const std::vector<Attribute>& attributes,
                      const std::vector<NestedBlock>& blocks,
                      const std::vector<std::string_view>& steps, std::size_t at, const Value& a,
                      const Value& b) const {
    std::vector<Value> left = elements(a);
    std::vector<Value> right = elements(b);
    const std::size_t count = std::max(left.size(), right.size());
    left.resize(count);
    right.resize(count);
    for (std::size_t i = 0; i < count; ++i) {
      Search inner(same_);
      inner.in(attributes, blocks, steps, at, left[i], right[i]);
      if (!inner.found_.empty()) return true;
    }
    return false;
  }

  static std::vector<Value> elements(const Value& value) {
    std::vector<Value> out = value.items();
    for (const auto& entry : value.members()) out.push_back(entry.second);
    return out;
  }

  const Same& same_;
  AttributePath here_{};
  std::vector<AttributePath> found_{};
};

}  // namespace

std::vector<AttributePath> differing_places(const Block& block, std::string_view path,
                                            const Value& before, const Value& after,
                                            const Same& same) {
  Search search(same);
  search.in(block.attributes, block.blocks, split(path, '.'), 0, before, after);
  return search.take();
}

std::string dotted(const AttributePath& path) {
  std::string out;
  for (const Step& step : path) {
    const auto* name = std::get_if<std::string>(&step);
    if (name != nullptr) out += (out.empty() ? "" : ".") + *name;
  }
  return out;
}

}  // namespace tidegate::sandbox
