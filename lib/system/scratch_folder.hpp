// SPDX-License-Identifier: Apache-2.0
// A folder for what nobody needs afterwards: made in $TMPDIR, else /tmp, mode 0700, removed with everything in it.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace tidegate::system {

class ScratchFolder {
 public:
  static Result<std::unique_ptr<ScratchFolder>> make();  // code system.write-failed
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  ~ScratchFolder();
  const std::string& path() const { return path_; }

 private:
  explicit ScratchFolder(std::string path) : path_(std::move(path)) {}
  std::string path_{};
};

}  // namespace tidegate::system
