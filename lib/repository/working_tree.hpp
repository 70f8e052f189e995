// SPDX-License-Identifier: Apache-2.0
// The files of the service's folder as they lie on disk, without what git ignores, and what differs
// from a commit. A file that the commit or the index knows is never ignored.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "repository/git.hpp"
#include "repository/git_tree.hpp"
#include "repository/source.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

struct WorkingFolder {
  std::shared_ptr<const GitRepository> repository{};  // of a folder without git: in memory, or null
  std::string folder{};                               // absolute
  std::string prefix{};                               // folder inside the repository, "" at its top
  std::shared_ptr<const GitTree> committed{};         // null: no commit to compare with
};

// Folders below the top that hold a `.git` of their own are one entry of kind `submodule`;
// submodules.hpp puts files in their place.
// Code system.read-failed.
Result<system::FileTreePtr> read_working_tree(const WorkingFolder& where);

// At most `limit` paths, the first ones. Paths modified, added or deleted against
// `where.committed`; a submodule whose files are not those of the recorded commit counts once. Not
// counted: ignored files, files left out by a sparse checkout, submodules that are not checked out, and
// files whose bytes differ only by git's own conversions (line ends, LFS, a filter program that
// we do not run). The index serves as a cache of file times only; without a readable index every
// file is hashed.
Difference find_differences(const WorkingFolder& where, const system::FileTree& disk,
                            std::size_t limit);

}  // namespace tidegate::repository
