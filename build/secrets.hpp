// SPDX-License-Identifier: Apache-2.0
// Nothing that looks like a secret is packed, and no value of one environment.
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

// Looks at every file of the repository that is to be packed, once more only at those that no pass
// has read for values of an environment (Service::searched): files of build.include, what lies
// beside checks and tests. Archives among them are unpacked. Codes: build.secret, whose value is
// never shown; service.environment-in-artifact, spark.archive-not-searched. The order does not
// depend on the processors.
void search_files(const std::vector<artifact::PackFile>& files, const repository::ScannedTree& tree,
                  const flavours::adf_databricks::Service& service, Diagnostics& diagnostics);

}  // namespace tidegate
