// SPDX-License-Identifier: Apache-2.0
// What lies beside an artifact: its digest for sha256sum, its SBOM, and the unsigned statement of how it was built.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "base/result.hpp"
#include "build/command.hpp"
#include "repository/source.hpp"
#include "system/environment.hpp"

namespace tidegate {

struct BuildRun {           // of one build, as provenance tells it
  std::int64_t started = 0;  // seconds since 1970
  std::string repository{};  // address without credentials, from the CI's environment; may be empty
  std::string builder{};     // URI: hosted, self-hosted or local
  std::string invocation{};  // run of the CI, else random
  std::vector<std::string> environment{};  // names of the variables that were read
};

// From the environment alone. A repository address loses user and password.
BuildRun describe_run(const system::Environment& environment, std::int64_t now);

// "https://user:token@host/x?y" -> "https://host/x"; what is no address of a host gives "".
std::string without_credentials(std::string_view address);

// Writes `<target>.cdx.json`, `<target>.provenance.json` and `<target>.sha256`, all or none. Code system.write-failed.
Status write_sidecars(const std::string& target, const artifact::Packed& packed, const std::string& sbom,
                      const BuildOptions& options, const repository::Source& source, const BuildRun& run,
                      std::int64_t now);

}  // namespace tidegate
