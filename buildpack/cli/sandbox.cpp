// SPDX-License-Identifier: Apache-2.0
// `tidegate sandbox …` is the program tidegate-sandbox, which alone links gRPC and protobuf.
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string>
#include <vector>

#include "buildpack/cli/command.hpp"
#include "sandbox/launch/launch.hpp"

namespace tidegate::cli {

namespace {

ExitCode become(std::vector<std::string> words, Context& context) {
  const Result<std::string> program = sandbox::find_host_program(context.environment);
  if (!program) return print_failure(context, program.failure());
  words.insert(words.begin(), *program);
  std::vector<char*> arguments;
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);
  ::execv(program->c_str(), arguments.data());  // comes back only if it failed
  return print_failure(context,
                       {.code = "sandbox.host-missing",
                        .where = {.file = *program},
                        .message = std::string("cannot be started: ") + std::strerror(errno),
                        .exit = ExitCode::unsupported});
}

}  // namespace

void add_sandbox(commandline::Command app, Action& action) {
  app.add_command("sandbox", "Stand-in providers: the program tidegate-sandbox.")
      .pass_on([&action](const std::vector<std::string>& words) {
        action = [words](Context& context) { return become(words, context); };
      });
}

}  // namespace tidegate::cli
