// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/check_activity.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "base/text.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using document::Node;

// The widgets of a notebook and of everything that it takes in with %run.
struct Widgets {
  std::map<std::string, std::string> reads{};  // name -> where
  std::set<std::string> declared{}, with_default{};
  bool known = true;  // nothing is computed, every %run leads to a notebook of the service
};

void add(Widgets& all, const databricks::Notebook& notebook) {
  all.known = all.known && !notebook.reads_all_widgets;
  for (const databricks::Widget& widget : notebook.widgets) {
    all.declared.insert(widget.name.text);
    if (widget.has_default) all.with_default.insert(widget.name.text);
  }
  for (const databricks::Found& read : notebook.widget_reads) {
    all.reads.emplace(read.text, to_string(Location{
                                     .file = notebook.file, .line = read.line, .column = read.column}));
  }
}

Widgets widgets_of(const Service& service, const databricks::NotebookIndex& notebooks,
                   std::size_t index) {
  Widgets all;
  std::set<std::size_t> seen{index};
  for (std::vector<std::size_t> open{index}; !open.empty();) {
    const databricks::Notebook& notebook = service.notebooks[open.back()];
    open.pop_back();
    add(all, notebook);
    for (const databricks::NotebookRun& run : notebook.runs) {
      if (run.child) continue;
      const auto match = notebooks.match_run_path(notebook, run.path.text, service.manifest.workspace_roots);
      if (match.candidates.size() != 1) {
        all.known = false;
      } else if (seen.insert(match.candidates.front()).second) {
        open.push_back(match.candidates.front());
      }
    }
  }
  return all;
}

constexpr std::array<std::string_view, 6> library_kinds{"jar", "egg", "whl", "maven", "pypi", "cran"};

void invalid(const Node& where, std::string message, Diagnostics& diagnostics) {
  diagnostics.error("databricks.invalid-library", where.location(), std::move(message),
                    "a library is one of {jar}, {egg}, {whl}, {maven: {coordinates}}, "
                    "{pypi: {package}}, {cran: {package}}");
}

void unpinned(const Node& where, std::string message, std::string hint, Diagnostics& diagnostics) {
  diagnostics.warning("databricks.unpinned-library", where.location(), std::move(message),
                      std::move(hint));
}

void check_maven(const Node& coordinates, Diagnostics& diagnostics) {
  const std::string text(coordinates.as_string());
  const std::vector<std::string_view> parts = split(std::string_view(text), ':');
  const bool whole = parts.size() >= 3 && parts.size() <= 5 &&
                     std::none_of(parts.begin(), parts.end(), [](std::string_view part) {
                       return trim(part).empty();
                     });
  if (!whole) {
    return invalid(coordinates,
                   "the coordinates \"" + printable(text) + "\" are not group:artifact:version",
                   diagnostics);
  }
  const std::string_view version = trim(parts.back());
  if (version.find_first_of("[](),+*") == std::string_view::npos && version != "LATEST" &&
      version != "RELEASE" && !ends_with_ignoring_case(version, "SNAPSHOT")) {
    return;
  }
  unpinned(coordinates, "\"" + printable(text) + "\" names no exact version",
           "write one exact version, so that every cluster installs the same bytes", diagnostics);
}

// `name==1.0`, also with extras and markers; a digest pins, too.
void check_pypi(const Node& package, Diagnostics& diagnostics) {
  const std::string_view text = trim(package.as_string());
  const std::string_view requirement = trim(text.substr(0, text.find(';')));
  if (requirement.find("sha256=") != std::string_view::npos) return;
  const std::size_t equal = requirement.find("==");
  const bool exact = equal != std::string_view::npos && equal + 2 < requirement.size() &&
                     requirement.find_first_of("<>!~*,", 0) == std::string_view::npos;
  if (exact) return;
  unpinned(package, "\"" + printable(text) + "\" names no exact version",
           "write name==version, so that every cluster installs the same bytes", diagnostics);
}

// A member that must be there as text; nothing when it is computed, or after a finding.
std::optional<Node> required_text(const Node& library, const Node& value, std::string_view name,
                                  Diagnostics& diagnostics) {
  const Node found = value[name];
  if (found && is_dynamic(found)) {
    if (found.is_string() || found.is_object()) return std::nullopt;
  }
  if (found.is_string() && !trim(found.as_string()).empty()) return found;
  invalid(found ? found : library, "the library lacks the text \"" + std::string(name) + "\"", diagnostics);
  return std::nullopt;
}

}  // namespace

bool is_dynamic(const Node& node) {
  return !node.is_string() || (node.as_string().find('@') != std::string_view::npos &&
                               (node.as_string().starts_with('@') ||
                                node.as_string().find("@{") != std::string_view::npos));
}

