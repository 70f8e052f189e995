// SPDX-License-Identifier: Apache-2.0
// What a provider decides: the traps of the plugin protocol, one test each.
#include "sandbox/engine.hpp"

#include <gtest/gtest.h>

#include "document/parse.hpp"
#include "sandbox/difference.hpp"
#include "support/shared.hpp"

namespace tidegate::sandbox {
namespace {

constexpr const char* schemas = R"({"provider_schemas":{"acme/store":{"provider":{"block":{}},"resource_schemas":{
 "store_box":{"version":2,"block":{"attributes":{
   "id":{"type":"string","computed":true},"name":{"type":"string","required":true},
   "label":{"type":"string","optional":true},"body":{"type":"string","optional":true},
   "place":{"type":"string","optional":true},"size":{"type":"number","optional":true},
   "kind":{"type":"string","optional":true},"etag":{"type":"string","computed":true},
   "owner":{"type":"string","optional":true,"computed":true},
   "secret":{"type":"string","optional":true,"write_only":true},
   "tags":{"type":["map","string"],"optional":true},
   "addresses":{"type":["list","string"],"computed":true}},
  "block_types":{"rule":{"nesting_mode":"list","block":{"attributes":{"key":{"type":"string","required":true},
     "uid":{"type":"string","computed":true}}}},
   "share":{"nesting_mode":"set","block":{"attributes":{"key":{"type":"string","required":true},"mode":{"type":"string","optional":true}}}},
   "timeouts":{"nesting_mode":"single","block":{"attributes":{"create":{"type":"string","optional":true}}}}}}},
 "store_token":{"version":0,"block":{"attributes":{"id":{"type":"string","computed":true},"text":{"type":"string","optional":true}}}}},
 "data_source_schemas":{"store_box":{"block":{"attributes":{"id":{"type":"string","computed":true},"name":{"type":"string","required":true}}}}}}}})";

constexpr const char* behaviour = R"({
 "store_*": {"equal": {"place": "location"}},
 "store_box": {"id": "/boxes/{name}", "force_new": ["name", "rule.key", "share.mode"], "defaults": {"kind": "plain"},
   "equal": {"body": "json"}, "volatile": ["etag"], "enums": {"kind": ["plain", "fancy"]}, "computed_blocks": ["share"],
   "force_new_when": [{"path": "size", "when": {"decreases": true}, "text": "a smaller box is a new one", "source": "the manual"}]},
 "store_token": {"no_update": true}})";

document::DocumentPtr parsed(const std::string& text) {
  const auto result = document::parse_json("test.json", text);
  EXPECT_TRUE(result.ok()) << text;
  return *result;
}

class EngineTest : public ::testing::Test {
 protected:
  explicit EngineTest(std::string rules = behaviour, const std::string& control = "{}") {
    pack_ = *Pack::from_bytes("p", *make_pack(*parsed(schemas), "", "1.0.0"));
    const auto read = Behaviour::read({parsed(rules)});
    EXPECT_TRUE(read.ok()) << (read.ok() ? "" : render_diagnostic(read.failure()));
    engine_ = std::make_unique<Engine>(pack_, *read, *Control::open(folder_.write("control.json", control)));
  }

