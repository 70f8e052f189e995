// SPDX-License-Identifier: Apache-2.0
// placement.retain: 1. The notebooks, jars and files of the release before stay where they are, for
// runs in flight; the release after the next one drops them (docs/decisions/0030-retained-release.md).
#pragma once

#include <map>
#include <string>

#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

struct ReleaseBefore {
  std::string file{};                             // the artifact
  std::map<std::string, std::string> terraform{};  // notebooks.tf.json, … -> its text
  std::map<std::string, std::string> digests{};    // path in the artifact -> sha256 hex
};

// Fills Service::retained, but for their streams, and Service::moved; adds the variables that they
// need. What the release before retained itself is dropped. Code service.nothing-retained (N, W).
void retain_release(Service& service, const ReleaseBefore& before, Diagnostics& diagnostics);

}  // namespace tidegate::flavours::adf_databricks
