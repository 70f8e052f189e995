// SPDX-License-Identifier: Apache-2.0
// What the text of a manifest may have in an archive of so many bytes, judged while it is decompressed: the memory
// that reading takes grows with the archive, not with what somebody can say in a few of its bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "document/value_count.hpp"

namespace tidegate::artifact {

inline constexpr std::uint64_t max_manifest_size = std::uint64_t{64} << 20U;
inline constexpr std::uint64_t free_manifest_size = std::uint64_t{1} << 20U;  // however well it is compressed
// Real manifests: 5 to 60, with equal files and many rewrites 100 at most; deflate alone reaches 1,000.
inline constexpr std::uint64_t max_manifest_ratio = 64;

// `compressed`: bytes of the archive that hold `size` bytes of the manifest, or more.
constexpr bool is_too_compressed(std::uint64_t size, std::uint64_t compressed) {
  return size > free_manifest_size + compressed * max_manifest_ratio;
}

class ManifestBound {
 public:
  // `compressed`: bytes of the archive that were read until now. What is wrong, or "".
  std::string add(std::string_view piece, std::uint64_t compressed);

 private:
  document::ValueCount count_{};
};

}  // namespace tidegate::artifact
