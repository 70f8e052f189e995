// SPDX-License-Identifier: Apache-2.0
// Files of Maven repositories, through a cache folder. What comes over the network is compared with
// the checksum that the repository publishes beside it, or with the digest of the lock file.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "spark/maven/coordinates.hpp"
#include "spark/maven/lock.hpp"
#include "spark/maven/settings.hpp"
#include "system/http.hpp"

namespace tidegate::spark::maven {

struct FetchedFile {
  std::string path{};  // on disk
  std::string sha256{};
  std::uint64_t size = 0;
  std::string repository{};  // id
};

class Repositories {
 public:
  // `cache` is a folder that is made when needed; `local`, if not empty, Maven's own repository,
  // which is only read, and only for files whose digest is known.
  Repositories(system::Http& http, std::vector<RemoteRepository> repositories, std::string cache,
               std::string local);

  // From the first repository that has it. Codes: spark.unresolved-dependency (none has it),
  // spark.wrong-checksum, spark.no-checksum, spark.repository-failed (exit 40), those of Http and of
  // writing the cache.
  Result<FetchedFile> find(const Coordinates& file);
  // The locked bytes, from the cache, Maven's own repository, or the locked repository. Codes also
  // spark.checksum-changed, spark.lock-outdated (its repository is not declared). Many threads may
  // ask for different files.
  Result<FetchedFile> fetch(const LockedDependency& wanted);

  const std::vector<RemoteRepository>& all() const { return repositories_; }

 private:
  struct Download;
  std::string cache_path(const RemoteRepository& repository, const Coordinates& file) const;
  Result<bool> get(const RemoteRepository& repository, const std::string& path, Download& into);
  Result<std::string> published_checksum(const RemoteRepository& repository,
                                         const std::string& path, bool sha256);
  Status check_published(const RemoteRepository& repository, const Coordinates& file,
                         const Download& download);

  system::Http& http_;
  std::vector<RemoteRepository> repositories_;
  std::string cache_;
  std::string local_;
};

}  // namespace tidegate::spark::maven
