// SPDX-License-Identifier: Apache-2.0
// Nothing that looks like a secret is packed.
#pragma once

#include <memory>
#include <vector>

#include "artifact/archive.hpp"
#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "repository/inventory.hpp"
#include "repository/scanned_tree.hpp"
#include "repository/source.hpp"

namespace tidegate {

// From here on what is read of the source is searched on the way: files that are packed byte for
// byte need not be read again.
std::shared_ptr<const repository::ScannedTree> watch_for_secrets(
    repository::Source& source, const repository::Inventory& inventory);

// Looks at every file of the repository that is to be packed. Of archives that were searched when the service was read
// `archives` has the secrets; the others are unpacked. Each finding is an error of the code build.secret with its place;
// the value is never shown. The order does not depend on the processors.
void find_secrets(const std::vector<artifact::PackFile>& files, const repository::ScannedTree& tree,
                  const flavours::adf_databricks::ArchiveSecrets& archives,
                  Diagnostics& diagnostics);

}  // namespace tidegate
