// SPDX-License-Identifier: Apache-2.0
// Where the files of a service come from: a git commit (default), the files as they lie, or a
// folder without git. Only object databases are read: no index, no filters, no line-end conversion,
// no tags, no remotes. Owner validation of libgit2 is off, because nothing is executed or written.
#pragma once

#include <cstdint>
#include <future>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

struct SourceOptions {
  std::string directory =
      ".";  // the folder of the service, anywhere in a repository; or a bare one
  std::string commit = "HEAD";  // any revision expression of libgit2
  bool worktree = false;        // the files as they lie on disk
  std::string path{};           // folder of the service inside `directory` (monorepo)
  // The commit of a folder without git, as a platform names it; before the variables.
  std::string platform_commit{};
  // Name -> value of GITHUB_SHA, BUILD_SOURCEVERSION, GIT_COMMIT: the commit of a folder without
  // git. Handed in, so that this module reads no environment.
  std::map<std::string, std::string> environment{};
};

// Files that lie on disk differently than in the commit: modified, added, deleted, not ignored.
struct Difference {
  std::vector<std::string> paths{};  // the first 20
  std::size_t count = 0;             // of all
};

struct Source {
  system::FileTreePtr tree{};  // paths relative to the service's folder
  std::string kind{};          // "git" or "folder"
  std::string commit{};        // 40 hex digits, or "unknown"
  // When the commit was made: seconds since 1970, UTC; nothing for a folder without git.
  std::optional<std::int64_t> commit_time{};
  std::string tree_id{};       // git tree of the service's folder, empty for a folder
  std::string path{};          // service's folder inside the repository, "" at the top
  std::string name{};          // base name of the service's folder (default service name)
  bool worktree = false;
  // Worktree mode: files differ from the commit, also those of a submodule. Found at the first question: every
  // file is looked at.
  bool dirty() const { return changed.valid() && changed.get(); }
  std::shared_future<bool> changed{};
  std::vector<std::string> submodules{};          // paths whose files are in the tree; sorted
  std::vector<Diagnostic> missing_submodules{};   // of the others: what reading the entry says
  // Commit mode; the build says so and uses the commit. The comparison runs beside the reading of
  // the commit: this waits for its end.
  Difference differences() const { return difference.valid() ? difference.get() : Difference{}; }
  std::shared_future<Difference> difference{};
};

// Symlinks and LFS pointers of the tree are followed already (resolved_tree.hpp); reading one that
// cannot be fails with repository.bad-symlink, repository.lfs-missing or repository.lfs-invalid. The
// files of submodules lie below their path (submodules.hpp); one that is not here is an entry of kind
// `submodule`, as is in worktree mode a nested repository that is no submodule: reading it fails with
// repository.submodule.
//
// In worktree mode a repository without commits has commit "unknown" and is dirty.
// Codes: repository.not-found, repository.no-such-commit, repository.no-such-path,
// repository.no-worktree (bare), repository.broken (object missing, malformed tree),
// repository.unsupported (SHA-256 names, reftable), repository.too-large, system.read-failed.
Result<Source> open_source(const SourceOptions& options);

}  // namespace tidegate::repository
