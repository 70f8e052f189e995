// SPDX-License-Identifier: Apache-2.0
// What a service produces and consumes where tidegate.yaml does not say it: the sinks and sources of its activities.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "adf/factory.hpp"
#include "service/manifest.hpp"
#include "service/observe.hpp"

namespace tidegate::service {

struct DerivedDataset {
  std::string adf{};                     // name of the Data Factory dataset
  std::optional<std::size_t> object{};   // index into Factory::objects; nothing: it is not in the repository
  bool overwritten = false;              // rows of it are taken away or changed

  friend bool operator==(const DerivedDataset&, const DerivedDataset&) = default;
};

struct DerivedDatasets {
  std::vector<DerivedDataset> produces{};  // in the order of the accesses
  std::vector<DerivedDataset> consumes{};
};

// Written datasets are produced. So is one that is read and whose rows the service changes: it would otherwise change
// the data of another service. What else is read is consumed.
DerivedDatasets derive_datasets(const adf::Factory& factory);
// Without those that lie in what `manifest` declares; empty lists where it has the key.
DerivedDatasets undeclared_datasets(const adf::Factory& factory, const ServiceManifest& manifest);

}  // namespace tidegate::service
