// SPDX-License-Identifier: Apache-2.0
#include "detect/command.hpp"

#include <memory>

namespace tidegate::cli {

void add_detect(commandline::Command app, Action& action) {
  struct Given {
    DetectOptions options{};
    std::string format = "text";
  };
  auto given = std::make_shared<Given>();
  const commandline::Command command = app.add_command(
      "detect", "Say whether a folder is the repository of a service, and what is in it.");
  command.add_option("DIR", given->options.directory, "folder to look at (default: this folder)").suggest_folders();
  command.add_option("--format", given->format, "text or json (default: text)")
      .one_of({"text", "json"});
  command.when_chosen([given, &action] {
    given->options.json = given->format == "json";
    action = [given](Context& context) { return run_detect(given->options, context); };
  });
}

}  // namespace tidegate::cli
