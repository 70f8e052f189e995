// SPDX-License-Identifier: Apache-2.0
// `tidegate pull`: an artifact and the files beside it from a store, verified to the last byte.
#include <memory>

#include "base/text.hpp"
#include "buildpack/cli/stores.hpp"
#include "store/pull.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

struct PullOptions {
  std::string url{};
  std::string folder = ".";
  std::string extract{};
};

ExitCode run_pull(const PullOptions& options, Context& context) {
  const Result<store::ReleaseAddress> address = store::parse_release_address(options.url);
  if (!address) return print_failure(context, address.failure());
  const Result<std::unique_ptr<OpenedStore>> opened = OpenedStore::open(address->store, context);
  if (!opened) return print_failure(context, opened.failure());
  if (Status status = system::make_folders(options.folder); !status)
    return print_failure(context, status.failure());
  const Result<store::Pulled> pulled =
      store::pull(***opened, address->at, address->identity, options.folder, context.progress);
  if (!pulled) return print_failure(context, pulled.failure());
  std::string out = "pulled     " + printable(pulled->file) +
                    "\n  identity sha256:" + pulled->verified.identity + "\n  sha256   " +
                    pulled->verified.sha256 + "\n  beside   " +
                    counted(pulled->sidecars.size(), "file") + "\n";
  if (!options.extract.empty()) {
    const Result<artifact::Verified> extracted =
        artifact::extract_artifact(pulled->file, options.extract, context.progress);
    if (!extracted) return print_failure(context, extracted.failure());
    out += "  in       " + printable(options.extract) + "\n";
  }
  if (address->identity.empty()) {
    context.terminal.err(
        "asked by version; hand this on: " +
        store::render_release_address(address->store, address->at, pulled->verified.identity) +
        "\n");
  }
  context.terminal.out(out);
  return ExitCode::success;
}

}  // namespace

void add_pull(commandline::Command app, Action& action) {
  auto options = std::make_shared<PullOptions>();
  const commandline::Command command =
      app.add_command("pull", "Get an artifact, and the files beside it, from a store; verified.");
  command
      .add_option("URL", options->url, "STORE/NAME/VERSION or STORE/NAME/VERSION@sha256:IDENTITY")
      .required().suggest_folders();
  command.add_option("-o,--out", options->folder, "folder for the files (default: this folder)").suggest_folders();
  command.add_option("--extract", options->extract,
                     "extract the artifact into this new folder, too").suggest_folders();
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_pull(*options, context); };
  });
}

}  // namespace tidegate::cli
