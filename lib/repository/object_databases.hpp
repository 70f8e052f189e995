// SPDX-License-Identifier: Apache-2.0
// The object database of a repository, opened once for each thread that reads at the same time:
// libgit2 lets one thread at a time into one handle.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "repository/git.hpp"

namespace tidegate::repository {

class ObjectDatabases {
 public:
  // `folder`: the objects folder; more handles are opened there, alternates included.
  ObjectDatabases(OdbHandle first, std::string folder) : folder_(std::move(folder)) {
    free_.push_back(std::move(first));
  }

  // A handle for this thread until the end of the scope.
  class Lease {
   public:
    Lease(ObjectDatabases& all, OdbHandle handle) : all_(all), handle_(std::move(handle)) {}
    Lease(const Lease&) = delete;
    Lease& operator=(const Lease&) = delete;
    ~Lease() { all_.give_back(std::move(handle_)); }
    git_odb* get() const { return handle_.get(); }

   private:
    ObjectDatabases& all_;
    OdbHandle handle_;
  };
  Lease take();

 private:
  void give_back(OdbHandle handle);

  const std::string folder_;
  std::mutex mutex_{};
  std::vector<OdbHandle> free_{};
};

}  // namespace tidegate::repository
