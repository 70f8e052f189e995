// SPDX-License-Identifier: Apache-2.0
// What every subcommand of deploy-gate gets. One file per subcommand; each adds itself to the CLI in
// its `add_…` function.
#pragma once

#include <functional>
#include <string>

#include "base/diagnostic.hpp"
#include "base/exit_code.hpp"
#include "commandline/command.hpp"
#include "system/environment.hpp"
#include "system/terminal.hpp"

namespace tidegate::gate {

struct Context {
  system::Terminal& terminal;
  const system::Environment& environment;
};

// `run` is set by the subcommand that was chosen on the command line.
using Action = std::function<ExitCode(Context&)>;

void add_check(commandline::Command app, Action& action);
void add_explain(commandline::Command app, Action& action);
void add_catalogue(commandline::Command app, Action& action);
void add_waive(commandline::Command app, Action& action);
void add_test(commandline::Command app, Action& action);
void add_run(commandline::Command app, Action& action);

}  // namespace tidegate::gate
