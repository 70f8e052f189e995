// SPDX-License-Identifier: Apache-2.0
#include <memory>

#include "build/passes.hpp"
#include "buildpack/cli/command.hpp"
#include "graph/graph.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

struct GraphOptions {
  SourceChoice source{};
  std::string format = "dot";
  std::string output{};
};

ExitCode run_graph(const GraphOptions& options, Context& context) {
  Diagnostics diagnostics;
  const Result<repository::Source> source = open_the_source(options.source, context);
  if (!source) return print_failure(context, source.failure());
  const service::ServiceManifest manifest = read_the_manifest(*source, diagnostics);
  const repository::Inventory inventory = take_the_inventory(*source, manifest, diagnostics);
  require_one_root(inventory, *source, diagnostics);
  if (inventory.adf_roots.size() != 1) {
    print_diagnostics(context, diagnostics, false);
    return worst_exit(diagnostics);
  }
  // A picture helps to see what is wrong: findings of the service do not stop it.
  const flavours::adf_databricks::Service service =
      flavours::adf_databricks::read_service(*source->tree, inventory, manifest, diagnostics);
  const graph::Graph graph = flavours::adf_databricks::make_graph(service);
  const std::string text = options.format == "svg"    ? graph::render_svg(graph)
                           : options.format == "html" ? graph::render_html(graph)
                                                      : graph::render_dot(graph);
  if (diagnostics.has_errors()) {
    context.terminal.err("the service has findings of severity error: `tidegate build` lists them, the picture may lack parts\n");
  }
  if (options.output.empty()) {
    context.terminal.out(text);
    return ExitCode::success;
  }
  const Status written = system::write_file(options.output, text);
  return written ? ExitCode::success : print_failure(context, written.failure());
}

}  // namespace

void add_graph(commandline::Command app, Action& action) {
  auto options = std::make_shared<GraphOptions>();
  const commandline::Command command = app.add_command("graph", "Draw what a service is made of and how data flows through it.");
  command.add_option("DIR", options->source.directory, "folder of the service (default: this folder)").suggest_folders();
  command.add_option("--format", options->format, "dot, svg, or html (one page with search and zoom)")
      .one_of({"dot", "svg", "html"});
  command.add_option("-o,--out", options->output, "file to write (default: standard output)").suggest_files();
  command.add_option("--commit", options->source.commit, "commit to read (default: HEAD)");
  command.add_flag("--worktree", options->source.worktree, "read the files as they lie, not the commit");
  command.add_option("--path", options->source.path, "folder of the service inside DIR (monorepo)").suggest_folders();
  command.when_chosen([options, &action] {
    action = [options](Context& context) { return run_graph(*options, context); };
  });
}

}  // namespace tidegate::cli
