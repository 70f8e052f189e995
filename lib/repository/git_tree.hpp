// SPDX-License-Identifier: Apache-2.0
// The files of one git tree as a FileTree: names and modes up front, contents out of the object
// database when asked for. Contents are the committed bytes: no filters, no line-end conversion.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "repository/git.hpp"
#include "repository/object_databases.hpp"
#include "repository/packed_blob.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

class GitTree final : public system::FileTree {
 public:
  // Codes: repository.broken (tree object missing or malformed), repository.too-large.
  static Result<std::shared_ptr<const GitTree>> open(
      std::shared_ptr<const GitRepository> repository, const git_oid& tree);

  const std::vector<system::Entry>& entries() const override { return entries_; }
  std::uint64_t size_of(std::string_view path) const override;
  Result<std::string> read(std::string_view path) const override;
  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override;
  Status stream(std::string_view path,
                const std::function<Status(std::string_view)>& sink) const override;

  const git_oid& object_id(std::size_t index) const {
    return ids_[index];
  }  // parallel to entries()

 private:
  GitTree() = default;
  Status list(const git_oid& tree, const std::string& folder, unsigned depth);
  Status add(const git_tree_entry& entry, std::string path);
  Result<std::size_t> locate(std::string_view path) const;
  std::uint64_t size_at(std::size_t index) const;
  void remember_size(std::size_t index, std::size_t size) const;
  Result<OdbObjectHandle> load(std::size_t index) const;
  Result<std::string> read_whole(std::size_t index, std::size_t limit) const;
  std::optional<PackedBlob> find_packed(std::size_t index) const;
  Status stream_whole(std::size_t index, const std::function<Status(std::string_view)>& sink) const;
  Diagnostic missing(std::size_t index) const;

  std::shared_ptr<const GitRepository> repository_{};
  std::unique_ptr<ObjectDatabases> objects_{};
  std::vector<system::Entry> entries_{};
  std::vector<git_oid> ids_{};
  // Sizes that a read has found, plus one; 0: not known. A question for the size opens the object.
  mutable std::vector<std::atomic<std::uint32_t>> sizes_{};
};

}  // namespace tidegate::repository
