// SPDX-License-Identifier: Apache-2.0
// group:artifact:version of a file in a Maven repository, and its place there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace tidegate::spark::maven {

struct Coordinates {
  std::string group{};
  std::string artifact{};
  std::string version{};
  std::string type = "jar";  // as a POM says it: also bundle, test-jar, pom
  std::string classifier{};

  // What stays the same between versions: group:artifact, with :type:classifier unless a plain jar.
  std::string key() const;
  std::string text() const;       // "g:a:1.0", "g:a:jar:tests:1.0"
  std::string extension() const;  // of the file
  std::string path() const;       // "com/example/a/1.0/a-1.0.jar"

  friend bool operator==(const Coordinates&, const Coordinates&) = default;
};

// The POM beside a file.
Coordinates pom_of(const Coordinates& file);

// Every part is made of letters, digits, '.', '-', '_' and is no "..": safe as a path and in a URL.
bool is_safe(const Coordinates& coordinates);

// Why a version means other bytes tomorrow, or none: "is a range". Nothing for an exact one.
std::optional<std::string> unpinned_reason(std::string_view version);
// "[1.0]" is exact.
std::string without_brackets(std::string_view version);

}  // namespace tidegate::spark::maven
