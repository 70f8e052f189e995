// SPDX-License-Identifier: Apache-2.0
// The artifact that a build follows (--previous): why the new one is another, and that it is the same when it has
// to be.
#pragma once

#include <map>
#include <string>

#include "artifact/archive.hpp"
#include "base/result.hpp"

namespace tidegate {

struct Previous {
  std::string file{};
  artifact::Verified verified{};                // every byte was read
  std::map<std::string, std::string> contracts{};  // path below contract/ in the artifact -> text
};

// Codes: those of verify_artifact.
Result<Previous> read_previous(const std::string& file);

// Equal inputs must give the old identity: code build.not-reproducible.
Status check_reproduced(const Previous& previous, const artifact::Packed& packed);

// Lines for standard error, each with a newline: the reasons, or that nothing changed.
std::string explain_rebuild(const Previous& previous, const artifact::Packed& packed);

}  // namespace tidegate
