// SPDX-License-Identifier: Apache-2.0
// `tidegate sbom`: the bill of materials that an artifact carries, proved by reading the whole artifact.
#include <memory>

#include "artifact/archive.hpp"
#include "artifact/sbom.hpp"
#include "artifact/verify.hpp"
#include "buildpack/cli/command.hpp"
#include "system/spill.hpp"

namespace tidegate::cli {

namespace {

class SbomSink final : public artifact::EntrySink {
 public:
  system::Spill text{};  // printed when the whole artifact is proved
  bool found = false;
  Status begin(std::string_view path, bool) override {
    inside_ = path == artifact::sbom_path;
    found = found || inside_;
    return Done{};
  }
  Status put(std::string_view bytes) override {
    return inside_ ? text.put(bytes) : Status(Done{});
  }
  Status end() override { return Done{}; }

 private:
  bool inside_ = false;
};

ExitCode run_sbom(const std::string& file, Context& context) {
  SbomSink sink;
  const Result<artifact::Verified> verified =
      artifact::verify_file(file, &sink, context.progress, "verifying");
  if (!verified) return print_failure(context, verified.failure());
  if (!sink.found) {
    return print_failure(context, {.code = "artifact.no-sbom",
                                   .where = {.file = file},
                                   .message = "carries no META/sbom.cdx.json",
                                   .hint = "build it with a release of tidegate that writes one",
                                   .exit = ExitCode::unsupported});
  }
  const Status printed = sink.text.stream([&](std::string_view piece) { context.terminal.out(std::string(piece)); });
  return printed ? ExitCode::success : print_failure(context, printed.failure());
}

}  // namespace

void add_sbom(commandline::Command app, Action& action) {
  auto file = std::make_shared<std::string>();
  const commandline::Command command = app.add_command("sbom", "Print the SBOM of an artifact, CycloneDX 1.6 JSON.");
  command.add_option("ARTIFACT", *file, "a file that build wrote").required().suggest_files();
  command.when_chosen([file, &action] { action = [file](Context& context) { return run_sbom(*file, context); }; });
}

}  // namespace tidegate::cli
