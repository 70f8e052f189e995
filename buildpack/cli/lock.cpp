// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "build/libraries.hpp"

namespace tidegate::cli {

void add_library_options(commandline::Command command, LibraryOptions& options) {
  command.add_flag("--offline", options.offline, "use the cache only; a need for the network is exit 40");
  command.add_option("--cache", options.cache, "folder for fetched files (default: ~/.cache/tidegate)").suggest_folders();
  command.add_option("--settings", options.settings, "Maven's settings (default: ~/.m2/settings.xml)").suggest_files();
}

void add_lock(commandline::Command app, Action& action) {
  auto options = std::make_shared<LockOptions>();
  const commandline::Command command = app.add_command(
      "lock", "Resolve the libraries of a POM and write their digests to tidegate.lock.json.");
  command.add_option("DIR", options->directory, "folder of the service (default: this folder)").suggest_folders();
  command.add_option("--path", options->path, "folder of the service inside DIR (monorepo)").suggest_folders();
  command.add_flag("--check", options->check, "write nothing; exit 20 if the file would change");
  add_library_options(command, options->libraries);
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_lock(*options, context); };
  });
}

}  // namespace tidegate::cli
