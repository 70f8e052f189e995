// SPDX-License-Identifier: Apache-2.0
// The programs of exec checks: argv without a shell, PATH and LANG only, limits on time and output.
#include <map>

#include "base/text.hpp"
#include "deploy-gate/checks.hpp"
#include "policy/custom/exec_protocol.hpp"
#include "system/limited_process.hpp"

namespace tidegate::gate {

namespace {

namespace custom = policy::custom;
using End = system::LimitedResult::End;

// A name with a slash begins at the base; one without is looked up in PATH.
std::vector<std::string> argv_of(const custom::ExecCheck& check, const std::string& base) {
  std::vector<std::string> argv = check.command;
  if (argv[0].find('/') != std::string::npos && !argv[0].starts_with('/'))
    argv[0] = base + "/" + argv[0];
  return argv;
}

std::string hidden_errors(std::size_t bytes) {
  return bytes == 0 ? std::string()
                    : " (" + std::to_string(bytes) + " bytes on standard error are not shown)";
}

Result<std::vector<policy::Finding>> run_one(const custom::ExecCheck& check,
                                             const std::string& base,
                                             const system::PrivateFile& input,
                                             const Context& context) {
  const system::ProcessRequest request{
      .argv = argv_of(check, base),
      .directory = base,
      .inherit_environment = false,
      .environment = {{"PATH", context.environment.get("PATH").value_or("/usr/bin:/bin")},
                      {"LANG", "C"}}};
  const system::Limits limits{.time = check.timeout};
  auto result = system::run_limited(request, input, limits);
  if (!result)
    return custom::exec_failure(check, check.command[0] + " " + result.failure().message);
  const std::string errors = hidden_errors(result->error_bytes);
  switch (result->end) {
    case End::timed_out:
      return custom::exec_failure(
          check, "not done after " + std::to_string(check.timeout.count()) + " ms" + errors,
          "give it a longer timeout:, or make it faster");
    case End::too_much_output:
      return custom::exec_failure(
          check, "more than " + std::to_string(limits.output >> 20U) + " MiB of output" + errors);
    case End::exited:
      break;
  }
  auto findings = custom::parse_exec_answer(check, result->exit_code, std::move(result->out));
  if (findings) return findings;
  Diagnostic failure = findings.failure();
  failure.message += errors;
  return failure;
}

}  // namespace

std::optional<Diagnostic> find_program_problem(const custom::ExecCheck& check,
                                               const std::string& base) {
  const std::string name = argv_of(check, base)[0];
  if (system::find_program(name)) return std::nullopt;
  return custom::exec_failure(
      check, check.command[0] + " is not there, or may not be executed",
      "it is looked for in " + (name == check.command[0] ? std::string("PATH") : base));
}

Result<ExecRuns> ExecRuns::prepare(const LoadedChecks& checks, const policy::Settings& settings) {
  ExecRuns out(checks, settings);
  for (const custom::Collected& loaded : checks.collection.files) {
    for (const custom::ExecCheck& check : loaded.file.execs) {
      std::unique_ptr<system::PrivateFile>& file = check.whole_plan ? out.plan_ : out.changes_;
      if (file) continue;
      auto made = system::PrivateFile::make();
      if (!made) return made.failure();
      file = std::move(*made);
      if (!check.whole_plan) out.written_ = file->write(custom::changes_header());
    }
  }
  return out;
}

Status ExecRuns::take_bytes(std::string_view piece) {
  return plan_ ? plan_->write(piece) : Status(Done{});
}

void ExecRuns::take_change(const plan::Change& change) {
  if (!changes_ || !written_ || change.effect == plan::Effect::none ||
      change.effect == plan::Effect::read)
    return;
  written_ = changes_->write((first_change_ ? "" : ",\n") +
                             custom::redacted_change(change, *settings_));
  first_change_ = false;
}

std::vector<policy::Finding> ExecRuns::run(const Context& context,
                                           std::vector<Diagnostic>& broken) {
  std::vector<policy::Finding> out;
  if (changes_ && written_) written_ = changes_->write(custom::changes_footer());
  for (const custom::Collected& loaded : checks_->collection.files) {
    for (const custom::ExecCheck& check : loaded.file.execs) {
      if (!written_ && !check.whole_plan) {
        broken.push_back(
            custom::exec_failure(check, written_.failure().message, written_.failure().hint));
        continue;
      }
      auto findings =
          run_one(check, base_of(loaded.file), check.whole_plan ? *plan_ : *changes_, context);
      if (!findings)
        broken.push_back(findings.failure());
      else
        out.insert(out.end(), findings->begin(), findings->end());
    }
  }
  return out;
}

}  // namespace tidegate::gate
