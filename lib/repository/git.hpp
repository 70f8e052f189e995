// SPDX-License-Identifier: Apache-2.0
// libgit2 behind owning handles. Internal to this module; every call that can fail is turned into a
// Diagnostic with libgit2's own words.
#pragma once

#include <git2.h>

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::repository {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

template <class T, auto Free>
using Handle = std::unique_ptr<T, Freer<Free>>;

using ObjectHandle = Handle<git_object, git_object_free>;
using TreeHandle = Handle<git_tree, git_tree_free>;
using TreeEntryHandle = Handle<git_tree_entry, git_tree_entry_free>;
using OdbHandle = Handle<git_odb, git_odb_free>;
using OdbObjectHandle = Handle<git_odb_object, git_odb_object_free>;
using IndexHandle = Handle<git_index, git_index_free>;
using FilterListHandle = Handle<git_filter_list, git_filter_list_free>;
using ConfigHandle = Handle<git_config, git_config_free>;

// libgit2 is initialised while one of these lives. Settings: owner validation off (files are only
// read, nothing of the repository is executed), small pack windows, no object cache, and the
// extensions that do not change how objects are read.
class GitLibrary {
 public:
  GitLibrary();
  GitLibrary(const GitLibrary&) = delete;
  GitLibrary& operator=(const GitLibrary&) = delete;
  ~GitLibrary();
};

class GitRepository {
 public:
  // The repository that holds `folder`, also when `folder` is a bare one; null when there is none.
  // Codes: repository.broken, repository.unsupported.
  static Result<std::shared_ptr<GitRepository>> find(const std::string& folder);
  // A repository without objects whose working folder is `folder`: evaluates .gitignore files of a
  // folder without git. Null if libgit2 refuses.
  static std::shared_ptr<GitRepository> in_memory(const std::string& folder);
  // The repository of exactly this folder, which holds `.git` or is a git folder; null if it is none
  // that can be read. `objects_only`: without its configuration and files, which need not be there.
  static std::shared_ptr<const GitRepository> open_at(const std::string& folder, bool objects_only);

  git_repository* get() const { return handle_.get(); }
  std::string work_folder() const;    // without '/' at the end, "" if bare
  std::string common_folder() const;  // .git, of the main repository for a linked worktree
  std::string git_folder() const;     // .git, or of a linked worktree its own below .git/worktrees
  std::string lfs_folder() const;     // of LFS objects, "" if there is none
  std::string index_file() const;     // need not be there, as in a bare repository; "" of one in memory
  // What index_file() holds, null if it cannot be read (a split index). Read each time: libgit2 would keep the index
  // that it opens for a repository as long as that, and each file has a hundred bytes in it.
  IndexHandle open_index() const;

 private:
  explicit GitRepository(git_repository* handle) : handle_(handle) {}
  GitLibrary library_{};  // before the handle: outlives it
  Handle<git_repository, git_repository_free> handle_{};
};

std::string last_git_error();              // libgit2's last message
std::string to_string(const git_oid& id);  // 40 hex digits

// A finding of this module.
Diagnostic repository_failure(std::string_view code, ExitCode exit, std::string file,
                              std::string message, std::string hint = {});

}  // namespace tidegate::repository
