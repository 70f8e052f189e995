// SPDX-License-Identifier: Apache-2.0
// What differs between a commit and the disk. The cheap questions come first: file times in the
// index, then the raw bytes, then the bytes as git would store them.
#include <sys/stat.h>

#include <algorithm>

#include "base/text.hpp"
#include "repository/lfs.hpp"
#include "repository/submodules.hpp"
#include "repository/working_tree.hpp"
#include "system/digest.hpp"

namespace tidegate::repository {

namespace {

using system::Entry;
using system::EntryKind;
using system::FileTree;

struct Buffer {
  Buffer() = default;
  Buffer(const Buffer&) = delete;
  Buffer& operator=(const Buffer&) = delete;
  ~Buffer() { git_buf_dispose(&value); }
  git_buf value = GIT_BUF_INIT;
};

class Comparison {
 public:
  Comparison(const WorkingFolder& where, const FileTree& disk) : where_(where), disk_(disk) {
    git_repository* repository = where.repository->get();
    struct stat info {};
    if (::stat(where.repository->index_file().c_str(), &info) == 0) {
      index_ = where.repository->open_index();
      index_time_ = info.st_mtim;
    }
    git_config* config = nullptr;
    if (git_repository_config_snapshot(&config, repository) == 0) {
      const ConfigHandle handle(config);
      int value = 1;
      if (git_config_get_bool(&value, config, "core.filemode") == 0) modes_count_ = value != 0;
    }
  }

  bool left_out(const Entry& committed) const {  // by a sparse checkout
    const git_index_entry* entry = find_in_index(committed.path);
    return entry != nullptr && (entry->flags_extended & GIT_INDEX_ENTRY_SKIP_WORKTREE) != 0;
  }

  bool differs(std::size_t index, const Entry& on_disk) const {
    const Entry& committed = where_.committed->entries()[index];
    const git_oid& id = where_.committed->object_id(index);
    if (committed.kind == EntryKind::submodule || on_disk.kind == EntryKind::submodule) {
      return committed.kind != on_disk.kind || submodule_differs(where_, committed.path, id);
    }
    if (on_disk.kind == EntryKind::special) return true;
    // Without symlinks on the file system, git writes their text into a regular file.
    const bool link_differs =
        (committed.kind == EntryKind::symlink) != (on_disk.kind == EntryKind::symlink);
    if (link_differs && on_disk.kind == EntryKind::symlink) return true;
    const bool mode_differs =
        (committed.kind == EntryKind::executable) != (on_disk.kind == EntryKind::executable);
    if (mode_differs && !link_differs && modes_count_) return true;
    if (unchanged_since_checkout(committed.path, id)) return false;
    if (has_raw_bytes(on_disk, id)) return false;
    return on_disk.kind == EntryKind::symlink || differs_after_filters(index, on_disk);
  }

 private:
  const git_index_entry* find_in_index(const std::string& path) const {
    if (index_ == nullptr) return nullptr;
    return git_index_get_bypath(index_.get(), join_path(where_.prefix, path).c_str(), 0);
  }

  // As `git status`: the index holds the object, and the file has the time and size it had then. A
  // file as young as the index itself could have changed after it was recorded.
  bool unchanged_since_checkout(const std::string& path, const git_oid& id) const {
    const git_index_entry* entry = find_in_index(path);
    if (entry == nullptr || git_oid_equal(&entry->id, &id) == 0) return false;
    struct stat info {};
    if (::lstat((where_.folder + "/" + path).c_str(), &info) != 0) return false;
    const auto seconds = static_cast<std::int32_t>(info.st_mtim.tv_sec);
    const auto nanoseconds = static_cast<std::uint32_t>(info.st_mtim.tv_nsec);
    if (entry->mtime.seconds != seconds || entry->mtime.nanoseconds != nanoseconds) return false;
    if (entry->ctime.seconds != static_cast<std::int32_t>(info.st_ctim.tv_sec)) return false;
    if (entry->file_size != static_cast<std::uint32_t>(info.st_size)) return false;
    if (entry->ino != static_cast<std::uint32_t>(info.st_ino)) return false;
    return info.st_mtim.tv_sec < index_time_.tv_sec || (info.st_mtim.tv_sec == index_time_.tv_sec &&
                                                        info.st_mtim.tv_nsec < index_time_.tv_nsec);
  }

