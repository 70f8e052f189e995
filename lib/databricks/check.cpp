// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "base/text.hpp"
#include "databricks/cells.hpp"
#include "databricks/match.hpp"
#include "databricks/notebook.hpp"
#include "databricks/requirements.hpp"

namespace tidegate::databricks {
namespace {

struct Edge {  // a %run that was resolved
  std::size_t to = 0;
  const NotebookRun* run = nullptr;
};
using Graph = std::vector<std::vector<Edge>>;

std::string shown_file(const Notebook& notebook) {
  return notebook.entry.empty() ? notebook.file : notebook.file + "#" + notebook.entry;
}

Location place(const Notebook& notebook, const Found& found) {
  return {.file = shown_file(notebook), .line = found.line, .column = found.column};
}

std::string shown_call(const NotebookRun& run) {
  return run.child ? "dbutils.notebook.run" : "%run";
}

// The last segments of all workspace paths, parallel to the notebooks.
std::vector<std::string> names_of(const std::vector<Notebook>& notebooks) {
  std::vector<std::string> names;
  names.reserve(notebooks.size());
  for (const Notebook& notebook : notebooks) names.emplace_back(file_name(notebook.path));
  return names;
}

// What to write instead: the path as the workspace knows it.
std::string resolve_hint(const std::vector<Notebook>& notebooks,
                         const std::vector<std::string>& names, std::string_view path) {
  if (source_language(path) || ends_with_ignoring_case(path, ".ipynb")) {
    return "notebook paths have no extension: write '" +
           printable(path.substr(0, path.rfind('.'))) + "'";
  }
  if (const auto near = find_nearest(file_name(path), names)) {
    const auto at = std::find(names.begin(), names.end(), *near) - names.begin();
    return "did you mean '" + printable(notebooks[static_cast<std::size_t>(at)].path) + "'?";
  }
  return "commit the notebook, or correct the path; a path without '/' in front counts from the "
         "folder of this notebook";
}

void report_unresolved(const std::vector<Notebook>& notebooks,
                       const std::vector<std::string>& names, const Notebook& from,
                       const NotebookRun& run, Diagnostics& diagnostics) {
  const std::string code =
      run.child ? "databricks.unresolved-notebook-run" : "databricks.unresolved-run";
  if (run.path.text.empty()) {
    diagnostics.error(code, place(from, run.path),
                      shown_call(run) + " names no notebook, expected a path", "add the path");
    return;
  }
  diagnostics.error(code, place(from, run.path),
                    shown_call(run) + " names '" + printable(run.path.text) +
                        "', which is no notebook of this repository",
                    resolve_hint(notebooks, names, run.path.text));
}

void report_ambiguous(const std::vector<Notebook>& notebooks, const Notebook& from,
                      const NotebookRun& run, const PathMatch& match, Diagnostics& diagnostics) {
  std::string names;
  constexpr std::size_t shown = 5;
  for (std::size_t i = 0; i < match.candidates.size() && i < shown; ++i) {
    if (i > 0) names += ", ";
    names += printable(shown_file(notebooks[match.candidates[i]]));
  }
  if (match.candidates.size() > shown) names += ", …";
  diagnostics.error("databricks.ambiguous-notebook", place(from, run.path),
                    shown_call(run) + " names '" + printable(run.path.text) + "', which fits " +
                        std::to_string(match.candidates.size()) + " notebooks: " + names,
                    "write a relative path, or declare databricks.workspaceRoots in tidegate.yaml");
}

// Depth-first without recursion. Every edge to a notebook that is still open closes one cycle.
class CycleFinder {
 public:
  CycleFinder(const std::vector<Notebook>& notebooks, const Graph& graph, Diagnostics& diagnostics)
      : notebooks_(notebooks), graph_(graph), diagnostics_(diagnostics), state_(graph.size()) {}

  void run() {
    for (std::size_t i = 0; i < graph_.size(); ++i) {
      if (state_[i] == State::fresh) visit(i);
    }
  }

 private:
  enum class State : std::uint8_t { fresh, open, done };
  struct Step {
    std::size_t notebook = 0;
    std::size_t next = 0;
  };

  void visit(std::size_t start) {
    open(start);
    while (!path_.empty()) {
      Step& step = path_.back();
      if (step.next == graph_[step.notebook].size()) {
        state_[step.notebook] = State::done;
        path_.pop_back();
        continue;
      }
      const Edge edge = graph_[step.notebook][step.next++];
      if (state_[edge.to] == State::open) {
        report(edge);
      } else if (state_[edge.to] == State::fresh) {
        open(edge.to);
      }
    }
  }

  void open(std::size_t notebook) {
    state_[notebook] = State::open;
    path_.push_back({notebook});
  }

