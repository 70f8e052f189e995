// SPDX-License-Identifier: Apache-2.0
// A copy of a file that nobody else can change: 0400 in a new folder 0700 below $TMPDIR, else /tmp.
#pragma once

#include <memory>
#include <string>

#include "base/result.hpp"

namespace tidegate::system {

class PrivateCopy {
 public:
  // Of a regular file. Codes system.read-failed, system.write-failed.
  static Result<std::unique_ptr<PrivateCopy>> make(const std::string& source);
  PrivateCopy(const PrivateCopy&) = delete;
  PrivateCopy& operator=(const PrivateCopy&) = delete;
  ~PrivateCopy();  // removes file and folder

  const std::string& path() const { return path_; }      // absolute; the file keeps its name
  const std::string& sha256() const { return sha256_; }  // of the bytes that were copied

 private:
  PrivateCopy() = default;

  std::string folder_{};
  std::string path_{};
  std::string sha256_{};
};

// Code system.read-failed.
Result<std::string> sha256_of_file(const std::string& path);

}  // namespace tidegate::system
