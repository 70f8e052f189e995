// SPDX-License-Identifier: Apache-2.0
// ECDSA keys on the curve P-256; signatures over a SHA-256 digest, in ASN.1 DER. By OpenSSL's EVP interface.
// Nonces are random: two signatures of the same bytes differ.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::signature {

class PublicKey {
 public:
  // PEM, SubjectPublicKeyInfo. `file` names it in messages. Code signature.bad-key.
  static Result<PublicKey> parse(const std::string& file, std::string_view pem);

  std::string render() const;  // PEM
  std::string hint() const;    // base64 of the sha256 of the DER form: which key, in bundles and envelopes
  // Whether `der` is a signature of this key over the digest (64 hex digits).
  bool verify(const std::string& sha256_hex, std::string_view der) const;

 private:
  friend class PrivateKey;
  struct State;
  std::shared_ptr<const State> state_{};
};

class PrivateKey {
 public:
  static Result<PrivateKey> generate();  // code signature.failed
  // PEM, PKCS#8 or SEC 1; encrypted if there is a password. Codes signature.bad-key, signature.wrong-password.
  static Result<PrivateKey> parse(const std::string& file, std::string_view pem, const std::string& password);

  // PEM, PKCS#8; with a password encrypted (PBKDF2, 600,000 rounds, AES-256-CBC). Code signature.failed.
  Result<std::string> render(const std::string& password) const;
  PublicKey public_key() const;
  // DER. Code signature.failed.
  Result<std::string> sign(const std::string& sha256_hex) const;

 private:
  std::shared_ptr<const PublicKey::State> state_{};
};

}  // namespace tidegate::signature
