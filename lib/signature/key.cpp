// SPDX-License-Identifier: Apache-2.0
#include "signature/key.hpp"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>

#include <array>
#include <cstring>

#include "signature/base64.hpp"
#include "system/digest.hpp"

namespace tidegate::signature {

struct PublicKey::State {
  explicit State(EVP_PKEY* key) : handle(key) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { EVP_PKEY_free(handle); }
  EVP_PKEY* handle;
};

namespace {

template <class T, auto free>
struct Free {
  void operator()(T* handle) const { free(handle); }
};
using Bio = std::unique_ptr<BIO, Free<BIO, BIO_free_all>>;
using Context = std::unique_ptr<EVP_PKEY_CTX, Free<EVP_PKEY_CTX, EVP_PKEY_CTX_free>>;
using KeyInfo = std::unique_ptr<PKCS8_PRIV_KEY_INFO, Free<PKCS8_PRIV_KEY_INFO, PKCS8_PRIV_KEY_INFO_free>>;
using Encrypted = std::unique_ptr<X509_SIG, Free<X509_SIG, X509_SIG_free>>;

constexpr int password_rounds = 600000;

Diagnostic failed(std::string message) {
  ERR_clear_error();
  return {.code = "signature.failed",
          .where = {.file = "OpenSSL"},
          .message = std::move(message),
          .hint = "look at the configuration of OpenSSL on this machine (openssl.cnf)",
          .exit = ExitCode::internal};
}

Diagnostic bad_key(const std::string& file, std::string message) {
  ERR_clear_error();  // its texts may repeat the input
  return {.code = "signature.bad-key",
          .where = {.file = file},
          .message = std::move(message),
          .hint = "`tidegate key generate` makes a pair of keys: FILE signs, FILE.pub verifies",
          .exit = ExitCode::usage};
}

Bio reader(std::string_view text) { return Bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size()))); }

std::string text_of(const Bio& bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return size <= 0 ? std::string() : std::string(data, static_cast<std::size_t>(size));
}

bool is_p256(EVP_PKEY* key) {
  std::array<char, 64> name{};
  std::size_t size = 0;
  return EVP_PKEY_get_base_id(key) == EVP_PKEY_EC &&
         EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1 &&
         std::string_view(name.data(), size) == "prime256v1";
}

int give_password(char* buffer, int capacity, int, void* data) {
  const std::string& password = *static_cast<const std::string*>(data);
  if (password.empty() || password.size() > static_cast<std::size_t>(capacity)) return -1;
  std::memcpy(buffer, password.data(), password.size());
  return static_cast<int>(password.size());
}

Context context_of(EVP_PKEY* key) { return Context(EVP_PKEY_CTX_new(key, nullptr)); }

constexpr std::size_t max_pem = 64 * 1024;

}  // namespace

Result<PublicKey> PublicKey::parse(const std::string& file, std::string_view pem) {
  if (pem.size() > max_pem) return bad_key(file, "is too large for a key");
  const Bio bio = reader(pem);
  EVP_PKEY* handle = PEM_read_bio_PUBKEY(bio.get(), nullptr, nullptr, nullptr);
  if (handle == nullptr) {
    const bool secret = pem.find("PRIVATE KEY") != std::string_view::npos;
    return bad_key(file, secret ? "is a private key, expected the public one (`tidegate key public`)"
                                : "is no public key: expected PEM, `-----BEGIN PUBLIC KEY-----`");
  }
  PublicKey key;
  key.state_ = std::make_shared<const State>(handle);
  if (!is_p256(handle)) return bad_key(file, "is a key of another kind: expected ECDSA on the curve P-256");
  return key;
}

std::string PublicKey::render() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), state_->handle);
  return text_of(bio);
}

std::string PublicKey::hint() const {
  unsigned char* der = nullptr;
  const int size = i2d_PUBKEY(state_->handle, &der);
  if (size <= 0) return {};
  const std::string hex = system::sha256_hex({reinterpret_cast<const char*>(der), static_cast<std::size_t>(size)});
  OPENSSL_free(der);
  return encode_base64(*decode_hex(hex));
}

