// SPDX-License-Identifier: Apache-2.0
// Keys in files, and the signed documents beside an artifact.
#pragma once

#include <string>

#include "artifact/archive.hpp"
#include "buildpack/cli/command.hpp"
#include "signature/key.hpp"
#include "signature/provenance.hpp"

namespace tidegate::cli {

// The password comes from TIDEGATE_KEY_PASSWORD. Codes: those of the parsers, system.read-failed.
Result<signature::PrivateKey> read_private_key(const std::string& file, const Context& context);
Result<signature::PublicKey> read_public_key(const std::string& file);

// Whether the provenance tells of exactly this artifact: digests, name, version, commit, path, tool, inputs. `document`
// names it in messages. Code signature.other-artifact (exit 30).
Status check_provenance(const signature::Provenance& provenance, const std::string& document, const std::string& file,
                        const artifact::Verified& verified);

// `<file>.sigstore.json` and `<file>.provenance.sigstore.json`; both must be there and verify. Codes:
// signature.missing and those of signature/envelope.hpp, all exit 30.
Result<signature::Provenance> verify_signed(const std::string& file, const artifact::Verified& verified,
                                            const signature::PublicKey& key);

}  // namespace tidegate::cli
