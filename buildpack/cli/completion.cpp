// SPDX-License-Identifier: Apache-2.0
#include "buildpack/cli/completion.hpp"

#include <memory>

#include "commandline/completion.hpp"

namespace tidegate::cli {

void add_completion(commandline::Command app, Action& action) {
  auto shell = std::make_shared<std::string>();
  commandline::add_completion_command(app, *shell).when_chosen([shell, app, &action] {
    const std::string text = commandline::render_completion(app.outline(), *shell);
    action = [text](Context& context) {
      context.terminal.out(text);
      return ExitCode::success;
    };
  });
}

}  // namespace tidegate::cli
