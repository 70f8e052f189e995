// SPDX-License-Identifier: Apache-2.0
#include "plan/reader.hpp"

#include <gtest/gtest.h>

#include "support/plan_text.hpp"

namespace tidegate::plan {
namespace {

using test::ChangeText;
using test::PlanText;
using test::render;

struct Read {
  PlanFacts facts{};
  std::vector<std::string> changes{};  // effect address(deposed)
  std::vector<std::string> drift{};
  std::vector<std::string> configured{};
  int exit() const { return facts.problems.empty() ? 0 : to_int(facts.problems.front().exit); }
  std::string code() const { return facts.problems.empty() ? "" : facts.problems.front().code; }
};

Read read(std::string_view text, ReadOptions options = {}, std::size_t size = 4096) {
  Read out;
  PlanHandlers handlers;
  handlers.change = [&](const Change& change) {
    out.changes.push_back(std::string(to_string(change.effect)) + " " + change.address +
                          (change.deposed.empty() ? "" : "(" + change.deposed + ")"));
  };
  handlers.drift = [&](const Change& change) { out.drift.push_back(change.address); };
  handlers.configured = [&](const ConfiguredResource& resource) {
    out.configured.push_back(resource.address + (resource.has_provisioner ? " p" : ""));
  };
  PlanReader reader(std::move(options), std::move(handlers));
  for (std::size_t at = 0; at < text.size(); at += size) reader.feed(text.substr(at, size));
  out.facts = reader.finish();
  return out;
}

PlanText with(const std::string& actions) { return {.changes = {{.actions = actions}}}; }

TEST(Actions, are_a_set) {
  const std::vector<std::pair<std::string, std::string>> cases{
      {R"(["no-op"])", "no-op"},        {R"(["open"])", "no-op"},
      {R"(["create"])", "create"},      {R"(["read"])", "read"},
      {R"(["update"])", "update"},      {R"(["delete"])", "delete"},
      {R"(["forget"])", "forget"},      {R"(["delete","create"])", "replace"},
      {R"(["create","delete"])", "replace"}, {R"(["create","forget"])", "create-forget"},
      {R"(["forget","create"])", "create-forget"}};
  for (const auto& one : cases) {
    const Read out = read(render(with(one.first)));
    EXPECT_EQ(out.exit(), 0) << one.first;
    ASSERT_EQ(out.changes.size(), 1U);
    EXPECT_EQ(out.changes[0], one.second + " azurerm_storage_account.lake");
  }
}

TEST(Actions, unknown_words_and_combinations_are_12) {
  for (const char* actions : {R"(["destroy"])", R"(["delete","obliterate"])", R"(["update","delete"])", R"(["Delete"])",
                              R"(["create","delete","update"])", R"([1])", R"(["no-op","create"])", R"(["delete","forget"])"}) {
    const Read out = read(render(with(actions)));
    EXPECT_EQ(out.exit(), 12) << actions;
    EXPECT_EQ(out.code(), "gate.unknown-action");
  }
}

TEST(Actions, missing_or_empty_are_11) {
  for (const char* actions : {"[]", "null", "{}", R"("delete")"}) {
    EXPECT_EQ(read(render(with(actions))).exit(), 11) << actions;
  }
}

TEST(Changes, need_address_and_type) {
  EXPECT_EQ(read(render(PlanText{.changes = {{.address = ""}}})).exit(), 11);
  EXPECT_EQ(read(render(PlanText{.changes = {{.type = ""}}})).exit(), 11);
  EXPECT_EQ(read(render(PlanText{.extra = R"(,"resource_drift":[{"change":{"actions":["delete"]}}])"})).exit(), 11);
}

TEST(Actions, that_are_invoked_need_address_and_type) {
  const auto exit = [](const std::string& entry) {
    return read(render(PlanText{.extra = R"(,"action_invocations":[)" + entry + "]"})).exit();
  };
  EXPECT_EQ(exit(R"({"address":"action.a.b","type":"a"})"), 0);
  EXPECT_EQ(exit(R"({"address":"action.a.b"})"), 11);
  EXPECT_EQ(exit(R"({"type":"a"})"), 11);
  EXPECT_EQ(exit("null"), 11);
}

TEST(Changes, identity_is_address_and_deposed_key) {
  const Read out = read(render(PlanText{.changes = {{.actions = R"(["no-op"])"}, {.extra_entry = R"(,"deposed":"deadbeef")"}}}));
  EXPECT_EQ(out.changes, (std::vector<std::string>{"no-op azurerm_storage_account.lake",
                                                   "delete azurerm_storage_account.lake(deadbeef)"}));
  EXPECT_EQ(out.facts.changes.effect_of("azurerm_storage_account.lake"), Effect::none);
  EXPECT_FALSE(out.facts.destroy_plan);
}

TEST(Changes, data_sources_are_ignored_by_mode) {
  std::string text = render(PlanText{.changes = {{}}});
  text.replace(text.find("managed"), 7, "data");
  const Read out = read(text);
  EXPECT_EQ(out.exit(), 0);
  EXPECT_TRUE(out.changes.empty());
}

TEST(Changes, drift_of_terraform_1_0_gets_its_address_from_the_parts) {
  const Read out = read(render(PlanText{.extra =
      R"(,"resource_drift":[{"module_address":"module.a","mode":"managed","type":"aws_s3_bucket","name":"b","index":"k\"1","change":{"actions":["delete"],"before":{},"after":null}}])"}));
  EXPECT_EQ(out.exit(), 0);
  EXPECT_EQ(out.drift, (std::vector<std::string>{R"(module.a.aws_s3_bucket.b["k\"1"])"}));
}

TEST(Changes, a_duplicate_key_is_refused_where_it_is_read) {
  EXPECT_EQ(read(render(PlanText{.changes = {{.before = R"({"name":"a","name":"b"})"}}})).code(), "gate.malformed-plan");
  EXPECT_EQ(read(render(PlanText{.extra = R"(,"complete":true)"})).code(), "gate.malformed-plan");
  // planned_values is never used for a decision.
  std::string text = render(PlanText{});
  text.replace(text.find(R"("planned_values":{)"), 18, R"("planned_values":{"a":1,"a":2,)");
  EXPECT_EQ(read(text).exit(), 0);
}

// Whether a change has its values, and what a first look must not miss.
TEST(Changes, values_are_read_where_something_happens) {
  const auto values = [](std::string_view members, std::string_view actions) {
    const std::string text = R"({"address":"a.b","type":"a","name":"b",)" + std::string(members) +
                             R"("change":{"before":{"n":[{"m":1}]},"actions":)" + std::string(actions) + "}}";
    const Result<Change> change = parse_change("p", text, false);
    return change.ok() ? change->before["n"].at(0)["m"].number_text() == "1" ? "values" : "none"
                       : std::string(change.failure().message);
  };
  EXPECT_EQ(values("", R"(["no-op"])"), "none");
  EXPECT_EQ(values("", R"(["update"])"), "values");
  EXPECT_EQ(values("", R"(["delete"])"), "values");
  EXPECT_EQ(values(R"("previous_address":"a.c",)", R"(["no-op"])"), "values");
  EXPECT_EQ(values("", R"(["no-op"],"importing":{"id":"x"})"), "values");
  EXPECT_EQ(values("", R"(["no-op"],"actions":["delete"])"), "key \"actions\" occurs twice in one object");
  EXPECT_EQ(values("", R"(["update"],"after":{"k":1,"k":2})"), "key \"k\" occurs twice in one object");
}

TEST(Changes, keys_are_compared_decoded) {
  std::string text = render(PlanText{.changes = {{}}});
  text.replace(text.find("resource_changes"), 16, "resource\\u005fchanges");
  EXPECT_EQ(read(text).changes.size(), 1U);
}

TEST(Kinds, are_named_with_the_right_command) {
  using std::string_view_literals::operator""sv;
  struct Case {
    std::string_view text{};
    std::string kind{};
    std::string code{};
  };
  const std::vector<Case> cases{
      {""sv, "empty", "gate.not-a-plan"},
      {" \n "sv, "empty", "gate.not-a-plan"},
      {"PK\x03\x04\x14\0"sv, "binary-plan", "gate.not-a-plan"},
      {"resource \"aws_s3_bucket\" \"b\" {}"sv, "hcl", "gate.not-a-plan"},
      {"[command]/usr/bin/terraform show -json\n{}"sv, "wrapper", "gate.not-a-plan"},
      {"{\"format_version\":\"1.2\"}\n::debug::stdout"sv, "wrapper", "gate.not-a-plan"},
      {"Terraform will perform the following actions"sv, "text", "gate.not-a-plan"},
      {"[1]"sv, "not-an-object", "gate.not-a-plan"},
      {"nonsense"sv, "unknown", "gate.not-a-plan"},
      {R"({"@level":"info"})"sv, "ndjson", "gate.not-a-plan"},
      {"{\"@level\":\"info\"}\n{\"@level\":\"info\"}"sv, "ndjson", "gate.not-a-plan"},
      {R"({"format_version":"1.0","provider_schemas":{}})"sv, "schema", "gate.not-a-plan"},
      {R"({"version":4,"terraform_version":"1.5.0","serial":3,"lineage":"x","resources":[]})"sv, "state", "gate.not-a-plan"},
      {R"({"format_version":"1.0","terraform_version":"1.5.0","values":{}})"sv, "state", "gate.not-a-plan"},
      {R"({"format_version":"1.0"})"sv, "empty-state", "gate.not-a-plan"},
      {R"({"planned_values":{},"resource_changes":[]})"sv, "unknown", "gate.not-a-plan"},
      {"{\"format_version\":\"1.2\"}{\"format_version\":\"1.2\"}"sv, "several-documents", "gate.several-documents"},
      {"{\"format_version\":\"1.2\"} x"sv, "trailing-bytes", "gate.malformed-json"},
      {"{\"format_version\":"sv, "truncated", "gate.malformed-json"},
      {"{\"format_version\":\"\xFF\"}"sv, "malformed", "gate.bad-encoding"},
      {"{\0\"\0"sv, "malformed", "gate.bad-encoding"},
  };
  for (const Case& one : cases) {
    for (const std::size_t size : {std::size_t{1}, std::size_t{4096}}) {
      const Read out = read(one.text, {}, size);
      EXPECT_EQ(out.exit(), 11) << one.text;
      EXPECT_EQ(out.facts.kind, one.kind) << one.text;
      EXPECT_EQ(out.code(), one.code) << one.text;
      EXPECT_FALSE(out.facts.problems.front().message.empty());
    }
  }
}

TEST(Kinds, are_seen_behind_any_white_space_wherever_the_pieces_end) {
  for (const std::size_t count : {std::size_t{1}, std::size_t{255}, std::size_t{256}, std::size_t{257}, std::size_t{70000}}) {
    const std::string blanks(count, '\n');
    for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{256}, std::size_t{65536}, std::size_t{1000000}}) {
      EXPECT_EQ(read(blanks + render(with(R"(["create"])")), {}, size).exit(), 0) << count << " " << size;
      EXPECT_EQ(read(blanks + "Terraform used", {}, size).facts.kind, "text") << count << " " << size;
      EXPECT_EQ(read(blanks, {}, size).facts.kind, "empty") << count << " " << size;
      EXPECT_EQ(read(blanks + "{\"a\" 1}", {}, size).facts.problems.front().message,
                read(blanks + "{\"a\" 1}").facts.problems.front().message);
    }
  }
}

TEST(Versions, major_0_and_1_are_known) {
  for (const char* good : {R"("0.1")", R"("1.0")", R"("1.2")", R"("1.99")"}) {
    EXPECT_EQ(read(render(PlanText{.format_version = good})).exit(), 0) << good;
  }
  EXPECT_EQ(read(render(PlanText{.format_version = R"("1.99")"})).facts.notes.size(), 1U);
  for (const char* later : {R"("2.0")", R"("10.1")"}) EXPECT_EQ(read(render(PlanText{.format_version = later})).exit(), 12);
  for (const char* bad : {R"("one")", R"("")", "1.2", "null", R"("1")", R"("-1.0")", R"("1.2.3")"}) {
    EXPECT_EQ(read(render(PlanText{.format_version = bad})).exit(), 11) << bad;
  }
}

TEST(Reduced, missing_sections_are_11_unless_asked_for) {
  for (const char* section : {R"(,"planned_values":{"root_module":{}})", R"(,"configuration":{"root_module":{}})",
                              R"(,"terraform_version":"1.11.4")"}) {
    std::string text = render(PlanText{});
    text.erase(text.find(section), std::string_view(section).size());
    EXPECT_EQ(read(text).code(), "gate.reduced-plan") << section;
    EXPECT_EQ(read(text, {.reduced = true}).exit(), 0) << section;
    EXPECT_EQ(read(text, {.reduced = true}).facts.kind, "reduced-plan");
  }
}

TEST(Complete, flags_say_no) {
  EXPECT_EQ(read(render(PlanText{.flags = R"(,"complete":true,"errored":true)"})).exit(), 14);
  EXPECT_EQ(read(render(PlanText{.flags = R"(,"complete":false,"errored":false)"})).exit(), 14);
  EXPECT_EQ(read(render(PlanText{.extra = R"(,"deferred_changes":[{}])"})).exit(), 14);
  EXPECT_EQ(read(render(PlanText{.flags = R"(,"complete":"no")"})).exit(), 11);
  EXPECT_EQ(read(render(PlanText{.flags = R"(,"errored":null)"})).exit(), 11);
}

TEST(Coverage, without_the_flag_every_state_object_must_be_there) {
  PlanText plan{.changes = {{.actions = R"(["no-op"])"}}, .flags = "",
                .prior_state = test::state_with({{"azurerm_storage_account.lake", "azurerm_storage_account"}})};
  EXPECT_EQ(read(render(plan)).exit(), 0);
  plan.prior_state = test::state_with({{"azurerm_storage_account.lake", "azurerm_storage_account"},
                                       {"azurerm_storage_account.other", "azurerm_storage_account"}});
  const Read out = read(render(plan));
  EXPECT_EQ(out.exit(), 14);
  EXPECT_NE(out.facts.problems[0].message.find("1 of 2 objects"), std::string::npos);
  EXPECT_NE(out.facts.problems[0].message.find("azurerm_storage_account.other"), std::string::npos);
  plan.flags = R"(,"complete":true)";
  EXPECT_EQ(read(render(plan)).exit(), 0);
  EXPECT_EQ(read(render(plan), {.strict = true}).exit(), 14);
  plan.flags = "";
  plan.terraform_version = R"("0.12.31")";
  EXPECT_EQ(read(render(plan)).exit(), 0);
}

TEST(Coverage, previous_addresses_and_drift_deletes_count) {
  PlanText plan{.changes = {{.address = "azurerm_storage_account.new", .actions = R"(["no-op"])",
                             .extra_entry = R"(,"previous_address":"azurerm_storage_account.old")"}},
                .drift = {{.address = "azurerm_storage_account.gone"}}, .flags = "",
                .prior_state = test::state_with({{"azurerm_storage_account.old", "azurerm_storage_account"},
                                                 {"azurerm_storage_account.gone", "azurerm_storage_account"}})};
  EXPECT_EQ(read(render(plan)).exit(), 0);
}

TEST(Coverage, sections_may_come_in_any_order) {
  const std::string state = test::state_with({{"azurerm_storage_account.lake", "azurerm_storage_account"}});
  const std::string text = R"({"prior_state":)" + state + R"(,"configuration":{"root_module":{}},"resource_changes":[)" +
                           render(ChangeText{.actions = R"(["no-op"])"}) +
                           R"(],"planned_values":{},"terraform_version":"1.5.0","format_version":"1.2"})";
  const Read out = read(text);
  EXPECT_EQ(out.exit(), 0) << (out.facts.problems.empty() ? "" : out.facts.problems[0].message);
}

TEST(NoChanges, flags_or_emptiness_make_it_a_plan_without_work) {
  PlanText plan{.has_changes = false};
  EXPECT_EQ(read(render(plan)).exit(), 0);
  plan.flags = "";
  EXPECT_EQ(read(render(plan)).exit(), 0);
  plan.prior_state = test::state_with({{"azurerm_storage_account.lake", "azurerm_storage_account"}});
  EXPECT_EQ(read(render(plan)).exit(), 14);
  plan.flags = R"(,"errored":false)";
  EXPECT_EQ(read(render(plan)).exit(), 0);
  EXPECT_TRUE(read(render(plan)).facts.refresh_only);
  plan.prior_state.clear();
  plan.flags = "";
  plan.configuration = R"({"root_module":{"resources":[{"address":"a.b","mode":"managed","type":"a","name":"b"}]}})";
  EXPECT_EQ(read(render(plan)).exit(), 14);
}

TEST(DestroyPlan, is_all_deletes_without_a_reason) {
  EXPECT_TRUE(read(render(with(R"(["delete"])"))).facts.destroy_plan);
  EXPECT_FALSE(read(render(PlanText{})).facts.destroy_plan);
  EXPECT_FALSE(read(render(PlanText{.changes = {{}, {.address = "a.b", .actions = R"(["no-op"])"}}})).facts.destroy_plan);
  EXPECT_FALSE(read(render(PlanText{.changes = {{.extra_entry = R"(,"action_reason":"delete_because_no_resource_config")"}}}))
                   .facts.destroy_plan);
}

TEST(Configuration, names_resources_of_modules_and_provisioners) {
  const Read out = read(render(PlanText{.configuration =
      R"({"provider_config":{"azurerm":{"name":"azurerm","expressions":{"features":[{}]}}},
          "root_module":{"resources":[{"address":"null_resource.a","mode":"managed","type":"null_resource","provisioners":[{"type":"local-exec"}]},
                                      {"address":"data.x.y","mode":"data","type":"x"}],
            "module_calls":{"m":{"module":{"resources":[{"address":"t.n","type":"t","provisioners":[]}],
              "module_calls":{"k":{"module":{"resources":[{"address":"t.z","type":"t"}]}}}}},"e":{"module":{}}}}})"}));
  EXPECT_EQ(out.exit(), 0);
  EXPECT_EQ(out.configured, (std::vector<std::string>{"null_resource.a p", "module.m.t.n", "module.m.module.k.t.z"}));
}

// Promise: every truncation and every appended byte is refused.
TEST(Prefixes, every_one_of_a_valid_plan_is_refused) {
  const std::string text = render(PlanText{.changes = {{}}, .prior_state = test::state_with({{"a.b", "a"}})});
  EXPECT_EQ(read(text).exit(), 0);
  for (std::size_t size = 0; size < text.size(); ++size) {
    EXPECT_EQ(read(std::string_view(text).substr(0, size)).exit(), 11) << size;
  }
  for (const char* more : {"x", "{}", "]", "\x01", "\"", "0"}) EXPECT_EQ(read(text + more).exit(), 11) << more;
  EXPECT_EQ(read(text + " \n\t\r").exit(), 0);
}

TEST(Pieces, do_not_matter) {
  const std::string text = render(PlanText{.changes = {{}}, .prior_state = test::state_with({{"a.b", "a"}})});
  const Read whole = read(text);
  for (const std::size_t size : {1U, 2U, 3U, 7U, 64U}) {
    const Read pieces = read(text, {}, size);
    EXPECT_EQ(pieces.changes, whole.changes);
    EXPECT_EQ(pieces.facts.effects_digest, whole.facts.effects_digest);
  }
}

TEST(Effects, order_and_time_do_not_matter_but_changes_do) {
  const ChangeText a{.address = "t.a"};
  const ChangeText b{.address = "t.b"};
  const auto digest = [](const PlanText& plan) { return read(render(plan)).facts.effects_digest; };
  const std::string base = digest({.changes = {a, b}});
  EXPECT_EQ(digest({.changes = {b, a}, .extra = R"(,"timestamp":"2026-01-01T00:00:00Z")"}), base);
  EXPECT_NE(digest({.changes = {a}}), base);
  ChangeText changed = b;
  changed.before = R"({"name":"other"})";
  EXPECT_NE(digest({.changes = {a, changed}}), base);
  EXPECT_NE(digest({.changes = {a, b}, .extra = R"(,"output_changes":{"o":{"actions":["update"],"before":1,"after":2}})"}), base);
  EXPECT_EQ(digest({.changes = {a, b, {.address = "t.c", .actions = R"(["no-op"])"}}}), base);
}

TEST(Effects, sensitive_values_count_only_as_changed_or_same) {
  const auto digest = [](const std::string& before, const std::string& after) {
    return read(render(PlanText{.changes = {{.actions = R"(["update"])", .before = R"({"p":")" + before + "\"}",
                                             .after = R"({"p":")" + after + "\"}", .before_sensitive = R"({"p":true})",
                                             .after_sensitive = R"({"p":true})"}}}))
        .facts.effects_digest;
  };
  EXPECT_EQ(digest("one", "two"), digest("three", "four"));
  EXPECT_NE(digest("one", "two"), digest("one", "one"));
}

TEST(Addresses, lose_their_keys) {
  EXPECT_EQ(without_keys(R"(module.a["x.y]\"["].t.n[0])"), "module.a.t.n");
  EXPECT_EQ(without_keys("t.n"), "t.n");
}

}  // namespace
}  // namespace tidegate::plan
