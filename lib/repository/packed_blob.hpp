// SPDX-License-Identifier: Apache-2.0
// Large blobs of the object database in bounded memory: libgit2 gives packed objects only as a whole, and maps
// loose ones as a whole. Sources: git's Documentation/gitformat-pack.txt, sections "pack-*.pack files" and "Version 2
// pack-*.idx files"; gitformat-loose.txt.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::repository {

// Deflated bytes of a file, and how many come out of them.
struct DeflatedPart {
  std::uint64_t begin = 0;
  std::uint64_t size = 0;
  std::uint64_t skipped = 0;  // of what comes out, at the beginning: the head of a loose object
};

struct PackedBlob {
  std::string file{};                 // a pack, or a loose object
  std::uint64_t size = 0;             // of the blob
  std::vector<DeflatedPart> parts{};  // a blob, and deltas that are applied one after the other

  bool is_delta() const { return parts.size() > 1; }
};

// The blob with this name (20 bytes), if `objects` (the objects folder) holds it loose or in a pack, or a
// folder that it names as an alternate does.
// Nothing also where a file cannot be read or is not understood: libgit2 then says what is wrong.
std::optional<PackedBlob> find_packed_blob(const std::string& objects, std::string_view name);

// Its bytes in pieces of at most 64 KiB, unchecked but for their number. What deltas are applied to waits in
// unnamed temporary files. Codes: repository.broken, system.read-failed, system.write-failed.
Status stream_packed_blob(const PackedBlob& blob, const std::function<Status(std::string_view)>& sink);

}  // namespace tidegate::repository
