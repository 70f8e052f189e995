// SPDX-License-Identifier: Apache-2.0
// A 128-bit fingerprint of a text (SipHash-2-4-128, fixed key): sets of addresses in 16 bytes each, and
// stable ids of findings. Not a signature.
// Source: J.-P. Aumasson, D. J. Bernstein, "SipHash: a fast short-input PRF".
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace tidegate::plan {

struct Fingerprint {
  std::uint64_t first = 0;
  std::uint64_t second = 0;
  friend auto operator<=>(const Fingerprint&, const Fingerprint&) = default;
};

Fingerprint fingerprint(std::string_view text);
std::string to_hex(const Fingerprint& value);  // 32 digits

}  // namespace tidegate::plan
