// SPDX-License-Identifier: Apache-2.0
// Blobs and manifests are named by their digests and cannot be overwritten. A tag can: no registry
// promises to create one only if it is not there. So it is looked for before, written last, and
// read back; whoever needs certainty pulls by identity.
#include "store/oci.hpp"

#include <algorithm>
#include <map>
#include <mutex>

#include "base/text.hpp"
#include "document/parse.hpp"
#include "document/write.hpp"
#include "store/address.hpp"
#include "store/oci_auth.hpp"
#include "store/sinks.hpp"
#include "store/web.hpp"
#include "system/digest.hpp"

namespace tidegate::store {
namespace {

using system::HttpRequest;
using system::HttpResponse;

constexpr std::string_view manifest_type = "application/vnd.oci.image.manifest.v1+json";
constexpr std::string_view index_type = "application/vnd.oci.image.index.v1+json";
constexpr std::string_view artifact_type = "application/vnd.tidegate.artifact.v1";
constexpr std::string_view layer_type = "application/vnd.tidegate.artifact.v1.tar+";  // gzip, zstd
constexpr std::string_view sidecar_type = "application/vnd.tidegate.sidecar.v1";
constexpr std::string_view title = "org.opencontainers.image.title";
constexpr std::string_view accepted =
    "application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json";

struct Descriptor {
  std::string type{};
  std::string digest{};  // "sha256:…"
  std::uint64_t size = 0;
};

Descriptor describe(std::string_view type, const std::string& bytes) {
  return {.type = std::string(type),
          .digest = "sha256:" + system::sha256_hex(bytes),
          .size = bytes.size()};
}

void write_descriptor(document::JsonWriter& json, const Descriptor& one) {
  json.member("mediaType", one.type)
      .member("digest", one.digest)
      .member("size", static_cast<std::int64_t>(one.size));
}

std::string sidecar_manifest(const Descriptor& subject, const Descriptor& layer,
                             const std::string& name) {
  std::string out;
  document::JsonWriter json(out, false);
  json.begin_object()
      .key("schemaVersion")
      .integer(2)
      .member("mediaType", manifest_type)
      .member("artifactType", sidecar_type);
  json.key("config").begin_object();
  write_descriptor(json, describe("application/vnd.oci.empty.v1+json", "{}"));
  json.end_object().key("layers").begin_array().begin_object();
  write_descriptor(json, layer);
  json.key("annotations").begin_object().member(title, name).end_object().end_object().end_array();
  json.key("subject").begin_object();
  write_descriptor(json, subject);
  json.end_object().key("annotations").begin_object().member(title, name).end_object().end_object();
  return out;
}

struct Referrer {
  Descriptor manifest{};
  std::string name{};
};

bool is_digest(std::string_view text) {
  return text.size() == 71 && text.starts_with("sha256:") &&
         text.substr(7).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::string hex_part(const std::string& digest) {
  return is_digest(digest) ? digest.substr(7) : std::string();
}

std::string render_index(const std::vector<Referrer>& referrers) {
  std::string out;
  document::JsonWriter json(out, false);
  json.begin_object()
      .key("schemaVersion")
      .integer(2)
      .member("mediaType", index_type)
      .key("manifests")
      .begin_array();
  for (const Referrer& one : referrers) {
    json.begin_object();
    write_descriptor(json, one.manifest);
    json.member("artifactType", sidecar_type)
        .key("annotations")
        .begin_object()
        .member(title, one.name)
        .end_object()
        .end_object();
  }
  json.end_array().end_object();
  return out;
}

Result<std::vector<Referrer>> parse_index(const std::string& url, const std::string& text) {
  const auto parsed = document::parse_json("answer", text);
  if (!parsed || !(*parsed)->root()["manifests"].is_array())
    return invalid_answer(url, "no list of manifests");
  std::vector<Referrer> all;
  for (const document::Node one : (*parsed)->root()["manifests"]) {
    Referrer referrer{
        .manifest = {.type = std::string(one["mediaType"].as_string()),
                     .digest = std::string(one["digest"].as_string()),
                     .size = static_cast<std::uint64_t>(one["size"].as_integer().value_or(0))},
        .name = std::string(one["annotations"][title].as_string())};
    const bool ours = one["artifactType"].as_string() == sidecar_type && !referrer.name.empty();
    if (ours && is_digest(referrer.manifest.digest)) all.push_back(std::move(referrer));
  }
  return all;
}

class Oci final : public Store {
 public:
  Oci(std::string host, std::string path, const Effects& effects)
      : host_(std::move(host)),
        path_(std::move(path)),
        effects_(effects),
        registry_(host_, effects),
        http_(registry_, effects_.pause, effects_.now, store_retries) {
    base_ = (is_private_url("http://" + host_) ? "http://" : "https://") + host_;
  }
  Result<std::vector<Stored>> find(const Coordinates& at) override {
    const Result<std::optional<Stored>> stored = find_in(repository_of(at), at);
    if (!stored) return stored.failure();
    return *stored ? std::vector<Stored>{**stored} : std::vector<Stored>();
  }
  Result<bool> create_artifact(const Release& release, const system::HttpBody& content) override;
  Result<bool> create_sidecar(const Release& release, const std::string& name,
                              const std::string& bytes) override;
  Result<std::vector<std::string>> list_sidecars(const Coordinates& at,
                                                 const std::string& sha256) override;
  Result<std::optional<std::string>> read_sidecar(const Coordinates& at, const std::string& sha256,
                                                  const std::string& name) override;
  Result<std::vector<Beside>> list_beside(const Coordinates& at) override;
  Result<bool> read_artifact(const Stored& stored, const Part& part,
                             system::BodySink& sink) override;
  Result<std::vector<Stored>> list() override;

 private:
  std::string repository_of(const Coordinates& at) const { return join_path(path_, at.name); }
  std::string url_of(const std::string& repository, const std::string& rest) const {
    return base_ + "/v2/" + repository + "/" + rest;
  }
  Result<std::optional<std::string>> get_manifest(const std::string& repository,
                                                  const std::string& reference);
  Status put_manifest(const std::string& repository, const std::string& reference,
                      std::string_view type, const std::string& bytes, bool* refers);
  Result<std::optional<Stored>> find_in(const std::string& repository, const Coordinates& at);
  Result<bool> has_blob(const std::string& repository, const std::string& digest);
  Status put_blob(const std::string& repository, const Descriptor& blob,
                  const system::HttpBody& body);
  Result<std::string> begin_upload(const std::string& repository, const Descriptor& blob);
  Result<std::string> subject_of(const Coordinates& at, const std::string& sha256);
  Result<std::vector<Referrer>> referrers_of(const std::string& repository,
                                             const std::string& subject);
  Status add_to_fallback(const std::string& repository, const std::string& subject,
                         const Referrer& referrer);

  std::string host_, path_, base_{};
  Effects effects_;
  RegistryHttp registry_;
  system::RetryingHttp http_;
  std::map<std::string, std::string>
      subjects_{};  // sha256 of an artifact -> digest of its manifest
};

std::string reason_of(const HttpResponse& answer) {
  const auto parsed = document::parse_json("answer", answer.body);
  if (!parsed) return {};
  const std::string_view code = (*parsed)->root()["errors"].at(0)["code"].as_string();
  const bool plain = code.size() <= 60 && code.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZ_") ==
                                              std::string_view::npos;
  return plain ? std::string(code) : std::string();
}

Result<std::optional<std::string>> Oci::get_manifest(const std::string& repository,
                                                     const std::string& reference) {
  const HttpRequest request{.url = url_of(repository, "manifests/" + reference),
                            .headers = {{"Accept", std::string(accepted)}},
                            .most_body = std::size_t{4} << 20U};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (answer->status == 404) return std::optional<std::string>();
  if (!answer->ok()) return refused(request, *answer, reason_of(*answer));
  if (is_digest(reference) && "sha256:" + system::sha256_hex(answer->body) != reference)
    return invalid_answer(request.url, "a manifest of another digest");
  return std::optional<std::string>(answer->body);
}

Status Oci::put_manifest(const std::string& repository, const std::string& reference,
                         std::string_view type, const std::string& bytes, bool* refers) {
  const HttpRequest request{.method = "PUT",
                            .url = url_of(repository, "manifests/" + reference),
                            .headers = {{"Content-Type", std::string(type)}},
                            .body = system::text_body(bytes),
                            .most_redirects = 0};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (!answer->ok()) return refused(request, *answer, reason_of(*answer));
  if (refers != nullptr) *refers = answer->header("OCI-Subject").has_value();
  return Done{};
}

Result<std::optional<Stored>> Oci::find_in(const std::string& repository, const Coordinates& at) {
  const Result<std::optional<std::string>> text = get_manifest(repository, at.version);
  if (!text) return text.failure();
  if (!*text) return std::optional<Stored>();
  const std::string url = url_of(repository, "manifests/" + at.version);
  const auto parsed = document::parse_json("answer", **text);
  if (!parsed) return invalid_answer(url, "no JSON");
  const document::Node root = (*parsed)->root(), layer = root["layers"].at(0);
  Stored stored{.at = at,
                .size = static_cast<std::uint64_t>(layer["size"].as_integer().value_or(0)),
                .identity = std::string(root["annotations"]["io.tidegate.identity"].as_string()),
                .sha256 = hex_part(std::string(layer["digest"].as_string()))};
  if (root["artifactType"].as_string() != artifact_type || stored.sha256.empty()) {
    return invalid_answer(url, "the tag names something else than an artifact of tidegate");
  }
  const std::string type(layer["mediaType"].as_string());
  const auto compression = type.starts_with(layer_type)
                               ? artifact::find_compression(type.substr(layer_type.size()))
                               : std::nullopt;
  if (!compression) return invalid_answer(url, "a layer of the type `" + printable(type) + "`");
  stored.compression = *compression;
  subjects_[stored.sha256] = "sha256:" + system::sha256_hex(**text);
  return std::optional<Stored>(std::move(stored));
}

Result<bool> Oci::has_blob(const std::string& repository, const std::string& digest) {
  const HttpRequest request{.method = "HEAD", .url = url_of(repository, "blobs/" + digest)};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (answer->status == 404) return false;
  if (!answer->ok()) return refused(request, *answer, "");
  return true;
}

// The address that the bytes are put to.
Result<std::string> Oci::begin_upload(const std::string& repository, const Descriptor& blob) {
  const HttpRequest begin{.method = "POST",
                          .url = url_of(repository, "blobs/uploads/"),
                          .most_redirects = 0,
                          .repeat = system::Repeat::always};
  const Result<HttpResponse> begun = http_.send(begin);
  if (!begun) return begun.failure();
  if (begun->status != 202) return refused(begin, *begun, reason_of(*begun));
  std::string place(begun->header("Location").value_or(""));
  if (place.starts_with('/')) place = base_ + place;
  if (!is_private_url(place))
    return invalid_answer(begin.url, "no address for the upload that is reached by https");
  return place + (place.find('?') == std::string::npos ? "?digest=" : "&digest=") +
         percent_encoded(blob.digest);
}

// An upload has one address and cannot be sent twice: each attempt begins a new one, if the one
// before did not succeed after all.
Status Oci::put_blob(const std::string& repository, const Descriptor& blob,
                     const system::HttpBody& body) {
  for (unsigned attempt = 1;; ++attempt) {
    const Result<bool> there = has_blob(repository, blob.digest);
    if (!there) return there.failure();
    if (*there) return Done{};
    const Result<std::string> place = begin_upload(repository, blob);
    if (!place) return place.failure();
    const HttpRequest put{.method = "PUT",
                          .url = *place,
                          .headers = {{"Content-Type", "application/octet-stream"}},
                          .body = body,
                          .most_redirects = 0,
                          .repeat = system::Repeat::never};
    const Result<HttpResponse> answer = http_.send(put);
    if (answer && answer->status == 201) return Done{};
    // 404, 416: the registry has forgotten the upload, or has other bytes of it.
    const bool may_pass =
        system::may_pass(answer) || (answer && (answer->status == 404 || answer->status == 416));
    const auto delay = system::delay_of(answer, attempt, effects_.now(), store_retries);
    if (may_pass && attempt < store_retries.attempts && delay <= store_retries.longest) {
      effects_.pause.wait(delay);
      continue;
    }
    if (!answer) return answer.failure();
    return refused(put, *answer, reason_of(*answer));
  }
}

Result<bool> Oci::create_artifact(const Release& release, const system::HttpBody& content) {
  const std::string repository = repository_of(release.at), manifest = oci_manifest(release);
  if (Status status =
          put_blob(repository, describe("", release.manifest), system::text_body(release.manifest));
      !status)
    return status.failure();
  if (Status status = put_blob(
          repository, {.digest = "sha256:" + release.sha256, .size = release.size}, content);
      !status)
    return status.failure();
  Result<std::optional<std::string>> there = get_manifest(repository, release.at.version);
  if (!there) return there.failure();
  if (*there) return false;
  if (Status status =
          put_manifest(repository, release.at.version, manifest_type, manifest, nullptr);
      !status)
    return status.failure();
  there = get_manifest(repository, release.at.version);  // another writer can have been later
  if (!there) return there.failure();
  return *there && **there == manifest;
}

// Registries without this endpoint say so in several ways; any other refusal would hide what is there.
bool may_know_referrers(int status) {
  return status != 404 && status != 400 && status != 405 && status != 501;
}

Result<std::vector<Referrer>> Oci::referrers_of(const std::string& repository,
                                                const std::string& subject) {
  const HttpRequest request{.url = url_of(repository, "referrers/" + subject),
                            .headers = {{"Accept", std::string(index_type)}}};
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  std::vector<Referrer> all;
  if (answer->ok()) {
    Result<std::vector<Referrer>> listed = parse_index(request.url, answer->body);
    if (!listed) return listed;
    all = std::move(*listed);
  } else if (may_know_referrers(answer->status)) {
    return refused(request, *answer, reason_of(*answer));
  }
  const Result<std::optional<std::string>> fallback =
      get_manifest(repository, "sha256-" + hex_part(subject));
  if (!fallback) return fallback.failure();
  if (!*fallback) return all;
  const Result<std::vector<Referrer>> more = parse_index(request.url, **fallback);
  if (!more) return more.failure();
  all.insert(all.end(), more->begin(), more->end());
  return all;
}

// Read, change and write of a tag: another writer can undo it, so it is read back.
Status Oci::add_to_fallback(const std::string& repository, const std::string& subject,
                            const Referrer& referrer) {
  const std::string tag = "sha256-" + hex_part(subject);
  for (unsigned attempt = 1; attempt <= 10; ++attempt) {
    const Result<std::optional<std::string>> text = get_manifest(repository, tag);
    if (!text) return text.failure();
    std::vector<Referrer> all;
    if (*text) {
      Result<std::vector<Referrer>> listed =
          parse_index(url_of(repository, "manifests/" + tag), **text);
      if (!listed) return listed.failure();
      all = std::move(*listed);
    }
    const bool there = std::any_of(all.begin(), all.end(), [&](const Referrer& one) {
      return one.manifest.digest == referrer.manifest.digest;
    });
    if (there) return Done{};
    all.push_back(referrer);
    if (Status status = put_manifest(repository, tag, index_type, render_index(all), nullptr);
        !status)
      return status;
    effects_.pause.wait(std::chrono::milliseconds(20 * attempt));
  }
  return invalid_answer(
      url_of(repository, "manifests/" + tag),
      "the list of the files beside the artifact does not keep what is put there");
}

Result<bool> Oci::create_sidecar(const Release& release, const std::string& name,
                                 const std::string& bytes) {
  const std::string repository = repository_of(release.at);
  const Descriptor subject = describe(manifest_type, oci_manifest(release));
  subjects_[release.sha256] = subject.digest;
  const Result<std::vector<Referrer>> before = referrers_of(repository, subject.digest);
  if (!before) return before.failure();
  for (const Referrer& one : *before) {
    if (one.name == name) return false;
  }
  const Descriptor layer = describe("application/octet-stream", bytes);
  if (Status status = put_blob(repository, describe("", "{}"), system::text_body("{}")); !status)
    return status.failure();
  if (Status status = put_blob(repository, layer, system::text_body(bytes)); !status)
    return status.failure();
  const std::string manifest = sidecar_manifest(subject, layer, name);
  const Descriptor described = describe(manifest_type, manifest);
  bool refers = false;
  if (Status status = put_manifest(repository, described.digest, manifest_type, manifest, &refers);
      !status)
    return status.failure();
  if (refers) return true;
  if (Status status = add_to_fallback(repository, subject.digest, {described, name}); !status)
    return status.failure();
  return true;
}

Result<std::string> Oci::subject_of(const Coordinates& at, const std::string& sha256) {
  if (const auto found = subjects_.find(sha256); found != subjects_.end()) return found->second;
  if (const Result<std::vector<Stored>> stored = find(at); !stored) return stored.failure();
  const auto found = subjects_.find(sha256);
  return found == subjects_.end() ? std::string() : found->second;
}

Result<std::vector<std::string>> Oci::list_sidecars(const Coordinates& at,
                                                    const std::string& sha256) {
  const Result<std::string> subject = subject_of(at, sha256);
  if (!subject) return subject.failure();
  std::vector<std::string> names;
  if (subject->empty()) return names;
  const Result<std::vector<Referrer>> all = referrers_of(repository_of(at), *subject);
  if (!all) return all.failure();
  for (const Referrer& one : *all) names.push_back(one.name);
  std::sort(names.begin(), names.end());
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

Result<std::optional<std::string>> Oci::read_sidecar(const Coordinates& at,
                                                     const std::string& sha256,
                                                     const std::string& name) {
  const std::string repository = repository_of(at);
  const Result<std::string> subject = subject_of(at, sha256);
  if (!subject) return subject.failure();
  if (subject->empty()) return std::optional<std::string>();
  const Result<std::vector<Referrer>> all = referrers_of(repository, *subject);
  if (!all) return all.failure();
  for (const Referrer& one : *all) {  // the first that came
    if (one.name != name) continue;
    const Result<std::optional<std::string>> manifest =
        get_manifest(repository, one.manifest.digest);
    if (!manifest) return manifest.failure();
    if (!*manifest) continue;
    const auto parsed = document::parse_json("answer", **manifest);
    const std::string digest =
        parsed ? std::string((*parsed)->root()["layers"].at(0)["digest"].as_string())
               : std::string();
    const HttpRequest request{.url = url_of(repository, "blobs/" + digest),
                              .most_body = max_sidecar_size};
    if (!is_digest(digest)) return invalid_answer(request.url, "no file beside an artifact");
    const Result<HttpResponse> answer = http_.send(request);
    if (!answer) return answer.failure();
    if (!answer->ok()) return refused(request, *answer, reason_of(*answer));
    if ("sha256:" + system::sha256_hex(answer->body) != digest)
      return invalid_answer(request.url, "bytes of another digest");
    return std::optional<std::string>(answer->body);
  }
  return std::optional<std::string>();
}

Result<std::vector<Beside>> Oci::list_beside(const Coordinates& at) {
  const Result<std::vector<Stored>> found = find(at);
  if (!found) return found.failure();
  std::vector<Beside> all;
  for (const Stored& stored : *found) {
    const Result<std::vector<std::string>> names = list_sidecars(at, stored.sha256);
    if (!names) return names.failure();
    for (const std::string& name : *names) all.push_back({.sha256 = stored.sha256, .name = name});
  }
  return all;
}

Result<bool> Oci::read_artifact(const Stored& stored, const Part& part, system::BodySink& sink) {
  HttpRequest request{.url = url_of(repository_of(stored.at), "blobs/sha256:" + stored.sha256),
                      .sink = &sink};
  add_range(request, part);
  const Result<HttpResponse> answer = http_.send(request);
  if (!answer) return answer.failure();
  if (is_behind_the_end(*answer, part)) return true;
  if (answer->status == 404) return false;
  if (!answer->ok()) return refused(request, *answer, reason_of(*answer));
  return true;
}

Result<std::vector<Stored>> Oci::list() {
  std::vector<Stored> all;
  std::string last;
  for (;;) {
    const HttpRequest request{
        .url = url_of(path_,
                      "tags/list?n=1000" + (last.empty() ? "" : "&last=" + percent_encoded(last)))};
    const Result<HttpResponse> answer = http_.send(request);
    if (!answer) return answer.failure();
    if (answer->status == 404) return all;
    if (!answer->ok()) return refused(request, *answer, reason_of(*answer));
    const auto parsed = document::parse_json("answer", answer->body);
    if (!parsed) return invalid_answer(request.url, "no list of tags");
    std::string next;
    for (const document::Node tag : (*parsed)->root()["tags"]) {
      next = tag.as_string();
      const Coordinates at{.name = std::string(file_name(path_)), .version = next};
      if (!is_coordinate(at.version) || at.version.starts_with("sha256-")) continue;
      const Result<std::optional<Stored>> stored = find_in(path_, at);
      if (!stored && stored.failure().code != "store.invalid-answer") return stored.failure();
      if (stored && *stored) all.push_back(**stored);
    }
    if (!answer->header("Link") || next.empty() || next == last) break;
    last = next;
  }
  std::sort(all.begin(), all.end(),
            [](const Stored& a, const Stored& b) { return a.at.version < b.at.version; });
  return all;
}

}  // namespace

std::string oci_manifest(const Release& release) {
  std::string out;
  document::JsonWriter json(out, false);
  json.begin_object()
      .key("schemaVersion")
      .integer(2)
      .member("mediaType", manifest_type)
      .member("artifactType", artifact_type);
  json.key("config").begin_object();
  write_descriptor(json, describe("application/vnd.tidegate.manifest.v1+json", release.manifest));
  json.end_object().key("layers").begin_array().begin_object();
  write_descriptor(json, {.type = std::string(layer_type) + std::string(artifact::facts_of(release.compression).name),
                          .digest = "sha256:" + release.sha256,
                          .size = release.size});
  json.key("annotations")
      .begin_object()
      .member(title, artifact_file(release.at, release.compression))
      .end_object()
      .end_object()
      .end_array();
  json.key("annotations")
      .begin_object()
      .member("io.tidegate.commit", release.commit)
      .member("io.tidegate.identity", release.identity);
  json.member("io.tidegate.tool", release.tool).end_object().end_object();
  return out;
}

Result<std::unique_ptr<Store>> open_oci(const std::string& host, const std::string& path,
                                        const Effects& effects) {
  const bool lower =
      path.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789._-/") == std::string::npos;
  if (!lower) {
    return Diagnostic{
        .code = "store.bad-address",
        .where = {.file = "oci://" + host + "/" + path},
        .message = "is no repository: a registry takes lower-case letters, digits and `._-` only",
        .hint = "expected oci://HOST[:PORT][/PREFIX]",
        .exit = ExitCode::usage};
  }
  return std::unique_ptr<Store>(std::make_unique<Oci>(host, path, effects));
}

}  // namespace tidegate::store
