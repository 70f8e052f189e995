// SPDX-License-Identifier: Apache-2.0
// `tidegate sandbox …` is the program tidegate-sandbox, which alone links gRPC and protobuf.
#include <unistd.h>

#include <CLI/CLI.hpp>

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

void add_sandbox(CLI::App& app, Action& action) {
  CLI::App* command =
      app.add_subcommand("sandbox", "Stand-in providers: the program tidegate-sandbox.");
  command->set_help_flag();  // that program answers
  command->prefix_command();
  command->fallthrough(false);  // all words are for that program
  command->callback([command, &action] {
    action = [words = command->remaining()](Context& context) { return become(words, context); };
  });
}

}  // namespace tidegate::cli