  // JSON with "?" for unknown, as a value of the type.
  Value value(const std::string& json, const std::string& type = "store_box") const {
    const auto result = value_from_json(parsed(json)->root(), type_of(pack_->schema(SchemaKind::resource, type)->block));
    EXPECT_TRUE(result.ok()) << json;
    return with_unknowns(*result);
  }
  static Value with_unknowns(const Value& value) {
    if (value.kind() == Value::Kind::string && value.text() == "?") return Value::unknown();
    if (value.kind() == Value::Kind::list) {
      Value::List items;
      for (const Value& item : value.items()) items.push_back(with_unknowns(item));
      return Value::list(items);
    }
    if (value.kind() != Value::Kind::map) return value;
    Value::Map members;
    for (const auto& member : value.members()) members.emplace(member.first, with_unknowns(member.second));
    return Value::map(members);
  }
  // `written` is the configuration; what core proposes is it and what is computed of `prior`.
  Planned plan(const Value& prior, const std::string& written, const std::string& type = "store_box") const {
    const Value configuration = value(written, type);
    Value::Map proposed = configuration.members();
    for (const Attribute& attribute : pack_->schema(SchemaKind::resource, type)->block.attributes) {
      if (attribute.computed && proposed[attribute.name].is_null() && prior.find(attribute.name) != nullptr)
        proposed[attribute.name] = *prior.find(attribute.name);
    }
    return engine_->plan({}, type, prior, Value::map(proposed), configuration, "memory");
  }
  Value created(const std::string& written, const std::string& type = "store_box") const {
    const Planned planned = plan({}, written, type);
    return engine_->apply({}, type, {}, planned.state, value(written, type), planned.private_data).state;
  }
  static std::string replaced(const Planned& planned) {
    std::string out;
    for (const AttributePath& path : planned.replace) out += dotted(path) + ";";
    return out;
  }

  test::TemporaryFolder folder_{};
  std::shared_ptr<const Pack> pack_{};
  std::unique_ptr<Engine> engine_{};
};

const std::string box = R"({"name":"a","rule":[{"key":"k"}],"share":[],"tags":{"x":"1"}})";

TEST_F(EngineTest, t3_computed_values_are_unknown_only_of_a_new_object) {
  const Planned planned = plan({}, box);
  for (const char* name : {"id", "etag", "owner", "addresses"}) EXPECT_TRUE(planned.state.find(name)->is_unknown()) << name;
  EXPECT_EQ(planned.state.find("kind")->text(), "plain");
  EXPECT_TRUE(planned.state.find("label")->is_null());
  EXPECT_TRUE(planned.state.find("rule")->items()[0].find("uid")->is_unknown());
  const Value there = created(box);
  EXPECT_TRUE(there.is_wholly_known());
  EXPECT_EQ(there.find("id")->text(), "/boxes/a");
  EXPECT_EQ(there.find("addresses")->items().size(), 1U);
  EXPECT_TRUE(plan(there, R"({"name":"a","rule":[{"key":"k"}],"share":[],"tags":{"x":"1"}})").replace.empty());
}

TEST_F(EngineTest, second_plan_of_what_was_applied_changes_nothing) {
  const Value there = created(box);
  Value::Map proposed = there.members();
  const Planned again = engine_->plan({}, "store_box", there, Value::map(proposed), value(box), "m");
  EXPECT_TRUE(again.state == there) << to_display(again.state);
}

TEST_F(EngineTest, t2_ids_are_the_same_in_every_run_and_not_made_again) {
  EXPECT_TRUE(created(box) == created(box));
  const Value there = created(box);
  const Planned planned = plan(there, R"({"name":"a","label":"new","rule":[{"key":"k"}],"share":[]})");
  EXPECT_EQ(planned.state.find("id")->text(), "/boxes/a");
  EXPECT_TRUE(planned.state.find("etag")->is_unknown());  // volatile
  EXPECT_NE(created(R"({"name":"b"})").find("etag")->text(), there.find("etag")->text());
}

TEST_F(EngineTest, t3_write_only_values_are_never_kept) {
  EXPECT_TRUE(plan({}, R"({"name":"a","secret":"s"})").state.find("secret")->is_null());
  EXPECT_TRUE(created(R"({"name":"a","secret":"s"})").find("secret")->is_null());
}

TEST_F(EngineTest, t4_replacement_is_decided_on_the_object_that_is_there_only) {
  const Value there = created(box);
  EXPECT_EQ(replaced(plan(there, R"({"name":"b","rule":[{"key":"k"}],"share":[]})")), "name;");
  EXPECT_EQ(replaced(plan(there, R"({"name":"?","rule":[{"key":"k"}],"share":[]})")), "name;");
  EXPECT_EQ(replaced(plan({}, R"({"name":"b"})")), "");
  EXPECT_EQ(replaced(plan(there, box)), "");
}

