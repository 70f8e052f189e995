// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/link.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "adf/expression.hpp"
#include "base/text.hpp"
#include "databricks/match.hpp"
#include "spark/check.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;

class Linker {
 public:
  Linker(Service& service, Diagnostics& diagnostics)
      : service_(service), diagnostics_(diagnostics) {}

  void run() {
    for (std::size_t i = 0; i < service_.factory.objects.size(); ++i) {
      if (service_.factory.objects[i].kind == adf::ObjectKind::pipeline) {
        walk(i, service_.factory.objects[i].properties()["activities"]);
      }
    }
    check_clusters();
  }

 private:
  // The jars of all activities of a linked service against the version of the clusters it starts.
  void check_clusters() {
    for (const auto& cluster : jars_of_cluster_) {
      const Node properties =
          service_.factory.objects[cluster.first].properties()["typeProperties"];
      const Node version = properties.find_ignoring_case("newClusterVersion");
      if (!version.is_string()) continue;
      std::vector<const spark::Jar*> jars(cluster.second.begin(), cluster.second.end());
      std::ranges::sort(jars, {}, &spark::Jar::file);
      spark::check_cluster_version(version.as_string(), jars, {}, version.location(), std::nullopt,
                                   diagnostics_);
    }
  }

  void walk(std::size_t object, const Node& node) {
    const std::string_view type = node["type"].as_string();
    if (type.starts_with("Databricks")) link(object, type, node);
    for (const Node child : node) {
      if (child.is_object() || child.is_array()) walk(object, child);
    }
  }

  void link(std::size_t object, std::string_view type, const Node& activity) {
    const Node properties = activity["typeProperties"];
    if (type == "DatabricksNotebook") link_notebook(object, properties["notebookPath"]);
    if (type == "DatabricksSparkPython") link_file(object, properties["pythonFile"]);
    std::vector<const spark::Jar*> jars;
    bool all_known = true;
    for (const Node library : properties["libraries"]) {
      for (const Node entry : library) {
        if (entry.key() == "jar") {
          const spark::Jar* jar = link_jar(object, entry);
          if (jar != nullptr) jars.push_back(jar);
          all_known = all_known && jar != nullptr;
        } else if (entry.key() == "whl" || entry.key() == "egg") {
          link_file(object, entry);
        } else if (entry.key() == "maven") {
          all_known = false;
        }
        add_library(object, entry);
      }
    }
    const std::string_view cluster = activity["linkedServiceName"]["referenceName"].as_string();
    if (const auto index = service_.factory.find_index(adf::ObjectKind::linked_service, cluster)) {
      jars_of_cluster_[*index].insert(jars.begin(), jars.end());
    }
    const Node main_class = properties["mainClassName"];
    if (type == "DatabricksSparkJar" && main_class.is_string() && all_known && !jars.empty()) {
      spark::check_main_class(main_class.as_string(), jars, main_class.location(), diagnostics_);
    }
  }

  // {"maven": {"coordinates": "g:a:v"}}, {"pypi": {"package": "p==1"}}, {"cran": {"package": "p"}}.
  void add_library(std::size_t object, const Node& entry) {
    const bool maven = entry.key() == "maven";
    if (!maven && entry.key() != "pypi" && entry.key() != "cran") return;
    const Node text = entry[maven ? "coordinates" : "package"];
    if (!text.is_string() || is_dynamic(text)) return;
    service_.libraries.push_back({.kind = std::string(entry.key()),
                                  .text = std::string(text.as_string()),
                                  .file = service_.factory.objects[object].file});
  }

  static bool is_dynamic(const Node& node) {
    return !node.is_string() || (node.as_string().find('@') != std::string_view::npos &&
                                 (node.as_string().starts_with('@') ||
                                  node.as_string().find("@{") != std::string_view::npos));
  }

  // The text of an expression: the string itself, or the `value` of an Expression object.
  static std::string_view expression_of(const Node& node) {
    return node.is_string() ? node.as_string() : node["value"].as_string();
  }

