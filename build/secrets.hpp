// SPDX-License-Identifier: Apache-2.0
// Nothing that looks like a secret is packed.
#pragma once

#include <vector>

#include "artifact/archive.hpp"
#include "base/diagnostic.hpp"

namespace tidegate {

// Reads every file of the repository that is to be packed, but compressed ones. Each finding is an error of the code
// build.secret with its place; the value is never shown. The order does not depend on the processors.
void find_secrets(const std::vector<artifact::PackFile>& files, Diagnostics& diagnostics);

}  // namespace tidegate