TEST_F(EngineTest, replace_paths_name_the_element_of_a_list_and_a_set_as_a_whole) {
  const Value there = created(R"({"name":"a","rule":[{"key":"k"},{"key":"l"}],"share":[{"key":"s","mode":"r"}]})");
  const Planned planned = plan(there, R"({"name":"a","rule":[{"key":"k"},{"key":"m"}],"share":[{"key":"s","mode":"w"}]})");
  ASSERT_EQ(planned.replace.size(), 2U);
  EXPECT_EQ(planned.replace[0], (AttributePath{std::string("rule"), std::int64_t{1}, std::string("key")}));
  EXPECT_EQ(planned.replace[1], (AttributePath{std::string("share")}));
}

TEST_F(EngineTest, rules_that_depend_on_values_are_decided) {
  const Value there = created(R"({"name":"a","size":4})");
  EXPECT_EQ(replaced(plan(there, R"({"name":"a","size":3})")), "size;");
  EXPECT_EQ(replaced(plan(there, R"({"name":"a","size":5})")), "");
}

TEST_F(EngineTest, types_without_update_are_replaced_by_every_argument) {
  const Value there = created(R"({"text":"a"})", "store_token");
  EXPECT_EQ(replaced(plan(there, R"({"text":"b"})", "store_token")), "text;");
}

