// SPDX-License-Identifier: Apache-2.0
// SHA-256 (FIPS 180-4) by OpenSSL's functions for it; SHA-1 only where git's object names ask for it.
#pragma once

#include <memory>
#include <string>
#include <string_view>

namespace tidegate::system {

class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256&&) noexcept;
  Sha256& operator=(Sha256&&) noexcept;
  void update(std::string_view bytes);
  std::string finish_hex();  // 64 lower-case hex digits; call once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Names of git objects. No security property is derived from it.
class Sha1 {
 public:
  Sha1();
  ~Sha1();
  Sha1(Sha1&&) noexcept;
  Sha1& operator=(Sha1&&) noexcept;
  void update(std::string_view bytes);
  std::string finish_hex();  // 40 lower-case hex digits; call once

 private:
  struct State;
  std::unique_ptr<State> state_;
};

std::string sha256_hex(std::string_view bytes);
// HMAC-SHA256 (RFC 2104): 32 bytes, not hex.
std::string hmac_sha256(std::string_view key, std::string_view bytes);

// MD5 in base64, as HTTP's Content-MD5 wants it (RFC 1864); "" where the library refuses MD5. It
// finds damage, nothing else.
std::string content_md5(std::string_view bytes);

// MD5 in lower-case hex, where a format has it as the name of a content; "" as above.
std::string md5_hex(std::string_view bytes);

// `bytes` random bytes of the operating system in lower-case hex.
std::string random_hex(std::size_t bytes);

}  // namespace tidegate::system
