// SPDX-License-Identifier: Apache-2.0
// Messages beside the files of a pull request: workflow commands of GitHub Actions, logging commands
// of Azure Pipelines. Both show few: at most ten, errors first, then a line that counts the rest.
#include <algorithm>
#include <vector>

#include "base/build_server.hpp"
#include "base/text.hpp"
#include "report/report.hpp"

namespace tidegate::report {

namespace {

constexpr std::size_t most_annotations = 10;

std::vector<const Diagnostic*> shown(const Report& report) {
  std::vector<const Diagnostic*> all;
  for (const Severity severity : {Severity::error, Severity::warning, Severity::note}) {
    for (const Finding& finding : report.findings) {
      if (!finding.accepted && finding.diagnostic.severity == severity) all.push_back(&finding.diagnostic);
    }
  }
  if (all.size() > most_annotations) all.resize(most_annotations);
  return all;
}

std::string text_of(const Diagnostic& one) {
  return printable(one.message) + (one.hint.empty() ? "" : "\n" + printable(one.hint));
}

std::string last_line(const Report& report) {
  const std::size_t all = report.findings.size() - count_accepted(report);
  const std::size_t left = all > most_annotations ? all - most_annotations : 0;
  return summary(report) + (left > 0 ? "; " + std::to_string(left) + " more " + (left == 1 ? "is" : "are") + " not shown here" : "");
}

std::string one_line(std::string text) {
  std::replace(text.begin(), text.end(), '\n', ' ');
  return without_commands(std::move(text), " #");
}

}  // namespace

std::string render_github(const Report& report, const RenderOptions&) {
  std::string out;
  for (const Diagnostic* one : shown(report)) {
    const Severity severity = one->severity;
    out += severity == Severity::error ? "::error " : severity == Severity::warning ? "::warning " : "::notice ";
    out += "file=" + github_escaped(printable(join_path(report.folder, one->where.file)), true);
    if (one->where.line > 0) out += ",line=" + std::to_string(one->where.line) + ",col=" + std::to_string(std::max<std::uint32_t>(one->where.column, 1));
    out += ",title=" + github_escaped(one->code, true) + "::" + github_escaped(text_of(*one), false) + "\n";
  }
  return out + "::notice title=tidegate check::" + github_escaped(last_line(report), false) + "\n";
}

std::string render_azure(const Report& report, const RenderOptions&) {
  std::string out;
  for (const Diagnostic* one : shown(report)) {
    if (one->severity == Severity::note) {  // there is no third level: a line of the log
      out += "note: " + one_line(to_string(one->where) + ": " + one->code + ": " + text_of(*one)) + "\n";
      continue;
    }
    out += "##vso[task.logissue type=" + std::string(one->severity == Severity::error ? "error" : "warning") + ";sourcepath=" +
           azure_escaped(printable(join_path(report.folder, one->where.file)), true);
    if (one->where.line > 0)
      out += ";linenumber=" + std::to_string(one->where.line) + ";columnnumber=" + std::to_string(std::max<std::uint32_t>(one->where.column, 1));
    out += ";code=" + azure_escaped(one->code, true) + "]" + azure_escaped(text_of(*one), false) + "\n";
  }
  return out + "tidegate check: " + one_line(last_line(report)) + "\n";
}

}  // namespace tidegate::report