bool PublicKey::verify(const std::string& sha256_hex, std::string_view der) const {
  const auto digest = decode_hex(sha256_hex);
  const Context context = context_of(state_->handle);
  if (!digest || digest->size() != 32 || !context || EVP_PKEY_verify_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1) {
    return false;
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const auto* hash = reinterpret_cast<const unsigned char*>(digest->data());
  const bool good = EVP_PKEY_verify(context.get(), bytes, der.size(), hash, digest->size()) == 1;
  ERR_clear_error();
  return good;
}

Result<PrivateKey> PrivateKey::generate() {
  EVP_PKEY* handle = EVP_EC_gen("P-256");
  if (handle == nullptr) return failed("cannot make a key on the curve P-256");
  PrivateKey key;
  key.state_ = std::make_shared<const PublicKey::State>(handle);
  return key;
}

Result<PrivateKey> PrivateKey::parse(const std::string& file, std::string_view pem, const std::string& password) {
  if (pem.size() > max_pem) return bad_key(file, "is too large for a key");
  const bool encrypted = pem.find("ENCRYPTED") != std::string_view::npos;
  const Bio bio = reader(pem);
  std::string copy = password;
  EVP_PKEY* handle = PEM_read_bio_PrivateKey(bio.get(), nullptr, give_password, &copy);
  if (handle == nullptr && encrypted) {
    ERR_clear_error();
    return Diagnostic{.code = "signature.wrong-password",
                      .where = {.file = file},
                      .message = password.empty() ? "is encrypted, and TIDEGATE_KEY_PASSWORD is not set"
                                                  : "cannot be decrypted with TIDEGATE_KEY_PASSWORD",
                      .hint = "give the password that was set when the key was made",
                      .exit = ExitCode::usage};
  }
  if (handle == nullptr) return bad_key(file, "is no private key: expected PEM, PKCS#8");
  PrivateKey key;
  key.state_ = std::make_shared<const PublicKey::State>(handle);
  if (!is_p256(handle)) return bad_key(file, "is a key of another kind: expected ECDSA on the curve P-256");
  return key;
}

Result<std::string> PrivateKey::render(const std::string& password) const {
  const Bio bio(BIO_new(BIO_s_mem()));
  const KeyInfo info(EVP_PKEY2PKCS8(state_->handle));
  if (!info) return failed("cannot write the key");
  int written = 0;
  if (password.empty()) {
    written = PEM_write_bio_PKCS8_PRIV_KEY_INFO(bio.get(), info.get());
  } else {
    const Encrypted encrypted(PKCS8_encrypt(-1, EVP_aes_256_cbc(), password.data(), static_cast<int>(password.size()),
                                            nullptr, 0, password_rounds, info.get()));
    written = encrypted ? PEM_write_bio_PKCS8(bio.get(), encrypted.get()) : 0;
  }
  if (written != 1) return failed("cannot encrypt the key");
  return text_of(bio);
}

PublicKey PrivateKey::public_key() const {
  PublicKey key;
  key.state_ = state_;
  return key;
}

Result<std::string> PrivateKey::sign(const std::string& sha256_hex) const {
  const auto digest = decode_hex(sha256_hex);
  const Context context = context_of(state_->handle);
  if (!digest || digest->size() != 32 || !context || EVP_PKEY_sign_init(context.get()) != 1 ||
      EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) != 1) {
    return failed("cannot sign with this key");
  }
  const auto* hash = reinterpret_cast<const unsigned char*>(digest->data());
  std::array<unsigned char, 256> out{};
  std::size_t size = out.size();
  if (EVP_PKEY_sign(context.get(), out.data(), &size, hash, digest->size()) != 1) return failed("cannot sign with this key");
  return std::string(reinterpret_cast<const char*>(out.data()), size);
}

}  // namespace tidegate::signature
