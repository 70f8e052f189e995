// SPDX-License-Identifier: Apache-2.0
#include "repository/resolved_tree.hpp"

#include <algorithm>
#include <map>
#include <optional>

#include "base/relative_path.hpp"
#include "base/text.hpp"
#include "repository/folders.hpp"
#include "repository/lfs.hpp"

namespace tidegate::repository {

namespace {

using system::Entry;
using system::EntryKind;
using system::FileTree;
using system::FileTreePtr;

constexpr int max_links = 40;  // as the kernel's limit for one path

// Where a symlink leads: a file of the tree, or why not.
struct LinkTarget {
  std::string path{};
  std::string refusal{};
};

bool is_file(const Entry* entry) {
  return entry != nullptr &&
         (entry->kind == EntryKind::regular || entry->kind == EntryKind::executable);
}

// True if `folder` has something below it.
bool is_folder(const FileTree& tree, const std::string& folder) {
  if (folder.empty()) return true;
  const std::string prefix = folder + "/";
  const auto& all = tree.entries();
  const auto place = std::lower_bound(
      all.begin(), all.end(), prefix,
      [](const Entry& entry, const std::string& name) { return entry.path < name; });
  return place != all.end() && place->path.starts_with(prefix);
}

// The first folder of `path` that is itself a symlink, or nothing.
const Entry* find_linked_folder(const FileTree& tree, std::string_view path) {
  for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
       slash = path.find('/', slash + 1)) {
    const Entry* entry = tree.find(path.substr(0, slash));
    if (entry != nullptr && entry->kind == EntryKind::symlink) return entry;
  }
  return nullptr;
}

LinkTarget follow(const FileTree& tree, std::string link) {
  for (int steps = 0; steps < max_links; ++steps) {
    const Result<std::string> target = tree.read(link);
    if (!target) return {.refusal = target.failure().message};
    const std::string shown = "`" + printable(*target) + "`";
    if (target->starts_with('/')) return {.refusal = "leads to the absolute path " + shown};
    const std::optional<std::string> path = resolve_path(parent_path(link), *target);
    if (!path) return {.refusal = "leads outside the service's folder, to " + shown};
    const Entry* entry = tree.find(*path);
    if (is_file(entry)) return {.path = *path};
    if (entry == nullptr) {
      if (is_folder(tree, *path)) return {.refusal = "leads to a folder, " + shown};
      if (find_linked_folder(tree, *path) != nullptr) {
        return {.refusal = "leads through another symlink to a folder, " + shown};
      }
      return {.refusal = "leads to " + shown + ", which is not there (or ignored by git)"};
    }
    if (entry->kind != EntryKind::symlink)
      return {.refusal = "leads to " + shown + ", which is no regular file"};
    link = *path;
  }
  return {.refusal = "leads in a circle"};
}

class ResolvedTree final : public FileTree {
 public:
  ResolvedTree(FileTreePtr raw, const std::string& lfs_objects,
               const std::vector<std::string>& resolved)
      : raw_(std::move(raw)), store_(lfs_objects) {
    const auto is_link = [&](const Entry& entry) {
      return entry.kind == EntryKind::symlink && find_folder_of(entry.path, resolved) == nullptr;
    };
    const std::vector<Entry>& all = raw_->entries();
    if (std::none_of(all.begin(), all.end(), is_link)) {
      return;  // most services have no symlink: the list need not lie in memory twice
    }
    entries_ = all;
    for (Entry& entry : entries_) {
      if (is_link(entry)) resolve_link(entry);
    }
  }

  const std::vector<Entry>& entries() const override {
    return links_.empty() ? raw_->entries() : entries_;
  }

  // Of an LFS pointer whose object is here: the object's.
  std::uint64_t size_of(std::string_view path) const override {
    const Result<std::string> place = locate(path);
    if (!place) return 0;
    const std::uint64_t size = raw_->size_of(*place);
    if (size > max_lfs_pointer_size || size < 100) return size;  // the shortest has 126 bytes
    const Result<std::string> bytes = raw_->read(*place);
    if (!bytes || !is_lfs_pointer(*bytes)) return size;
    const Result<LfsPointer> pointer = parse_lfs_pointer(path, *bytes);
    return pointer.ok() && store_.has(*pointer) ? pointer->size : size;
  }

  Result<std::string> read(std::string_view path) const override {
    const Result<std::string> place = locate(path);
    if (!place) return place.failure();
    Result<std::string> bytes = raw_->read(*place);
    if (!bytes || !is_lfs_pointer(*bytes) || bytes->size() > max_lfs_pointer_size) return bytes;
    const Result<LfsPointer> pointer = parse_lfs_pointer(path, *bytes);
    if (!pointer) return pointer.failure();
    std::string content;
    const Status status =
        store_.stream(std::string(path), *pointer, [&](std::string_view piece) -> Status {
          content += piece;
          return Done{};
        });
    if (!status) return status.failure();
    return content;
  }

  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override {
    const Result<std::string> place = locate(path);
    if (!place) return place.failure();
    const std::size_t enough = std::max(limit, max_lfs_pointer_size);
    Result<std::string> bytes = raw_->read_prefix(*place, enough);
    if (!bytes) return bytes;
    if (is_lfs_pointer(*bytes) && raw_->size_of(*place) <= max_lfs_pointer_size) {
      const Result<LfsPointer> pointer = parse_lfs_pointer(path, *bytes);
      if (!pointer) return pointer.failure();
      return store_.read_prefix(std::string(path), *pointer, limit);
    }
    if (bytes->size() > limit) bytes->resize(limit);
    return bytes;
  }

  Status stream(std::string_view path,
                const std::function<Status(std::string_view)>& sink) const override {
    const Result<std::string> place = locate(path);
    if (!place) return place.failure();
    if (raw_->size_of(*place) > max_lfs_pointer_size) return raw_->stream(*place, sink);
    const Result<std::string> bytes = raw_->read(*place);
    if (!bytes) return bytes.failure();
    if (!is_lfs_pointer(*bytes)) return sink(*bytes);
    const Result<LfsPointer> pointer = parse_lfs_pointer(path, *bytes);
    if (!pointer) return pointer.failure();
    return store_.stream(std::string(path), *pointer, sink);
  }

 private:
  void resolve_link(Entry& entry) {
    LinkTarget target = follow(*raw_, entry.path);
    if (target.refusal.empty()) {
      const Entry* file = raw_->find(target.path);
      entry.kind = file->kind;
    }
    links_.emplace(entry.path, std::move(target));
  }

  // The path in the raw tree that holds the bytes of `path`.
  Result<std::string> locate(std::string_view path) const {
    const auto link = links_.find(path);
    if (link == links_.end()) return std::string(path);
    if (link->second.refusal.empty()) return link->second.path;
    return Diagnostic{
        .code = "repository.bad-symlink",
        .where = {.file = std::string(path)},
        .message = "the symlink " + link->second.refusal,
        .hint = "link to a regular file inside the service's folder, or commit a copy"};
  }

  FileTreePtr raw_;
  LfsStore store_;
  std::vector<Entry> entries_;
  std::map<std::string, LinkTarget, std::less<>> links_{};
};

}  // namespace

system::FileTreePtr resolve_tree(system::FileTreePtr raw, const std::string& lfs_objects,
                                 const std::vector<std::string>& resolved) {
  return std::make_shared<ResolvedTree>(std::move(raw), lfs_objects, resolved);
}

}  // namespace tidegate::repository
