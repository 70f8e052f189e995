// SPDX-License-Identifier: Apache-2.0
// What lies in the Data Factory root and becomes no resource is named: nothing gets lost in
// silence.
#pragma once

#include "flavours/adf_databricks/service.hpp"
#include "repository/inventory.hpp"
#include "system/file_tree.hpp"

namespace tidegate::flavours::adf_databricks {

// Code terraform.not-deployed. E: an object without `properties`, a second factory file, a file
// that something refers to or that lies in a folder below, or nearly called like, a folder of
// objects. W: change data capture, and other files that hold an object. N: what the owner of a
// shared factory deploys. Support files of the editor, and files that start with `~`, are no
// objects and not named.
void check_deployed(const system::FileTree& tree, const repository::Inventory& inventory,
                    const Service& service, Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks
