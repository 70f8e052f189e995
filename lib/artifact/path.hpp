// SPDX-License-Identifier: Apache-2.0
// Rules for the paths of an artifact as a whole. The rules for one path are check_path (archive.hpp).
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::artifact {

inline constexpr std::string_view manifest_path = "META/manifest.json";

// check_path, and: the path lies in META/ or in a top folder of lower-case ASCII letters, digits,
// `-` and `_` that starts with a letter, and sorts after META/manifest.json, which therefore is the
// first entry of every archive. Code artifact.bad-path.
Status check_entry_path(std::string_view path);

// No two paths are equal under NFC and case folding, and none is the folder of another.
// Code artifact.path-collision, both named. The paths must be well-formed UTF-8.
Status check_collisions(std::span<const std::string_view> paths);

// The path under NFC and case folding: what a file system without case compares.
std::string fold_path(std::string_view path);

}  // namespace tidegate::artifact
