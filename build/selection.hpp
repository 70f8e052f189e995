// SPDX-License-Identifier: Apache-2.0
// build.include and build.exclude of tidegate.yaml on the files of a service.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/diagnostic.hpp"
#include "repository/inventory.hpp"
#include "service/manifest.hpp"

namespace tidegate {

// Marks what is included and takes out what is excluded. A pattern without effect is a warning of
// the code build.pattern-unused, at its place in tidegate.yaml.
void select_files(const service::ServiceManifest& manifest, repository::Inventory& inventory,
                  Diagnostics& diagnostics);

// `field`: include, exclude. The pattern that decides about a file: "`docs/` in build.include of
// tidegate.yaml:7:20".
struct DecidingPattern {
  bool taken = false;  // false: it starts with ! and lets go of the file
  std::string text{};
};
std::optional<DecidingPattern> find_pattern(const std::vector<service::FilePattern>& patterns,
                                            std::string_view field, std::string_view path);

}  // namespace tidegate
