// SPDX-License-Identifier: Apache-2.0
// Files that are written once: whole when they get their name, never replaced, read-only (0444).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::system {

class WriteOnceFile {
 public:
  WriteOnceFile() = default;
  WriteOnceFile(const WriteOnceFile&) = delete;
  WriteOnceFile& operator=(const WriteOnceFile&) = delete;
  ~WriteOnceFile();  // nothing stays behind unless committed

  // Folders above it are made. `named`: with a temporary name from the start, as on file systems
  // that know no files without one (NFS). Codes of all: system.write-failed.
  Status open(const std::string& target, bool named = false);
  Status write(std::string_view bytes);
  // Everything is on disk when it returns. False: something of that name is there, and stays.
  Result<bool> commit();

 private:
  std::string target_{};
  std::string temporary_{};  // "": the file has no name yet
  int descriptor_ = -1;
};

struct FileSize {
  std::string path{};  // below the folder
  std::uint64_t size = 0;
};
// The regular files below `folder` at any depth, sorted; none if there is no such folder. Links are
// not followed. Code system.read-failed.
Result<std::vector<FileSize>> list_files(const std::string& folder);

}  // namespace tidegate::system
