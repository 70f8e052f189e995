// SPDX-License-Identifier: Apache-2.0
// Files written so that nothing half-written stays behind: a temporary file in the same folder,
// renamed at the end.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace tidegate::system {

class AtomicFile {
 public:
  AtomicFile() = default;
  AtomicFile(const AtomicFile&) = delete;
  AtomicFile& operator=(const AtomicFile&) = delete;
  ~AtomicFile();  // removes the temporary file unless committed

  Status open(const std::string& target);  // folder must exist
  Status write(std::string_view bytes);
  Status commit();                         // fsync, rename over `target`

 private:
  std::string target_{};
  std::string temporary_{};
  int descriptor_ = -1;
};

// Codes of all: system.write-failed.
Status write_file(const std::string& target, std::string_view bytes);
Status move_file(const std::string& from, const std::string& to);  // replaces `to`
Status remove_file(const std::string& path);  // it need not be there
Status make_folders(const std::string& folder);  // like mkdir -p
Result<std::string> read_file(const std::string& path);  // system.read-failed; "-" is standard input

// The file in pieces, in order, in bounded memory; `sink` returns false to stop early. Same path and
// code as read_file.
Status stream_file(const std::string& path, const std::function<bool(std::string_view)>& sink);

}  // namespace tidegate::system
