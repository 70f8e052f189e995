// SPDX-License-Identifier: Apache-2.0
#include "store/objects.hpp"

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "store/sinks.hpp"
#include "store/web.hpp"
#include "system/digest.hpp"

namespace tidegate::store {
namespace {

Stored stored_of(const Coordinates& at, artifact::Compression compression, const ObjectInfo& info) {
  const auto fact = [&](const char* name) {
    const auto found = info.facts.find(name);
    return found == info.facts.end() ? std::string() : found->second;
  };
  return {.at = at,
          .size = info.size,
          .identity = fact("identity"),
          .sha256 = fact("sha256"),
          .compression = compression};
}

// The coordinates of a key that is one of an artifact with this compression:
// [[…/]<name>/]<version>/<name>-<version>.tar.gz. An address can end in the name, so that the keys
// of a folder do not have it.
std::optional<Coordinates> coordinates_of(std::string_view key, artifact::Compression compression) {
  const std::vector<std::string_view> parts = split(key, '/');
  if (parts.size() < 2) return std::nullopt;
  Coordinates at{.version = std::string(parts[parts.size() - 2])};
  const std::string ending = artifact_file(at, compression);  // "-<version>.tar.gz"
  if (!parts.back().ends_with(ending) || parts.back().size() == ending.size()) return std::nullopt;
  at.name = parts.back().substr(0, parts.back().size() - ending.size());
  if (parts.size() > 2 && parts[parts.size() - 3] != at.name) return std::nullopt;
  return at;
}

}  // namespace

std::string artifact_file(const Coordinates& at, artifact::Compression compression) {
  return at.name + "-" + at.version + std::string(artifact::facts_of(compression).suffix);
}

std::string KeyedStore::folder_of(const Coordinates& at) const {
  return join_path(prefix_, at.name + "/" + at.version);
}

std::string KeyedStore::artifact_key(const Coordinates& at,
                                     artifact::Compression compression) const {
  return folder_of(at) + "/" + artifact_file(at, compression);
}

std::string KeyedStore::sidecar_folder(const Coordinates& at, const std::string& sha256) const {
  return folder_of(at) + "/sha256-" + sha256 + "/";
}

Result<std::vector<Stored>> KeyedStore::find(const Coordinates& at) {
  std::vector<Stored> all;
  for (const artifact::CompressionFacts& one : artifact::compressions) {
    const Result<std::optional<ObjectInfo>> info =
        objects_->head(artifact_key(at, one.compression));
    if (!info) return info.failure();
    if (*info) all.push_back(stored_of(at, one.compression, **info));
  }
  return all;
}

Result<bool> KeyedStore::create_artifact(const Release& release, const system::HttpBody& content) {
  const NewObject object{.body = content,
                         .sha256 = release.sha256,
                         .facts = {{"identity", release.identity},
                                   {"sha256", release.sha256},
                                   {"commit", release.commit},
                                   {"tool", release.tool}}};
  return objects_->create(artifact_key(release.at, release.compression), object);
}

Result<bool> KeyedStore::create_sidecar(const Release& release, const std::string& name,
                                        const std::string& bytes) {
  const system::HttpBody body = system::text_body(bytes);
  const std::string digest = system::sha256_hex(bytes);
  const NewObject object{.body = body, .sha256 = digest, .facts = {{"sha256", digest}}};
  return objects_->create(sidecar_folder(release.at, release.sha256) + name, object);
}

Result<std::vector<std::string>> KeyedStore::list_sidecars(const Coordinates& at,
                                                           const std::string& sha256) {
  const std::string folder = sidecar_folder(at, sha256);
  const Result<std::vector<ObjectInfo>> listed = objects_->list(folder);
  if (!listed) return listed.failure();
  std::vector<std::string> names;
  for (const ObjectInfo& info : *listed) names.push_back(info.key.substr(folder.size()));
  std::sort(names.begin(), names.end());
  return names;
}

Result<std::optional<std::string>> KeyedStore::read_sidecar(const Coordinates& at,
                                                            const std::string& sha256,
                                                            const std::string& name) {
  const std::string key = sidecar_folder(at, sha256) + name;
  TextSink sink(key, max_sidecar_size);
  const Result<bool> found = objects_->read(key, all_bytes, sink);
  if (!found) return found.failure();
  if (!*found) return std::optional<std::string>();
  const std::string promised = sink.promised();
  std::string bytes = sink.take();
  // A length that fits says little where something in between cut the answer.
  if (!promised.empty() && system::sha256_hex(bytes) != promised)
    return invalid_answer(key, "bytes of another digest");
  return std::optional<std::string>(std::move(bytes));
}

Result<std::vector<Beside>> KeyedStore::list_beside(const Coordinates& at) {
  const std::string folder = folder_of(at) + "/", marker = "sha256-";
  const Result<std::vector<ObjectInfo>> listed = objects_->list(folder + marker);
  if (!listed) return listed.failure();
  std::vector<Beside> all;
  for (const ObjectInfo& info : *listed) {
    const std::string rest = info.key.substr(folder.size() + marker.size());
    const std::size_t slash = rest.find('/');
    if (slash != 64 || rest.find('/', slash + 1) != std::string::npos) continue;
    all.push_back({.sha256 = rest.substr(0, slash), .name = rest.substr(slash + 1)});
  }
  std::sort(all.begin(), all.end(), [](const Beside& a, const Beside& b) {
    return std::tie(a.sha256, a.name) < std::tie(b.sha256, b.name);
  });
  return all;
}

Result<bool> KeyedStore::read_artifact(const Stored& stored, const Part& part,
                                       system::BodySink& sink) {
  return objects_->read(artifact_key(stored.at, stored.compression), part, sink);
}

Result<std::vector<Stored>> KeyedStore::list() {
  const Result<std::vector<ObjectInfo>> listed =
      objects_->list(prefix_.empty() ? "" : prefix_ + "/");
  if (!listed) return listed.failure();
  std::vector<Stored> all;
  for (const ObjectInfo& info : *listed) {
    for (const artifact::CompressionFacts& one : artifact::compressions) {
      const std::optional<Coordinates> at = coordinates_of(info.key, one.compression);
      if (!at) continue;
      all.push_back(stored_of(*at, one.compression, info));
      if (!info.facts.empty()) continue;  // a list has none in some stores
      const Result<std::optional<ObjectInfo>> head = objects_->head(info.key);
      if (!head) return head.failure();
      if (*head) all.back() = stored_of(*at, one.compression, **head);
    }
  }
  std::sort(all.begin(), all.end(), [](const Stored& a, const Stored& b) {
    return std::tie(a.at.name, a.at.version) < std::tie(b.at.name, b.at.version);
  });
  return all;
}

}  // namespace tidegate::store
