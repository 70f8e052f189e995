// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/exit_code.hpp"
#include "commandline/command.hpp"
#include "system/terminal.hpp"

namespace tidegate::sandbox_program {

struct PackOptions {
  std::string schemas{};
  std::string provider{};
  std::string version{};
  std::string output{};
};

commandline::Command add_pack(commandline::Command app, PackOptions& options);
ExitCode make_pack(const PackOptions& options, system::Terminal& terminal);

}  // namespace tidegate::sandbox_program
