// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/outputs.hpp"

#include <CLI/CLI.hpp>

#include <utility>

#include "base/text.hpp"
#include "deploy-gate/judge.hpp"
#include "system/file_sink.hpp"

namespace tidegate::gate {

namespace {

std::string format_names() {
  std::vector<std::string> names;
  for (const verdict::Format& format : verdict::formats()) names.emplace_back(format.name);
  return join(names, ", ");
}

Diagnostic wrong_usage(std::string message, std::string hint) {
  return {.code = "gate.usage", .message = std::move(message), .hint = std::move(hint), .exit = ExitCode::usage};
}

bool use_colour(const Context& context, const std::string& choice) {
  if (choice != "auto") return choice == "always";
  return context.terminal.out_is_terminal() && context.environment.get("NO_COLOR").value_or("").empty();
}

}  // namespace

void add_output_options(CLI::App& command, OutputOptions& options) {
  command.add_option("--format", options.formats, format_names() + "; =FILE to write it there; repeatable")
      ->allow_extra_args(false);
  command.add_option("--color", options.colour, "auto, always or never")
      ->check(CLI::IsMember({"auto", "always", "never"}));
  command.add_flag("--quiet", options.quiet, "print text only if the plan is not allowed");
}

Result<std::vector<Output>> parse_outputs(const OutputOptions& options) {
  std::vector<Output> outputs;
  std::size_t on_standard_output = 0;
  for (const std::string& word : options.formats) {
    const std::size_t equals = word.find('=');
    Output output{.format = verdict::find_format(word.substr(0, equals))};
    if (equals != std::string::npos) output.file = word.substr(equals + 1);
    if (output.format == nullptr || (equals != std::string::npos && output.file.empty())) {
      return wrong_usage("--format " + word, "expected a format, or format=FILE: " + format_names());
    }
    on_standard_output += output.file.empty();
    outputs.push_back(std::move(output));
  }
  if (on_standard_output > 1) {
    return wrong_usage("two formats on standard output", "write one of them to a file: --format json=FILE");
  }
  if (on_standard_output == 0) outputs.push_back({.format = verdict::find_format("text")});
  return outputs;
}

ExitCode write_outputs(const verdict::Verdict& verdict, const std::vector<Output>& outputs,
                       const OutputOptions& options, Context& context) {
  for (const Output& output : outputs) {
    const bool to_file = !output.file.empty();
    const std::string bytes = output.format->render(verdict, {.colour = !to_file && use_colour(context, options.colour)});
    if (to_file) {
      if (const Status status = system::write_file(output.file, bytes); !status) {
        return fail(context, status.failure(), ExitCode::internal);
      }
    } else if (output.format->name != "text" || !options.quiet || verdict.exit != ExitCode::success) {
      context.terminal.out(bytes);
    }
  }
  return verdict.exit;
}

}  // namespace tidegate::gate
