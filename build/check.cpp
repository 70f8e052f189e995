// SPDX-License-Identifier: Apache-2.0
#include "build/check.hpp"

#include <memory>

#include "base/text.hpp"
#include "build/passes.hpp"
#include "build/previous.hpp"
#include "report/report.hpp"
#include "system/file_sink.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;

struct Output {
  const report::Format* format = nullptr;
  std::string file{};  // empty: standard output
};

Diagnostic usage_fault(std::string message, std::string hint) {
  return {.code = "build.usage", .message = std::move(message), .hint = std::move(hint), .exit = ExitCode::usage};
}

Result<std::vector<Output>> parse_outputs(const std::vector<std::string>& words) {
  std::vector<std::string> names;
  for (const report::Format& format : report::formats()) names.emplace_back(format.name);
  std::vector<Output> outputs;
  std::size_t on_standard_output = 0;
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    Output output{.format = report::find_format(word.substr(0, equals))};
    if (equals != std::string::npos) output.file = word.substr(equals + 1);
    if (output.format == nullptr || (equals != std::string::npos && output.file.empty()))
      return usage_fault("--format " + word, "expected a format, or format=FILE: " + join(names, ", "));
    on_standard_output += output.file.empty() ? 1U : 0U;
    outputs.push_back(std::move(output));
  }
  if (on_standard_output > 1)
    return usage_fault("two formats on standard output", "write one of them to a file: --format json=FILE");
  if (on_standard_output == 0) outputs.push_back({.format = report::find_format("text")});
  return outputs;
}

// Everything that a build reads, links and checks. Of several roots each is read for itself. Returns
// the number of objects.
std::size_t look_at(repository::Source& source, const service::ServiceManifest& manifest, const LibraryOptions& options,
                    cli::Context& context, Diagnostics& diagnostics) {
  repository::Inventory inventory = take_the_inventory(source, manifest);
  require_one_root(inventory, source, diagnostics);
  const Libraries libraries = obtain_libraries(*source.tree, inventory, manifest, options, context, diagnostics);
  if (worst_exit(diagnostics) == ExitCode::store_failed) return 0;  // what follows would only be consequences
  add_libraries(libraries, source, inventory);
  std::size_t objects = 0;
  for (const std::string& root : inventory.adf_roots) {
    const auto service = std::make_shared<const flavour::Service>(
        flavour::read_service(*source.tree, only_root(inventory, root), manifest, diagnostics));
    objects += service->factory.objects.size();
    if (inventory.adf_roots.size() != 1) continue;
    compare_with_the_last_release(*service, nullptr, context, diagnostics);
    flavour::map_service(service, diagnostics);
  }
  check_the_checks(source, inventory, context, diagnostics);
  return objects;
}

void raise_warnings(Diagnostics& diagnostics) {
  Diagnostics raised;
  for (Diagnostic item : diagnostics.items()) {
    if (item.severity == Severity::warning) item.severity = Severity::error;
    raised.add(std::move(item));
  }
  diagnostics = std::move(raised);
}

report::Report make_report(const service::ServiceManifest& manifest, const repository::Source& source, std::size_t objects,
                           const std::vector<service::Accepted>& accepted, const Diagnostics& diagnostics) {
  report::Report report{.service = manifest.service, .commit = source.commit, .folder = source.path, .objects = objects};
  for (const Diagnostic& item : diagnostics.items()) report.findings.push_back({.diagnostic = item});
  for (const service::Accepted& one : accepted) {
    const service::AcceptedFinding& by = manifest.accepted[one.by];
    report.findings.push_back(
        {.diagnostic = one.finding,
         .accepted = report::Acceptance{.reason = by.reason, .owner = by.owner, .expires = by.expires}});
  }
  report::sort_findings(report.findings);
  report.exit = worst_exit(diagnostics);
  return report;
}

}  // namespace

ExitCode run_check(const CheckOptions& options, cli::Context& context) {
  const Result<std::vector<Output>> outputs = parse_outputs(options.formats);
  if (!outputs) return cli::print_failure(context, outputs.failure());
  Result<repository::Source> source = open_the_source(options.source, context);
  if (!source) return cli::print_failure(context, source.failure());

  Diagnostics diagnostics;
  const service::ServiceManifest manifest = read_the_manifest(*source, diagnostics);
  const std::size_t objects = look_at(*source, manifest, options.libraries, context, diagnostics);
  const std::vector<service::Accepted> accepted = apply_the_settings(manifest, *source, diagnostics);
  if (options.strict || manifest.warnings_as_errors) raise_warnings(diagnostics);

  const report::Report report = make_report(manifest, *source, objects, accepted, diagnostics);
  for (const Output& output : *outputs) {
    const std::string bytes = output.format->render(report, {.notes = options.notes});
    if (output.file.empty()) {
      context.terminal.out(bytes);
    } else if (const Status status = system::write_file(output.file, bytes); !status) {
      return cli::print_failure(context, status.failure());
    }
  }
  return report.exit;
}

}  // namespace tidegate
