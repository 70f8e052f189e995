// SPDX-License-Identifier: Apache-2.0
#include "build/provenance.hpp"

#include <array>

#include "artifact/beside.hpp"
#include "artifact/compression.hpp"
#include "base/text.hpp"
#include "signature/provenance.hpp"
#include "system/digest.hpp"
#include "system/file_sink.hpp"
#include "system/private_copy.hpp"
#include "version.hpp"

namespace tidegate {

namespace {

using signature::Material;

// Variables of build servers that say which repository and which run this is.
constexpr std::array<std::string_view, 9> read_names{
    "BUILD_BUILDID", "BUILD_REPOSITORY_URI", "BUILD_TAG",         "CI",
    "GITHUB_ACTIONS", "GITHUB_REPOSITORY",   "GITHUB_RUN_ATTEMPT", "GITHUB_RUN_ID",
    "GIT_URL"};
constexpr std::array<std::string_view, 3> commit_names{"BUILD_SOURCEVERSION", "GITHUB_SHA", "GIT_COMMIT"};

std::string flag(bool value) { return value ? "true" : "false"; }

struct Origin {
  std::string repository{};
  std::string ref{};
};

// What the build server says, else the platform of buildpacks, if it has told the commit, else what
// tidegate.yaml declares.
Origin origin_of(const BuildRun& run, const artifact::Packed& packed, const BuildOptions& options) {
  Origin origin{.repository = run.repository, .ref = options.commit};
  const PlatformSource& platform = options.platform_source;
  if (!platform.file.empty() && platform.commit == packed.manifest.source.commit) {
    if (origin.repository.empty()) origin.repository = platform.repository;
    if (!platform.revision.empty()) origin.ref = platform.revision;
  }
  if (origin.repository.empty()) origin.repository = packed.manifest.source.repository;
  return origin;
}

void add_materials(const repository::Source& source, const std::string& repository,
                   const artifact::Packed& packed, signature::Provenance& provenance) {
  const bool known = source.commit.find_first_not_of("0123456789abcdef") == std::string::npos;
  const std::string where = repository.empty() ? "urn:tidegate:local-repository" : "git+" + repository;
  provenance.materials.push_back({.uri = where + "@" + source.commit,
                                  .algorithm = "gitCommit",
                                  .digest = known ? source.commit : std::string()});
  const Result<std::string> program = system::sha256_of_file("/proc/self/exe");
  provenance.materials.push_back({.uri = "urn:tidegate:tool:" + std::string(tool_version) + ":" + packed.manifest.tool_commit,
                                  .algorithm = "sha256",
                                  .digest = program ? *program : std::string()});
  for (const artifact::ManifestInput& input : packed.manifest.inputs) {
    if (input.name == "data") {
      provenance.materials.push_back({.uri = "urn:tidegate:data", .algorithm = "sha256", .digest = input.digest});
    } else if (input.name.starts_with("dependency:")) {
      provenance.materials.push_back({.uri = "urn:tidegate:" + input.name, .algorithm = "sha256", .digest = input.digest});
    }
  }
  for (const artifact::ManifestFile& file : packed.manifest.files) {
    if (!file.path.starts_with("files/jars/")) continue;
    provenance.materials.push_back({.uri = file.path, .algorithm = "sha256", .digest = file.sha256});
  }
}

signature::Provenance describe_build(const std::string& target, const artifact::Packed& packed, const BuildOptions& options,
                                     const repository::Source& source, const BuildRun& run) {
  signature::Provenance provenance{.file = std::string(file_name(target)), .sha256 = packed.sha256, .identity = packed.identity};
  const Origin origin = origin_of(run, packed, options);
  provenance.external = {{"repository", origin.repository},
                         {"ref", origin.ref},
                         {"path", source.path},
                         {"version", options.version},
                         {"worktree", flag(options.worktree)}};
  provenance.environment = run.environment;
  const artifact::CompressionFacts& compression = artifact::facts_of(packed.compression);
  provenance.internal = {{"compression", std::string(compression.name)},
                         {"level", std::to_string(compression.level)},
                         {std::string(compression.library), artifact::compressor_version(packed.compression)},
                         {"inputsDigest", packed.manifest.inputs_digest}};
  add_materials(source, origin.repository, packed, provenance);
  provenance.builder = options.for_layer ? "urn:tidegate:builder:buildpack" : run.builder;
  provenance.tool_version = tool_version;
  return provenance;
}

}  // namespace

std::string without_credentials(std::string_view address) {
  const std::size_t scheme = address.find("://");
  if (scheme == std::string_view::npos) return {};
  const std::size_t host = scheme + 3;
  const std::size_t end = address.find('/', host);
  const std::size_t at = address.substr(0, end).rfind('@');
  std::string clean(address.substr(0, host));
  clean += address.substr(at == std::string_view::npos || at < host ? host : at + 1);
  return clean.substr(0, clean.find_first_of("?#"));
}

BuildRun describe_run(const system::Environment& environment, std::int64_t now) {
  BuildRun run{.started = now};
  const auto value = [&](std::string_view name) { return environment.get(std::string(name)).value_or(std::string()); };
  for (const std::string_view name : commit_names) {
    if (!value(name).empty()) run.environment.emplace_back(name);
  }
  for (const std::string_view name : read_names) {
    if (!value(name).empty()) run.environment.emplace_back(name);
  }
  if (!value("GITHUB_REPOSITORY").empty()) {
    run.repository = without_credentials("https://github.com/" + value("GITHUB_REPOSITORY"));
  }
  for (const std::string_view name : {"BUILD_REPOSITORY_URI", "GIT_URL"}) {
    if (run.repository.empty()) run.repository = without_credentials(value(name));
  }
  const bool hosted = value("GITHUB_ACTIONS") == "true" && value("RUNNER_ENVIRONMENT") == "github-hosted";
  const bool ci = !value("CI").empty() || !value("BUILD_BUILDID").empty() || !value("BUILD_TAG").empty() || value("GITHUB_ACTIONS") == "true";
  run.builder = hosted ? "urn:tidegate:builder:hosted-ci" : ci ? "urn:tidegate:builder:self-hosted-ci" : "urn:tidegate:builder:local";
  if (!value("GITHUB_RUN_ID").empty()) run.invocation = "github:" + value("GITHUB_RUN_ID") + ":" + value("GITHUB_RUN_ATTEMPT");
  if (run.invocation.empty() && !value("BUILD_BUILDID").empty()) run.invocation = "azure:" + value("BUILD_BUILDID");
  if (run.invocation.empty() && !value("BUILD_TAG").empty()) run.invocation = "jenkins:" + value("BUILD_TAG");
  if (run.invocation.empty()) run.invocation = "local:" + system::random_hex(16);
  return run;
}

Status write_sidecars(const std::string& target, const artifact::Packed& packed, const std::string& sbom,
                      const BuildOptions& options, const repository::Source& source, const BuildRun& run,
                      std::int64_t now) {
  const std::string name(file_name(target));
  signature::Provenance provenance = describe_build(target, packed, options, source, run);
  if (!options.for_layer) {
    provenance.invocation = run.invocation;
    provenance.started = signature::render_time(run.started);
    provenance.finished = signature::render_time(now);
  }
  provenance.byproducts = {{.uri = name + ".cdx.json", .algorithm = "sha256", .digest = system::sha256_hex(sbom)}};
  const std::array<std::pair<std::string, std::string>, 3> files{
      std::pair(target + ".cdx.json", sbom), std::pair(target + ".provenance.json", signature::render_provenance(provenance)),
      std::pair(target + ".sha256", packed.sha256 + "  " + name + "\n")};
  artifact::FilesBeside beside(target);
  for (const auto& one : files) {
    if (Status status = beside.add(one.first, one.second); !status) return status;
  }
  return beside.commit(packed.sha256);
}

}  // namespace tidegate
