// SPDX-License-Identifier: Apache-2.0
// SARIF 2.1.0 (OASIS), as code scanning of GitHub and Azure DevOps takes it.
#include <map>

#include "base/text.hpp"
#include "document/write.hpp"
#include "verdict/shown.hpp"
#include "verdict/verdict.hpp"
#include "version.hpp"

namespace tidegate::verdict {

namespace {

using document::JsonWriter;
using policy::Finding;
using policy::Level;

std::string_view level_word(Level level) {
  return level == Level::block ? "error" : level == Level::warn ? "warning" : "note";
}

void add_message(JsonWriter& writer, std::string_view name, const std::string& text) {
  writer.key(name).begin_object().member("text", text).end_object();
}

void add_rules(JsonWriter& writer, const std::vector<RuleResult>& rules) {
  writer.key("rules").begin_array();
  for (const RuleResult& rule : rules) {
    const std::string about = about_rule(rule.id);
    const std::string id = printable(rule.id);
    writer.begin_object().member("id", id);
    add_message(writer, "shortDescription", about.empty() ? "A rule of this service: " + id : about + ".");
    if (!about.empty()) {
      writer.member("helpUri", "urn:tidegate:code:" + id);
      add_message(writer, "help", about + ". More in docs/codes/" + id + ".md of Tidegate.");
    }
    writer.end_object();
  }
  writer.end_array();
}

void add_invocation(JsonWriter& writer, const Verdict& verdict) {
  writer.key("invocations").begin_array().begin_object();
  writer.member_boolean("executionSuccessful", is_judged(verdict)).member("exitCode", to_int(verdict.exit));
  writer.member("exitCodeDescription", verdict.word + ": " + printable(verdict.reason));
  writer.key("toolExecutionNotifications").begin_array();
  for (const Diagnostic& problem : verdict.facts.problems) {
    writer.begin_object().member("level", "error");
    add_message(writer, "message", printable(problem.message) + (problem.hint.empty() ? "" : ". " + printable(problem.hint)));
    writer.key("descriptor").begin_object().member("id", problem.code).end_object().end_object();
  }
  for (const std::string& note : verdict.facts.notes) {
    writer.begin_object().member("level", "note");
    add_message(writer, "message", printable(note));
    writer.end_object();
  }
  writer.end_array().end_object().end_array();
}

void add_location(JsonWriter& writer, const Verdict& verdict, const Finding& finding) {
  writer.key("locations").begin_array().begin_object();
  // GitHub takes no result without a place in a file.
  writer.key("physicalLocation").begin_object().key("artifactLocation").begin_object();
  writer.member("uri", verdict.file.empty() ? "plan.json" : uri_of(verdict.file)).end_object();
  writer.key("region").begin_object().member("startLine", std::int64_t{1}).end_object().end_object();
  writer.key("logicalLocations").begin_array().begin_object();
  writer.member("fullyQualifiedName", object_of(finding)).member("kind", "resource");
  writer.end_object().end_array().end_object().end_array();
}

void add_properties(JsonWriter& writer, const Finding& finding) {
  writer.key("properties").begin_object().member("severity", policy::to_string(finding.level));
  const std::pair<std::string_view, const std::string*> members[] = {
      {"type", &finding.type},   {"tier", &finding.tier},   {"effect", &finding.effect}, {"attribute", &finding.attribute},
      {"before", &finding.before}, {"after", &finding.after}, {"group", &finding.group},
      {"previousAddress", &finding.previous_address}};
  for (const auto& member : members) {
    if (!member.second->empty()) writer.member(member.first, printable(*member.second));
  }
  writer.end_object();
}

void add_result(JsonWriter& writer, const Verdict& verdict, const Finding& finding, std::size_t rule) {
  writer.begin_object().member("ruleId", printable(finding.rule)).member("ruleIndex", static_cast<std::int64_t>(rule));
  writer.member("level", level_word(finding.level));
  add_message(writer, "message", object_of(finding) + ": " + sentence_of(finding));
  add_location(writer, verdict, finding);
  writer.key("partialFingerprints").begin_object().member("tidegateFinding/v1", id_of(finding)).end_object();
  if (finding.waiver) {
    writer.key("suppressions").begin_array().begin_object().member("kind", "external").member("status", "accepted");
    writer.member("justification", waiver_of(finding)).end_object().end_array();
  }
  add_properties(writer, finding);
  writer.end_object();
}

}  // namespace

std::string render_sarif(const Verdict& verdict, const RenderOptions&) {
  const std::vector<RuleResult> rules = by_rule(verdict);
  std::map<std::string_view, std::size_t> places;
  for (std::size_t i = 0; i < rules.size(); ++i) places.emplace(rules[i].id, i);
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().member("$schema", "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json");
  writer.member("version", "2.1.0").key("runs").begin_array().begin_object();
  writer.key("tool").begin_object().key("driver").begin_object();
  writer.member("name", "deploy-gate").member("semanticVersion", tool_version);
  add_rules(writer, rules);
  writer.end_object().end_object();
  add_invocation(writer, verdict);
  writer.key("results").begin_array();
  for (const Finding& finding : verdict.findings) add_result(writer, verdict, finding, places.at(finding.rule));
  writer.end_array().member("columnKind", "unicodeCodePoints").end_object().end_array().end_object();
  return without_commands(out + "\n", "\\u0023");
}

}  // namespace tidegate::verdict
