// SPDX-License-Identifier: Apache-2.0
// What a jar says about its Maven coordinates, and how far that can be believed.
#pragma once

#include <string>
#include <string_view>

namespace tidegate::spark {

struct Coordinates {
  std::string group{};  // empty: unknown; it is never guessed
  std::string artifact{};
  std::string version{};
};

// pom.properties: `groupId=a.b` lines.
Coordinates parse_properties(std::string_view text);

// META-INF/MANIFEST.MF (lines of 72 bytes, continued behind a blank): Implementation-*, else Bundle-*. The group is
// Implementation-Vendor-Id, where it looks like one; Automatic-Module-Name and Bundle-SymbolicName are no groups.
Coordinates parse_jar_manifest(std::string_view text);

// "artifact-version" of a file name; the version starts with the first digit behind a dash.
Coordinates parse_jar_name(std::string_view stem);

// Whether a file of this name (without .jar) is this artifact: "artifact", "artifact-version", or that with a
// classifier behind it.
bool fits_name(const Coordinates& coordinates, std::string_view stem);

// All three are there, and none is a placeholder or no word of Maven.
bool is_complete(const Coordinates& coordinates);

}  // namespace tidegate::spark
