// SPDX-License-Identifier: Apache-2.0
// Everything that goes into the artifact, as a list of files, and the manifest about it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "artifact/manifest.hpp"
#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "repository/inventory.hpp"
#include "repository/source.hpp"

namespace tidegate {

struct Assembly {
  artifact::Manifest manifest{};
  std::vector<artifact::PackFile> files{};
};

struct VersionChoice {
  std::string version{};  // of the artifact
  std::string given{};    // --version, or empty
};

// Where the service is ready: no findings of severity error so far. Reports what cannot be packed
// (build.file-collision, build.denied-file). The files render themselves when they are packed; they
// hold the service and the mapping, and let go of them once they are read. The list of rewrites moves into the
// manifest: there are thousands.
Assembly assemble_artifact(const repository::Source& source, const repository::Inventory& inventory,
                           const std::shared_ptr<const flavours::adf_databricks::Service>& service,
                           const std::shared_ptr<flavours::adf_databricks::Mapping>& mapping,
                           VersionChoice version, Diagnostics& diagnostics);

// The files of the repository among them, without making the others: for who only looks at them. The same findings.
std::vector<artifact::PackFile> list_packed_files(const repository::Source& source, const repository::Inventory& inventory,
                                                  const std::shared_ptr<const flavours::adf_databricks::Service>& service,
                                                  const std::shared_ptr<const flavours::adf_databricks::Mapping>& mapping,
                                                  Diagnostics& diagnostics);

// `wanted` (--version), else the manifest's version + "-g" + 12 hex digits of the commit, else
// "0.0.0-g…"; ".dirty" in worktree mode with changes (artifact.md, section 4).
Result<std::string> choose_version(const std::string& wanted,
                                   const service::ServiceManifest& manifest,
                                   const repository::Source& source);

}  // namespace tidegate
