// SPDX-License-Identifier: Apache-2.0
// What `detect` has found, and how it says so. Pure.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/diagnostic.hpp"
#include "repository/inventory.hpp"
#include "repository/source.hpp"
#include "service/manifest.hpp"

namespace tidegate {

struct Marker {
  std::string name{};
  bool passed = false;
  std::string reason{};              // what was found and where, or what is missing
  std::vector<std::string> paths{};  // the files; of `adf`: the root
  std::vector<std::pair<std::string, std::size_t>> kinds{};  // `adf`: objects by kind folder
};

struct Facts {
  bool ours = false;
  std::vector<std::string> flavours{};
  std::string kind{};  // of the source: git, folder
  std::string commit{};
  std::string path{};  // folder inside the git repository
  bool dirty = false;
  std::vector<Marker> markers{};
};

// Findings: warning detect.several-roots.
Facts collect_facts(const repository::Source& source, const repository::Inventory& inventory,
                    const service::ServiceManifest& manifest, Diagnostics& diagnostics);

std::string render_facts_text(const Facts& facts);  // `PASSED adf: 12 pipelines … in adf/`
std::string render_facts_json(const Facts& facts,
                              const Diagnostics& diagnostics);  // tidegate/detect/1
std::string render_build_plan(const Facts& facts);              // TOML of the buildpack protocol

}  // namespace tidegate
