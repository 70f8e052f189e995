// SPDX-License-Identifier: Apache-2.0
// Large blobs of a pack in bounded memory. libgit2 gives packed objects only as a whole; git stores those above
// core.bigFileThreshold (512 MiB) without deltas, so their bytes are one deflated stream.
// Sources: git's Documentation/gitformat-pack.txt, sections "pack-*.pack files" and "Version 2 pack-*.idx files".
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::repository {

struct PackedBlob {
  std::string pack{};         // path of the file
  std::uint64_t begin = 0;    // of the deflated bytes
  std::uint64_t size = 0;     // of the blob
};

// The blob with this name (20 bytes), if a pack below `objects` (the objects folder) holds it, and not as a delta.
// Nothing also where a file cannot be read or is not understood: libgit2 then says what is wrong.
std::optional<PackedBlob> find_packed_blob(const std::string& objects, std::string_view name);

// Its bytes in pieces of at most 64 KiB, unchecked but for their number. Codes: repository.broken, system.read-failed.
Status stream_packed_blob(const PackedBlob& blob, const std::function<Status(std::string_view)>& sink);

}  // namespace tidegate::repository
