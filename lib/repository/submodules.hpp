// SPDX-License-Identifier: Apache-2.0
// The files of git submodules, below their path in the tree of the repository that records them.
// Read from object databases that are here already: a submodule's checkout, or its git folder below
// .git/modules; nothing is fetched, and no name or address in .gitmodules is used: a commit's id
// says what it holds.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "repository/git.hpp"
#include "repository/git_tree.hpp"
#include "repository/working_tree.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

struct WithSubmodules {
  // The files; a submodule that is not here stays one entry of its kind, and reading it fails with
  // repository.submodule. The given tree itself if it has no submodule.
  system::FileTreePtr tree{};
  std::vector<std::string>
      present{};                      // paths of the submodules whose files are in the tree; sorted
  std::vector<Diagnostic> missing{};  // one for each that is not here: what reading it says
};

struct CommittedFiles {
  std::shared_ptr<const GitRepository> repository{};
  std::shared_ptr<const GitTree> tree{};
  std::string folder{};  // absolute, where these files are checked out; "" if nowhere
  std::string prefix{};  // folder of the tree inside the repository, "" at its top
};

// The commits that the tree records. Code repository.too-large.
Result<WithSubmodules> add_submodules(const CommittedFiles& where);

// The files as they lie in the checkouts. `files`: read_working_tree of the same folder. A nested
// repository that neither the commit nor the index records as a submodule stays as it is.
// Code repository.too-large.
Result<WithSubmodules> add_submodules(const WorkingFolder& where, system::FileTreePtr files);

// True if the files of the submodule at `path` of the folder are not those of commit `recorded`.
bool submodule_differs(const WorkingFolder& where, const std::string& path,
                       const git_oid& recorded);

}  // namespace tidegate::repository
