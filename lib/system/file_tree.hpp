// SPDX-License-Identifier: Apache-2.0
// A read-only tree of files: a git commit, a folder, or memory. Paths are relative, '/'-separated,
// as raw bytes; entries are sorted by the bytes of the path and hold no folders.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"

namespace tidegate::system {

enum class EntryKind : std::uint8_t {
  regular,
  executable,  // git mode 100755, or the owner's x bit
  symlink,     // read() gives the target text
  submodule,   // no content here; read() fails
  special,     // device, socket, FIFO; read() fails
};

struct Entry {
  std::string path{};
  EntryKind kind = EntryKind::regular;
};

class FileTree {
 public:
  virtual ~FileTree() = default;
  virtual const std::vector<Entry>& entries() const = 0;
  // Bytes of the content, of a symlink of its target text; 0 if it cannot be read. May open the file.
  virtual std::uint64_t size_of(std::string_view path) const = 0;
  // Whole content; code system.read-failed on failure.
  virtual Result<std::string> read(std::string_view path) const = 0;
  // The first `limit` bytes at most.
  virtual Result<std::string> read_prefix(std::string_view path, std::size_t limit) const;
  // Content in pieces of at most 1 MiB, in order; for large files. `sink` returning a failure stops.
  virtual Status stream(std::string_view path,
                        const std::function<Status(std::string_view)>& sink) const;

  const Entry* find(std::string_view path) const;  // binary search in entries()
};

using FileTreePtr = std::shared_ptr<const FileTree>;

// For tests, and for generated files.
class MemoryTree final : public FileTree {
 public:
  explicit MemoryTree(std::map<std::string, std::string> files);
  const std::vector<Entry>& entries() const override { return entries_; }
  std::uint64_t size_of(std::string_view path) const override;
  Result<std::string> read(std::string_view path) const override;

 private:
  std::map<std::string, std::string, std::less<>> files_{};
  std::vector<Entry> entries_{};
};

// The files below `folder` as they lie; `.git` is not entered. Symlinks are not followed.
// Code system.read-failed when the folder cannot be read.
Result<FileTreePtr> read_folder(const std::string& folder);

// The same without what `skip(path, is_folder)` says yes to; a skipped folder is not entered.
using SkipFunction = std::function<bool(const std::string& path, bool is_folder)>;
Result<FileTreePtr> read_folder(const std::string& folder, const SkipFunction& skip);

}  // namespace tidegate::system
