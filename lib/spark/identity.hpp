// SPDX-License-Identifier: Apache-2.0
// Which library a jar is, and which libraries it carries: nested jars, and those whose classes were copied into it
// (shaded), as far as they still have their Maven files.
//
// First hit wins: the only pom.properties, or the one that fits the file name (the others are libraries inside);
// the same of pom.xml; MANIFEST.MF; the file name; else only the digest is known.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "spark/coordinates.hpp"
#include "spark/members.hpp"
#include "system/spill.hpp"

namespace tidegate::spark {

enum class Evidence : std::uint8_t { pom_properties, pom, manifest, file_name, digest };

struct JarIdentity {
  Coordinates coordinates{};
  Evidence evidence = Evidence::digest;
  std::string place{};   // inside the outermost jar: "" itself, "BOOT-INF/lib/x.jar", "a.jar#META-INF/maven/g/a"
  std::string sha256{};  // hex; empty: the library is shaded, its bytes are no file
  std::string sha1{};    // hex, for look-ups in Maven Central
  std::string parent{};  // place of the jar it lies in
};

struct JarIdentities {
  std::vector<JarIdentity> all{};  // the jar itself first, then by place
  std::string incomplete{};        // why not everything inside was looked at; empty: it was
};

inline constexpr std::size_t max_jar_depth = 4;      // jars in jars
inline constexpr std::size_t max_nested_jars = 2000;
inline constexpr std::size_t max_jar_entries = 100'000;                      // of one jar
inline constexpr std::uint64_t max_nested_bytes = std::uint64_t{2} << 30U;   // unpacked, of all jars inside

// `file`: its path, for the name. Never fails: what cannot be read is known by its digest only. Code
// system.write-failed when a nested jar does not fit into the temporary folder.
Result<JarIdentities> identify_jar(const std::string& file, const system::Spill& spill);
// And the texts in it and in the jars inside, while they are unpacked. Classes are left to read_jar.
Result<JarIdentities> identify_jar(const std::string& file, const system::Spill& spill, MemberReader& members);

}  // namespace tidegate::spark
