// SPDX-License-Identifier: Apache-2.0
#include "buildpack/cli/stores.hpp"

#include "artifact/beside.hpp"
#include "base/text.hpp"
#include "buildpack/cli/signing.hpp"
#include "signature/base64.hpp"
#include "signature/envelope.hpp"
#include "store/open.hpp"
#include "system/curl/curl_http.hpp"
#include "system/file_sink.hpp"
#include "version.hpp"

namespace tidegate::cli {

namespace {

using artifact::BesideName;
using Kind = artifact::BesideKind;

Diagnostic unfit(const std::string& document, std::string message, std::string hint) {
  return {.code = "signature.other-artifact",
          .where = {.file = document},
          .message = std::move(message),
          .hint = std::move(hint),
          .exit = ExitCode::not_verified};
}

Status check_statement(const std::string& document, const std::string& text,
                       const std::string& file, const artifact::Verified& verified) {
  const Result<signature::Provenance> provenance = signature::parse_provenance(document, text);
  if (!provenance) return provenance.failure();
  return check_provenance(*provenance, document, file, verified);
}

Status check_signed(Kind kind, const std::string& document, const std::string& text,
                    const std::string& file, const artifact::Verified& verified,
                    const signature::PublicKey& key) {
  if (kind == Kind::signed_file)
    return signature::verify_file_bundle(key, document, text, verified.sha256);
  if (kind == Kind::signature) {
    const std::optional<std::string> der = signature::decode_base64(trim(text));
    if (der && key.verify(verified.sha256, *der)) return Done{};
    return unfit(document, "is no signature of the artifact by this key",
                 "sign the artifact again, or give the key that signed it");
  }
  const Result<std::string> payload = signature::verify_statement(key, document, text);
  if (!payload) return payload.failure();
  return check_statement(document, *payload, file, verified);
}

std::string digest_line(const std::string& file, const artifact::Verified& verified) {
  return verified.sha256 + "  " + std::string(file_name(file)) + "\n";
}

}  // namespace

Result<std::unique_ptr<OpenedStore>> OpenedStore::open(const store::Address& address,
                                                       Context& context) {
  std::unique_ptr<OpenedStore> opened(new OpenedStore());
  system::CurlOptions options = system::curl_options(context.environment);
  options.user_agent = std::string("tidegate/") + tool_version;
  opened->http_ = std::make_unique<system::CurlHttp>(std::move(options));
  Result<std::unique_ptr<store::Store>> made =
      store::open_store(address, {*opened->http_, opened->pause_, context.environment});
  if (!made) return made.failure();
  opened->store_ = std::move(*made);
  return opened;
}

std::vector<std::string> files_beside(const std::string& file) {
  std::vector<std::string> names;
  for (const BesideName& beside : artifact::names_beside) {
    const std::string document = file + std::string(beside.suffix);
    if (system::is_file(document)) names.emplace_back(file_name(document));
  }
  return names;
}

std::string_view describe_beside(std::string_view name) {
  if (name.find(".receipt-") != std::string_view::npos) return "receipt of a deployment, signed";
  std::string_view what = "not known";
  std::size_t longest = 0;  // ".provenance.sigstore.json" ends in ".sigstore.json", too
  for (const BesideName& beside : artifact::names_beside) {
    if (!name.ends_with(beside.suffix) || beside.suffix.size() < longest) continue;
    longest = beside.suffix.size();
    what = beside.what;
  }
  return what;
}

Result<std::vector<store::Sidecar>> read_sidecars(const std::string& file,
                                                  const artifact::Verified& verified,
                                                  const signature::PublicKey* key) {
  if (key != nullptr) {
    if (const auto provenance = verify_signed(file, verified, *key); !provenance)
      return provenance.failure();
  }
  std::vector<store::Sidecar> sidecars;
  for (const BesideName& beside : artifact::names_beside) {
    const std::string document = file + std::string(beside.suffix);
    if (!system::is_file(document)) continue;
    Result<std::string> text = system::read_file(document);
    if (!text) return text.failure();
    Status status = Done{};
    if (beside.kind == Kind::digest && *text != digest_line(file, verified)) {
      status = unfit(document, "names another digest or file than this artifact",
                     "get the files beside an artifact again, together");
    }
    if (beside.kind == Kind::statement) status = check_statement(document, *text, file, verified);
    if (beside.kind > Kind::statement && key != nullptr)
      status = check_signed(beside.kind, document, *text, file, verified, *key);
    if (!status) return status.failure();
    sidecars.push_back({.name = std::string(file_name(document)), .bytes = std::move(*text)});
  }
  return sidecars;
}

store::Judge sidecar_judge(const std::string& file, const artifact::Verified& verified,
                           const signature::PublicKey* key) {
  return [&file, &verified, key](const std::string& name, const std::string& text) -> Status {
    Kind kind = Kind::digest;
    for (const BesideName& beside : artifact::names_beside) {
      if (name == std::string(file_name(file)) + std::string(beside.suffix)) kind = beside.kind;
    }
    if (kind == Kind::statement) return check_statement(name, text, file, verified);
    if (kind == Kind::digest || kind == Kind::sbom) {
      return unfit(name, "it is determined by the artifact, and differs",
                   "somebody else wrote to the store: look into it");
    }
    if (key == nullptr)
      return unfit(name, "it was signed by somebody, and no key was given",
                   "give the public key with --key: what verifies can stay");
    return check_signed(kind, name, text, file, verified, *key);
  };
}

}  // namespace tidegate::cli