TEST_F(EngineTest, values_that_mean_the_same_stay_as_they_are) {
  const Value there = created(R"({"name":"a","body":"{\"x\": 1, \"y\": 2}","place":"westeurope"})");
  const Planned planned = plan(there, R"({"name":"a","body":"{\"y\":2,\"x\":1}","place":"West Europe"})");
  EXPECT_EQ(planned.state.find("body")->text(), "{\"x\": 1, \"y\": 2}");
  EXPECT_EQ(planned.state.find("place")->text(), "westeurope");
  EXPECT_EQ(plan(there, R"({"name":"a","body":"{\"x\":2}"})").state.find("body")->text(), "{\"x\":2}");
}

TEST_F(EngineTest, t5_t6_unknown_collections_pass_through) {
  const Planned planned = engine_->plan({}, "store_box", {}, value(box), value(box), "");
  EXPECT_EQ(planned.state.find("share")->kind(), Value::Kind::list);
  Value::Map members = value(box).members();
  members["rule"] = Value::unknown();
  const Planned dynamic = engine_->plan({}, "store_box", {}, Value::map(members), Value::map(members), "");
  EXPECT_TRUE(dynamic.state.find("rule")->is_unknown());
  const Applied applied = engine_->apply({}, "store_box", {}, dynamic.state, Value::map(members), "");
  EXPECT_EQ(applied.state.find("rule")->kind(), Value::Kind::list);
}

TEST_F(EngineTest, blocks_that_are_computed_stay_when_they_are_not_written) {
  const Value there = created(R"({"name":"a","rule":[],"share":[{"key":"s"}]})");
  EXPECT_EQ(plan(there, R"({"name":"a","rule":[],"share":[]})").state.find("share")->items().size(), 1U);
}

TEST_F(EngineTest, t11_t12_destroying_plans_nothing_and_memory_is_handed_back) {
  const Planned gone = engine_->plan({}, "store_box", created(box), {}, {}, "memory");
  EXPECT_TRUE(gone.state.is_null());
  EXPECT_EQ(gone.private_data, "memory");
  EXPECT_TRUE(engine_->apply({}, "store_box", created(box), {}, {}, "m").state.is_null());
}

TEST_F(EngineTest, t13_validation_skips_what_is_not_known) {
  const auto findings = [&](const char* json) { return engine_->validate(SchemaKind::resource, "store_box", value(json)).size(); };
  EXPECT_EQ(findings(R"({"name":"a","kind":"odd"})"), 1U);
  EXPECT_EQ(findings(R"({"name":"a","kind":"fancy"})"), 0U);
  EXPECT_EQ(findings(R"({"name":"a","kind":"?"})"), 0U);
  EXPECT_EQ(findings(R"({"name":"a"})"), 0U);
}

// Core leaves null and computed arguments to the provider.
TEST_F(EngineTest, validation_judges_what_core_does_not) {
  const auto findings = [&](const char* json) {
    std::string text;
    for (const Finding& one : engine_->validate(SchemaKind::resource, "store_box", value(json)))
      text += dotted(one.path) + ": " + one.summary + "\n";
    return text;
  };
  EXPECT_EQ(findings(R"({"label":"a"})"), "name: Missing required argument\n");
  EXPECT_EQ(findings(R"({"name":null})"), "name: Missing required argument\n");
  EXPECT_EQ(findings(R"({"name":"?","owner":"both","secret":"s"})"), "");
  EXPECT_EQ(findings(R"({"name":"a","etag":"x"})"), "etag: Value for unconfigurable attribute\n");
  EXPECT_EQ(findings(R"({"name":"a","etag":"?"})"), "etag: Value for unconfigurable attribute\n");
  EXPECT_EQ(findings(R"({"name":"a","rule":[{"key":"k"},{"uid":"u"}],"share":[{"mode":"m"}]})"),
            "rule.key: Missing required argument\nrule.uid: Value for unconfigurable attribute\nshare.key: Missing required argument\n");
  EXPECT_EQ(engine_->validate(SchemaKind::data_source, "store_box", value("{}")).size(), 1U);
}

TEST_F(EngineTest, t8_old_states_are_made_to_fit) {
  const Read read = engine_->upgrade("store_box", 0, R"({"name":"a","size":"4","lost":true,"label":7})");
  ASSERT_TRUE(read.findings.empty());
  EXPECT_EQ(read.state.find("size")->kind(), Value::Kind::number);
  EXPECT_EQ(read.state.find("label")->text(), "7");
  EXPECT_EQ(read.state.find("lost"), nullptr);
  EXPECT_EQ(read.state.find("rule")->kind(), Value::Kind::list);
  EXPECT_EQ(engine_->upgrade("store_box", 0, R"({"size":"four"})").findings.size(), 1U);
  EXPECT_EQ(engine_->upgrade("store_box", 0, "{").findings.size(), 1U);
}

TEST_F(EngineTest, imports_read_the_pattern_of_the_id_backwards) {
  const Read read = engine_->import({}, "store_box", "/boxes/a");
  ASSERT_TRUE(read.findings.empty());
  EXPECT_EQ(read.state.find("name")->text(), "a");
  EXPECT_TRUE(read.state.is_wholly_known());
  EXPECT_EQ(engine_->import({}, "store_box", "/shelves/a").findings.size(), 1U);
}

TEST_F(EngineTest, data_sources_answer_with_known_values) {
  const Value asked = Value::map({{"name", Value::string("a")}, {"id", Value()}});
  const Read read = engine_->read_data({}, "store_box", asked);
  EXPECT_TRUE(read.state.is_wholly_known());
  EXPECT_FALSE(read.state.find("id")->text().empty());
}

class LegacyEngine : public EngineTest {
 protected:
  LegacyEngine() : EngineTest(R"({"store_*":{"legacy":true},"store_box":{"force_new":["label"]}})") {}
};

TEST_F(LegacyEngine, t9_t10_null_and_zero_are_one) {
  const Value there = value(R"({"name":"a","label":"","size":0,"rule":[],"share":[]})");
  const Planned planned = plan(there, R"({"name":"a","rule":[],"share":[]})");
  EXPECT_TRUE(planned.legacy);
  EXPECT_EQ(planned.state.find("label")->text(), "");
  EXPECT_EQ(replaced(planned), "");
  EXPECT_EQ(replaced(plan(there, R"({"name":"a","label":"x","rule":[],"share":[]})")), "label;");
}

class ControlledEngine : public EngineTest {
 protected:
  ControlledEngine()
      : EngineTest(behaviour, R"({"gone":[{"type":"store_box","match":{"name":"gone"}}],
   "drift":[{"type":"store_box","match":{"name":"a"},"set":{"size":9}}],
   "fail":[{"type":"store_box","op":"update","message":"409 Conflict"},
           {"type":"store_box","op":"create","match":{"name":"half"},"message":"timeout","partial":true}],
   "objects":[{"type":"store_box","id":"x","attributes":{"name":"found"}}],
   "data":[{"type":"store_box","match":{"name":"a"},"attributes":{"id":"given"}}]})") {}
};

