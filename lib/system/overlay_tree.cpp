// SPDX-License-Identifier: Apache-2.0
#include "system/overlay_tree.hpp"

#include <algorithm>

#include "system/file_sink.hpp"

namespace tidegate::system {

OverlayTree::OverlayTree(FileTreePtr base, std::map<std::string, std::string> files)
    : base_(std::move(base)), files_(files.begin(), files.end()) {
  for (const Entry& entry : base_->entries()) {
    if (!files_.contains(entry.path)) entries_.push_back(entry);
  }
  for (const auto& file : files_) entries_.push_back({.path = file.first});
  std::sort(entries_.begin(), entries_.end(),
            [](const Entry& a, const Entry& b) { return a.path < b.path; });
}

const std::string* OverlayTree::place_of(std::string_view path) const {
  const auto found = files_.find(path);
  return found == files_.end() ? nullptr : &found->second;
}

std::uint64_t OverlayTree::size_of(std::string_view path) const {
  if (place_of(path) == nullptr) return base_->size_of(path);
  std::uint64_t size = 0;
  (void)stream(path, [&](std::string_view piece) -> Status {
    size += piece.size();
    return Done{};
  });
  return size;
}

Result<std::string> OverlayTree::read(std::string_view path) const {
  const std::string* place = place_of(path);
  return place == nullptr ? base_->read(path) : read_file(*place);
}

Result<std::string> OverlayTree::read_prefix(std::string_view path, std::size_t limit) const {
  const std::string* place = place_of(path);
  if (place == nullptr) return base_->read_prefix(path, limit);
  std::string bytes;
  const Status read = stream_file(*place, [&](std::string_view piece) {
    bytes += piece.substr(0, limit - bytes.size());
    return bytes.size() < limit;
  });
  if (!read) return read.failure();
  return bytes;
}

Status OverlayTree::stream(std::string_view path,
                           const std::function<Status(std::string_view)>& sink) const {
  const std::string* place = place_of(path);
  if (place == nullptr) return base_->stream(path, sink);
  Status given = Done{};
  const Status read = stream_file(*place, [&](std::string_view piece) {
    given = sink(piece);
    return given.ok();
  });
  return given.ok() ? read : given;
}

}  // namespace tidegate::system
