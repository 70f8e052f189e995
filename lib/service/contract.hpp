// SPDX-License-Identifier: Apache-2.0
// The contracts of the datasets that a service produces, and what a new release may change in them
// (service.md, section 5). The lock holds them as the last release had them: contract/contract.lock.json
// of the repository, and of each artifact.
#pragma once

#include <map>
#include <string>

#include "base/diagnostic.hpp"
#include "document/node.hpp"
#include "service/manifest.hpp"

namespace tidegate::service {

// Documents of the schema files that produces[].schema names, by path.
using SchemaFiles = std::map<std::string, document::DocumentPtr>;

// contract.lock.json, datasets sorted by name; ends in a newline.
std::string render_lock(const ServiceManifest& manifest, const SchemaFiles& schemas);

// Codes service.contract-break (E; N when a new major version and a new place or name make it one
// that readers can follow), service.contract-changed (N), service.lock-invalid.
void compare_contracts(const document::DocumentPtr& baseline, const ServiceManifest& manifest,
                       const SchemaFiles& schemas, Diagnostics& diagnostics);

}  // namespace tidegate::service
