// SPDX-License-Identifier: Apache-2.0
// `tidegate check`: everything that a build would say about the files, without building.
#pragma once

#include <string>
#include <vector>

#include "build/command.hpp"

namespace tidegate {

struct CheckOptions {
  SourceChoice source{};
  LibraryOptions libraries{};
  std::vector<std::string> formats{};  // "json", "sarif=FILE"; none: text
  bool notes = false;                  // text: findings of severity note, and accepted ones
  bool strict = false;                 // warnings become errors
};

// Exit 0, or that of the worst finding: 20, 12, 13; 64 for a command line that cannot be.
ExitCode run_check(const CheckOptions& options, cli::Context& context);

}  // namespace tidegate
