// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/exec_protocol.hpp"

#include <algorithm>
#include <array>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"

namespace tidegate::policy::custom {

namespace {

using document::JsonWriter;
using document::Node;

constexpr std::size_t most_findings = 10000;

void write_value(JsonWriter& writer, const Value& value) {
  const Node& node = value.node();
  if (value.is_sensitive() || value.is_unknown() || node.is_string()) {
    const std::string shown = value.shown();
    // shown() cuts and quotes; a text that it does not hide may go out whole.
    const bool open = node.is_string() && shown.starts_with('"');
    if (open)
      writer.string(node.as_string());
    else if (node.is_string() && shown == "(none)")
      writer.string("");
    else
      writer.string(shown);
    return;
  }
  if (node.is_array()) {
    writer.begin_array();
    for (const Value& element : value.elements()) write_value(writer, element);
    writer.end_array();
  } else if (node.is_object()) {
    writer.begin_object();
    for (const auto& member : value.members()) {
      writer.key(member.first);
      write_value(writer, member.second);
    }
    writer.end_object();
  } else if (node.exists()) {
    writer.node(node);
  } else {
    writer.null();
  }
}

Result<std::string> text_of(const ExecCheck& check, const Node& finding, std::string_view name,
                            bool needed) {
  const Node node = finding[name];
  if (!node.exists() || node.is_null()) {
    if (needed) return exec_failure(check, "a finding without " + std::string(name));
    return std::string();
  }
  if (!node.is_string())
    return exec_failure(check, std::string(name) + " of a finding is not a text");
  return shortened(printable(node.as_string()), 2000);
}

bool has_only(const Node& object, std::initializer_list<std::string_view> names,
              std::string& other) {
  for (const Node member : object) {
    if (std::find(names.begin(), names.end(), member.key()) != names.end()) continue;
    other = std::string(member.key());
    return false;
  }
  return true;
}

Result<Finding> parse_finding(const ExecCheck& check, const Node& node) {
  std::string other;
  if (!node.is_object()) return exec_failure(check, "a finding that is no object");
  if (!has_only(node, {"rule", "severity", "address", "message", "fix"}, other)) {
    return exec_failure(check, "a finding has the unknown field \"" + shortened(other, 60) + "\"");
  }
  std::array<std::string, 5> texts{};
  constexpr std::array<std::string_view, 5> names{"rule", "severity", "address", "message", "fix"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    Result<std::string> text =
        text_of(check, node, names[i], names[i] == "severity" || names[i] == "message");
    if (!text) return text.failure();
    texts[i] = std::move(*text);
  }
  Finding out{.rule = check.id,
              .address = texts[2].empty() ? "plan" : texts[2],
              .message = texts[3],
              .fix = texts[4]};
  if (!texts[0].empty()) out.rule += "." + texts[0];
  const std::array<Level, 3> levels{Level::block, Level::warn, Level::note};
  const auto level =
      std::find_if(levels.begin(), levels.end(), [&](Level l) { return to_string(l) == texts[1]; });
  if (level == levels.end()) {
    return exec_failure(check, "the severity \"" + shortened(texts[1], 60) + "\"",
                        "expected block, warn or note");
  }
  out.level = *level;
  return out;
}

}  // namespace

Diagnostic exec_failure(const ExecCheck& check, std::string message, std::string hint) {
  return {.code = "gate.exec-failed",
          .where = check.where,
          .message = check.id + ": " + message,
          .hint = hint.empty()
                      ? "the protocol is in docs/formats/checks.md; try the command by hand"
                      : std::move(hint),
          .exit = ExitCode::policy_broken};
}

std::string_view changes_header() { return R"({"schema":"tidegate/changes/1","changes":[)"; }
std::string_view changes_footer() { return "]}\n"; }

std::string redacted_change(const plan::Change& change, const Settings& settings) {
  const Subject subject = make_subject(change, settings);
  std::string out;
  JsonWriter writer(out, false);
  writer.begin_object().member("address", change.address);
  const std::array<std::pair<std::string_view, const std::string*>, 4> texts{
      {{"previousAddress", &change.previous_address},
       {"module", &change.module_address},
       {"deposed", &change.deposed},
       {"provider", &change.provider}}};
  for (const auto& text : texts) {
    if (!text.second->empty()) writer.member(text.first, *text.second);
  }
  writer.member("type", change.type)
      .member("tier", subject.tier_text())
      .member("effect", plan::to_string(change.effect));
  writer.key("before");
  write_value(writer, subject.before);
  writer.key("after");
  write_value(writer, subject.after);
  // What only the mask knows has no value above.
  writer.key("unknown");
  if (change.after_unknown.exists())
    writer.node(change.after_unknown);
  else
    writer.begin_object().end_object();
  writer.end_object();
  return out;
}

Result<std::vector<Finding>> parse_exec_answer(const ExecCheck& check, int exit_code,
                                               std::string text) {
  if (exit_code != 0 && exit_code != 10) {
    return exec_failure(check, "it ended with exit code " + std::to_string(exit_code) +
                                   ", expected 0, or 10 with findings");
  }
  const auto parsed = document::parse_json(check.id, std::move(text));
  if (!parsed) {
    return exec_failure(check, "its output is not one JSON document: " +
                                   shortened(printable(parsed.failure().message), 200));
  }
  const Node root = (*parsed)->root();
  std::string other;
  if (!root.is_object()) return exec_failure(check, "its output is no JSON object");
  if (root["schema"].as_string() != "tidegate/exec/1")
    return exec_failure(check, "its output has not the schema tidegate/exec/1");
  if (!has_only(root, {"schema", "evaluated", "findings"}, other)) {
    return exec_failure(check, "its output has the unknown field \"" + shortened(other, 60) + "\"");
  }
  const auto evaluated =
      root["evaluated"].is_number() ? root["evaluated"].as_integer() : std::nullopt;
  if (!evaluated || *evaluated < 0)
    return exec_failure(check, "\"evaluated\" is no number of rules");
  if (*evaluated == 0)
    return exec_failure(check, "it evaluated 0 rules",
                        "a check that looks at nothing passes everything: give it rules");
  const Node list = root["findings"];
  if (!list.is_array()) return exec_failure(check, "\"findings\" is no list");
  if (list.size() > most_findings)
    return exec_failure(check, "more than " + std::to_string(most_findings) + " findings");
  std::vector<Finding> out;
  for (const Node node : list) {
    Result<Finding> finding = parse_finding(check, node);
    if (!finding) return finding.failure();
    out.push_back(std::move(*finding));
  }
  if (exit_code == 10 && out.empty()) return exec_failure(check, "exit code 10 without a finding");
  return out;
}

}  // namespace tidegate::policy::custom
