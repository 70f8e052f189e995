// SPDX-License-Identifier: Apache-2.0
// What of a service is written down nowhere, and was derived from its repository.
#pragma once

#include <vector>

#include "artifact/manifest.hpp"
#include "base/diagnostic.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate {

// Fields of tidegate.yaml that are absent, observed sinks and sources of the activities. Sorted. `version_given`: on the
// command line.
std::vector<artifact::ManifestDerived> list_derived(const flavours::adf_databricks::Service& service, bool version_given);

// Code service.missing-manifest: a note, for a build is a look at what is there.
void note_missing_identity(const std::vector<artifact::ManifestDerived>& derived, const service::ServiceManifest& manifest,
                           Diagnostics& diagnostics);

// Fields without which nobody answers for a release: "service", "owner", of those that were derived or still are what a
// build would derive.
std::vector<std::string> missing_identity(const artifact::Manifest& manifest);

}  // namespace tidegate