TEST_F(ControlledEngine, says_what_happened_to_the_objects) {
  EXPECT_TRUE(engine_->read("store_box", value(R"({"name":"gone"})")).state.is_null());
  const Value there = value(R"({"name":"a","size":1})");
  EXPECT_EQ(engine_->read("store_box", there).state.find("size")->text(), "9");
  const Applied failed = engine_->apply({}, "store_box", there, value(R"({"name":"a","size":2})"), {}, "");
  EXPECT_EQ(failed.findings.at(0).summary, "409 Conflict");
  EXPECT_TRUE(failed.state == there);
  const Applied half = engine_->apply({}, "store_box", {}, value(R"({"name":"half","id":"?"})"), {}, "");
  EXPECT_EQ(half.findings.size(), 1U);
  EXPECT_EQ(half.state.find("id")->text(), "/boxes/half");
  EXPECT_EQ(engine_->import({}, "store_box", "x").state.find("name")->text(), "found");
  EXPECT_EQ(engine_->read_data({}, "store_box", Value::map({{"name", Value::string("a")}, {"id", Value()}})).state.find("id")->text(), "given");
}

TEST_F(ControlledEngine, drift_comes_after_the_object_and_not_again_once_it_is_repaired) {
  const Value there = created(R"({"name":"a"})");
  const Value changed = engine_->read("store_box", there).state;
  EXPECT_EQ(changed.find("size")->text(), "9");
  EXPECT_EQ(engine_->read("store_box", there).state.find("size")->text(), "9");
  engine_->apply({}, "store_token", {}, value(R"({"text":"x"})", "store_token"), {}, "");
  EXPECT_EQ(engine_->read("store_box", there).state.find("size")->text(), "9");
  created(R"({"name":"a"})");
  EXPECT_EQ(to_display(*engine_->read("store_box", there).state.find("size")), "null");
}

TEST_F(ControlledEngine, object_that_is_gone_is_there_once_it_was_made_again) {
  const Value there = created(R"({"name":"gone"})");
  EXPECT_TRUE(engine_->read("store_box", there).state.is_null());
  EXPECT_TRUE(engine_->read("store_box", created(R"({"name":"gone"})")).state == there);
}

// Lines of the entries that have changed nothing so far.
std::string unused(Control& control) {
  std::string lines;
  for (const Diagnostic& entry : control.unused()) {
    EXPECT_EQ(entry.code, "sandbox.unused-control");
    EXPECT_EQ(entry.severity, Severity::warning);
    lines += std::to_string(entry.where.line) + " ";
  }
  return lines;
}

TEST(ControlFile, names_the_entries_that_have_changed_nothing) {
  const test::TemporaryFolder folder;
  const auto opened = Control::open(folder.write("c.json", R"({"gone":[
{"type":"store_box","match":{"name":"gone"}}],"drift":[
{"type":"store_box","match":{"name":"a"},"set":{"size":9}},
{"type":"store_box","match":{"name":"b"},"set":{"sise":9}}],"fail":[
{"type":"store_box","op":"update"}],"objects":[
{"type":"store_box","id":"x","attributes":{}}],"data":[
{"type":"store_box"}]})"));
  ASSERT_TRUE(opened.ok());
  Control& control = **opened;
  EXPECT_EQ(unused(control), "2 3 4 5 6 7 ");
  Attribute name{.name = "name"}, size{.name = "size"};
  name.type.kind = Type::Kind::string;
  size.type.kind = Type::Kind::number;
  Schema schema;
  schema.block.attributes = {name, size};
  const auto named = [](const char* text) { return Value::map({{"name", Value::string(text)}, {"size", Value()}}); };
  EXPECT_FALSE(control.gone("store_box", named("other")));
  EXPECT_TRUE(control.drifted("store_box", schema, named("b")) == named("b"));
  EXPECT_FALSE(control.failure("store_box", Operation::create, named("a")));
  EXPECT_FALSE(control.object("store_box", schema, "y"));
  EXPECT_EQ(unused(control), "2 3 4 5 6 7 ");
  EXPECT_TRUE(control.gone("store_box", named("gone")));
  control.drifted("store_box", schema, named("a"));
  EXPECT_TRUE(control.failure("store_box", Operation::update, named("a")));
  EXPECT_TRUE(control.object("store_box", schema, "x"));
  EXPECT_TRUE(control.data("store_box", schema, named("a")));
  EXPECT_EQ(unused(control), "4 ");
}

