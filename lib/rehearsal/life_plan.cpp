// SPDX-License-Identifier: Apache-2.0
// From the plan to the empty state. A plan that prevent_destroy stops has no verdict by itself; the
// gate then judges what the plan would do without, so that the report names everything that would
// be lost.
#include <algorithm>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "rehearsal/life.hpp"
#include "rehearsal/shown.hpp"
#include "system/file_sink.hpp"
#include "system/file_tree.hpp"

namespace tidegate::rehearsal {

namespace {

using plan::Effect;

bool guards_stop(std::string_view said) { return said.find("prevent_destroy") != said.npos; }

// "azurerm_x.y (name, body.properties.description)", one a line.
std::string list_changes(const PlanSummary& summary) {
  std::string out;
  for (const PlannedChange& change : summary.changes) {
    out += std::string(plan::to_string(change.effect)) + " " + change.address;
    if (!change.attributes.empty()) out += ": " + join(change.attributes, ", ");
    out += "\n";
  }
  for (const std::string& output : summary.outputs) out += "output " + output + "\n";
  return out;
}

std::string render_local_backend(const std::string& state) {
  std::string out;
  document::JsonWriter writer(out);
  writer.begin_object().key("terraform").begin_object().key("backend").begin_object();
  writer.key("local").begin_object().member("path", state);
  writer.end_object().end_object().end_object().end_object();
  return out + "\n";
}

std::vector<document::DocumentPtr> read_behaviour(const std::string& folder) {
  std::vector<document::DocumentPtr> documents;
  const auto tree =
      system::read_folder(folder, [](const std::string&, bool is_folder) { return is_folder; });
  if (!tree) return documents;
  for (const system::Entry& entry : (*tree)->entries()) {
    if (!entry.path.ends_with(".json")) continue;
    auto text = (*tree)->read(entry.path);
    if (!text) continue;
    auto parsed = document::parse_json(entry.path, std::move(*text));
    if (parsed) documents.push_back(std::move(*parsed));
  }
  return documents;
}

}  // namespace

void Life::enter(std::string phase) {
  phase_ = std::move(phase);
  guard_stop_.reset();
}

bool Life::install_previous() {
  return step("install " + previous_->verified.manifest.version, [&](Step& step) {
    if (!connect(step, *previous_, phase_)) return;
    const Words words = with_values({"apply", "-no-color", "-auto-approve"}, *previous_);
    if (!terraform(step, previous_->terraform, words)) return;
    if (connect(step, *new_, phase_)) step.summary = "ok";
  });
}

std::optional<std::string> Life::show(Step& step, const std::string& plan) {
  auto shown = terraform(step, new_->terraform, {"show", "-json", "-no-color", plan});
  if (!shown) return std::nullopt;
  const auto summary = summarise_plan(shown->out);
  if (!summary) {
    fail(step, summary.failure());
    return std::nullopt;
  }
  summary_ = *summary;
  if (Status written = system::write_file(plan + ".json", shown->out); !written) {
    fail(step, written.failure());
    return std::nullopt;
  }
  return std::move(shown->out);
}

bool Life::plan(const std::string& name) {
  return step(name, [&](Step& step) {
    const std::string file = result(phase_ + ".tfplan");
    const Words words = with_values({"plan", "-no-color", "-out=" + file}, *new_);
    if (!terraform(step, new_->terraform, words)) {
      if (guards_stop(step.detail) && report_.exit == ExitCode::build_failed) {
        plan_without_guards(step, step.detail);
      }
      if (step.outcome != Outcome::passed) return;
    }
    if (!show(step, file)) return;
    report_.plans.push_back({.phase = phase_, .counts = counts_of(summary_)});
    step.summary = counts_of(summary_) + (guard_stop_ ? ", stopped by prevent_destroy" : "");
    add_limits();
  });
}

void Life::plan_without_guards(Step& step, std::string said) {
  report_.exit = ExitCode::success;
  step = {.phase = phase_, .name = step.name};
  if (Status written = write_unguarded(*new_); !written) return fail(step, written.failure());
  const Words words =
      with_values({"plan", "-no-color", "-out=" + result(phase_ + ".tfplan")}, *new_);
  if (terraform(step, new_->terraform, words)) guard_stop_ = std::move(said);
  if (Status removed = remove_unguarded(*new_); !removed) fail(step, removed.failure());
}

void Life::add_limits() {
  if (summary_.count(Effect::update) == 0) return;
  for (std::string& limit : find_limits(summary_, read_behaviour(programs_.behaviour))) {
    report_.limits.push_back(std::move(limit));
  }
}

bool Life::expect_only_creates() {
  if (summary_.only_creates()) return true;
  return step("only creates", [&](Step& step) {
    fail(step, ExitCode::build_failed, "a first deployment must only create",
         list_changes(summary_));
  });
}

bool Life::judge() {
  return step("gate", [&](Step& step) {
    const auto judged = judge_plan(programs_.gate, result(phase_ + ".tfplan.json"), new_->folder,
                                   result(phase_ + ".verdict.txt"), foreground_);
    if (!judged) return fail(step, judged.failure());
    step.exit = judged->exit;
    PlanReport& plan = report_.plans.back();
    plan.verdict = judged->word;
    plan.document = judged->document;
    plan.text = judged->text;
    const std::string guard =
        guard_stop_ ? "prevent_destroy stops this plan in Terraform, too:\n" + *guard_stop_ : "";
    if (judged->exit == 0 && guard_stop_) {
      return fail(step, ExitCode::build_failed, "prevent_destroy stops the plan", guard);
    }
    step.summary = judged->exit == 0 ? judged->word : judged->reason;
    if (judged->exit == 0) return;
    if (!guard.empty()) plan.text += "\n" + guard;
    const std::string reason =
        judged->reason.empty() ? "exit " + std::to_string(judged->exit) : judged->reason;
    fail(step, static_cast<ExitCode>(judged->exit), reason, judged->errors);
  });
}

bool Life::apply() {
  return step("apply", [&](Step& step) {
    terraform(step, new_->terraform, {"apply", "-no-color", result(phase_ + ".tfplan")});
    upgraded_ = step.outcome == Outcome::passed;
  });
}

bool Life::expect_no_change() {
  return step("second plan", [&](Step& step) {
    const std::string file = result(phase_ + ".second.tfplan");
    const Words words =
        with_values({"plan", "-no-color", "-detailed-exitcode", "-out=" + file}, *new_);
    const auto planned = terraform(step, new_->terraform, words, 2);
    if (!planned) return;
    step.summary = "no changes";
    if (planned->exit_code == 0 || !show(step, file)) return;
    fail(step, ExitCode::build_failed, "a second plan still finds " + counts_of(summary_),
         list_changes(summary_));
  });
}

bool Life::destroy() {
  return step("destroy", [&](Step& step) {
    // A plan that was not applied left what the previous version had made.
    const Workspace& workspace = phase_ == "upgrade" && !upgraded_ ? *previous_ : *new_;
    if (phase_ == "upgrade" && !connect(step, workspace, phase_)) return;
    if (!request_.keep.empty()) {
      if (const auto state = terraform(step, workspace.terraform, {"state", "pull"})) {
        if (Status kept = keep_state(state->out); !kept) return fail(step, kept.failure());
      }
    }
    if (Status written = write_unguarded(workspace); !written) {
      return fail(step, written.failure());
    }
    const bool gone = terraform(step, workspace.terraform,
                                with_values({"destroy", "-no-color", "-auto-approve"}, workspace))
                          .has_value();
    if (Status removed = remove_unguarded(workspace); !removed) return fail(step, removed.failure());
    if (!gone) return;
    const auto left = terraform(step, workspace.terraform, {"state", "list"});
    if (left && !trim(left->out).empty()) {
      fail(step, ExitCode::build_failed, "objects are left in the state", left->out);
    }
    upgraded_ = false;
  });
}

Status Life::keep_state(const std::string& text) {
  kept_phase_ = phase_;
  return system::write_file(result(phase_ + ".tfstate"), text);
}

// What failed may have left something. Without a host, or after a signal, nobody can ask for it.
void Life::keep_last_state() {
  if (connected_ == nullptr || kept_phase_ == phase_) return;
  if (foreground_.stopped() || !host_->check_running()) return;
  const auto state = foreground_.capture({.argv = {programs_.terraform, "state", "pull"},
                                          .directory = connected_->terraform,
                                          .inherit_environment = false,
                                          .environment = environment_});
  if (!state || state->exit_code != 0 || trim(state->out).empty()) return;
  if (const Status kept = keep_state(state->out); !kept) return;
}

// A folder that is kept works with the states as they were before the end: after `init
// -reconfigure`.
void Life::keep_states() {
  if (report_.exit != ExitCode::success) keep_last_state();
  for (const auto* workspace : {&new_, &previous_}) {
    if (!*workspace) continue;
    const bool upgrade = previous_.has_value() && report_.steps.back().phase == "upgrade";
    const std::string state = result((upgrade ? "upgrade" : "new") + std::string(".tfstate"));
    const std::string file = join_path((*workspace)->terraform, sandbox::backend_override_name);
    const Status written = system::write_file(file, render_local_backend(state));
    if (!written) return;
  }
}

}  // namespace tidegate::rehearsal
