// SPDX-License-Identifier: Apache-2.0
// What core does with a provider's answers: the proposed new state that it hands over, and the
// rules that a planned and an applied object must keep. Source: github.com/hashicorp/terraform,
// docs/resource-instance-change-lifecycle.md. Only for types without `legacy`.
#pragma once

#include <string>
#include <vector>

#include "sandbox/schema.hpp"
#include "sandbox/value.hpp"

namespace tidegate::test {

using sandbox::Attribute;
using sandbox::Block;
using sandbox::NestedBlock;
using sandbox::Nesting;
using sandbox::Value;

inline Value member_of(const Value& object, const std::string& name) {
  const Value* found = object.find(name);
  return found == nullptr ? Value() : *found;
}

inline bool is_one(Nesting nesting) {
  return nesting == Nesting::single || nesting == Nesting::group;
}

inline Block block_of(const Attribute& attribute) {
  return Block{.attributes = attribute.nested->attributes};
}

inline bool agrees_where_written(const Block& block, const Value& prior, const Value& written);

inline bool elements_agree(Nesting nesting, const Block& block, const Value& prior,
                           const Value& written) {
  if (prior.kind() != written.kind()) return false;
  if (is_one(nesting)) return prior == written || agrees_where_written(block, prior, written);
  if (prior.items().size() != written.items().size() ||
      prior.members().size() != written.members().size())
    return false;
  for (std::size_t i = 0; i < written.items().size(); ++i) {
    if (!agrees_where_written(block, prior.items()[i], written.items()[i])) return false;
  }
  for (const auto& entry : written.members()) {
    const Value* other = prior.find(entry.first);
    if (other == nullptr || !agrees_where_written(block, *other, entry.second)) return false;
  }
  return true;
}

// Whether `prior` is `written` with values for what is computed and not written, at any depth.
inline bool agrees_where_written(const Block& block, const Value& prior, const Value& written) {
  for (const Attribute& attribute : block.attributes) {
    const Value there = member_of(prior, attribute.name);
    const Value here = member_of(written, attribute.name);
    if ((attribute.computed && here.is_null()) || there == here) continue;
    if (attribute.nested == nullptr ||
        !elements_agree(attribute.nested->nesting, block_of(attribute), there, here))
      return false;
  }
  for (const NestedBlock& nested : block.blocks) {
    if (!elements_agree(nested.nesting, nested.block, member_of(prior, nested.name),
                        member_of(written, nested.name)))
      return false;
  }
  return true;
}

inline Value proposed_new(const Block& block, const Value& prior, const Value& configuration);

inline Value proposed_elements(Nesting nesting, const Block& block, const Value& prior,
                               const Value& configuration) {
  if (configuration.is_null() || configuration.is_unknown()) return configuration;
  if (is_one(nesting)) return proposed_new(block, prior, configuration);
  if (configuration.kind() == Value::Kind::map) {
    Value::Map out;
    for (const auto& entry : configuration.members())
      out.emplace(entry.first, proposed_new(block, member_of(prior, entry.first), entry.second));
    return Value::map(std::move(out));
  }
  Value::List out;
  for (std::size_t i = 0; i < configuration.items().size(); ++i) {
    const Value& item = configuration.items()[i];
    Value partner;
    if (nesting == Nesting::list && i < prior.items().size()) partner = prior.items()[i];
    for (const Value& other : prior.items()) {
      if (nesting == Nesting::set && agrees_where_written(block, other, item)) partner = other;
    }
    out.push_back(proposed_new(block, partner, item));
  }
  return Value::list(std::move(out));
}

// Configuration, and what is computed and not written from the prior object.
inline Value proposed_new(const Block& block, const Value& prior, const Value& configuration) {
  if (configuration.kind() != Value::Kind::map) return configuration;
  Value::Map out;
  for (const Attribute& attribute : block.attributes) {
    const Value written = member_of(configuration, attribute.name);
    const Value before = member_of(prior, attribute.name);
    if (attribute.computed && written.is_null())
      out.emplace(attribute.name, before);
    else if (attribute.nested != nullptr)
      out.emplace(attribute.name, proposed_elements(attribute.nested->nesting, block_of(attribute),
                                                    before, written));
    else
      out.emplace(attribute.name, written);
  }
  for (const NestedBlock& nested : block.blocks)
    out.emplace(nested.name,
                proposed_elements(nested.nesting, nested.block, member_of(prior, nested.name),
                                  member_of(configuration, nested.name)));
  return Value::map(std::move(out));
}

// What core would refuse of a plan; one line a fault.
class PlanCheck {
 public:
  static std::vector<std::string> faults(const Block& block, const Value& prior,
                                         const Value& configuration, const Value& planned) {
    PlanCheck check;
    check.object(block, prior, configuration, planned, "");
    return check.faults_;
  }

