// SPDX-License-Identifier: Apache-2.0
#include "plan/fingerprint.hpp"

#include <array>
#include <bit>

namespace tidegate::plan {

namespace {

struct State {
  std::uint64_t a = 0, b = 0, c = 0, d = 0;
  void round() {
    a += b;
    c += d;
    b = std::rotl(b, 13) ^ a;
    d = std::rotl(d, 16) ^ c;
    a = std::rotl(a, 32) + d;
    c += b;
    b = std::rotl(b, 17) ^ c;
    d = std::rotl(d, 21) ^ a;
    c = std::rotl(c, 32);
  }
  void absorb(std::uint64_t word) {
    d ^= word;
    round();
    round();
    a ^= word;
  }
};

std::uint64_t load(std::string_view bytes) {  // at most eight bytes, little endian
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8U * i);
  }
  return word;
}

}  // namespace

Fingerprint fingerprint(std::string_view text) {
  constexpr std::uint64_t key0 = 0x0706050403020100ULL;
  constexpr std::uint64_t key1 = 0x0F0E0D0C0B0A0908ULL;
  State state{.a = 0x736F6D6570736575ULL ^ key0, .b = 0x646F72616E646F6DULL ^ key1 ^ 0xEEU,
              .c = 0x6C7967656E657261ULL ^ key0, .d = 0x7465646279746573ULL ^ key1};
  std::string_view rest = text;
  for (; rest.size() >= 8; rest.remove_prefix(8)) state.absorb(load(rest.substr(0, 8)));
  state.absorb(load(rest) | (static_cast<std::uint64_t>(text.size()) << 56U));
  state.c ^= 0xEEU;
  for (int i = 0; i < 4; ++i) state.round();
  Fingerprint out{.first = state.a ^ state.b ^ state.c ^ state.d};
  state.b ^= 0xDDU;
  for (int i = 0; i < 4; ++i) state.round();
  out.second = state.a ^ state.b ^ state.c ^ state.d;
  return out;
}

std::string to_hex(const Fingerprint& value) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string out;
  for (const std::uint64_t word : {value.first, value.second}) {
    for (unsigned byte = 0; byte < 8; ++byte) {  // as the reference prints its output bytes
      const std::uint64_t bits = word >> (8U * byte);
      out += digits[(bits >> 4U) & 0xFU];
      out += digits[bits & 0xFU];
    }
  }
  return out;
}

}  // namespace tidegate::plan
