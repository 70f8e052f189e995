// SPDX-License-Identifier: Apache-2.0
// Libraries that are not committed: fetched as the lock file says, or built from source by mvn. And
// `tidegate lock`, which writes the lock file.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "buildpack/cli/command.hpp"
#include "repository/inventory.hpp"
#include "repository/source.hpp"
#include "service/manifest.hpp"
#include "system/temporary_folder.hpp"

namespace tidegate {

struct LibraryOptions {
  bool build = false;      // run mvn for POMs whose sources are here and whose jar is not
  bool offline = false;    // any attempt to use the network fails with exit 40
  std::string cache{};     // folder; default $TIDEGATE_CACHE, $XDG_CACHE_HOME/tidegate, ~/.cache/tidegate
  std::string settings{};  // Maven's; default ~/.m2/settings.xml, if it is there
};

struct LibraryFile {
  std::string path{};    // as if it were in the repository: <folder of the POM>/maven/…
  std::string file{};    // on disk
  std::string input{};   // "dependency:g:a:v", or "built:g:a:v"
  std::string digest{};  // sha256
};

struct Libraries {
  std::vector<LibraryFile> files{};  // sorted by path
  std::vector<std::shared_ptr<system::TemporaryFolder>> folders{};  // of jars that were built
};

// Nothing is asked for a service without lock file; nothing runs unless `build` is set. Codes: spark.not-locked, spark.lock-outdated, spark.maven-missing,
// spark.maven-failed, and those of lib/spark/maven.
Libraries obtain_libraries(const system::FileTree& tree, const repository::Inventory& inventory,
                           const service::ServiceManifest& manifest, const LibraryOptions& options,
                           cli::Context& context, Diagnostics& diagnostics);

// The files become part of the tree and of the inventory, like committed jars.
void add_libraries(const Libraries& libraries, repository::Source& source,
                   repository::Inventory& inventory);

struct LockOptions {
  std::string directory = ".";
  std::string path{};   // folder of the service inside the repository
  bool check = false;   // write nothing: is the file what it would be?
  LibraryOptions libraries{};
};
ExitCode run_lock(const LockOptions& options, cli::Context& context);


}  // namespace tidegate
