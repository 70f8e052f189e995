// SPDX-License-Identifier: Apache-2.0
// tidegate: one program. Called as `detect` or `build` (in buildpack/bin are links to it) it speaks the
// buildpack protocol, otherwise the first word chooses a subcommand.
#include <array>
#include <exception>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/text.hpp"
#include "build/buildpack.hpp"
#include "buildpack/cli/command.hpp"
#include "buildpack/cli/log_terminal.hpp"
#include "commandline/completion.hpp"
#include "commandline/program.hpp"
#include "detect/command.hpp"
#include "system/clock.hpp"
#include "system/memory.hpp"
#include "version.hpp"

namespace {

using namespace tidegate;

ExitCode run_command_line(int argc, char** argv, cli::Context& context) {
  const commandline::Program program("tidegate", "Turns the repository of a data pipeline into one artifact.", tool_version);
  const commandline::Command app = program.root();
  app.require_command();
  app.accept_options_behind_commands();
  bool quiet = false;
  std::string format = "text";
  app.add_flag("-q,--quiet", quiet, "say nothing but findings and results");
  app.add_option("--log-format", format, "of findings and log lines: text, json, github, azure (default: text)")
      .one_of({"text", "json", "github", "azure"});
  cli::Action action;
  cli::add_detect(app, action);
  cli::add_build(app, action);
  cli::add_check(app, action);
  cli::add_explain(app, action);
  cli::add_lock(app, action);
  cli::add_graph(app, action);
  cli::add_init(app, action);
  cli::add_inspect(app, action);
  cli::add_verify(app, action);
  cli::add_rehearse(app, action);
  cli::add_test(app, action);
  cli::add_diff(app, action);
  cli::add_sbom(app, action);
  cli::add_key(app, action);
  cli::add_sign(app, action);
  cli::add_publish(app, action);
  cli::add_pull(app, action);
  cli::add_list(app, action);
  cli::add_sandbox(app, action);
  commandline::add_completion(app, action);
  if (const auto answer = program.parse(argc, argv)) {
    context.terminal.out(answer->out);
    context.terminal.err(answer->err);
    return answer->exit;
  }
  constexpr std::array<std::pair<std::string_view, cli::LogFormat>, 4> formats{
      {{"text", cli::LogFormat::text}, {"json", cli::LogFormat::json}, {"github", cli::LogFormat::github}, {"azure", cli::LogFormat::azure}}};
  for (const auto& one : formats) {
    if (one.first == format) context.format = one.second;
  }
  cli::LogTerminal log(context.terminal, context.format, quiet);
  const bool live = context.format == cli::LogFormat::text && system::has_live_terminal(context.terminal, context.environment);
  system::ProgressLine progress(log, live, system::steady_milliseconds);
  cli::Context inner{log, context.environment, context.format, &context.terminal, &progress};
  return action(inner);
}

}  // namespace

int main(int argc, char** argv) {
  system::share_heaps();
  system::StandardTerminal terminal;
  const system::ProcessEnvironment environment;
  system::ProgressLine progress(terminal, false, system::steady_milliseconds);  // of the buildpack; the command line has its own
  cli::Context context{terminal, environment, cli::LogFormat::text, nullptr, &progress};
  ExitCode code = ExitCode::internal;
  try {
    if (file_name(argv[0]) == "detect") {
      code = run_buildpack_detect(context, std::vector<std::string>(argv + 1, argv + argc));
    } else if (file_name(argv[0]) == "build") {
      code = run_buildpack_build(context, std::vector<std::string>(argv + 1, argv + argc));
    } else {
      code = run_command_line(argc, argv, context);
    }
  } catch (const std::exception& error) {
    terminal.err(std::string("tidegate: internal error: ") + error.what() + "\n");
  }
  if (!terminal.good() && code == ExitCode::success) code = ExitCode::internal;
  return to_int(code);
}
