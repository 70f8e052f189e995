// SPDX-License-Identifier: Apache-2.0
// tidegate.lock.json beside the POM: the libraries that are packed, with their digests
// (docs/formats/lock.md, JSON Schema beside it).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "spark/maven/coordinates.hpp"

namespace tidegate::spark::maven {

inline constexpr std::string_view lock_name = "tidegate.lock.json";

struct LockedPom {        // a file that the closure was made from
  std::string path{};     // in the repository
  std::string sha256{};
};

struct LockedRepository {
  std::string id{};
  std::string url{};
};

struct LockedDependency {
  Coordinates file{};
  std::string scope{};             // compile, runtime
  std::vector<std::string> via{};  // who asks for it; empty: the POM itself
  std::string repository{};        // id
  std::string sha256{};
  std::uint64_t size = 0;
  Location where{};                // in the lock file
};

struct LockFile {
  std::string file{};
  std::vector<LockedPom> poms{};                  // sorted by path
  std::vector<LockedRepository> repositories{};   // those that gave a file, sorted by id
  std::vector<LockedDependency> dependencies{};   // sorted by coordinates
};

// Sorted, two spaces, newline at the end: equal locks are equal bytes.
std::string render_lock(const LockFile& lock);
// Code spark.invalid-lock: unknown or missing members, no digests, coordinates that are no path,
// twice the same library, another schema (exit 12).
Result<LockFile> parse_lock(const std::string& file, std::string text);

}  // namespace tidegate::spark::maven
