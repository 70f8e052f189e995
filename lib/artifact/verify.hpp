// SPDX-License-Identifier: Apache-2.0
// The reading half behind archive.hpp, over any source of bytes.
#pragma once

#include <string>
#include <string_view>

#include "artifact/archive.hpp"
#include "artifact/bytes.hpp"
#include "base/result.hpp"

namespace tidegate::artifact {

// Gets the content of an archive while it is verified, entry by entry in the archive's order, the
// manifest first. What it got is proved only when the whole verification has succeeded.
class EntrySink {
 public:
  virtual ~EntrySink() = default;
  virtual Status begin(std::string_view path, bool executable) = 0;
  virtual Status put(std::string_view bytes) = 0;
  virtual Status end() = 0;
};

// `file` names the artifact in messages; `sink` may be null. Codes: artifact.not-verified,
// artifact.invalid-manifest, artifact.unsupported-manifest, and those of the source and the sink.
Result<Verified> verify_stream(ByteSource& compressed, const std::string& file, EntrySink* sink);

// The same of a file, which says how far it is as `what` ("verifying").
Result<Verified> verify_file(const std::string& file, EntrySink* sink, system::Progress* progress,
                             std::string_view what);

// The same for the tar inside; gives identity and manifest.
Result<Verified> verify_tar(ByteSource& tar, const std::string& file, EntrySink* sink);

// The manifest alone: reads no further than the first entry.
Result<Manifest> read_manifest_stream(ByteSource& compressed, const std::string& file);

}  // namespace tidegate::artifact
