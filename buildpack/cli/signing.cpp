// SPDX-License-Identifier: Apache-2.0
#include "buildpack/cli/signing.hpp"

#include <unistd.h>

#include "base/text.hpp"
#include "signature/envelope.hpp"
#include "system/file_sink.hpp"

namespace tidegate::cli {

namespace {

Result<std::string> read_sidecar(const std::string& file, const std::string& of, std::string_view what) {
  if (::access(file.c_str(), F_OK) != 0) {
    return Diagnostic{.code = "signature.missing",
                      .where = {.file = of},
                      .message = "has no " + std::string(what) + ": " + printable(file) + " is not there",
                      .hint = "get the files beside the artifact, too; `tidegate sign` writes them",
                      .exit = ExitCode::not_verified};
  }
  return system::read_file(file);
}

// The value of `name` in a list of pairs, or "".
std::string value_of(const std::vector<std::pair<std::string, std::string>>& pairs, std::string_view name) {
  for (const auto& pair : pairs) {
    if (pair.first == name) return pair.second;
  }
  return {};
}

}  // namespace

Result<signature::PrivateKey> read_private_key(const std::string& file, const Context& context) {
  const Result<std::string> pem = system::read_file(file);
  if (!pem) return pem.failure();
  return signature::PrivateKey::parse(file, *pem, context.environment.get("TIDEGATE_KEY_PASSWORD").value_or(""));
}

Result<signature::PublicKey> read_public_key(const std::string& file) {
  const Result<std::string> pem = system::read_file(file);
  if (!pem) return pem.failure();
  return signature::PublicKey::parse(file, *pem);
}

Status check_provenance(const signature::Provenance& provenance, const std::string& document, const std::string& file,
                        const artifact::Verified& verified) {
  const artifact::Manifest& manifest = verified.manifest;
  const auto other = [&](std::string_view what, const std::string& found, const std::string& expected) {
    return Diagnostic{.code = "signature.other-artifact",
                      .where = {.file = document},
                      .message = "tells of another artifact than " + printable(file) + ": " + std::string(what) + " is `" +
                                 printable(found) + "`, expected `" + printable(expected) + "`",
                      .hint = "the files beside an artifact belong to it alone: get them again, together",
                      .exit = ExitCode::not_verified};
  };
  const std::string name = manifest.name + "-" + manifest.version +
                           std::string(artifact::facts_of(verified.compression).suffix);
  if (provenance.file != name) return other("the subject", provenance.file, name);
  if (provenance.sha256 != verified.sha256) return other("the sha256 of the file", provenance.sha256, verified.sha256);
  if (provenance.identity != verified.identity) return other("the identity", provenance.identity, verified.identity);
  if (provenance.tool_version != manifest.tool_version) return other("the version of the tool", provenance.tool_version, manifest.tool_version);
  const std::string path = value_of(provenance.external, "path");
  if (path != manifest.source.path) return other("the path in the repository", path, manifest.source.path);
  const std::string inputs = value_of(provenance.internal, "inputsDigest");
  if (inputs != manifest.inputs_digest) return other("the digest of the inputs", inputs, manifest.inputs_digest);
  const std::string version = value_of(provenance.external, "version");
  const bool fits = version.empty() || manifest.version == version || manifest.version == version + ".dirty";
  if (!fits) return other("the version asked for", version, manifest.version);
  const std::string commit = "@" + manifest.source.commit;
  const bool known = !provenance.materials.empty() && provenance.materials.front().uri.ends_with(commit) &&
                     (provenance.materials.front().digest.empty() || provenance.materials.front().digest == manifest.source.commit);
  if (!known) return other("the commit", provenance.materials.empty() ? "" : provenance.materials.front().uri, manifest.source.commit);
  for (const signature::Material& material : provenance.materials) {
    if (!material.uri.starts_with("files/")) continue;
    for (const artifact::ManifestFile& packed : manifest.files) {
      if (packed.path == material.uri && packed.sha256 != material.digest) return other("the sha256 of " + packed.path, material.digest, packed.sha256);
    }
  }
  return Done{};
}

Result<signature::Provenance> verify_signed(const std::string& file, const artifact::Verified& verified,
                                            const signature::PublicKey& key) {
  const std::string bundle = file + ".sigstore.json", statement = file + ".provenance.sigstore.json";
  const Result<std::string> signed_file = read_sidecar(bundle, file, "signature");
  if (!signed_file) return signed_file.failure();
  if (Status status = signature::verify_file_bundle(key, bundle, *signed_file, verified.sha256); !status) return status.failure();
  const Result<std::string> text = read_sidecar(statement, file, "provenance");
  if (!text) return text.failure();
  const Result<std::string> payload = signature::verify_statement(key, statement, *text);
  if (!payload) return payload.failure();
  Result<signature::Provenance> provenance = signature::parse_provenance(statement, *payload);
  if (!provenance) return provenance;
  if (Status status = check_provenance(*provenance, statement, file, verified); !status) return status.failure();
  return provenance;
}

}  // namespace tidegate::cli
