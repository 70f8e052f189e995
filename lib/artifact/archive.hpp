// SPDX-License-Identifier: Apache-2.0
// The canonical archive: GNU tar layout, sorted, constant header fields, gzip with a constant
// header. Identity = sha256 of the uncompressed tar (design of the format:
// docs/formats/artifact.md).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "artifact/compression.hpp"
#include "artifact/manifest.hpp"
#include "base/result.hpp"
#include "system/progress.hpp"

namespace tidegate::artifact {

// Files up to this size are produced once; their bytes wait on disk beside the target.
inline constexpr std::uint64_t max_kept_size = std::uint64_t{16} << 20U;

// One file to pack: generated text in memory, or a callback that streams it. Callbacks of several
// files may run at the same time. That of a file above max_kept_size is called twice, to hash and
// to write; a difference aborts with artifact.changed-while-packing.
struct PackFile {
  std::string path{};
  std::string origin = "generated";
  bool executable = false;
  std::uint64_t size = 0;  // of what `stream` gives, if it is known before; for progress only
  std::string bytes{};  // used when `stream` is empty
  std::function<Status(const std::function<Status(std::string_view)>&)> stream{};
};

struct Packed {
  std::string identity{};  // sha256 of the tar, hex
  std::string sha256{};    // of the compressed file, hex
  std::uint64_t size = 0;  // of the compressed file
  Manifest manifest{};
  Compression compression = Compression::gzip;
};

// What the caller has to say while an artifact is written; each may be empty.
struct WriteHooks {
  // Further files of META/, made of the manifest once it has the digest of everything else.
  std::function<Result<std::vector<PackFile>>(const Manifest&)> describe{};
  // The file is whole and has not got its name yet: a failure takes it back.
  std::function<Status(const Packed&)> accept{};
  system::Progress* progress = nullptr;  // of hashing and packing
  Compression compression = Compression::gzip;
};

// Hashes `files`, completes `manifest` (files, content_digest, inputs_digest), and writes the
// archive to `target` through a temporary file in the same folder that is renamed at the end: on
// failure nothing is left behind. Paths must pass check_path. Codes: artifact.bad-path,
// artifact.path-collision, artifact.file-too-large, artifact.write-failed, and those of the hooks.
Result<Packed> write_artifact(const std::string& target, Manifest manifest,
                              std::vector<PackFile> files, const WriteHooks& hooks = {});

// By its name: .jar .whl .zip .gz .parquet are stored, not compressed again.
bool is_compressed(std::string_view path);

// The rules for a path inside an artifact: relative UTF-8 NFC, at most 240 bytes, no control
// characters, no `\ : * ? " < > |`, no trailing dot or space, no `..`, no DOS device names.
Status check_path(std::string_view path);

struct Verified {
  std::string identity{};
  std::string sha256{};
  std::uint64_t size = 0;
  Manifest manifest{};
  Compression compression = Compression::gzip;
};

// Reads every byte, refuses what is not canonical (exit 30, code artifact.not-verified with the
// exact reason), compares every file with the manifest. Writes nothing.
Result<Verified> verify_artifact(const std::string& file, system::Progress* progress = nullptr);

// Reads the manifest only: the first entry.
Result<Manifest> read_manifest(const std::string& file);

// verify, and extract into `folder`, which must not exist; on failure nothing is left behind.
Result<Verified> extract_artifact(const std::string& file, const std::string& folder,
                                  system::Progress* progress = nullptr);

}  // namespace tidegate::artifact
