// SPDX-License-Identifier: Apache-2.0
// Service -> graph: data flow where it is known (datasets that are read and written), references for
// the rest.
#include <algorithm>
#include <map>

#include "base/text.hpp"
#include "databricks/match.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "service/observe.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using graph::EdgeKind;

class Maker {
 public:
  explicit Maker(const Service& service) : service_(service) {}

  graph::Graph run() {
    graph_.title = service_.manifest.service;
    graph_.nodes.reserve(service_.factory.objects.size() + service_.notebooks.size() + service_.jar_files.size() +
                         service_.config_files.size() + service_.manifest.produces.size() + service_.manifest.consumes.size());
    for (const adf::Object& object : service_.factory.objects) {
      graph_.nodes.push_back({.label = object.name,
                              .kind = adf::to_string(object.kind),
                              .detail = object.file});
    }
    add_accesses();
    add_references();
    add_links();
    add_runs();
    add_contracts();
    std::vector<graph::Edge>& edges = graph_.edges;
    std::sort(edges.begin(), edges.end());
    edges.erase(std::unique(edges.begin(), edges.end()), edges.end());
    return std::move(graph_);
  }

 private:
  std::uint32_t named(std::string_view kind, std::string_view label, std::string_view detail) {
    const auto [place, is_new] = others_.try_emplace({kind, to_lower(label)}, static_cast<std::uint32_t>(graph_.nodes.size()));
    if (is_new) graph_.nodes.push_back({.label = label, .kind = kind, .detail = detail});
    return place->second;
  }

  void edge(std::uint32_t from, std::uint32_t to, EdgeKind kind) {
    graph_.edges.push_back({.from = from, .to = to, .kind = kind});
  }

  void add_accesses() {
    service::for_each_access(service_.factory, [this](const service::Access& access) {
      const auto pipeline = static_cast<std::uint32_t>(access.pipeline);
      const std::uint32_t dataset = access.target ? static_cast<std::uint32_t>(*access.target)
                                                  : named("dataset", access.dataset, "of another service");
      known_.emplace_back(pipeline, dataset);
      if (access.kind == service::Access::Kind::read) {
        edge(dataset, pipeline, EdgeKind::reads);
      } else {
        edge(pipeline, dataset, EdgeKind::writes);
      }
    });
  }

  void add_references() {
    const auto& objects = service_.factory.objects;
    std::ranges::sort(known_);
    graph_.edges.reserve(graph_.edges.size() + service_.factory.references.size() + service_.links.size());
    for (const adf::Reference& reference : service_.factory.references) {
      if (reference.dynamic || reference.name.empty()) continue;
      const std::uint32_t from = reference.from;
      const std::uint32_t to =
          reference.target ? *reference.target : named(adf::to_string(reference.kind), reference.name, "owned elsewhere");
      if (std::ranges::binary_search(known_, std::pair(from, to))) continue;
      const bool starts = objects[from].kind == adf::ObjectKind::trigger;
      const bool calls = objects[from].kind == adf::ObjectKind::pipeline && reference.kind == adf::ObjectKind::pipeline;
      edge(from, to, starts ? EdgeKind::starts : calls ? EdgeKind::runs : EdgeKind::uses);
    }
  }

  void add_links() {
    for (const FileLink& link : service_.links) {
      const auto from = static_cast<std::uint32_t>(link.object);
      switch (link.target) {
        case FileLink::Target::notebook:
          edge(from, notebook(link.index), EdgeKind::runs);
          break;
        case FileLink::Target::jar:
          edge(from, named("jar", file_name(service_.jar_files[link.index].path), service_.jar_files[link.index].path), EdgeKind::runs);
          break;
        case FileLink::Target::file:
          edge(from, named("file", service_.config_files[link.index].path, service_.config_files[link.index].path), EdgeKind::runs);
          break;
      }
    }
  }

  std::uint32_t notebook(std::size_t index) {
    return named("notebook", service_.notebooks[index].path, service_.notebook_files[index].path);
  }

  // %run and dbutils.notebook.run, as far as they name one notebook.
  void add_runs() {
    const databricks::NotebookIndex index(service_.notebooks);
    for (std::size_t i = 0; i < service_.notebooks.size(); ++i) {
      const std::uint32_t from = notebook(i);
      for (const databricks::NotebookRun& run : service_.notebooks[i].runs) {
        if (run.dynamic) continue;
        const auto match = index.match_run_path(service_.notebooks[i], run.path.text, service_.manifest.workspace_roots);
        if (match.candidates.size() == 1) edge(from, notebook(match.candidates.front()), EdgeKind::runs);
      }
    }
  }

  void add_contracts() {
    for (const service::Produced& one : service_.manifest.produces) {
      const std::uint32_t node = named("produced", one.dataset, graph_.keep(one.format + " " + one.mode + " " + one.path));
      if (const auto dataset = service_.factory.find_index(adf::ObjectKind::dataset, one.adf))
        edge(static_cast<std::uint32_t>(*dataset), node, EdgeKind::carries);
    }
    for (const service::Consumed& one : service_.manifest.consumes) {
      const std::uint32_t node = named("consumed", one.dataset, graph_.keep("from " + one.from));
      const auto dataset = service_.factory.find_index(adf::ObjectKind::dataset, one.adf);
      const auto foreign = others_.find({"dataset", to_lower(one.adf)});
      if (dataset) edge(node, static_cast<std::uint32_t>(*dataset), EdgeKind::carries);
      if (!dataset && foreign != others_.end()) edge(node, foreign->second, EdgeKind::carries);
    }
  }

  const Service& service_;
  graph::Graph graph_{};
  std::map<std::pair<std::string_view, std::string>, std::uint32_t> others_{};
  std::vector<std::pair<std::uint32_t, std::uint32_t>> known_{};  // what an access has shown; sorted when all have
};

}  // namespace

graph::Graph make_graph(const Service& service) { return Maker(service).run(); }

}  // namespace tidegate::flavours::adf_databricks
