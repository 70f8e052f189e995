// SPDX-License-Identifier: Apache-2.0
// The pass list of detect: source -> manifest -> inventory -> facts -> lines.
#include "detect/command.hpp"

#include <optional>

#include "detect/facts.hpp"
#include "document/parse.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

constexpr std::string_view manifest_file = "tidegate.yaml";

Result<repository::Source> open_the_source(const std::string& directory,
                                           const cli::Context& context) {
  repository::SourceOptions options{.directory = directory, .worktree = true};
  for (const char* name : {"GITHUB_SHA", "BUILD_SOURCEVERSION", "GIT_COMMIT"}) {
    if (auto value = context.environment.get(name)) options.environment[name] = *value;
  }
  return repository::open_source(options);
}

service::ServiceManifest read_the_manifest(const repository::Source& source,
                                           Diagnostics& diagnostics) {
  if (source.tree->find(manifest_file) == nullptr) return service::default_manifest(source.name);
  Result<std::string> text = source.tree->read(manifest_file);
  if (!text) {
    diagnostics.add(text.failure());
    return service::default_manifest(source.name);
  }
  const Result<document::DocumentPtr> parsed =
      document::parse_yaml(std::string(manifest_file), std::move(*text));
  if (!parsed) {
    diagnostics.add(parsed.failure());
    return service::default_manifest(source.name);
  }
  return service::read_manifest(*parsed, source.name, diagnostics);
}

struct Detection {
  Facts facts{};
  Diagnostics diagnostics{};
};

Result<Detection> detect_service(const std::string& directory, const cli::Context& context) {
  const Result<repository::Source> source = open_the_source(directory, context);
  if (!source) return source.failure();
  Detection detection;
  const service::ServiceManifest manifest = read_the_manifest(*source, detection.diagnostics);
  // The manifest says where things lie: with a broken one the lines would be guesses.
  if (detection.diagnostics.has_errors()) return detection;
  const repository::Inventory inventory =
      repository::take_inventory(*source->tree, {.adf_root = manifest.adf_root.value_or(""),
                                                 .adf_root_given = manifest.adf_root.has_value(),
                                                 .notebooks = manifest.notebooks,
                                                 .config = manifest.config,
                                                 .submodules = source->submodules});
  detection.facts = collect_facts(*source, inventory, manifest, detection.diagnostics);
  return detection;
}

ExitCode first_error(const Diagnostics& diagnostics) {
  for (const Diagnostic& item : diagnostics.items()) {
    if (item.severity == Severity::error) return item.exit;
  }
  return ExitCode::success;
}

// Prints lines and findings; the answer of the command.
ExitCode say(Detection& detection, bool json, cli::Context& context) {
  const bool broken = detection.diagnostics.has_errors();
  detection.diagnostics.sort();
  if (!broken) {
    context.terminal.out(json ? render_facts_json(detection.facts, detection.diagnostics)
                              : render_facts_text(detection.facts));
  }
  if (detection.diagnostics.count(Severity::error) +
          detection.diagnostics.count(Severity::warning) >
      0) {
    cli::print_diagnostics(context, detection.diagnostics, false);
  }
  if (broken) return first_error(detection.diagnostics);
  return detection.facts.ours ? ExitCode::success : ExitCode::not_ours;
}

// BP_TIDEGATE_PATH: the variable, else the file of its name in the platform's env folder.
std::optional<std::string> option_of_platform(const cli::Context& context, const std::vector<std::string>& arguments) {
  const std::string name = "BP_TIDEGATE_PATH";
  std::optional<std::string> value = context.environment.get(name);
  std::optional<std::string> platform = context.environment.get("CNB_PLATFORM_DIR");
  if (!platform && !arguments.empty()) platform = arguments.front();
  if ((!value || value->empty()) && platform && system::is_file(*platform + "/env/" + name)) {
    const Result<std::string> text = system::read_file(*platform + "/env/" + name);
    if (text) value = *text;
  }
  if (value && value->empty()) value.reset();
  return value;
}

}  // namespace

ExitCode run_detect(const DetectOptions& options, cli::Context& context) {
  Result<Detection> detection = detect_service(options.directory, context);
  if (!detection) return cli::print_failure(context, detection.failure());
  return say(*detection, options.json, context);
}

ExitCode run_buildpack_detect(cli::Context& context, const std::vector<std::string>& arguments) {
  std::optional<std::string> plan = context.environment.get("CNB_BUILD_PLAN_PATH");
  if ((!plan || plan->empty()) && arguments.size() > 1) plan = arguments[1];
  if (!plan || plan->empty()) {
    context.terminal.err(
        "detect: no build plan path: set CNB_BUILD_PLAN_PATH, or call `detect PLATFORM PLAN`\n");
    return ExitCode::usage;
  }
  const std::optional<std::string> path = option_of_platform(context, arguments);
  Result<Detection> detection = detect_service(path ? "./" + *path : ".", context);
  if (!detection) return cli::print_failure(context, detection.failure());
  const ExitCode answer = say(*detection, false, context);
  if (answer != ExitCode::success) return answer;
  const Status written = system::write_file(*plan, render_build_plan(detection->facts));
  if (!written) return cli::print_failure(context, written.failure());
  return ExitCode::success;
}

}  // namespace tidegate
