// SPDX-License-Identifier: Apache-2.0
#include "repository/source.hpp"

#include <sys/stat.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <optional>

#include "base/text.hpp"
#include "repository/git_tree.hpp"
#include "repository/resolved_tree.hpp"
#include "repository/submodules.hpp"
#include "repository/working_tree.hpp"

namespace tidegate::repository {

namespace {

constexpr std::size_t max_named_differences = 20;
constexpr std::array commit_variables = {"GITHUB_SHA", "BUILD_SOURCEVERSION", "GIT_COMMIT"};

bool is_folder(const std::string& path) {
  struct stat info {};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

std::string real_path(const std::string& path) {
  const std::unique_ptr<char, Freer<std::free>> real(::realpath(path.c_str(), nullptr));
  return real == nullptr ? std::string() : std::string(real.get());
}

// A `.git` file (linked worktree, submodule) names a folder elsewhere. libgit2 goes on upwards when
// that is not there, and would find another repository or none. `found`: work folder that it found.
std::optional<std::string> find_dangling_git_file(std::string folder, const std::string& found) {
  while (folder != found) {
    struct stat info {};
    if (::lstat((folder + "/.git").c_str(), &info) == 0 && S_ISREG(info.st_mode)) return folder;
    if (folder.empty() || folder == "/") break;
    folder = std::string(parent_path(folder));
  }
  return std::nullopt;
}

// `path` below `folder`, "" if equal, nothing if outside.
std::optional<std::string> relative_to(const std::string& folder, const std::string& path) {
  if (path == folder) return std::string();
  const std::string prefix = folder == "/" ? folder : folder + "/";
  if (!path.starts_with(prefix)) return std::nullopt;
  return path.substr(prefix.size());
}

// "./a//b/" -> "a/b"; nothing if it is absolute or holds "..".
std::optional<std::string> clean_path(std::string_view path) {
  if (path.starts_with('/')) return std::nullopt;
  std::vector<std::string> parts;
  for (const std::string_view part : split(path, '/')) {
    if (part == "..") return std::nullopt;
    if (!part.empty() && part != ".") parts.emplace_back(part);
  }
  return join(parts, "/");
}

bool is_commit_id(std::string_view text) {
  return text.size() == GIT_OID_HEXSZ && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

Diagnostic no_such_path(const std::string& file, std::string message, std::string hint) {
  return repository_failure("repository.no-such-path", ExitCode::usage, file, std::move(message),
                            std::move(hint));
}

Diagnostic bad_path_option(const SourceOptions& options) {
  return no_such_path(options.path,
                      "the path must be relative to the given folder and hold no `..`",
                      "give the service's folder below it, for example services/orders");
}

void take_tree(WithSubmodules all, const GitRepository& repository, Source& source) {
  source.tree = resolve_tree(std::move(all.tree), repository.lfs_folder(), all.present);
  source.submodules = std::move(all.present);
  source.missing_submodules = std::move(all.missing);
}

// A folder without git.
Result<Source> open_folder(const SourceOptions& options, const std::string& directory) {
  if (options.commit != "HEAD" && !options.worktree) {
    return repository_failure(
        "repository.not-found", ExitCode::usage, options.directory,
        "there is no git repository here or above, so there is no commit `" + options.commit + "`",
        "leave --commit away to build the folder as it lies");
  }
  const std::optional<std::string> below = clean_path(options.path);
  if (!below) return bad_path_option(options);
  const std::string folder = below->empty() ? directory : directory + "/" + *below;
  if (!is_folder(folder)) {
    return no_such_path(options.path, "there is no such folder in " + options.directory,
                        "check --path");
  }
  Source source;
  source.kind = "folder";
  source.commit = "unknown";
  source.path = *below;
  source.name = std::string(file_name(folder));
  source.worktree = options.worktree;
  std::vector<std::string> said{options.platform_commit};
  for (const char* name : commit_variables) {
    const auto variable = options.environment.find(name);
    if (variable != options.environment.end()) said.push_back(variable->second);
  }
  const auto first = std::find_if(said.begin(), said.end(), [](const std::string& one) { return is_commit_id(one); });
  if (first != said.end()) source.commit = *first;
  const WorkingFolder where{.repository = GitRepository::in_memory(folder), .folder = folder};
  Result<system::FileTreePtr> files = read_working_tree(where);
  if (!files) return files.failure();
  source.tree = resolve_tree(std::move(*files), "");
  return source;
}

Diagnostic no_such_commit(const SourceOptions& options, const GitRepository& repository,
                          int error) {
  const auto refuse = [&](std::string message, std::string hint) {
    return repository_failure("repository.no-such-commit", ExitCode::usage, options.directory,
                              std::move(message), std::move(hint));
  };
  const std::string words = last_git_error();
  if (git_repository_head_unborn(repository.get()) == 1) {
    return refuse("the git repository has no commit yet",
                  "commit the files, or use the files as they lie with --worktree");
  }
  if (error == GIT_EAMBIGUOUS) {
    return refuse("`" + options.commit + "` fits more than one object",
                  "give more digits of the commit");
  }
  if (git_repository_is_shallow(repository.get()) == 1) {
    return refuse(
        "`" + options.commit + "` is not in this shallow clone: " + words,
        "fetch it: `git fetch --unshallow`, or check out with full history (fetch-depth: 0)");
  }
  return refuse("`" + options.commit + "` names no commit: " + words,
                "give a commit, branch or tag that `git rev-parse` knows");
}

Result<ObjectHandle> find_commit(const SourceOptions& options, const GitRepository& repository) {
  git_object* raw = nullptr;
  const int error = git_revparse_single(&raw, repository.get(), options.commit.c_str());
  if (error != 0) return no_such_commit(options, repository, error);
  const ObjectHandle named(raw);
  git_object* commit = nullptr;
  const int peeled = git_object_peel(&commit, raw, GIT_OBJECT_COMMIT);
  if (peeled != 0) return no_such_commit(options, repository, peeled);
  return Result<ObjectHandle>(ObjectHandle(commit));
}

// The git tree of the service's folder in a commit.
Result<git_oid> find_tree(const SourceOptions& options, const git_object* commit,
                          const std::string& prefix) {
  git_tree* raw = nullptr;
  if (git_commit_tree(&raw, reinterpret_cast<const git_commit*>(commit)) != 0) {
    return repository_failure("repository.broken", ExitCode::unreadable, options.directory,
                              "the tree of commit " + to_string(*git_object_id(commit)) +
                                  " cannot be read: " + last_git_error(),
                              "check the repository with `git fsck`");
  }
  const TreeHandle root(raw);
  if (prefix.empty()) return *git_tree_id(raw);
  git_tree_entry* entry = nullptr;
  const std::string id = to_string(*git_object_id(commit)).substr(0, 12);
  if (git_tree_entry_bypath(&entry, raw, prefix.c_str()) != 0) {
    return no_such_path(prefix, "commit " + id + " has no such folder",
                        "commit it, or use the files as they lie with --worktree");
  }
  const TreeEntryHandle handle(entry);
  if (git_tree_entry_type(entry) == GIT_OBJECT_TREE) return *git_tree_entry_id(entry);
  if (git_tree_entry_type(entry) == GIT_OBJECT_COMMIT) {
    return no_such_path(prefix, "this is a submodule in commit " + id + ", not a folder",
                        "run in a clone of the submodule's own repository");
  }
  return no_such_path(prefix, "this is a file in commit " + id + ", not a folder",
                      "give the folder");
}

// The service's folder inside the repository.
Result<std::string> find_prefix(const SourceOptions& options, const GitRepository& repository,
                                const std::string& directory) {
  const std::optional<std::string> path = clean_path(options.path);
  if (!path) return bad_path_option(options);
  const std::string top = repository.work_folder();
  if (top.empty()) return *path;  // bare
  const std::optional<std::string> below = relative_to(real_path(top), directory);
  if (!below || equal_ignoring_case(*below, ".git") || starts_with_ignoring_case(*below, ".git/")) {
    return no_such_path(options.directory,
                        "this folder does not belong to the files of the git repository " + top,
                        "run in the folder that holds the service's files");
  }
  return path->empty() ? *below : join_path(*below, *path);
}

// Base name of the service's folder; of a bare repository `orders.git`, orders.
std::string name_of(const GitRepository& repository, const std::string& prefix,
                    const std::string& directory) {
  if (!prefix.empty()) return std::string(file_name(prefix));
  const std::string top = real_path(repository.work_folder());
  if (!top.empty()) return std::string(file_name(top));
  std::string name(file_name(directory));
  if (name.size() > 4 && name.ends_with(".git")) name.resize(name.size() - 4);
  return name;
}

Status read_commit(const SourceOptions& options,
                   const std::shared_ptr<const GitRepository>& repository, Source& source,
                   std::shared_ptr<const GitTree>& tree) {
  const Result<ObjectHandle> commit = find_commit(options, *repository);
  if (!commit) return commit.failure();
  const Result<git_oid> id = find_tree(options, commit->get(), source.path);
  if (!id) return id.failure();
  Result<std::shared_ptr<const GitTree>> opened = GitTree::open(repository, *id);
  if (!opened) return opened.failure();
  source.commit = to_string(*git_object_id(commit->get()));
  source.commit_time = git_commit_time(reinterpret_cast<const git_commit*>(commit->get()));
  source.tree_id = to_string(*id);
  tree = std::move(*opened);
  return Done{};
}

// The files as they lie; the commit may be missing, or not know the folder yet.
Result<Source> open_worktree(const SourceOptions& options,
                             const std::shared_ptr<const GitRepository>& repository,
                             Source source) {
  WorkingFolder where{.repository = repository,
                      .folder = real_path(repository->work_folder()),
                      .prefix = source.path};
  if (where.folder.empty()) {
    return repository_failure("repository.no-worktree", ExitCode::usage, options.directory,
                              "this is a bare git repository, it has no files that lie on disk",
                              "leave --worktree away to read the commit, or run in a clone");
  }
  if (!where.prefix.empty()) where.folder += "/" + where.prefix;
  if (!is_folder(where.folder)) {
    return no_such_path(source.path, "there is no such folder on disk", "check --path");
  }
  source.worktree = true;
  source.commit = "unknown";
  const Status status = read_commit(options, repository, source, where.committed);
  const bool unborn = git_repository_head_unborn(repository->get()) == 1;
  if (!status && status.failure().code != "repository.no-such-path" &&
      !(status.failure().code == "repository.no-such-commit" && unborn)) {
    return status.failure();
  }
  Result<system::FileTreePtr> files = read_working_tree(where);
  if (!files) return files.failure();
  source.changed = std::async(std::launch::deferred, [where, disk = *files] {
                     return where.committed == nullptr || find_differences(where, *disk, 1).count > 0;
                   }).share();
  Result<WithSubmodules> all = add_submodules(where, std::move(*files));
  if (!all) return all.failure();
  take_tree(std::move(*all), *repository, source);
  return source;
}

Difference compare(const WorkingFolder& where) {
  if (!is_folder(where.folder)) {
    return find_differences(where, system::MemoryTree({}), max_named_differences);
  }
  const Result<system::FileTreePtr> files = read_working_tree(where);
  if (!files) return {};  // unreadable files on disk do not touch the commit
  return find_differences(where, **files, max_named_differences);
}

Result<Source> open_commit(const SourceOptions& options,
                           const std::shared_ptr<const GitRepository>& repository, Source source) {
  WorkingFolder where{.repository = repository,
                      .folder = real_path(repository->work_folder()),
                      .prefix = source.path};
  if (Status status = read_commit(options, repository, source, where.committed); !status)
    return status.failure();
  if (!where.folder.empty() && !where.prefix.empty()) where.folder += "/" + where.prefix;
  Result<WithSubmodules> all = add_submodules({.repository = repository,
                                               .tree = where.committed,
                                               .folder = where.folder,
                                               .prefix = where.prefix});
  if (!all) return all.failure();
  take_tree(std::move(*all), *repository, source);
  if (where.folder.empty()) return source;
  source.difference = std::async(std::launch::async, [where] { return compare(where); }).share();
  return source;
}

}  // namespace

Result<Source> open_source(const SourceOptions& options) {
  if (!is_folder(options.directory)) {
    return repository_failure("repository.not-found", ExitCode::usage, options.directory,
                              "there is no such folder", "give the folder of a service");
  }
  const std::string directory = real_path(options.directory);
  Result<std::shared_ptr<GitRepository>> found = GitRepository::find(directory);
  if (!found) return found.failure();
  const std::string top = *found == nullptr ? "" : real_path((*found)->work_folder());
  const bool bare = *found != nullptr && top.empty();
  const auto folder = bare ? std::nullopt : find_dangling_git_file(directory, top);
  if (folder) {
    return repository_failure(
        "repository.broken", ExitCode::unreadable, *folder + "/.git",
        "this file names the git folder of a worktree or submodule, and that folder is not there",
        "copy or mount the main repository too, or remove this file to build a folder without git");
  }
  if (*found == nullptr) return open_folder(options, directory);
  const std::shared_ptr<const GitRepository> repository = std::move(*found);
  Result<std::string> prefix = find_prefix(options, *repository, directory);
  if (!prefix) return prefix.failure();
  Source source;
  source.kind = "git";
  source.path = std::move(*prefix);
  source.name = name_of(*repository, source.path, directory);
  if (options.worktree) return open_worktree(options, repository, std::move(source));
  return open_commit(options, repository, std::move(source));
}

}  // namespace tidegate::repository
