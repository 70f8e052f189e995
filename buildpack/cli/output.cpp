// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "buildpack/cli/command.hpp"

namespace tidegate::cli {

void print_diagnostics(Context& context, Diagnostics& diagnostics, bool with_notes) {
  diagnostics.sort();
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity == Severity::note && !with_notes) continue;
    context.terminal.err(render_diagnostic(item) + "\n");
  }
  const std::size_t notes = diagnostics.count(Severity::note);
  std::string line = counted(diagnostics.count(Severity::error), "error") + ", " +
                     counted(diagnostics.count(Severity::warning), "warning") + ", " + counted(notes, "note");
  if (notes > 0 && !with_notes) line += " (--notes shows them)";
  context.terminal.err(line + "\n");
}

ExitCode print_failure(Context& context, const Diagnostic& failure) {
  context.terminal.err(render_diagnostic(failure) + "\n");
  return failure.exit;
}

}  // namespace tidegate::cli
