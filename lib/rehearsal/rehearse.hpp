// SPDX-License-Identifier: Apache-2.0
// The life of an artifact, with the real Terraform and without a cloud: one named step after the
// other, until one fails (docs/cli/rehearse.md).
#pragma once

#include <string>
#include <vector>

#include "base/result.hpp"
#include "rehearsal/engine.hpp"
#include "rehearsal/gate.hpp"
#include "rehearsal/report.hpp"
#include "system/foreground.hpp"

namespace tidegate::rehearsal {

struct Request {
  std::string artifact{};
  std::string previous{};                // empty: no upgrade
  std::vector<std::string> var_files{};  // absolute
  std::vector<std::string> packs{};      // schema packs beside those of the installation
  std::string control{};                 // drift and failures of the stand-ins; empty: none
  std::string keep{};                    // absolute folder that stays; empty: none
  bool only_tests = false;               // `tidegate test`: nothing is planned or applied
};

struct Programs {
  std::string terraform{};
  std::string host{};
  GateOptions gate{};
  std::string packs{};      // folder of the installation's schema packs; empty: the host knows it
  std::string behaviour{};  // folder of the behaviour files, for the limits
};

// A failure only where there is nothing to report on: a folder cannot be made. Everything else is
// in the report and its exit code. Processes and folders are gone when it returns.
Result<Report> rehearse(const Request& request, const Programs& programs,
                        system::Foreground& foreground);

}  // namespace tidegate::rehearsal
