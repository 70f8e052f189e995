// SPDX-License-Identifier: Apache-2.0
#include "repository/submodules.hpp"

#include <dirent.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <optional>

#include "base/text.hpp"
#include "repository/resolved_tree.hpp"
#include "repository/spliced_tree.hpp"

namespace tidegate::repository {

namespace {

using system::Entry;
using system::EntryKind;
using system::FileTreePtr;

constexpr unsigned max_depth = 8;             // submodules of submodules
constexpr std::size_t max_submodules = 1000;  // commits that record each other hold any number
constexpr std::size_t max_files = 1000000;    // of all of them
constexpr std::size_t max_modules = 1000;     // folders looked at below .git/modules
constexpr unsigned max_name_depth = 16;       // folders in the name of a submodule

constexpr const char* too_deep = "this is a submodule more than 8 submodules deep";

using RepositoryPtr = std::shared_ptr<const GitRepository>;

bool is_there(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

bool has_submodule(const system::FileTree& tree) {
  const auto& all = tree.entries();
  return std::any_of(all.begin(), all.end(),
                     [](const Entry& entry) { return entry.kind == EntryKind::submodule; });
}

// A path that a shell takes as it is.
bool is_plain(std::string_view path) {
  return !path.starts_with('-') && std::all_of(path.begin(), path.end(), [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '.' ||
           c == '_' || c == '-' || c == '/';
  });
}

// The submodules of one repository, and where that one is in the service's tree.
struct Level {
  std::string above{};  // its path; "" for the service's own repository
  std::string outer{};  // the submodule of the service's own repository that it belongs to
  unsigned depth = 0;
};

Level below(const Level& level, const std::string& shown) {
  return {
      .above = shown, .outer = level.depth == 0 ? shown : level.outer, .depth = level.depth + 1};
}

std::string shown_commit(const git_oid& id) { return to_string(id).substr(0, 12); }

std::optional<git_oid> find_tree(const GitRepository& repository, const git_oid& commit) {
  git_object* raw = nullptr;
  if (git_object_lookup(&raw, repository.get(), &commit, GIT_OBJECT_COMMIT) != 0) {
    return std::nullopt;
  }
  const ObjectHandle handle(raw);
  return *git_commit_tree_id(reinterpret_cast<const git_commit*>(raw));
}

// The git folders below a folder `modules`: a submodule's name may hold slashes.
void list_modules(const std::string& folder, unsigned depth, std::vector<std::string>& found) {
  if (depth > max_name_depth || found.size() >= max_modules || !is_folder(folder)) return;
  if (is_folder(folder + "/objects") && is_there(folder + "/HEAD")) {
    found.push_back(folder);
    return;
  }
  DIR* raw = ::opendir(folder.c_str());
  if (raw == nullptr) return;
  std::vector<std::string> names;
  while (const dirent* entry = ::readdir(raw)) names.emplace_back(entry->d_name);
  ::closedir(raw);
  std::sort(names.begin(), names.end());
  for (const std::string& name : names) {
    if (name != "." && name != "..") list_modules(folder + "/" + name, depth + 1, found);
  }
}

// Where the submodules of one repository may be.
class Modules {
 public:
  explicit Modules(const GitRepository& repository)
      : folders_{repository.git_folder() + "/modules"} {
    const std::string common = repository.common_folder() + "/modules";
    if (common != folders_.front()) folders_.push_back(common);
  }

  // A repository that holds the commit. `checkout`: the submodule's folder on disk, or "".
  RepositoryPtr find(const std::string& checkout, const std::string& path, const git_oid& commit) {
    if (!checkout.empty() && is_there(checkout + "/.git")) {
      if (RepositoryPtr found = open(checkout, commit)) return found;
    }
    for (const std::string& folder : folders_) {  // the name of a submodule is its first path
      if (RepositoryPtr found = open(folder + "/" + path, commit)) return found;
    }
    if (!listed_) {
      listed_ = true;
      for (const std::string& folder : folders_) list_modules(folder, 0, others_);
    }
    for (const std::string& folder : others_) {
      if (RepositoryPtr found = open(folder, commit)) return found;
    }
    return nullptr;
  }

 private:
  static RepositoryPtr open(const std::string& folder, const git_oid& commit) {
    RepositoryPtr repository = GitRepository::open_at(folder, true);
    return repository != nullptr && find_tree(*repository, commit) ? repository : nullptr;
  }

  std::vector<std::string> folders_;
  bool listed_ = false;
  std::vector<std::string> others_{};
};

// One walk through a tree and what it records.
class Walk {
 public:
  // `prefix`: folder of the service inside its repository.
  Walk(std::string prefix, bool bare) : prefix_(std::move(prefix)), bare_(bare) {}

  Result<WithSubmodules> committed(const CommittedFiles& where, const Level& level) {
    Modules modules(*where.repository);
    std::vector<Splice> splices;
    WithSubmodules all;
    const auto& entries = where.tree->entries();
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].kind != EntryKind::submodule) continue;
      const std::string& path = entries[i].path;
      const git_oid& id = where.tree->object_id(i);
      const std::string shown = join_path(level.above, path);
      if (Status status = count(shown, 1, 0); !status) return status.failure();
      const std::string checkout = where.folder.empty() ? "" : where.folder + "/" + path;
      const RepositoryPtr repository = modules.find(checkout, join_path(where.prefix, path), id);
      const std::string absent =
          "this is a submodule, and its commit " + shown_commit(id) + " is not in this clone";
      if (repository == nullptr || level.depth == max_depth) {
        leave(path, level, repository == nullptr ? absent : too_deep, splices, all);
        continue;
      }
      Result<std::shared_ptr<const GitTree>> tree =
          GitTree::open(repository, *find_tree(*repository, id));
      if (!tree) {
        leave(path, level, absent + " as a whole: " + tree.failure().message, splices, all);
        continue;
      }
      if (Status status = count(shown, 0, (*tree)->entries().size()); !status)
        return status.failure();
      Result<WithSubmodules> inner = committed(
          {.repository = repository, .tree = *tree, .folder = checkout}, below(level, shown));
      if (!inner) return inner.failure();
      take(path, *repository, std::move(*inner), splices, all);
    }
    return finish(where.tree, std::move(splices), std::move(all));
  }

