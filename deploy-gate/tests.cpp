// SPDX-License-Identifier: Apache-2.0
// deploy-gate test [DIR]: the developers' checks, each tried by its own inline tests.
#include <memory>
#include <string>

#include "base/text.hpp"
#include "deploy-gate/checks.hpp"
#include "deploy-gate/judge.hpp"

namespace tidegate::gate {

namespace {

ExitCode run_tests(const std::string& folder, Context& context) {
  auto checks = load_folder(folder);
  if (!checks) return fail(context, checks.failure(), checks.failure().exit);
  std::size_t rules = 0, tests = 0, failed = 0;
  for (const policy::custom::Collected& loaded : checks->collection.files) {
    for (const policy::custom::TestOutcome& outcome : loaded.outcomes) {
      const std::size_t count = outcome.passed + outcome.failed;
      context.terminal.out((outcome.failed > 0 ? "failed  " : "ok      ") + outcome.id + "  " +
                           std::to_string(outcome.passed) + " of " + counted(count, "test") +
                           " passed\n");
      ++rules;
      tests += count;
      failed += outcome.failed;
    }
    for (const policy::custom::ExecCheck& exec : loaded.file.execs) {
      const auto problem = find_program_problem(exec, base_of(loaded.file));
      context.terminal.out((problem ? "failed  " : "ok      ") + exec.id +
                           "  a program; it runs with a plan only\n");
      if (problem) checks->broken.push_back(*problem);
    }
  }
  if (tests == 0 && checks->broken.empty()) {
    checks->broken.push_back(
        {.code = "gate.check-untested",
         .where = {.file = folder},
         .message = "no test at all",
         .hint = "give every rule a test that expects its finding and one that expects pass",
         .exit = ExitCode::policy_broken});
  }
  for (const Diagnostic& problem : checks->broken)
    context.terminal.err(render_diagnostic(problem) + "\n");
  context.terminal.out(counted(rules, "rule") + ", " + counted(checks->exec_count(), "program") +
                       ", " + counted(tests, "test") + ", " + std::to_string(failed) + " failed, " +
                       counted(checks->broken.size(), "error") + "\n");
  return checks->broken.empty() ? ExitCode::success : ExitCode::policy_broken;
}

}  // namespace

void add_test(commandline::Command app, Action& action) {
  auto folder = std::make_shared<std::string>(".");
  const commandline::Command command = app.add_command("test", "run the tests inside the developers' checks");
  command.add_option("folder", *folder,
                     "the checks, or what holds them in checks/ or gate/checks/; default: here").suggest_folders();
  command.when_chosen([folder, &action] {
    action = [folder](Context& context) { return run_tests(*folder, context); };
  });
}

}  // namespace tidegate::gate
