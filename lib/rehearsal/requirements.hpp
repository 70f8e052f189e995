// SPDX-License-Identifier: Apache-2.0
// What a root module needs before Terraform may start: read from its files, its local modules and
// its tests. A superset is harmless; what is missed ends at the closed port instead of the
// internet.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/diagnostic.hpp"
#include "system/file_tree.hpp"

namespace tidegate::rehearsal {

struct ProviderNeed {
  std::string address{};     // "hashicorp/azurerm", lower case, without a default host
  std::string spelled{};     // as Terraform will look for it: with the host that was written
  std::string constraint{};  // all of them, joined by commas
  Location where{};          // where it is required, else its first mention
};

struct GuardedResource {  // with prevent_destroy
  std::string folder{};   // of its module, in the tree
  std::string type{};
  std::string name{};
};

struct Provisioner {
  std::string kind{};     // local-exec
  std::string address{};  // type.name
  Location where{};
};

struct Requirements {
  std::vector<ProviderNeed> providers{};  // sorted by address
  std::set<std::string> words{};          // every word with '_': a superset of the types
  std::vector<GuardedResource> guarded{};
  std::vector<Provisioner> provisioners{};
  std::vector<Diagnostic> refused{};  // rehearsal.remote-module (exit 12)
};

// `folder` of the tree is the root module. Files that cannot be parsed are left to Terraform.
// Codes: system.read-failed.
Result<Requirements> read_requirements(const system::FileTree& tree, const std::string& folder);

// Both together, for a previous and a new version.
Requirements merged(const Requirements& a, const Requirements& b);

}  // namespace tidegate::rehearsal
