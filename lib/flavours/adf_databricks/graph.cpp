// SPDX-License-Identifier: Apache-2.0
// Service -> graph: data flow where it is known (datasets that are read and written), references for
// the rest.
#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "databricks/match.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "service/observe.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

class Maker {
 public:
  explicit Maker(const Service& service) : service_(service) {}

  graph::Graph run() {
    graph_.title = service_.manifest.service;
    graph_.nodes.reserve(service_.factory.objects.size() + service_.notebooks.size() + service_.jar_files.size());
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
    std::sort(edges_.begin(), edges_.end());
    edges_.erase(std::unique(edges_.begin(), edges_.end()), edges_.end());
    graph_.edges = std::move(edges_);
    return std::move(graph_);
  }

 private:
  // `kind` is a literal.
  std::uint32_t named(std::string_view kind, const std::string& label, const std::string& detail) {
    const auto [place, is_new] = others_.try_emplace({kind, to_lower(label)}, static_cast<std::uint32_t>(graph_.nodes.size()));
    if (is_new) graph_.nodes.push_back({.label = label, .kind = kind, .detail = detail});
    return place->second;
  }

  void edge(std::uint32_t from, std::uint32_t to, const char* kind) {
    edges_.push_back({.from = from, .to = to, .kind = kind});
  }

  void add_accesses() {
    service::for_each_access(service_.factory, [this](const service::Access& access) {
      const auto pipeline = static_cast<std::uint32_t>(access.pipeline);
      const std::uint32_t dataset = access.target ? static_cast<std::uint32_t>(*access.target)
                                                  : named("dataset", std::string(access.dataset), "of another service");
      known_.insert({pipeline, dataset});
      if (access.kind == service::Access::Kind::read) {
        edge(dataset, pipeline, "reads");
      } else {
        edge(pipeline, dataset, "writes");
      }
    });
  }

  void add_references() {
    const auto& objects = service_.factory.objects;
    for (const adf::Reference& reference : service_.factory.references) {
      if (reference.dynamic || reference.name.empty()) continue;
      const auto from = static_cast<std::uint32_t>(reference.from);
      const std::uint32_t to =
          reference.target ? static_cast<std::uint32_t>(*reference.target)
                           : named(adf::to_string(reference.kind), std::string(reference.name), "owned elsewhere");
      if (known_.contains({from, to})) continue;
      const bool starts = objects[from].kind == adf::ObjectKind::trigger;
      const bool calls = objects[from].kind == adf::ObjectKind::pipeline && reference.kind == adf::ObjectKind::pipeline;
      edge(from, to, starts ? "starts" : calls ? "runs" : "uses");
    }
  }

  void add_links() {
    for (const FileLink& link : service_.links) {
      const auto from = static_cast<std::uint32_t>(link.object);
      switch (link.target) {
        case FileLink::Target::notebook:
          edge(from, notebook(link.index), "runs");
          break;
        case FileLink::Target::jar:
          edge(from, named("jar", std::string(file_name(service_.jar_files[link.index].path)), service_.jar_files[link.index].path), "runs");
          break;
        case FileLink::Target::file:
          edge(from, named("file", service_.config_files[link.index].path, service_.config_files[link.index].path), "runs");
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
        if (match.candidates.size() == 1) edge(from, notebook(match.candidates.front()), "runs");
      }
    }
  }

  void add_contracts() {
    for (const service::Produced& one : service_.manifest.produces) {
      const std::uint32_t node = named("produced", one.dataset, one.format + " " + one.mode + " " + one.path);
      if (const auto dataset = service_.factory.find_index(adf::ObjectKind::dataset, one.adf))
        edge(static_cast<std::uint32_t>(*dataset), node, "carries");
    }
    for (const service::Consumed& one : service_.manifest.consumes) {
      const std::uint32_t node = named("consumed", one.dataset, "from " + one.from);
      const auto dataset = service_.factory.find_index(adf::ObjectKind::dataset, one.adf);
      const auto foreign = others_.find({"dataset", to_lower(one.adf)});
      if (dataset) edge(node, static_cast<std::uint32_t>(*dataset), "carries");
      if (!dataset && foreign != others_.end()) edge(node, foreign->second, "carries");
    }
  }

  const Service& service_;
  graph::Graph graph_{};
  std::vector<graph::Edge> edges_{};
  std::map<std::pair<std::string_view, std::string>, std::uint32_t> others_{};
  std::set<std::pair<std::uint32_t, std::uint32_t>> known_{};  // what an access has shown
};

}  // namespace

graph::Graph make_graph(const Service& service) { return Maker(service).run(); }

}  // namespace tidegate::flavours::adf_databricks
