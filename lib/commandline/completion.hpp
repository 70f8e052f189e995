// SPDX-License-Identifier: Apache-2.0
// Scripts that complete the command line of a program in a shell, made from the definition of the command line itself:
// commands, options, and what may stand behind an option or as a positional word.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/exit_code.hpp"
#include "commandline/command.hpp"

namespace tidegate::commandline {

// "bash", "zsh", "fish"
const std::vector<std::string>& completion_shells();

// `shell`: one of completion_shells(). bash 3.2 and later.
std::string render_completion(const Outline& program, const std::string& shell);

// The command `completion SHELL` with its help. `shell` gets the word; it must live until the parse.
Command add_completion_command(const Command& program, std::string& shell);

// The same as the action of a program with subcommands. The last one to be added: it knows all
// others.
template <typename Context>
void add_completion(const Command& program, std::function<ExitCode(Context&)>& action) {
  auto shell = std::make_shared<std::string>();
  add_completion_command(program, *shell).when_chosen([shell, program, &action] {
    action = [text = render_completion(program.outline(), *shell)](Context& context) {
      context.terminal.out(text);
      return ExitCode::success;
    };
  });
}

}  // namespace tidegate::commandline
