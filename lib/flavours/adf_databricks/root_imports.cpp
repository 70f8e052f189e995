// SPDX-License-Identifier: Apache-2.0
// By folder, since what stands beside one notebook stands beside all of its folder: everything that
// these load is walked as Python would do it there, looking into the folder first, then into the
// root.
#include "flavours/adf_databricks/root_imports.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "base/text.hpp"
#include "databricks/imports.hpp"
#include "databricks/match.hpp"
#include "system/digest.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using databricks::Notebook;
using databricks::PythonImport;

std::vector<std::string> python_files(const Service& service) {
  std::vector<std::string> paths;
  for (const PackedPath& file : service.config_files)
    if (file.path.ends_with(".py")) paths.push_back(file.path);
  return paths;
}

class Walker {
 public:
  explicit Walker(const Service& service) : service_(service), files_(python_files(service)) {}

  struct Wanted {          // a stand-in
    std::string path{};    // src/notebooks/lib.py
    std::string target{};  // the module: lib/__init__.py, lib.py, or lib
    Location where{};      // the import that needs it
  };

  // In the order of folders, then of names.
  std::vector<Wanted> run() {
    for (std::size_t i = 0; i < service_.notebooks.size(); ++i)
      starts_[std::string(parent_path(service_.notebooks[i].path))].notebooks.push_back(i);
    for (const FileLink& link : service_.links) {
      if (link.target != FileLink::Target::file) continue;
      const std::string& path = service_.config_files[link.index].path;
      if (path.ends_with(".py")) starts_[std::string(parent_path(path))].files.push_back(path);
    }
    std::vector<Wanted> all;
    for (const auto& [folder, starts] : starts_) {
      if (folder.empty()) continue;
      walk(folder, starts);
      for (auto& one : wanted_) all.push_back(std::move(one.second));
    }
    return all;
  }

 private:
  struct Starts {
    std::vector<std::size_t> notebooks{};
    std::vector<std::string> files{};
  };

  void walk(const std::string& folder, const Starts& starts) {
    folder_ = folder;
    wanted_.clear();
    seen_.clear();
    std::vector<std::size_t> notebooks = starts.notebooks;
    std::set<std::size_t> known(notebooks.begin(), notebooks.end());
    for (std::size_t i = 0; i < notebooks.size(); ++i) {
      const Notebook& one = service_.notebooks[notebooks[i]];
      take(one.entry.empty() ? one.file : one.file + "#" + one.entry, one.file, one.imports);
      for (const databricks::NotebookRun& run : one.runs) {
        if (run.child || run.dynamic) continue;  // a child runs in its own folder
        const auto match =
            index_.match_run_path(one, run.path.text, service_.manifest.workspace_roots);
        if (match.candidates.size() == 1 && known.insert(match.candidates.front()).second)
          notebooks.push_back(match.candidates.front());
      }
    }
    for (const std::string& path : starts.files) next_.push_back(path);
    while (!next_.empty()) {
      const std::string path = std::move(next_.back());
      next_.pop_back();
      const auto module = service_.modules.find(path);
      if (seen_.insert(path).second && module != service_.modules.end())
        take(path, path, module->second.imports);
    }
  }

  void take(const std::string& shown, const std::string& file,
            const std::vector<PythonImport>& imports) {
    for (const PythonImport& one : imports) {
      if (one.computed) continue;
      std::set<std::string> found;
      if (one.dots == 0 && !files_.resolve_in(folder_, one, found) &&
          files_.resolve_in("", one, found)) {
        want(one.module.text.substr(0, one.module.text.find('.')),
             {.file = shown, .line = one.module.line, .column = one.module.column});
      }
      // Of elsewhere: the code names the folder in sys.path itself, or another library has the
      // name.
      if (found.empty()) found = files_.resolve(one, file);
      next_.insert(next_.end(), found.begin(), found.end());
    }
  }

  void want(const std::string& name, const Location& where) {
    const std::string here = join_path(folder_, name);
    const bool module = files_.exists(name + ".py"), package = files_.exists(name + "/__init__.py");
    if (files_.exists(here + ".py") || files_.exists(here + "/__init__.py"))
      return;  // is found first
    if (files_.is_folder(here) && !module && !package)
      return;  // Python joins both folders, if at all
    const std::string target = package ? name + "/__init__.py" : module ? name + ".py" : name;
    wanted_.try_emplace(name, Wanted{.path = here + ".py", .target = target, .where = where});
  }

  const Service& service_;
  const databricks::PythonFiles files_;
  const databricks::NotebookIndex index_{service_.notebooks};
  std::map<std::string, Starts> starts_{};  // by folder
  std::string folder_{};
  std::map<std::string, Wanted> wanted_{};  // of the folder, by name
  std::set<std::string> seen_{};
  std::vector<std::string> next_{};
};

}  // namespace

std::string root_import_text(std::string_view folder) {
  std::string up;
  for (std::size_t i = 0; i < split(folder, '/').size(); ++i) up += ", \"..\"";
  return "# Written by tidegate: the root of the repository is searched for modules in a Git "
         "folder, but not\n"
         "# where a release lies. This hands over what the root holds under this name.\n"
         "import os\n"
         "import sys\n"
         "from importlib.machinery import PathFinder\n"
         "from importlib.util import module_from_spec\n"
         "\n"
         "_root = os.path.abspath(os.path.join(os.path.dirname(__file__)" +
         up +
         "))\n"
         "if _root not in sys.path:\n"
         "    sys.path.append(_root)\n"
         "_spec = PathFinder.find_spec(__name__, [_root])\n"
         "_module = sys.modules[__name__] = module_from_spec(_spec)\n"
         "if _spec.loader is not None:\n"
         "    _spec.loader.exec_module(_module)\n";
}

void add_root_imports(Service& service, Diagnostics& diagnostics) {
  for (const Walker::Wanted& one : Walker(service).run()) {
    const std::string folder(parent_path(one.path));
    diagnostics.note("adf.rewritten", one.where,
                     "module \"" + std::string(file_stem(one.path)) +
                         "\" lies at the root of the repository, which a release is not "
                         "searched from: " +
                         printable(one.path) + " is put beside it, and hands " +
                         printable(one.target) + " over (import.root)",
                     "nothing to do: the import finds what it finds in a Git folder");
    std::string text = root_import_text(folder);
    service.stand_ins[service.config_files.size()] = text;
    service.config_files.push_back(
        {.path = one.path, .digest = system::sha256_hex(text), .size = text.size()});
  }
}

}  // namespace tidegate::flavours::adf_databricks
