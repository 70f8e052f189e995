// SPDX-License-Identifier: Apache-2.0
// Triggers: what they start, and the form of their start time, which the service refuses late.
#include "adf/check.hpp"
#include "base/text.hpp"

namespace tidegate::adf {

namespace {

using document::Node;

void check_pipelines(const Object& object, Diagnostics& diagnostics) {
  const Node properties = object.properties();
  const Node list = properties["pipelines"];
  if (list.begin() != list.end() || properties["pipeline"]["pipelineReference"].is_object()) return;
  if (!properties["type"].is_string()) return;
  const bool started = equal_ignoring_case(properties["runtimeState"].as_string(), "Started");
  const Node name = object.root()["name"];
  diagnostics.add({.code = "adf.trigger-without-pipeline",
                   .severity = started ? Severity::warning : Severity::note,
                   .where = name ? name.location() : object.root().location(),
                   .message = "trigger \"" + object.name + "\" starts no pipeline" +
                              (started ? ", though it is started" : ""),
                   .hint = "name a pipeline, or remove the trigger"});
}

// `+08:00` or `-0500` at the end of a time.
bool has_offset(std::string_view time) {
  const std::size_t t = time.find('T');
  return t != std::string_view::npos && time.find_first_of("+-", t) != std::string_view::npos;
}

void check_time_zone(const Object& object, Diagnostics& diagnostics) {
  const Node recurrence = object.properties()["typeProperties"]["recurrence"];
  const Node start = recurrence["startTime"];
  if (!start.is_string() || start.as_string().find('@') != std::string_view::npos) return;
  const Node zone = recurrence["timeZone"];
  const bool utc = !zone.is_string() || equal_ignoring_case(zone.as_string(), "UTC");
  const std::string time(start.as_string());
  const bool z = ends_with_ignoring_case(time, "Z");
  if (utc ? z : !z && !has_offset(time)) return;
  diagnostics.error(
      "adf.trigger-time-zone", start.location(),
      utc ? "startTime \"" + time + "\" must end in Z, because the time zone is UTC"
          : "startTime \"" + time + "\" " + (z ? "ends in Z" : "has an offset") + ", but the time zone is " +
                std::string(zone.as_string()),
      utc ? "add the Z" : z ? "remove the Z: local times have no offset" : "remove the offset: local times have none");
}

}  // namespace

void check_trigger(const Subject& subject, Diagnostics& diagnostics) {
  if (subject.object.kind != ObjectKind::trigger) return;
  check_pipelines(subject.object, diagnostics);
  check_time_zone(subject.object, diagnostics);
}

}  // namespace tidegate::adf
