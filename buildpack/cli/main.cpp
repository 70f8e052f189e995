// SPDX-License-Identifier: Apache-2.0
// tidegate: one program. Called as `detect` (buildpack/bin/detect is a link to it) it speaks the
// buildpack protocol, otherwise the first word chooses a subcommand.
#include <CLI/CLI.hpp>

#include <exception>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "buildpack/cli/command.hpp"
#include "detect/command.hpp"
#include "system/memory.hpp"
#include "version.hpp"

namespace {

using namespace tidegate;

ExitCode run_command_line(int argc, char** argv, cli::Context& context) {
  CLI::App app("Turns the repository of a data pipeline into one artifact.", "tidegate");
  app.set_version_flag("--version", std::string("tidegate ") + tool_version);
  app.require_subcommand(1);
  cli::Action action;
  cli::add_detect(app, action);
  cli::add_build(app, action);
  cli::add_graph(app, action);
  cli::add_init(app, action);
  cli::add_inspect(app, action);
  cli::add_verify(app, action);
  cli::add_sandbox(app, action);
  try {
    app.parse(argc, argv);
  } catch (const CLI::Success&) {
    context.terminal.out(app.help());
    return ExitCode::success;
  } catch (const CLI::ParseError& error) {
    if (error.get_exit_code() == 0) {
      context.terminal.out(std::string(error.what()) + "\n");
      return ExitCode::success;
    }
    context.terminal.err(std::string("tidegate: ") + error.what() + "\n\n" + app.help());
    return ExitCode::usage;
  }
  return action(context);
}

}  // namespace

int main(int argc, char** argv) {
  system::share_heaps();
  system::StandardTerminal terminal;
  const system::ProcessEnvironment environment;
  cli::Context context{terminal, environment};
  ExitCode code = ExitCode::internal;
  try {
    if (file_name(argv[0]) == "detect") {
      code = run_buildpack_detect(context, std::vector<std::string>(argv + 1, argv + argc));
    } else {
      code = run_command_line(argc, argv, context);
    }
  } catch (const std::exception& error) {
    terminal.err(std::string("tidegate: internal error: ") + error.what() + "\n");
  }
  if (!terminal.good() && code == ExitCode::success) code = ExitCode::internal;
  return to_int(code);
}
