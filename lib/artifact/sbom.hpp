// SPDX-License-Identifier: Apache-2.0
// CycloneDX 1.6 JSON about an artifact: same content, same bytes. No time is written; the serial number follows
// from the content digest. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "artifact/manifest.hpp"

namespace tidegate::artifact {

inline constexpr std::string_view sbom_path = "META/sbom.cdx.json";

struct Component {
  std::string type = "library";  // library, file, application
  std::string group{};
  std::string name{};
  std::string version{};   // empty: unknown
  std::string purl{};      // empty: not enough is known for one; it is never made up
  std::string sha256{};    // hex
  std::string sha1{};      // hex, for look-ups in Maven Central
  std::string technique{};   // how it was found: manifest-analysis, filename, hash-comparison, source-code-analysis
  std::string confidence{};  // decimal text, 0 to 1
  std::vector<std::string> locations{};  // where in the artifact, "files/jars/app.jar#BOOT-INF/lib/x.jar"
  std::vector<std::pair<std::string, std::string>> properties{};  // tidegate:…
  std::vector<std::size_t> inside{};  // components that lie in it, by index
};

// The bytes of META/sbom.cdx.json; `manifest` has its content digest. Components that are the same (purl, digests) are
// one with several locations.
std::string render_sbom(const Manifest& manifest, std::vector<Component> components);

// "pkg:maven/group/artifact@version?type=jar"; "" if one of them is missing.
std::string maven_purl(std::string_view group, std::string_view artifact, std::string_view version);
// "pkg:pypi/name@version"; the name in the form of PEP 503; without version if it is not pinned.
std::string pypi_purl(std::string_view name, std::string_view version);
std::string cran_purl(std::string_view name, std::string_view version);

// Name-based UUID, version 5 (RFC 4122): of the name space for URLs.
std::string uuid_of_url(std::string_view url);

}  // namespace tidegate::artifact