void check_parameters(const Service& service, const databricks::NotebookIndex& notebooks,
                      const Node& activity, std::size_t index, Diagnostics& diagnostics) {
  const Node parameters = activity["typeProperties"]["baseParameters"];
  if (parameters && (!parameters.is_object() || parameters["type"].as_string() == "Expression")) return;
  const Widgets widgets = widgets_of(service, notebooks, index);
  if (!widgets.known) return;
  const std::string file = service.notebooks[index].file;
  std::set<std::string, std::less<>> given;
  for (const Node parameter : parameters) {
    const std::string name(parameter.key());
    given.insert(name);
    if (widgets.reads.contains(name) || widgets.declared.contains(name)) continue;
    std::vector<std::string> names(widgets.declared.begin(), widgets.declared.end());
    for (const auto& read : widgets.reads) names.push_back(read.first);
    const auto near = find_nearest(name, names);
    diagnostics.warning("databricks.unread-parameter", parameter.key_location(),
                        printable(file) + " reads no parameter \"" + printable(name) + "\"",
                        near ? "did you mean '" + printable(*near) + "'?"
                             : "remove it, or read it with dbutils.widgets.get");
  }
  const Node path = activity["typeProperties"]["notebookPath"];
  for (const auto& [name, where] : widgets.reads) {
    if (given.contains(name) || widgets.with_default.contains(name)) continue;
    diagnostics.warning("databricks.missing-parameter",
                        parameters ? parameters.key_location() : path.location(),
                        "the notebook reads \"" + printable(name) + "\" (" + printable(where) +
                            "), which the activity does not hand over and no widget has a default for",
                        "add it to baseParameters, or declare a widget with a default");
  }
}

void check_library(const Node& library, Diagnostics& diagnostics) {
  if (!library.is_object()) {
    if (library.is_string() && is_dynamic(library)) return;
    return invalid(library, "the library is no object", diagnostics);
  }
  if (library["type"].as_string() == "Expression" && library["value"]) return;
  std::size_t kinds = 0;
  for (const Node value : library) {
    const bool known = std::find(library_kinds.begin(), library_kinds.end(), value.key()) != library_kinds.end();
    if (!known) {
      invalid(value, "the library has the unknown kind \"" + printable(value.key()) + "\"", diagnostics);
      continue;
    }
    ++kinds;
    if (value.key() == "maven") {
      if (const auto text = required_text(library, value, "coordinates", diagnostics)) check_maven(*text, diagnostics);
    } else if (value.key() == "pypi") {
      if (const auto text = required_text(library, value, "package", diagnostics)) check_pypi(*text, diagnostics);
    } else if (value.key() == "cran") {
      const auto text = required_text(library, value, "package", diagnostics);
      if (text && !value["repo"]) {
        unpinned(*text, "\"" + printable(text->as_string()) + "\" takes whatever version is newest",
                 "name a dated snapshot of the archive under repo", diagnostics);
      }
    } else if (value.is_string() && trim(value.as_string()).empty()) {
      invalid(value, "the library has no path", diagnostics);
    }
  }
  if (kinds > 1) invalid(library, "the library has " + std::to_string(kinds) + " kinds, expected one", diagnostics);
  if (library.size() == 0) invalid(library, "the library is empty", diagnostics);
}

namespace {

void walk_jobs(const Service& service, std::size_t object, const Node& node, const std::set<std::size_t>& bound,
               Diagnostics& diagnostics) {
  if (node["type"].as_string() == "DatabricksJob") {
    const Node job = node["typeProperties"]["jobId"];
    const bool literal = job.is_number() || (job.is_string() && !is_dynamic(job) && !job.as_string().empty());
    if (literal && !bound.contains(job.offset())) {
      diagnostics.warning("databricks.unbound-job", job.location(),
                          "the job is named by an id of one workspace, and no variable stands for it",
                          "bind it in tidegate.yaml: bindings with path pipeline/" +
                              std::string(service.factory.objects[object].name) + "#" + job.pointer());
    }
  }
  for (const Node child : node) {
    if (child.is_object() || child.is_array()) walk_jobs(service, object, child, bound, diagnostics);
  }
}

}  // namespace

void check_jobs(const Service& service, Diagnostics& diagnostics) {
  for (std::size_t i = 0; i < service.factory.objects.size(); ++i) {
    const adf::Object& object = service.factory.objects[i];
    if (object.kind != adf::ObjectKind::pipeline) continue;
    if (object.document->text().find("DatabricksJob") == std::string::npos) continue;
    std::set<std::size_t> bound;
    for (const service::BoundLeaf& leaf : service::leaves_of(service.bindings, i)) {
      bound.insert(leaf.node.offset());
    }
    walk_jobs(service, i, object.properties()["activities"], bound, diagnostics);
  }
}

}  // namespace tidegate::flavours::adf_databricks
