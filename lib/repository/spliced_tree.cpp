// SPDX-License-Identifier: Apache-2.0
#include "repository/spliced_tree.hpp"

#include <algorithm>
#include <map>

#include "base/text.hpp"

namespace tidegate::repository {

namespace {

using system::Entry;
using system::EntryKind;
using system::FileTree;
using system::FileTreePtr;

class SplicedTree final : public FileTree {
 public:
  SplicedTree(FileTreePtr base, std::vector<Splice> splices) : base_(std::move(base)) {
    std::size_t count = base_->entries().size();
    for (Splice& one : splices) {
      count += one.files == nullptr ? 1 : one.files->entries().size();
      std::string path = one.path;
      splices_.emplace(std::move(path), std::move(one));
    }
    entries_.reserve(count);
    for (const Entry& entry : base_->entries()) {
      if (!splices_.contains(entry.path)) entries_.push_back(entry);
    }
    for (const auto& one : splices_) add(one.second);
    std::sort(entries_.begin(), entries_.end(),
              [](const Entry& a, const Entry& b) { return a.path < b.path; });
  }

  const std::vector<Entry>& entries() const override { return entries_; }

  std::uint64_t size_of(std::string_view path) const override {
    const Place place = locate(path);
    if (place.splice == nullptr) return base_->size_of(path);
    return place.splice->files == nullptr ? 0 : place.splice->files->size_of(place.rest);
  }

  Result<std::string> read(std::string_view path) const override {
    const Place place = locate(path);
    if (place.splice == nullptr) return base_->read(path);
    if (place.splice->files == nullptr) return place.splice->missing;
    Result<std::string> bytes = place.splice->files->read(place.rest);
    return bytes ? std::move(bytes) : Result<std::string>(named(place, bytes.failure()));
  }

  Result<std::string> read_prefix(std::string_view path, std::size_t limit) const override {
    const Place place = locate(path);
    if (place.splice == nullptr) return base_->read_prefix(path, limit);
    if (place.splice->files == nullptr) return place.splice->missing;
    Result<std::string> bytes = place.splice->files->read_prefix(place.rest, limit);
    return bytes ? std::move(bytes) : Result<std::string>(named(place, bytes.failure()));
  }

  Status stream(std::string_view path,
                const std::function<Status(std::string_view)>& sink) const override {
    const Place place = locate(path);
    if (place.splice == nullptr) return base_->stream(path, sink);
    if (place.splice->files == nullptr) return place.splice->missing;
    Status given = Done{};
    const Status read = place.splice->files->stream(place.rest, [&](std::string_view piece) {
      given = sink(piece);
      return given;
    });
    if (read || !given) return given ? read : given;
    return named(place, read.failure());
  }

 private:
  struct Place {
    const Splice* splice = nullptr;  // null: the base
    std::string_view rest{};         // path in its files
  };

  void add(const Splice& one) {
    if (one.files == nullptr) {
      entries_.push_back({.path = one.path, .kind = EntryKind::submodule});
      return;
    }
    for (const Entry& entry : one.files->entries()) {
      entries_.push_back({.path = join_path(one.path, entry.path), .kind = entry.kind});
    }
  }

  Place locate(std::string_view path) const {
    for (std::size_t slash = path.find('/'); slash != std::string_view::npos;
         slash = path.find('/', slash + 1)) {
      const auto found = splices_.find(path.substr(0, slash));
      if (found != splices_.end()) return {&found->second, path.substr(slash + 1)};
    }
    const auto found = splices_.find(path);
    if (found != splices_.end() && found->second.files == nullptr) return {&found->second, {}};
    return {};
  }

  static Diagnostic named(const Place& place, Diagnostic failure) {
    if (failure.where.file == place.rest || failure.code == "repository.submodule")
      failure.where.file = join_path(place.splice->path, failure.where.file);
    if (failure.code == "repository.lfs-missing")
      failure.hint = "run `git lfs pull` in the submodule " + printable(place.splice->path) +
                     "; in CI, check out with LFS enabled";
    return failure;
  }

  FileTreePtr base_;
  std::map<std::string, Splice, std::less<>> splices_{};
  std::vector<Entry> entries_{};
};

}  // namespace

FileTreePtr splice_trees(FileTreePtr base, std::vector<Splice> splices) {
  return std::make_shared<SplicedTree>(std::move(base), std::move(splices));
}

}  // namespace tidegate::repository
