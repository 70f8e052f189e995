// SPDX-License-Identifier: Apache-2.0
// What a published artifact says about itself, from its first bytes: its manifest is its first
// entry. Nothing is hashed, so nothing is proved.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "artifact/manifest.hpp"
#include "store/store.hpp"

namespace tidegate::store {

struct Peeked {
  artifact::Manifest manifest{};
  Stored stored{};               // as the store tells it
  std::uint64_t read = 0;        // bytes of the artifact that were kept, from its beginning
  std::vector<Beside> beside{};  // of the digest that the store tells, else of any
};

// The first step is asked for, and each further one, twice as large, only if the manifest goes on.
// A server that does not know parts sends all each time; the rest is cut off.
inline constexpr std::uint64_t first_step = std::uint64_t{64} << 10U;
inline constexpr std::uint64_t longest_step = std::uint64_t{4} << 20U;

// `identity`: 64 hex digits, which the store must tell where it tells any, or "". Codes:
// store.not-found, artifact.other-identity (exit 30; also another name or version), those of
// artifact::read_manifest_stream and of the store.
Result<Peeked> peek(Store& store, const Coordinates& at, const std::string& identity);

}  // namespace tidegate::store
