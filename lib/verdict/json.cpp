// SPDX-License-Identifier: Apache-2.0
// tidegate/verdict/1: docs/formats/verdict.md and verdict.schema.json.
#include "base/text.hpp"
#include "document/write.hpp"
#include "verdict/shown.hpp"
#include "verdict/verdict.hpp"

namespace tidegate::verdict {

namespace {

using document::JsonWriter;
using policy::Finding;

void optional_member(JsonWriter& writer, std::string_view name, const std::string& text) {
  if (!text.empty()) writer.member(name, shown_lines(text));
}

void add_input(JsonWriter& writer, const Verdict& verdict) {
  const plan::PlanFacts& facts = verdict.facts;
  writer.key("input").begin_object().member("kind", facts.kind).member("sha256", verdict.sha256);
  optional_member(writer, "effects", facts.effects_digest);
  optional_member(writer, "formatVersion", printable(facts.format_version));
  optional_member(writer, "terraformVersion", printable(facts.terraform_version));
  optional_member(writer, "timestamp", printable(facts.timestamp));
  optional_member(writer, "coverage", facts.coverage);
  writer.key("notes").begin_array();
  for (const std::string& note : facts.notes) writer.string(printable(note));
  writer.end_array().end_object();
}

void add_policy(JsonWriter& writer, const Verdict& verdict) {
  writer.key("policy").begin_object();
  optional_member(writer, "digest", verdict.policy_digest);
  writer.key("files").begin_array();
  for (const Source& source : verdict.sources) {
    writer.begin_object().member("kind", source.kind).member("file", printable(source.file));
    writer.member("sha256", source.sha256).end_object();
  }
  writer.end_array().end_object();
}

void add_problems(JsonWriter& writer, const Verdict& verdict) {
  writer.key("problems").begin_array();
  for (const Diagnostic& problem : verdict.facts.problems) {
    writer.begin_object().member("code", problem.code).member("exitCode", to_int(problem.exit));
    writer.member("message", printable(problem.message));
    optional_member(writer, "fix", problem.hint);
    if (problem.where.line > 0) {
      writer.member("line", std::int64_t{problem.where.line}).member("column", std::int64_t{problem.where.column});
    }
    writer.end_object();
  }
  writer.end_array();
}

void add_changes(JsonWriter& writer, const plan::PlanFacts& facts) {
  writer.key("changes").begin_object();
  for (std::size_t i = 0; i < facts.effects.size(); ++i) {
    writer.member(plan::to_string(static_cast<plan::Effect>(i)), static_cast<std::int64_t>(facts.effects[i]));
  }
  writer.end_object();
}

void add_finding(JsonWriter& writer, const Finding& finding) {
  writer.begin_object().member("id", id_of(finding)).member("rule", printable(finding.rule));
  writer.member("severity", policy::to_string(finding.level)).member("status", finding.waiver ? "waived" : "open").member("address", printable(finding.address));
  optional_member(writer, "previousAddress", finding.previous_address);
  optional_member(writer, "deposed", finding.deposed);
  optional_member(writer, "type", finding.type);
  optional_member(writer, "tier", finding.tier);
  optional_member(writer, "effect", finding.effect);
  optional_member(writer, "attribute", finding.attribute);
  optional_member(writer, "before", finding.before);
  optional_member(writer, "after", finding.after);
  writer.member("message", shown_lines(finding.message));
  optional_member(writer, "cause", finding.cause);
  optional_member(writer, "recovery", finding.recovery);
  optional_member(writer, "fix", finding.fix);
  optional_member(writer, "group", finding.group);
  if (const auto& waiver = finding.waiver) {
    writer.key("waiver").begin_object().member("owner", printable(waiver->owner)).member("reason", shown_lines(waiver->reason));
    writer.member("expires", printable(waiver->expires)).member("file", printable(waiver->file)).member("sha256", waiver->sha256).end_object();
  }
  writer.end_object();
}

}  // namespace

std::string render_json(const Verdict& verdict, const RenderOptions&) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().member("schema", "tidegate/verdict/1").member("verdict", verdict.word);
  writer.member("exitCode", to_int(verdict.exit)).member("reason", printable(verdict.reason));
  add_input(writer, verdict);
  writer.key("rules").begin_object().member("evaluated", static_cast<std::int64_t>(verdict.rules));
  writer.member("custom", static_cast<std::int64_t>(verdict.custom)).key("skipped").begin_array();
  for (const std::string& rule : verdict.skipped) writer.string(rule);
  writer.end_array().end_object();
  add_policy(writer, verdict);
  add_changes(writer, verdict.facts);
  add_problems(writer, verdict);
  writer.key("findings").begin_array();
  for (const Finding& finding : verdict.findings) add_finding(writer, finding);
  writer.end_array().end_object();
  return without_commands(out + "\n", "\\u0023");
}

}  // namespace tidegate::verdict
