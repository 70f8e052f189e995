// SPDX-License-Identifier: Apache-2.0
// The passes that build and check share: from a folder to the service with its findings.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "base/version_number.hpp"
#include "build/command.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "repository/inventory.hpp"
#include "repository/source.hpp"
#include "service/acceptance.hpp"
#include "service/manifest.hpp"

namespace tidegate {

// Where the files come from: a commit, the files as they lie, or a folder without git.
Result<repository::Source> open_the_source(const SourceChoice& choice, const cli::Context& context);

service::ServiceManifest read_the_manifest(const repository::Source& source, Diagnostics& diagnostics);

// What is which file, without those that the manifest excludes (selection.hpp).
repository::Inventory take_the_inventory(const repository::Source& source, const service::ServiceManifest& manifest,
                                         Diagnostics& diagnostics);

// One ADF root is a service. Of several each is reported at its first file.
void require_one_root(const repository::Inventory& inventory, const repository::Source& source, Diagnostics& diagnostics);

// Without the files of the other roots.
repository::Inventory only_root(const repository::Inventory& inventory, const std::string& root);

// Exit 13 for a rule that is wrong: the gate would refuse every plan. Returns the first deploy-gate that understands what
// is packed for it: the artifact itself, its checks and its policy.
Version check_the_checks(const repository::Source& source, const repository::Inventory& inventory, cli::Context& context,
                      Diagnostics& diagnostics);

// Whether apply_the_settings can change anything.
bool has_settings(const service::ServiceManifest& manifest);

// The severities and accepted findings of the manifest, judged by the date of the commit.
std::vector<service::Accepted> apply_the_settings(const service::ServiceManifest& manifest, const repository::Source& source,
                                                  Diagnostics& diagnostics);

// Where a reference leads to nothing, each submodule that is not here: it may lie there. After
// apply_the_settings: who accepts what is not there needs no submodule.
void name_missing_submodules(const repository::Source& source, Diagnostics& diagnostics);

// Of findings of severity error: that of the build, else of the first.
ExitCode worst_exit(const Diagnostics& diagnostics);

}  // namespace tidegate
