// SPDX-License-Identifier: Apache-2.0
// Stage 2: repository -> artifact. command.cpp is the pass list.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "artifact/archive.hpp"
#include "build/libraries.hpp"
#include "buildpack/cli/command.hpp"

namespace tidegate::flavours::adf_databricks {
struct Service;
}

namespace tidegate {

// What a platform of buildpacks says of the files that it hands over without git.
struct PlatformSource {
  std::string file{};        // where it says so; empty: it says nothing
  std::string commit{};
  std::string repository{};  // address without credentials, or empty
  std::string revision{};    // branch or tag, or empty
};

// Which files are meant; as on the command line.
struct SourceChoice {
  std::string directory = ".";
  std::string commit = "HEAD";
  bool worktree = false;
  std::string path{};
  std::string platform_commit{};  // of a folder without git
};

struct BuildOptions {
  std::string directory = ".";
  std::string output = ".";       // folder of the artifact; made if absent
  std::string commit = "HEAD";
  bool worktree = false;
  std::string path{};             // folder of the service inside the repository
  std::string version{};          // overrides tidegate.yaml
  std::string previous{};         // artifact that this one follows: why it was rebuilt, and baseline of the contracts
  artifact::Compression compression = artifact::Compression::gzip;
  bool dry_run = false;           // everything but the writing
  bool notes = false;             // print findings of severity note
  bool strict = false;            // warnings count as errors
  bool timings = false;           // say how long each phase took
  std::string report{};           // file for what was done, also of a build that fails
  std::string provider = "azapi"; // azurerm: only says what it would lose
  bool update_contract = false;   // accept the contracts as they are: rewrites the lock
  // Tries the tests inside an artifact before it gets its name; none: they are only packed.
  std::function<ExitCode(const std::string& artifact, const std::vector<std::string>& packs, cli::Context& context)> test{};
  std::vector<std::string> packs{};  // for `test`: schema packs of further providers
  // Gets what is to be packed, and what it was read from.
  std::function<void(const std::vector<artifact::PackFile>&, const flavours::adf_databricks::Service&)> inspect{};
  LibraryOptions libraries{};
  PlatformSource platform_source{};
  bool for_layer = false;  // of an image: the provenance names neither time nor run, so that equal
                           // inputs give equal layers
};

// Prints findings to `err`, the result to `out`. Nothing is left in the output folder unless the
// whole build succeeded.
ExitCode run_build(const BuildOptions& options, cli::Context& context);

}  // namespace tidegate
