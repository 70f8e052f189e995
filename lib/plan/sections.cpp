// SPDX-License-Identifier: Apache-2.0
#include "plan/sections.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "plan/outline.hpp"

namespace tidegate::plan {

using document::decode_json_string;
using document::root_tag;

namespace {

// Names of captured and opened values. An opened container decides about its members.
enum Tag : int {
  top, format_version, terraform_version, timestamp, errored, complete,
  changes, change, drift, drift_change, deferred, actions, action, checks, check, outputs, output,
  state, state_values, state_module, state_resources, state_modules, state_resource,
  configuration, provider_configs, provider_config, provider_expressions, provider_features,
  config_module, config_resources, config_resource, config_calls, config_call, provisioners, expressions,
  call_expressions, module_outputs, module_output,
  element_address, element_type, element_mode, element_provider, element_dependencies
};

constexpr std::array<std::string_view, 17> known_keys{
    "format_version", "terraform_version", "variables", "planned_values", "resource_drift", "resource_changes",
    "deferred_changes", "output_changes", "prior_state", "configuration", "relevant_attributes", "checks",
    "timestamp", "applyable", "complete", "errored", "action_invocations"};

constexpr std::array<std::string_view, 13> known_reasons{
    "replace_because_tainted", "replace_because_cannot_update", "replace_by_request", "replace_by_triggers",
    "delete_because_no_resource_config", "delete_because_wrong_repetition", "delete_because_count_index",
    "delete_because_each_key", "delete_because_no_module", "delete_because_no_move_target",
    "read_because_config_unknown", "read_because_dependency_pending", "read_because_check_nested"};

template <std::size_t N>
bool is_one_of(const std::array<std::string_view, N>& words, std::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

constexpr Decision skip{};

}  // namespace

void SectionReader::malformed(Diagnostic diagnostic) {
  // The least one, not the first one: the order of the entries must not matter.
  if (!outline_.malformed || diagnostic.message < outline_.malformed->message) {
    outline_.malformed = std::move(diagnostic);
  }
}

void SectionReader::malformed(std::string message) {
  malformed(Diagnostic{.code = "gate.malformed-plan", .where = {.file = file_}, .message = std::move(message),
                       .hint = "make the JSON anew: terraform show -json tfplan", .exit = ExitCode::unreadable});
}

std::string SectionReader::place(std::string_view section, std::size_t index) const {
  return file_ + "#/" + std::string(section) + "/" + std::to_string(index);
}

// A container of the expected kind is opened, another kind of value is an error.
Decision SectionReader::section(const Member& member, int tag, char first) {
  if (member.first == first) return {Take::open, tag};
  malformed(std::string(member.key.empty() ? "an element" : member.key) + " is not " +
            (first == '[' ? "a list" : "an object"));
  return skip;
}

Decision SectionReader::begin_top(const Member& member) {
  const std::string_view key = member.key;
  outline_.keys.emplace(key);
  if (key == "format_version") return {Take::capture, format_version};
  if (key == "terraform_version") return {Take::capture, terraform_version};
  if (key == "timestamp") return {Take::capture, timestamp};
  if (key == "errored") return {Take::capture, errored};
  if (key == "complete") return {Take::capture, complete};
  if (key == "resource_changes") return section(member, changes, '[');
  if (key == "resource_drift") return section(member, drift, '[');
  if (key == "deferred_changes") return section(member, deferred, '[');
  if (key == "action_invocations") return section(member, actions, '[');
  if (key == "checks") return section(member, checks, '[');
  if (key == "output_changes") return section(member, outputs, '{');
  if (key == "prior_state") return section(member, state, '{');
  if (key == "configuration") return section(member, configuration, '{');
  if (!is_one_of(known_keys, key)) outline_.notes.insert("unknown section " + shortened(printable(key), 80) + " ignored");
  return skip;
}

Decision SectionReader::begin_state(const Member& member) {
  const std::string_view key = member.key;
  switch (member.parent) {
    case state: return key == "values" ? section(member, state_values, '{') : skip;
    case state_values: return key == "root_module" ? section(member, state_module, '{') : skip;
    case state_module:
      if (key == "resources") return section(member, state_resources, '[');
      if (key == "child_modules") return section(member, state_modules, '[');
      return skip;
    case state_modules: return section(member, state_module, '{');
    case state_resources:
      address_.clear();
      type_.clear();
      mode_.clear();
      depends_on_.clear();
      return section(member, state_resource, '{');
    default:
      if (key == "address") return {Take::capture, element_address};
      if (key == "type") return {Take::capture, element_type};
      if (key == "mode") return {Take::capture, element_mode};
      if (key == "depends_on" && handlers_.wants_dependencies()) return {Take::capture, element_dependencies};
      return skip;
  }
}

Decision SectionReader::begin_configuration(const Member& member) {
  const std::string_view key = member.key;
  switch (member.parent) {
    case configuration:
      if (key == "root_module") return section(member, config_module, '{');
      if (key == "provider_config") return section(member, provider_configs, '{');
      return skip;
    case provider_configs:
      features_.clear();
      provider_ = std::string(key);
      return section(member, provider_config, '{');
    case provider_config: return key == "expressions" ? section(member, provider_expressions, '{') : skip;
    case provider_expressions: return key == "features" ? Decision{Take::capture, provider_features} : skip;
    case config_module:
      if (key == "resources") return section(member, config_resources, '[');
      if (key == "module_calls") return section(member, config_calls, '{');
      if (key == "outputs" && !modules_.empty()) return section(member, module_outputs, '{');
      return skip;
    case module_outputs: return {Take::capture, module_output};
    case config_calls:
      modules_.emplace_back(key);
      if (member.first != '{') modules_.pop_back();
      return section(member, config_call, '{');
    case config_call:
      if (key == "expressions") return {Take::capture, call_expressions};
      return key == "module" ? section(member, config_module, '{') : skip;
    case config_resources:
      address_.clear();
      type_.clear();
      mode_.clear();
      expressions_.clear();
      provider_.clear();
      provisioner_ = false;
      return section(member, config_resource, '{');
    case provisioners: provisioner_ = true; return skip;
    default:
      if (key == "address") return {Take::capture, element_address};
      if (key == "type") return {Take::capture, element_type};
      if (key == "mode") return {Take::capture, element_mode};
      if (key == "expressions") return {Take::capture, expressions};
      if (key == "provider_config_key") return {Take::capture, element_provider};
      if (key == "provisioners") return section(member, provisioners, '[');
      return skip;
  }
}

Decision SectionReader::begin(const Member& member) {
  switch (member.parent) {
    case root_tag:
      outline_.is_object = member.first == '{';
      return {Take::open, top};
    case top: return begin_top(member);
    case changes: return {Take::capture, change};
    case drift: return {Take::capture, drift_change};
    case deferred: ++outline_.deferred; return skip;
    case actions: return {Take::capture, action};
    case checks: return {Take::capture, check};
    case outputs: return {Take::capture, output};
    default: break;
  }
  return member.parent < configuration ? begin_state(member) : begin_configuration(member);
}

void SectionReader::capture_scalar(int tag, const Member& member, std::string_view text) {
  std::optional<bool>* flag = tag == errored ? &outline_.errored : tag == complete ? &outline_.complete : nullptr;
  if (flag != nullptr) {
    if (text == "true" || text == "false") *flag = text == "true";
    else malformed(std::string(member.key) + " is neither true nor false");
    return;
  }
  if (member.first != '"') {
    malformed(std::string(member.key) + " is not a string");
    return;
  }
  std::string* target = nullptr;
  switch (tag) {
    case format_version: target = &outline_.format_version; break;
    case terraform_version: target = &outline_.terraform_version; break;
    case timestamp: target = &outline_.timestamp; break;
    case element_address: target = &address_; break;
    case element_type: target = &type_; break;
    case element_mode: target = &mode_; break;
    default: target = &provider_; break;
  }
  *target = decode_json_string(text);
}

void SectionReader::captured(int tag, const Member& member, std::string_view text) {
  switch (tag) {
    case change: {
      const std::optional<std::string> brief = idle_outline(text, member.keys);
      changes_.add(member.index, brief ? std::string_view(*brief) : text, false);
      return;
    }
    case drift_change: changes_.add(member.index, text, true); return;
    case action: take_action(member, text); return;
    case check: take_check(member, text); return;
    case output: take_output(member, text); return;
    case expressions: expressions_.assign(text); return;
    case provider_features: features_.assign(text); return;
    case element_dependencies: depends_on_.assign(text); return;
    case call_expressions: handlers_.module_call(module_path(), text); return;
    case module_output: handlers_.module_output(module_path(), member.key, text); return;
    default: capture_scalar(tag, member, text);
  }
}

void SectionReader::take_change(std::size_t index, std::string_view text, bool is_drift) {
  const std::string where = place(is_drift ? "resource_drift" : "resource_changes", index);
  const Result<Change> parsed = parse_change(where, text, is_drift);
  if (!parsed) {
    const Diagnostic& failure = parsed.failure();
    if (failure.exit == ExitCode::unreadable) malformed(failure);
    else if (!outline_.unknown_action || failure.message < outline_.unknown_action->message) outline_.unknown_action = failure;
    return;
  }
  if (!parsed->reason.empty() && !is_one_of(known_reasons, parsed->reason)) {
    outline_.notes.insert("unknown action_reason " + shortened(printable(parsed->reason), 80) + " ignored");
  }
  if (parsed->mode != Mode::managed) return;
  if (is_drift) {
    if (parsed->effect == Effect::destroy) {
      ++outline_.drift_deletes;
      facts_.changes.add_covered(parsed->address);
    }
    handlers_.drift(*parsed);
    return;
  }
  count_change(*parsed);
  effects_.add(*parsed);
  handlers_.change(*parsed);
}

void SectionReader::count_change(const Change& parsed) {
  ++facts_.effects[static_cast<std::size_t>(parsed.effect)];
  if (parsed.deposed.empty()) facts_.changes.add_current(parsed.address, parsed.effect);
  else facts_.changes.add_covered(parsed.address);
  if (!parsed.previous_address.empty()) facts_.changes.add_covered(parsed.previous_address);
  if (parsed.effect != Effect::destroy) return;
  if (!parsed.deposed.empty()) ++outline_.deposed_deletes;
  else if (parsed.reason.empty()) ++outline_.deletes_without_reason;
}

void SectionReader::take_action(const Member& member, std::string_view text) {
  const auto parsed = document::parse_json(place("action_invocations", member.index), std::string(text));
  if (!parsed) return malformed(place("action_invocations", member.index) + ": " + parsed.failure().message);
  const document::Node root = (*parsed)->root();
  ActionInvocation action{.address = std::string(root["address"].as_string()),
                          .type = std::string(root["type"].as_string()),
                          .document = *parsed,
                          .values = root["config_values"],
                          .unknown = root["config_unknown"],
                          .sensitive = root["config_sensitive"]};
  if (action.address.empty() || action.type.empty()) {
    return malformed(place("action_invocations", member.index) + ": the action has no address or type");
  }
  handlers_.action(action);
}

void SectionReader::take_check(const Member& member, std::string_view text) {
  const auto parsed = document::parse_json(place("checks", member.index), std::string(text));
  if (!parsed) return malformed(place("checks", member.index) + ": " + parsed.failure().message);
  const document::Node root = (*parsed)->root();
  const std::string_view status = root["status"].as_string();
  if (status != "fail" && status != "error") return;
  FailedCheck failed{.address = std::string(root["address"]["to_display"].as_string()), .status = std::string(status)};
  for (const document::Node instance : root["instances"]) {
    for (const document::Node problem : instance["problems"]) {
      failed.messages.emplace_back(problem["message"].as_string());
    }
  }
  handlers_.check(failed);
}

void SectionReader::take_output(const Member& member, std::string_view text) {
  const auto parsed = document::parse_json("output_changes", std::string(text));
  if (!parsed) return malformed("output_changes: " + parsed.failure().message);
  effects_.add_output(member.key, (*parsed)->root());
}

void SectionReader::closed(int tag) {
  switch (tag) {
    case changes:
      changes_.finish();
      handlers_.changes_end();
      return;
    case drift: changes_.finish(); return;
    case state_resource: end_state_resource(); return;
    case config_resource: end_configured(); return;
    case config_call:
      handlers_.module(module_path());
      modules_.pop_back();
      return;
    case provider_config:
      if (!features_.empty()) handlers_.features(provider_, features_);
      return;
    default: return;
  }
}

void SectionReader::end_state_resource() {
  if (mode_ == "data" || mode_ == "ephemeral") return;
  if (address_.empty() || type_.empty()) return malformed("a resource of prior_state has no address or type");
  ++facts_.state_objects;
  ++facts_.state_types[type_];
  // Terraform writes resource_changes first, so only what is missing is kept.
  if (!depends_on_.empty()) handlers_.state({.address = address_, .type = type_, .depends_on = depends_on_});
  if (!outline_.has("resource_changes") || !facts_.changes.covers(address_)) outline_.uncovered.push_back(address_);
}

void SectionReader::end_configured() {
  if (mode_ == "data" || mode_ == "ephemeral") return;
  ++outline_.configured;
  const std::string module = module_path();
  handlers_.configured({.address = module + (module.empty() ? "" : ".") + address_, .type = type_, .provider_key = provider_,
                        .has_provisioner = provisioner_, .expressions = expressions_});
}

std::string SectionReader::module_path() const {
  std::string path;
  for (const std::string& name : modules_) path += (path.empty() ? "module." : ".module.") + name;
  return path;
}

}  // namespace tidegate::plan
