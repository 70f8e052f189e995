// SPDX-License-Identifier: Apache-2.0
// What every subcommand gets: outputs and environment. One file per subcommand; each adds itself to
// the CLI in its `add_…` function and returns its exit code from `run`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>

#include "base/diagnostic.hpp"
#include "base/exit_code.hpp"
#include "commandline/command.hpp"
#include "system/environment.hpp"
#include "system/progress.hpp"
#include "system/terminal.hpp"

namespace tidegate {
struct LibraryOptions;
}

namespace tidegate::cli {

enum class LogFormat : std::uint8_t { text, json, github, azure };

struct Context {
  system::Terminal& terminal;
  const system::Environment& environment;
  LogFormat format = LogFormat::text;    // of findings and log lines on standard error
  system::Terminal* findings = nullptr;  // where findings go, also with --quiet; null: `terminal`
  system::Progress* progress = nullptr;  // of work on large files
};

// `run` is set by the subcommand that was chosen on the command line.
using Action = std::function<ExitCode(Context&)>;

void add_detect(commandline::Command app, Action& action);
void add_build(commandline::Command app, Action& action);
void add_check(commandline::Command app, Action& action);
void add_explain(commandline::Command app, Action& action);
void add_lock(commandline::Command app, Action& action);
void add_graph(commandline::Command app, Action& action);
void add_init(commandline::Command app, Action& action);
void add_inspect(commandline::Command app, Action& action);
void add_verify(commandline::Command app, Action& action);
void add_rehearse(commandline::Command app, Action& action);
void add_test(commandline::Command app, Action& action);
void add_diff(commandline::Command app, Action& action);
void add_sbom(commandline::Command app, Action& action);
void add_key(commandline::Command app, Action& action);
void add_sign(commandline::Command app, Action& action);
void add_publish(commandline::Command app, Action& action);
void add_pull(commandline::Command app, Action& action);
void add_list(commandline::Command app, Action& action);
void add_sandbox(commandline::Command app, Action& action);

// --offline, --cache, --settings of a command that may fetch libraries.
void add_library_options(commandline::Command command, LibraryOptions& options);

// The tests inside an artifact that has just been built: their report to standard error if one fails,
// else one line. Success where there is no Terraform: that is said, too. `packs`: schema packs of
// further providers.
ExitCode test_untested(const std::string& artifact, const std::vector<std::string>& packs, Context& context);

// Diagnostics in text form to standard error, sorted; ends with "1 error, 2 warnings, 3 notes".
// One finding as a line of the format, without newline at the end.
std::string render_finding(const Diagnostic& diagnostic, LogFormat format);

// Diagnostics to standard error, sorted; ends with "1 error, 2 warnings, 3 notes".
void print_diagnostics(Context& context, Diagnostics& diagnostics, bool with_notes);
// The page of a code to standard output; exit 64 for one that does not exist.
ExitCode explain_code(Context& context, const std::string& code);
// One failure to standard error; returns its exit code.
ExitCode print_failure(Context& context, const Diagnostic& failure);

}  // namespace tidegate::cli
