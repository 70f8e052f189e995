// SPDX-License-Identifier: Apache-2.0
// The contracts of the last release: of the artifact that --previous names, else of the lock in the
// repository.
#pragma once

#include "build/command.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate {

inline constexpr char lock_file[] = "contract/contract.lock.json";

// Nothing to compare with is a first release. Codes service.contract-break,
// service.contract-changed, service.lock-invalid, and those of an artifact that does not verify.
void compare_with_the_last_release(const flavours::adf_databricks::Service& service,
                                   const BuildOptions& options, cli::Context& context,
                                   Diagnostics& diagnostics);

// Writes the lock beside tidegate.yaml, if it differs.
Status update_the_lock(const flavours::adf_databricks::Service& service,
                       const BuildOptions& options, cli::Context& context);

}  // namespace tidegate
