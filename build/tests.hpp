// SPDX-License-Identifier: Apache-2.0
// Static checks of what the tests in the artifact rest on. Pure but for reading the tree.
#pragma once

#include <string>
#include <vector>

#include "artifact/manifest.hpp"
#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "repository/inventory.hpp"
#include "repository/source.hpp"

namespace tidegate {

struct CustomTest {
  std::string path{};    // in the repository
  std::string target{};  // in the artifact
  std::string level{};   // plan, apply; empty: a module or mock file, no test
};

// The service's own Terraform tests with their modules and mock files, sorted. Codes:
// build.reserved-test-name, build.test-outside, build.test-not-run (W).
std::vector<CustomTest> find_custom_tests(const repository::Source& source,
                                          const repository::Inventory& inventory,
                                          Diagnostics& diagnostics);

// gate.protect.addresses against terraform/: codes build.unknown-protected, build.unguarded (W).
void check_guards(const flavours::adf_databricks::Service& service, Diagnostics& diagnostics);

}  // namespace tidegate
