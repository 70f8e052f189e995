// SPDX-License-Identifier: Apache-2.0
// `tidegate rehearse` and `tidegate test`: options, programs, and the report in any form.
#include <algorithm>
#include <filesystem>
#include <memory>

#include "base/text.hpp"
#include "buildpack/cli/command.hpp"
#include "commandline/formats.hpp"
#include "rehearsal/rehearse.hpp"
#include "sandbox/launch/launch.hpp"
#include "system/file_sink.hpp"
#include "system/foreground.hpp"

namespace tidegate::cli {

namespace {

namespace fs = std::filesystem;

struct RehearseOptions {
  rehearsal::Request request{};
  std::string terraform{};
  std::string policy{};
  std::vector<std::string> waivers{};
  std::vector<std::string> formats{};
  std::string report{};
  bool allow_skip = false;
};

using Output = commandline::Output<rehearsal::ReportFormat>;

const rehearsal::ReportFormat& json_format() {
  return *std::ranges::find(rehearsal::report_formats(), "json", &rehearsal::ReportFormat::name);
}

Result<std::vector<Output>> outputs_of(const RehearseOptions& options) {
  auto outputs = commandline::choose_outputs(rehearsal::report_formats(), options.formats);
  if (!outputs.fault.empty()) {
    return Diagnostic{.code = "rehearsal.usage",
                      .message = std::move(outputs.fault),
                      .hint = std::move(outputs.hint),
                      .exit = ExitCode::usage};
  }
  if (!options.report.empty()) outputs.list.push_back({&json_format(), options.report});
  return std::move(outputs.list);
}

ExitCode write_report(const rehearsal::Report& report, const std::vector<Output>& outputs,
                      Context& context) {
  for (const Output& output : outputs) {
    const std::string text = output.format->render(report);
    if (output.file.empty()) {
      context.terminal.out(text);
      continue;
    }
    const Status written = system::write_file(output.file, text);
    if (!written) return print_failure(context, written.failure());
  }
  return report.exit;
}

// Terraform runs in another folder.
void make_absolute(std::string& path) {
  if (!path.empty()) path = fs::absolute(path).lexically_normal().string();
}

Result<rehearsal::Programs> find_programs(const RehearseOptions& options, const Context& context) {
  rehearsal::Programs programs;
  Result<std::string> terraform =
      rehearsal::find_engine_program(options.terraform, context.environment);
  if (!terraform) return terraform.failure();
  programs.terraform = std::move(*terraform);
  make_absolute(programs.terraform);
  Result<std::string> host = sandbox::find_host_program(context.environment);
  if (!host) return host.failure();
  programs.host = std::move(*host);
  const std::string share = join_path(parent_path(parent_path(programs.host)), "share/tidegate");
  programs.behaviour = share + "/behaviour";
  if (!options.request.packs.empty()) programs.packs = share + "/packs";
  Result<std::string> gate = rehearsal::find_gate_program(context.environment);
  if (!gate) return gate.failure();
  programs.gate = {.program = std::move(*gate),
                   .policy = options.policy,
                   .waivers = options.waivers,
                   .path = context.environment.get("PATH").value_or("")};
  return programs;
}

// Nothing can be rehearsed here: no job turns green by accident.
ExitCode skip(const RehearseOptions& options, const Diagnostic& why,
              const std::vector<Output>& outputs, Context& context) {
  rehearsal::Report report;
  report.command = options.request.only_tests ? "test" : "rehearse";
  report.artifact.name = file_name(options.request.artifact);
  report.skipped =
      why.message + "; nothing was " + (options.request.only_tests ? "tested" : "rehearsed");
  report.exit = options.allow_skip ? ExitCode::success : why.exit;
  return write_report(report, outputs, context);
}

ExitCode run_rehearse(RehearseOptions options, Context& context) {
  const Result<std::vector<Output>> outputs = outputs_of(options);
  if (!outputs) return print_failure(context, outputs.failure());
  const Result<rehearsal::Programs> programs = find_programs(options, context);
  if (!programs) return skip(options, programs.failure(), *outputs, context);
  make_absolute(options.request.keep);
  for (std::string& file : options.request.var_files) make_absolute(file);
  system::Foreground foreground;
  const Result<rehearsal::Report> report =
      rehearsal::rehearse(options.request, *programs, foreground);
  if (!report) return print_failure(context, report.failure());
  return write_report(*report, *outputs, context);
}

std::string summary_of(const rehearsal::Report& report) {
  for (const rehearsal::Step& step : report.steps) {
    if (step.name == "test") return step.summary;
  }
  return "none";
}

void add_common(commandline::Command command, RehearseOptions& options) {
  command.add_option("ARTIFACT", options.request.artifact, "a file that build wrote")
      .required().suggest_files();
  command
      .add_option("--var-file", options.request.var_files,
                  "values of variables, instead of the examples; may be repeated")
      .existing_file();
  command.add_option("--terraform", options.terraform,
                     "Terraform or OpenTofu; else $TIDEGATE_TERRAFORM, terraform, tofu").suggest_files();
  command
      .add_option("--pack", options.request.packs,
                  "schema pack of a further provider or version; may be repeated")
      .existing_file();
  command
      .add_option("--control", options.request.control,
                  "control file: drift, failures, existing objects")
      .existing_file();
  command.add_option("--keep", options.request.keep, "leave everything in this folder").suggest_folders();
  command
      .add_option("--format", options.formats,
                  "text, json, junit, markdown; =FILE to write it there; may be repeated")
      .one_word_each()
      .suggest(commandline::names_of(rehearsal::report_formats()));
  command.add_option("--report", options.report, "write the report as JSON there").suggest_files();
  command.add_flag("--allow-skip", options.allow_skip, "exit 0 where there is no Terraform");
}

}  // namespace

ExitCode test_untested(const std::string& artifact, const std::vector<std::string>& packs, Context& context) {
  RehearseOptions options;
  options.request.packs = packs;
  options.request.artifact = artifact;
  options.request.only_tests = true;
  const Result<rehearsal::Programs> programs = find_programs(options, context);
  if (!programs) {
    context.terminal.err("tested   SKIPPED: " + programs.failure().message + "\n");
    return ExitCode::success;
  }
  system::Foreground foreground;
  const Result<rehearsal::Report> report =
      rehearsal::rehearse(options.request, *programs, foreground);
  if (!report) return print_failure(context, report.failure());
  if (report->exit == ExitCode::success) {
    context.terminal.err("tested   " + summary_of(*report) + " by " + report->engine + " " +
                         report->engine_version + "\n");
  } else {
    context.terminal.err(rehearsal::render_text(*report));
  }
  return report->exit;
}

void add_rehearse(commandline::Command app, Action& action) {
  auto options = std::make_shared<RehearseOptions>();
  const commandline::Command command = app.add_command(
      "rehearse", "Run the whole life of an artifact: real Terraform, no cloud.");
  add_common(command, *options);
  command.add_option("--from", options->request.previous,
                     "the artifact that is deployed today: also rehearse the upgrade").suggest_files();
  command.add_option("--policy", options->policy, "policy of the organisation, for the gate").suggest_files();
  command.add_option("--waivers", options->waivers, "waivers for the gate; may be repeated").suggest_files();
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_rehearse(*options, context); };
  });
}

void add_test(commandline::Command app, Action& action) {
  auto options = std::make_shared<RehearseOptions>();
  options->request.only_tests = true;
  const commandline::Command command =
      app.add_command("test", "Run the tests that travel in an artifact; nothing is applied.");
  add_common(command, *options);
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_rehearse(*options, context); };
  });
}

}  // namespace tidegate::cli
