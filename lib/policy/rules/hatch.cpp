// SPDX-License-Identifier: Apache-2.0
// Scripts, templates and actions: what they do is not in the plan, so a few words in their
// arguments decide.
#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "catalogue/types.hpp"
#include "policy/arm.hpp"
#include "policy/rules.hpp"

namespace tidegate::policy {

namespace {

using catalogue::Tier;
using plan::Effect;

struct Word {
  std::string_view path{};   // steps, separated by dots
  std::string_view word{};   // compared without case; empty: any value
  bool is_required = false;  // without a value here it stands where the plan does not show it
  bool only_new = false;     // done once, when it is created
};

// Arguments of resources and of provider actions. Sources: azurerm (deployment mode), azapi
// (azapi_resource_action: method, when), google (storage batch operations).
constexpr std::array<Word, 4> argument_words{{
    {"deployment_mode", "Complete"},
    {"method", "DELETE"},
    {"when", "destroy"},
    {.path = "delete_object", .only_new = true},
}};

// Bodies of ARM types whose deployment deletes what the template does not name.
struct BodyWord {
  std::string_view type{};
  Word word{};
};
constexpr std::array<BodyWord, 4> body_words{{
    {"Microsoft.Resources/deployments", {"properties.mode", "Complete", true}},
    {"Microsoft.Resources/deploymentStacks",
     {"properties.actionOnUnmanage.resources", "delete", true}},
    {"Microsoft.Resources/deploymentStacks",
     {"properties.actionOnUnmanage.resourceGroups", "delete"}},
    {"Microsoft.Resources/deploymentStacks",
     {"properties.actionOnUnmanage.managementGroups", "delete"}},
}};

// They do their work when they are created; an object of their own hardly exists.
constexpr std::array<std::string_view, 12> runs_when_created{
    "aws_lambda_invocation",
    "aws_redshiftdata_statement",
    "azapi_resource_action",
    "azapi_update_resource",
    "azurerm_container_registry_task_schedule_run_now",
    "azurerm_kusto_script",
    "azurerm_resource_deployment_script_azure_cli",
    "azurerm_resource_deployment_script_azure_power_shell",
    "azurerm_virtual_machine_run_command",
    "google_bigquery_job",
    "snowflake_execute",
    "snowflake_unsafe_execute",
};

Value at(Value value, std::string_view path) {
  for (const std::string_view step : split(path, '.')) value = value.unwrapped().member(step);
  return value.unwrapped();
}

// What is certain outranks what is unproven.
void look(const Value& value, const Word& wanted, const std::string& prefix,
          std::optional<DeletesOthers>& found) {
  const Value word = at(value, wanted.path);
  const bool unproven = word.is_unknown() || (wanted.is_required && word.is_blank());
  const bool says_so =
      wanted.word.empty() ? !word.is_blank() : equal_ignoring_case(word.as_text(), wanted.word);
  if (!unproven && !says_so) return;
  if (found && (unproven || !found->unproven)) return;
  found = DeletesOthers{.path = prefix + std::string(wanted.path), .unproven = unproven};
}

std::optional<DeletesOthers> by_arguments(const Value& arguments, bool is_new) {
  std::optional<DeletesOthers> found;
  for (const Word& word : argument_words) {
    if (is_new || !word.only_new) look(arguments, word, {}, found);
  }
  return found;
}

std::optional<DeletesOthers> by_body(const Subject& subject) {
  const ArmBody body(subject.after);
  std::optional<DeletesOthers> found;
  for (const BodyWord& word : body_words) {
    if (equal_ignoring_case(arm_type(subject.after.node()), word.type)) look(body.value(), word.word, "body.", found);
  }
  return found;
}

bool is_new(Effect effect) { return effect == Effect::create || effect == Effect::create_forget; }

}  // namespace

std::optional<DeletesOthers> deletes_others(const Subject& subject) {
  const Effect effect = subject.change.effect;
  if (subject.tier != Tier::escape_hatch || (!is_new(effect) && effect != Effect::update))
    return std::nullopt;
  if (const auto found = by_arguments(subject.after, is_new(effect))) return found;
  return subject.change.type.starts_with("azapi_") ? by_body(subject) : std::nullopt;
}

void check_escape_hatch(const Rule& rule, const Subject& subject, Report& report) {
  check_hatch_loss(rule, subject, report);
  if (const auto found = deletes_others(subject); found && !found->unproven) {
    Finding& finding = report.add(rule, Level::block, subject,
                                  "It deletes what the plan does not show (" + found->path + ").");
    finding.attribute = found->path;
    return;
  }
  const bool runs = std::find(runs_when_created.begin(), runs_when_created.end(),
                              subject.change.type) != runs_when_created.end();
  if (is_new(subject.change.effect) && subject.tier == Tier::escape_hatch && runs) {
    report.add(rule, Level::warn, subject,
               "It runs once it is created, on objects that the plan does not show.");
    return;
  }
  check_comparators(rule, subject, report);
}

void check_invocations(const Rule& rule, const PlanView& view, Report& report) {
  for (const plan::ActionInvocation& action : view.actions) {
    const auto found = by_arguments(Value::after(action.values, action.unknown, action.sensitive), true);
    std::string message = "An action of the provider runs; the plan does not show what it does.";
    if (found) {
      message += found->unproven ? " It may delete objects: " + found->path + " is not in the plan."
                                 : " It deletes objects (" + found->path + ").";
    }
    Finding& finding = report.add_plan(rule, found ? Level::block : Level::warn,
                                       printable(action.address), std::move(message));
    finding.type = printable(action.type);
    finding.effect = "invoke";
    if (found) finding.attribute = found->path;
  }
}

}  // namespace tidegate::policy
