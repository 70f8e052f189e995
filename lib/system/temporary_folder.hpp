// SPDX-License-Identifier: Apache-2.0
// A new folder below $TMPDIR, else /tmp, that only this user may enter; it goes with everything in it.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace tidegate::system {

class TemporaryFolder {
 public:
  // Code system.write-failed.
  static Result<std::unique_ptr<TemporaryFolder>> make();
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();
  const std::string& path() const { return path_; }

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_;
};

}  // namespace tidegate::system
