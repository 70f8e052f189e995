// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0 (OASIS), as code scanning of GitHub and Azure DevOps takes it.
#include <map>

#include "base/build_server.hpp"
#include "base/text.hpp"
#include "document/write.hpp"
#include "report/pages.hpp"
#include "report/report.hpp"
#include "version.hpp"

namespace tidegate::report {

namespace {

using document::JsonWriter;

void add_message(JsonWriter& writer, std::string_view name, const std::string& text) {
  writer.key(name).begin_object().member("text", text).end_object();
}

void add_rules(JsonWriter& writer, const std::map<std::string, std::int64_t>& rules) {
  writer.key("rules").begin_array();
  for (const auto& rule : rules) {
    const std::string about = summary_of(rule.first);
    writer.begin_object().member("id", rule.first);
    add_message(writer, "shortDescription", about.empty() ? rule.first : about);
    writer.member("helpUri", "urn:tidegate:code:" + rule.first);
    const auto page = find_page(rule.first);
    if (page) {
      writer.key("help").begin_object().member("text", about.empty() ? rule.first : about);
      writer.member("markdown", *page).end_object();
    }
    writer.end_object();
  }
  writer.end_array();
}

// Code scanning wants paths from the top of the repository, and no result without a file.
void add_location(JsonWriter& writer, const Location& where, const std::string& folder) {
  writer.key("locations").begin_array().begin_object().key("physicalLocation").begin_object();
  const bool whole = where.file.empty() || where.file == ".";
  const std::string uri = uri_of(join_path(folder, whole ? "tidegate.yaml" : where.file));
  writer.key("artifactLocation").begin_object().member("uri", uri).end_object();
  writer.key("region").begin_object();
  writer.member("startLine", static_cast<std::int64_t>(where.line > 0 ? where.line : 1));
  if (where.line > 0 && where.column > 0) writer.member("startColumn", static_cast<std::int64_t>(where.column));
  writer.end_object().end_object().end_object().end_array();
}

// Equal for the same code, file and message on whatever line: lines move.
std::string fingerprint(const Diagnostic& one) {
  std::uint64_t hash = 14695981039346656037ULL;  // FNV-1a
  for (const std::string& part : {one.code, one.where.file, one.message}) {
    for (const char c : part + std::string(1, '\0')) hash = (hash ^ static_cast<unsigned char>(c)) * 1099511628211ULL;
  }
  std::string text;
  for (int shift = 60; shift >= 0; shift -= 4) text += "0123456789abcdef"[(hash >> static_cast<unsigned>(shift)) & 15U];
  return text;
}

void add_result(JsonWriter& writer, const Finding& finding, std::int64_t rule, const std::string& print,
                const std::string& folder) {
  const Diagnostic& one = finding.diagnostic;
  writer.begin_object().member("ruleId", one.code).member("ruleIndex", rule).member("level", to_string(one.severity));
  add_message(writer, "message", printable(one.message) + (one.hint.empty() ? "" : ". " + printable(one.hint)));
  add_location(writer, one.where, folder);
  writer.key("partialFingerprints").begin_object().member("tidegateFinding/v1", print).end_object();
  if (finding.accepted) {
    writer.key("suppressions").begin_array().begin_object().member("kind", "external").member("status", "accepted");
    writer.member("justification", printable(finding.accepted->reason + " (" + finding.accepted->owner + ", until " +
                                             finding.accepted->expires + ")"));
    writer.end_object().end_array();
  }
  writer.end_object();
}

}  // namespace

std::string render_sarif(const Report& report, const RenderOptions&) {
  std::map<std::string, std::int64_t> rules;
  for (const Finding& finding : report.findings) rules.emplace(finding.diagnostic.code, 0);
  std::int64_t number = 0;
  for (auto& rule : rules) rule.second = number++;
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().member("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
  writer.member("version", "2.1.0").key("runs").begin_array().begin_object();
  writer.key("tool").begin_object().key("driver").begin_object();
  writer.member("name", "tidegate").member("semanticVersion", tool_version);
  add_rules(writer, rules);
  writer.end_object().end_object();
  writer.key("invocations").begin_array().begin_object().member_boolean("executionSuccessful", true);
  writer.member("exitCode", static_cast<std::int64_t>(to_int(report.exit))).member("exitCodeDescription", summary(report));
  writer.end_object().end_array();
  writer.key("results").begin_array();
  std::map<std::string, std::size_t> seen;  // equal findings of one file are told apart by their order
  for (const Finding& finding : report.findings) {
    const std::string print = fingerprint(finding.diagnostic);
    add_result(writer, finding, rules.at(finding.diagnostic.code), print + ":" + std::to_string(++seen[print]), report.folder);
  }
  writer.end_array().member("columnKind", "unicodeCodePoints").end_object().end_array().end_object();
  return without_commands(out + "\n", "\\u0023");
}

}  // namespace tidegate::report