  bool has_raw_bytes(const Entry& on_disk, const git_oid& id) const {
    const std::uint64_t size = disk_.size_of(on_disk.path);
    if (where_.committed->size_of(on_disk.path) != size) return false;
    system::Sha1 name;
    name.update("blob " + std::to_string(size) + std::string(1, '\0'));
    const Status status = disk_.stream(on_disk.path, [&](std::string_view piece) -> Status {
      name.update(piece);
      return Done{};
    });
    return status.ok() && name.finish_hex() == to_string(id);
  }

  bool differs_after_filters(std::size_t index, const Entry& on_disk) const {
    git_repository* repository = where_.repository->get();
    const std::string path = join_path(where_.prefix, on_disk.path);
    const char* driver = nullptr;
    if (git_attr_get(&driver, repository, GIT_ATTR_CHECK_FILE_THEN_INDEX, path.c_str(), "filter") ==
            0 &&
        git_attr_value(driver) == GIT_ATTR_VALUE_STRING) {
      return differs_from_pointer(on_disk);
    }
    git_filter_list* raw = nullptr;
    if (git_filter_list_load(&raw, repository, nullptr, path.c_str(), GIT_FILTER_TO_ODB,
                             GIT_FILTER_ALLOW_UNSAFE) != 0 ||
        raw == nullptr) {
      return true;  // nothing converts this file
    }
    const FilterListHandle filters(raw);
    Buffer bytes;
    git_oid id{};
    if (git_filter_list_apply_to_file(&bytes.value, raw, repository, path.c_str()) != 0 ||
        git_odb_hash(&id, bytes.value.ptr, bytes.value.size, GIT_OBJECT_BLOB) != 0) {
      return true;
    }
    return git_oid_equal(&id, &where_.committed->object_id(index)) == 0;
  }

  // The file is converted by a program. Of LFS we know the result; any other is not run, and the
  // file counts as unchanged.
  bool differs_from_pointer(const Entry& on_disk) const {
    if (where_.committed->size_of(on_disk.path) > max_lfs_pointer_size) return false;
    const Result<std::string> committed = where_.committed->read(on_disk.path);
    if (!committed || !is_lfs_pointer(*committed)) return false;
    const Result<LfsPointer> pointer = parse_lfs_pointer(on_disk.path, *committed);
    if (!pointer || pointer->size != disk_.size_of(on_disk.path)) return true;
    system::Sha256 digest;
    const Status status = disk_.stream(on_disk.path, [&](std::string_view piece) -> Status {
      digest.update(piece);
      return Done{};
    });
    return !status || digest.finish_hex() != pointer->digest;
  }

  const WorkingFolder& where_;
  const FileTree& disk_;
  IndexHandle index_{};
  timespec index_time_{};
  bool modes_count_ = true;
};

}  // namespace

Difference find_differences(const WorkingFolder& where, const FileTree& disk, std::size_t limit) {
  const Comparison comparison(where, disk);
  Difference difference;
  const auto note = [&](const std::string& path) {
    ++difference.count;
    if (difference.paths.size() < limit) difference.paths.push_back(path);
  };
  const auto& committed = where.committed->entries();
  const auto& present = disk.entries();
  std::size_t a = 0;
  std::size_t b = 0;
  while (a < committed.size() || b < present.size()) {
    const bool only_committed =
        b == present.size() || (a < committed.size() && committed[a].path < present[b].path);
    const bool only_present =
        !only_committed && (a == committed.size() || present[b].path < committed[a].path);
    if (only_committed) {
      if (committed[a].kind != EntryKind::submodule && !comparison.left_out(committed[a]))
        note(committed[a].path);
    } else if (only_present || comparison.differs(a, present[b])) {
      note(present[b].path);
    }
    a += only_present ? 0 : 1;
    b += only_committed ? 0 : 1;
  }
  return difference;
}

}  // namespace tidegate::repository
