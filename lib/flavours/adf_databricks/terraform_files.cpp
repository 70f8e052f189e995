// SPDX-License-Identifier: Apache-2.0
#include "flavours/adf_databricks/terraform_files.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>

#include "base/relative_path.hpp"
#include "base/text.hpp"
#include "terraform/blocks.hpp"
#include "terraform/reads.hpp"

namespace tidegate::flavours::adf_databricks {

namespace {

using repository::InventoryFile;
using repository::Role;
using terraform::FileRead;

constexpr std::string_view root_module = "terraform";

// "a/b/../c" -> "a/c"; nothing when it leads out of the service.
std::optional<std::string> normal_path(std::string_view folder, std::string_view path) {
  if (path.starts_with('/') || path.starts_with('~')) return std::nullopt;
  return resolve_path(folder, path);
}

bool is_local(std::string_view source) {
  return source == "." || source == ".." || source.starts_with("./") || source.starts_with("../") ||
         source.starts_with('/');
}

class Follower {
 public:
  Follower(const system::FileTree& tree, const repository::Inventory& inventory,
           Diagnostics& diagnostics)
      : tree_(tree), inventory_(inventory), diagnostics_(diagnostics) {}

  std::vector<ReadFile> run() {
    follow(std::string(root_module), {});
    std::vector<ReadFile> files;
    for (auto& [path, where] : found_) files.push_back({path, std::move(where)});
    return files;
  }

 private:
  // Sorted: those of the folder, and deeper.
  std::span<const InventoryFile> below(const std::string& prefix) const {
    const auto& all = inventory_.files;
    const auto less = [](const InventoryFile& file, const std::string& text) {
      return file.path < text;
    };
    const auto first = std::lower_bound(all.begin(), all.end(), prefix, less);
    auto last = first;
    while (last != all.end() && last->path.starts_with(prefix)) ++last;
    return {first, last};
  }

  // False: no Terraform in the folder. `from`: the source that names it.
  bool follow(const std::string& folder, const Location& from) {
    if (!visited_.insert(folder).second) return true;
    bool any = false;
    for (const InventoryFile& file : below(folder.empty() ? folder : folder + "/")) {
      if (parent_path(file.path) != folder || !terraform::is_configuration(file.path) ||
          file_name(file.path).starts_with('.'))
        continue;
      any = true;
      add(file.path, from);
      const Result<std::string> text = tree_.read(file.path);
      if (!text) continue;  // whoever packs it says so
      const std::vector<FileRead> reads = terraform::find_reads(file.path, *text);
      std::set<std::pair<FileRead::Base, std::string>> asked;
      for (const FileRead& read : reads)
        if (read.function == "fileexists") asked.emplace(read.base, read.path);
      for (const FileRead& read : reads) take(read, folder, asked.contains({read.base, read.path}));
    }
    return any;
  }

  void take(const FileRead& read, const std::string& folder, bool asked) {
    const std::string_view base =
        read.base == FileRead::Base::root ? root_module : std::string_view(folder);
    if (read.kind == FileRead::Kind::module) return take_module(read, folder);
    const std::optional<std::string> path = normal_path(base, read.path);
    if (!path) return outside(read, read.kind == FileRead::Kind::mention);
    if (read.kind == FileRead::Kind::set) return take_set(read, *path);
    if (read.computed)
      return take_computed(read, *path, read.path.empty() || read.path.ends_with('/'));
    if (tree_.find(*path) != nullptr) return add(*path, read.where);
    if (read.kind == FileRead::Kind::mention) {
      if (!path->empty()) add_all(*path + "/", "", read.where);
    } else if (!read.guarded && !asked) {
      diagnostics_.error(
          "build.no-such-file", read.where,
          read.function + " reads " + printable(*path) + ", which is not in the service",
          nearest(*path));
    }
  }

