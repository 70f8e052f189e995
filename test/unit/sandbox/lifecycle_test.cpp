// SPDX-License-Identifier: Apache-2.0
// Random objects of random schemas through the life that core gives them: what core would refuse of
// a provider's answers never comes, and what was applied is planned again without a change.
#include <gtest/gtest.h>

#include <array>
#include <random>

#include "document/parse.hpp"
#include "sandbox/engine.hpp"
#include "support/lifecycle.hpp"

namespace tidegate::sandbox {
namespace {

using test::only_fills_in;
using test::PlanCheck;
using test::proposed_new;

class Chance {
 public:
  explicit Chance(unsigned seed) : engine_(seed) {}
  std::size_t below(std::size_t count) { return engine_() % count; }  // the same on every machine
  bool percent(std::size_t share) { return below(100) < share; }

 private:
  std::mt19937 engine_;
};

// The JSON of a random schema.
class SchemaMaker {
 public:
  static constexpr int top = 2;
  explicit SchemaMaker(Chance& chance) : chance_(chance) {}

  std::string block(int depth) {
    std::string blocks;
    for (std::size_t i = 0; depth > 0 && i < chance_.below(4); ++i) {
      constexpr const char* nestings[] = {"list", "set", "map", "single"};
      blocks += (blocks.empty() ? "" : ",") + ("\"b" + std::to_string(i)) +
                R"(":{"nesting_mode":")" + nestings[chance_.below(4)] + R"(","block":)" +
                block(depth - 1) + "}";
    }
    return R"({"attributes":{)" + attributes(depth) + R"(},"block_types":{)" + blocks + "}}";
  }

 private:
  std::string attributes(int depth) {
    std::string out = R"("key":{"type":"string","required":true})";
    const std::size_t count = 1 + chance_.below(5);
    for (std::size_t i = 0; i < count; ++i)
      out += ",\"a" + std::to_string(i) + "\":{" + content(depth) + "," + flags(depth) + "}";
    return out;
  }

  std::string content(int depth) {
    constexpr const char* types[] = {R"("string")",
                                     R"("number")",
                                     R"("bool")",
                                     R"(["list","string"])",
                                     R"(["set","string"])",
                                     R"(["map","number"])",
                                     R"("dynamic")",
                                     R"(["object",{"x":"string"}])",
                                     R"(["tuple",["bool"]])"};
    constexpr const char* nestings[] = {"list", "set", "map", "single"};
    if (depth > 0 && chance_.percent(20))
      return std::string(R"("nested_type":{"nesting_mode":")") + nestings[chance_.below(4)] +
             R"(","attributes":{)" + attributes(depth - 1) + "}}";
    return std::string(R"("type":)") + types[chance_.below(9)];
  }

  // Core allows write-only attributes nowhere below sets.
  std::string flags(int depth) {
    constexpr const char* all[] = {R"("optional":true)", R"("computed":true)",
                                   R"("optional":true,"computed":true)",
                                   R"("optional":true,"write_only":true)", R"("required":true)"};
    return all[depth == top && chance_.percent(10)
                   ? 3
                   : std::array<std::size_t, 4>{0, 1, 2, 4}[chance_.below(4)]];
  }

  Chance& chance_;
};

// Random values of a schema, as somebody would write them.
class ValueMaker {
 public:
  explicit ValueMaker(Chance& chance) : chance_(chance) {}

  Value object(const std::vector<Attribute>& attributes, const std::vector<NestedBlock>& blocks) {
    Value::Map out;
    for (const Attribute& one : attributes) {
      const bool may = one.optional && chance_.percent(60);
      out.emplace(one.name, one.required || may ? attribute(one) : Value());
    }
    for (const NestedBlock& one : blocks)
      out.emplace(one.name, elements(one.nesting, one.block.attributes, one.block.blocks));
    return Value::map(std::move(out));
  }

 private:
  Value attribute(const Attribute& one) {
    if (one.nested != nullptr) return elements(one.nested->nesting, one.nested->attributes, {});
    return of(one.type);
  }

  Value elements(Nesting nesting, const std::vector<Attribute>& attributes,
                 const std::vector<NestedBlock>& blocks) {
    if (test::is_one(nesting)) return object(attributes, blocks);
    Value::List items;
    Value::Map members;
    const std::size_t count = chance_.below(3);
    for (std::size_t i = 0; i < count; ++i) {
      if (nesting == Nesting::map)
        members.emplace("k" + std::to_string(i), object(attributes, blocks));
      else
        items.push_back(object(attributes, blocks));
    }
    return nesting == Nesting::map ? Value::map(std::move(members)) : Value::list(std::move(items));
  }

  Value of(const Type& type) {
    switch (type.kind) {
      case Type::Kind::string:
        return Value::string("s" + std::to_string(chance_.below(1000)));
      case Type::Kind::number:
        return Value::number(chance_.percent(50) ? "0.1" : std::to_string(chance_.below(9)));
      case Type::Kind::boolean:
        return Value::boolean(chance_.percent(50));
      case Type::Kind::dynamic:
        return Value::list({Value::bytes(R"("string")"), Value::string("d")});
      case Type::Kind::map:
        return Value::map({{"m", of(type.elements[0])}});
      case Type::Kind::object: {
        Value::Map out;
        for (const auto& one : type.attributes) out.emplace(one.first, of(one.second));
        return Value::map(std::move(out));
      }
      case Type::Kind::list:
      case Type::Kind::set:
      case Type::Kind::tuple: {
        Value::List out;
        for (const Type& one : type.elements) out.push_back(of(one));
        return Value::list(std::move(out));
      }
    }
    return {};
  }

  Chance& chance_;
};

