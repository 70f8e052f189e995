// SPDX-License-Identifier: Apache-2.0
// Files written so that nothing half-written stays behind: a file without a name in the same folder, which gets
// one at the end; a process that is killed leaves nothing. Where the file system knows no such files (NFS), a
// temporary one, renamed at the end.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

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
  // Where the bytes written so far can be read until commit(), by this process.
  std::string readable_path() const;

 private:
  bool link_as(const std::string& name) const;
  Status give_name();
  std::string target_{};
  std::string temporary_{};  // "": the file has no name yet
  int descriptor_ = -1;
};

// Codes of all: system.write-failed.
Status write_file(const std::string& target, std::string_view bytes);
Status move_file(const std::string& from, const std::string& to);  // replaces `to`
Status remove_file(const std::string& path);  // it need not be there
// A new file with this mode, whole or not at all; false if something of that name is there, which stays.
Result<bool> create_file(const std::string& path, std::string_view bytes, unsigned mode);
Status make_folders(const std::string& folder);  // like mkdir -p
Status remove_folder(const std::string& folder);  // with everything in it; absent is success. system.write-failed
Result<std::vector<std::string>> list_names(const std::string& folder);  // of what lies in it; system.read-failed
bool is_folder(const std::string& path);                 // links are followed
bool is_file(const std::string& path);
Result<std::string> read_file(const std::string& path);  // system.read-failed; "-" is standard input

// The file in pieces, in order, in bounded memory; `sink` returns false to stop early. Same path and
// code as read_file.
Status stream_file(const std::string& path, const std::function<bool(std::string_view)>& sink);

// The same; returns the sha256 of what was read, which a second thread finds meanwhile.
Result<std::string> digest_stream(const std::string& path, const std::function<bool(std::string_view)>& sink);

}  // namespace tidegate::system