 private:
  void fault(const std::string& path, const std::string& what, const Value& configuration,
             const Value& planned) {
    faults_.push_back(path + ": " + what + ": written " + sandbox::to_display(configuration) +
                      ", planned " + sandbox::to_display(planned));
  }

  void object(const Block& block, const Value& prior, const Value& configuration,
              const Value& planned, const std::string& path) {
    if (configuration.is_unknown() || configuration.is_null()) {
      if (!(planned == configuration)) fault(path, "not as written", configuration, planned);
      return;
    }
    if (planned.kind() != Value::Kind::map) return fault(path, "no object", configuration, planned);
    for (const Attribute& one : block.attributes)
      attribute(one, member_of(prior, one.name), member_of(configuration, one.name),
                member_of(planned, one.name), path + "." + one.name);
    for (const NestedBlock& one : block.blocks)
      elements(one.nesting, one.block, member_of(prior, one.name),
               member_of(configuration, one.name), member_of(planned, one.name),
               path + "." + one.name);
  }

  void attribute(const Attribute& one, const Value& prior, const Value& configuration,
                 const Value& planned, const std::string& path) {
    if (one.write_only) {
      if (!planned.is_null()) fault(path, "write-only value kept", configuration, planned);
      return;
    }
    if (planned == configuration) return;
    if (configuration.is_null()) {
      if (!one.computed) fault(path, "not computed", configuration, planned);
      return;
    }
    if (!prior.is_null() && planned == prior) return;  // means the same
    if (one.nested == nullptr) return fault(path, "not as written", configuration, planned);
    elements(one.nested->nesting, block_of(one), prior, configuration, planned, path);
  }

  void elements(Nesting nesting, const Block& block, const Value& prior, const Value& configuration,
                const Value& planned, const std::string& path) {
    if (is_one(nesting) || configuration.is_unknown() || configuration.is_null())
      return object(block, prior, configuration, planned, path);
    if (planned.kind() != configuration.kind() ||
        planned.items().size() != configuration.items().size() ||
        planned.members().size() != configuration.members().size())
      return fault(path, "other number of elements", configuration, planned);
    for (const auto& entry : configuration.members())
      object(block, member_of(prior, entry.first), entry.second, member_of(planned, entry.first),
             path + "[" + entry.first + "]");
    for (std::size_t i = 0; i < configuration.items().size(); ++i) {
      const bool paired = nesting == Nesting::list && i < prior.items().size();
      object(block, paired ? prior.items()[i] : Value(), configuration.items()[i],
             planned.items()[i], path + "[" + std::to_string(i) + "]");
    }
  }

  std::vector<std::string> faults_{};
};

// Whether `later` is `earlier` in which only unknown parts have become something else.
inline bool only_fills_in(const Value& earlier, const Value& later) {
  if (earlier.is_unknown()) return true;
  if (earlier.kind() != later.kind()) return false;
  if (earlier.kind() == Value::Kind::list) {
    if (earlier.items().size() != later.items().size()) return false;
    for (std::size_t i = 0; i < earlier.items().size(); ++i) {
      if (!only_fills_in(earlier.items()[i], later.items()[i])) return false;
    }
    return true;
  }
  if (earlier.kind() != Value::Kind::map) return earlier == later;
  if (earlier.members().size() != later.members().size()) return false;
  for (const auto& entry : earlier.members()) {
    const Value* other = later.find(entry.first);
    if (other == nullptr || !only_fills_in(entry.second, *other)) return false;
  }
  return true;
}

}  // namespace tidegate::test
