// SPDX-License-Identifier: Apache-2.0
// All output formats, and what they share. A new one needs: a line here, its renderer, its row in
// docs/formats/findings.md.
#include <algorithm>
#include <array>
#include <tuple>

#include "base/text.hpp"
#include "report/report.hpp"

namespace tidegate::report {

namespace {

constexpr std::array<Format, 6> table{{
    {.name = "text", .render = render_text},
    {.name = "json", .render = render_json},
    {.name = "sarif", .render = render_sarif},
    {.name = "junit", .render = render_junit},
    {.name = "github", .render = render_github},
    {.name = "azure", .render = render_azure},
}};

}  // namespace

std::span<const Format> formats() { return table; }

void sort_findings(std::vector<Finding>& findings) {
  std::stable_sort(findings.begin(), findings.end(), [](const Finding& a, const Finding& b) {
    const Diagnostic& x = a.diagnostic;
    const Diagnostic& y = b.diagnostic;
    return std::tie(x.where.file, x.where.line, x.where.column, x.code, x.message) <
           std::tie(y.where.file, y.where.line, y.where.column, y.code, y.message);
  });
}

std::size_t count(const Report& report, Severity severity) {
  const auto listed = std::count_if(report.findings.begin(), report.findings.end(), [&](const Finding& one) {
    return !one.accepted && one.diagnostic.severity == severity;
  });
  return static_cast<std::size_t>(listed) + (severity == Severity::note ? report.dropped_notes : 0);
}

std::size_t count_accepted(const Report& report) {
  return static_cast<std::size_t>(
      std::count_if(report.findings.begin(), report.findings.end(), [](const Finding& one) { return one.accepted.has_value(); }));
}

std::string summary(const Report& report) {
  std::string text = counted(count(report, Severity::error), "error") + ", " +
                     counted(count(report, Severity::warning), "warning") + ", " +
                     counted(count(report, Severity::note), "note");
  if (const std::size_t accepted = count_accepted(report); accepted > 0) text += ", " + std::to_string(accepted) + " accepted";
  return text;
}

}  // namespace tidegate::report
