// SPDX-License-Identifier: Apache-2.0
// tidegate/rehearsal/1: docs/formats/rehearsal.md and rehearsal.schema.json.
#include "base/text.hpp"
#include "document/write.hpp"
#include "rehearsal/report.hpp"
#include "rehearsal/shown.hpp"

namespace tidegate::rehearsal {

namespace {

using document::JsonWriter;

void add_artifact(JsonWriter& writer, std::string_view key, const ArtifactName& artifact) {
  writer.key(key).begin_object().member("name", artifact.name).member("version", artifact.version);
  if (!artifact.identity.empty()) writer.member("identity", "sha256:" + artifact.identity);
  writer.end_object();
}

void add_steps(JsonWriter& writer, const Report& report) {
  writer.key("steps").begin_array();
  for (const Step& step : report.steps) {
    writer.begin_object().member("phase", step.phase).member("name", step.name);
    writer.member("outcome", to_string(step.outcome)).member("ms", step.ms);
    writer.member("exit", step.exit);
    if (!step.summary.empty()) writer.member("summary", printable(step.summary));
    if (!step.detail.empty()) writer.member("detail", lines_of(step.detail));
    writer.end_object();
  }
  writer.end_array();
}

void add_tests(JsonWriter& writer, const Report& report) {
  writer.key("tests").begin_array();
  for (const TestCase& test : report.tests) {
    writer.begin_object().member("file", printable(test.file)).member("run", printable(test.run));
    writer.member("outcome", to_string(test.outcome));
    writer.member("assertions", static_cast<std::int64_t>(test.assertions));
    writer.key("messages").begin_array();
    for (const std::string& message : test.messages) writer.string(lines_of(message));
    writer.end_array().end_object();
  }
  writer.end_array();
}

void add_plans(JsonWriter& writer, const Report& report) {
  writer.key("plans").begin_array();
  for (const PlanReport& plan : report.plans) {
    writer.begin_object().member("phase", plan.phase).member("counts", plan.counts);
    if (!plan.verdict.empty()) writer.member("verdict", plan.verdict);
    if (plan.document) writer.key("judged").node(plan.document->root());
    writer.end_object();
  }
  writer.end_array();
}

}  // namespace

std::string render_json(const Report& report) {
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().member("schema", "tidegate/rehearsal/1").member("command", report.command);
  writer.member("result", report.word()).member("exitCode", to_int(report.exit));
  if (!report.skipped.empty()) writer.member("skipped", printable(report.skipped));
  add_artifact(writer, "artifact", report.artifact);
  if (report.previous) add_artifact(writer, "previous", *report.previous);
  if (!report.engine.empty()) {
    writer.key("engine").begin_object().member("name", report.engine);
    writer.member("version", report.engine_version).end_object();
  }
  writer.key("standIns").begin_object();
  for (const auto& one : report.stand_ins) writer.member(one.first, one.second);
  writer.end_object();
  add_steps(writer, report);
  add_tests(writer, report);
  add_plans(writer, report);
  writer.key("limits").begin_array();
  for (const std::string& limit : report.limits) writer.string(printable(limit));
  writer.end_array();
  if (!report.kept.empty()) writer.member("kept", printable(report.kept));
  writer.end_object();
  return out + "\n";
}

}  // namespace tidegate::rehearsal
