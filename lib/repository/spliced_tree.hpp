// SPDX-License-Identifier: Apache-2.0
// A tree with other trees below some of its paths.
#pragma once

#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

struct Splice {
  std::string path{};           // no file of the tree lies below it; an entry there goes away
  system::FileTreePtr files{};  // null: the path is one entry of kind `submodule`
  Diagnostic missing{};         // where files is null: what reading the entry says
};

// Failures of the other trees name the file by its path in the whole.
system::FileTreePtr splice_trees(system::FileTreePtr base, std::vector<Splice> splices);

}  // namespace tidegate::repository
