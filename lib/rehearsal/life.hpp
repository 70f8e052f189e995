// SPDX-License-Identifier: Apache-2.0
// The steps of a rehearsal. Each adds itself to the report and says whether to go on. Private to
// this module.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "rehearsal/plan_summary.hpp"
#include "rehearsal/rehearse.hpp"
#include "rehearsal/workspace.hpp"
#include "sandbox/launch/launch.hpp"

namespace tidegate::rehearsal {

class Life {
 public:
  Life(const Request& request, const Programs& programs, std::string base,
       system::Foreground& foreground);

  bool extract();
  bool start_host();
  bool init();
  bool validate();
  bool test();
  bool test_gate();  // the artifact's own checks, and made-up plans that must be blocked

  void enter(std::string phase);
  bool install_previous();
  bool plan(const std::string& name);
  bool expect_only_creates();
  bool judge();
  bool apply();
  bool expect_no_change();
  bool destroy();
  bool was_blocked() const { return report_.exit == ExitCode::blocked; }

  Report finish();

 private:
  using Words = std::vector<std::string>;

  // Runs `work` as a step; what it leaves as outcome decides. `failure` is the exit code of a
  // failed one.
  bool step(const std::string& name, const std::function<void(Step&)>& work);
  void fail(Step& step, ExitCode exit, std::string summary, std::string detail = {});
  void fail(Step& step, const Diagnostic& diagnostic);
  // Runs Terraform in `folder`; a failed step unless it exits with 0, or with `other`.
  std::optional<system::ProcessResult> terraform(Step& step, const std::string& folder, Words words,
                                                 int other = 0);
  Words with_values(Words words, const Workspace& workspace) const;
  bool connect(Step& step, const Workspace& workspace, const std::string& state);
  Status launch(bool all_types);
  std::string result(const std::string& name) const;
  std::optional<std::string> show(Step& step, const std::string& plan);
  void plan_without_guards(Step& step, std::string said);
  void judge_made_up(Step& step, const std::string& address, bool replace);
  void add_limits();
  void add_unused_control(const std::string& said);
  Status keep_state(const std::string& text);
  void keep_last_state();  // of a life that did not come to its destroy
  void keep_states();

  const Request& request_;
  const Programs& programs_;
  const std::string base_;
  system::Foreground& foreground_;
  Report report_{};
  std::string phase_ = "new";
  std::optional<Workspace> new_{}, previous_{};
  const Workspace* connected_ = nullptr;  // to the state of this phase
  std::string kept_phase_{};              // whose state is kept already
  Requirements requirements_{};
  std::unique_ptr<sandbox::RunningHost> host_{};
  std::map<std::string, std::string> environment_{};
  std::string plan_json_{};  // of the last plan
  PlanSummary summary_{};
  std::optional<std::string> guard_stop_{};  // what Terraform said: prevent_destroy stops the plan
  bool upgraded_ = false;                    // the state of the upgrade holds the new version
  bool all_types_ = false;
};

}  // namespace tidegate::rehearsal
