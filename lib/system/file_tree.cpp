// SPDX-License-Identifier: Apache-2.0
#include "system/file_tree.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>

#include "base/text.hpp"

namespace tidegate::system {

namespace {

constexpr std::size_t piece_size = std::size_t{1} << 20U;

Diagnostic read_failure(std::string path, std::string_view reason) {
  return {.code = "system.read-failed", .where = {.file = std::move(path)},
          .message = "cannot be read: " + std::string(reason)};
}

Diagnostic read_failure(std::string path, int error) {
  return read_failure(std::move(path), std::strerror(error));
}

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ >= 0) ::close(number_);
  }
  int number() const { return number_; }

 private:
  int number_;
};

struct Closer {
  void operator()(DIR* folder) const { ::closedir(folder); }
};

class FolderTree final : public FileTree {
 public:
  explicit FolderTree(std::string folder) : folder_(std::move(folder)) {}

  Status scan(const std::string& relative, const SkipFunction& skip) {
    std::vector<std::string> folders;
    if (Status status = list(relative, skip, folders); !status) return status;
    for (const std::string& folder : folders) {
      if (Status status = scan(folder, skip); !status) return status;
    }
    return Done{};
  }

  void sort() {
    std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) { return a.path < b.path; });
  }

  const std::vector<Entry>& entries() const override { return entries_; }

  std::uint64_t size_of(std::string_view path) const override {
    struct stat info {};
    if (::lstat((folder_ + "/" + std::string(path)).c_str(), &info) != 0) return 0;
    return static_cast<std::uint64_t>(info.st_size);
  }

  Result<std::string> read(std::string_view path) const override {
    return read_up_to(path, static_cast<std::size_t>(-1));
  }

  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override {
    return read_up_to(path, limit);
  }

  Status stream(std::string_view path, const std::function<Status(std::string_view)>& sink) const override {
    const Entry* entry = find(path);
    if (entry != nullptr && entry->kind == EntryKind::symlink) return FileTree::stream(path, sink);
    const std::string full = folder_ + "/" + std::string(path);
    const Descriptor file(::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.number() < 0) return read_failure(std::string(path), errno);
    struct stat info {};
    if (::fstat(file.number(), &info) != 0) return read_failure(std::string(path), errno);
    // One byte more than the file has shows its end at once; of a file that grows, pieces stay as small.
    std::string piece(std::min<std::size_t>(piece_size, static_cast<std::size_t>(info.st_size) + 1), '\0');
    for (;;) {
      const ssize_t got = ::read(file.number(), piece.data(), piece.size());
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return read_failure(std::string(path), errno);
      if (got == 0) return Done{};
      if (Status status = sink(std::string_view(piece).substr(0, static_cast<std::size_t>(got))); !status) return status;
    }
  }

 private:
  // What lies in one folder: files go to the entries, folders to `folders`. Nothing is open afterwards.
  Status list(const std::string& relative, const SkipFunction& skip, std::vector<std::string>& folders) {
    const std::string full = relative.empty() ? folder_ : folder_ + "/" + relative;
    const std::unique_ptr<DIR, Closer> folder(::opendir(full.c_str()));
    if (folder == nullptr) return read_failure(full, errno);
    while (const dirent* entry = ::readdir(folder.get())) {
      const std::string_view name = entry->d_name;
      if (name == "." || name == ".." || name == ".git") continue;
      std::string path = join_path(relative, name);
      struct stat info {};
      if (::fstatat(::dirfd(folder.get()), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) continue;  // went away while we looked
        return read_failure(path, errno);
      }
      const bool is_folder = S_ISDIR(info.st_mode);
      if (skip && skip(path, is_folder)) continue;
      if (is_folder) {
        folders.push_back(std::move(path));
      } else {
        entries_.push_back({.path = std::move(path), .kind = kind_of(info.st_mode)});
      }
    }
    return Done{};
  }

  static EntryKind kind_of(mode_t mode) {
    if (S_ISLNK(mode)) return EntryKind::symlink;
    if (!S_ISREG(mode)) return EntryKind::special;
    return (mode & S_IXUSR) != 0 ? EntryKind::executable : EntryKind::regular;
  }

  Result<std::string> read_up_to(std::string_view path, std::size_t limit) const {
    const Entry* entry = find(path);
    if (entry == nullptr) return read_failure(std::string(path), "no such file");
    const std::string full = folder_ + "/" + std::string(path);
    if (entry->kind == EntryKind::special) return read_failure(std::string(path), "not a regular file");
    if (entry->kind == EntryKind::symlink) {
      std::array<char, 4096> target{};
      const ssize_t size = ::readlink(full.c_str(), target.data(), target.size());
      if (size < 0) return read_failure(std::string(path), errno);
      return std::string(target.data(), std::min(limit, static_cast<std::size_t>(size)));
    }
    const Descriptor file(::open(full.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    if (file.number() < 0) return read_failure(std::string(path), errno);
    struct stat info {};
    if (::fstat(file.number(), &info) != 0) return read_failure(std::string(path), errno);
    std::string bytes;
    bytes.resize(std::min<std::size_t>(limit, static_cast<std::size_t>(info.st_size) + 1));
    std::size_t size = 0;
    for (;;) {
      if (size == bytes.size()) {
        if (size >= limit) break;
        bytes.resize(std::min(limit, bytes.size() * 2 + 4096));
      }
      const ssize_t got = ::read(file.number(), bytes.data() + size, bytes.size() - size);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return read_failure(std::string(path), errno);
      size += static_cast<std::size_t>(got);
      // Nothing came, or all that the file had when it was opened and no more: its end.
      if (got == 0 || (size == static_cast<std::size_t>(info.st_size) && size < bytes.size())) break;
    }
    bytes.resize(size);
    return bytes;
  }

  std::string folder_;
  std::vector<Entry> entries_{};
};

}  // namespace

