// SPDX-License-Identifier: Apache-2.0
// Releases in a registry: a repository for each name, a tag for each version, the artifact as the
// one layer of an image manifest; sidecars are manifests that refer to it. Source:
// github.com/opencontainers/distribution-spec, version 1.1.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"
#include "store/open.hpp"
#include "store/store.hpp"

namespace tidegate::store {

// The manifest of a release: same release, same bytes, so same digest.
std::string oci_manifest(const Release& release);

// `path` is a repository's prefix, or, for list(), the repository of one name. Credentials: those
// of docker. By https, but for this machine.
Result<std::unique_ptr<Store>> open_oci(const std::string& host, const std::string& path,
                                        const Effects& effects);

}  // namespace tidegate::store