std::string refusal(const std::string& text, bool control = false) {
  const test::TemporaryFolder folder;
  if (control) {
    const auto opened = Control::open(folder.write("c.json", text));
    return opened.ok() ? "accepted" : opened.failure().code + " " + opened.failure().message;
  }
  const auto read = Behaviour::read({parsed(text)});
  return read.ok() ? "accepted" : read.failure().code + " " + read.failure().message;
}

TEST(BehaviourFile, refuses_what_it_does_not_understand) {
  EXPECT_EQ(refusal(R"({"a":{"force_now":[]}})"), "sandbox.bad-behaviour unknown key \"force_now\" in the entry of a");
  for (const char* text : {"[]", R"({"a":1})", R"({"a":{"force_new":"x"}})", R"({"a":{"force_new":[""]}})", R"({"a":{"equal":{"x":"same"}}})",
                           R"({"a":{"legacy":1}})", R"({"a":{"computed":{"x":1}}})", R"({"a":{"enums":{"x":"y"}}})",
                           R"({"a":{"force_new_when":[{"path":"x"}]}})", R"({"a":{"force_new_when":[{"path":"x","text":"t","source":"s","when":{"odd":1}}]}})",
                           R"({"a":{"force_new_when":[{"path":"x","text":"t","source":"s","when":{"any":[{"from":1}]}}]}})"}) {
    EXPECT_EQ(refusal(text).substr(0, 22), "sandbox.bad-behaviour ") << text;
  }
}

TEST(ControlFile, refuses_what_it_does_not_understand) {
  EXPECT_EQ(refusal(R"({"fail":[{"type":"a","op":"burn"}]})", true), "sandbox.bad-control op is one of plan, create, update, delete, read");
  for (const char* text : {"[]", R"({"lost":[]})", R"({"gone":{}})", R"({"gone":[{}]})", R"({"gone":[{"type":"a","set":{}}]})",
                           R"({"drift":[{"type":"a","set":[]}]})", R"({"delay_ms":-1})"}) {
    EXPECT_EQ(refusal(text, true).substr(0, 20), "sandbox.bad-control ") << text;
  }
  EXPECT_EQ(refusal(R"({"delay_ms":5,"objects":[{"type":"a","id":"x","attributes":{}}]})", true), "accepted");
}

TEST(BehaviourFile, special_entries_win_over_general_ones) {
  const auto read = Behaviour::read({parsed(R"({"a_b_*":{"force_new":["y"],"computed":{"id":"2"}},"a_*":{"legacy":true,"force_new":["x"],"computed":{"id":"1","url":"u"}}})"),
                                     parsed(R"({"a_b_c":{"id":"3"}})")});
  const TypeRules rules = (*read)->of("a_b_c");
  EXPECT_TRUE(rules.legacy && rules.known);
  EXPECT_EQ(rules.force_new, std::vector<std::string>{"y"});
  ASSERT_EQ(rules.computed.size(), 2U);
  EXPECT_EQ(rules.computed[0].pattern, "3");
  EXPECT_FALSE((*read)->of("a_b_d").known);
  EXPECT_FALSE((*read)->of("b").legacy);
}

}  // namespace
}  // namespace tidegate::sandbox
