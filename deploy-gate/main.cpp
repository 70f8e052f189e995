// SPDX-License-Identifier: Apache-2.0
// deploy-gate: stands between `terraform plan` and `terraform apply`. Links no git, archive or network
// library.
#include <exception>
#include <string>

#include "commandline/completion.hpp"
#include "commandline/program.hpp"
#include "deploy-gate/command.hpp"
#include "version.hpp"

namespace {

using namespace tidegate;

ExitCode run_command_line(int argc, char** argv, gate::Context& context) {
  const commandline::Program program("deploy-gate", "Decides whether applying a Terraform plan can lose data.", tool_version);
  const commandline::Command app = program.root();
  app.require_command();
  app.set_footer(
      "Exit codes: 0 allowed, 10 blocked, 11 input unreadable, 12 not supported, 13 a check or policy is broken,\n"
      "14 plan incomplete, 64 wrong usage, 70 internal error. The first of 70, 64, 13, 11, 12, 14, 10, 0 that\n"
      "applies wins.");
  gate::Action action;
  gate::add_check(app, action);
  gate::add_run(app, action);
  gate::add_explain(app, action);
  gate::add_catalogue(app, action);
  gate::add_waive(app, action);
  gate::add_test(app, action);
  commandline::add_completion(app, action);
  if (argc == 1) {
    context.terminal.err(program.help());
    return ExitCode::usage;
  }
  if (const auto answer = program.parse(argc, argv)) {
    context.terminal.out(answer->out);
    context.terminal.err(answer->err);
    return answer->exit;
  }
  return action(context);
}

}  // namespace

int main(int argc, char** argv) {
  system::StandardTerminal terminal;
  const system::ProcessEnvironment environment;
  gate::Context context{terminal, environment};
  ExitCode code = ExitCode::internal;
  try {
    code = run_command_line(argc, argv, context);
  } catch (const std::exception& error) {
    terminal.err(std::string("deploy-gate: internal error: ") + error.what() + "\n");
  }
  // A verdict that nobody could read is none.
  if (!terminal.good()) code = ExitCode::internal;
  return to_int(code);
}
