// SPDX-License-Identifier: Apache-2.0
// A tree in which symlinks and LFS pointers are already followed, so that everything above sees
// plain files:
// * a symlink to a regular file of the same tree is that file (kind, size and bytes of the target);
// * any other symlink stays an entry of kind `symlink`, and reading it fails with
//   repository.bad-symlink and the reason: absolute, leads outside, to a folder, to nothing, a
//   loop;
// * an LFS pointer whose object is stored is the object, checked against digest and size; without
//   the object the entry stays as small as the pointer, and reading it fails with
//   repository.lfs-missing.
#pragma once

#include <string>
#include <vector>

#include "system/file_tree.hpp"

namespace tidegate::repository {

// `lfs_objects`: "<git folder>/lfs/objects"; empty if there is no such folder, then no look is
// taken inside small files up front. `resolved`: sorted folders whose files are resolved already, with
// another store; a link may lead to a file there.
system::FileTreePtr resolve_tree(system::FileTreePtr raw, const std::string& lfs_objects,
                                 const std::vector<std::string>& resolved = {});

}  // namespace tidegate::repository
