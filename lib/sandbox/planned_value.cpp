// SPDX-License-Identifier: Apache-2.0
#include "sandbox/planned_value.hpp"

#include <algorithm>

#include "sandbox/equality.hpp"
#include "sandbox/pattern.hpp"
#include "sandbox/type.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"

namespace tidegate::sandbox {

namespace {

Value member(const Value& object, const std::string& name) {
  const Value* found = object.find(name);
  return found == nullptr ? Value() : *found;
}

template <class List>
auto rule_at(const List& list, std::string_view path) -> decltype(list.data()) {
  const auto found =
      std::find_if(list.begin(), list.end(), [&](const auto& one) { return one.path == path; });
  return found == list.end() ? nullptr : &*found;
}

class Planner {
 public:
  explicit Planner(const TypeRules& rules) : rules_(rules) {}

  Value block(const std::vector<Attribute>& attributes, const std::vector<NestedBlock>& blocks,
              const Value& prior, const Value& proposed, const Value& configuration,
              const std::string& prefix) const {
    if (proposed.kind() != Value::Kind::map) return proposed;
    Value::Map members = proposed.members();
    for (const Attribute& attribute : attributes) {
      Value& value = members[attribute.name];
      value = this->attribute(attribute, prior.is_null(), member(prior, attribute.name), value,
                              member(configuration, attribute.name), prefix + attribute.name);
    }
    for (const NestedBlock& nested : blocks) {
      Value& value = members[nested.name];
      value = nested_block(nested, member(prior, nested.name), value,
                           member(configuration, nested.name), prefix + nested.name);
    }
    return Value::map(std::move(members));
  }

 private:
  Value attribute(const Attribute& attribute, bool is_new, const Value& prior,
                  const Value& proposed, const Value& configuration,
                  const std::string& path) const {
    if (attribute.write_only) return {};
    const bool written = !configuration.is_null();
    if (!written && (proposed.is_null() || is_new)) {
      if (const NamedValue* rule = rule_at(rules_.defaults, path)) {
        const Result<Value> value = value_from_json(rule->value, attribute.type);
        if (value) return *value;
      }
      if (attribute.computed && is_new && proposed.is_null()) return Value::unknown();
      if (rules_.legacy && !prior.is_null() && is_zero(prior)) return prior;  // T9
      return proposed;
    }
    if (!prior.is_null() && same_by_rule(rules_, path, prior, proposed)) return prior;
    if (attribute.nested == nullptr || proposed.is_unknown()) return proposed;
    return elements(attribute.nested->nesting, prior, proposed, configuration,
                    [&](const Value& a, const Value& b, const Value& c) {
                      return block(attribute.nested->attributes, {}, a, b, c, path + ".");
                    });
  }

  Value nested_block(const NestedBlock& nested, const Value& prior, const Value& proposed,
                     const Value& configuration, const std::string& path) const {
    const auto& kept = rules_.computed_blocks;
    const bool may_stay = std::find(kept.begin(), kept.end(), path) != kept.end();
    if (may_stay && is_zero(configuration) && !prior.is_null()) return prior;
    return elements(nested.nesting, prior, proposed, configuration,
                    [&](const Value& a, const Value& b, const Value& c) {
                      return block(nested.block.attributes, nested.block.blocks, a, b, c,
                                   path + ".");
                    });
  }

  // Calls `work` with each proposed element and those of prior and configuration that go with it.
  template <class Work>
  static Value elements(Nesting nesting, const Value& prior, const Value& proposed,
                        const Value& configuration, const Work& work) {
    if (nesting == Nesting::single || nesting == Nesting::group)
      return work(prior, proposed, configuration);
    if (proposed.kind() == Value::Kind::list) {
      Value::List out;
      for (std::size_t i = 0; i < proposed.items().size(); ++i) {
        const Value& item = proposed.items()[i];
        out.push_back(work(
            nesting == Nesting::set ? partner(prior, item) : item_at(prior, i), item,
            nesting == Nesting::set ? partner(configuration, item) : item_at(configuration, i)));
      }
      return Value::list(std::move(out));
    }
    if (proposed.kind() != Value::Kind::map) return proposed;
    Value::Map out;
    for (const auto& entry : proposed.members())
      out.emplace(entry.first, work(member(prior, entry.first), entry.second,
                                    member(configuration, entry.first)));
    return Value::map(std::move(out));
  }

  static Value item_at(const Value& list, std::size_t index) {
    return index < list.items().size() ? list.items()[index] : Value();
  }

  // Of a set: the element that agrees in all that is written. Elements have no other identity.
  static Value partner(const Value& set, const Value& item) {
    for (const Value& other : set.items()) {
      const bool agrees =
          std::all_of(item.members().begin(), item.members().end(), [&](const auto& entry) {
            const Value* there = other.find(entry.first);
            return entry.second.is_null() || there == nullptr || there->is_null() ||
                   *there == entry.second;
          });
      if (agrees) return other;
    }
    return {};
  }

  const TypeRules& rules_;
};

Value with(const Value& object, const std::string& name, Value value) {
  Value::Map members = object.members();
  members.insert_or_assign(name, std::move(value));
  return Value::map(std::move(members));
}

// The digest of the file that another attribute names, so that new content is a change.
Value with_digests(const TypeRules& rules, Value planned) {
  for (const NamedPattern& rule : rules.digest) {
    const Value file = value_at(planned, rule.pattern);
    if (file.kind() != Value::Kind::string || file.text().empty()) continue;
    const Result<std::string> content = system::read_file(file.text());
    if (content)
      planned = with(planned, rule.path, Value::string(system::sha256_hex(*content).substr(0, 32)));
  }
  return planned;
}

}  // namespace

bool same_by_rule(const TypeRules& rules, std::string_view path, const Value& a, const Value& b) {
  if (a == b) return true;
  if (rules.legacy && is_zero(a) && is_zero(b)) return true;
  const NamedEquality* rule = rule_at(rules.equal, path);
  return rule != nullptr && means_the_same(rule->equality, a, b);
}

Value planned_value(const Block& block, const TypeRules& rules, const Value& prior,
                    const Value& proposed, const Value& configuration) {
  return with_digests(rules, Planner(rules).block(block.attributes, block.blocks, prior, proposed,
                                                  configuration, ""));
}

Value with_volatile_unknown(const TypeRules& rules, const Value& planned,
                            const Value& configuration) {
  Value out = planned;
  for (const std::string& path : rules.volatile_paths) {
    if (out.find(path) != nullptr && member(configuration, path).is_null())
      out = with(out, path, Value::unknown());
  }
  return out;
}

}  // namespace tidegate::sandbox
