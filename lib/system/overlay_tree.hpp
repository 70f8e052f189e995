// SPDX-License-Identifier: Apache-2.0
// A tree with further files that lie elsewhere on disk, such as fetched libraries.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "system/file_tree.hpp"

namespace tidegate::system {

class OverlayTree final : public FileTree {
 public:
  // `files`: path in the tree -> path on disk. They hide files of `base` with the same path.
  OverlayTree(FileTreePtr base, std::map<std::string, std::string> files);
  const std::vector<Entry>& entries() const override { return entries_; }
  std::uint64_t size_of(std::string_view path) const override;
  Result<std::string> read(std::string_view path) const override;
  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override;
  Status stream(std::string_view path,
                const std::function<Status(std::string_view)>& sink) const override;

 private:
  const std::string* place_of(std::string_view path) const;

  FileTreePtr base_;
  std::map<std::string, std::string, std::less<>> files_{};
  std::vector<Entry> entries_{};
};

}  // namespace tidegate::system
