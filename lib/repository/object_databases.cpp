// SPDX-License-Identifier: Apache-2.0
#include "repository/object_databases.hpp"

namespace tidegate::repository {

ObjectDatabases::Lease ObjectDatabases::take() {
  {
    const std::lock_guard lock(mutex_);
    if (!free_.empty()) {
      OdbHandle handle = std::move(free_.back());
      free_.pop_back();
      return {*this, std::move(handle)};
    }
  }
  git_odb* raw = nullptr;
  if (git_odb_open(&raw, folder_.c_str()) != 0) raw = nullptr;  // reads through it fail and say so
  return {*this, OdbHandle(raw)};
}

void ObjectDatabases::give_back(OdbHandle handle) {
  if (handle == nullptr) return;
  const std::lock_guard lock(mutex_);
  free_.push_back(std::move(handle));
}

}  // namespace tidegate::repository
