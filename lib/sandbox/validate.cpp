// SPDX-License-Identifier: Apache-2.0
// What a provider says about a configuration before anything is planned. Core itself judges names, types
// and numbers of blocks; it leaves to the provider what is null and what is computed.
#include "base/text.hpp"
#include "sandbox/engine.hpp"
#include "sandbox/pattern.hpp"

namespace tidegate::sandbox {

namespace {

AttributePath below(const AttributePath& path, Step step) {
  AttributePath out = path;
  out.push_back(std::move(step));
  return out;
}

class SchemaCheck {
 public:
  explicit SchemaCheck(std::vector<Finding>& findings) : findings_(findings) {}

  void check(const Block& block, const Value& object, const AttributePath& path) {
    if (object.kind() != Value::Kind::map) return;
    check(block.attributes, object, path);
    for (const NestedBlock& nested : block.blocks) {
      const Value* inner = object.find(nested.name);
      if (inner == nullptr) continue;
      each(nested.nesting, *inner, below(path, nested.name),
           [&](const Value& one, const AttributePath& at) { check(nested.block, one, at); });
    }
  }

 private:
  // The words of the plugin SDK, which most providers are made with (helper/schema/schema.go).
  void check(const std::vector<Attribute>& attributes, const Value& object, const AttributePath& path) {
    for (const Attribute& attribute : attributes) {
      const Value* value = object.find(attribute.name);
      const bool null = value == nullptr || value->is_null();
      if (null && attribute.required) {
        findings_.push_back({.summary = "Missing required argument",
                             .detail = "The argument \"" + attribute.name + "\" is required, but no definition was found.",
                             .path = below(path, attribute.name)});
      }
      if (!null && attribute.computed && !attribute.optional && !attribute.required) {
        findings_.push_back({.summary = "Value for unconfigurable attribute",
                             .detail = "Can't configure a value for \"" + attribute.name +
                                       "\": its value will be decided automatically based on the result of applying "
                                       "this configuration.",
                             .path = below(path, attribute.name)});
      } else if (!null && attribute.nested) {
        each(attribute.nested->nesting, *value, below(path, attribute.name),
             [&](const Value& one, const AttributePath& at) {
               if (one.kind() == Value::Kind::map) check(attribute.nested->attributes, one, at);
             });
      }
    }
  }

  template <class Visit>
  static void each(Nesting nesting, const Value& value, const AttributePath& path, const Visit& visit) {
    if (nesting == Nesting::single || nesting == Nesting::group) return visit(value, path);
    if (value.kind() == Value::Kind::list) {
      // An element of a set has no path of its own: the set stands for it.
      for (std::size_t i = 0; i < value.items().size(); ++i)
        visit(value.items()[i], nesting == Nesting::set ? path : below(path, Step(static_cast<std::int64_t>(i))));
    } else if (value.kind() == Value::Kind::map) {
      for (const auto& member : value.members()) visit(member.second, below(path, Step(Value::string(member.first))));
    }
  }

  std::vector<Finding>& findings_;
};

}  // namespace

std::vector<Finding> Engine::validate_provider(const Value& /*configuration*/) const { return {}; }

// Values outside of what the platform allows; what is not known yet passes (T13).
std::vector<Finding> Engine::validate(SchemaKind kind, std::string_view type,
                                      const Value& configuration) const {
  std::vector<Finding> out;
  if (const Schema* schema = pack_->schema(kind, type); schema != nullptr)
    SchemaCheck(out).check(schema->block, configuration, {});
  if (kind != SchemaKind::resource) return out;
  const TypeRules rules = behaviour_->of(type);
  for (const NamedValue& rule : rules.enums) {
    const Value value = value_at(configuration, rule.path);
    if (value.kind() != Value::Kind::string) continue;
    std::string allowed;
    bool found = false;
    for (const document::Node one : rule.value) {
      found = found || one.as_string() == value.text();
      allowed += (allowed.empty() ? "\"" : ", \"") + std::string(one.as_string()) + "\"";
    }
    if (found) continue;
    AttributePath path;
    for (const std::string_view step : split(rule.path, '.')) path.emplace_back(std::string(step));
    out.push_back({.summary = "expected " + rule.path + " to be one of [" + allowed + "], got " +
                              value.text(),
                   .path = std::move(path)});
  }
  return out;
}

}  // namespace tidegate::sandbox
