// SPDX-License-Identifier: Apache-2.0
// A pointer that is accepted names an object by a well-formed digest: it becomes part of a path.
#include <cstdlib>

#include "repository/lfs.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)tidegate::repository::is_lfs_pointer(bytes);
  const auto pointer = tidegate::repository::parse_lfs_pointer("f", bytes);
  if (!pointer) return 0;
  if (pointer->digest.size() != 64) std::abort();
  if (pointer->digest.find_first_not_of("0123456789abcdef") != std::string::npos) std::abort();
  return 0;
}
