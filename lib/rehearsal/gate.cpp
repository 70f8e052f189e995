// SPDX-License-Identifier: Apache-2.0
#include "rehearsal/gate.hpp"

#include <charconv>
#include <set>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "system/file_sink.hpp"
#include "system/process.hpp"

namespace tidegate::rehearsal {

namespace {

Result<system::ProcessResult> run_gate(const GateOptions& options, std::vector<std::string> words,
                                       system::Foreground& foreground) {
  system::ProcessRequest request{.argv = std::move(words),
                                 .inherit_environment = false,
                                 .environment = {{"PATH", options.path}}};
  request.argv.insert(request.argv.begin(), options.program);
  return foreground.capture(std::move(request));
}

}  // namespace

Result<std::string> find_gate_program(const system::Environment& environment) {
  std::string program =
      environment.get("TIDEGATE_GATE_PROGRAM").value_or(system::own_folder() + "/deploy-gate");
  if (system::find_program(program)) return program;
  return Diagnostic{.code = "rehearsal.gate-missing",
                    .where = {.file = std::move(program)},
                    .message = "deploy-gate is not there: nothing could judge the plans",
                    .hint = "install the programs of one release in one folder",
                    .exit = ExitCode::unsupported};
}

Result<Judgement> judge_plan(const GateOptions& options, const std::string& plan,
                             const std::string& artifact, const std::string& text_file,
                             system::Foreground& foreground) {
  std::vector<std::string> words{
      "check",   plan,    "--format",   "json",  "--format", "text=" + text_file,
      "--color", "never", "--artifact", artifact};
  if (!options.policy.empty()) words.insert(words.end(), {"--policy", options.policy});
  for (const std::string& file : options.waivers) words.insert(words.end(), {"--waivers", file});
  const auto result = run_gate(options, std::move(words), foreground);
  if (!result) return result.failure();
  Judgement out{.exit = result->exit_code, .errors = result->err};
  auto parsed = document::parse_json("verdict", result->out);
  if (parsed) {
    out.document = std::move(*parsed);
    out.word = out.document->root()["verdict"].as_string();
    out.reason = out.document->root()["reason"].as_string();
  }
  if (const auto text = system::read_file(text_file)) out.text = *text;
  return out;
}

std::vector<TestCase> parse_check_tests(std::string_view output) {
  std::vector<TestCase> cases;
  for (const std::string_view line : split(output, '\n')) {
    const bool passed = line.starts_with("ok      ");
    if (!passed && !line.starts_with("failed  ")) continue;
    const std::string_view rest = line.substr(8);
    const std::size_t gap = std::min(rest.find("  "), rest.size());
    const std::string_view words = trim(rest.substr(gap));  // "3 of 3 tests passed"
    TestCase test{.file = "gate/checks",
                  .run = std::string(rest.substr(0, gap)),
                  .outcome = passed ? Outcome::passed : Outcome::failed};
    const std::size_t of = words.find(" of ");
    if (of != words.npos) {
      std::from_chars(words.data() + of + 4, words.data() + words.size(), test.assertions);
    }
    if (!passed) test.messages.emplace_back(words);
    cases.push_back(std::move(test));
  }
  return cases;
}

Result<CheckTests> run_check_tests(const GateOptions& options, const std::string& artifact,
                                   system::Foreground& foreground) {
  const auto result = run_gate(options, {"test", artifact}, foreground);
  if (!result) return result.failure();
  return CheckTests{
      .exit = result->exit_code, .cases = parse_check_tests(result->out), .errors = result->err};
}

std::vector<std::string> protected_addresses(const std::vector<document::DocumentPtr>& contracts,
                                             const document::DocumentPtr& protect) {
  std::set<std::string> found;
  const auto add = [&](const document::Node& list) {
    for (const document::Node address : list) {
      const std::string_view text = address.as_string();
      if (text.find('*') == text.npos && text.find('.') != text.npos) found.emplace(text);
    }
  };
  for (const document::DocumentPtr& contract : contracts) {
    if (contract) add(contract->root()["addresses"]);
  }
  if (protect) add(protect->root()["addresses"]);
  return {found.begin(), found.end()};
}

std::string render_made_up_plan(const std::string& address, bool replace) {
  const std::string_view local = std::string_view(address).substr(
      address.starts_with("module.") ? address.find('.', 7) + 1 : 0);
  const std::size_t dot = local.find('.');
  const std::string type(local.substr(0, dot)), name(local.substr(dot + 1));
  const auto values = [&](document::JsonWriter& writer) {
    writer.begin_object().member("name", name);
    if (type == "azapi_resource") {
      writer.member("type", "Microsoft.DataFactory/factories/datasets@2018-06-01");
    }
    writer.end_object();
  };
  std::string out;
  document::JsonWriter writer(out);
  writer.begin_object().member("format_version", "1.2").member("terraform_version", "1.11.4");
  writer.key("planned_values").begin_object().key("root_module").begin_object();
  writer.end_object().end_object();
  writer.key("resource_changes").begin_array().begin_object();
  writer.member("address", address).member("mode", "managed").member("type", type);
  writer.member("name", name).key("change").begin_object().key("actions").begin_array();
  writer.string("delete");
  if (replace) writer.string("create");
  writer.end_array().key("before");
  values(writer);
  writer.key("after");
  if (replace) {
    values(writer);
  } else {
    writer.null();
  }
  for (const char* mask : {"after_unknown", "before_sensitive", "after_sensitive"}) {
    writer.key(mask).begin_object().end_object();
  }
  writer.end_object().end_object().end_array();
  writer.member_boolean("complete", true).member_boolean("errored", false);
  writer.key("configuration").begin_object().key("root_module").begin_object().end_object();
  writer.end_object().end_object();
  return out;
}

}  // namespace tidegate::rehearsal
