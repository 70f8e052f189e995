// SPDX-License-Identifier: Apache-2.0
// The artifact that a build follows (--previous): why the new one is another, and that it is the same when it has
// to be.
#pragma once

#include <map>
#include <string>

#include "artifact/archive.hpp"
#include "base/diagnostic.hpp"
#include "base/result.hpp"
#include "build/command.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate {

struct Previous {
  std::string file{};
  artifact::Verified verified{};                // every byte was read
  std::map<std::string, std::string> contracts{};  // path below contract/ in the artifact -> text
  std::map<std::string, std::string> uploads{};    // notebooks.tf.json, … below terraform/ -> text
};

// Codes: those of verify_artifact.
Result<Previous> read_previous(const std::string& file, cli::Context& context);

// Equal inputs must give the old identity: code build.not-reproducible.
Status check_reproduced(const Previous& previous, const artifact::Packed& packed);

// Lines for standard error, each with a newline: the reasons, or that nothing changed.
std::string explain_rebuild(const Previous& previous, const artifact::Packed& packed);

inline constexpr char lock_file[] = "contract/contract.lock.json";

// What readers of the datasets may rely on, against the lock in `previous`, else in the repository.
// Nothing to compare with is a first release. Codes service.contract-break, service.contract-changed,
// service.lock-invalid.
void compare_with_the_last_release(const flavours::adf_databricks::Service& service,
                                   const Previous* previous, cli::Context& context,
                                   Diagnostics& diagnostics);

// placement.retain: what the release before uploaded, with its bytes. Code service.nothing-retained
// (N: there is no release before), and those of retain_release.
Status retain_the_last_release(flavours::adf_databricks::Service& service, const Previous* previous,
                               cli::Context& context, Diagnostics& diagnostics);

// Writes the lock beside tidegate.yaml, if it differs.
Status update_the_lock(const flavours::adf_databricks::Service& service,
                       const BuildOptions& options, cli::Context& context);

}  // namespace tidegate
