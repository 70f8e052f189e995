// SPDX-License-Identifier: Apache-2.0
#include "repository/working_tree.hpp"

#include <sys/stat.h>

#include <algorithm>

#include "base/text.hpp"

namespace tidegate::repository {

namespace {

using system::Entry;
using system::EntryKind;
using system::FileTree;
using system::FileTreePtr;

bool exists(const std::string& path) {
  struct stat info {};
  return ::lstat(path.c_str(), &info) == 0;
}

// Decides what of the disk belongs to the service.
class Selection {
 public:
  explicit Selection(const WorkingFolder& where) : where_(where) {
    if (where.repository != nullptr && where.committed != nullptr)
      index_ = where.repository->open_index();
  }

  bool skip(const std::string& path, bool is_folder) {
    if (is_folder && exists(where_.folder + "/" + path + "/.git")) {
      nested_.push_back(path);
      return true;
    }
    if (where_.repository == nullptr || is_tracked(path, is_folder)) return false;
    int ignored = 0;
    const std::string full = join_path(where_.prefix, path) + (is_folder ? "/" : "");
    return git_ignore_path_is_ignored(&ignored, where_.repository->get(), full.c_str()) == 0 &&
           ignored == 1;
  }

  const std::vector<std::string>& nested() const { return nested_; }

 private:
  bool is_tracked(const std::string& path, bool is_folder) const {
    if (where_.committed != nullptr) {
      const auto& all = where_.committed->entries();
      const std::string first = is_folder ? path + "/" : path;
      const auto place = std::lower_bound(
          all.begin(), all.end(), first,
          [](const Entry& entry, const std::string& name) { return entry.path < name; });
      if (place != all.end() && (is_folder ? place->path.starts_with(first) : place->path == first))
        return true;
    }
    if (index_ == nullptr) return false;
    const std::string full = join_path(where_.prefix, path);
    std::size_t at = 0;
    if (is_folder) return git_index_find_prefix(&at, index_.get(), (full + "/").c_str()) == 0;
    return git_index_get_bypath(index_.get(), full.c_str(), 0) != nullptr;
  }

  const WorkingFolder& where_;
  IndexHandle index_{};
  std::vector<std::string> nested_{};
};

// Files of a folder plus one entry per nested repository.
class WorkingTree final : public FileTree {
 public:
  WorkingTree(FileTreePtr files, const std::vector<std::string>& nested)
      : files_(std::move(files)), entries_(files_->entries()) {
    for (const std::string& path : nested)
      entries_.push_back({.path = path, .kind = EntryKind::submodule});
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.path < b.path; });
  }

  const std::vector<Entry>& entries() const override { return entries_; }
  std::uint64_t size_of(std::string_view path) const override {
    return is_nested(path) ? 0 : files_->size_of(path);
  }
  Result<std::string> read(std::string_view path) const override {
    if (is_nested(path)) return nested_failure(path);
    return files_->read(path);
  }
  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override {
    if (is_nested(path)) return nested_failure(path);
    return files_->read_prefix(path, limit);
  }
  Status stream(std::string_view path,
                const std::function<Status(std::string_view)>& sink) const override {
    if (is_nested(path)) return nested_failure(path);
    return files_->stream(path, sink);
  }

 private:
  bool is_nested(std::string_view path) const {
    const Entry* entry = find(path);
    return entry != nullptr && entry->kind == EntryKind::submodule;
  }
  static Diagnostic nested_failure(std::string_view path) {
    return repository_failure(
        "repository.submodule", ExitCode::build_failed, std::string(path),
        "this folder is a repository of its own (submodule); its files are not read",
        "copy what the service needs into its own repository");
  }

  FileTreePtr files_;
  std::vector<Entry> entries_;
};

}  // namespace

Result<FileTreePtr> read_working_tree(const WorkingFolder& where) {
  Selection selection(where);
  Result<FileTreePtr> files = system::read_folder(
      where.folder,
      [&](const std::string& path, bool is_folder) { return selection.skip(path, is_folder); });
  if (!files || selection.nested().empty()) return files;
  return FileTreePtr(std::make_shared<WorkingTree>(std::move(*files), selection.nested()));
}

}  // namespace tidegate::repository
