// SPDX-License-Identifier: Apache-2.0
// What an extracted artifact says of itself: META/manifest.json lists every file with its digest.
#pragma once

#include <string>

#include "base/diagnostic.hpp"
#include "base/result.hpp"

namespace tidegate::gate {

// gate/ and contract/ of the extracted artifact decide what the gate refuses, so they must be what the
// build packed: each listed file there with its digest, and no other. Faults, all of exit 13:
// gate.artifact-altered (also a manifest that is broken), gate.too-old (the artifact wants a newer gate).
// The rest of the artifact is judged by `tidegate verify`.
// Failure: exit 64, the folder is no extracted artifact.
Status check_artifact(const std::string& folder, Diagnostics& faults);

}  // namespace tidegate::gate
