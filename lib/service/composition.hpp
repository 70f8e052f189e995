// SPDX-License-Identifier: Apache-2.0
// The rules by which services are put together, as far as one repository shows (service.md, section
// 4): what it reads and writes against what tidegate.yaml says.
#pragma once

#include <string>
#include <vector>

#include "adf/factory.hpp"
#include "base/diagnostic.hpp"
#include "service/manifest.hpp"

namespace tidegate::service {

struct ForeignContract {  // a copy of a producer's contract/<dataset>.json
  std::string file{};
  document::DocumentPtr document{};
};

struct CompositionInput {
  const ServiceManifest& manifest;
  const adf::Factory& factory;
  const std::vector<ForeignContract>& contracts;    // those that consumes[] names and that are there
  const std::vector<std::string>& notebook_files;   // paths in the repository
};

// Codes service.run-time-sub-pipeline, service.fan-out-not-append-only,
// service.consumer-mutates-input, service.aggregation-not-mergeable, service.undeclared-input,
// service.undeclared-output, service.many-outputs, service.layout-overlap,
// service.foreign-contract.
void check_composition(const CompositionInput& input, Diagnostics& diagnostics);

}  // namespace tidegate::service
