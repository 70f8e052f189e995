// SPDX-License-Identifier: Apache-2.0
#include "build/check.hpp"

#include <algorithm>
#include <memory>

#include "base/text.hpp"
#include "build/assemble.hpp"
#include "build/passes.hpp"
#include "build/previous.hpp"
#include "build/secrets.hpp"
#include "commandline/formats.hpp"
#include "report/report.hpp"
#include "system/file_sink.hpp"
#include "system/memory.hpp"

namespace tidegate {

namespace {

namespace flavour = flavours::adf_databricks;

Diagnostic usage_fault(std::string message, std::string hint) {
  return {.code = "build.usage", .message = std::move(message), .hint = std::move(hint), .exit = ExitCode::usage};
}

// Everything that a build reads, links and checks. Of several roots each is read for itself. Returns
// the number of objects.
std::size_t look_at(repository::Source& source, const service::ServiceManifest& manifest, const LibraryOptions& options,
                    cli::Context& context, Diagnostics& diagnostics) {
  repository::Inventory inventory = take_the_inventory(source, manifest, diagnostics);
  const auto watched = watch_for_secrets(source, inventory);
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
    const auto mapping = std::make_shared<const flavour::Mapping>(flavour::map_service(service, diagnostics));
    search_files(list_packed_files(source, inventory, service, mapping, diagnostics), *watched,
                 *service, diagnostics);
    system::leave_to_exit(mapping);
    system::leave_to_exit(service);
  }
  check_the_checks(source, inventory, context, diagnostics);
  return objects;
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
  report.dropped_notes = diagnostics.dropped_notes();
  report.exit = worst_exit(diagnostics);
  return report;
}

}  // namespace

ExitCode run_check(const CheckOptions& options, cli::Context& context) {
  const auto outputs = commandline::choose_outputs(report::formats(), options.formats);
  if (!outputs.fault.empty())
    return cli::print_failure(context, usage_fault(outputs.fault, outputs.hint));
  Result<repository::Source> source = open_the_source(options.source, context);
  if (!source) return cli::print_failure(context, source.failure());

  Diagnostics diagnostics;
  const service::ServiceManifest manifest = read_the_manifest(*source, diagnostics);
  const bool lists_notes = options.notes || has_settings(manifest) ||
                           std::ranges::any_of(outputs.list, [](const auto& one) { return one.format->name != "text"; });
  if (!lists_notes) diagnostics.keep_no_notes();
  const std::size_t objects = look_at(*source, manifest, options.libraries, context, diagnostics);
  const std::vector<service::Accepted> accepted = apply_the_settings(manifest, *source, diagnostics);
  name_missing_submodules(*source, diagnostics);
  if (options.strict || manifest.warnings_as_errors) diagnostics.raise(Severity::warning, Severity::error);

  const report::Report report = make_report(manifest, *source, objects, accepted, diagnostics);
  for (const commandline::Output<report::Format>& output : outputs.list) {
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
