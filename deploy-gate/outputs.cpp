// SPDX-License-Identifier: Apache-2.0
#include "deploy-gate/outputs.hpp"

#include <utility>

#include "base/text.hpp"
#include "deploy-gate/judge.hpp"
#include "system/file_sink.hpp"

namespace tidegate::gate {

namespace {

std::string format_names() { return join(commandline::names_of(verdict::formats()), ", "); }

bool use_colour(const Context& context, const std::string& choice) {
  if (choice != "auto") return choice == "always";
  return context.terminal.out_is_terminal() && context.environment.get("NO_COLOR").value_or("").empty();
}

}  // namespace

void add_output_options(commandline::Command command, OutputOptions& options) {
  command.add_option("--format", options.formats, format_names() + "; =FILE to write it there; repeatable")
      .one_word_each().suggest(commandline::names_of(verdict::formats()));
  command.add_option("--color", options.colour, "auto, always or never")
      .one_of({"auto", "always", "never"});
  command.add_flag("--quiet", options.quiet, "print text only if the plan is not allowed");
}

Result<std::vector<Output>> parse_outputs(const OutputOptions& options) {
  auto outputs = commandline::choose_outputs(verdict::formats(), options.formats);
  if (!outputs.fault.empty()) return usage_fault(std::move(outputs.fault), std::move(outputs.hint));
  return std::move(outputs.list);
}

namespace {

// The first of these that occurs is the answer for all: "could not tell" comes before "no".
ExitCode worst_of(const std::vector<verdict::Verdict>& verdicts) {
  for (const ExitCode code : {ExitCode::internal, ExitCode::usage, ExitCode::policy_broken, ExitCode::unreadable,
                              ExitCode::unsupported, ExitCode::incomplete, ExitCode::blocked}) {
    for (const verdict::Verdict& verdict : verdicts) {
      if (verdict.exit == code) return code;
    }
  }
  return verdicts.empty() ? ExitCode::internal : ExitCode::success;
}

}  // namespace

ExitCode write_outputs(const std::vector<verdict::Verdict>& verdicts, const std::vector<Output>& outputs,
                       const OutputOptions& options, Context& context) {
  for (const Output& output : outputs) {
    const bool to_file = !output.file.empty();
    const bool is_text = output.format->name == "text";
    std::string bytes;
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      if (is_text && !to_file && options.quiet && verdicts[i].exit == ExitCode::success) continue;
      if (is_text && verdicts.size() > 1) {
        bytes += (bytes.empty() ? "" : "\n") + std::string("document ") + std::to_string(i + 1) + " of " +
                 std::to_string(verdicts.size()) + "\n";
      }
      bytes += output.format->render(verdicts[i], {.colour = !to_file && use_colour(context, options.colour)});
    }
    if (!to_file) {
      context.terminal.out(bytes);
    } else if (const Status status = system::write_file(output.file, bytes); !status) {
      return fail(context, status.failure(), ExitCode::internal);
    }
  }
  return worst_of(verdicts);
}

ExitCode write_outputs(const verdict::Verdict& verdict, const std::vector<Output>& outputs,
                       const OutputOptions& options, Context& context) {
  return write_outputs(std::vector<verdict::Verdict>{verdict}, outputs, options, context);
}

}  // namespace tidegate::gate
