// SPDX-License-Identifier: Apache-2.0
// `tidegate completion`.
#pragma once

#include "buildpack/cli/command.hpp"

namespace tidegate::cli {

// The last one to be added: it knows all others.
void add_completion(commandline::Command app, Action& action);

}  // namespace tidegate::cli
