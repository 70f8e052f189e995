// SPDX-License-Identifier: Apache-2.0
// The traps of the design with plans that real engines make on the spot, and the blocks that the gate
// prints, applied by them. terraform_data stands for a data store here.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "base/text.hpp"
#include "policy/evaluate.hpp"
#include "support/judge.hpp"
#include "support/terraform_plans.hpp"
#include "verdict/verdict.hpp"

namespace tidegate {
namespace {

using test::Engine;
using test::Instance;
using test::Workspace;

verdict::Verdict judge(const std::string& json) {
  policy::Settings settings;
  settings.tiers.emplace("terraform_data", catalogue::Tier::data);
  policy::Evaluator evaluator(settings);
  plan::PlanReader reader({}, evaluator.handlers());
  reader.feed(json);
  plan::PlanFacts facts = reader.finish();
  auto findings = evaluator.finish(facts);
  return verdict::make_verdict(std::move(facts), std::move(findings), policy::rules().size(), {});
}

class GateTraps : public testing::Test {
 protected:
  void SetUp() override {
    static const std::vector<Engine> found = test::find_engines();
    engines_ = &found;
    if (found.empty()) GTEST_SKIP() << "no terraform: TIDEGATE_TERRAFORMS, TIDEGATE_TERRAFORM";
  }

  template <class Use>
  void each(Use use) const {
    for (const Engine& engine : *engines_) {
      SCOPED_TRACE((engine.is_opentofu ? "OpenTofu " : "Terraform ") + engine.version);
      use(engine);
    }
  }

