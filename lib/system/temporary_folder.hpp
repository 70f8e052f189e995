// SPDX-License-Identifier: Apache-2.0
// A new empty folder, 0700, below $TMPDIR, else /tmp; removed with everything in it at the end.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::system {

class TemporaryFolder {
 public:
  // Its name is `prefix`, a dot and six letters. Code system.write-failed.
  static Result<std::unique_ptr<TemporaryFolder>> make(std::string_view prefix);
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;
  ~TemporaryFolder();

  const std::string& path() const { return path_; }  // absolute

 private:
  explicit TemporaryFolder(std::string path) : path_(std::move(path)) {}
  std::string path_{};
};

// A folder of a process that has been killed, whose children may still write there: ends those that
// have the folder in their environment (HOME, TMPDIR), and removes it until it stays away, for some
// seconds at most. Only a folder that make() could have named.
void remove_abandoned_folder(const std::string& path, std::string_view prefix);

}  // namespace tidegate::system
