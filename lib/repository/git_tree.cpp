// SPDX-License-Identifier: Apache-2.0
#include "repository/git_tree.hpp"

#include <algorithm>
#include <array>
#include <limits>

#include "base/text.hpp"
#include "system/digest.hpp"

namespace tidegate::repository {

namespace {

constexpr std::size_t piece_size = std::size_t{1} << 20U;
constexpr unsigned max_depth = 256;           // folders in folders
constexpr std::size_t max_entries = 1000000;  // a few trees that name each other hold any number

// Names that git never writes; they would lead a path out of its folder.
bool is_legal_name(std::string_view name) {
  return !name.empty() && name != "." && name != ".." && !equal_ignoring_case(name, ".git") &&
         name.find('/') == std::string_view::npos;
}

Diagnostic broken(std::string file, std::string message) {
  return repository_failure("repository.broken", ExitCode::unreadable, std::move(file),
                            std::move(message), "check the repository with `git fsck`");
}

std::string_view bytes_of(const OdbObjectHandle& object) {
  return {static_cast<const char*>(git_odb_object_data(object.get())),
          git_odb_object_size(object.get())};
}

Result<std::string> prefix_of(const PackedBlob& blob, std::size_t limit) {
  std::string bytes;
  const Diagnostic enough{};  // ends the stream
  const Status status = stream_packed_blob(blob, [&](std::string_view piece) -> Status {
    bytes += piece.substr(0, limit - bytes.size());
    return bytes.size() < limit ? Status(Done{}) : Status(enough);
  });
  if (bytes.size() < limit && !status) return status.failure();
  return bytes;
}

}  // namespace

Result<std::shared_ptr<const GitTree>> GitTree::open(
    std::shared_ptr<const GitRepository> repository, const git_oid& tree) {
  std::shared_ptr<GitTree> result(new GitTree());
  result->repository_ = std::move(repository);
  git_odb* objects = nullptr;
  if (git_repository_odb(&objects, result->repository_->get()) != 0) {
    return broken(".git", "the object database cannot be opened: " + last_git_error());
  }
  result->objects_ = std::make_unique<ObjectDatabases>(
      OdbHandle(objects), result->repository_->common_folder() + "/objects");
  if (Status status = result->list(tree, "", 0); !status) return status.failure();
  const auto& entries = result->entries_;
  for (std::size_t i = 1; i < entries.size(); ++i) {  // git's own order is the order of whole paths
    if (entries[i - 1].path >= entries[i].path) {
      return broken(entries[i].path, "tree entries are out of order or repeated");
    }
  }
  result->sizes_ = std::vector<std::atomic<std::uint32_t>>(entries.size());
  return std::shared_ptr<const GitTree>(std::move(result));
}

Status GitTree::list(const git_oid& tree, const std::string& folder, unsigned depth) {
  if (depth > max_depth) {
    return repository_failure(
        "repository.too-large", ExitCode::unreadable, folder,
        "folders are nested more than " + std::to_string(max_depth) + " deep");
  }
  git_tree* raw = nullptr;
  if (git_tree_lookup(&raw, repository_->get(), &tree) != 0) {
    return broken(folder.empty() ? "." : folder,
                  "tree " + to_string(tree) + ": " + last_git_error());
  }
  const TreeHandle handle(raw);
  const std::size_t count = git_tree_entrycount(handle.get());
  for (std::size_t i = 0; i < count; ++i) {
    const git_tree_entry* entry = git_tree_entry_byindex(handle.get(), i);
    const std::string_view name = git_tree_entry_name(entry);
    std::string path = join_path(folder, name);
    if (!is_legal_name(name)) return broken(path, "a tree holds an entry that git never writes");
    if (git_tree_entry_filemode_raw(entry) == GIT_FILEMODE_TREE) {
      if (Status status = list(*git_tree_entry_id(entry), path, depth + 1); !status) return status;
    } else if (Status status = add(*entry, std::move(path)); !status) {
      return status;
    }
  }
  return Done{};
}

Status GitTree::add(const git_tree_entry& entry, std::string path) {
  if (entries_.size() == max_entries) {
    return repository_failure(
        "repository.too-large", ExitCode::unreadable, std::move(path),
        "the commit holds more than " + std::to_string(max_entries) + " files");
  }
  system::EntryKind kind = system::EntryKind::regular;
  switch (git_tree_entry_filemode(&entry)) {  // normalised: old 100664 becomes 100644
    case GIT_FILEMODE_BLOB:
      break;
    case GIT_FILEMODE_BLOB_EXECUTABLE:
      kind = system::EntryKind::executable;
      break;
    case GIT_FILEMODE_LINK:
      kind = system::EntryKind::symlink;
      break;
    case GIT_FILEMODE_COMMIT:
      kind = system::EntryKind::submodule;
      break;
    case GIT_FILEMODE_TREE:
    case GIT_FILEMODE_UNREADABLE:
      return broken(std::move(path), "a tree entry has an unknown mode");
  }
  entries_.push_back({.path = std::move(path), .kind = kind});
  ids_.push_back(*git_tree_entry_id(&entry));
  return Done{};
}

Result<std::size_t> GitTree::locate(std::string_view path) const {
  const system::Entry* entry = find(path);
  if (entry == nullptr) {
    return Diagnostic{.code = "system.read-failed",
                      .where = {.file = std::string(path)},
                      .message = "cannot be read: no such file in the commit"};
  }
  if (entry->kind == system::EntryKind::submodule) {
    return repository_failure("repository.submodule", ExitCode::build_failed, std::string(path),
                              "this is a submodule; its files are not part of the commit",
                              "copy what the service needs into its own repository");
  }
  return static_cast<std::size_t>(entry - entries_.data());
}

Diagnostic GitTree::missing(std::size_t index) const {
  const bool shallow = git_repository_is_shallow(repository_->get()) == 1;
  return repository_failure(
      "repository.broken", ExitCode::unreadable, entries_[index].path,
      "blob " + to_string(ids_[index]) + " cannot be read: " + last_git_error(),
      shallow ? "the clone is shallow or partial; fetch the commit whole: "
                "`git fetch --refetch --depth=1 origin HEAD`"
              : "a partial clone lacks contents: clone without --filter, or check "
                "the repository with `git fsck`");
}

// libgit2 compares the bytes with the object's name, so what comes back is what was committed.
Result<OdbObjectHandle> GitTree::load(std::size_t index) const {
  git_odb_object* raw = nullptr;
  const ObjectDatabases::Lease objects = objects_->take();
  if (git_odb_read(&raw, objects.get(), &ids_[index]) != 0) return missing(index);
  OdbObjectHandle object(raw);
  if (git_odb_object_type(raw) != GIT_OBJECT_BLOB) {
    return broken(entries_[index].path, "object " + to_string(ids_[index]) + " is no blob");
  }
  remember_size(index, git_odb_object_size(raw));
  return Result<OdbObjectHandle>(std::move(object));
}

std::uint64_t GitTree::size_of(std::string_view path) const {
  const Result<std::size_t> index = locate(path);
  return index ? size_at(*index) : 0;
}

// A blob that is not here (partial clone) matters only when it is read.
std::uint64_t GitTree::size_at(std::size_t index) const {
  if (const std::uint32_t known = sizes_[index]; known != 0) return known - 1;
  const ObjectDatabases::Lease objects = objects_->take();
  std::size_t size = 0;
  git_object_t type = GIT_OBJECT_BLOB;
  if (git_odb_read_header(&size, &type, objects.get(), &ids_[index]) != 0) return 0;
  remember_size(index, size);
  return size;
}

void GitTree::remember_size(std::size_t index, std::size_t size) const {
  if (size < std::numeric_limits<std::uint32_t>::max())
    sizes_[index] = static_cast<std::uint32_t>(size) + 1;
}

Result<std::string> GitTree::read(std::string_view path) const {
  const Result<std::size_t> index = locate(path);
  if (!index) return index.failure();
  return read_whole(*index, std::string::npos);
}

Result<std::string> GitTree::read_whole(std::size_t index, std::size_t limit) const {
  const Result<OdbObjectHandle> object = load(index);
  if (!object) return object.failure();
  return std::string(bytes_of(*object).substr(0, limit));
}

Result<std::string> GitTree::read_prefix(std::string_view path, std::size_t limit) const {
  const Result<std::size_t> index = locate(path);
  if (!index) return index.failure();
  if (size_at(*index) <= limit) return read_whole(*index, limit);
  const auto packed = find_packed(*index);  // then unchecked
  return packed ? prefix_of(*packed, limit) : read_whole(*index, limit);
}

Status GitTree::stream_whole(std::size_t index,
                             const std::function<Status(std::string_view)>& sink) const {
  const Result<OdbObjectHandle> object = load(index);
  if (!object) return object.failure();
  const std::string_view bytes = bytes_of(*object);
  for (std::size_t at = 0; at < bytes.size(); at += piece_size) {
    if (Status status = sink(bytes.substr(at, piece_size)); !status) return status;
  }
  return Done{};
}

Status GitTree::stream(std::string_view path,
                       const std::function<Status(std::string_view)>& sink) const {
  const Result<std::size_t> index = locate(path);
  if (!index) return index.failure();
  if (size_at(*index) <= piece_size) return stream_whole(*index, sink);
  const auto packed = find_packed(*index);
  if (!packed) return stream_whole(*index, sink);
  system::Sha1 name;  // the stream does not check itself
  name.update("blob " + std::to_string(packed->size) + std::string(1, '\0'));
  const Status status = stream_packed_blob(*packed, [&](std::string_view bytes) -> Status {
    name.update(bytes);
    return sink(bytes);
  });
  if (!status) return status;
  if (name.finish_hex() != to_string(ids_[*index])) {
    return broken(std::string(path),
                  "the stored bytes do not fit object " + to_string(ids_[*index]));
  }
  return Done{};
}

// Of a large blob; of small ones, and deltas of some megabytes, libgit2 makes less work as a whole.
std::optional<PackedBlob> GitTree::find_packed(std::size_t index) const {
  constexpr std::uint64_t small_delta = std::uint64_t{4} << 20U;
  if (size_at(index) <= piece_size) return std::nullopt;
  const std::string_view name(reinterpret_cast<const char*>(ids_[index].id), GIT_OID_RAWSZ);
  auto found = find_packed_blob(repository_->common_folder() + "/objects", name);
  if (found && found->is_delta() && found->size <= small_delta) return std::nullopt;
  return found;
}

}  // namespace tidegate::repository
