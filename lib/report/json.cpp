// SPDX-License-Identifier: Apache-2.0
// tidegate/findings/1: docs/formats/findings.md.
#include "base/build_server.hpp"
#include "base/text.hpp"
#include "document/write.hpp"
#include "report/report.hpp"
#include "version.hpp"

namespace tidegate::report {

void write_finding(const Finding& finding, document::JsonWriter& json) {
  const Diagnostic& one = finding.diagnostic;
  json.begin_object().member("code", one.code).member("severity", to_string(one.severity));
  json.member("file", printable(one.where.file));
  if (one.where.line > 0) json.member("line", static_cast<std::int64_t>(one.where.line));
  if (one.where.line > 0 && one.where.column > 0) json.member("column", static_cast<std::int64_t>(one.where.column));
  if (!one.where.pointer.empty()) json.member("pointer", printable(one.where.pointer));
  json.member("message", printable(one.message)).member("hint", printable(one.hint));
  if (finding.accepted) {
    json.key("accepted").begin_object().member("owner", printable(finding.accepted->owner));
    json.member("reason", printable(finding.accepted->reason)).member("expires", printable(finding.accepted->expires));
    json.end_object();
  }
  json.end_object();
}

std::string render_json(const Report& report, const RenderOptions&) {
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("schema", "tidegate/findings/1");
  json.key("tool").begin_object().member("name", "tidegate").member("version", tool_version).end_object();
  json.member("service", printable(report.service)).member("commit", printable(report.commit));
  json.member("objects", static_cast<std::int64_t>(report.objects));
  json.member("exitCode", static_cast<std::int64_t>(to_int(report.exit)));
  json.key("counts").begin_object();
  json.member("error", static_cast<std::int64_t>(count(report, Severity::error)));
  json.member("warning", static_cast<std::int64_t>(count(report, Severity::warning)));
  json.member("note", static_cast<std::int64_t>(count(report, Severity::note)));
  json.member("accepted", static_cast<std::int64_t>(count_accepted(report))).end_object();
  json.key("findings").begin_array();
  for (const Finding& finding : report.findings) write_finding(finding, json);
  json.end_array().end_object();
  return without_commands(out + "\n", "\\u0023");
}

}  // namespace tidegate::report
