// SPDX-License-Identifier: Apache-2.0
// The first byte says what the rest is: k a public key, 6 base64, p a provenance statement, f a bundle of a file, else
// an envelope or its bundle. Only what the one key has signed is ever believed: the two seeds.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "place.hpp"
#include "signature/base64.hpp"
#include "signature/envelope.hpp"
#include "signature/key.hpp"
#include "signature/provenance.hpp"

namespace {

using namespace tidegate;
using fuzz::require;

constexpr std::string_view signer =
    "-----BEGIN PUBLIC KEY-----\n"
    "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEPJkJZJ/djXQSIiCjJ2Bo8p4fLMe0\n"
    "B/Gf5vrlglRvm5xOnF+UCA1VGAb1rYtbUQyCrqPJkwPTjAr5XL3eKKDncg==\n"
    "-----END PUBLIC KEY-----\n";
constexpr char signed_file[] = "c7c5c1d70c5dec4416ab6158afd0b223ef40c29b1dc1f97ed9428b94d4cadb1c";

const signature::PublicKey& key() {
  static const signature::PublicKey read = *signature::PublicKey::parse("k", signer);
  return read;
}

void check_base64(std::string_view text) {
  const auto bytes = signature::decode_base64(text);
  if (!bytes) return;
  std::string standard(text);
  std::replace(standard.begin(), standard.end(), '-', '+');
  std::replace(standard.begin(), standard.end(), '_', '/');
  require(signature::encode_base64(*bytes) == standard);
}

void check_provenance(const std::string& text) {
  const auto read = signature::parse_provenance("p", text);
  (void)signature::parse_statement("p", text);
  if (!read) return;
  const std::string written = signature::render_provenance(*read);
  const auto again = signature::parse_provenance("p", written);
  require(again.ok() && signature::render_provenance(*again) == written);
}

void check_envelope(const std::string& text) {
  const auto payload = signature::verify_statement(key(), "e", text);
  if (payload) require(signature::parse_provenance("p", *payload).ok());  // the one that was signed
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string text(reinterpret_cast<const char*>(data) + 1, size - 1);
  switch (data[0]) {
    case 'k':
      (void)signature::PublicKey::parse("k", text);
      (void)signature::PrivateKey::parse("k", text, "");
      break;
    case '6':
      check_base64(text);
      break;
    case 'p':
      check_provenance(text);
      break;
    case 'f':
      (void)signature::verify_file_bundle(key(), "f", text, signed_file);
      break;
    default:
      check_envelope(text);
  }
  return 0;
}
