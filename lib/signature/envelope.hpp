// SPDX-License-Identifier: Apache-2.0
// Signed documents: DSSE v1 envelopes and Sigstore bundles v0.3, written and verified.
// Sources: github.com/secure-systems-lab/dsse, protocol.md and envelope.md; sigstore/protobuf-specs, sigstore_bundle.proto.
//
// Order of reading: structure, then the signature over the exact bytes, then the payload; nothing of a payload is
// given out before its signature was verified.
#pragma once

#include <string>
#include <string_view>

#include "base/result.hpp"
#include "signature/key.hpp"

namespace tidegate::signature {

inline constexpr std::string_view statement_type = "application/vnd.in-toto+json";
inline constexpr std::size_t max_document = std::size_t{32} << 20U;

// The bytes that a signature of an envelope covers.
std::string pre_authentication_encoding(std::string_view type, std::string_view payload);

struct Envelope {
  std::string payload{};    // bytes of an in-toto statement
  std::string signature{};  // DER
  std::string key_id{};     // hint of the key
};

// Signs `payload`, the bytes of an in-toto statement. Code signature.failed.
Result<Envelope> sign_statement(const PrivateKey& key, std::string payload);

std::string render_envelope(const Envelope& envelope);         // one line of JSON, with a newline
std::string render_envelope_bundle(const Envelope& envelope);  // a bundle around it

// A bundle that signs a file: over its sha256.
std::string render_file_bundle(const PublicKey& key, const std::string& sha256_hex, std::string_view signature_der);

// Each gives its answer only after the signature of `key` was verified. `file` names the document in messages.
// Codes: signature.malformed (not such a document), signature.not-verified (other key, other bytes), both exit 30.
Status verify_file_bundle(const PublicKey& key, const std::string& file, const std::string& text,
                          const std::string& sha256_hex);
// An envelope, or a bundle with one; gives the payload.
Result<std::string> verify_statement(const PublicKey& key, const std::string& file, const std::string& text);

}  // namespace tidegate::signature