  void report(const Edge& edge) {
    const Notebook& from = notebooks_[path_.back().notebook];
    auto first = std::find_if(path_.begin(), path_.end(),
                              [&](const Step& step) { return step.notebook == edge.to; });
    constexpr std::ptrdiff_t shown = 10;
    std::string chain;
    for (auto it = first; it != path_.end(); ++it) {
      if (it - first == shown) {
        chain += "… -> ";
        break;
      }
      chain += printable(notebooks_[it->notebook].path) + " -> ";
    }
    chain += printable(notebooks_[edge.to].path);
    diagnostics_.error("databricks.run-cycle", place(from, edge.run->path),
                       "%run goes in a circle: " + chain,
                       "move what both notebooks need into a third one");
  }

  const std::vector<Notebook>& notebooks_;
  const Graph& graph_;
  Diagnostics& diagnostics_;
  std::vector<State> state_;
  std::vector<Step> path_{};
};

// `package==1.0` is exact, also with extras, markers and digests.
void report_unpinned(const Notebook& notebook, Diagnostics& diagnostics) {
  for (const Found& one : notebook.requirements) {
    if (!parse_requirement(one.text).version.empty() || one.text.find("sha256=") != std::string::npos) continue;
    diagnostics.note("databricks.unpinned-library", place(notebook, one),
                     "%pip installs '" + printable(one.text) + "', which names no exact version",
                     "write name==version, so that every run installs the same bytes");
  }
}

// Mounts and the DBFS root belong to one workspace: the environment must have them. Each once a notebook.
void report_mounts(const Notebook& notebook, Diagnostics& diagnostics) {
  std::set<std::string> seen;
  for (const Found& one : notebook.data_paths) {
    const std::string mount = mount_of(one.text);
    if (mount.empty() || !seen.insert(mount).second) continue;
    const bool root = mount == "dbfs:/";
    diagnostics.note("databricks.dbfs-path", place(notebook, one),
                     "'" + printable(one.text) + "' lies in " + (root ? std::string("the DBFS root") : "the mount " + printable(mount)) +
                         " of a workspace; every environment must have it",
                     "read from a volume or by the address of the storage, handed over as a parameter");
  }
}

// A release lies in a folder of its own: a path outside of it is that of one workspace, and what it
// holds is of no release.
void report_workspace_paths(const Notebook& notebook, Diagnostics& diagnostics) {
  for (const WorkspacePath& one : notebook.workspace_paths) {
    diagnostics.add(
        {.code = "databricks.workspace-path",
         .severity = one.searched ? Severity::warning : Severity::note,
         .where = place(notebook, one.path),
         .message = "'" + printable(one.path.text) + "' lies outside of what is deployed" +
                    (one.searched
                         ? std::string(", and modules are loaded from there, not from the release")
                         : std::string("; every environment must have it")),
         .hint = notebook.format == "module"
                     ? "write the path from the folder of this file (os.path.dirname(__file__)): the "
                       "layout of the repository is kept"
                     : "write the path from the folder of this notebook (os.path.abspath('..')): the "
                       "layout of the repository is kept"});
  }
}

}  // namespace

std::string mount_of(std::string_view path) {
  for (const std::string_view start : {"dbfs:", "/dbfs"}) {
    if (path.starts_with(start)) path.remove_prefix(start.size());
    else continue;
    while (path.starts_with("//")) path.remove_prefix(1);
    if (!path.starts_with("/mnt/")) return path.starts_with('/') ? "dbfs:/" : "";
    break;
  }
  constexpr std::string_view mounts = "/mnt/";
  if (!path.starts_with(mounts)) return "";
  const std::string_view name = path.substr(mounts.size(), path.find('/', mounts.size()) - mounts.size());
  if (name.empty() || name.find_first_of("{$") != std::string_view::npos) return "";
  return std::string(mounts) + std::string(name);
}

void check_notebooks(const std::vector<Notebook>& notebooks, const std::vector<std::string>& roots,
                     Diagnostics& diagnostics) {
  const NotebookIndex index(notebooks);
  const std::vector<std::string> names = names_of(notebooks);
  Graph graph(notebooks.size());
  for (std::size_t i = 0; i < notebooks.size(); ++i) {
    const Notebook& from = notebooks[i];
    report_unpinned(from, diagnostics);
    report_mounts(from, diagnostics);
    report_workspace_paths(from, diagnostics);
    for (const NotebookRun& run : from.runs) {
      if (run.dynamic) {
        diagnostics.note("databricks.unresolved-notebook-run", place(from, run.path),
                         "the path of " + shown_call(run) + " is known only at run time: '" +
                             printable(run.path.text) + "'",
                         "a literal path can be checked and packed with certainty");
        continue;
      }
      const PathMatch match = index.match_run_path(from, run.path.text, roots);
      if (match.candidates.empty()) {
        report_unresolved(notebooks, names, from, run, diagnostics);
      } else if (match.candidates.size() > 1) {
        report_ambiguous(notebooks, from, run, match, diagnostics);
      } else if (!run.child) {
        graph[i].push_back({match.candidates.front(), &run});
      }
    }
  }
  CycleFinder(notebooks, graph, diagnostics).run();
}

void check_module(const Notebook& module, Diagnostics& diagnostics) {
  report_mounts(module, diagnostics);
  report_workspace_paths(module, diagnostics);
}

}  // namespace tidegate::databricks
