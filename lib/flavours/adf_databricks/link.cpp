// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/link.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "adf/expression.hpp"
#include "base/text.hpp"
#include "databricks/cells.hpp"
#include "databricks/match.hpp"
#include "flavours/adf_databricks/check_activity.hpp"
#include "flavours/adf_databricks/referenced.hpp"
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
      spark::check_cluster_version(version.as_string(), jars, poms_of(jars), version.location(),
                                   std::nullopt, diagnostics_);
    }
    std::set<const spark::Jar*> used;
    for (const auto& cluster : jars_of_cluster_) used.insert(cluster.second.begin(), cluster.second.end());
    for (const auto& one : jars_elsewhere_) used.insert(one);
    std::vector<const spark::Jar*> jars(used.begin(), used.end());
    std::ranges::sort(jars, {}, &spark::Jar::file);
    spark::check_bundled_spark(jars, poms_of(jars), diagnostics_);
  }

  // The POMs that some of the jars were made from.
  std::vector<const spark::Pom*> poms_of(const std::vector<const spark::Jar*>& jars) const {
    std::vector<const spark::Pom*> found;
    for (const spark::Pom& pom : service_.poms) {
      const bool made = std::any_of(jars.begin(), jars.end(), [&](const spark::Jar* jar) {
        return file_name(jar->file) == pom.jar_name() ||
               (!jar->artifact.empty() && jar->group == pom.group && jar->artifact == pom.artifact);
      });
      if (made) found.push_back(&pom);
    }
    return found;
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
    if (type == "DatabricksNotebook") {
      const auto notebook = link_notebook(object, properties["notebookPath"]);
      if (notebook) check_parameters(service_, notebooks_, activity, *notebook, diagnostics_);
    }
    if (type == "DatabricksSparkPython") link_file(object, properties["pythonFile"]);
    std::vector<const spark::Jar*> jars;
    bool all_known = true;
    const Node libraries = properties["libraries"];
    if (!libraries.is_array()) all_known = all_known && !libraries;  // an Expression
    for (const Node library : libraries.is_array() ? libraries : Node()) {
      check_library(library, diagnostics_);
      if (!library.is_object()) continue;
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
    } else {
      jars_elsewhere_.insert(jars.begin(), jars.end());
    }
    spark::check_duplicate_classes(jars, [&] { return properties["libraries"].location(); }, diagnostics_);
    const Node main_class = properties["mainClassName"];
    if (type == "DatabricksSparkJar" && main_class.is_string() && all_known && !jars.empty()) {
      spark::check_main_class(main_class.as_string(), jars, [&] { return main_class.location(); }, diagnostics_);
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

  // The text of an expression: the string itself, or the `value` of an Expression object.
  static std::string_view expression_of(const Node& node) {
    return node.is_string() ? node.as_string() : node["value"].as_string();
  }

  // The notebook that is meant, if it is one.
  std::optional<std::size_t> link_notebook(std::size_t object, const Node& path) {
    if (!path) return std::nullopt;
    databricks::PathMatch match;
    if (is_dynamic(path)) {
      // Only whole segments count: `/a/@{x}_load` may end in any name.
      const std::string suffix = adf::constant_suffix(expression_of(path));
      const std::size_t slash = suffix.find('/');
      if (slash != std::string::npos) {
        match =
            databricks::match_suffix(service_.notebooks, std::string_view(suffix).substr(slash));
      }
      if (match.candidates.size() != 1) {
        dynamic_notebook(path);
        return std::nullopt;
      }
    } else {
      match = notebooks_.match_activity_path(path.as_string(), service_.manifest.workspace_roots);
    }
    if (match.candidates.size() == 1) {
      service_.links.push_back({.object = object,
                                .node = path,
                                .target = FileLink::Target::notebook,
                                .index = match.candidates.front()});
      return match.candidates.front();
    }
    if (match.candidates.empty()) {
      warn_plain_source(path);
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
    return std::nullopt;
  }

  // The file may be there, but without the line that makes it a notebook.
  void warn_plain_source(const Node& path) {
    const std::string_view name = file_name(path.as_string());
    for (const std::string& file : service_.plain_sources) {
      if (name.empty() || (file_stem(file) != name && file_name(file) != name)) continue;
      const auto language = databricks::source_language(file);
      diagnostics_.warning("databricks.not-a-notebook", {.file = file, .line = 1, .column = 1},
                           "is named like the notebook \"" + printable(path.as_string()) +
                               "\" of an activity, but its first line does not mark a notebook",
                           "write '" + std::string(databricks::header_of(*language)) + "' in the first line");
    }
  }

  void dynamic_notebook(const Node& path) {
    diagnostics_.note(
        "databricks.dynamic-notebook", path.location(),
        "the notebook path is computed at run time, and its end names no single notebook",
        "use a literal path, so that the build can check and move the notebook");
  }

  // True if the jar is one that a POM of the service makes or takes from a repository.
  bool report_not_built(const Node& path) {
    const std::string_view name = file_name(path.as_string());
    for (const spark::Pom& pom : service_.poms) {
      if (name == pom.jar_name()) {
        diagnostics_.error("spark.library-not-built", path.location(),
                           "jar \"" + printable(path.as_string()) + "\" is what " + printable(pom.file) +
                               " makes, but it is not there",
                           "commit the jar, or let `tidegate build --build-libraries` make it with mvn "
                           "from the sources below src/ beside the POM");
        return true;
      }
      for (const spark::Dependency& one : pom.dependencies) {
        if (name != one.artifact + "-" + one.version + ".jar" || one.scope == "test") continue;
        diagnostics_.error("spark.library-not-built", path.location(),
                           "jar \"" + printable(path.as_string()) + "\" is a dependency of " +
                               printable(pom.file) + ", but it is not locked",
                           "run `tidegate lock` and commit the file it writes");
        return true;
      }
    }
    return false;
  }

  void missing(const Node& path, const std::string& what) {
    if (what == "jar" && report_not_built(path)) return;
    diagnostics_.error("databricks.dbfs-library", path.location(),
                       what + " \"" + std::string(path.as_string()) + "\" is not in the repository",
                       "add the file, so that it is deployed with the service");
  }

  // The closest file; two are an error, not a guess.
  std::optional<std::size_t> find_file(const Candidates& files, const Node& path,
                                       const std::string& what) {
    const std::vector<std::size_t> found = files.closest(path.as_string());
    if (found.size() == 1) return found.front();
    if (found.empty()) {
      missing(path, what);
      return std::nullopt;
    }
    std::string names;
    for (const std::size_t i : found)
      names += (names.empty() ? "" : ", ") + std::string(files.path(i));
    diagnostics_.error("databricks.ambiguous-library", path.location(),
                       what + " \"" + std::string(path.as_string()) + "\" may be any of " + names,
                       "give the files different names, or name more of the path");
    return std::nullopt;
  }

  static Candidates candidates(const std::vector<PackedPath>& files) {
    Candidates all;
    for (const PackedPath& file : files) all.add(file.path, file.in_submodule);
    return all;
  }

  const spark::Jar* link_jar(std::size_t object, const Node& path) {
    if (is_dynamic(path)) return nullptr;
    const auto found = find_file(jars_, path, "jar");
    if (!found) return nullptr;
    warn_dbfs(path, "jar");
    service_.links.push_back(
        {.object = object, .node = path, .target = FileLink::Target::jar, .index = *found});
    return &service_.jars[*found];
  }

  void link_file(std::size_t object, const Node& path) {
    if (!path || is_dynamic(path)) return;
    const auto found = find_file(files_, path, "file");
    if (!found) return;
    warn_dbfs(path, "file");
    service_.links.push_back(
        {.object = object, .node = path, .target = FileLink::Target::file, .index = *found});
  }

  void warn_dbfs(const Node& path, const std::string& what) {
    if (!starts_with_ignoring_case(path.as_string(), "dbfs:/") &&
        !starts_with_ignoring_case(path.as_string(), "/dbfs/")) {
      return;
    }
    if (starts_with_ignoring_case(path.as_string(), "dbfs:/Volumes/")) return;
    diagnostics_.warning("databricks.dbfs-library", path.location(),
                         what + " \"" + printable(path.as_string()) +
                             "\" lies in the DBFS root: the path is replaced by that of the packed file",
                         "runtimes from 16.0 install nothing from the DBFS root; in the artifact the file "
                         "lies in a volume or in the workspace");
  }

  Service& service_;
  Diagnostics& diagnostics_;
  std::set<const spark::Jar*> jars_elsewhere_{};  // of activities without a linked service of the factory
  const databricks::NotebookIndex notebooks_{service_.notebooks};
  const Candidates jars_ = candidates(service_.jar_files);
  const Candidates files_ = candidates(service_.config_files);
  std::map<std::size_t, std::set<const spark::Jar*>> jars_of_cluster_{};  // by linked service
};

}  // namespace

void link_files(Service& service, Diagnostics& diagnostics) { Linker(service, diagnostics).run(); }

std::span<const FileLink> links_of(const Service& service, std::size_t object) {
  const auto begin = std::ranges::lower_bound(service.links, object, {}, &FileLink::object);
  const auto end =
      std::ranges::upper_bound(begin, service.links.end(), object, {}, &FileLink::object);
  return {begin, end};
}

}  // namespace tidegate::flavours::adf_databricks
