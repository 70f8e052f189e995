// SPDX-License-Identifier: Apache-2.0
// Whether what lies under an address is what the address names. Private to this module.
#pragma once

#include <string>

#include "artifact/manifest.hpp"
#include "store/store.hpp"

namespace tidegate::store {

// Code store.not-found.
Diagnostic not_published(const Coordinates& at);

// Which of two files under one version is meant: only one that can have `identity`, where it is
// given. Codes store.not-found, artifact.other-identity, store.conflict (exit 31: it cannot be
// told).
Result<std::vector<Stored>> choose(std::vector<Stored> found, const Coordinates& at,
                                   const std::string& identity);

// Code artifact.other-identity (exit 30).
Status check_name(const artifact::Manifest& manifest, const Coordinates& at);

// `asked`: 64 hex digits, or "". Code artifact.other-identity (exit 30). `says`: who tells of the
// identity that was found, "" if it was proved.
Status check_identity(const Coordinates& at, const std::string& asked, const std::string& found,
                      const std::string& says = {});

}  // namespace tidegate::store
