// SPDX-License-Identifier: Apache-2.0
// Which files of submodules a service refers to. Those alone are read, checked and packed; its own
// files all are.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "databricks/match.hpp"
#include "flavours/adf_databricks/service.hpp"

namespace tidegate::flavours::adf_databricks {

using InventoryFiles = std::vector<const repository::InventoryFile*>;

// Files by their name: a service has hundreds, and thousands of activities that name them.
class Candidates {
 public:
  void add(std::string_view path, bool in_submodule);  // `path` must outlive it
  std::string_view path(std::size_t index) const { return files_[index].path; }

  // Indices, in the order of adding, of the files that are called like the one in `wanted` and share the
  // longest end with it, in whole segments. Of equal ones the service's own go before those of
  // submodules; two are left where nothing tells them apart.
  std::vector<std::size_t> closest(std::string_view wanted) const;

 private:
  struct File {
    std::string_view path{};
    bool in_submodule = false;
  };
  std::vector<File> files_{};
  std::multimap<std::string_view, std::size_t> names_{};
};

// `files`, without those of submodules that no library of an activity, and no Python file, leads
// to.
InventoryFiles without_unreferenced(InventoryFiles files, const adf::Factory& factory);

// The notebooks of submodules that activities name, that notebooks of the service run, and that
// those run in turn. `service` must outlive it.
class ReferencedNotebooks {
 public:
  // `files`: notebooks of submodules.
  ReferencedNotebooks(const Service& service, InventoryFiles files);
  // Named by activities or by Service::notebooks as they are now, and not given out before.
  InventoryFiles take();

 private:
  void want(const databricks::PathMatch& match, InventoryFiles& wanted);

  const Service& service_;
  InventoryFiles files_;
  std::size_t own_;                            // stubs of the service's own notebooks
  std::vector<databricks::Notebook> stubs_{};  // file and path only
  std::vector<bool> given_{};
  std::size_t looked_at_ = 0;  // of Service::notebooks
  bool asked_activities_ = false;
};

}  // namespace tidegate::flavours::adf_databricks
