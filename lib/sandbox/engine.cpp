// SPDX-License-Identifier: Apache-2.0
#include "sandbox/engine.hpp"

#include "document/parse.hpp"
#include "sandbox/made_up.hpp"
#include "sandbox/pattern.hpp"

namespace tidegate::sandbox {

namespace {

Finding failed(const Failure& failure, std::string_view type) {
  return {.summary = failure.message,
          .detail = "The control file of this rehearsal says so for " + std::string(type) + "."};
}

// An object of the type in which nothing is written: collections of blocks are empty (T5).
Value empty_object(const Block& block) {
  Value::Map members;
  for (const Attribute& attribute : block.attributes) members.emplace(attribute.name, Value());
  for (const NestedBlock& nested : block.blocks) {
    const bool list = nested.nesting == Nesting::list || nested.nesting == Nesting::set;
    members.emplace(nested.name, list                             ? Value::list({})
                                 : nested.nesting == Nesting::map ? Value::map({})
                                                                  : Value());
  }
  return Value::map(std::move(members));
}

Value with(const Value& object, const std::string& name, Value value) {
  Value::Map members = object.members();
  members.insert_or_assign(name, std::move(value));
  return Value::map(std::move(members));
}

// `object` in which computed attributes that are null are unknown, to be made known.
Value ask_for_computed(const Block& block, const Value& object) {
  if (object.kind() != Value::Kind::map) return object;
  Value::Map members = object.members();
  for (const Attribute& attribute : block.attributes) {
    Value& member = members[attribute.name];
    if (attribute.computed && member.is_null()) member = Value::unknown();
  }
  return Value::map(std::move(members));
}

}  // namespace

Engine::Engine(std::shared_ptr<const Pack> pack, std::shared_ptr<const Behaviour> behaviour,
               std::shared_ptr<Control> control)
    : pack_(std::move(pack)), behaviour_(std::move(behaviour)), control_(std::move(control)) {}

const Pack& Engine::pack() const { return *pack_; }

Applied Engine::apply(const Connection& connection, std::string_view type, const Value& prior,
                      const Value& planned, const Value& /*configuration*/,
                      std::string_view planned_private) const {
  const TypeRules rules = behaviour_->of(type);
  const Schema* schema = pack_->schema(SchemaKind::resource, type);
  Applied out{.private_data = std::string(planned_private), .legacy = rules.legacy};
  const Operation operation = planned.is_null() ? Operation::remove
                              : prior.is_null() ? Operation::create
                                                : Operation::update;
  const auto failure = control_->failure(type, operation, planned.is_null() ? prior : planned);
  if (failure && !failure->partial) {
    out.state = prior;
    out.findings.push_back(failed(*failure, type));
    return out;
  }
  if (!planned.is_null()) {
    const Origin origin = origin_of(type, rules, planned, connection.configuration);
    out.state = make_known(origin, schema->block, planned);
  }
  if (failure) {  // core keeps the object and marks a new one as tainted
    out.findings.push_back(failed(*failure, type));
  } else {
    control_->applied(type, prior, out.state);
  }
  return out;
}

Read Engine::read(std::string_view type, const Value& current) const {
  if (current.is_null()) return {};
  if (const auto failure = control_->failure(type, Operation::read, current))
    return {.state = current, .findings = {failed(*failure, type)}};
  if (control_->gone(type, current)) return {};
  return {.state = control_->drifted(type, *pack_->schema(SchemaKind::resource, type), current)};
}

Read Engine::upgrade(std::string_view type, std::int64_t /*version*/, std::string_view json) const {
  const auto parsed = document::parse_json("state", std::string(json));
  const Schema* schema = pack_->schema(SchemaKind::resource, type);
  if (!parsed || schema == nullptr)
    return {.findings = {{.summary = "The stored state of " + std::string(type) + " cannot be read",
                          .detail = parsed ? "" : parsed.failure().message}}};
  Result<Value> value = value_from_json((*parsed)->root(), type_of(schema->block));
  if (!value)
    return {
        .findings = {{.summary = "The stored state of " + std::string(type) +
                                 " does not fit the schema of the pack",
                      .detail = value.failure().where.pointer + ": " + value.failure().message}}};
  // Collections of blocks that an older version did not have.
  Value::Map members = empty_object(schema->block).members();
  for (const auto& member : value->members()) {
    if (!member.second.is_null()) members.insert_or_assign(member.first, member.second);
  }
  return {.state = Value::map(std::move(members))};
}

Read Engine::import(const Connection& connection, std::string_view type,
                    std::string_view id) const {
  const Schema* schema = pack_->schema(SchemaKind::resource, type);
  if (const auto object = control_->object(type, *schema, id)) return {.state = *object};
  const TypeRules rules = behaviour_->of(type);
  Value state = empty_object(schema->block);
  if (schema->block.find_attribute("id") != nullptr)
    state = with(state, "id", Value::string(std::string(id)));
  for (const NamedPattern& pattern : rules.computed) {
    if (pattern.path != "id") continue;
    const auto parts = match_pattern(pattern.pattern, id);
    if (!parts)
      return {.findings = {
                  {.summary = "Cannot import: the id does not have the form of this type",
                   .detail = "Found \"" + std::string(id) + "\", expected " + pattern.pattern}}};
    for (const auto& part : *parts) {
      const Attribute* attribute = schema->block.find_attribute(part.first);
      if (attribute == nullptr) continue;
      state = with(state, part.first,
                   attribute->type.kind == Type::Kind::number ? Value::number(part.second)
                                                              : Value::string(part.second));
    }
  }
  const Value asked = ask_for_computed(schema->block, state);
  return {.state = make_known(origin_of(type, rules, state, connection.configuration),
                              schema->block, asked)};
}

Read Engine::read_data(const Connection& connection, std::string_view type,
                       const Value& configuration) const {
  const Schema* schema = pack_->schema(SchemaKind::data_source, type);
  if (const auto answer = control_->data(type, *schema, configuration)) return {.state = *answer};
  const TypeRules rules = behaviour_->of("data." + std::string(type));
  const Origin origin = origin_of(type, rules, configuration, connection.configuration);
  return {.state =
              make_known(origin, schema->block, ask_for_computed(schema->block, configuration))};
}

Read Engine::open_ephemeral(const Connection& connection, std::string_view type,
                            const Value& configuration) const {
  const Schema* schema = pack_->schema(SchemaKind::ephemeral, type);
  const TypeRules rules = behaviour_->of("ephemeral." + std::string(type));
  const Origin origin = origin_of(type, rules, configuration, connection.configuration);
  return {.state =
              make_known(origin, schema->block, ask_for_computed(schema->block, configuration))};
}

}  // namespace tidegate::sandbox
