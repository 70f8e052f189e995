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
    if (rules_.legacy && !is_new && prior.is_null() && is_zero(proposed)) return prior;  // T9
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
  Value elements(Nesting nesting, const Value& prior, const Value& proposed,
                 const Value& configuration, const Work& work) const {
    if (nesting == Nesting::single || nesting == Nesting::group)
      return work(prior, proposed, configuration);
    if (proposed.kind() == Value::Kind::list) {
      Value::List out;
      for (std::size_t i = 0; i < proposed.items().size(); ++i) {
        const Value& item = proposed.items()[i];
        out.push_back(work(nesting == Nesting::set ? prior_partner(prior, item) : item_at(prior, i),
                           item,
                           nesting == Nesting::set ? written_partner(configuration, item)
                                                   : item_at(configuration, i)));
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

  // Elements of a set have no identity. What core found again in the prior set it proposes as it
  // was there; a legacy provider also finds an element that has zeros where nothing is written.
  Value prior_partner(const Value& set, const Value& item) const {
    const auto same = std::find(set.items().begin(), set.items().end(), item);
    if (same != set.items().end()) return *same;
    if (!rules_.legacy) return {};
    const auto alike = std::find_if(set.items().begin(), set.items().end(),
                                    [&](const Value& other) { return agrees(item, other); });
    return alike == set.items().end() ? Value() : *alike;
  }

  // The element of the configuration that says most of what `item` holds.
  static Value written_partner(const Value& set, const Value& item) {
    Value best;
    for (const Value& other : set.items()) {
      if (agrees(other, item) && (best.is_null() || written_leaves(other) > written_leaves(best)))
        best = other;
    }
    return best;
  }

  // Whether all that `some` says is so in `all`.
  static bool agrees(const Value& some, const Value& all) {
    if (some.is_null() || some == all) return true;
    if (some.kind() == Value::Kind::list)
      return all.kind() == some.kind() &&
             std::equal(some.items().begin(), some.items().end(), all.items().begin(),
                        all.items().end(), agrees);
    if (some.kind() != Value::Kind::map || all.kind() != some.kind()) return false;
    return std::all_of(some.members().begin(), some.members().end(), [&](const auto& entry) {
      return agrees(entry.second, member(all, entry.first));
    });
  }

  static std::size_t written_leaves(const Value& value) {
    std::size_t count = value.is_null() ? 0 : 1;
    for (const Value& item : value.items()) count += written_leaves(item);
    for (const auto& entry : value.members()) count += written_leaves(entry.second);
    return count;
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
    if (!content) continue;
    std::string digest = system::md5_hex(*content);
    if (digest.empty()) digest = system::sha256_hex(*content).substr(0, 32);  // MD5 is refused here
    planned = with(planned, rule.path, Value::string(std::move(digest)));
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

Value with_volatile_unknown(const Block& block, const TypeRules& rules, const Value& planned,
                            const Value& configuration) {
  Value out = planned;
  for (const std::string& path : rules.volatile_paths) {
    const Attribute* attribute = block.find_attribute(path);
    if (attribute != nullptr && attribute->computed && member(configuration, path).is_null())
      out = with(out, path, Value::unknown());
  }
  return out;
}

}  // namespace tidegate::sandbox
