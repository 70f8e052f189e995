// SPDX-License-Identifier: Apache-2.0
// How an artifact was built: an in-toto Statement v1 with SLSA provenance v1 (docs/formats/provenance.md).
// Sources: github.com/in-toto/attestation spec/v1/statement.md; slsa.dev/spec/v1.0/provenance.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.hpp"

namespace tidegate::signature {

inline constexpr std::string_view statement_schema = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view provenance_type = "https://slsa.dev/provenance/v1";
inline constexpr std::string_view build_type = "urn:tidegate:build-type:1";

struct Material {            // something the build used, or made beside the artifact
  std::string uri{};         // of a byproduct: its name
  std::string algorithm{};   // sha256, gitCommit
  std::string digest{};      // hex
};

struct Provenance {
  std::string file{};      // base name of the artifact
  std::string sha256{};    // of the file
  std::string identity{};  // sha256 of the tar inside
  // What was asked for: name and value; `environment` has names only.
  std::vector<std::pair<std::string, std::string>> external{};
  std::vector<std::string> environment{};
  std::vector<std::pair<std::string, std::string>> internal{};
  std::vector<Material> materials{};
  std::string builder{};  // URI, another for each kind of trust
  std::string tool_version{};
  // All of them, or none: of a layer of an image, which must not differ from run to run.
  std::string invocation{};
  std::string started{};  // 2026-12-01T08:30:00Z
  std::string finished{};
  std::vector<Material> byproducts{};
};

std::string render_provenance(const Provenance& provenance);

// Every member is read and none is passed over. Code signature.malformed (exit 30).
Result<Provenance> parse_provenance(const std::string& file, const std::string& text);

// Any in-toto statement, as far as all have it: what it is about.
struct Statement {
  std::string predicate_type{};
  std::vector<std::pair<std::string, std::string>> subjects{};  // name, sha256 hex
};
Result<Statement> parse_statement(const std::string& file, const std::string& text);

// Seconds since 1970 as 2026-12-01T08:30:00Z.
std::string render_time(std::int64_t seconds);

}  // namespace tidegate::signature
