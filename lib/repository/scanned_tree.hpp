// SPDX-License-Identifier: Apache-2.0
// A tree that looks for secrets in what is read of it, on the way: nothing is read once more for
// them.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "repository/secrets.hpp"
#include "system/file_tree.hpp"

namespace tidegate::repository {

class ScannedTree final : public system::FileTree {
 public:
  // Only files that `wanted` says yes to are looked at. Files may be read from several threads.
  ScannedTree(system::FileTreePtr files, const std::function<bool(std::string_view path)>& wanted);

  bool looks_at(std::string_view path) const;
  // Of a file that is looked at; reads it if nobody has. Nothing for a file that cannot be read.
  std::vector<SecretFinding> secrets_of(std::string_view path) const;

  const std::vector<system::Entry>& entries() const override { return files_->entries(); }
  std::uint64_t size_of(std::string_view path) const override { return files_->size_of(path); }
  Result<std::string> read(std::string_view path) const override;
  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override {
    return files_->read_prefix(path, limit);
  }
  Status stream(std::string_view path,
                const std::function<Status(std::string_view)>& sink) const override;

 private:
  static constexpr std::size_t none = static_cast<std::size_t>(-1);

  // The place of a file among the entries that is still to be looked at, or none.
  std::size_t open_place(std::string_view path) const;
  void keep(std::size_t place, std::vector<SecretFinding> found) const;

  system::FileTreePtr files_;
  std::vector<bool> wanted_{};  // parallel to the entries
  mutable std::mutex mutex_{};
  mutable std::vector<bool> open_{};  // wanted, and not looked at yet
  mutable std::map<std::size_t, std::vector<SecretFinding>> found_{};
};

}  // namespace tidegate::repository