  void take_module(const FileRead& read, const std::string& folder) {
    if (!is_local(read.path)) {
      diagnostics_.warning("build.module-fetched", read.where,
                           "the module " + printable(read.path) +
                               " is fetched when `terraform init` runs: it is not in the artifact",
                           "copy it into the service, terraform/modules/NAME, and write source = "
                           "\"./modules/NAME\"");
      return;
    }
    const std::optional<std::string> path = normal_path(folder, read.path);
    if (!path) return outside(read, false);
    if (follow(*path, read.where)) return;
    diagnostics_.error("build.no-such-file", read.where,
                       "there is no Terraform in " + printable(path->empty() ? "." : *path) +
                           ", which is the source of this module",
                       "correct the path: it starts at the folder of this file");
  }

  // Terraform may write there; only what it reads must be inside.
  void outside(const FileRead& read, bool harmless) {
    if (harmless) return;
    const std::string what = read.kind == FileRead::Kind::module
                                 ? "the source of this module"
                                 : "the path that " + read.function + " reads";
    diagnostics_.error("build.module-outside", read.where,
                       what + ", " + printable(read.path) +
                           ", leads out of the service: the artifact cannot hold it",
                       read.kind == FileRead::Kind::module
                           ? "copy the module into the service, terraform/modules/NAME"
                           : "copy the file into the service, best below terraform/, and write "
                             "\"${path.module}/NAME\"");
  }

  void take_set(const FileRead& read, const std::string& folder) {
    if (folder.empty() && (read.computed || read.pattern.empty() || read.pattern.starts_with("**")))
      return too_wide(read);
    const std::string prefix = folder.empty() ? "" : folder + "/";
    if (read.computed)
      return take_computed(read, folder, read.path.empty() || read.path.ends_with('/'));
    // Sets and alternatives: what stands in front of them is enough.
    const std::size_t special = read.pattern.find_first_of("{[\\");
    const std::string glob =
        special == std::string::npos ? read.pattern : read.pattern.substr(0, special) + "**";
    add_all(prefix, read.pattern.empty() ? "" : prefix + glob, read.where);
  }

  // All that it may be.
  void take_computed(const FileRead& read, const std::string& path, bool folder) {
    const std::string prefix = folder && !path.empty() ? path + "/" : path;
    if (prefix.find('/') == std::string::npos) return too_wide(read);
    for (const InventoryFile& file : below(prefix))
      if (file.path.ends_with(read.end)) add_quietly(file, read.where);
  }

  void too_wide(const FileRead& read) {
    diagnostics_.note("build.path-computed", read.where,
                      "which files of the service are read here is computed: none is packed for it",
                      "let the path begin with a folder: \"${path.module}/files/${each.key}\"");
  }

  void add_all(const std::string& prefix, const std::string& glob, const Location& where) {
    for (const InventoryFile& file : below(prefix))
      if (glob.empty() || matches_glob(glob, file.path)) add_quietly(file, where);
  }

  // Of a folder everything but what is never packed.
  void add_quietly(const InventoryFile& file, const Location& where) {
    if (file.role != Role::denied && file.role != Role::manifest) add(file.path, where);
  }

  void add(const std::string& path, const Location& where) {
    const InventoryFile* file = inventory_.find(path);
    if (file != nullptr && file->role == Role::terraform) return;
    found_.emplace(path, where);
  }

  std::string nearest(const std::string& path) const {
    std::string same_name;
    for (const InventoryFile& file : inventory_.files) {
      if (equal_ignoring_case(file.path, path))
        return "did you mean " + printable(file.path) + "? Case counts";
      if (same_name.empty() && equal_ignoring_case(file_name(file.path), file_name(path)))
        same_name = file.path;
    }
    if (!same_name.empty()) return "did you mean " + printable(same_name) + "?";
    return "commit the file, or correct the path: a plain one starts at terraform/, ${path.module} "
           "is the folder of this file";
  }

  const system::FileTree& tree_;
  const repository::Inventory& inventory_;
  Diagnostics& diagnostics_;
  std::set<std::string> visited_{};
  std::map<std::string, Location> found_{};
};

}  // namespace

std::vector<ReadFile> find_terraform_files(const system::FileTree& tree,
                                           const repository::Inventory& inventory,
                                           Diagnostics& diagnostics) {
  return Follower(tree, inventory, diagnostics).run();
}

}  // namespace tidegate::flavours::adf_databricks
