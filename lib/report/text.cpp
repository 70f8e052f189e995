// SPDX-License-Identifier: Apache-2.0
// For people: a finding as every command of this program prints it, then a line of counts.
#include "base/text.hpp"
#include "report/report.hpp"

namespace tidegate::report {

std::string render_text(const Report& report, const RenderOptions& options) {
  std::string out;
  for (const Finding& finding : report.findings) {
    if (finding.accepted) {
      if (!options.notes) continue;
      out += render_diagnostic(finding.diagnostic) + "\n  accepted by " + printable(finding.accepted->owner) + " until " +
             printable(finding.accepted->expires) + ": " + printable(finding.accepted->reason) + "\n";
      continue;
    }
    if (finding.diagnostic.severity == Severity::note && !options.notes) continue;
    out += render_diagnostic(finding.diagnostic) + "\n";
  }
  out += summary(report);
  const bool hidden = !options.notes && count(report, Severity::note) + count_accepted(report) > 0;
  return out + (hidden ? " (--notes shows them)" : "") + "\n";
}

}  // namespace tidegate::report
