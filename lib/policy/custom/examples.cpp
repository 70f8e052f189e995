// SPDX-License-Identifier: Apache-2.0
#include "policy/custom/examples.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "document/write.hpp"
#include "policy/custom/evaluate.hpp"

namespace tidegate::policy::custom {

namespace {

using document::JsonWriter;
using document::Node;

// What is unknown, as the mask `after_unknown` says it: true, members, or elements parallel to a
// list.
struct Mask {
  bool all = false;
  std::map<std::string, Mask> members{};
};

void add(Mask& mask, const std::vector<std::string>& steps) {
  Mask* at = &mask;
  for (const std::string& step : steps) at = &at->members[step];
  at->all = true;
}

void write_mask(JsonWriter& writer, const Mask& mask, const Node& value) {
  if (mask.all) {
    writer.boolean(true);
  } else if (value.is_array()) {
    writer.begin_array();
    for (const Node element : value) write_mask(writer, mask, element);
    writer.end_array();
  } else {
    writer.begin_object();
    for (const auto& member : mask.members) {
      writer.key(member.first);
      write_mask(writer, member.second, value[member.first]);
    }
    writer.end_object();
  }
}

// module.a["x"].module.b.type.name -> module.a["x"].module.b
std::string module_of(const std::string& address, const std::string& type) {
  const std::size_t at = address.rfind("." + type + ".");
  return at == std::string::npos || !address.starts_with("module.") ? std::string()
                                                                    : address.substr(0, at);
}

std::string change_json(const Snippet& snippet, std::size_t number) {
  std::string address = snippet.address.empty() ? snippet.type + ".example" : snippet.address;
  if (snippet.repeat > 1) address += "[" + std::to_string(number) + "]";
  const std::string_view prefix = std::string_view(snippet.type).substr(0, snippet.type.find('_'));
  std::string out;
  JsonWriter writer(out, false);
  writer.begin_object()
      .member("address", address)
      .member("mode", "managed")
      .member("type", snippet.type);
  if (const std::string module = module_of(address, snippet.type); !module.empty())
    writer.member("module_address", module);
  writer.member("name", "example");
  writer.member("provider_name", snippet.provider.empty()
                                     ? "registry.terraform.io/hashicorp/" + std::string(prefix)
                                     : snippet.provider);
  writer.key("change").begin_object().key("actions").begin_array();
  for (const std::string& action : snippet.actions) writer.string(action);
  writer.end_array();
  for (const auto& side :
       {std::pair("before", snippet.before), std::pair("after", snippet.after)}) {
    writer.key(side.first);
    if (side.second.exists())
      writer.node(side.second);
    else
      writer.null();
  }
  Mask mask;
  for (const Path& path : snippet.unknown) add(mask, path.steps);
  writer.key("after_unknown");
  write_mask(writer, mask, snippet.after);
  writer.key("before_sensitive")
      .begin_object()
      .end_object()
      .key("after_sensitive")
      .begin_object()
      .end_object();
  writer.end_object().end_object();
  return out;
}

struct Answer {
  std::string word{};
  std::string message{};  // of the first finding
};

Result<Answer> answer_of(const CheckRule& rule, const Settings& settings, const Example& example) {
  CustomEvaluator evaluator({&rule}, settings);
  for (const Snippet& snippet : example.changes) {
    const auto changes = make_changes(snippet, example.where);
    if (!changes) return changes.failure();
    for (const plan::Change& change : *changes) evaluator.take(change);
  }
  const std::vector<Finding> findings = evaluator.finish();
  if (findings.empty()) return Answer{.word = "pass"};
  return Answer{.word = evaluator.proven() > 0 ? std::string(to_string(rule.level)) : "unproven",
                .message = findings.front().message};
}

Diagnostic broken(std::string code, const Location& where, std::string message, std::string hint) {
  return {.code = std::move(code),
          .where = where,
          .message = std::move(message),
          .hint = std::move(hint),
          .exit = ExitCode::policy_broken};
}

bool expects_finding(const Example& example) {
  return example.expect != "pass" && example.expect != "unproven";
}
bool expects_pass(const Example& example) { return example.expect == "pass"; }

void require_tests(const CheckRule& rule, Diagnostics& diagnostics) {
  const bool finding = std::any_of(rule.tests.begin(), rule.tests.end(), expects_finding);
  const bool pass = std::any_of(rule.tests.begin(), rule.tests.end(), expects_pass);
  if (finding && pass) return;
  const std::string missing = !finding && !pass ? "a finding, and none that expects pass"
                              : finding         ? "pass"
                                                : "a finding";
  diagnostics.add(
      broken("gate.check-untested", rule.where, rule.id + " has no test that expects " + missing,
             "add under tests: one change that it must find and one that it must let pass"));
}

TestOutcome run_rule(const CheckRule& rule, const Settings& settings, Diagnostics& diagnostics) {
  TestOutcome out{.id = rule.id};
  for (const Example& example : rule.tests) {
    const Result<Answer> answer = answer_of(rule, settings, example);
    if (answer.ok() && answer->word == example.expect) {
      ++out.passed;
      continue;
    }
    ++out.failed;
    if (!answer) {
      diagnostics.add(answer.failure());
      continue;
    }
    std::string message =
        rule.id + ": the test expects " + example.expect + ", the rule says " + answer->word;
    if (!answer->message.empty()) message += ": " + answer->message;
    diagnostics.add(broken("gate.check-test-failed", example.where, std::move(message),
                           "correct the condition or the test; until then nothing is let through"));
  }
  require_tests(rule, diagnostics);
  return out;
}

}  // namespace

Result<std::vector<plan::Change>> make_changes(const Snippet& snippet, const Location& where) {
  std::vector<plan::Change> out;
  for (std::size_t i = 0; i < snippet.repeat; ++i) {
    Result<plan::Change> change = plan::parse_change(where.file, change_json(snippet, i), false);
    if (!change) {
      return broken("gate.check-invalid", where,
                    "a change of this test cannot be: " + change.failure().message,
                    "see docs/formats/checks.md for what a change of a test may say");
    }
    out.push_back(std::move(*change));
  }
  return out;
}

std::vector<TestOutcome> run_tests(const ChecksFile& file, const Settings& settings,
                                   Diagnostics& diagnostics) {
  std::vector<TestOutcome> out;
  for (const CheckRule& rule : file.rules) out.push_back(run_rule(rule, settings, diagnostics));
  return out;
}

}  // namespace tidegate::policy::custom
