// SPDX-License-Identifier: Apache-2.0
#include "support/schema.hpp"

#include "base/text.hpp"
#include "system/process.hpp"

namespace tidegate::test {

namespace {

const std::string python = "/usr/bin/python3";  // the one that Debian's packages install into

system::ProcessResult run_validator(std::vector<std::string> arguments, std::string input) {
  arguments.insert(arguments.begin(),
                   {python, TIDEGATE_SOURCE_DIR "/test/support/validate_schema.py"});
  const auto result =
      system::run_process({.argv = std::move(arguments), .input = std::move(input)});
  if (result) return *result;
  return {.exit_code = 4, .out = render_diagnostic(result.failure()), .err = {}};
}

}  // namespace

std::optional<std::string> missing_validator() {
  const auto tried = run_validator({TIDEGATE_SOURCE_DIR "/docs/formats/verdict.schema.json"}, "[]");
  if (tried.exit_code != 4) return std::nullopt;
  return "python3-jsonschema is missing: " + std::string(trim(tried.out));
}

std::vector<std::string> validate(const std::string& schema,
                                  const std::vector<std::string>& documents, bool closed) {
  std::vector<std::string> arguments;
  if (closed) arguments.emplace_back("--closed");
  arguments.push_back(TIDEGATE_SOURCE_DIR "/docs/formats/" + schema);
  const auto result = run_validator(std::move(arguments), "[" + join(documents, ",") + "]");
  if (result.exit_code != 0) {
    const std::string_view fault = trim(result.err);  // of a traceback the last line
    return {schema + ": " + std::string(trim(result.out)) +
            std::string(fault.substr(fault.rfind('\n') + 1))};
  }
  std::vector<std::string> answers;
  for (const std::string_view line : split(trim(result.out), '\n')) {
    if (!line.empty()) answers.emplace_back(line);
  }
  return answers;
}

}  // namespace tidegate::test
