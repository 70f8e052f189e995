// SPDX-License-Identifier: Apache-2.0
#include "artifact/manifest_bound.hpp"

namespace tidegate::artifact {

std::string ManifestBound::add(std::string_view piece, std::uint64_t compressed) {
  count_.add(piece);
  if (is_too_compressed(count_.bytes(), compressed)) {
    return "its first " + std::to_string(count_.bytes()) + " bytes are " + std::to_string(compressed) +
           " bytes of the archive; above 1 MiB at most 64 bytes a byte are allowed";
  }
  if (count_.is_dense()) {
    return "its first " + std::to_string(count_.bytes()) + " bytes have " + std::to_string(count_.values()) +
           " values; a manifest has at least 16 bytes for each";
  }
  return {};
}

}  // namespace tidegate::artifact
