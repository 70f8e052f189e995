// SPDX-License-Identifier: Apache-2.0
#include "detect/command.hpp"

#include <CLI/CLI.hpp>

#include <memory>

namespace tidegate::cli {

void add_detect(CLI::App& app, Action& action) {
  struct Given {
    DetectOptions options{};
    std::string format = "text";
  };
  auto given = std::make_shared<Given>();
  CLI::App* command = app.add_subcommand(
      "detect", "Say whether a folder is the repository of a service, and what is in it.");
  command->add_option("DIR", given->options.directory, "folder to look at (default: this folder)");
  command->add_option("--format", given->format, "text or json (default: text)")
      ->check(CLI::IsMember({"text", "json"}));
  command->callback([given, &action] {
    given->options.json = given->format == "json";
    action = [given](Context& context) { return run_detect(given->options, context); };
  });
}

}  // namespace tidegate::cli
