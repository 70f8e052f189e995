// SPDX-License-Identifier: Apache-2.0
// Scripts that complete the command line in a shell, made from the definition of the command line itself.
#pragma once

#include <string>

#include "buildpack/cli/command.hpp"

namespace tidegate::cli {

// `shell`: bash, zsh or fish.
std::string render_completion(const commandline::Outline& program, const std::string& shell);

// The last one to be added: it knows all others.
void add_completion(commandline::Command app, Action& action);

}  // namespace tidegate::cli
