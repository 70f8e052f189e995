// SPDX-License-Identifier: Apache-2.0
#include "verdict/receipt.hpp"

#include <algorithm>

#include "base/text.hpp"
#include "document/write.hpp"
#include "policy/value.hpp"
#include "verdict/shown.hpp"
#include "version.hpp"

namespace tidegate::verdict {

namespace {

using document::JsonWriter;
using policy::Finding;

void add_digest(JsonWriter& writer, const std::string& sha256) {
  writer.key("digest").begin_object().member("sha256", sha256).end_object();
}

void add_subjects(JsonWriter& writer, const ReceiptFacts& facts) {
  writer.key("subject").begin_array();
  writer.begin_object().member("name", printable(facts.plan.name));
  add_digest(writer, facts.plan.sha256);
  writer.end_object();
  if (facts.artifact) {
    writer.begin_object().member("name", printable(facts.artifact->name));
    add_digest(writer, facts.artifact->sha256);
    writer.end_object();
  }
  writer.end_array();
}

void add_policy(JsonWriter& writer, const Verdict& verdict) {
  const auto own = std::find_if(verdict.sources.begin(), verdict.sources.end(), [](const Source& source) { return source.kind == "policy"; });
  writer.key("policy").begin_object();
  writer.member("uri", own == verdict.sources.end() ? "urn:tidegate:policy:built-in" : uri_of(printable(own->file)));
  if (!verdict.policy_digest.empty()) add_digest(writer, verdict.policy_digest);
  writer.end_object();
}

void add_verdict(JsonWriter& writer, const Verdict& verdict) {
  using policy::Level;
  const auto waived = std::count_if(verdict.findings.begin(), verdict.findings.end(), [](const Finding& f) { return f.waiver.has_value(); });
  writer.key("urn:tidegate:receipt:verdict").begin_object().member("word", verdict.word);
  writer.member("exitCode", to_int(verdict.exit)).member("reason", printable(verdict.reason));
  writer.member("block", static_cast<std::int64_t>(verdict.count(Level::block)));
  writer.member("warn", static_cast<std::int64_t>(verdict.count(Level::warn)));
  writer.member("note", static_cast<std::int64_t>(verdict.count(Level::note)));
  writer.member("waived", static_cast<std::int64_t>(waived)).end_object();
}

void add_plan(JsonWriter& writer, const Verdict& verdict) {
  writer.key("urn:tidegate:receipt:plan-json").begin_object();
  add_digest(writer, verdict.sha256);
  if (!verdict.facts.effects_digest.empty()) writer.member("effects", verdict.facts.effects_digest);
  writer.end_object();
}

void add_waivers(JsonWriter& writer, const Verdict& verdict) {
  writer.key("urn:tidegate:receipt:waivers").begin_array();
  for (const Finding& finding : verdict.findings) {
    if (!finding.waiver) continue;
    writer.begin_object().member("finding", id_of(finding)).member("rule", printable(finding.rule));
    writer.member("address", object_of(finding)).member("effect", finding.effect);
    writer.member("owner", printable(finding.waiver->owner)).member("reason", shown_lines(finding.waiver->reason));
    writer.member("expires", printable(finding.waiver->expires)).member("file", printable(finding.waiver->file));
    add_digest(writer, finding.waiver->sha256);
    writer.end_object();
  }
  writer.end_array();
}

void add_command(JsonWriter& writer, const ReceiptFacts& facts) {
  if (facts.command.empty()) return;
  writer.key("urn:tidegate:receipt:command").begin_object().key("argv").begin_array();
  for (const std::string& word : shown_command(facts.command)) writer.string(word);
  writer.end_array();
  if (facts.command_exit) writer.member("exitCode", std::int64_t{*facts.command_exit});
  writer.end_object();
}

}  // namespace

std::vector<std::string> shown_command(const std::vector<std::string>& command) {
  std::vector<std::string> shown;
  bool is_value = false;
  for (const std::string& word : command) {
    const bool is_variable = word.starts_with("-var=") || word.starts_with("--var=");
    const std::size_t equals = word.find('=', is_variable ? word.find('=') + 1 : 0);
    if (is_value || is_variable) {
      shown.push_back(equals == std::string::npos ? "(hidden)" : printable(word.substr(0, equals)) + "=(hidden)");
    } else {
      shown.push_back(policy::looks_secret(word) ? "(hidden)" : printable(word));
    }
    is_value = word == "-var" || word == "--var";
  }
  return shown;
}

std::string render_receipt(const Verdict& verdict, const ReceiptFacts& facts) {
  const bool passed = verdict.exit == ExitCode::success;
  std::string out;
  JsonWriter writer(out);
  writer.begin_object().member("_type", "https://in-toto.io/Statement/v1");
  add_subjects(writer, facts);
  writer.member("predicateType", "https://slsa.dev/verification_summary/v1").key("predicate").begin_object();
  writer.key("verifier").begin_object().member("id", "urn:tidegate:deploy-gate");
  writer.key("version").begin_object().member("deploy-gate", tool_version).end_object().end_object();
  writer.member("timeVerified", facts.time);
  writer.member("resourceUri", facts.artifact ? "artifact:sha256:" + facts.artifact->sha256 : "plan:sha256:" + facts.plan.sha256);
  add_policy(writer, verdict);
  writer.key("inputAttestations").begin_array().end_array();
  writer.member("verificationResult", passed ? "PASSED" : "FAILED");
  writer.key("verifiedLevels").begin_array().string(passed ? "SLSA_BUILD_LEVEL_UNEVALUATED" : "FAILED").end_array();
  add_verdict(writer, verdict);
  add_plan(writer, verdict);
  add_waivers(writer, verdict);
  add_command(writer, facts);
  writer.end_object().end_object();
  return out + "\n";
}

}  // namespace tidegate::verdict
