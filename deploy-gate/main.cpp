// SPDX-License-Identifier: Apache-2.0
// deploy-gate: stands between `terraform plan` and `terraform apply`. Links no git, archive or network
// library.
#include <CLI/CLI.hpp>

#include <exception>
#include <string>

#include "deploy-gate/command.hpp"
#include "version.hpp"

namespace {

using namespace tidegate;

ExitCode run_command_line(int argc, char** argv, gate::Context& context) {
  CLI::App app("Decides whether applying a Terraform plan can lose data.", "deploy-gate");
  app.set_version_flag("--version", std::string("deploy-gate ") + tool_version);
  app.require_subcommand(1);
  app.footer(
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
  if (argc == 1) {
    context.terminal.err(app.help());
    return ExitCode::usage;
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::CallForHelp&) {
    context.terminal.out(app.help());
    return ExitCode::success;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      context.terminal.out(std::string(error.what()) + "\n");
      return ExitCode::success;
    }
    context.terminal.err(std::string("deploy-gate: ") + error.what() + "\n\n" + app.help());
    return ExitCode::usage;
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
