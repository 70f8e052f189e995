// SPDX-License-Identifier: Apache-2.0
#include "support/schema.hpp"

#include <cstdlib>
#include <filesystem>

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

namespace {

std::vector<std::string> answers_of(std::vector<std::string> arguments, const std::vector<std::string>& documents) {
  const std::string schema = arguments.back();
  const auto result = run_validator(std::move(arguments), "[" + join(documents, ",") + "]");
  if (result.exit_code != 0) {
    const std::string_view fault = trim(result.err);  // of a traceback the last line
    return {schema + ": " + std::string(trim(result.out)) + std::string(fault.substr(fault.rfind('\n') + 1))};
  }
  std::vector<std::string> answers;
  for (const std::string_view line : split(trim(result.out), '\n')) {
    if (!line.empty()) answers.emplace_back(line);
  }
  return answers;
}

}  // namespace

std::vector<std::string> validate(const std::string& schema,
                                  const std::vector<std::string>& documents, bool closed) {
  std::vector<std::string> arguments;
  if (closed) arguments.emplace_back("--closed");
  arguments.push_back(TIDEGATE_SOURCE_DIR "/docs/formats/" + schema);
  return answers_of(std::move(arguments), documents);
}

std::vector<std::string> validate_draft_4(const std::string& path, const std::vector<std::string>& documents) {
  return answers_of({"--draft-4", path}, documents);
}

std::vector<std::string> validate_draft_7(const std::string& path, const std::vector<std::string>& documents) {
  return answers_of({"--draft-7", path}, documents);
}

std::optional<std::string> find_foreign_schema(const std::string& name) {
  const char* folder = std::getenv("TIDEGATE_SCHEMAS");
  if (folder == nullptr) return std::nullopt;
  std::string path = join_path(folder, name);
  if (!std::filesystem::exists(path)) return std::nullopt;
  return path;
}

}  // namespace tidegate::test
