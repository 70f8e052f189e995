// SPDX-License-Identifier: Apache-2.0
#include "base/text.hpp"
#include "buildpack/cli/command.hpp"
#include "document/write.hpp"

namespace tidegate::cli {

namespace {

// Values of workflow commands: percent signs and line ends, in properties also the separators.
std::string encoded(std::string_view text, std::string_view more) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    const bool plain = c != '%' && c != '\r' && c != '\n' && more.find(c) == std::string_view::npos;
    if (plain) {
      out += c;
      continue;
    }
    out += '%';
    out += digits[static_cast<unsigned char>(c) >> 4U];
    out += digits[static_cast<unsigned char>(c) & 15U];
  }
  return out;
}

std::string render_json(const Diagnostic& item) {
  std::string out;
  document::JsonWriter json(out, false);
  json.begin_object().member("severity", to_string(item.severity)).member("code", item.code);
  json.member("file", printable(item.where.file)).member("line", static_cast<std::int64_t>(item.where.line));
  json.member("column", static_cast<std::int64_t>(item.where.column)).member("message", printable(item.message));
  json.member("hint", printable(item.hint)).end_object();
  return out;
}

std::string message_of(const Diagnostic& item) {
  return printable(item.message) + " [" + item.code + "]" + (item.hint.empty() ? "" : "\n" + printable(item.hint));
}

std::string render_github(const Diagnostic& item) {
  const std::string_view kind = item.severity == Severity::error ? "error" : item.severity == Severity::warning ? "warning" : "notice";
  std::string out = "::" + std::string(kind) + " file=" + encoded(printable(item.where.file), ":,");
  if (item.where.line > 0) out += ",line=" + std::to_string(item.where.line);
  if (item.where.column > 0) out += ",col=" + std::to_string(item.where.column);
  return out + ",title=" + item.code + "::" + encoded(message_of(item), "");
}

std::string render_azure(const Diagnostic& item) {
  if (item.severity == Severity::note) return "##[debug]" + encoded(message_of(item), "#");
  std::string out = std::string("##vso[task.logissue type=") + (item.severity == Severity::error ? "error" : "warning") +
                    ";sourcepath=" + encoded(printable(item.where.file), ";]");
  if (item.where.line > 0) out += ";linenumber=" + std::to_string(item.where.line);
  if (item.where.column > 0) out += ";columnnumber=" + std::to_string(item.where.column);
  return out + ";code=" + item.code + "]" + encoded(message_of(item), "");
}

system::Terminal& findings_of(Context& context) { return context.findings != nullptr ? *context.findings : context.terminal; }

}  // namespace

std::string render_finding(const Diagnostic& diagnostic, LogFormat format) {
  switch (format) {
    case LogFormat::text:
      return render_diagnostic(diagnostic);
    case LogFormat::json:
      return render_json(diagnostic);
    case LogFormat::github:
      return render_github(diagnostic);
    case LogFormat::azure:
      return render_azure(diagnostic);
  }
  return render_diagnostic(diagnostic);
}

void print_diagnostics(Context& context, Diagnostics& diagnostics, bool with_notes) {
  diagnostics.sort();
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity == Severity::note && !with_notes) continue;
    findings_of(context).err(render_finding(item, context.format) + "\n");
  }
  const std::size_t notes = diagnostics.count(Severity::note);
  std::string line = counted(diagnostics.count(Severity::error), "error") + ", " +
                     counted(diagnostics.count(Severity::warning), "warning") + ", " + counted(notes, "note");
  if (notes > 0 && !with_notes) line += " (--notes shows them)";
  context.terminal.err(line + "\n");
}

ExitCode print_failure(Context& context, const Diagnostic& failure) {
  findings_of(context).err(render_finding(failure, context.format) + "\n");
  return failure.exit;
}

}  // namespace tidegate::cli
