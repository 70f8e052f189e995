// SPDX-License-Identifier: Apache-2.0
// What a service is made of, as components of its SBOM: jars and what they carry, wheels, libraries that activities
// and notebooks install, notebooks, Terraform providers.
#pragma once

#include <vector>

#include "artifact/archive.hpp"
#include "artifact/manifest.hpp"
#include "artifact/sbom.hpp"
#include "flavours/adf_databricks/service.hpp"
#include "spark/wheel.hpp"

namespace tidegate {

// What stays of a service when it is gone: the components of the jars do not need the manifest.
struct Bill {
  std::vector<artifact::Component> libraries{};  // named by activities and notebooks
  struct Jar {
    std::string origin{};  // path in the repository
    spark::JarIdentities identities{};
  };
  std::vector<Jar> jars{};
  struct Wheel {
    std::string path{};  // in the artifact
    spark::WheelIdentity identity{};
  };
  std::vector<Wheel> wheels{};
};

// Reads the wheels among `files`, those to be packed. Codes: those of the files, system.write-failed when one does
// not fit into the temporary folder.
Result<Bill> make_bill(const flavours::adf_databricks::Service& service, const std::vector<artifact::PackFile>& files);

// The text of META/sbom.cdx.json; `manifest` has its files and content digest.
std::string render_bill(const Bill& bill, const artifact::Manifest& manifest);

}  // namespace tidegate