 private:
  const std::vector<Engine>* engines_ = nullptr;
};

const policy::Finding* find(const verdict::Verdict& verdict, const std::string& address, const std::string& rule,
                            const std::string& deposed = {}) {
  for (const policy::Finding& finding : verdict.findings) {
    if (finding.address == address && finding.rule == rule && finding.deposed == deposed) return &finding;
  }
  return nullptr;
}

// --- one plan with many traps --------------------------------------------------------------------

const char* const crowded = R"(
variable "name" { default = "new" }
locals { rest = ["b", "c"] }
resource "terraform_data" "new_name" { input = "renamed" }
resource "terraform_data" "keyed" {
  for_each = { bronze = "r", silver = "s" }
  input    = each.value
}
resource "terraform_data" "list" {
  count            = length(local.rest)
  input            = "1"
  triggers_replace = local.rest[count.index]
}
resource "terraform_data" "swapped" {
  for_each = { a = "first", b = "second" }
  input    = each.value
}
resource "terraform_data" "moved_to" { input = "1" }
resource "terraform_data" "replaced_there" {
  input            = "1"
  triggers_replace = "new"
}
resource "terraform_data" "other_way" {
  input            = "1"
  triggers_replace = "new"
  lifecycle { create_before_destroy = true }
}
resource "terraform_data" "tainted" { input = "1" }
resource "terraform_data" "source" { input = "2" }
resource "terraform_data" "triggered" {
  input = "1"
  lifecycle { replace_triggered_by = [terraform_data.source] }
}
resource "terraform_data" "current" { input = "1" }
resource "terraform_data" "parent" {
  input            = "1"
  triggers_replace = var.name
}
resource "terraform_data" "child" {
  input            = "1"
  triggers_replace = terraform_data.parent.id
}
module "inner" {
  source = "./inner"
  parent = terraform_data.parent.id
}
resource "terraform_data" "imported" {
  input            = "1"
  triggers_replace = "t"
}
import {
  to = terraform_data.imported
  id = "x"
}
moved {
  from = terraform_data.moved_from
  to   = terraform_data.moved_to
}
moved {
  from = terraform_data.replaced_here
  to   = terraform_data.replaced_there
}
moved {
  from = terraform_data.vanished
  to   = terraform_data.nowhere
}
check "two" {
  assert {
    condition     = terraform_data.current.input == "9"
    error_message = "not two"
  }
}
)";

std::vector<Instance> crowded_state() {
  return {{.address = "terraform_data.gone"},
          {.address = "terraform_data.old_name", .input = "renamed"},
          {.address = "terraform_data.keyed[\"raw\"]", .input = "r"},
          {.address = "terraform_data.keyed[\"silver\"]", .input = "s"},
          {.address = "terraform_data.list[0]", .triggers = "a"},
          {.address = "terraform_data.list[1]", .triggers = "b"},
          {.address = "terraform_data.list[2]", .triggers = "c"},
          {.address = "terraform_data.swapped[0]", .input = "first"},
          {.address = "terraform_data.swapped[1]", .input = "second"},
          {.address = "terraform_data.moved_from"},
          {.address = "terraform_data.replaced_here", .triggers = "old"},
          {.address = "terraform_data.vanished", .input = "v"},
          {.address = "terraform_data.other_way", .triggers = "old"},
          {.address = "terraform_data.tainted", .tainted = true},
          {.address = "terraform_data.source"},
          {.address = "terraform_data.triggered"},
          {.address = "terraform_data.current"},
          {.address = "terraform_data.current", .input = "0", .deposed = "deadbeef"},
          {.address = "module.lost.terraform_data.in", .input = "m1"},
          {.address = "module.lost.module.deep.terraform_data.in", .input = "m2"},
          {.address = "terraform_data.parent", .triggers = "old"},
          {.address = "terraform_data.child", .triggers = "id of terraform_data.parent"},
          {.address = "module.inner.terraform_data.child", .triggers = "id of terraform_data.parent"},
          {.address = "terraform_data.let_go"}};
}

void fill(const Workspace& space, const Engine& engine) {
  space.write("main.tf", crowded);
  space.write("inner/main.tf", "variable \"parent\" {}\nresource \"terraform_data\" \"child\" {\n  input = \"1\"\n"
                               "  triggers_replace = var.parent\n}\n");
  space.declare_modules({"inner"});
  space.set_state(crowded_state());
  const bool can_forget = engine.is_opentofu ? engine.at_least(10) : engine.at_least(7);
  if (can_forget) {
    space.write("removed.tf", "removed {\n  from = terraform_data.let_go\n  lifecycle {\n    destroy = false\n  }\n}\n");
  } else {
    space.write("removed.tf", "resource \"terraform_data\" \"let_go\" {\n  input = \"1\"\n}\n");
  }
}

struct Label {
  const char* address;
  const char* rule;
  policy::Level level;
  const char* effect;
  const char* cause;     // part of it; empty: any
  const char* fix;       // part of it; empty: any
  const char* deposed = "";
};

const std::vector<Label>& labels() {
  using policy::Level;
  static const std::vector<Label> all{
      {"terraform_data.gone", "gate.stateful-destroy", Level::block, "delete", "no longer in the configuration", ""},
      {"terraform_data.old_name", "gate.stateful-destroy", Level::block, "delete", "",
       "moved {\n  from = terraform_data.old_name\n  to   = terraform_data.new_name\n}"},
      {"terraform_data.keyed[\"raw\"]", "gate.stateful-destroy", Level::block, "delete", "no longer in for_each",
       "moved {\n  from = terraform_data.keyed[\"raw\"]\n  to   = terraform_data.keyed[\"bronze\"]\n}"},
      {"terraform_data.list[0]", "gate.stateful-replace", Level::block, "replace", "triggers_replace \"a\" -> \"b\"", ""},
      {"terraform_data.list[1]", "gate.stateful-replace", Level::block, "replace", "the list behind count shifts", ""},
      {"terraform_data.list[2]", "gate.stateful-destroy", Level::block, "delete", "count is lower", "terraform state rm"},
      {"terraform_data.swapped[0]", "gate.stateful-destroy", Level::block, "delete", "count, for_each or neither",
       "moved {\n  from = terraform_data.swapped[0]\n  to   = terraform_data.swapped[\"a\"]\n}"},
      {"terraform_data.swapped[1]", "gate.stateful-destroy", Level::block, "delete", "", "terraform_data.swapped[\"b\"]"},
      {"terraform_data.replaced_there", "gate.stateful-replace", Level::block, "replace", "triggers_replace \"old\" -> \"new\"", ""},
      {"terraform_data.nowhere", "gate.stateful-destroy", Level::block, "delete", "moved to an address without configuration", ""},
      {"terraform_data.other_way", "gate.stateful-replace", Level::block, "replace", "triggers_replace", ""},
      {"terraform_data.tainted", "gate.stateful-replace", Level::block, "replace", "tainted", ""},
      {"terraform_data.triggered", "gate.stateful-replace", Level::block, "replace", "replace_triggered_by", ""},
      {"terraform_data.current", "gate.stateful-destroy", Level::block, "delete", "", "copy what it holds", "deadbeef"},
      {"module.lost.terraform_data.in", "gate.stateful-destroy", Level::block, "delete", "module is no longer", ""},
      {"module.lost.module.deep.terraform_data.in", "gate.stateful-destroy", Level::block, "delete", "module is no longer", ""},
      {"terraform_data.parent", "gate.stateful-replace", Level::block, "replace", "triggers_replace \"old\" -> \"new\" <- var.name", ""},
      {"terraform_data.child", "gate.stateful-replace", Level::block, "replace",
       "triggers_replace <- terraform_data.parent.triggers_replace \"old\" -> \"new\" <- var.name", ""},
      {"module.inner.terraform_data.child", "gate.stateful-replace", Level::block, "replace",
       "triggers_replace <- module.inner.var.parent <- terraform_data.parent.triggers_replace \"old\" -> \"new\" <- var.name", ""},
      {"terraform_data.imported", "gate.import-replace", Level::block, "replace", "", "import it alone first"},
      {"check.two", "gate.check-failed", Level::warn, "", "", ""}};
  return all;
}

TEST_F(GateTraps, of_one_plan_each_have_their_finding) {
  each([](const Engine& engine) {
    const Workspace space(engine);
    fill(space, engine);
    const auto json = space.plan();
    if (!json) return;
    const verdict::Verdict verdict = judge(*json);
    ASSERT_EQ(verdict.exit, ExitCode::blocked) << verdict.reason;
    for (const Label& label : labels()) {
      const policy::Finding* finding = find(verdict, label.address, label.rule, label.deposed);
      ASSERT_NE(finding, nullptr) << label.address << "\n" << verdict::render_text(verdict);
      EXPECT_EQ(finding->level, label.level) << label.address;
      EXPECT_EQ(finding->effect, label.effect) << label.address;
      EXPECT_NE(finding->cause.find(label.cause), std::string::npos) << label.address << ": " << finding->cause;
      EXPECT_NE(finding->fix.find(label.fix), std::string::npos) << label.address << ": " << finding->fix;
    }
    // Moved only, untouched and updated objects have none.
    for (const char* calm : {"terraform_data.moved_to", "terraform_data.keyed[\"silver\"]", "terraform_data.source"}) {
      for (const policy::Finding& finding : verdict.findings) EXPECT_NE(finding.address, calm) << finding.rule;
    }
    const policy::Finding* forgotten = find(verdict, "terraform_data.let_go", "gate.stateful-forget");
    EXPECT_EQ(forgotten != nullptr, engine.is_opentofu ? engine.at_least(10) : engine.at_least(7));
    EXPECT_EQ(find(verdict, "terraform_data.replaced_there", "gate.stateful-replace")->previous_address, "terraform_data.replaced_here");
    EXPECT_EQ(find(verdict, "terraform_data.nowhere", "gate.stateful-destroy")->previous_address, "terraform_data.vanished");
    EXPECT_EQ(find(verdict, "module.inner.terraform_data.child", "gate.stateful-replace")->group, "replaced with terraform_data.parent");
    EXPECT_EQ(find(verdict, "terraform_data.parent", "gate.stateful-replace")->group, "replaced with terraform_data.parent");
    EXPECT_EQ(find(verdict, "terraform_data.list[0]", "gate.stateful-replace")->group, "list terraform_data.list");
    EXPECT_EQ(find(verdict, "module.lost.module.deep.terraform_data.in", "gate.stateful-destroy")->group, "module module.lost");
    // Whatever the version writes: no prefix of it is understood, here at 200 places.
    for (std::size_t i = 0; i < 200; ++i) {
      EXPECT_EQ(judge(std::string(trim(*json).substr(0, trim(*json).size() * i / 200))).exit, ExitCode::unreadable) << i;
    }
  });
}

// --- plans that are special as a whole -----------------------------------------------------------

struct Whole {
  const char* name;
  std::vector<std::string> words;
  ExitCode exit;
  const char* reason;  // a rule, or a part of the reason
};

TEST_F(GateTraps, of_modes_of_planning) {
  const std::vector<Whole> wholes{
      {"nothing to do", {}, ExitCode::success, ""},
      {"a target", {"-target=terraform_data.a"}, ExitCode::incomplete, ""},
      {"refresh only", {"-refresh-only"}, ExitCode::success, ""},
      {"without refresh", {"-refresh=false"}, ExitCode::success, ""},
      {"destroy", {"-destroy"}, ExitCode::blocked, "gate.destroy-mode"},
      {"replace asked for", {"-replace=terraform_data.a"}, ExitCode::blocked, "gate.stateful-replace"}};
  each([&](const Engine& engine) {
    const Workspace space(engine);
    space.write("main.tf", "resource \"terraform_data\" \"a\" { input = \"1\" }\nresource \"terraform_data\" \"b\" { input = \"1\" }\n");
    space.set_state({{.address = "terraform_data.a"}, {.address = "terraform_data.b"}});
    for (const Whole& whole : wholes) {
      const auto json = space.plan(whole.words);
      ASSERT_TRUE(json) << whole.name;
      const verdict::Verdict verdict = judge(*json);
      EXPECT_EQ(verdict.exit, whole.exit) << whole.name << "\n" << verdict::render_text(verdict);
      if (whole.exit != ExitCode::blocked) continue;
      EXPECT_TRUE(std::any_of(verdict.findings.begin(), verdict.findings.end(),
                              [&](const policy::Finding& finding) { return finding.rule == whole.reason; }))
          << whole.name << "\n" << verdict::render_text(verdict);
    }
  });
}

TEST_F(GateTraps, of_an_exclusion_show_in_the_coverage) {
  each([](const Engine& engine) {
    if (!engine.is_opentofu || !engine.at_least(9)) return;
    const Workspace space(engine);
    space.write("main.tf", "resource \"terraform_data\" \"a\" { input = \"1\" }\nresource \"terraform_data\" \"b\" { input = \"1\" }\n");
    space.set_state({{.address = "terraform_data.a"}, {.address = "terraform_data.b"}});
    const auto json = space.plan({"-exclude=terraform_data.a"});
    ASSERT_TRUE(json);
    EXPECT_EQ(judge(*json).exit, ExitCode::incomplete);
  });
}

// An errored plan lists a part; the object that could not be planned is named.
TEST_F(GateTraps, of_plans_that_prevent_destroy_stops) {
  each([](const Engine& engine) {
    const Workspace space(engine);
    space.write("main.tf", "resource \"terraform_data\" \"kept\" {\n  triggers_replace = \"new\"\n  lifecycle { prevent_destroy = true }\n}\n"
                           "resource \"terraform_data\" \"b\" { input = \"2\" }\n");
    space.set_state({{.address = "terraform_data.kept", .triggers = "old"}, {.address = "terraform_data.b"}});
    const auto json = space.plan({}, 1);
    if (!json) return;  // nothing can be applied
    const verdict::Verdict verdict = judge(*json);
    EXPECT_EQ(verdict.exit, ExitCode::incomplete) << verdict::render_text(verdict);
    // Older ones leave it out of the plan, newer ones list what would have happened to it.
    const bool is_listed = find(verdict, "terraform_data.kept", "gate.stateful-replace") != nullptr;
    EXPECT_TRUE(is_listed || verdict.reason.find("terraform_data.kept") != std::string::npos) << verdict.reason;
  });
}

// A provisioner that fails leaves the new generation tainted and the old one deposed.
TEST_F(GateTraps, of_a_generation_that_was_left_behind) {
  each([](const Engine& engine) {
    const Workspace space(engine);
    space.write("main.tf", "resource \"terraform_data\" \"x\" {\n  triggers_replace = \"new\"\n"
                           "  lifecycle { create_before_destroy = true }\n  provisioner \"local-exec\" {\n"
                           "    command = \"exit 1\"\n  }\n}\n");
    space.set_state({{.address = "terraform_data.x", .triggers = "old"}});
    ASSERT_EQ(space.run({"apply", "-auto-approve", "-input=false", "-no-color"}).exit_code, 1);
    const auto json = space.plan();
    ASSERT_TRUE(json);
    const verdict::Verdict verdict = judge(*json);
    EXPECT_EQ(verdict.exit, ExitCode::blocked);
    ASSERT_EQ(verdict.findings.size(), 2U) << verdict::render_text(verdict);
    EXPECT_EQ(verdict.findings[0].deposed.size(), 8U);
    EXPECT_EQ(verdict.findings[1].effect, "replace");
  });
}

// --- fixes, applied ------------------------------------------------------------------------------

// The block of a fix: from its first word to the bracket that closes it.
std::string block_of(const policy::Finding& finding, const std::string& word) {
  const std::size_t at = finding.fix.find(word + " {\n");
  return at == std::string::npos ? std::string() : finding.fix.substr(at, finding.fix.find("\n}", at) + 2 - at) + "\n";
}

void expect_clean(const Workspace& space) {
  const auto applied = space.run({"apply", "-auto-approve", "-input=false", "-no-color"});
  EXPECT_EQ(applied.exit_code, 0) << applied.out << applied.err;
  EXPECT_NE(applied.out.find("0 added, 0 changed, 0 destroyed"), std::string::npos) << applied.out;
  const auto again = space.run({"plan", "-detailed-exitcode", "-input=false", "-no-color"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
}

TEST_F(GateTraps, fixed_by_the_moved_blocks_that_are_printed) {
  each([](const Engine& engine) {
    const Workspace space(engine);
    space.write("main.tf", R"(
resource "terraform_data" "new_name" { input = "renamed" }
resource "terraform_data" "keyed" {
  for_each = { bronze = "r", silver = "s" }
  input    = each.value
}
resource "terraform_data" "all_new" {
  for_each = { a = "x1", b = "x2" }
  input    = each.value
}
resource "terraform_data" "by_key" {
  for_each = { a = "first", b = "second" }
  input    = each.value
}
resource "terraform_data" "by_number" {
  count = 2
  input = "n${count.index}"
}
module "inner" { source = "./inner" }
)");
    space.write("inner/main.tf", "resource \"terraform_data\" \"in\" { input = \"inside\" }\n");
    space.declare_modules({"inner"});
    space.set_state({{.address = "terraform_data.old_name", .input = "renamed"},
                     {.address = "terraform_data.keyed[\"raw\"]", .input = "r"},
                     {.address = "terraform_data.keyed[\"silver\"]", .input = "s"},
                     {.address = "terraform_data.all_old[\"a\"]", .input = "x1"},
                     {.address = "terraform_data.all_old[\"b\"]", .input = "x2"},
                     {.address = "terraform_data.by_key[0]", .input = "first"},
                     {.address = "terraform_data.by_key[1]", .input = "second"},
                     {.address = "terraform_data.by_number[\"x\"]", .input = "n0"},
                     {.address = "terraform_data.by_number[\"y\"]", .input = "n1"},
                     {.address = "terraform_data.inside", .input = "inside"}});
    const auto json = space.plan();
    ASSERT_TRUE(json);
    const verdict::Verdict verdict = judge(*json);
    EXPECT_EQ(verdict.exit, ExitCode::blocked);
    std::set<std::string> blocks;
    for (const policy::Finding& finding : verdict.findings) blocks.insert(block_of(finding, "moved"));
    EXPECT_FALSE(blocks.contains("")) << verdict::render_text(verdict);
    EXPECT_TRUE(blocks.contains("moved {\n  from = terraform_data.all_old\n  to   = terraform_data.all_new\n}\n"));
    space.write("moved.tf", join(std::vector<std::string>(blocks.begin(), blocks.end()), ""));
    const auto fixed = space.plan();
    ASSERT_TRUE(fixed);
    const verdict::Verdict calm = judge(*fixed);
    EXPECT_EQ(calm.exit, ExitCode::success) << verdict::render_text(calm);
    EXPECT_TRUE(calm.findings.empty());
    expect_clean(space);
  });
}

// First `removed` lets an object go, then `import` takes it back.
TEST_F(GateTraps, fixed_by_the_removed_and_import_blocks_that_are_printed) {
  each([](const Engine& engine) {
    if (engine.is_opentofu ? !engine.at_least(10) : !engine.at_least(7)) return;
    const Workspace space(engine);
    space.write("main.tf", "");
    space.set_state({{.address = "terraform_data.lake[\"a\"]", .input = ""}, {.address = "terraform_data.lake[\"b\"]", .input = ""}});
    const auto json = space.plan();
    ASSERT_TRUE(json);
    std::set<std::string> blocks;
    for (const policy::Finding& finding : judge(*json).findings) blocks.insert(block_of(finding, "removed"));
    ASSERT_EQ(blocks, std::set<std::string>{"removed {\n  from = terraform_data.lake\n  lifecycle {\n    destroy = false\n  }\n}\n"});
    space.write("removed.tf", *blocks.begin());
    const auto forgetting = space.plan();
    ASSERT_TRUE(forgetting);
    const verdict::Verdict forget = judge(*forgetting);
    EXPECT_EQ(forget.exit, ExitCode::success) << verdict::render_text(forget);
    std::string imports;
    for (const policy::Finding& finding : forget.findings) imports += block_of(finding, "import");
    EXPECT_NE(imports.find("to = terraform_data.lake[\"b\"]\n  id = \"id of terraform_data.lake[\\\"b\\\"]\""), std::string::npos) << imports;
    expect_clean(space);
    space.write("removed.tf", "");
    space.write("main.tf", "resource \"terraform_data\" \"lake\" {\n  for_each = toset([\"a\", \"b\"])\n}\n" + imports);
    const auto taking = space.plan();
    ASSERT_TRUE(taking);
    EXPECT_TRUE(judge(*taking).findings.empty()) << verdict::render_text(judge(*taking));
    expect_clean(space);
  });
}

}  // namespace
}  // namespace tidegate
