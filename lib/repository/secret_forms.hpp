// SPDX-License-Identifier: Apache-2.0
// What a secret looks like: fixed beginnings (tokens, private keys), clauses of SQL, and values
// behind names that say what they are, as they are written in connection strings, JSON, YAML, INI
// files, code, and escaped inside of one another.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace tidegate::repository {

inline constexpr std::size_t bytes_before_secret = 256;  // that are looked at, at most
inline constexpr std::size_t bytes_behind_secret = 544;

struct SecretMatch {
  std::string_view kind{};  // "storage account key"
  std::size_t back = 0;     // it begins this many bytes before, on the same line
  std::size_t size = 0;     // what lies in these bytes belongs to it
};

// Of one bit each: for pairs of bytes, which is exact, and behind it for three without case, which
// nearly is.
struct SecretSieves {
  std::array<std::uint64_t, 1024> pairs{};
  std::array<std::uint64_t, 128> triples{};
};
extern const SecretSieves secret_sieves;

constexpr std::size_t pair_of(char first, char second) {
  return std::size_t{static_cast<unsigned char>(first)} << 8U | static_cast<unsigned char>(second);
}
constexpr std::size_t triple_of(char first, char second, char third) {
  const auto low = [](char c) {
    return static_cast<std::size_t>(static_cast<unsigned char>(c) | 0x20U);
  };
  return (low(first) * 1021 + low(second) * 61 + low(third)) % 8192;
}

inline std::uint64_t pair_bit(char first, char second) {
  const std::size_t pair = pair_of(first, second);
  return secret_sieves.pairs[pair / 64] >> (pair % 64) & 1U;
}

// Whether find_secret can find anything at one of the four places that begin here, as far as two bytes of each tell.
// Five bytes must be there.
inline bool may_begin_in_four(const char* at) {
  return (pair_bit(at[0], at[1]) | pair_bit(at[1], at[2]) | pair_bit(at[2], at[3]) | pair_bit(at[3], at[4])) != 0;
}

// Whether find_secret can find anything where these three bytes stand: no for nearly all.
inline bool may_begin_secret(char first, char second, char third) {
  if (pair_bit(first, second) == 0) return false;
  const std::size_t triple = triple_of(first, second, third);
  return (secret_sieves.triples[triple / 64] >> (triple % 64) & 1U) != 0;
}

// `here` starts with the three bytes; `before` is what stands in front of it. Neither need hold
// more than the bytes above.
std::optional<SecretMatch> find_secret(std::string_view before, std::string_view here);

}  // namespace tidegate::repository