  Result<WithSubmodules> working(const WorkingFolder& where, FileTreePtr files,
                                 const Level& level) {
    std::vector<Splice> splices;
    WithSubmodules all;
    for (const auto& [path, id] : recorded_submodules(where)) {
      const std::string shown = join_path(level.above, path);
      if (Status status = count(shown, 1, 0); !status) return status.failure();
      const Entry* entry = files->find(path);
      if (entry == nullptr) {
        if (!has_files_below(*files, path))
          leave(path, level,
                "this is a submodule, and its files are not here (recorded: commit " +
                    shown_commit(id) + ")",
                splices, all);
        continue;
      }
      if (entry->kind != EntryKind::submodule) continue;
      const std::string folder = where.folder + "/" + path;
      const RepositoryPtr repository = GitRepository::open_at(folder, false);
      if (repository == nullptr || level.depth == max_depth) {
        leave(path, level,
              repository == nullptr ? "this is a submodule, and its repository cannot be opened"
                                    : too_deep,
              splices, all);
        continue;
      }
      const WorkingFolder inside = working_folder(repository, folder, id);
      Result<FileTreePtr> lie = read_working_tree(inside);
      if (!lie) {
        leave(path, level,
              "this is a submodule, and its files cannot be read: " + lie.failure().message,
              splices, all);
        continue;
      }
      if (Status status = count(shown, 0, (*lie)->entries().size()); !status)
        return status.failure();
      Result<WithSubmodules> inner = working(inside, std::move(*lie), below(level, shown));
      if (!inner) return inner.failure();
      take(path, *repository, std::move(*inner), splices, all);
    }
    return finish(std::move(files), std::move(splices), std::move(all));
  }

  // The files of a submodule's checkout, compared with the recorded commit if it is here.
  static WorkingFolder working_folder(const RepositoryPtr& repository, const std::string& folder,
                                      const git_oid& recorded) {
    WorkingFolder where{.repository = repository, .folder = folder};
    std::optional<git_oid> tree = find_tree(*repository, recorded);
    git_oid head{};
    if (!tree && git_reference_name_to_id(&head, repository->get(), "HEAD") == 0) {
      tree = find_tree(*repository, head);
    }
    if (!tree) return where;
    const Result<std::shared_ptr<const GitTree>> committed = GitTree::open(repository, *tree);
    if (committed) where.committed = *committed;
    return where;
  }

 private:
  static bool has_files_below(const system::FileTree& tree, const std::string& path) {
    const std::string first = path + "/";
    const auto& all = tree.entries();
    const auto place = std::lower_bound(
        all.begin(), all.end(), first,
        [](const Entry& entry, const std::string& name) { return entry.path < name; });
    return place != all.end() && place->path.starts_with(first);
  }

