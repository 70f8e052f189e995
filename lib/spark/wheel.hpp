// SPDX-License-Identifier: Apache-2.0
// Which Python package a wheel (PEP 427) or an egg is. First hit wins: Name and Version of its core metadata,
// NAME-VERSION.dist-info/METADATA or EGG-INFO/PKG-INFO; the file name; else only the digest is known. What it
// requires is not looked at: that says what an installer may fetch, not what is here.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "system/spill.hpp"

namespace tidegate::spark {

enum class WheelEvidence : std::uint8_t { metadata, package_info, file_name, digest };

struct WheelIdentity {
  std::string name{};     // as its author writes it; empty: unknown
  std::string version{};
  WheelEvidence evidence = WheelEvidence::digest;
  std::string sha256{};   // hex
  std::string sha1{};
};

struct PackageName {
  std::string name{};
  std::string version{};
};

// Fields of core metadata (headers as in mail, up to the first empty line); empty unless both are there and are what
// PEP 508 and PEP 440 allow.
PackageName parse_core_metadata(std::string_view text);

// "name-1.0-py3-none-any.whl", "name-1.0-1-py3-none-any.whl", "name-1.0-py3.10.egg"; empty: it is no such name.
PackageName parse_wheel_name(std::string_view file);

inline constexpr std::size_t max_wheel_entries = 100'000;

bool is_wheel_name(std::string_view path);  // .whl or .egg

// `file`: its path, for the name. What cannot be read is known by its digest. Code system.read-failed.
Result<WheelIdentity> identify_wheel(std::string_view file, const system::Spill& spill);

}  // namespace tidegate::spark
