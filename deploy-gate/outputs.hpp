// SPDX-License-Identifier: Apache-2.0
// --format F[=FILE], --color, --quiet: where a verdict is written.
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "commandline/formats.hpp"
#include "deploy-gate/command.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::gate {

struct OutputOptions {
  std::vector<std::string> formats{};  // as on the command line
  std::string colour = "auto";
  bool quiet = false;
};

using Output = commandline::Output<verdict::Format>;

void add_output_options(commandline::Command command, OutputOptions& options);

// Nothing for standard output: text goes there. Exit 64, code gate.usage, for an unknown or second one.
Result<std::vector<Output>> parse_outputs(const OutputOptions& options);

// Several verdicts one after another, text with a heading each. Exit code of the worst one, or 70.
ExitCode write_outputs(const std::vector<verdict::Verdict>& verdicts, const std::vector<Output>& outputs,
                       const OutputOptions& options, Context& context);

// Exit code of the verdict, or 70 when a file cannot be written.
ExitCode write_outputs(const verdict::Verdict& verdict, const std::vector<Output>& outputs,
                       const OutputOptions& options, Context& context);

}  // namespace tidegate::gate
