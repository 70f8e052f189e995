// SPDX-License-Identifier: Apache-2.0
#include "build/record.hpp"

#include "base/build_server.hpp"
#include "base/text.hpp"
#include "document/write.hpp"
#include "report/report.hpp"
#include "system/clock.hpp"
#include "version.hpp"

namespace tidegate {

void BuildRecord::begin(std::string name) {
  end();
  phases_.push_back({.name = std::move(name)});
  began_ = system::steady_milliseconds();
}

void BuildRecord::end() {
  if (began_ >= 0) phases_.back().milliseconds = system::steady_milliseconds() - began_;
  began_ = -1;
}

std::string render_timings(const BuildRecord& record) {
  std::string text;
  std::int64_t all = 0;
  for (const BuildPhase& one : record.phases()) {
    text += (text.empty() ? "timings  " : ", ") + one.name + " " + std::to_string(one.milliseconds) + " ms";
    all += one.milliseconds;
  }
  return text + "; " + std::to_string(all) + " ms in all\n";
}

std::string render_build_report(const BuildRecord& record) {
  std::string out;
  document::JsonWriter json(out);
  json.begin_object().member("schema", "tidegate/build/1");
  json.key("tool").begin_object().member("name", "tidegate").member("version", tool_version).end_object();
  json.member("command", "build").member("exitCode", static_cast<std::int64_t>(to_int(record.exit)));
  if (!record.commit.empty()) json.member("commit", printable(record.commit));
  json.key("phases").begin_array();
  for (const BuildPhase& one : record.phases()) {
    json.begin_object().member("name", one.name).member("ms", one.milliseconds);
    if (one.bytes > 0) json.member("bytes", static_cast<std::int64_t>(one.bytes));
    json.end_object();
  }
  json.end_array().key("findings").begin_array();
  for (const Diagnostic& one : record.findings.items()) report::write_finding({.diagnostic = one}, json);
  json.end_array();
  if (record.artifact) {
    json.key("artifact").begin_object().member("file", printable(record.artifact->file));
    json.member("name", record.artifact->name).member("version", record.artifact->version);
    json.member("identity", "sha256:" + record.artifact->identity).member("sha256", record.artifact->sha256);
    json.member("size", static_cast<std::int64_t>(record.artifact->size)).end_object();
  }
  if (!record.rebuilt_because.empty()) {
    json.key("rebuiltBecause").begin_array();
    for (const std::string& one : record.rebuilt_because) json.string(printable(one));
    json.end_array();
  }
  json.end_object();
  return without_commands(out + "\n", "\\u0023");
}

}  // namespace tidegate
