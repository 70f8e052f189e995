// SPDX-License-Identifier: Apache-2.0
// FileTree -> what is which file. Decides by path and, where the path does not say enough, by the
// first bytes (notebooks, LFS pointers). Pure: same tree, same inventory.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/diagnostic.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

enum class Role : std::uint8_t {
  manifest,     // tidegate.yaml
  adf_object,   // <root>/<kind folder>/x.json
  adf_support,  // publish_config.json, arm-template-parameters-definition.json, adfcdc/
  notebook,     // Databricks notebook, recognised by its first line or as .ipynb / .dbc
  jar,
  wheel,      // .whl, .egg
  pom,        // pom.xml
  config,     // below the config folder
  python,     // .py that is no notebook
  terraform,  // *.tf, *.tf.json below terraform/, and .terraform.lock.hcl
  check,      // checks/*.yaml
  test,       // tests/*.tftest.hcl, tests/*.tftest.json
  contract,   // contract/
  denied,     // never packed (keys, state, environment files); reason says which rule
  other,
};

std::string_view to_string(Role role);

struct InventoryFile {
  std::string path{};
  Role role = Role::other;
  std::string root{};         // adf_object, adf_support: the ADF root; "" is the top
  std::string kind_folder{};  // adf_object: lower-case folder name, "pipeline", "linkedservice", …
  std::string reason{};       // why this role, for `detect` and `explain`
  bool lfs_pointer = false;   // jars, wheels, notebooks: only the pointer is here
  system::EntryKind entry = system::EntryKind::regular;
  bool in_submodule = false;
  // A notebook, library, POM or Python file of a submodule: no part of the service unless something of
  // the service refers to it.
  bool if_referenced = false;
  bool included = false;  // build.include names it
};

struct InventoryOptions {
  std::string adf_root{};  // from tidegate.yaml; empty: detected
  bool adf_root_given = false;
  std::string notebooks{};  // folder; empty: anywhere
  std::string config = "config";
  std::vector<std::string> submodules{};  // folders whose files are those of submodules; sorted
};

struct Inventory {
  std::vector<InventoryFile> files{};    // sorted by path
  std::vector<std::string> adf_roots{};  // sorted; "" is the top of the tree

  std::vector<const InventoryFile*> with_role(Role role) const;
  const InventoryFile* find(std::string_view path) const;
};

// An ADF root is a folder that holds two or more of the known ADF folders with JSON files (names
// without case), or one of them with at least one file that looks like such an object: a pipeline
// has `activities`, a dataset `linkedServiceName`, a factory only a factory's keys (adf.md, section
// 1). Files whose name starts with ~ do not count. Files of a submodule make no root, other services
// may live there; below a root that was found or given they count.
Inventory take_inventory(const system::FileTree& tree, const InventoryOptions& options);

}  // namespace tidegate::repository
