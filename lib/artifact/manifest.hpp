// SPDX-License-Identifier: Apache-2.0
// META/manifest.json of an artifact, schema "tidegate/manifest/1" (docs/formats/manifest.md).
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::artifact {

struct ManifestFile {
  std::string path{};
  std::uint64_t size = 0;
  bool executable = false;
  std::string sha256{};
  std::string origin{};   // source path, or "generated"
};

struct ManifestInput {    // one named digest that the artifact depends on
  std::string name{};     // commit, data, dependency:<g:a:v>, options, source, tool
  std::string digest{};   // sha256 hex, git id, or version and commit of the tool
};

struct ManifestOption {   // of the build, as far as the bytes depend on it
  std::string name{};     // name, path, version, worktree
  std::string value{};    // as text; empty: not given
};

struct ManifestParameter {
  std::string name{};
  std::string type{};
  bool required = true;
  bool sensitive = false;
  std::string description{};
  std::string example{};
};

struct ManifestRewrite {
  std::string file{};
  std::string pointer{};
  std::string rule{};
};

struct ManifestProvider {
  std::string name{};
  std::string source{};
  std::string constraint{};
};

struct ManifestTest {
  std::string path{};
  std::string kind{};     // generated, custom, gate
  std::string level{};    // plan, apply
};

struct ManifestWaiver {   // an accepted build finding
  std::string code{};
  std::string path{};
  std::string reason{};
  std::string owner{};
  std::string expires{};
};

struct ManifestDerived {  // what tidegate.yaml does not say and the build took from the repository
  std::string kind{};     // field, produces, consumes
  std::string name{};     // of the field, or of the Data Factory dataset
  std::string value{};    // of the field; where the dataset lies, as far as known

  friend auto operator<=>(const ManifestDerived&, const ManifestDerived&) = default;
};

struct ManifestGate {
  std::string policy{};               // path in the artifact; empty: the built-in policy
  std::string minimum_version{};      // lowest deploy-gate; empty: any
  std::vector<std::string> checks{};  // paths in the artifact
};

struct Manifest {
  std::string name{};
  std::string version{};
  std::string flavour{};
  std::string owner{};
  std::string domain{};
  struct {
    std::string kind{};
    std::string commit{};
    std::string tree{};
    std::string path{};
    bool dirty = false;
    std::string repository{};  // only if the service manifest declares it
  } source{};
  std::string tool_version{};
  std::string tool_commit{};  // 40 hex digits, or "unknown"
  std::string content_digest{};
  std::vector<ManifestInput> inputs{};
  std::string inputs_digest{};
  std::vector<ManifestOption> options{};      // sorted by name; those of the input `options`
  std::vector<ManifestFile> files{};          // sorted by path, without META/manifest.json
  std::vector<ManifestParameter> parameters{};
  std::vector<std::string> contract_outputs{};  // contract/<dataset>.json paths
  std::string required_version{};
  std::vector<ManifestProvider> providers{};
  std::vector<std::string> resource_types{};
  std::vector<ManifestRewrite> rewrites{};
  std::vector<ManifestDerived> derived{};      // sorted; the member is absent when empty
  std::vector<std::string> contract_inputs{};  // contract/ paths of consumed datasets
  ManifestGate gate{};
  std::vector<ManifestTest> tests{};
  std::vector<ManifestWaiver> waivers{};
};

// Sorted keys, two spaces, newline at the end. Every contract path must be one of `files`: its digest
// is repeated beside it.
std::string render_manifest(const Manifest& manifest);
// Accepts only what render_manifest writes, byte for byte, with digests that fit and files in order;
// the paths of `files` are judged by verify_artifact.
// Codes: artifact.invalid-manifest (exit 30), artifact.unsupported-manifest (unknown major, exit 12).
Result<Manifest> parse_manifest(std::string file, std::string text);

// sha256 over the lines "<hash>  <path>\n" of all files outside META/, sorted by path bytes.
std::string content_digest(const std::vector<ManifestFile>& files);
// sha256 over the lines "<name>=<value>\n", sorted by name: the digest of the input `options`.
std::string options_digest(const std::vector<ManifestOption>& options);
// sha256 over the lines "<name>=<digest>\n", sorted.
std::string inputs_digest(const std::vector<ManifestInput>& inputs);

}  // namespace tidegate::artifact
