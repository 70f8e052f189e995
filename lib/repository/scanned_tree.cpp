// SPDX-License-Identifier: Apache-2.0
#include "repository/scanned_tree.hpp"

namespace tidegate::repository {

using system::Entry;

ScannedTree::ScannedTree(system::FileTreePtr files,
                         const std::function<bool(std::string_view path)>& wanted)
    : files_(std::move(files)) {
  wanted_.reserve(files_->entries().size());
  for (const Entry& entry : files_->entries()) wanted_.push_back(wanted(entry.path));
  open_ = wanted_;
}

bool ScannedTree::looks_at(std::string_view path) const {
  const Entry* entry = files_->find(path);
  return entry != nullptr && wanted_[static_cast<std::size_t>(entry - files_->entries().data())];
}

std::size_t ScannedTree::open_place(std::string_view path) const {
  const Entry* entry = files_->find(path);
  if (entry == nullptr) return none;
  const auto place = static_cast<std::size_t>(entry - files_->entries().data());
  const std::lock_guard<std::mutex> lock(mutex_);
  return open_[place] ? place : none;
}

void ScannedTree::keep(std::size_t place, std::vector<SecretFinding> found) const {
  const std::lock_guard<std::mutex> lock(mutex_);
  open_[place] = false;
  if (!found.empty()) found_[place] = std::move(found);
}

Result<std::string> ScannedTree::read(std::string_view path) const {
  Result<std::string> bytes = files_->read(path);
  const std::size_t place = bytes.ok() ? open_place(path) : none;
  if (place == none) return bytes;
  SecretScanner scanner;
  scanner.feed(*bytes);
  keep(place, scanner.finish());
  return bytes;
}

Status ScannedTree::stream(std::string_view path,
                           const std::function<Status(std::string_view)>& sink) const {
  const std::size_t place = open_place(path);
  if (place == none) return files_->stream(path, sink);
  SecretScanner scanner;
  Status done = files_->stream(path, [&](std::string_view piece) -> Status {
    scanner.feed(piece);
    return sink(piece);
  });
  if (done) keep(place, scanner.finish());
  return done;
}

std::vector<SecretFinding> ScannedTree::secrets_of(std::string_view path) const {
  if (open_place(path) != none)
    (void)stream(path, [](std::string_view) -> Status { return Done{}; });
  const Entry* entry = files_->find(path);
  if (entry == nullptr) return {};
  const std::lock_guard<std::mutex> lock(mutex_);
  const auto known = found_.find(static_cast<std::size_t>(entry - files_->entries().data()));
  return known == found_.end() ? std::vector<SecretFinding>() : known->second;
}

}  // namespace tidegate::repository