  // By the commit, and by the index, which may be ahead of it.
  static std::map<std::string, git_oid> recorded_submodules(const WorkingFolder& where) {
    std::map<std::string, git_oid> recorded;
    if (where.committed != nullptr) {
      const auto& all = where.committed->entries();
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (all[i].kind == EntryKind::submodule)
          recorded.emplace(all[i].path, where.committed->object_id(i));
      }
    }
    const IndexHandle index = where.repository->open_index();
    if (index == nullptr) return recorded;
    const std::string prefix = where.prefix.empty() ? "" : where.prefix + "/";
    std::map<std::string, git_oid> present;
    for (std::size_t i = 0; i < git_index_entrycount(index.get()); ++i) {
      const git_index_entry* entry = git_index_get_byindex(index.get(), i);
      if (entry->mode != GIT_FILEMODE_COMMIT || !std::string_view(entry->path).starts_with(prefix))
        continue;
      const std::string path = entry->path + prefix.size();
      const auto known = recorded.find(path);
      present.emplace(path, known == recorded.end() ? entry->id : known->second);
    }
    return present;
  }

  void leave(const std::string& path, const Level& level, std::string message,
             std::vector<Splice>& splices, WithSubmodules& all) const {
    const std::string shown = join_path(level.above, path);
    const std::string outer = join_path(prefix_, level.depth == 0 ? shown : level.outer);
    const std::string command = std::string("git submodule update --init") +
                                (level.depth == 0 ? "" : " --recursive") +
                                (is_plain(outer) ? " " + outer : std::string());
    all.missing.push_back(repository_failure(
        "repository.submodule", ExitCode::build_failed, shown, std::move(message),
        bare_ ? "build in a clone made with `git clone --recurse-submodules`"
              : "run `" + command +
                    "`; in CI, check out with submodules (actions/checkout: "
                    "`submodules: recursive`)"));
    splices.push_back({.path = path, .missing = all.missing.back()});
    splices.back().missing.where.file = path;
  }

  static void take(const std::string& path, const GitRepository& repository, WithSubmodules inner,
                   std::vector<Splice>& splices, WithSubmodules& all) {
    splices.push_back(
        {.path = path,
         .files = resolve_tree(std::move(inner.tree), repository.lfs_folder(), inner.present)});
    all.present.push_back(path);
    for (const std::string& nested : inner.present) all.present.push_back(join_path(path, nested));
    for (Diagnostic& one : inner.missing) all.missing.push_back(std::move(one));
  }

  static WithSubmodules finish(FileTreePtr files, std::vector<Splice> splices, WithSubmodules all) {
    all.tree =
        splices.empty() ? std::move(files) : splice_trees(std::move(files), std::move(splices));
    std::sort(all.present.begin(), all.present.end());
    return all;
  }

  Status count(const std::string& path, std::size_t submodules, std::size_t files) {
    submodules_ += submodules;
    files_ += files;
    if (submodules_ <= max_submodules && files_ <= max_files) return Done{};
    return repository_failure("repository.too-large", ExitCode::unreadable, path,
                              "the submodules are more than " + std::to_string(max_submodules) +
                                  ", or hold more than " + std::to_string(max_files) + " files");
  }

  std::size_t submodules_ = 0;
  std::size_t files_ = 0;
  const std::string prefix_;
  const bool bare_;
};

}  // namespace

Result<WithSubmodules> add_submodules(const CommittedFiles& where) {
  if (!has_submodule(*where.tree)) return WithSubmodules{.tree = where.tree};
  return Walk(where.prefix, where.folder.empty()).committed(where, {});
}

Result<WithSubmodules> add_submodules(const WorkingFolder& where, FileTreePtr files) {
  return Walk(where.prefix, false).working(where, std::move(files), {});
}

bool submodule_differs(const WorkingFolder& where, const std::string& path,
                       const git_oid& recorded) {
  const std::string folder = where.folder + "/" + path;
  const RepositoryPtr repository = GitRepository::open_at(folder, false);
  if (repository == nullptr || !find_tree(*repository, recorded)) return true;
  const WorkingFolder inside = Walk::working_folder(repository, folder, recorded);
  if (inside.committed == nullptr) return true;
  const Result<FileTreePtr> files = read_working_tree(inside);
  return !files || find_differences(inside, **files, 1).count > 0;
}

}  // namespace tidegate::repository
