// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "sandbox/pack.hpp"
#include "sandbox/service/host.hpp"

namespace tidegate::sandbox_program {

struct Options {
  std::string packs{};  // folder of *.pack
  std::vector<std::string> pack_files{};
  std::vector<std::string> providers{};   // ADDRESS or ADDRESS@VERSION; none: every address
  std::string behaviour{};                // folder of *.json
  std::string control{}, types{}, log{};  // files
  std::string scratch{};                  // folder that goes with a parent that is killed
  std::string parent{};                   // number of a process; none: which started the host
};

using PackPtr = std::shared_ptr<const sandbox::Pack>;

// One pack for each wanted address: the nearest version that is not above the wanted one, else the
// lowest above it, of the same major; without a version the highest. Code sandbox.pack-missing.
Result<std::vector<PackPtr>> choose_packs(const std::vector<PackPtr>& all,
                                          const std::vector<std::string>& providers);

// Without packs, those of the installation (share/tidegate beside bin); the same for the behaviour.
Options with_defaults(Options options, const std::string& program_folder);

Result<sandbox::HostOptions> read_options(const Options& options);

}  // namespace tidegate::sandbox_program
