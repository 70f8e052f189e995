// SPDX-License-Identifier: Apache-2.0
// Nothing that looks like a secret is packed.
#pragma once

#include <memory>
#include <vector>

#include "artifact/archive.hpp"
#include "base/diagnostic.hpp"
#include "repository/inventory.hpp"
#include "repository/scanned_tree.hpp"
#include "repository/source.hpp"

namespace tidegate {

// From here on what is read of the source is searched on the way: files that are packed byte for
// byte need not be read again.
std::shared_ptr<const repository::ScannedTree> watch_for_secrets(
    repository::Source& source, const repository::Inventory& inventory);

// Looks at every file of the repository that is to be packed, but compressed ones. Each finding is
// an error of the code build.secret with its place; the value is never shown. The order does not
// depend on the processors.
void find_secrets(const std::vector<artifact::PackFile>& files, const repository::ScannedTree& tree,
                  Diagnostics& diagnostics);

}  // namespace tidegate