  void link_notebook(std::size_t object, const Node& path) {
    if (!path) return;
    databricks::PathMatch match;
    if (is_dynamic(path)) {
      // Only whole segments count: `/a/@{x}_load` may end in any name.
      const std::string suffix = adf::constant_suffix(expression_of(path));
      const std::size_t slash = suffix.find('/');
      if (slash != std::string::npos) {
        match =
            databricks::match_suffix(service_.notebooks, std::string_view(suffix).substr(slash));
      }
      if (match.candidates.size() != 1) return dynamic_notebook(path);
    } else {
      match = notebooks_.match_activity_path(path.as_string(), service_.manifest.workspace_roots);
    }
    if (match.candidates.size() == 1) {
      service_.links.push_back({.object = object,
                                .node = path,
                                .target = FileLink::Target::notebook,
                                .index = match.candidates.front()});
    } else if (match.candidates.empty()) {
      diagnostics_.error(
          "databricks.unresolved-notebook", path.location(),
          "notebook \"" + std::string(path.as_string()) + "\" is not in the repository",
          "add the notebook, or correct the path");
    } else {
      std::string names;
      for (const std::size_t i : match.candidates)
        names += (names.empty() ? "" : ", ") + service_.notebooks[i].file;
      diagnostics_.error(
          "databricks.ambiguous-notebook", path.location(),
          "notebook \"" + std::string(path.as_string()) + "\" may be any of " + names,
          "name more of the path, or declare databricks.workspaceRoots in tidegate.yaml");
    }
  }

  void dynamic_notebook(const Node& path) {
    diagnostics_.note(
        "databricks.dynamic-notebook", path.location(),
        "the notebook path is computed at run time, and its end names no single notebook",
        "use a literal path, so that the build can check and move the notebook");
  }

  void missing(const Node& path, const std::string& what) {
    diagnostics_.error("databricks.dbfs-library", path.location(),
                       what + " \"" + std::string(path.as_string()) + "\" is not in the repository",
                       "add the file, so that it is deployed with the service");
  }

  // Of the files that are called like the one in `path`, those that share the longest end with it,
  // in whole segments. Two are an error, not a guess.
  template <class Files, class PathOf>
  std::optional<std::size_t> find_file(const Files& files, PathOf path_of, const Node& path,
                                       const std::string& what) {
    std::vector<std::size_t> found;
    std::size_t best = 1;
    for (std::size_t i = 0; i < files.size(); ++i) {
      const std::size_t shared = shared_end(path_of(files[i]), path.as_string());
      if (shared < best) continue;
      if (shared > best) found.clear();
      best = shared;
      found.push_back(i);
    }
    if (found.size() == 1) return found.front();
    if (found.empty()) {
      missing(path, what);
      return std::nullopt;
    }
    std::string names;
    for (const std::size_t i : found) names += (names.empty() ? "" : ", ") + path_of(files[i]);
    diagnostics_.error("databricks.ambiguous-library", path.location(),
                       what + " \"" + std::string(path.as_string()) + "\" may be any of " + names,
                       "give the files different names, or name more of the path");
    return std::nullopt;
  }

  static std::size_t shared_end(std::string_view a, std::string_view b) {
    const std::vector<std::string_view> x = split(a, '/');
    const std::vector<std::string_view> y = split(b, '/');
    std::size_t count = 0;
    while (count < x.size() && count < y.size() &&
           x[x.size() - 1 - count] == y[y.size() - 1 - count]) {
      ++count;
    }
    return count;
  }

  const spark::Jar* link_jar(std::size_t object, const Node& path) {
    if (is_dynamic(path)) return nullptr;
    const auto found = find_file(
        service_.jars, [](const spark::Jar& jar) { return jar.file; }, path, "jar");
    if (!found) return nullptr;
    service_.links.push_back(
        {.object = object, .node = path, .target = FileLink::Target::jar, .index = *found});
    return &service_.jars[*found];
  }

  void link_file(std::size_t object, const Node& path) {
    if (!path || is_dynamic(path)) return;
    const auto found = find_file(
        service_.config_files, [](const PackedPath& file) { return file.path; }, path, "file");
    if (!found) return;
    service_.links.push_back(
        {.object = object, .node = path, .target = FileLink::Target::file, .index = *found});
  }

  Service& service_;
  Diagnostics& diagnostics_;
  const databricks::NotebookIndex notebooks_{service_.notebooks};
  std::map<std::size_t, std::set<const spark::Jar*>> jars_of_cluster_{};  // by linked service
};

}  // namespace

void link_files(Service& service, Diagnostics& diagnostics) { Linker(service, diagnostics).run(); }

}  // namespace tidegate::flavours::adf_databricks
