// SPDX-License-Identifier: Apache-2.0
#include "system/digest.hpp"

// The one-algorithm functions start no provider, read no openssl.cnf and make no tables of other algorithms: 2 MB and
// a millisecond of every program that needs a digest. OpenSSL 3 calls them deprecated (docs/decisions/0053).
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/sha.h>
#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <vector>

#include "base/text.hpp"

namespace tidegate::system {

struct Sha256::State {
  State() { SHA256_Init(&context); }
  SHA256_CTX context{};
};

Sha256::Sha256() : state_(std::make_unique<State>()) {}
Sha256::~Sha256() = default;
Sha256::Sha256(Sha256&&) noexcept = default;
Sha256& Sha256::operator=(Sha256&&) noexcept = default;

void Sha256::update(std::string_view bytes) { SHA256_Update(&state_->context, bytes.data(), bytes.size()); }

std::string Sha256::finish_hex() {
  std::array<std::uint8_t, SHA256_DIGEST_LENGTH> digest{};
  SHA256_Final(digest.data(), &state_->context);
  return to_hex(digest);
}

struct Sha1::State {
  State() { SHA1_Init(&context); }
  SHA_CTX context{};
};

Sha1::Sha1() : state_(std::make_unique<State>()) {}
Sha1::~Sha1() = default;
Sha1::Sha1(Sha1&&) noexcept = default;
Sha1& Sha1::operator=(Sha1&&) noexcept = default;

void Sha1::update(std::string_view bytes) { SHA1_Update(&state_->context, bytes.data(), bytes.size()); }

std::string Sha1::finish_hex() {
  std::array<std::uint8_t, SHA_DIGEST_LENGTH> digest{};
  SHA1_Final(digest.data(), &state_->context);
  return to_hex(digest);
}

std::string sha256_hex(std::string_view bytes) {
  Sha256 digest;
  digest.update(bytes);
  return digest.finish_hex();
}

std::string hmac_sha256(std::string_view key, std::string_view bytes) {
  std::array<std::uint8_t, 32> digest{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
       digest.data(), &size);
  return {digest.begin(), digest.end()};
}

namespace {

std::span<const std::uint8_t> md5(std::string_view bytes, std::array<std::uint8_t, EVP_MAX_MD_SIZE>& digest) {
  unsigned size = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &size, EVP_md5(), nullptr) != 1) return {};
  return {digest.data(), size};
}

}  // namespace

std::string content_md5(std::string_view bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  const std::span<const std::uint8_t> sum = md5(bytes, digest);
  std::array<std::uint8_t, 2 * EVP_MAX_MD_SIZE> text{};
  const int length = EVP_EncodeBlock(text.data(), sum.data(), static_cast<int>(sum.size()));
  return {text.begin(), text.begin() + length};
}

std::string md5_hex(std::string_view bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  return to_hex(md5(bytes, digest));
}

std::string random_hex(std::size_t bytes) {
  std::vector<std::uint8_t> random(bytes);
  if (::getentropy(random.data(), random.size()) != 0) std::abort();  // never, below 257 bytes
  return to_hex(random);
}

}  // namespace tidegate::system