// `object` as core sees it while other objects are not there yet.
Value with_unknown_parts(Chance& chance, const Value& object) {
  if (object.kind() != Value::Kind::map) return object;
  Value::Map out;
  for (const auto& entry : object.members())
    out.emplace(entry.first,
                !entry.second.is_null() && chance.percent(15) ? Value::unknown() : entry.second);
  return Value::map(std::move(out));
}

// Core gives write-only values in the configuration only.
Value without_write_only(const Block& block, const Value& proposed) {
  Value::Map out = proposed.members();
  for (const Attribute& one : block.attributes) {
    if (one.write_only) out[one.name] = Value();
  }
  return Value::map(std::move(out));
}

class Life {
 public:
  explicit Life(unsigned seed) : chance_(seed) {
    const std::string schema = R"({"provider_schemas":{"acme/a":{"provider":{"block":{}},
        "resource_schemas":{"a_thing":{"version":0,"block":)" +
                               SchemaMaker(chance_).block(SchemaMaker::top) + "}}}}}";
    pack_ = *Pack::from_bytes("p", *make_pack(**document::parse_json("s", schema), "", "1.0.0"));
    const char* rules = R"({"a_thing":{"force_new":["key"],"volatile":["a1"]}})";
    engine_ = std::make_unique<Engine>(pack_, *Behaviour::read({*document::parse_json("r", rules)}),
                                       *Control::open(""));
    block_ = &pack_->schema(SchemaKind::resource, "a_thing")->block;
  }

  Value written() { return ValueMaker(chance_).object(block_->attributes, block_->blocks); }
  Value partly_unknown(const Value& written) { return with_unknown_parts(chance_, written); }

  // A plan that core accepts.
  Planned plan(const Value& prior, const Value& written) const {
    const Value proposed = without_write_only(*block_, proposed_new(*block_, prior, written));
    Planned planned = engine_->plan({}, "a_thing", prior, proposed, written, "");
    EXPECT_TRUE(planned.findings.empty());
    for (const std::string& fault : PlanCheck::faults(*block_, prior, written, planned.state))
      ADD_FAILURE() << fault;
    return planned;
  }

  // The object after the plan with unknown parts, the plan of known ones, and the apply.
  Value applied(const Value& prior, const Value& written, const Value& unknown) const {
    const Planned early = plan(prior, unknown);
    const Planned late = plan(prior, written);
    if (early.replace.empty() && late.replace.empty()) {
      EXPECT_TRUE(only_fills_in(early.state, late.state)) << to_display(early.state) << "\n"
                                                          << to_display(late.state);
    }
    const Applied first = engine_->apply({}, "a_thing", prior, late.state, written, "");
    EXPECT_TRUE(first.state.is_wholly_known()) << to_display(first.state);
    EXPECT_TRUE(only_fills_in(late.state, first.state)) << to_display(late.state) << "\n"
                                                        << to_display(first.state);
    EXPECT_TRUE(engine_->apply({}, "a_thing", prior, late.state, written, "").state == first.state);
    return first.state;
  }

  void expect_no_change(const Value& there, const Value& written) const {
    const Value read = engine_->read("a_thing", there).state;
    EXPECT_TRUE(read == there);
    const Planned again = plan(read, written);
    EXPECT_TRUE(again.replace.empty());
    EXPECT_TRUE(again.state == there) << to_display(there) << "\n" << to_display(again.state);
  }

 private:
  Chance chance_;
  std::shared_ptr<const Pack> pack_{};
  std::unique_ptr<Engine> engine_{};
  const Block* block_ = nullptr;
};

TEST(Lifecycle, of_random_objects_is_accepted_by_core_and_ends_without_changes) {
  for (unsigned seed = 1; seed <= 400 && !::testing::Test::HasFailure(); ++seed) {
    SCOPED_TRACE("seed " + std::to_string(seed));
    Life life(seed);
    const Value first = life.written();
    const Value created = life.applied({}, first, life.partly_unknown(first));
    life.expect_no_change(created, first);
    const Value second = life.written();
    const Value updated = life.applied(created, second, life.partly_unknown(second));
    life.expect_no_change(updated, second);
  }
}

TEST(Lifecycle, check_sees_what_core_would_refuse) {
  const Block block{.attributes = {{.name = "a", .type = {Type::Kind::string}, .optional = true},
                                   {.name = "w",
                                    .type = {Type::Kind::string},
                                    .optional = true,
                                    .write_only = true}},
                    .blocks = {{.name = "b", .nesting = Nesting::list}}};
  const auto object = [](Value a, Value w, std::size_t items) {
    return Value::map({{"a", std::move(a)},
                       {"w", std::move(w)},
                       {"b", Value::list(Value::List(items, Value::map({})))}});
  };
  const Value written = object(Value::string("x"), Value::string("s"), 1);
  const auto faults = [&](const Value& planned) {
    return PlanCheck::faults(block, object(Value::string("old"), {}, 1), written, planned).size();
  };
  EXPECT_EQ(faults(object(Value::string("x"), {}, 1)), 0U);
  EXPECT_EQ(faults(object(Value::string("old"), {}, 1)), 0U);  // means the same
  EXPECT_EQ(faults(object(Value::string("y"), {}, 1)), 1U);
  EXPECT_EQ(faults(object(Value::unknown(), {}, 1)), 1U);
  EXPECT_EQ(faults(object(Value::string("x"), Value::string("s"), 1)), 1U);
  EXPECT_EQ(faults(object(Value::string("x"), {}, 2)), 1U);
  EXPECT_FALSE(only_fills_in(Value::string("x"), Value::string("y")));
  EXPECT_TRUE(only_fills_in(Value::unknown(), Value::string("y")));
}

}  // namespace
}  // namespace tidegate::sandbox
