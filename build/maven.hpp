// SPDX-License-Identifier: Apache-2.0
// What `lock` and `build` share: the POMs of the service, its repositories, and the network.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "build/libraries.hpp"
#include "spark/maven/lock.hpp"
#include "spark/maven/model.hpp"
#include "spark/maven/repositories.hpp"
#include "spark/maven/settings.hpp"
#include "system/curl/curl_http.hpp"

namespace tidegate {

class Maven {
 public:
  // Reads the POMs of the inventory, and Maven's settings. Findings go to `diagnostics`.
  Maven(const system::FileTree& tree, const repository::Inventory& inventory,
        const service::ServiceManifest& manifest, const LibraryOptions& options,
        const system::Environment& environment, Diagnostics& diagnostics);

  // Paths of the POMs that count: libraries.pom, else all.
  std::vector<std::string> poms() const;
  const std::string& text_of(const std::string& pom) const { return texts_.at(pom); }
  // The effective model; parents beside the POM are taken from the service.
  Result<spark::maven::Model> model_of(const std::string& pom);
  spark::maven::ModelBuilder& builder() { return builder_; }
  // Files of the service that models were made from, with digests; sorted.
  std::vector<spark::maven::LockedPom> used_poms() const;
  bool is_local(const spark::maven::Coordinates& file) const;
  // tidegate.yaml, then the POM, then Maven's settings, behind mirrors, with credentials.
  spark::maven::Repositories& repositories(const std::vector<spark::maven::ModelRepository>& of_pom,
                                           Diagnostics& diagnostics);
  const std::string& settings_file() const { return settings_file_; }

 private:
  void read_settings(const LibraryOptions& options, Diagnostics& diagnostics);
  void open_network(const LibraryOptions& options);
  Result<spark::maven::PomText> load(const spark::maven::Coordinates& pom,
                                     const std::string& child_file, const std::string& relative);

  const service::ServiceManifest& manifest_;
  const system::Environment& environment_;
  std::map<std::string, std::string> texts_{};  // by path
  std::map<std::string, std::string> local_{};  // "g:a" -> path of the POM here
  std::set<std::string> parents_only_{};        // paths of POMs in submodules: no part of the service
  std::map<std::string, std::string> used_{};   // path -> sha256
  std::string settings_file_{};
  spark::maven::Settings settings_{};
  std::string cache_{}, local_repository_{};
  std::unique_ptr<system::Http> network_{};
  system::ThreadPause pause_{};
  std::unique_ptr<system::Http> http_{};
  std::unique_ptr<spark::maven::Repositories> repositories_{};
  spark::maven::ModelBuilder builder_;
};

}  // namespace tidegate
