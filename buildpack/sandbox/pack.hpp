// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <string>

#include "base/exit_code.hpp"
#include "system/terminal.hpp"

namespace CLI {
class App;
}

namespace tidegate::sandbox_program {

struct PackOptions {
  std::string schemas{};
  std::string provider{};
  std::string version{};
  std::string output{};
};

CLI::App* add_pack(CLI::App& app, PackOptions& options);
ExitCode make_pack(const PackOptions& options, system::Terminal& terminal);

}  // namespace tidegate::sandbox_program
