// SPDX-License-Identifier: Apache-2.0
// Stores that keep bytes under keys: a folder, Azure Blob, S3. The layout of keys is here, once.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "store/store.hpp"

namespace tidegate::store {

using Facts = std::map<std::string, std::string>;  // keys [a-z0-9]+, printable ASCII values

struct ObjectInfo {
  std::string key{};
  std::uint64_t size = 0;
  Facts facts{};  // empty where the store has none
};

struct NewObject {
  const system::HttpBody& body;
  std::string sha256{};  // of the body, hex
  Facts facts{};
};

// Failures as those of Store.
class Objects {
 public:
  virtual ~Objects() = default;
  virtual Result<std::optional<ObjectInfo>> head(const std::string& key) = 0;
  // True: created whole. False: the key is taken.
  virtual Result<bool> create(const std::string& key, const NewObject& object) = 0;
  // False: not there. Parts as in Store::read_artifact.
  virtual Result<bool> read(const std::string& key, const Part& part, system::BodySink& sink) = 0;
  virtual Result<std::vector<ObjectInfo>> list(
      const std::string& prefix) = 0;  // all keys that start so
};

// "<prefix>/<name>/<version>/<name>-<version>.tar.gz" or ".tar.zst", sidecars in "sha256-<hex>/"
// beside it.
class KeyedStore final : public Store {
 public:
  KeyedStore(std::unique_ptr<Objects> objects, std::string prefix)
      : objects_(std::move(objects)), prefix_(std::move(prefix)) {}
  Result<std::vector<Stored>> find(const Coordinates& at) override;
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
  std::string folder_of(const Coordinates& at) const;
  std::string artifact_key(const Coordinates& at, artifact::Compression compression) const;
  std::string sidecar_folder(const Coordinates& at, const std::string& sha256) const;

  std::unique_ptr<Objects> objects_;
  std::string prefix_;  // without slashes at its ends; may be empty
};

}  // namespace tidegate::store