Result<std::string> FileTree::read_prefix(std::string_view path, std::size_t limit) const {
  Result<std::string> whole = read(path);
  if (whole.ok() && whole->size() > limit) whole->resize(limit);
  return whole;
}

Status FileTree::stream(std::string_view path, const std::function<Status(std::string_view)>& sink) const {
  const Result<std::string> whole = read(path);
  if (!whole) return whole.failure();
  for (std::size_t at = 0; at < whole->size(); at += piece_size) {
    if (Status status = sink(std::string_view(*whole).substr(at, piece_size)); !status) return status;
  }
  return Done{};
}

const Entry* FileTree::find(std::string_view path) const {
  const std::vector<Entry>& all = entries();
  const auto place = std::lower_bound(all.begin(), all.end(), path,
                                      [](const Entry& entry, std::string_view name) { return entry.path < name; });
  return place != all.end() && place->path == path ? &*place : nullptr;
}

MemoryTree::MemoryTree(std::map<std::string, std::string> files) {
  for (auto& file : files) {
    entries_.push_back({.path = file.first});
    files_.emplace(file.first, std::move(file.second));
  }
}

std::uint64_t MemoryTree::size_of(std::string_view path) const {
  const auto file = files_.find(path);
  return file == files_.end() ? 0 : file->second.size();
}

Result<std::string> MemoryTree::read(std::string_view path) const {
  const auto file = files_.find(path);
  if (file == files_.end()) return read_failure(std::string(path), "no such file");
  return file->second;
}

Result<FileTreePtr> read_folder(const std::string& folder) { return read_folder(folder, SkipFunction()); }

Result<FileTreePtr> read_folder(const std::string& folder, const SkipFunction& skip) {
  auto tree = std::make_shared<FolderTree>(folder);
  if (Status status = tree->scan("", skip); !status) return status.failure();
  tree->sort();
  return FileTreePtr(std::move(tree));
}

}  // namespace tidegate::system
