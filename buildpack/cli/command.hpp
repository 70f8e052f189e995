// SPDX-License-Identifier: Apache-2.0
// What every subcommand gets: outputs and environment. One file per subcommand; each adds itself to
// the CLI in its `add_…` function and returns its exit code from `run`.
#pragma once

#include <functional>
#include <string>

#include "base/diagnostic.hpp"
#include "base/exit_code.hpp"
#include "system/environment.hpp"
#include "system/terminal.hpp"

namespace CLI {
class App;
}

namespace tidegate::cli {

struct Context {
  system::Terminal& terminal;
  const system::Environment& environment;
};

// `run` is set by the subcommand that was chosen on the command line.
using Action = std::function<ExitCode(Context&)>;

void add_detect(CLI::App& app, Action& action);
void add_build(CLI::App& app, Action& action);
void add_graph(CLI::App& app, Action& action);
void add_init(CLI::App& app, Action& action);
void add_inspect(CLI::App& app, Action& action);
void add_verify(CLI::App& app, Action& action);
void add_sandbox(CLI::App& app, Action& action);

// Diagnostics in text form to standard error, sorted; ends with "1 error, 2 warnings, 3 notes".
void print_diagnostics(Context& context, Diagnostics& diagnostics, bool with_notes);
// One failure to standard error; returns its exit code.
ExitCode print_failure(Context& context, const Diagnostic& failure);

}  // namespace tidegate::cli
